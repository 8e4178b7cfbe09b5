"""Compares designs of the reader: ``python -m scripts.reader.compare`` prints the table that docs/grading.md quotes.

Every design is fitted on the same development questions and tried on the test half; they differ in what they look at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from interviewer.bank import Bank, load_bank, load_calibration, load_split
from interviewer.calibration.agreement import Array, macro_error, quadratic_kappa, within_one
from interviewer.calibration.tables import Table
from interviewer.calibration.trials import CREDITED, WORTHLESS
from interviewer.domain.knowledge import CalibrationAnswer
from interviewer.domain.question import Question
from interviewer.domain.words import Verdict
from interviewer.embedding import load_embedder
from interviewer.embedding.base import Embedder
from interviewer.grading.judge import answer_to
from interviewer.grading.scoring import band, score_of
from interviewer.models.offline.closer import SIGNS, look_closer
from interviewer.models.offline.pairs import pairs_for
from interviewer.models.offline.reader import FEATURES, Reference, read, shipped_heads
from interviewer.models.offline.said import usable
from interviewer.models.offline.verdicts import ANCHOR, CONTRADICTED, MET, PARTIAL, first_look, trees_from
from interviewer.resources import knowledge_dir
from interviewer.settings import Settings
from scripts.reader import split
from scripts.reader.pairs import NOT_STATED, Examples
from scripts.reader.verdicts import fit

FROZEN_EXAMPLES = 60_000
FIRST = [*range(len(FEATURES) + 2)]
CLOSER = [place for place in range(len(SIGNS)) if place not in FIRST]
CLOSENESS = [SIGNS.index("support")]


class FrozenHead:
    """The pair reader's rival: (u, v, |u - v|, u * v) of two frozen sentence vectors through a linear head."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        examples = Examples(seed=2)
        drawn = [examples.one() for _ in range(FROZEN_EXAMPLES)]
        drawn = [one for one in drawn if one[2] != NOT_STATED]
        x = self._seen([(said, reference) for said, reference, _ in drawn])
        self._head = LogisticRegression(C=0.1, max_iter=200).fit(x, [label for _, _, label in drawn])

    def read(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        if not pairs:
            return np.empty((0, 3))
        return np.asarray(self._head.predict_proba(self._seen(pairs)))

    def _seen(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        u, v = (self._embedder.embed([pair[side] for pair in pairs]) for side in (0, 1))
        return np.concatenate([u, v, np.abs(u - v) * 4, u * v * 4], axis=1)


Row = tuple[Question, CalibrationAnswer, Array]


def signs(bank: Bank, names: Sequence[str], embedder: Embedder, pairs: object) -> list[Row]:
    """Per answer its signs; nothing can be read where the array is empty."""
    found: list[Row] = []
    for name in names:
        question = bank.question(name)
        reference = Reference(embedder, question.prompt, question.rubric)
        for answer in load_calibration(bank)[name].answers:
            said = answer_to(question.prompt, question.rubric, answer.text)
            kept, _ = usable(said.turns, questions=question.rubric.counts_questions)
            reading = read(embedder, reference, kept, shipped_heads())
            empty = np.zeros((0, len(SIGNS)))
            found.append(
                (question, answer, look_closer(pairs, reference, reading).signs if reading.pieces else empty)  # type: ignore[arg-type]
            )
    return found


def judged(rows: Sequence[Row], weighed: Sequence[Row], columns: Sequence[int]) -> list[dict[str, Verdict]]:
    """Verdicts for ``rows`` by trees over some of the signs, fitted on ``weighed``."""
    fitted = [(q, a, s) for q, a, s in weighed if len(s)]
    x = np.concatenate([s[:, columns] for _, _, s in fitted])
    meant = [a.verdicts[c.id] for q, a, _ in fitted for c in q.rubric.criteria]
    groups = [q.id for q, _, _ in fitted for _ in q.rubric.criteria]
    stated = trees_from(fit(x, np.array([v in CREDITED for v in meant]), groups))
    denied = trees_from(fit(x, np.array([v is Verdict.CONTRADICTED for v in meant]), groups))
    out = []
    for question, _, own in rows:
        if not len(own):
            out.append({c.id: Verdict.MISSING for c in question.rubric.criteria})
            continue
        yes, no = stated.probability(own[:, columns]), denied.probability(own[:, columns])
        least = PARTIAL if yes.max() >= ANCHOR else ANCHOR
        out.append({c.id: _verdict(y, n, least) for c, y, n in zip(question.rubric.criteria, yes, no, strict=True)})
    return out


def _verdict(yes: float, no: float, least: float) -> Verdict:
    if no >= CONTRADICTED and no > yes:
        return Verdict.CONTRADICTED
    return Verdict.MISSING if yes < least else Verdict.MET if yes >= MET else Verdict.PARTIAL


def figures(rows: Sequence[Row], verdicts: Sequence[dict[str, Verdict]]) -> list[float]:
    meant = np.array([answer.band for _, answer, _ in rows], dtype=float)
    given = np.array([band(score_of(q.rubric.criteria, v)) for (q, _, _), v in zip(rows, verdicts, strict=True)], float)
    pairs = [(a.verdicts[c], v[c]) for (_, a, _), v in zip(rows, verdicts, strict=True) for c in v]
    both = sum(a in CREDITED and b in CREDITED for a, b in pairs)
    either = sum((a in CREDITED) + (b in CREDITED) for a, b in pairs)
    wrong = np.array([answer.kind in WORTHLESS for _, answer, _ in rows])
    return [
        quadratic_kappa(meant, given),
        macro_error(meant, given),
        within_one(meant, given),
        2 * both / either,
        float(np.mean(given[wrong] == 1)),
    ]


def main() -> None:
    bank = load_bank(knowledge_dir())
    embedder = load_embedder(Settings(embedder="minilm"))
    pairs = pairs_for(embedder)
    _, test = load_split(bank)
    tried: list[list[str | float]] = []
    plain: list[dict[str, Verdict]] = []
    for name in test:
        question = bank.question(name)
        reference = Reference(embedder, question.prompt, question.rubric)
        for answer in load_calibration(bank)[name].answers:
            kept, _ = usable(answer_to(question.prompt, question.rubric, answer.text).turns)
            drafts = first_look(question.rubric, read(embedder, reference, kept, shipped_heads()))
            plain.append({draft.criterion: draft.verdict for draft in drafts})
    weighed, rows = (signs(bank, names, embedder, pairs) for names in (split.weighed(bank), test))
    rival = FrozenHead(embedder)
    weighed_frozen, rows_frozen = (signs(bank, names, embedder, rival) for names in (split.weighed(bank), test))
    tried.append(["closeness to the nearest statement, trees", *figures(rows, judged(rows, weighed, CLOSENESS))])
    tried.append(["first look, logistic regressions alone", *figures(rows, plain)])
    tried.append(["first look, trees", *figures(rows, judged(rows, weighed, FIRST))])
    both = [*range(len(SIGNS))]
    tried.append(
        ["both looks, the second by frozen vectors", *figures(rows, judged(rows_frozen, weighed_frozen, both))]
    )
    tried.append(["second look alone, trees", *figures(rows, judged(rows, weighed, CLOSER))])
    tried.append(["both looks, trees (shipped)", *figures(rows, judged(rows, weighed, both))])
    columns = ["design", "weighted kappa", "error per band", "within one", "F1 of credit", "worthless in band 1"]
    print(Table("designs", f"Designs of the reader, test half: {len(rows)} answers", columns, tried).markdown())


if __name__ == "__main__":
    main()
