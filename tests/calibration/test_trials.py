"""From grades of calibration answers to figures: small cases that can be counted by hand."""

from __future__ import annotations

import pytest

from interviewer.bank import load_bank
from interviewer.calibration.agreement import Estimate
from interviewer.calibration.laws import without
from interviewer.calibration.second_key import irrelevant_quotes, valid_quotes
from interviewer.calibration.tables import Table
from interviewer.calibration.trials import Case, Trial, cases, credit, reliability
from interviewer.domain.grade import CriterionVerdict, Grade, Provenance
from interviewer.domain.knowledge import AnswerKind, CalibrationAnswer
from interviewer.domain.words import CriterionKind, Verdict
from interviewer.resources import knowledge_dir
from tests.interview.toys import make_question

QUESTION = make_question("overfitting")
IDS = [criterion.id for criterion in QUESTION.rubric.criteria]
MET, MISSING, CONTRADICTED = Verdict.MET, Verdict.MISSING, Verdict.CONTRADICTED


def trial(meant: list[Verdict], given: list[Verdict], sure: float = 0.9) -> Trial:
    answer = CalibrationAnswer(
        id="a", band=3, kind=AnswerKind.DEVELOPING, text="It fits noise.", verdicts=dict(zip(IDS, meant, strict=False))
    )
    verdicts = tuple(
        CriterionVerdict(
            criterion=name, text="t", kind=CriterionKind.CORE, weight=1, verdict=verdict, confidence=sure, reason="r"
        )
        for name, verdict in zip(IDS, given, strict=False)
    )
    made = Provenance(model="m", version="1", rubric_hash="h")
    graded = Grade(score=3, low=3, high=3, band=3, confidence=sure, verdicts=verdicts, provenance=made)
    return Trial(Case(QUESTION, answer), graded)


def test_credit_is_counted_per_criterion() -> None:
    found = credit([trial([MET, MISSING], [MET, MET]), trial([MET, CONTRADICTED], [MISSING, MISSING])])
    assert (found.both, found.grader_only, found.authors_only) == (1, 1, 1)
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)


def test_a_confidence_of_nine_in_ten_that_is_right_every_second_time_is_off_by_four() -> None:
    bins, error = reliability([trial([MET, MISSING], [MET, MET], 0.9)])
    (only,) = bins
    assert (only.count, only.right) == (2, 0.5)
    assert only.confidence == pytest.approx(0.9)
    assert error == pytest.approx(0.4)


def test_a_quote_goes_with_the_sentence_that_it_stands_in() -> None:
    answer = CalibrationAnswer(
        id="a",
        band=3,
        kind=AnswerKind.DEVELOPING,
        text="First this. Well, it fits the\n noise, you know. Last that.",
        verdicts={"x": MET},
        quotes={"x": "fits the noise"},
    )
    assert without(Case(QUESTION, answer), "x") == "First this. Last that."


def test_quotes_for_the_second_key_are_what_they_are_called() -> None:
    chosen = cases(load_bank(knowledge_dir()), "development")[:60]
    for quote in irrelevant_quotes(chosen):
        assert not quote.valid
    valid = list(valid_quotes(chosen))
    assert len(valid) > 100
    by_text = {(q.question.id, q.criterion, q.text) for q in valid}
    assert not by_text & {(q.question.id, q.criterion, q.text) for q in irrelevant_quotes(chosen)}


def test_the_halves_make_the_whole() -> None:
    bank = load_bank(knowledge_dir())
    names = {half: {(c.question.id, c.answer.id) for c in cases(bank, half)} for half in ("development", "test", "all")}
    assert names["development"] | names["test"] == names["all"]
    assert not names["development"] & names["test"]


def test_a_table_reads_well_and_goes_out_whole() -> None:
    table = Table("t", "Title", ["", "share"], [["all", Estimate(0.5, 0.4, 0.6)], ["none", None]], "A note.")
    assert table.markdown().splitlines() == [
        "**Title**", "", "|  | share |", "|---|---:|", "| all | 0.50 (0.40–0.60) |", "| none | – |", "", "A note."
    ]  # fmt: skip
    assert table.content()["rows"][0] == {"": "all", "share": {"value": 0.5, "low": 0.4, "high": 0.6}}
