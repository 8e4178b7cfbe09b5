"""Counting tokens without a network, and what is left out of a prompt that would be too long."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import tiktoken
import tiktoken.load
import tiktoken.registry
from hypothesis import given
from hypothesis import strategies as st

from interviewer.models import tokens
from interviewer.models.tokens import count, estimate, trim, warm


@pytest.fixture(autouse=True)
def afresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[None]:
    """No encoding is remembered from elsewhere, and none lies in a cache."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / "no-encodings"))
    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})
    tokens._encoding.cache_clear()
    yield
    tokens._encoding.cache_clear()


def toy() -> tiktoken.Encoding:
    """An encoding whose tokens are bytes."""
    return tiktoken.Encoding(
        "o200k_base", pat_str=r"\S+|\s+", mergeable_ranks={bytes([n]): n for n in range(256)}, special_tokens={}
    )


def test_without_an_encoding_at_hand_the_count_says_that_it_is_an_estimate() -> None:
    counted = count("It memorises the noise of the training set.", "gpt-5.4-mini")
    assert counted.estimated
    assert 7 <= counted.tokens <= 14


@pytest.mark.parametrize("model", ["gpt-5.4-mini", "gpt-4o", "gpt-3.5-turbo", "llama3.2:3b", "", "gpt-oss-20b"])
def test_no_model_makes_it_reach_for_the_network(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given: asked.append(given))
    monkeypatch.setattr(socket.socket, "connect", lambda *given: asked.append(given))
    warm([model])
    assert count("hello", model).estimated
    assert asked == []


def test_tiktoken_is_left_as_it_was() -> None:
    reader = tiktoken.load.read_file
    count("hello", "gpt-5.4-mini")
    assert tiktoken.load.read_file is reader


def test_an_encoding_at_hand_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tiktoken.registry.ENCODINGS, "o200k_base", toy())
    assert count("naïve", "gpt-5.4-mini") == (6, False)
    assert count("<|endoftext|>", "gpt-5.4-mini") == (13, False)  # what people type is text, never a special token
    assert count("a" * 50_001, "gpt-5.4-mini") == (50_001, False)
    assert count("naïve", "some-other-model").estimated


def test_a_cache_that_is_broken_costs_nothing_but_exactness(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "a-file").write_text("not a folder")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / "a-file"))
    assert count("hello", "gpt-5.4-mini").estimated


@given(st.text(max_size=200), st.text(max_size=200))
def test_an_estimate_never_falls_when_text_is_added(one: str, other: str) -> None:
    assert estimate(one + other) >= estimate(one) >= 0
    assert (estimate(one) == 0) == (one.strip(" ") == "" and len(one) == 0)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("The model fits the noise instead of the pattern, so it does badly on new data.", 15, 22),
        ("12345678901234567890", 5, 20),
        ("机器学习模型过拟合", 8, 20),
        ("loss = ((y - f(x)) ** 2).mean()", 12, 30),
    ],
)
def test_estimates_are_of_the_right_size(text: str, least: int, most: int) -> None:
    assert least <= estimate(text) <= most


# --- trimming -----------------------------------------------------------------------------------------------------

TURNS = [f"#{n} candidate: " + f"turn{n} " * 50 for n in range(1, 6)]


def test_what_fits_is_left_alone() -> None:
    assert trim(TURNS, 10_000, "m") == (tuple(TURNS), 0)
    assert trim([], 10, "m") == ((), 0)


def test_the_oldest_turns_go_first_and_that_is_said_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        trimmed = trim(TURNS, 2 * count(TURNS[0], "m").tokens, "m")
    assert trimmed.entries[1:] == tuple(TURNS[3:])
    assert trimmed.entries[0] == "(left out here for length: the 3 oldest of 5 turns)"
    assert trimmed.left_out == sum(map(len, TURNS[:3]))
    assert str(trimmed.left_out) in caplog.text
    assert "turn1" not in caplog.text


def test_a_last_turn_that_is_too_long_keeps_its_beginning_and_its_end() -> None:
    long = "#6 candidate: beginning " + "middle " * 5_000 + "end"
    trimmed = trim([*TURNS, long], 300, "m")
    assert trimmed.entries[0] == "(left out here for length: the 5 oldest of 6 turns)"
    assert trimmed.entries[1].startswith("#6 candidate: beginning ")
    assert trimmed.entries[1].endswith(" end")
    assert "characters)\n" in trimmed.entries[1]
    assert count(trimmed.entries[1], "m").tokens < 330


@given(st.lists(st.text(max_size=400), min_size=1, max_size=6), st.integers(1, 200))
def test_the_bound_holds_and_the_last_turn_is_there(turns: list[str], bound: int) -> None:
    entries = [f"#{n} candidate: {text}" for n, text in enumerate(turns, start=1)]
    trimmed = trim(entries, bound, "m")
    notes = [line for entry in trimmed.entries for line in entry.splitlines() if "left out here for length" in line]
    assert bool(notes) == (trimmed.left_out > 0)
    assert sum(count(entry, "m").tokens for entry in trimmed.entries) <= bound + sum(20 + len(note) for note in notes)
    assert trimmed.entries[-1][:1] == entries[-1][:1]
