"""Stored answers scored under a changed rubric, and what that changes: who moves, on which criteria, and whether the
grades come nearer to people's ratings.

What is compared was scored by one and the same judge under both rubrics, so that no other model, version or setting has
part in the difference. Where that judge grades the same answer differently each time, that is in the difference, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from interviewer.calibration import rating_files
from interviewer.calibration.means import mean_figure
from interviewer.calibration.raters import agreement
from interviewer.calibration.rating_files import WORDS
from interviewer.calibration.resampling import RESAMPLES
from interviewer.contracts import Agreed, AgreedWithMachine, AgreementPart, Figure
from interviewer.domain.grade import CriterionVerdict, Grade, Ungraded
from interviewer.domain.interview import Interview
from interviewer.domain.question import Question, Rubric
from interviewer.domain.rating import Rating
from interviewer.domain.words import Verdict
from interviewer.grading.exchange import exchange_request, finished
from interviewer.models.base import GradeRequest, ModelInfo

Key: TypeAlias = tuple[str, int]
"""Interview ID and exchange number: an answer."""

Judge: TypeAlias = Callable[[GradeRequest], Grade | Ungraded]

Graded: TypeAlias = Mapping[Key, Grade | Ungraded]

BEFORE, AFTER = "machine: before", "machine: after"


def rescore(
    question: Question, interviews: Iterable[Interview], number: int, judge: Judge
) -> Iterator[tuple[Key, Grade | Ungraded]]:
    """Grades exchange ``number`` of each interview by ``question``'s rubric, one by one, as they are asked for.

    Interviews that never came to it, or are still at it, are left out.
    """
    for interview in interviews:
        if finished(interview, number) is not None:
            yield (interview.id, number), judge(exchange_request(interview, number, question))


def comparable(stored: Grade | Ungraded | None, rubric_hash: str, judge: ModelInfo) -> bool:
    """Whether a stored grade is what this judge gives under this rubric, so that the answer need not be scored anew."""
    if not isinstance(stored, Grade):
        return False
    made = stored.provenance
    return (made.rubric_hash, made.model, made.version, made.settings) == (
        rubric_hash,
        judge.name,
        judge.version,
        judge.settings,
    )


# --- what changes -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VerdictMove:
    """A criterion's verdict before and after; None where the rubric has no such criterion."""

    criterion: str
    text: str
    before: Verdict | None
    after: Verdict | None

    @property
    def changed(self) -> bool:
        return self.before is not self.after


@dataclass(frozen=True)
class Move:
    """One answer under both rubrics."""

    interview_id: str
    exchange: int
    before: Grade
    after: Grade
    verdicts: tuple[VerdictMove, ...]

    @property
    def shift(self) -> float:
        """How far the score moves, -5..5."""
        return round(self.after.score - self.before.score, 4)

    @property
    def bands(self) -> int:
        return self.after.band - self.before.band


@dataclass(frozen=True)
class CriterionMoves:
    """What becomes of one criterion over all answers: how often each verdict was given under either rubric, and of how
    many answers, assessed under both, the verdict gets better or worse."""

    criterion: str
    text: str
    stands: Literal["in both", "only before", "only after"]
    before: Mapping[Verdict, int]
    after: Mapping[Verdict, int]
    assessed: int
    better: int
    worse: int


@dataclass(frozen=True)
class WithPeople:
    """The agreement with people's ratings on one criterion (None: on whole answers), under either rubric.

    ``nearer`` is the mean distance from people (in bands, or in steps of the verdict) after less before, the people of
    an answer averaged: below zero, the draft is nearer. ``criterion`` keeps its ID where its words change; people then
    rated it in its old words.
    """

    criterion: str | None
    text: str
    people: Agreed
    before: AgreedWithMachine
    after: AgreedWithMachine
    nearer: Figure


