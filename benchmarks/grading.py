"""How fast the offline model grades: a batch of a hundred answers, rubrics embedded before or on the way."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.table import heading, row
from interviewer.bank import load_bank, load_calibration
from interviewer.domain.question import Question
from interviewer.embedding import load_embedder
from interviewer.grading import grade
from interviewer.grading.judge import answer_to
from interviewer.models.offline import OfflineModel
from interviewer.resources import knowledge_dir, prompts_dir
from interviewer.settings import Settings

ANSWERS = 100
CRITERIA = 5


def main(folder: Path, settings: Settings) -> None:
    bank = load_bank(settings.knowledge_dir or knowledge_dir())
    chosen: list[tuple[Question, str]] = []
    for name, calibration in load_calibration(bank).items():
        question = bank.question(name)
        rubric = question.rubric
        if len(rubric.criteria) >= CRITERIA:
            few = rubric.model_copy(update={"criteria": rubric.criteria[:CRITERIA], "misconceptions": ()})
            short = question.model_copy(update={"rubric": few})
            chosen += [(short, answer.text) for answer in calibration.answers]
    new, known = chosen[0 : 2 * ANSWERS : 2], chosen[1 : 2 * ANSWERS : 2]  # to the same questions
    model = OfflineModel(load_embedder(settings), prompts_dir())
    words = sum(len(text.split()) for _, text in new + known) / len(new + known)
    heading(f"Grading: {ANSWERS} answers of {words:.0f} words, {CRITERIA} criteria each, one after another")
    row("", "seconds", "answers/s")
    for label, answers in (("rubrics embedded on the way", new), ("rubrics embedded before", known)):
        began = time.perf_counter()
        for question, text in answers:
            grade(model, answer_to(question.prompt, question.rubric, text))
        seconds = time.perf_counter() - began
        row(label, f"{seconds:.1f} s", f"{len(answers) / seconds:.1f}")
