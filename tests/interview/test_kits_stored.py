"""Interviews from a kit with a store and a real engine: one link, one interview, one wording for everyone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from interviewer.bank import Bank
from interviewer.domain.grade import Grade
from interviewer.domain.interview import InterviewStatus
from interviewer.domain.kit import Invitation, KitContent, KitQuestion, KitVersion, Pausing
from interviewer.domain.words import Intent, Speaker
from interviewer.errors import UsageError
from interviewer.interview import Interviewer, Workers
from interviewer.models.base import GradeDraft, GradeRequest, InterviewModel
from interviewer.store import Store, utc_now
from tests.interview import made_up
from tests.interview.whole import offline
from tests.store.kitting import reworded

OWN = made_up.question("anchors")
"""A question of the employer's: it is in no bank."""


def content(**changes: object) -> KitContent:
    asked = (
        KitQuestion(question=made_up.question("umbrellas"), why="It rains.", probes=("cost", "use")),
        KitQuestion(question=OWN, why="They keep a ship.", from_bank=False),
    )
    said = {
        "title": "Things",
        "asks": "Example Ltd",
        "consent": "I agree.",
        "another_way": "Write to us.",
        "minutes": 30,
        "questions": asked,
    }
    return KitContent.model_validate({**said, **changes})


def opened(store: Store, **changes: object) -> tuple[str, KitVersion]:
    kit_id = store.kits.create(content(**changes))
    store.kits.open(kit_id)
    return kit_id, store.kits.versions(kit_id)[-1]


def invite(store: Store, kit_id: str, label: str, extra_percent: int = 0) -> Invitation:
    return store.kits.invite(kit_id, label, utc_now() + timedelta(days=7), extra_percent)[0]


def talk(engine: Interviewer, workers: Workers, interview_id: str, answers: Sequence[str]) -> list[str]:
    """Answers until the interview is over; gives all that the interviewer said."""
    for text in answers:
        interview = engine.store.get(interview_id)
        if interview.status is InterviewStatus.ENDED:
            break
        engine.store.submit(interview_id, interview.next_seq, f"key-{interview.next_seq}", text, Intent.ANSWER)
        workers.wake(interview_id)
        assert workers.wait(interview_id)
    return [turn.text for turn in engine.store.get(interview_id).turns if turn.speaker is Speaker.INTERVIEWER]


ANSWERS = (
    (
        "They are useful every day, and they take up room.",
        "Without them one gets wet.",
        "They cost room.",
        "They hold.",
    ),
    ("No idea, to be honest, but perhaps they are alive.", "x", "I said that {already} about “cost” 🙂.", "y" * 5000),
)


@pytest.mark.parametrize("made", [offline, made_up.playing_along, made_up.real])
def test_all_candidates_hear_the_same_words_whatever_they_answer_and_whichever_model_listens(
    store: Store, made: Callable[[], InterviewModel]
) -> None:
    engine = Interviewer(store, made_up.bank(), made())
    workers = Workers(engine)
    kit_id, version = opened(store)
    heard = []
    for label, extra, answers in (("A", 0, ANSWERS[0]), ("B", 50, ANSWERS[1])):
        interview_id = engine.start_kit(version, invite(store, kit_id, label, extra))
        heard.append(talk(engine, workers, interview_id, answers))
        ended = store.get(interview_id)
        assert ended.status is InterviewStatus.ENDED
        assert [question.id for question in ended.plan] == ["umbrellas", "anchors"]
        assert {turn.by for turn in ended.turns if turn.speaker is Speaker.INTERVIEWER} == {"script"}
    workers.close()
    assert heard[0] == heard[1]
    asked = " ".join(heard[0])
    assert "What is the price of having umbrellas?" in asked
    assert asked.index("price of having") < asked.index("when there are no umbrellas")


def test_what_is_said_does_not_depend_on_the_model(store: Store) -> None:
    kit_id, version = opened(store)
    heard = []
    for label, model in (("A", offline()), ("B", made_up.real())):
        engine = Interviewer(store, made_up.bank(), model)
        workers = Workers(engine)
        heard.append(talk(engine, workers, engine.start_kit(version, invite(store, kit_id, label)), ANSWERS[0]))
        workers.close()
    assert heard[0] == heard[1]


def test_the_frozen_questions_are_asked_even_if_the_bank_has_others_by_now(store: Store) -> None:
    kit_id, version = opened(store)
    emptied = Bank(folder=made_up.bank().folder, questions={}, topics={}, roles={}, stages={}, sources={})
    interview_id = Interviewer(store, emptied, made_up.playing_along()).start_kit(version, invite(store, kit_id, "A"))
    assert store.get(interview_id).plan[1].hash == OWN.hash


