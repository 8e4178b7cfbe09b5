"""Compares designs of the reader: ``python -m scripts.reader.compare`` prints the table that docs/grading.md quotes.

Every design is fitted on the same development questions and tried on the test half; they differ in what they look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from sklearn.linear_model import LogisticRegression

from interviewer.bank import Bank, load_bank, load_calibration, load_split
from interviewer.calibration.agreement import macro_error, quadratic_kappa, within_one
from interviewer.calibration.tables import Table
from interviewer.calibration.trials import CREDITED, WORTHLESS
from interviewer.domain.knowledge import CalibrationAnswer
from interviewer.domain.question import Question
from interviewer.domain.words import Verdict
from interviewer.embedding import load_embedder
from interviewer.embedding.base import Embedder
from interviewer.grading.judge import answer_to
from interviewer.grading.scoring import band, score_of
from interviewer.models.offline.closer import SIGNS, Closer, look_closer
from interviewer.models.offline.pairs import PairReader, pairs_for
from interviewer.models.offline.reader import FEATURES, Reading, Reference, head_from, read, shipped_heads
from interviewer.models.offline.said import usable
from interviewer.models.offline.verdicts import Judges, first_look, second_look
from interviewer.resources import knowledge_dir
from interviewer.settings import Settings
from scripts.reader import split
from scripts.reader.pairs import NOT_STATED, Examples
from scripts.reader.verdicts import Bag, bags, contradicted, stated

FROZEN_EXAMPLES = 60_000
FIRST = SIGNS[: len(FEATURES) + 2]
CLOSER = SIGNS[len(FEATURES) + 2 :]


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


@dataclass(frozen=True)
class Row:
    """An answer, as far as it was read."""

    question: Question
    answer: CalibrationAnswer
    reference: Reference
    reading: Reading
    closer: Closer
    told: bool


def read_answers(bank: Bank, names: Sequence[str], embedder: Embedder, pairs: PairReader) -> list[Row]:
    found: list[Row] = []
    for name in names:
        question = bank.question(name)
        reference = Reference(embedder, question.prompt, question.rubric)
        for answer in load_calibration(bank)[name].answers:
            said = answer_to(question.prompt, question.rubric, answer.text)
            kept, flags = usable(said.turns, questions=question.rubric.counts_questions)
            reading = read(embedder, reference, kept, shipped_heads())
            closer = look_closer(pairs, reference, reading)
            found.append(Row(question, answer, reference, reading, closer, "instruction" in flags))
    return found


def judged(rows: Sequence[Row], chosen: Sequence[Bag], used: Sequence[str]) -> list[dict[str, Verdict]]:
    """Verdicts for ``rows`` by the regressions over some of the signs, fitted on ``chosen``."""
    judges = Judges("", head_from(stated(chosen, used)), head_from(contradicted(chosen, used)))
    drafts = [second_look(row.reference, row.reading, row.closer, judges, told=row.told) for row in rows]
    return [{draft.criterion: draft.verdict for draft in one} for one in drafts]


def figures(rows: Sequence[Row], verdicts: Sequence[dict[str, Verdict]]) -> list[float]:
    meant = np.array([row.answer.band for row in rows], dtype=float)
    scores = [score_of(row.question.rubric.criteria, v) for row, v in zip(rows, verdicts, strict=True)]
    given = np.array([band(score) for score in scores], dtype=float)
    pairs = [(row.answer.verdicts[c], v[c]) for row, v in zip(rows, verdicts, strict=True) for c in v]
    both = sum(a in CREDITED and b in CREDITED for a, b in pairs)
    either = sum((a in CREDITED) + (b in CREDITED) for a, b in pairs)
    wrong = np.array([row.answer.kind in WORTHLESS for row in rows])
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
    assert pairs is not None
    _, test = load_split(bank)
    chosen, rows = bags(split.weighed(bank), embedder, pairs), read_answers(bank, test, embedder, pairs)
    rival = cast(PairReader, FrozenHead(embedder))
    chosen_frozen, rows_frozen = bags(split.weighed(bank), embedder, rival), read_answers(bank, test, embedder, rival)
    plain = [{d.criterion: d.verdict for d in first_look(row.question.rubric, row.reading)} for row in rows]
    tried: list[list[str | float]] = [
        ["closeness to the nearest statement", *figures(rows, judged(rows, chosen, ["support"]))],
        ["first look alone, with thresholds of its own", *figures(rows, plain)],
        ["first look alone", *figures(rows, judged(rows, chosen, FIRST))],
        ["both looks, the second by frozen vectors", *figures(rows_frozen, judged(rows_frozen, chosen_frozen, SIGNS))],
        ["second look alone", *figures(rows, judged(rows, chosen, CLOSER))],
        ["both looks (shipped)", *figures(rows, judged(rows, chosen, SIGNS))],
    ]
    columns = ["design", "weighted kappa", "error per band", "within one", "F1 of credit", "worthless in band 1"]
    print(Table("designs", f"Designs of the reader, test half: {len(rows)} answers", columns, tried).markdown())


if __name__ == "__main__":
    main()
