"""The linter finds what a careful reader would send back, and leaves good records alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import pytest
import yaml

from interviewer.bank import Bank, load_bank
from interviewer.bank.lint import Linter, Rule
from interviewer.bank.lint.planted import Planted, edited, lint_figures, try_edits
from interviewer.domain.question import Question, Rubric
from interviewer.domain.words import Verdict
from interviewer.embedding import LexicalEmbedder, MiniLMEmbedder
from interviewer.errors import UsageError
from interviewer.grading.judge import ModelJudge
from interviewer.models.offline import OfflineModel
from interviewer.resources import knowledge_dir, prompts_dir

PLANTED = Path(__file__).parent / "planted.yaml"


class Everything:
    """A judge to whom every sample answer is perfect and no statement says anything else."""

    def __call__(self, question: Question, rubric: Rubric, text: str) -> Mapping[str, Verdict]:
        verdict = Verdict.MET if text == question.sample_answer else Verdict.MISSING
        return {criterion.id: verdict for criterion in rubric.criteria}


class Nothing:
    """A judge who hears nothing in anything."""

    def __call__(self, question: Question, rubric: Rubric, text: str) -> Mapping[str, Verdict]:
        return {criterion.id: Verdict.MISSING for criterion in rubric.criteria}


class Parts:
    @cached_property
    def bank(self) -> Bank:
        return load_bank(knowledge_dir())


PARTS = Parts()


@pytest.fixture
def good() -> Question:
    return PARTS.bank.question("overfitting")


@pytest.fixture
def linter() -> Linter:
    return Linter(LexicalEmbedder(), Everything())


def rules(linter: Linter, question: Question, path: str, value: object) -> set[Rule]:
    edit = Planted(id="edit", question=question.id, path=path, value=value)
    (tried,) = try_edits(linter, {question.id: question}, [edit])
    return set(tried.found)


def test_statements_that_copy_each_other_are_found(linter: Linter, good: Question) -> None:
    criterion = good.rubric.criteria[0]
    twin = f"Well, {criterion.statements[0]}"
    value = [*criterion.statements, twin]
    assert rules(linter, good, f"rubric.criteria.{criterion.id}.statements", value) == {Rule.COPIED}


def test_a_hint_that_says_a_statement_is_found(linter: Linter, good: Question) -> None:
    criterion = good.rubric.criteria[0]
    assert Rule.GIVES_AWAY in rules(linter, good, f"rubric.criteria.{criterion.id}.hints.0", criterion.statements[1])


def test_a_probe_that_leaves_only_a_yes_is_found(linter: Linter, good: Question) -> None:
    criterion = good.rubric.criteria[0]
    probe = "Isn't it that the weather plays a role?"
    assert rules(linter, good, f"rubric.criteria.{criterion.id}.probe", probe) == {Rule.GIVES_AWAY}


def test_a_criterion_twice_is_found(linter: Linter, good: Question) -> None:
    first, second = good.rubric.criteria[:2]
    value = {"text": first.text, "statements": list(first.statements)}
    assert Rule.OVERLAPPING in rules(linter, good, f"rubric.criteria.{second.id}", value)


def test_a_sample_answer_that_the_grader_does_not_credit_is_found(good: Question) -> None:
    findings = list(Linter(LexicalEmbedder(), Nothing()).lint([good]))
    core = [criterion.id for criterion in good.rubric.criteria if criterion.kind == "core"]
    failed = [finding.where for finding in findings if finding.rule is Rule.SAMPLE_FAILS]
    assert failed == [f"sample_answer, {criterion}" for criterion in core]


def test_a_hedged_belief_reads_like_a_truth(linter: Linter, good: Question) -> None:
    misconception = good.rubric.misconceptions[0]
    belief = "A model with more parameters often fits its training data more closely."
    assert rules(linter, good, f"rubric.misconceptions.{misconception.id}.beliefs.0", belief) == {Rule.TRUE_BELIEF}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("statements", ["Only one."]),
        ("hints", []),
        ("probe", "Say more."),
        ("probe", "Is it? Or not?"),
        ("contradictions", []),
    ],
)
def test_what_an_interview_needs_and_is_missing_is_found(
    linter: Linter, good: Question, field: str, value: object
) -> None:
    criterion = good.rubric.criteria[0]
    assert Rule.INCOMPLETE in rules(linter, good, f"rubric.criteria.{criterion.id}.{field}", value)


def test_findings_name_question_place_words_and_reason(linter: Linter, good: Question) -> None:
    criterion = good.rubric.criteria[0]
    edit = Planted(
        id="e", question=good.id, path=f"rubric.criteria.{criterion.id}.text", value="Understands overfitting well"
    )
    (finding,) = [f for f in linter.lint([edited(good, edit)]) if f.rule is Rule.UNOBSERVABLE]
    assert (finding.question, finding.where, finding.text) == (good.id, criterion.id, "Understands overfitting well")
    assert "Understands" in finding.why
    assert all(rule.what.endswith(".") for rule in Rule)


# --- planted edits ------------------------------------------------------------------------------------------


def test_an_edit_goes_by_id_by_place_and_by_field(good: Question) -> None:
    criterion = good.rubric.criteria[1]
    path = f"rubric.criteria.{criterion.id}"
    hint = edited(good, Planted(id="a", question=good.id, path=f"{path}.hints.1", value="Other."))
    assert hint.rubric.criteria[1].hints[1] == "Other."
    merged = edited(good, Planted(id="b", question=good.id, path=path, value={"text": "Says so"}))
    assert merged.rubric.criteria[1].text == "Says so"
    assert merged.rubric.criteria[1].statements == criterion.statements
    assert merged.rubric.hash != good.rubric.hash


@pytest.mark.parametrize("path", ["rubric.criteria.nobody.text", "clarifications.99.answer", "no_such_field"])
def test_an_edit_of_what_there_is_not_is_refused(good: Question, path: str) -> None:
    with pytest.raises(UsageError, match="there is no"):
        edited(good, Planted(id="x", question=good.id, path=path, value="?"))


def test_an_edit_that_leaves_no_record_is_refused(good: Question) -> None:
    with pytest.raises(UsageError, match="no valid record"):
        edited(good, Planted(id="x", question=good.id, path="minutes", value="many"))


def test_figures_count_defects_by_name_and_harmless_edits_by_silence() -> None:
    from interviewer.bank.lint.planted import Tried

    def tried(rule: Rule | None, *found: Rule) -> Tried:
        return Tried(Planted(id="e", question="q", path="p", value="", rule=rule), frozenset(found))

    figures = lint_figures(
        [
            tried(Rule.VAGUE, Rule.VAGUE),
            tried(Rule.VAGUE, Rule.COPIED),
            tried(Rule.COPIED),
            tried(None),
            tried(None, Rule.VAGUE),
        ]
    )
    assert (figures.rules[Rule.VAGUE].recall, figures.rules[Rule.COPIED].recall) == (0.5, 0.0)
    assert figures.recall == pytest.approx(1 / 3)
    assert figures.precision == pytest.approx(2 / 3)  # two flagged defects, one flagged harmless edit


def test_the_planted_edits_fit_the_bank() -> None:
    edits = [Planted.model_validate(one) for one in yaml.safe_load(PLANTED.read_text(encoding="utf-8"))]
    assert sum(edit.rule is not None for edit in edits) >= 100
    assert sum(edit.rule is None for edit in edits) >= 70
    assert {edit.rule for edit in edits} == {*Rule, None}
    for edit in edits:
        edited(PARTS.bank.question(edit.question), edit)


# --- the bank -----------------------------------------------------------------------------------------------


@pytest.mark.weights
def test_the_bank_passes_its_own_linter(weights_folder: Path) -> None:
    embedder = MiniLMEmbedder(weights_folder)
    quick, careful = (ModelJudge(OfflineModel(embedder, prompts_dir(), quick=q)) for q in (True, False))
    linter = Linter(embedder, quick, careful)
    findings = list(linter.lint(PARTS.bank.questions.values()))
    assert [f"{f.question}, {f.where}: {f.rule}: {f.text}" for f in findings] == []
