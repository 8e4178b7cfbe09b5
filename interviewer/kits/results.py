"""The results of a kit as one value that page, command and files are made from. Pure: nobody is ranked here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from interviewer.contracts import (
    AnswerResult,
    CandidateOverall,
    CandidateResult,
    CriterionResult,
    Grader,
    MachineGrade,
    MachineVerdict,
    PersonRating,
    PersonVerdict,
    Quote,
    Results,
    ResultsCriterion,
    ResultsDecision,
    ResultsKit,
    ResultsQuestion,
    ResultsTurn,
    ResultsVersion,
    Stands,
)
from interviewer.domain.grade import CriterionVerdict, Grade, Ungraded
from interviewer.domain.interview import Exchange, ExchangeStatus, Interview, InterviewStatus
from interviewer.domain.kit import Invitation, Kit, KitQuestion, KitVersion
from interviewer.domain.question import Criterion
from interviewer.domain.rating import Decision, Rater, Rating, in_force
from interviewer.domain.words import CriterionKind, MoveKind, Speaker, Verdict
from interviewer.kits import standing as places
from interviewer.kits.standing import by_exchange, criterion_standing
from interviewer.report import counting

HOW: dict[str, Literal["complete", "early", "time"]] = {
    "close": "complete",
    "close_early": "early",
    "close_time": "time",
}
"""How an interview ended, by the manner of its last move."""

WHY = {
    counting.Standing.OPEN: "This question is still open.",
    counting.Standing.SKIPPED: "It was skipped.",
    counting.Standing.UNANSWERED: "The interview ended before anything was said to it.",
    counting.Standing.PENDING: "The grade is still being made.",
}

NOT_IN_THE_FILE = "The file that was brought in has no answer to it."


def results(
    kit: Kit,
    versions: Sequence[KitVersion],
    invitations: Sequence[Invitation],
    *,
    interviews: Mapping[str, Interview],
    grades: Mapping[str, Mapping[int, Grade | Ungraded]],
    raters: Sequence[Rater],
    ratings: Sequence[Rating],
    decisions: Mapping[tuple[str, int], Sequence[Decision]],
    pauses: Mapping[str, int],
    now: datetime,
) -> Results:
    """The results as they stand at ``now``, candidates in the order of ``invitations``.

    ``versions`` are oldest first; ``grades`` are the newest by interview and exchange, ``decisions`` oldest first, and
    ``pauses`` how often each interview was paused. An invitation whose interview is not among ``interviews`` was not
    begun, or its interview was deleted.
    """
    known = _Known(versions, raters, by_exchange(ratings), decisions)
    return Results(
        kit=ResultsKit(
            id=kit.id,
            title=kit.content.title,
            asks=kit.content.asks,
            status=kit.status,
            versions=[
                ResultsVersion(number=one.number, content=one.content.hash, at=one.at, note=one.note)
                for one in versions
            ],
        ),
        at=now,
        names=True,
        questions=_questions(versions, kit.content.questions),
        candidates=[
            _candidate(
                number,
                invitation,
                interviews.get(invitation.interview_id or ""),
                grades.get(invitation.interview_id or "", {}),
                pauses.get(invitation.interview_id or ""),
                known,
                now,
            )
            for number, invitation in enumerate(invitations, 1)
        ],
    )


def coded(found: Results) -> Results:
    """The same results with codes instead of the candidates' names. What candidates said is left as it is."""
    candidates = [one.model_copy(update={"candidate": one.code}) for one in found.candidates]
    return found.model_copy(update={"candidates": candidates, "names": False})


class _Known:
    """What is looked up for each answer."""

    def __init__(
        self,
        versions: Sequence[KitVersion],
        raters: Sequence[Rater],
        ratings: Mapping[tuple[str, int], list[Rating]],
        decisions: Mapping[tuple[str, int], Sequence[Decision]],
    ) -> None:
        self.raters = {rater.id: rater for rater in raters}
        self.ratings = ratings
        self.decisions = decisions
        self._versions: dict[str, list[int]] = {}
        self._criteria: dict[str, dict[str, Criterion]] = {}
        self._words: dict[tuple[str, str], str] = {}
        for version in versions:
            for asked in version.content.questions:
                self._versions.setdefault(asked.question.rubric.hash, []).append(version.number)
                # The newest wording of a criterion that several versions have comes last, and stays.
                self._criteria.setdefault(asked.question.id, {}).update(
                    {criterion.id: criterion for criterion in asked.question.rubric.criteria}
                )

                for criterion in asked.question.rubric.criteria:
                    self._words[asked.question.rubric.hash, criterion.id] = criterion.text

    def other_words(self, rubric_hash: str, criterion: str, text: str) -> str | None:
        """What a criterion said in the rubric that somebody had in view, where that is not ``text``."""
        words = self._words.get((rubric_hash, criterion), text)
        return None if words == text else words

    def versions(self, rubric_hash: str) -> list[int]:
        return self._versions.get(rubric_hash, [])

    def criterion(self, question: str, criterion: str) -> tuple[str, CriterionKind]:
        found = self._criteria.get(question, {}).get(criterion)
        return (criterion, CriterionKind.CORE) if found is None else (found.text, found.kind)


