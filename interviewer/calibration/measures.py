"""How good the grader is, table by table, on the calibration answers of one half of the questions.

“Authors” are the writers of the answers: each band is what one of them meant an answer to be worth by the rubric.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from interviewer.calibration.agreement import (
    Array,
    Statistic,
    estimate,
    exact,
    macro_error,
    quadratic_kappa,
    share,
    spearman,
    within_one,
)
from interviewer.calibration.floors import banded, floors
from interviewer.calibration.laws import ADDED, AUTHORS_OWN, DELETED, REPEATED, try_laws
from interviewer.calibration.perturb import CHANGES, NOISE, changed
from interviewer.calibration.probes import first_moves
from interviewer.calibration.second_key import irrelevant_quotes, valid_quotes
from interviewer.calibration.tables import Cell, Table
from interviewer.calibration.trials import CREDITED, WORTHLESS, Case, Trial, credit, graded, reliability
from interviewer.domain.knowledge import AnswerKind, SecondReading
from interviewer.domain.words import Bearing, MoveKind
from interviewer.embedding.base import Embedder
from interviewer.grading.grader import SecondKey
from interviewer.grading.scoring import band, score_of
from interviewer.models.base import InterviewModel

ENOUGH = 300
"""Answers, evenly drawn, on which every change is tried."""

STATISTICS: Mapping[str, Statistic] = {
    "weighted kappa": quadratic_kappa,
    "error per band": macro_error,
    "Spearman": spearman,
    "exact": exact,
    "within one": within_one,
}


def agreement(trials: Sequence[Trial], development: Sequence[Case], embedder: Embedder, *, resamples: int) -> Table:
    """The grader and the floors against the authors' bands, with 95 % intervals over questions."""
    cases = [trial.case for trial in trials]
    meant = np.array([trial.meant for trial in trials], dtype=float)
    groups = [case.question.id for case in cases]
    name = f"offline model, version {trials[0].grade.provenance.version}"
    graders: dict[str, Array] = {name: np.array([trial.given for trial in trials], dtype=float)}
    graders |= {name: banded(score, development, cases) for name, score in floors(embedder).items()}
    rows: list[list[Cell]] = [
        [name, *(estimate(s, meant, given, groups, resamples=resamples) for s in STATISTICS.values())]
        for name, given in graders.items()
    ]
    return Table(
        "agreement",
        f"Agreement with the authors' bands: {len(trials)} answers to {len(set(groups))} questions",
        ["grader", *STATISTICS],
        rows,
        "With 95 % BCa intervals, resampling questions. The weights of kappa are quadratic; “error per band” is the "
        "mean absolute error averaged over the five bands. The other rows read nothing: their bands are fitted to a "
        "single number on the development half.",
    )


def by_kind(trials: Sequence[Trial]) -> Table:
    kinds: dict[AnswerKind, list[Trial]] = defaultdict(list)
    for trial in trials:
        kinds[trial.case.answer.kind].append(trial)
    rows: list[list[Cell]] = []
    for kind in AnswerKind:
        if chosen := kinds[kind]:
            spread = Counter(trial.given for trial in chosen)
            given = sum(trial.given for trial in chosen) / len(chosen)
            bands = [spread[b] for b in range(1, 6)]
            meant = sum(trial.meant for trial in chosen) / len(chosen)
            rows.append([kind.value, len(chosen), meant, given, *bands])
    worthless = [trial for trial in trials if trial.case.answer.kind in WORTHLESS]
    in_one = share(sum(trial.given == 1 for trial in worthless), len(worthless))
    told = [trial for trial in trials if trial.case.answer.kind is AnswerKind.INSTRUCTION]
    paid = sum(trial.grade.score > 0 for trial in told)
    return Table(
        "kinds",
        "By kind of answer: the authors' mean band, the grader's, and how many got each band",
        ["kind", "answers", "meant", "given", "1", "2", "3", "4", "5"],
        rows,
        f"Of what is wrong, negated, off topic, restated or a list of keywords, {in_one} is in band 1. "
        f"Of {len(told)} instructions to the grader, {paid} earned anything.",
    )


def credits(trials: Sequence[Trial]) -> Table:
    kinds = {"all answers": list(trials)}
    kinds["bands 2 to 5"] = [trial for trial in trials if trial.meant > 1]
    rows: list[list[Cell]] = []
    for name, chosen in kinds.items():
        found = credit(chosen)
        rows.append([name, found.both, found.grader_only, found.authors_only, found.precision, found.recall, found.f1])
    return Table(
        "credit",
        "Criteria that earned something",
        ["", "both", "grader only", "authors only", "precision", "recall", "F1"],
        rows,
    )


