"""A quote counts when it stands in the candidate's own turns, and is more than an echo of what they were shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interviewer.domain.interview import Turn
from interviewer.domain.words import Speaker
from interviewer.folding import echoes, fold, words
from interviewer.grading.evidence import locate, shown_before

NOW = datetime(2026, 5, 4, tzinfo=UTC)
QUESTION = "How would you explain to a new colleague what overfitting is and how to prevent it?"


def candidate(text: str, seq: int = 2) -> Turn:
    return Turn(seq=seq, exchange=1, speaker=Speaker.CANDIDATE, text=text, at=NOW)


def interviewer(text: str, seq: int = 1) -> Turn:
    return Turn(seq=seq, exchange=1, speaker=Speaker.INTERVIEWER, text=text, at=NOW)


FOUND = [
    pytest.param("It memorises noise.", "memorises noise", "memorises noise", id="as it was said"),
    pytest.param("It Memorises NOISE.", "memorises noise", "Memorises NOISE", id="whatever the case"),
    pytest.param("it memorises", "IT MEMORISES", "it memorises", id="whatever the quote's case"),
    pytest.param("It memorises\n  the\tnoise.", "memorises the noise", "memorises\n  the\tnoise", id="line breaks"),
    pytest.param("memorises\u00a0the\u202fnoise", "memorises the noise", "memorises\u00a0the\u202fnoise", id="NBSP"),
    pytest.param("memorises\r\nnoise", "memorises noise", "memorises\r\nnoise", id="Windows line ends"),
    pytest.param("it’s “noise”", 'it\'s "noise"', "it’s “noise”", id="curly marks in the turn"),
    pytest.param('it\'s "noise"', "it’s “noise”", 'it\'s "noise"', id="curly marks in the quote"),
    pytest.param("«bruit» `x´", "\"bruit\" 'x'", "«bruit» `x´", id="other quote marks"),
    pytest.param("Die Straße ist groß.", "STRASSE IST GROSS", "Straße ist groß", id="ß against SS"),
    pytest.param("Die Strasse", "straße", "Strasse", id="ss against ß"),
    pytest.param("the ﬁt is ﬂat", "fit is flat", "ﬁt is ﬂat", id="ligatures"),
    pytest.param("😀😀 noise 👩‍🔬 yes", "noise 👩‍🔬", "noise 👩‍🔬", id="emoji are code points"),
    pytest.param("nai\u0308ve Bayes", "nai\u0308ve bayes", "nai\u0308ve Bayes", id="combining characters"),
    pytest.param("İstanbul data", "İstanbul", "İstanbul", id="a capital that folds to two"),
    pytest.param("σίγμας ΣΊΓΜΑΣ", "ΣΊΓΜΑΣ", "σίγμας", id="final sigma"),
    pytest.param("noise, noise", "noise", "noise", id="the first of several places"),
    pytest.param("  noise  ", "noise", "noise", id="white space around"),
    pytest.param("noise", "  noise\n", "noise", id="white space around the quote"),
    pytest.param("<b>noise</b> $x^2$", "<b>noise</b> $x^2$", "<b>noise</b> $x^2$", id="markup is text"),
]


@pytest.mark.parametrize(("said", "quote", "stretch"), FOUND)
def test_a_quote_is_found_where_it_stands(said: str, quote: str, stretch: str) -> None:
    turn = candidate(said)
    evidence = locate(quote, [turn])
    assert evidence is not None
    assert evidence.text == stretch
    assert said[evidence.start : evidence.end] == stretch
    assert evidence.start == said.index(stretch)
    assert evidence.turn == turn.seq


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        pytest.param("It memorises noise.", "memorises the noise", id="a word more"),
        pytest.param("It memorises noise.", "", id="nothing"),
        pytest.param("It memorises noise.", " \n\t", id="only white space"),
        pytest.param("It memorises noise.", "It memorises noise. And more.", id="longer than the turn"),
        pytest.param("ßa", "sa", id="half of a character that folds to two, at its end"),
        pytest.param("aß", "as", id="half of a character that folds to two, at its beginning"),
        pytest.param("memorises", "memo rises", id="a space within a word"),
    ],
)
def test_what_was_not_said_is_not_found(said: str, quote: str) -> None:
    assert locate(quote, [candidate(said)]) is None


def test_a_match_within_a_character_is_passed_over_for_one_that_is_whole() -> None:
    evidence = locate("s", [candidate("ßs")])
    assert evidence is not None
    assert (evidence.start, evidence.end, evidence.text) == (1, 2, "s")


def test_only_the_candidates_turns_are_searched() -> None:
    turns = [interviewer("It memorises noise.", 1), candidate("I agree.", 2), interviewer("It memorises noise.", 3)]
    assert locate("memorises noise", turns) is None


def test_the_turn_is_named_by_its_number_in_the_interview() -> None:
    turns = [candidate("No idea.", 6), interviewer("Try.", 7), candidate("It memorises noise.", 8)]
    evidence = locate("memorises noise", turns)
    assert evidence is not None
    assert evidence.turn == 8


def test_a_quote_does_not_run_over_two_turns() -> None:
    assert locate("noise and bias", [candidate("noise", 2), candidate("and bias", 4)]) is None


awkward = st.text(
    st.sampled_from(list("aAsSß ﬁﬂİıςΣ'’“\"«\u00a0\u2028\n\t.,😀\u0308e\u0301‚ŉǰΐ")) | st.characters(codec="utf-8"),
    max_size=30,
)


@settings(max_examples=500, deadline=None)
@given(before=awkward, quote=awkward.filter(lambda text: bool(text.strip())), after=awkward)
@example(before="ß", quote="s", after="")
@example(before="s", quote="ßs", after="s")
def test_any_stretch_of_a_turn_is_located_and_folds_to_the_same(before: str, quote: str, after: str) -> None:
    text = before + quote + after
    evidence = locate(quote, [candidate(text)])
    assert evidence is not None
    assert text[evidence.start : evidence.end] == evidence.text
    assert fold(evidence.text)[0] == fold(quote)[0]
    place = len(before) + len(quote) - len(quote.lstrip())
    assert evidence.start <= place  # the first place, if there are several


@settings(max_examples=200, deadline=None)
@given(awkward)
def test_folding_knows_where_each_character_came_from(text: str) -> None:
    folded, origin = fold(text)
    assert len(folded) == len(origin)
    assert list(origin) == sorted(origin)
    assert all(0 <= place < len(text) for place in origin)
    assert fold(folded)[0] == folded


# --- echoes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param(QUESTION, id="the whole question"),
        pytest.param("what overfitting is and how to prevent it", id="a part of it"),
        pytest.param("WHAT OVERFITTING IS, and how to: prevent it!", id="in other type"),
        pytest.param("Overfitting", id="one word of it"),
        pytest.param("prevent it", id="two words of it"),
        pytest.param("well, what overfitting is and how to prevent it", id="a word before it"),
        pytest.param("...", id="no words at all"),
        pytest.param("😀", id="an emoji"),
        pytest.param("", id="nothing"),
    ],
)
def test_repeating_what_one_was_shown_is_an_echo(quote: str) -> None:
    assert echoes(quote, [QUESTION])


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("it memorises the noise", id="words of one's own"),
        pytest.param("overfitting is when it memorises the noise of the sample", id="the question's word in one's own"),
        pytest.param("regularisation", id="one word of one's own"),
    ],
)  # fmt: skip
def test_saying_something_of_ones_own_is_no_echo(quote: str) -> None:
    assert not echoes(quote, [QUESTION])


def test_with_nothing_shown_nothing_is_an_echo() -> None:
    assert not echoes("what overfitting is", [])


def test_what_was_shown_later_was_not_echoed() -> None:
    turns = [interviewer("A", 1), candidate("b", 2), interviewer("C", 3), candidate("d", 4)]
    assert shown_before(turns, 2) == ["A"]
    assert shown_before(turns, 4) == ["A", "C"]


def test_words_keep_their_apostrophes_and_lose_their_punctuation() -> None:
    assert words("It’s NOISE, isn't it?") == ["it's", "noise", "isn't", "it"]
