"""A small kit with candidates, for tests of results: two questions, the first of them with two criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from interviewer.contracts import Results
from interviewer.domain.grade import CriterionVerdict, Evidence, Grade, Provenance, Ungraded
from interviewer.domain.interview import (
    Assessment,
    Exchange,
    ExchangeStatus,
    Interview,
    InterviewStatus,
    Move,
    Setup,
    Turn,
)
from interviewer.domain.kit import (
    Invitation,
    Kit,
    KitContent,
    KitQuestion,
    KitStatus,
    KitTerms,
    KitVersion,
    Pausing,
)
from interviewer.domain.question import Criterion, Question, Rubric
from interviewer.domain.rating import Decision, DecisionKind, Rater, Rating
from interviewer.domain.words import (
    CriterionKind,
    Format,
    Intent,
    Mode,
    MoveKind,
    Role,
    Seniority,
    Speaker,
    Stage,
    Verdict,
)
from interviewer.kits.results import results

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def question(name: str, **criteria: str) -> Question:
    return Question(
        id=name,
        prompt=f"What is {name}?",
        topic="learning",
        stage=Stage.THEORY,
        seniority=Seniority.MID,
        roles=(Role.ML_ENGINEER,),
        format=Format.CONCEPT,
        minutes=3,
        approach="Begin at the beginning.",
        rubric=Rubric(criteria=tuple(Criterion(id=id, text=text, statements=(text,)) for id, text in criteria.items())),
        sample_answer="It is what it is.",
    )


DRIFT = question("drift", cause="Names a cause.", remedy="Names a remedy.")
CHANGED = question("drift", cause="Names a cause of it.", remedy="Names a remedy.", cost="Says what it costs.")
LEAKAGE = question("leakage", what="Says what leaks.")


def version(number: int, *questions: Question) -> KitVersion:
    content = KitContent(
        title="Spring", asks="Example Ltd", questions=tuple(KitQuestion(question=q) for q in questions)
    )
    return KitVersion(number=number, content=content, at=NOON + timedelta(days=number))


FIRST, SECOND = version(1, DRIFT, LEAKAGE), version(2, CHANGED, LEAKAGE)


def invitation(place: int, label: str, interview: str | None = None, **more: object) -> Invitation:
    begun = NOON if interview is not None else None
    values = {"extra_percent": 0, "imported": False, "consented_at": begun, "version": 1 if interview else None, **more}
    return Invitation.model_validate(
        {
            "id": f"link-{place}",
            "kit_id": "kit",
            "owner": "me",
            "label": label,
            "created_at": NOON,
            "expires_at": NOON + timedelta(days=7),
            "interview_id": interview,
            **values,
        }
    )


def interview(
    name: str,
    answers: Sequence[str | None],
    *,
    plan: Sequence[Question] = (DRIFT, LEAKAGE),
    status: InterviewStatus = InterviewStatus.ENDED,
    manner: str = "close",
    assessed: bool = True,
) -> Interview:
    """An interview in which each question was answered once; None is a question that was skipped."""
    turns: list[Turn] = []
    exchanges: list[Exchange] = []
    assessments: list[Assessment] = []
    for number, (asked, answer) in enumerate(zip(plan, answers, strict=False), 1):
        at = NOON + timedelta(minutes=number)
        move = Move(kind=MoveKind.ASK if number == 1 else MoveKind.ADVANCE)
        turns.append(
            Turn(seq=len(turns) + 1, exchange=number, speaker=Speaker.INTERVIEWER, text=asked.prompt, at=at, move=move)
        )
        if answer is not None:
            turns.append(Turn(seq=len(turns) + 1, exchange=number, speaker=Speaker.CANDIDATE, text=answer, at=at))
            if assessed:
                assessments.append(Assessment(turn=len(turns), intent=Intent.ANSWER))
        state = ExchangeStatus.SKIPPED if answer is None else ExchangeStatus.CLOSED
        if status is not InterviewStatus.ENDED and number == len(answers):
            state = ExchangeStatus.OPEN
        exchanges.append(Exchange(number=number, question=asked, status=state, opened_at=at, closed_at=at))
    if status is InterviewStatus.ENDED:
        end = Move(kind=MoveKind.CLOSE, manner=manner)
        turns.append(
            Turn(
                seq=len(turns) + 1,
                exchange=len(exchanges),
                speaker=Speaker.INTERVIEWER,
                text="Thank you.",
                at=NOON,
                move=end,
            )
        )
    terms = KitTerms(
        kit="kit",
        version=1,
        content=FIRST.content.hash,
        title="Spring",
        asks="Example Ltd",
        pausing=Pausing.COUNTED,
        probes=((),) * len(plan),
    )
    return Interview(
        id=name,
        owner="me",
        setup=Setup(mode=Mode.REAL, minutes=30, question_ids=tuple(q.id for q in plan), kit=terms),
        bank_hash="",
        model="offline",
        status=status,
        created_at=NOON,
        ended_at=NOON + timedelta(minutes=10) if status is InterviewStatus.ENDED else None,
        plan=tuple(plan),
        exchanges=tuple(exchanges),
        turns=tuple(turns),
        assessments=tuple(assessments),
    )


def grade(
    of: Question = DRIFT,
    score: float = 3.0,
    low: float | None = None,
    high: float | None = None,
    band: int = 3,
    quote: tuple[int, str] | None = None,
    doubtful: bool = False,
    **verdicts: Verdict,
) -> Grade:
    """A grade; criteria without a verdict are missing. ``quote`` is a turn's number and words at its beginning."""
    evidence: tuple[Evidence, ...] = ()
    if quote is not None:
        evidence = (Evidence(turn=quote[0], start=0, end=len(quote[1]), text=quote[1]),)
    return Grade(
        score=score,
        low=score if low is None else low,
        high=score if high is None else high,
        band=band,
        confidence=0.8,
        verdicts=tuple(
            CriterionVerdict(
                criterion=one.id,
                text=one.text,
                kind=CriterionKind.CORE,
                weight=1.0,
                verdict=verdicts.get(one.id, Verdict.MISSING),
                confidence=0.8,
                reason="So it is.",
                evidence=evidence if verdicts.get(one.id) is Verdict.MET else (),
                doubtful=doubtful,
            )
            for one in of.rubric.criteria
        ),
        provenance=Provenance(model="offline", version="2", rubric_hash=of.rubric.hash),
    )


