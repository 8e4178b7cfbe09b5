"""The answers that a rubric is not changed on, and drafts that were written from answers."""

from __future__ import annotations

import pytest

from interviewer.calibration.held_out import repeats, split
from interviewer.domain.question import Question
from tests.calibration.stored import interview
from tests.interview.toys import make_question

MANY = [f"interview-{number}" for number in range(2000)]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_the_share_that_is_held_out_is_the_one_that_was_chosen(share: float) -> None:
    halves = split("kit", MANY, share)
    assert len(halves.held_out) == pytest.approx(share * len(MANY), abs=90)  # four standard deviations at 0.5
    assert sorted((*halves.working, *halves.held_out)) == sorted(MANY)


def test_no_answer_changes_sides_when_others_come() -> None:
    few, all_of_them = split("kit", MANY[:50]), split("kit", MANY)
    assert set(few.held_out) <= set(all_of_them.held_out)
    assert set(few.working) <= set(all_of_them.working)


def test_another_kit_splits_the_same_interviews_another_way() -> None:
    assert split("kit", MANY).held_out != split("other", MANY).held_out


def test_a_larger_share_takes_answers_over_and_gives_none_back() -> None:
    assert set(split("kit", MANY, 0.3).held_out) < set(split("kit", MANY, 0.7).held_out)


@pytest.mark.parametrize("share", [0.0, 0.19, 0.81, 1.0])
def test_nothing_is_no_half(share: float) -> None:
    with pytest.raises(ValueError, match="held-out share"):
        split("kit", MANY, share)


def with_statement(text: str) -> Question:
    question = make_question()
    first, *rest = question.rubric.criteria
    changed = first.model_copy(update={"statements": (*first.statements, text)})
    return question.model_copy(update={"rubric": question.rubric.model_copy(update={"criteria": (changed, *rest)})})


SAID = "Well, the model has simply learnt the noise by heart, and so it fails."


def test_a_statement_that_repeats_six_words_of_an_answer_is_named_with_them() -> None:
    draft = with_statement("The model has simply “learnt” the NOISE, they say.")
    found = repeats(draft, make_question().rubric, [interview("a", SAID), interview("b", "No idea.")], 1)
    assert [(one.where, one.words, one.interviews) for one in found] == [
        ("bonus", "the model has simply learnt the noise", ("a",))
    ]


def test_five_words_in_common_are_chance() -> None:
    draft = with_statement("The model has simply learnt too much.")
    assert repeats(draft, make_question().rubric, [interview("a", SAID)], 1) == []


def test_what_the_kit_was_opened_with_was_not_written_from_answers() -> None:
    draft = with_statement("The model has simply learnt the noise.")
    assert repeats(draft, draft.rubric, [interview("a", SAID)], 1) == []


def test_what_the_candidate_was_shown_is_nobodys_own_words() -> None:
    shown = "what do you think of the noise in the data"
    question = make_question().model_copy(update={"prompt": shown})
    draft = with_statement(f"They ask {shown}.")
    assert repeats(draft, make_question().rubric, [interview("a", f"Oh, {shown}", question=question)], 1) == []


def test_every_answer_that_a_statement_repeats_is_named_and_the_longest_run_shown() -> None:
    draft = with_statement("It has simply learnt the noise by heart, and so it fails.")
    some = [interview("a", SAID), interview("b", "It learnt.", "Has simply learnt the noise by accident.")]
    (one,) = repeats(draft, make_question().rubric, some, 1)
    assert one.interviews == ("a", "b")
    assert one.words == "has simply learnt the noise by heart and so it fails"