def test_the_answers_are_graded_by_the_frozen_rubric(store: Store) -> None:
    engine = Interviewer(store, made_up.bank(), made_up.playing_along())
    workers = Workers(engine)
    kit_id, version = opened(store)
    interview_id = engine.start_kit(version, invite(store, kit_id, "A"))
    talk(engine, workers, interview_id, ANSWERS[0])
    assert workers.wait(interview_id)
    workers.close()
    graded = store.grades(interview_id)
    assert sorted(graded) == [1, 2]
    first = graded[1]
    assert isinstance(first, Grade)
    assert first.provenance.rubric_hash == version.content.questions[0].question.rubric.hash


def published(store: Store, kit_id: str) -> str:
    """Changes the rubric of the first question in a further version; gives the new rubric's hash."""
    now = store.kits.get(kit_id).content
    first = reworded(now.questions[0].question)
    asked = (now.questions[0].model_copy(update={"question": first}), *now.questions[1:])
    store.kits.publish(kit_id, now.model_copy(update={"questions": asked}), "One criterion is enough.")
    return first.rubric.hash


def graded_with(store: Store, interview_id: str) -> list[str]:
    """The rubrics that the grades of the first answer were made with, the oldest first."""
    made = [grade for _, grade in store.grade_history(interview_id, 1)]
    return [grade.provenance.rubric_hash for grade in made if isinstance(grade, Grade)]


def test_an_answer_that_comes_after_a_rubric_was_changed_is_graded_by_the_new_one(store: Store) -> None:
    engine = Interviewer(store, made_up.bank(), made_up.playing_along())
    workers = Workers(engine)
    kit_id, version = opened(store)
    interview_id = engine.start_kit(version, invite(store, kit_id, "A"))
    new = published(store, kit_id)
    talk(engine, workers, interview_id, ANSWERS[0])
    assert workers.wait(interview_id)
    workers.close()
    assert graded_with(store, interview_id) == [new]


def test_an_answer_that_is_being_graded_while_the_rubric_is_changed_is_graded_once_more(store: Store) -> None:
    new: list[str] = []

    def changes_meanwhile(request: GradeRequest) -> GradeDraft:
        if not new:
            new.append(published(store, kit_id))
        return made_up.gives_full_marks(request)

    engine = Interviewer(store, made_up.bank(), made_up.playing_along(grade=changes_meanwhile))
    workers = Workers(engine)
    kit_id, version = opened(store)
    interview_id = engine.start_kit(version, invite(store, kit_id, "A"))
    talk(engine, workers, interview_id, ANSWERS[0])
    assert workers.wait(interview_id)
    workers.close()
    assert graded_with(store, interview_id) == [version.content.questions[0].question.rubric.hash, *new]


def test_a_link_opened_in_many_tabs_at_once_is_one_interview(store: Store) -> None:
    engine = Interviewer(store, made_up.bank(), made_up.playing_along())
    kit_id, version = opened(store)
    invitation = invite(store, kit_id, "A")
    with ThreadPoolExecutor(8) as tabs:
        begun = set(tabs.map(lambda _: engine.start_kit(version, invitation), range(8)))
    assert len(begun) == 1
    assert store.kits.interviews(kit_id) == list(begun)


def test_a_withdrawn_link_begins_nothing(store: Store) -> None:
    engine = Interviewer(store, made_up.bank(), made_up.playing_along())
    kit_id, version = opened(store)
    invitation = invite(store, kit_id, "A")
    store.kits.revoke(invitation.id)  # after the page was drawn
    with pytest.raises(UsageError, match="withdrawn"):
        engine.start_kit(version, invitation)
    assert store.kits.interviews(kit_id) == []


def test_where_there_are_no_pauses_asking_for_one_stops_no_clock(store: Store) -> None:
    engine = Interviewer(store, made_up.bank(), made_up.playing_along())
    workers = Workers(engine)
    kit_id, version = opened(store, pausing=Pausing.NONE)
    interview_id = engine.start_kit(version, invite(store, kit_id, "A"))
    store.submit(interview_id, 2, "key", "Let's pause for a moment.", Intent.PAUSE)
    workers.wake(interview_id)
    assert workers.wait(interview_id)
    workers.close()
    interview = store.get(interview_id)
    assert interview.status is InterviewStatus.RUNNING
    assert interview.turns[-1].move is not None
    assert interview.turns[-1].move.manner == "no_pause"
    with pytest.raises(UsageError):
        store.pause(interview_id)
