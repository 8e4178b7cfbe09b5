"""Fillers are told from the same words doing work."""

from __future__ import annotations

import pytest

from interviewer.delivery.evaluation import LabelledSentence, filler_figures
from interviewer.delivery.fillers import fillers
from interviewer.delivery.hedges import hedges
from interviewer.delivery.repetitions import repetitions
from interviewer.delivery.words import count, tokens
from interviewer.records import read_jsonl
from interviewer.resources import judged_file

FLOOR = 0.98


def sentences(half: str) -> list[LabelledSentence]:
    path = judged_file(f"delivery/fillers_{half}.jsonl")
    assert path is not None
    return read_jsonl(path, LabelledSentence)


def marked(text: str) -> str:
    """The text with braces round its fillers."""
    for filler in reversed(fillers(text)):
        text = f"{text[: filler.start]}{{{text[filler.start : filler.end]}}}{text[filler.end :]}"
    return text


def test_fillers_in_labelled_sentences_that_nobody_looked_at() -> None:
    figures = filler_figures(sentences("fresh"))
    assert figures.sentences >= 300
    assert figures.f1 >= FLOOR


def test_fillers_in_the_sentences_that_the_rules_were_made_on() -> None:
    assert filler_figures(sentences("development")).f1 >= 0.98


@pytest.mark.parametrize(
    "text",
    [
        "{um} we used a {uh} a hash of the user",
        "{Ummm}, it was {hmm} difficult.",
        "the particles were 5 um thick",
        "uh-huh, that is it",
        "to err is human",
        "the erm objective is an average",
        "we were {like} really tired",
        "it was {like} totally broken",
        "it was like a maze in there",
        "she was like, wow, that's a good number",
        "tools like Excel are fine",
        "I like trees, and I would like to say why",
        "it looks like a bell curve",
        "we had like fifty epochs",
        "picking the, {like}, speech model",
        "{you know} the budget was small",
        "you know the price but not the demand",
        "do you know the answer",
        "it was {you know} data leakage",
        "the list, {I mean} the tuple, is hashable",
        "what I mean is the bias",
        "it {kind of} works, but that kind of model is slow",
        "it's kind of you to ask",
        "we {basically} count words",
        "it was basically the same model",
        "we {literally} printed the tree",
        "don't take it literally",
        "I {actually} worked there",
        "we thought it was noise but it was actually signal",
        "It's easy to read, {right}?",
        "that's the right answer, right after the merge",
        "{okay} {so} the idea is simple",
        "the results were okay",
        "it was late, so we stopped",
        "we never shipped it {so}",
        "a list, {well}, a dictionary works well as well",
        "we used a forest {or something like that}",
        "a tree or something that splits the space",
        "it was {how do I say} a bit political",
        "{let's see} we have ten rows",
        "let's see how it goes",
    ],
)
def test_what_fills_a_gap_and_what_does_work(text: str) -> None:
    assert marked(text.replace("{", "").replace("}", "")) == text


def test_a_drawn_out_pause_counts_as_the_short_one() -> None:
    assert [filler.word for filler in fillers("Ummm, uhhh, um.")] == ["um", "uh", "um"]


def test_places_are_code_points_of_the_text_as_it_stands() -> None:
    text = "Naïve 𝛼 values, um, drift"
    [filler] = fillers(text)
    assert text[filler.start : filler.end] == "um"


@pytest.mark.parametrize("text", ["", " ", "...", "?!", "🙂", "um" * 3])
def test_odd_texts_have_no_fillers(text: str) -> None:
    assert fillers(text) == ()


def test_words_are_counted_as_people_do() -> None:
    assert count("Um, it's a well-known 10,000-line file; I, I read 2.5 of it.") == 12
    assert count("") == 0
    assert [token.word for token in tokens("Don’t—stop")] == ["don't", "stop"]


def test_hedges_are_counted_by_their_words() -> None:
    said = hedges("I think it's probably fine. I'm not sure, maybe it is, I think.")
    assert said == {"i think": 2, "probably": 1, "i'm not sure": 1, "maybe": 1}


@pytest.mark.parametrize(
    "text",
    [
        "The way I think about it is simple.",
        "The probability might be high, and it could overfit.",
        "It is sort of a map.",
        "I believe in tests.",
        "What I think matters little.",
    ],
)
def test_what_takes_nothing_back_is_no_hedge(text: str) -> None:
    assert not hedges(text)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("the the model", 1),
        ("the, um, the model", 1),
        ("the the the model", 2),
        ("I was I was late", 1),
        ("we should have we should have asked", 1),
        ("It is, it is, it is late", 2),
        ("a very very good model", 0),
        ("we had had it, and I know that that is so", 0),
        ("It is late. It is dark.", 0),
        ("um um, you know, you know", 0),
        ("ten ten one one", 0),
        ("We waited. We went.", 0),
        ("", 0),
    ],
)
def test_repetitions_are_new_starts_not_emphasis(text: str, times: int) -> None:
    assert repetitions(text) == times
