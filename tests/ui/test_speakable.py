"""A reply cut into what is said at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.ui.voice import sentences, spoken_text

REPLY = """Good, that holds for F1, e.g. at a threshold of 0.5. Dr. Lee would ask “Why?” and so do I. Ready? See Fig. 3!

## What counts
- the recall, i.e. what you miss
- calls such as `model.fit(x). Then` and the like
1. First. And more.

```python
x = 1. if y else 0.
# Not a heading. Never.
```
So... what is K? Cats vs. dogs, etc. Go on"""


def test_a_reply_is_cut_at_the_ends_of_its_sentences_and_nowhere_else() -> None:
    assert sentences(REPLY) == [
        "Good, that holds for F1, e.g. at a threshold of 0.5.",
        "Dr. Lee would ask “Why?” and so do I.",
        "Ready?",
        "See Fig. 3!",
        "## What counts",
        "- the recall, i.e. what you miss",
        "- calls such as `model.fit(x). Then` and the like",
        "1. First.",
        "And more.",
        "```python\nx = 1. if y else 0.\n# Not a heading. Never.\n```",
        "So... what is K?",
        "Cats vs. dogs, etc.",
        "Go on",
    ]


def test_lines_that_were_only_wrapped_are_one_sentence() -> None:
    assert sentences("What would you\ndo first? And\nwhy?") == ["What would you do first?", "And why?"]


@pytest.mark.parametrize("nothing", ["", " \n\n ", "\n"])
def test_nothing_is_no_sentence(nothing: str) -> None:
    assert sentences(nothing) == []


def _settled(so_far: str, whole: list[str]) -> None:
    before = sentences(so_far)[:-1]
    assert before == whole[: len(before)], so_far


def test_while_a_reply_streams_what_was_said_stays_said() -> None:
    whole = sentences(REPLY)
    for end in range(len(REPLY)):
        _settled(REPLY[:end], whole)


PIECES = st.sampled_from(
    [
        "One",
        "two",
        " ",
        " ",
        ". ",
        ".",
        "? ",
        "! ",
        "…",
        "e.g.",
        " Dr. ",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "# ",
        "`",
        "```\n",
        "”",
        "0.5",
        ")",
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join), st.integers(0, 40))
def test_so_it_is_with_any_text(text: str, end: int) -> None:
    whole = sentences(text)
    assert all(sentence.strip() for sentence in whole)
    kept = "".join(letter for letter in text if not letter.isspace())
    assert "".join("".join(sentence.split()) for sentence in whole) == kept, "and nothing is left out"
    _settled(text[:end], whole)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Tell me about **F1**, e.g. for *rare* classes.", "Tell me about F1, for example for rare classes."),
        ("That is, i.e., the bias.", "That is, that is the bias."),
        ("Precision vs. recall, etc.", "Precision versus recall, and so on."),
        ("Lists, sets, etc. are fine.", "Lists, sets, and so on are fine."),
        ("See https://example.org/a_b?c=d. Or [this page](https://example.org).", "See a link. Or this page."),
        ("- What does `learning_rate` do?", "What does learning rate do?"),
        ("### The _first_ step", "The first step"),
        ("2 * 3 * 4 stays, and x > y too.", "2 * 3 * 4 stays, and x > y too."),
        ("From A -> B, ~5 % & more.", "From A to B, about 5 % and more."),
        ("A depth ≤ 3.", "A depth at most 3."),
        ("It fits k-NN and O(n log n).", "It fits k-NN and O(n log n)."),
        ("```python\nprint(1)\n```", "The code is on the page."),
        ("---", ""),
        ("“…”", ""),
    ],
)
def test_what_is_said_aloud(sentence: str, said: str) -> None:
    assert spoken_text(sentence) == said


@given(st.text(max_size=60))
def test_there_are_words_for_any_text(text: str) -> None:
    said = spoken_text(text)
    assert said == said.strip()
    assert not said or any(letter.isalnum() for letter in said)
