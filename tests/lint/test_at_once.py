"""What the linter says to somebody who is writing a rubric: at once what needs no model, the rest when asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from interviewer.bank import load_bank
from interviewer.bank.lint import Linter, Rule
from interviewer.bank.lint.at_once import at_once, thorough
from interviewer.domain.question import Criterion, Misconception, Question, Rubric
from interviewer.domain.words import CriterionKind, Verdict
from interviewer.embedding.lexical import LexicalEmbedder
from interviewer.resources import knowledge_dir

BANK = load_bank(knowledge_dir())
GOOD = BANK.question("overfitting")


def with_first(**fields: Any) -> Question:
    first, *rest = GOOD.rubric.criteria
    return with_rubric(criteria=(first.model_copy(update=fields), *rest))


def with_rubric(**fields: Any) -> Question:
    return GOOD.model_copy(update={"rubric": GOOD.rubric.model_copy(update=fields)})


def rules(question: Question) -> list[tuple[Rule, str]]:
    return [(one.rule, one.where) for one in at_once(question)]


@pytest.mark.parametrize("question", BANK.questions.values(), ids=lambda question: question.id)
def test_the_bank_passes(question: Question) -> None:
    assert at_once(question) == []


@pytest.mark.parametrize(
    ("fields", "rule", "where"),
    [
        ({"text": "Gives a good explanation of overfitting"}, Rule.VAGUE, "fits_noise"),
        ({"text": "Understands overfitting"}, Rule.UNOBSERVABLE, "fits_noise"),
        ({"text": "Explains overfitting at length"}, Rule.REWARDS_LENGTH, "fits_noise"),
        ({"statements": ("It learns noise.", "It memorises.")}, Rule.INCOMPLETE, "fits_noise"),
        ({"contradictions": ()}, Rule.INCOMPLETE, "fits_noise"),
        ({"probe": "Tell me more."}, Rule.INCOMPLETE, "fits_noise, probe"),
        ({"probe": "Isn't it that the model learns noise?"}, Rule.GIVES_AWAY, "fits_noise, probe"),
    ],
)
def test_each_fault_is_found_where_it_is(fields: dict[str, Any], rule: Rule, where: str) -> None:
    assert (rule, where) in rules(with_first(**fields))


def test_what_a_kit_never_uses_is_not_missed() -> None:
    bare = GOOD.model_copy(update={"variants": (), "clarifications": ()})
    assert at_once(bare) == []
    assert at_once(with_first(hints=(), probe=None)) == []
    assert at_once(with_rubric(misconceptions=())) == []


def test_a_rubric_without_a_core_or_with_too_much_is_told() -> None:
    strong = tuple(one.model_copy(update={"kind": CriterionKind.STRONG}) for one in GOOD.rubric.criteria)
    assert (Rule.INCOMPLETE, "rubric") in rules(with_rubric(criteria=strong))
    assert (Rule.INCOMPLETE, "rubric") in rules(with_rubric(criteria=GOOD.rubric.criteria[:2], misconceptions=()))


def test_a_belief_that_is_true_of_some_cases_is_told() -> None:
    hedged = Misconception(id="m", beliefs=("More layers can sometimes help.",), challenge="So?", correction="No.")
    assert (Rule.TRUE_BELIEF, "m") in rules(with_rubric(misconceptions=(hedged,)))


class NobodyMeets:
    """A judge that credits nothing."""

    def __call__(self, question: Question, rubric: Rubric, text: str) -> Mapping[str, Verdict]:
        return {one.id: Verdict.MISSING for one in rubric.criteria}


def test_reading_finds_what_only_reading_can_and_says_nothing_twice() -> None:
    twice = Criterion(id="again", text="Says otherwise", statements=GOOD.rubric.criteria[0].statements[:3])
    vague = GOOD.rubric.criteria[1].model_copy(update={"text": "Gives a good explanation of it"})
    question = with_rubric(criteria=(GOOD.rubric.criteria[0], vague, twice), misconceptions=())
    found = thorough(Linter(LexicalEmbedder(), NobodyMeets()), question)
    assert {one.rule for one in found} >= {Rule.COPIED, Rule.SAMPLE_FAILS}
    assert not {(one.rule, one.where, one.text) for one in found} & {
        (one.rule, one.where, one.text) for one in at_once(question)
    }
    assert not [one for one in found if one.rule in (Rule.INCOMPLETE, Rule.VAGUE) or "hint" in one.where]
