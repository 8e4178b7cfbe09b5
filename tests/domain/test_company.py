"""Questions about a company are put to the company that the candidate prepares for."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from interviewer.bank import load_bank
from interviewer.domain.company import MAX_COMPANY_CHARACTERS, MAX_FACTS, Company, about_company
from interviewer.domain.question import CompanyWording, Question
from interviewer.resources import knowledge_dir

BANK = load_bank(knowledge_dir())
ABOUT = [question for question in BANK.questions.values() if question.company is not None]
TEXT = """Join us!
Ada Bakeries bakes bread for 40 shops in the north. Every evening we forecast tomorrow's demand.
• Our drivers plan their routes by hand. Who are you?"""
ADA = Company(name="Ada Bakeries", text=TEXT)


def test_a_text_is_taken_apart_into_what_it_says() -> None:
    assert ADA.facts == (
        "Ada Bakeries bakes bread for 40 shops in the north.",
        "Every evening we forecast tomorrow's demand.",
        "Our drivers plan their routes by hand.",
    )


def test_a_very_long_text_gives_a_bounded_number_of_facts() -> None:
    text = " ".join(f"We have opened shop number {number} here." for number in range(400))
    assert len(Company(name="Ada", text=text).facts) == MAX_FACTS


def test_a_text_that_is_too_long_or_a_name_that_is_missing_is_refused() -> None:
    with pytest.raises(ValidationError):
        Company(name="Ada", text="x" * (MAX_COMPANY_CHARACTERS + 1))
    with pytest.raises(ValidationError):
        Company(name="  ")


def test_the_bank_has_questions_about_companies() -> None:
    assert len(ABOUT) >= 4
    assert all(any(c.about_company for c in q.rubric.criteria) for q in ABOUT)


@pytest.mark.parametrize("question", ABOUT, ids=lambda q: q.id)
def test_every_wording_names_the_company_and_none_keeps_a_gap(question: Question) -> None:
    asked = about_company(question, ADA)
    for wording in (asked.prompt, *asked.variants):
        assert "Ada Bakeries" in wording
        assert "{" not in wording
    assert "{" not in question.prompt + "".join(question.variants)


@pytest.mark.parametrize("question", ABOUT, ids=lambda q: q.id)
def test_what_the_company_says_of_itself_counts_as_particular_to_it_and_nowhere_else(question: Question) -> None:
    asked = about_company(question, ADA)
    for before, after in zip(question.rubric.criteria, asked.rubric.criteria, strict=True):
        more = ADA.facts if before.about_company else ()
        assert after.statements == (*before.statements, *more)


def test_the_rubric_that_was_used_is_told_from_the_banks() -> None:
    question = ABOUT[0]
    before = question.rubric.hash
    asked = about_company(question, ADA)
    assert asked.rubric.hash != before
    assert asked.hash != question.hash
    assert about_company(question, ADA).rubric.hash == asked.rubric.hash


def test_without_a_company_and_for_other_questions_nothing_changes() -> None:
    other = BANK.question("overfitting")
    assert about_company(other, ADA) is other
    assert about_company(ABOUT[0], None) is ABOUT[0]


def test_a_wording_must_name_the_company() -> None:
    with pytest.raises(ValidationError, match="does not name"):
        CompanyWording(prompt="What do you think of us?")
