"""How far the offline model's bands agree with those of the calibration answers' authors, by half of the split.

The development half is what the reader was fitted on; only the test half says how it does on questions that it
has not seen. "Authors", not "people in general": each band is what one writer meant an answer to be worth.
"""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.table import heading, row
from interviewer.bank import Bank, load_bank, load_calibration, load_split
from interviewer.domain.grade import Grade
from interviewer.domain.interview import Move, Turn
from interviewer.domain.knowledge import CalibrationAnswer
from interviewer.domain.words import MoveKind, Speaker
from interviewer.embedding import load_embedder
from interviewer.grading import grade
from interviewer.models.base import GradeRequest
from interviewer.models.offline import OfflineModel
from interviewer.resources import knowledge_dir, prompts_dir
from interviewer.settings import Settings

Graded = list[tuple[CalibrationAnswer, Grade]]


def main(folder: Path, settings: Settings) -> None:
    bank = load_bank(settings.knowledge_dir or knowledge_dir())
    embedder = load_embedder(settings)
    model = OfflineModel(embedder, prompts_dir())
    heading(f"Grading: the offline model ({model.info.version}, {embedder.id}) against the authors' bands")
    halves = dict(zip(("development", "test"), load_split(bank), strict=True))
    results = {}
    began = time.perf_counter()
    for name, questions in halves.items():
        results[name] = _graded(bank, model, questions)
    seconds = time.perf_counter() - began
    row("", *halves)
    row("questions", *(str(len(q)) for q in halves.values()))
    row("answers", *(str(len(r)) for r in results.values()))
    for label, measure in (
        ("quadratic weighted kappa", quadratic_kappa),
        ("exact band", lambda a, b: float(np.mean(a == b))),
        ("within one band", lambda a, b: float(np.mean(abs(a - b) <= 1))),
        ("mean absolute error, averaged over bands", macro_error),
    ):
        row(label, *(f"{measure(*_bands(graded)):.2f}" for graded in results.values()))
    print("\nby kind of answer, test half: how many, the authors' mean band, the model's")
    kinds: dict[str, Graded] = defaultdict(list)
    for answer, result in results["test"]:
        kinds[answer.kind].append((answer, result))
    for kind, graded in sorted(kinds.items(), key=lambda item: -float(_bands(item[1])[0].mean())):
        meant, given = _bands(graded)
        row(f"  {kind}", str(len(graded)), f"{meant.mean():.1f}", f"{given.mean():.1f}")
    count = sum(len(graded) for graded in results.values())
    print(f"\n{count} answers in {seconds:.1f} s, rubrics embedded on the way")


def quadratic_kappa(a: np.ndarray, b: np.ndarray, bands: int = 5) -> float:
    """Cohen's kappa with quadratic weights (Cohen 1968) over bands 1..``bands``."""
    observed = np.zeros((bands, bands))
    np.add.at(observed, (a - 1, b - 1), 1)
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / observed.sum()
    weights = (np.arange(bands)[:, None] - np.arange(bands)[None]) ** 2
    return float(1 - (weights * observed).sum() / (weights * expected).sum())


def macro_error(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.mean([np.abs(b[a == band] - band).mean() for band in np.unique(a)]))


def _bands(graded: Graded) -> tuple[np.ndarray, np.ndarray]:
    return np.array([answer.band for answer, _ in graded]), np.array([result.band for _, result in graded])


def _graded(bank: Bank, model: OfflineModel, questions: list[str]) -> Graded:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    found: Graded = []
    for question_id, calibration in load_calibration(bank).items():
        if question_id not in questions:
            continue
        question = bank.question(question_id)
        asked = Turn(
            seq=1, exchange=1, speaker=Speaker.INTERVIEWER, text=question.prompt, at=at, move=Move(kind=MoveKind.ASK)
        )
        for answer in calibration.answers:
            turn = Turn(seq=2, exchange=1, speaker=Speaker.CANDIDATE, text=answer.text, at=at)
            result = grade(model, GradeRequest(question=question.prompt, rubric=question.rubric, turns=(asked, turn)))
            assert isinstance(result, Grade)
            found.append((answer, result))
    return found
