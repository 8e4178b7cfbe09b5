"""A request in a candidate's own words is taken apart."""

from __future__ import annotations

import pytest

from interviewer.domain.words import Role, Seniority, Stage
from interviewer.interview.wish import Wish, read_wish


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("more on transformers", "transformers"),
        ("Can we talk about SQL, please?", "SQL"),
        ("ask me about support vector machines", "support vector machines"),
        ("I'd like questions on missing values instead", "missing values"),
        ("deep learning basics", "deep learning"),
        ("C++", "C++"),
        ("Could we do something on A/B testing instead? I know that better.", "A/B testing"),
        ("I don't know then. Could we do something on data drift instead? I was never strong on theory.", "data drift"),
    ],
)
def test_the_subject_is_what_is_left(said: str, about: str) -> None:
    assert read_wish(said).about == about


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("", Wish()),
        ("something a senior researcher would get", Wish(seniority=Seniority.SENIOR, role=Role.AI_RESEARCHER)),
        ("what a junior data scientist gets", Wish(seniority=Seniority.JUNIOR, role=Role.DATA_SCIENTIST)),
        ("a harder one", Wish(harder=1)),
        ("something easier, please", Wish(harder=-1)),
        ("a coding question", Wish(stages=(Stage.CODING,))),
        ("Could you give me a harder system design question?", Wish(stages=(Stage.SYSTEM_DESIGN,), harder=1)),
        ("behavioural questions", Wish(stages=(Stage.BEHAVIOURAL,))),
        ("something for a machine-learning engineer", Wish(role=Role.ML_ENGINEER)),
    ],
)
def test_seniority_role_stage_and_difficulty_are_understood(said: str, wish: Wish) -> None:
    assert read_wish(said) == wish


def test_all_parts_at_once() -> None:
    wish = read_wish("harder coding questions on trees for a senior engineer")
    assert (wish.about, wish.harder, wish.stages, wish.seniority) == ("trees", 1, (Stage.CODING,), Seniority.SENIOR)
