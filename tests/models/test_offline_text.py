"""Cutting an answer into pieces: exact offsets for any text, in time that grows with its length and no faster."""

from __future__ import annotations

import doctest
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interviewer.models.offline import text as module
from interviewer.models.offline.text import (
    FILLERS,
    all_words,
    content_words,
    lists_keywords,
    negations,
    pieces,
    plain,
    small_talk,
    stem,
)


def cut(text: str) -> list[str]:
    return [piece.text for piece in pieces(text)]


def test_the_docstrings_are_right() -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It memorises noise.", ["It memorises noise."], id="one sentence"),
        pytest.param("It memorises. It fails!", ["It memorises.", "It fails!"], id="two sentences"),
        pytest.param("It is 99.5 percent. Right.", ["It is 99.5 percent.", "Right."], id="a decimal point"),
        pytest.param("Use e.g. dropout.", ["Use e.g.", "dropout."], id="an abbreviation, cut too early"),
        pytest.param("Is 3.5 better?", ["Is 3.5 better?"], id="a question keeps its mark after a decimal point"),
        pytest.param("Really?! Yes...", ["Really?!", "Yes..."], id="several marks"),
        pytest.param("First line\nsecond line", ["First line", "second line"], id="lines"),
        pytest.param("a; b", ["a", "b"], id="semicolons"),
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\t", [], id="only white space"),
        pytest.param("... ?! 😀 –", [], id="nothing that is a word"),
        pytest.param(
            "The model memorises noise, but more data would help.",
            [
                "The model memorises noise, but more data would help.",
                "The model memorises noise",
                "but more data would help.",
            ],
            id="a sentence and its clauses",
        ),
        pytest.param(
            "Training loss falls while validation loss rises",
            [
                "Training loss falls while validation loss rises",
                "Training loss falls",
                "while validation loss rises",
            ],
            id="clauses without a comma",
        ),
        pytest.param("Yes, but no.", ["Yes, but no."], id="clauses that say nothing are not cut off"),
    ],
)
def test_pieces(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


awkward = st.lists(
    st.sampled_from(
        [*"ab .,;:!?-–—\n\t'’\u00a0\u2028😀ß\u0308", " but ", ", and ", " because ", "the model fits noise"]
    )
    | st.characters(codec="utf-8"),
    max_size=40,
).map("".join)


@settings(max_examples=500, deadline=None)
@given(awkward)
@example("a, it b c, it d e. f")
@example("3.5?x")
def test_the_offsets_of_pieces_are_exact(text: str) -> None:
    found = pieces(text, turn=7)
    for piece in found:
        assert piece.turn == 7
        assert text[piece.start : piece.end] == piece.text
        assert piece.text == piece.text.strip()
        assert any(character.isalnum() for character in piece.text)
    assert [piece.start for piece in found] == sorted(piece.start for piece in found)


@settings(max_examples=500, deadline=None)
@given(awkward)
def test_pieces_lose_no_word(text: str) -> None:
    covered: set[int] = set()
    for piece in pieces(text):
        covered.update(range(piece.start, piece.end))
    lost = [place for place, character in enumerate(text) if character.isalnum() and place not in covered]
    assert lost == []


@settings(max_examples=300, deadline=None)
@given(awkward)
def test_reading_a_text_never_fails(text: str) -> None:
    assert isinstance(plain(text), str)
    assert negations(text) >= 0
    assert len(content_words(text)) <= len(all_words(text))
    assert lists_keywords(text) in (True, False)


ENDLESS = {
    "spaces": " ",
    "tabs": "\t",
    "full stops": ".",
    "points between letters": "a.",
    "semicolons": ";a",
    "commas": ", ",
    "clauses": " but",
    "colons": "a: ",
    "dashes": " - ",
    "hyphens": "a-",
    "one word": "a",
    "one word over and over": "a ",
    "line breaks": "a\n",
    "apostrophes": "n't",
    "fillers": "um ",
    "half fillers": "uh",
    "sentences": "It learns noise, and that is because of its size. ",
}


@pytest.mark.parametrize("unit", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_hundred_thousand_characters_are_cut_and_read_quickly(unit: str) -> None:
    """Patterns that back-track would take minutes here, not seconds."""
    text = "a" + unit * (100_000 // len(unit)) + "b"
    began = time.perf_counter()
    found = pieces(text)
    plain(text)
    negations(text)
    lists_keywords(text)
    assert time.perf_counter() - began < 5
    assert all(text[piece.start : piece.end] == piece.text for piece in found[:50])


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        pytest.param("um the error is uh small", "the error is small.", id="fillers"),
        pytest.param("It is, you know, basically noise", "It is, noise.", id="more fillers"),
        pytest.param("the the model", "the model.", id="a stutter"),
        pytest.param("it, it memorises", "it memorises.", id="a stutter with a comma"),
        pytest.param("that’s noise", "that's noise.", id="typographic apostrophes"),
        pytest.param("two   spaces\nand a line", "two spaces and a line.", id="white space"),
    ],
)
def test_what_does_not_matter_is_taken_out(said: str, kept: str) -> None:
    assert plain(said) == kept


@pytest.mark.parametrize("end", ["", ".", "!", "...", "…", ";", " .", ","])
def test_a_sentence_is_the_same_sentence_whatever_mark_it_ends_with(end: str) -> None:
    assert plain(f"it memorises the noise{end}") == "it memorises the noise."


@pytest.mark.parametrize(
    "other",
    [
        "Trees split the data, um, and so they can memorise it. Pruning helps.",
        "Trees split you know, the data, and so they can memorise it. Pruning helps.",
        "Trees split the data - and so they can memorise it ... Pruning helps !",
        "Trees  split the data , and so they can memorise it; Pruning helps.",
    ],
)
def test_fillers_and_marks_do_not_change_where_a_text_is_cut(other: str) -> None:
    as_it_is = "Trees split the data, and so they can memorise it. Pruning helps."
    assert [plain(piece.text) for piece in pieces(other)] == [plain(piece.text) for piece in pieces(as_it_is)]
    assert all(piece.text == other[piece.start : piece.end] for piece in pieces(other))


@pytest.mark.parametrize(
    ("sentence", "empty"),
    [
        ("Thank you for the question.", True),
        ("That's a really good one.", True),
        ("Let me think about that for a moment.", True),
        ("Okay, I hope that makes sense.", True),
        ("Thanks to dropout it generalises.", False),
        ("The second step is to prune.", False),
        ("It's the variance.", False),
        ("", False),
    ],
)
def test_courtesies_say_nothing_about_any_subject(sentence: str, empty: bool) -> None:
    assert small_talk(sentence) is empty


@pytest.mark.parametrize(
    "word",
    "error era ergodic umap umbrella uhf hmms yeahs kindness unlike wellness likewise".split(),  # noqa: SIM905
)
def test_a_filler_within_a_word_is_part_of_the_word(word: str) -> None:
    assert FILLERS.sub("", word) == word
    assert plain(f"the {word} grows") == f"the {word} grows."


def test_a_question_tag_is_a_filler_and_a_question_about_right_is_not() -> None:
    assert plain("it overfits, right?") == "it overfits."
    assert plain("is that right?") == "is that right?"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It does not generalise.", 1),
        ("It doesn't generalise.", 1),
        ("It doesn’t generalise.", 1),
        ("It never helps without data.", 2),
        ("Noise rather than signal.", 0),
        ("Not only noise but bias.", 0),
        ("Nothing, none, neither.", 3),
        ("A notable knot.", 0),
    ],
)
def test_negations(text: str, count: int) -> None:
    assert negations(text) == count


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        pytest.param("overfitting regularisation dropout cross-validation bias variance", True, id="terms in a row"),
        pytest.param("Overfitting, regularisation, dropout, variance, early stopping.", True, id="with commas"),
        pytest.param("The model memorises the noise in its training data.", False, id="a sentence"),
        pytest.param("dropout regularisation", False, id="two words are no list"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_lists_of_keywords(text: str, listed: bool) -> None:
    assert lists_keywords(text) is listed


def test_words_meet_whatever_their_ending() -> None:
    for one, other in (("overfits", "overfitting"), ("trees", "tree"), ("regularised", "regularization")):
        assert stem(one) == stem(other)