def _questions(versions: Sequence[KitVersion], drafted: Iterable[KitQuestion]) -> list[ResultsQuestion]:
    newest = list(versions[-1].content.questions if versions else drafted)
    found = {asked.question.id: (place, asked) for place, asked in enumerate(newest, 1)}
    earlier = {
        asked.question.id: asked
        for version in versions
        for asked in version.content.questions
        if asked.question.id not in found
    }
    return [
        *(_question(asked, place) for place, asked in found.values()),
        *(_question(asked, None) for asked in earlier.values()),
    ]


def _question(asked: KitQuestion, number: int | None) -> ResultsQuestion:
    return ResultsQuestion(
        id=asked.question.id,
        number=number,
        prompt=asked.question.prompt,
        from_bank=asked.from_bank,
        rubric=asked.question.rubric.hash,
        criteria=[
            ResultsCriterion(id=one.id, text=one.text, kind=one.kind, weight=one.weight)
            for one in asked.question.rubric.criteria
        ],
    )


def _candidate(
    number: int,
    invitation: Invitation,
    interview: Interview | None,
    grades: Mapping[int, Grade | Ungraded],
    pauses: int | None,
    known: _Known,
    now: datetime,
) -> CandidateResult:
    answers = [] if interview is None else [
        _answer(interview, exchange, grades.get(exchange.number), invitation.imported, known, now)
        for exchange in interview.exchanges
    ]  # fmt: skip
    terms = None if interview is None else interview.setup.kit
    ours = interview is not None and not invitation.imported
    return CandidateResult(
        candidate=invitation.label,
        code=f"Candidate {number:02}",
        interview=None if interview is None else interview.id,
        status=_status(invitation, interview),
        ended=None if interview is None or invitation.imported else _ended(interview),
        imported=invitation.imported,
        version=terms.version if terms is not None else invitation.version,
        link_revoked=invitation.revoked_at is not None,
        extra_percent=invitation.extra_percent,
        minutes=interview.setup.minutes if interview is not None and ours else None,
        seconds=interview.elapsed_seconds(now) if interview is not None and ours else None,
        pauses=pauses if ours else None,
        begun_at=None if interview is None else interview.created_at,
        ended_at=None if interview is None else interview.ended_at,
        consented_at=invitation.consented_at,
        overall=_overall(answers, 0 if interview is None else len(interview.plan)),
        pending=sum(one.machine is None and one.stands.why == WHY[counting.Standing.PENDING] for one in answers),
        answers=answers,
    )


def _status(
    invitation: Invitation, interview: Interview | None
) -> Literal["not begun", "running", "paused", "ended", "deleted"]:
    if interview is None:
        return "deleted" if invitation.consented_at is not None or invitation.imported else "not begun"
    if interview.status is InterviewStatus.ENDED:
        return "ended"
    return "paused" if interview.status is InterviewStatus.PAUSED else "running"


def _ended(interview: Interview) -> Literal["complete", "early", "time"] | None:
    if interview.status is not InterviewStatus.ENDED:
        return None
    moves = [turn.move for turn in interview.turns if turn.move is not None]
    return HOW.get(moves[-1].manner) if moves and moves[-1].kind is MoveKind.CLOSE else None


def _overall(answers: Sequence[AnswerResult], planned: int) -> CandidateOverall:
    found = places.overall([_as_standing(answer.stands) for answer in answers])
    mean, low, high = found if found is not None else (None, None, None)
    counted = sum(answer.stands.band is not None for answer in answers)
    return CandidateOverall(mean=mean, low=low, high=high, counted=counted, questions=planned)


def _as_standing(stands: Stands) -> places.Standing:
    return places.Standing(places.By(stands.by), stands.band, stands.low, stands.high, stands.why)


