"""Made-up kits: opened, sat by candidates, and rated, by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from interviewer.domain.grade import Grade
from interviewer.domain.interview import Move, Setup, Substance
from interviewer.domain.kit import Invitation, KitContent, KitQuestion, KitTerms
from interviewer.domain.knowledge import AnswerKind, CalibrationAnswer
from interviewer.domain.question import Question
from interviewer.domain.rating import DecisionKind, Rater
from interviewer.domain.words import Mode, MoveKind, Verdict
from interviewer.store import Store
from tests.interview.made_up import SUBJECTS, close_exchange, question, store_grade

MET = {"use": Verdict.MET, "cost": Verdict.MET}
RUBRIC = question("umbrellas").rubric.hash


def content(questions: int = 2, **changes: Any) -> KitContent:
    """A kit that lacks nothing; its questions are ``made_up``'s."""
    asked = tuple(KitQuestion(question=question(subject), why="They do this.") for subject in SUBJECTS[:questions])
    words = {"title": "Things", "asks": "Things Ltd", "consent": "I agree.", "another_way": "Write to us."}
    return KitContent(**{**words, "questions": asked, **changes})


def opened_kit(store: Store, **changes: Any) -> str:
    kit_id = store.kits.create(content(**changes))
    store.kits.open(kit_id)
    return kit_id


def link(store: Store, kit_id: str, label: str = "Candidate 1", **changes: Any) -> tuple[Invitation, str]:
    """A link that is good for a week."""
    return store.kits.invite(kit_id, label, store.kits._now() + timedelta(days=7), **changes)


def terms(store: Store, kit_id: str, **changes: Any) -> KitTerms:
    """What a candidate agrees to who reads the newest version now."""
    version = store.kits.versions(kit_id)[-1]
    said = version.content
    return KitTerms(
        **{
            "kit": kit_id,
            "version": version.number,
            "content": said.hash,
            "title": said.title,
            "asks": said.asks,
            "pausing": said.pausing,
            "probes": ((),) * len(said.questions),
            **changes,
        }
    )


def start(store: Store, invitation: Invitation, agreed: KitTerms | None = None) -> str:
    """Begins the interview that a link leads to; gives its ID."""
    asked = [one.question for one in store.kits.versions(invitation.kit_id)[-1].content.questions]
    opening = Move(kind=MoveKind.ASK, substance=Substance(kind="prompt", text=asked[0].prompt))
    return store.create(
        Setup(
            question_ids=tuple(one.id for one in asked),
            mode=Mode.REAL,
            max_probes=0,
            kit=agreed or terms(store, invitation.kit_id),
        ),
        asked,
        bank_hash="0" * 16,
        model="scripted",
        opening=asked[0].prompt,
        move=opening,
        invitation=invitation.id,
    )


def sat(store: Store, kit_id: str, label: str = "Candidate 1", says: str = "They are useful every day.") -> str:
    """An interview by link that was answered to its end and graded; gives its ID."""
    interview_id = start(store, link(store, kit_id, label)[0])
    for _ in store.get(interview_id).plan:
        store_grade(store, interview_id, close_exchange(store, interview_id, says))
    return interview_id


def ready(store: Store, kit_id: str, name: str = "Ada") -> Rater:
    return store.ratings.practised(store.ratings.rater(kit_id, name).id, [], ready=True)


def example(word: str = "an umbrella", **changes: Any) -> CalibrationAnswer:
    made = {"id": "kept-1", "band": 4, "kind": AnswerKind.GOOD, "text": f"I have {word}.", "verdicts": MET}
    return CalibrationAnswer(**{**made, **changes})


def talked_over(store: Store, kit_id: str, interview_id: str, word: str) -> None:
    """Everything that people may make of the first answer, with ``word`` in all of it."""
    ada, bob = ready(store, kit_id), ready(store, kit_id, "Bob")
    store.ratings.submit(ada.id, interview_id, 1, RUBRIC, MET, 4, f"said {word}", 12.5)
    store.ratings.save(bob.id, interview_id, 1, RUBRIC, {"use": Verdict.PARTIAL}, None, f"heard {word}")
    store.ratings.comment(interview_id, 1, "Ada", f"look at {word}")
    store.ratings.decide(interview_id, 1, DecisionKind.SETTLED, "Ada", 3, MET, f"because of {word}", RUBRIC)
    store.ratings.keep_answer(kit_id, "umbrellas", interview_id, 1, example(word))


def reworded(asked: Question, criteria: int = 1) -> Question:
    """The question with a rubric of its first criteria only."""
    rubric = asked.rubric.model_copy(update={"criteria": asked.rubric.criteria[:criteria]})
    return asked.model_copy(update={"rubric": rubric})


def graded_under(asked: Question, grade: object, band: int = 2) -> Grade:
    """A grade as that question's rubric might have given it."""
    assert isinstance(grade, Grade)
    made_with = grade.provenance.model_copy(update={"rubric_hash": asked.rubric.hash})
    return grade.model_copy(update={"band": band, "provenance": made_with})
