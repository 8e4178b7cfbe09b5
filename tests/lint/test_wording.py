"""How criteria go wrong in their wording, and how they do not."""

from __future__ import annotations

import pytest

from interviewer.bank.lint import Rule
from interviewer.bank.lint.wording import wording


def found(text: str) -> set[Rule]:
    return {rule for rule, _ in wording(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Says what dropout does and why it helps",
        "Names a regulariser and gives its typical strength",
        "Explains how bagging works as well as boosting",
        "Defines precision and recall",
        "Says that the training error falls and the validation error rises again",
        "Scales the inputs to a small range and shuffles the rows before every epoch",
        "Compares several models, having named the metric",
        "Describes both the forward pass and the backward pass",
    ],
)
def test_two_things_are_seen(text: str) -> None:
    assert Rule.DOUBLE_BARRELLED in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Says that k-means alternates between assigning points and moving centres",
        "Names the trade-off between bias and variance",
        "Says that F1 is high only if precision and recall are both high",
        "Explains that a foreign key and the primary key it refers to hold the same values",
        "Names an assumption, such as linearity or independence",
    ],
)
def test_one_thing_with_an_and_is_one_thing(text: str) -> None:
    assert Rule.DOUBLE_BARRELLED not in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Shows a good understanding of dropout",
        "Explains the method properly",
        "Mentions the key points",
        "Uses appropriate techniques",
        "Explains gradient descent well",
        "Names some relevant aspects",
    ],
)
def test_what_nobody_could_hear_is_vague(text: str) -> None:
    assert Rule.VAGUE in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Understands why validation data are needed",
        "Is passionate about machine learning",
        "Knows the bias-variance trade-off",
        "Felt responsible for the outcome",
        "Shows real confidence with matrices",
        "Sees why the rows must be shuffled",
    ],
)
def test_states_of_mind_cannot_be_observed(text: str) -> None:
    assert Rule.UNOBSERVABLE in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Explains in detail how a tree is grown",
        "Gives as many examples as possible",
        "Talks about the project for at least three minutes",
        "Elaborates on each step",
        "Says in five sentences what happened",
    ],
)
def test_quantity_is_not_rewarded(text: str) -> None:
    assert Rule.REWARDS_LENGTH in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Says that dropout switches off random units during training",
        "Names three algorithms of different families",
        "Says that a deep network has many hidden layers",
        "Ties a question to something that they know about the company",
        "Says that the model understands nothing of what it writes",
        "Says that the error is about five percent",
    ],
)
def test_a_plain_observable_criterion_passes(text: str) -> None:
    assert found(text) == set()