def confidence(trials: Sequence[Trial]) -> Table:
    bins, error = reliability(trials)
    rows: list[list[Cell]] = [[f"{one.low:.2f}–{one.high:.2f}", one.count, one.confidence, one.right] for one in bins]
    return Table(
        "confidence",
        "Confidence of a verdict, and how often it is right about credit",
        ["confidence", "verdicts", "mean confidence", "right"],
        rows,
        f"Expected calibration error {error:.3f}.",
    )


def invariance(model: InterviewModel, trials: Sequence[Trial]) -> Table:
    """Every change on ENOUGH answers: how often the band stays, and how far the score moves."""
    step = max(1.0, len(trials) / ENOUGH)
    trials = [trials[int(number * step)] for number in range(min(ENOUGH, len(trials)))]
    rows: list[list[Cell]] = []
    for name, change in {**CHANGES, **NOISE}.items():
        after = [graded(model, t.case.question, changed(t.case.answer.text, change)) for t in trials]
        same = sum(a.band == t.given for a, t in zip(after, trials, strict=True))
        moved = [a.score - t.grade.score for a, t in zip(after, trials, strict=True)]
        rows.append([name, len(trials), share(same, len(trials)), float(np.mean(moved)), float(np.mean(np.abs(moved)))])
    return Table(
        "invariance",
        "The same answers, said or written differently",
        ["change", "answers", "same band", "mean shift of score", "mean absolute shift"],
        rows,
        "The last two lose something: there the score may move a little.",
    )


def laws(model: InterviewModel, trials: Sequence[Trial]) -> Table:
    tried = list(try_laws(model, trials))
    rows: list[list[Cell]] = []
    for law in (ADDED, DELETED, REPEATED, AUTHORS_OWN):
        chosen = [one for one in tried if one.law == law]
        rows.append([law, len(chosen), share(sum(one.held for one in chosen), len(chosen))])
    return Table("laws", "More, less and the same", ["law", "tried", "held"], rows)


def readers(trials: Iterable[Trial], readings: Mapping[str, Mapping[str, SecondReading]], *, resamples: int) -> Table:
    """How far the authors and blind second readers agree: what a grader could at best be expected to reach."""
    chosen = [
        (trial.case, readings[trial.case.question.id][trial.case.answer.id])
        for trial in trials
        if trial.case.question.id in readings
    ]
    if not chosen:
        return Table("readers", "Authors and second readers", ["", "agreement"], [["answers read twice", 0]])
    meant = [float(case.answer.band) for case, _ in chosen]
    read = [float(band(score_of(case.question.rubric.criteria, reading.verdicts))) for case, reading in chosen]
    groups = [case.question.id for case, _ in chosen]
    pairs = [(case.answer.verdicts[c], v) for case, reading in chosen for c, v in reading.verdicts.items()]
    rows: list[list[Cell]] = [
        [name, estimate(s, meant, read, groups, resamples=resamples)] for name, s in STATISTICS.items()
    ]
    rows.append(["same verdict", share(sum(a is b for a, b in pairs), len(pairs))])
    rows.append(["same about credit", share(sum((a in CREDITED) == (b in CREDITED) for a, b in pairs), len(pairs))])
    return Table(
        "readers",
        f"Authors and blind second readers: {len(chosen)} answers, {len(pairs)} verdicts",
        ["", "agreement"],
        rows,
    )


def probes(model: InterviewModel, trials: Sequence[Trial]) -> Table:
    moves = list(first_moves(model, trials))
    rows: list[list[Cell]] = []
    for name, bands in (("bands 2 to 4", (2, 3, 4)), ("band 5", (5,))):
        chosen = [move for move in moves if move.band in bands]
        asked = [move for move in chosen if move.kind is MoveKind.PROBE]
        challenged = sum(move.kind is MoveKind.CHALLENGE for move in chosen)
        rows.append([name, len(chosen), challenged, len(asked), share(sum(m.aims_at_a_gap for m in asked), len(asked))])
    return Table(
        "probes",
        "The first move after an answer",
        ["authors' band", "answers", "challenged", "probed", "probes that aim at what is truly missing"],
        rows,
    )


def second_key(key: SecondKey, trials: Sequence[Trial]) -> Table:
    """What the second key makes of valid and of irrelevant quotes."""
    cases = [trial.case for trial in trials]
    quotes = {"valid": list(valid_quotes(cases))}
    for quote in irrelevant_quotes(cases):
        quotes.setdefault(f"irrelevant, {quote.kind}", []).append(quote)
    rows: list[list[Cell]] = []
    for name, chosen in quotes.items():
        found = Counter(key(q.question.prompt, q.question.rubric, q.criterion, q.text) for q in chosen)
        rows.append([name, len(chosen), *(share(found[b], len(chosen)) for b in Bearing)])
    return Table(
        "second-key",
        "The second key: quotes offered as evidence for a criterion",
        ["quotes", "tried", "accepted", "flagged", "rejected"],
        rows,
        "An irrelevant quote is the candidate's own and true, but says nothing of the criterion.",
    )