@dataclass(frozen=True)
class Difference:
    """What a draft changes. ``moves`` are in the order of the answers; ``ungraded`` are the answers that have no grade
    under one of the two rubrics, and are in none of the figures. ``answers`` are of so many ``candidates``."""

    answers: int
    candidates: int
    moves: tuple[Move, ...]
    moved: Figure
    up: int
    down: int
    shift: Figure
    criteria: tuple[CriterionMoves, ...]
    rated: int
    overall: WithPeople | None
    by_criterion: tuple[WithPeople, ...]
    ungraded: Mapping[Key, str]


def compare(
    before: Graded,
    after: Graded,
    ratings: Sequence[Rating],
    old: Rubric,
    new: Rubric,
    *,
    resamples: int = RESAMPLES,
) -> Difference:
    """What changes between the answers' grades ``before`` (under ``old``) and ``after`` (under ``new``).

    Only answers in both are compared. ``ratings`` are people's, submitted ones; those of other answers are passed by.
    Which rubric a rater had in view is not asked of bands: an answer is worth what it is worth, whatever a rubric looks
    for. Verdicts on criteria in other words than ``old``'s are the caller's to leave out. The agreement before and the
    one after are of the same answers, also on each criterion: those that were assessed under both.
    """
    moves: list[Move] = []
    ungraded: dict[Key, str] = {}
    for key in before:
        if key not in after:
            continue
        one, other = before[key], after[key]
        if isinstance(one, Grade) and isinstance(other, Grade):
            moves.append(Move(*key, one, other, _verdict_moves(one, other, old, new)))
        else:
            ungraded[key] = one.reason if isinstance(one, Ungraded) else getattr(other, "reason", "")
    whose = [move.interview_id for move in moves]
    overall, by_criterion, rated = _with_people(moves, ratings, old, new, resamples)
    return Difference(
        answers=len(moves),
        candidates=len(set(whose)),
        moves=tuple(moves),
        moved=mean_figure([float(move.bands != 0) for move in moves], whose, share=True, resamples=resamples),
        up=sum(move.bands > 0 for move in moves),
        down=sum(move.bands < 0 for move in moves),
        shift=mean_figure([move.shift for move in moves], whose, resamples=resamples),
        criteria=tuple(_criteria(moves, old, new)),
        rated=rated,
        overall=overall,
        by_criterion=by_criterion,
        ungraded=ungraded,
    )


def _united(old: Rubric, new: Rubric) -> dict[str, str]:
    """The criteria of both rubrics with their text, the new one's first, in its order and words."""
    united = {criterion.id: criterion.text for criterion in new.criteria}
    return united | {c.id: c.text for c in old.criteria if c.id not in united}


def _given(grade: Grade) -> dict[str, CriterionVerdict]:
    return {verdict.criterion: verdict for verdict in grade.verdicts}


def _verdict_moves(before: Grade, after: Grade, old: Rubric, new: Rubric) -> tuple[VerdictMove, ...]:
    one, other = _given(before), _given(after)
    return tuple(
        VerdictMove(
            criterion=criterion,
            text=text,
            before=one[criterion].verdict if criterion in one else None,
            after=other[criterion].verdict if criterion in other else None,
        )
        for criterion, text in _united(old, new).items()
    )


def _criteria(moves: Sequence[Move], old: Rubric, new: Rubric) -> Iterator[CriterionMoves]:
    was, is_now = {c.id for c in old.criteria}, {c.id for c in new.criteria}
    for criterion, text in _united(old, new).items():
        of = [one for move in moves for one in move.verdicts if one.criterion == criterion]
        steps = [
            WORDS[one.after] - WORDS[one.before]
            for one in of
            if one.before is not None and one.after is not None and one.before in WORDS and one.after in WORDS
        ]
        yield CriterionMoves(
            criterion=criterion,
            text=text,
            stands="only after" if criterion not in was else "only before" if criterion not in is_now else "in both",
            before=Counter(one.before for one in of if one.before is not None),
            after=Counter(one.after for one in of if one.after is not None),
            assessed=len(steps),
            better=sum(step > 0 for step in steps),
            worse=sum(step < 0 for step in steps),
        )