def _answer(
    interview: Interview,
    exchange: Exchange,
    grade: Grade | Ungraded | None,
    imported: bool,
    known: _Known,
    now: datetime,
) -> AnswerResult:
    key = (interview.id, exchange.number)
    turns = interview.turns_of(exchange.number)
    ratings, decisions = known.ratings.get(key, []), known.decisions.get(key, ())
    decision = in_force(decisions)
    place = counting.standing(interview, exchange, grade)
    counts, why = place in (counting.Standing.COUNTED, counting.Standing.UNGRADED), WHY.get(place, "")
    if imported and exchange.status is ExchangeStatus.SKIPPED and all(t.speaker is Speaker.INTERVIEWER for t in turns):
        counts, why = False, NOT_IN_THE_FILE  # nobody skipped anything: it was not asked, or not written down
    stands = places.standing(decision, ratings, grade, counts=counts, why=why)
    return AnswerResult(
        exchange=exchange.number,
        question=exchange.question.id,
        status=exchange.status,
        seconds=interview.question_seconds(exchange, now),
        turns=[ResultsTurn(turn=turn.seq, speaker=turn.speaker, text=turn.text) for turn in turns],
        stands=Stands(by=stands.by.value, band=stands.band, low=stands.low, high=stands.high, why=stands.why),
        machine=None if grade is None else _machine(grade, known),
        ratings=[_rating(rating, known) for rating in ratings],
        decisions=[
            ResultsDecision(
                kind=one.kind,
                by=one.by,
                band=one.band,
                verdicts=one.verdicts,
                reason=one.reason,
                at=one.at,
                withdrawn=one.withdrawn,
            )
            for one in decisions
        ],
        criteria=_criteria(exchange, grade, ratings, decision, known),
    )


def _machine(grade: Grade | Ungraded, known: _Known) -> MachineGrade:
    made_by = grade.provenance
    grader, versions = None, list[int]()
    if made_by is not None:
        grader = Grader(model=made_by.model, version=made_by.version, rubric_hash=made_by.rubric_hash)
        versions = known.versions(made_by.rubric_hash)
    flags = list(grade.flags)
    if isinstance(grade, Ungraded):
        return MachineGrade(
            status="ungraded",
            score=None,
            low=None,
            high=None,
            band=None,
            confidence=None,
            flags=flags,
            grader=grader,
            versions=versions,
            error=grade.reason,
        )
    return MachineGrade(
        status="graded",
        score=grade.score,
        low=grade.low,
        high=grade.high,
        band=grade.band,
        confidence=grade.confidence,
        flags=flags,
        grader=grader,
        versions=versions,
        error=None,
    )


def _rating(rating: Rating, known: _Known) -> PersonRating:
    rater = known.raters.get(rating.rater)
    return PersonRating(
        rater=_name(rating, known),
        band=rating.band,
        comment=rating.comment,
        imported=rater is not None and rater.imported,
        rubric=rating.rubric_hash,
        versions=known.versions(rating.rubric_hash),
        submitted_at=rating.submitted_at,
        seconds=rating.seconds,
    )


def _name(rating: Rating, known: _Known) -> str:
    rater = known.raters.get(rating.rater)
    return rating.rater if rater is None else rater.name


def _criteria(
    exchange: Exchange,
    grade: Grade | Ungraded | None,
    ratings: Sequence[Rating],
    decision: Decision | None,
    known: _Known,
) -> list[CriterionResult]:
    """The criteria of the rubric that the grade was made with (of the interview's own, without a grade), then those
    that only people gave a verdict on, as happens when the rubric was changed after they rated. A verdict on a
    criterion that was worded otherwise then is shown, and stands for nothing."""
    machine: dict[str, CriterionVerdict] = {}
    rows: dict[str, tuple[str, CriterionKind]]
    if isinstance(grade, Grade):
        machine = {one.criterion: one for one in grade.verdicts}
        rows = {one.criterion: (one.text, one.kind) for one in grade.verdicts}
    else:
        rows = {one.id: (one.text, one.kind) for one in exchange.question.rubric.criteria}
    others = [rating.verdicts for rating in ratings] + ([] if decision is None else [decision.verdicts])
    for criterion in dict.fromkeys(criterion for verdicts in others for criterion in verdicts):
        rows.setdefault(criterion, known.criterion(exchange.question.id, criterion))
    made = []
    for criterion, (text, kind) in rows.items():
        people = [
            PersonVerdict(
                rater=_name(one, known),
                verdict=one.verdicts[criterion],
                words=known.other_words(one.rubric_hash, criterion, text),
            )
            for one in ratings
            if criterion in one.verdicts
        ]
        own = machine.get(criterion)
        decided = decision
        if decision is not None and known.other_words(decision.rubric_hash, criterion, text) is not None:
            decided = None
        given = [one.verdict for one in people if one.words is None]
        stands = criterion_standing(criterion, decided, given, None if own is None else own.verdict)
        made.append(
            CriterionResult(
                id=criterion,
                text=text,
                kind=kind,
                by=stands.by.value,
                verdict=stands.verdict,
                machine=None if own is None else _verdict(own),
                people=people,
            )
        )
    return made


def _verdict(verdict: CriterionVerdict) -> MachineVerdict:
    return MachineVerdict(
        verdict=Verdict(verdict.verdict),
        confidence=verdict.confidence,
        doubtful=verdict.doubtful,
        reason=verdict.reason,
        quotes=[Quote(turn=one.turn, start=one.start, end=one.end, text=one.text) for one in verdict.evidence],
    )