def rater(name: str, imported: bool = False) -> Rater:
    return Rater(id=f"id-{name}", kit_id="kit", owner="me", name=name, created_at=NOON, imported=imported)


def rating(
    who: str, band: int | None, item: tuple[str, int] = ("a", 1), of: Question = DRIFT, **verdicts: Verdict
) -> Rating:
    return Rating(
        interview_id=item[0],
        exchange=item[1],
        rater=f"id-{who}",
        rubric_hash=of.rubric.hash,
        verdicts=verdicts,
        band=band,
        submitted_at=NOON,
    )


def decision(band: int, item: tuple[str, int] = ("a", 1), withdrawn: bool = False, **verdicts: Verdict) -> Decision:
    return Decision(
        interview_id=item[0],
        exchange=item[1],
        kind=DecisionKind.OVERRIDE,
        by="Dana",
        band=band,
        verdicts=verdicts,
        reason="It was all there.",
        rubric_hash=DRIFT.rubric.hash,
        at=NOON,
        withdrawn=withdrawn,
    )


def kit(versions: Sequence[KitVersion] = (FIRST,)) -> Kit:
    return Kit(
        id="kit",
        owner="me",
        status=KitStatus.OPEN,
        created_at=NOON,
        content=versions[-1].content,
        version=versions[-1].number,
    )


def made(
    invitations: Sequence[Invitation],
    interviews: Sequence[Interview] = (),
    *,
    versions: Sequence[KitVersion] = (FIRST,),
    grades: Mapping[str, Mapping[int, Grade | Ungraded]] | None = None,
    raters: Sequence[Rater] = (),
    ratings: Sequence[Rating] = (),
    decisions: Mapping[tuple[str, int], Sequence[Decision]] | None = None,
    pauses: Mapping[str, int] | None = None,
) -> Results:
    return results(
        kit(versions),
        versions,
        invitations,
        interviews={one.id: one for one in interviews},
        grades=grades or {},
        raters=raters,
        ratings=ratings,
        decisions=decisions or {},
        pauses=pauses or {},
        now=NOON + timedelta(hours=1),
    )