# --- agreement with people ----------------------------------------------------------------------------------


def _with_people(
    moves: Sequence[Move], ratings: Sequence[Rating], old: Rubric, new: Rubric, resamples: int
) -> tuple[WithPeople | None, tuple[WithPeople, ...], int]:
    """The agreement on whole answers, by criterion that is in both rubrics, and how many answers people rated."""
    by_answer = {(move.interview_id, move.exchange): move for move in moves}
    people = [one for one in ratings if one.submitted_at is not None and (one.interview_id, one.exchange) in by_answer]
    rated = {(one.interview_id, one.exchange) for one in people}
    kept = {c.id: c.text for c in new.criteria if c.id in {o.id for o in old.criteria}}
    rows: list[rating_files.Rating] = []
    for one in people:
        if one.band is not None:
            rows.append(_row(one.interview_id, one.exchange, one.rater, float(one.band)))
        for criterion, verdict in one.verdicts.items():
            if criterion in kept and verdict in WORDS:
                rows.append(_row(one.interview_id, one.exchange, one.rater, WORDS[verdict], criterion))
    have = {(row.item, row.criterion) for row in rows}
    for move in moves:
        before, after = _scores(move.before), _scores(move.after)
        # A criterion that only one of the two assessed would make one side's figure of other answers than the other's.
        for key in before.keys() & after.keys():
            for name, scores in ((BEFORE, before), (AFTER, after)):
                row = _row(move.interview_id, move.exchange, name, scores[key], key)
                if (row.item, key) in have:
                    rows.append(row)
    if not any(one.rater in (BEFORE, AFTER) for one in rows):
        return None, (), len(rated)
    machines = [name for name in (BEFORE, AFTER) if any(row.rater == name for row in rows)]
    found = agreement(rows, machines=machines, resamples=resamples)
    whole = None if found.overall is None or found.overall.made_of != "whole answers" else found.overall
    parts = {part.criterion: part for part in found.criteria}
    by_criterion = [_pair(parts[name], text, rows, resamples) for name, text in kept.items() if name in parts]
    return (
        None if whole is None else _pair(whole, "The whole answer", rows, resamples),
        tuple(one for one in by_criterion if one is not None),
        len(rated),
    )


def _scores(grade: Grade) -> dict[str | None, float]:
    """A grade's band (None) and verdicts as numbers; a criterion that was not assessed has none."""
    return {None: float(grade.band)} | {v.criterion: WORDS[v.verdict] for v in grade.verdicts if v.verdict in WORDS}


def _row(
    interview_id: str, exchange: int, rater: str, score: float, criterion: str | None = None
) -> rating_files.Rating:
    return rating_files.Rating(
        item=f"{interview_id}/{exchange}",
        rater=rater,
        score=score,
        criterion=criterion,
        candidate=interview_id,
        word=criterion is not None,
    )


def _pair(part: AgreementPart, text: str, rows: Sequence[rating_files.Rating], resamples: int) -> WithPeople | None:
    machines = {one.machine: one for one in part.machines}
    if BEFORE not in machines or AFTER not in machines:
        return None
    of_item: dict[str, dict[str, float]] = {}
    whose: dict[str, str] = {}
    for row in rows:
        if row.criterion == part.criterion:
            of_item.setdefault(row.item, {})[row.rater] = row.score
            whose[row.item] = row.candidate or row.item
    apart: dict[str, float] = {}
    for item, scores in of_item.items():
        people = [score for rater, score in scores.items() if rater not in (BEFORE, AFTER)]
        if people and BEFORE in scores and AFTER in scores:
            off = [sum(abs(scores[name] - score) for score in people) / len(people) for name in (AFTER, BEFORE)]
            apart[item] = off[0] - off[1]
    return WithPeople(
        criterion=part.criterion,
        text=text,
        people=part.people,
        before=machines[BEFORE],
        after=machines[AFTER],
        nearer=mean_figure(list(apart.values()), [whose[item] for item in apart], resamples=resamples),
    )
