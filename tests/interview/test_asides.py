"""Calls that one may walk away from."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from interviewer.interview.asides import Asides, Stopped
from tests.interview.made_up import until


class Silent:
    """A stream that says one thing and then nothing, until it is closed, as a wire can be from any thread."""

    def __init__(self) -> None:
        self.asked = 0
        self.closed = Event()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.asked += 1
        if self.asked > 1 and not self.closed.wait(10):
            raise AssertionError("nobody hung up")
        if self.closed.is_set():
            raise StopIteration
        return "Well, "

    def close(self) -> None:
        self.closed.set()


def test_a_stream_is_hung_up_on_at_once_and_not_when_its_next_word_comes() -> None:
    silent, enough = Silent(), Event()
    asides = Asides(enough.is_set, lambda _: None)
    heard = asides.listen(lambda: silent).come()
    assert next(heard) == "Well, "
    until(lambda: silent.asked == 2)
    enough.set()
    with pytest.raises(Stopped):
        next(heard)
    assert silent.closed.is_set()


def test_a_stream_that_begins_when_nobody_listens_any_more_is_not_asked_for_a_word() -> None:
    silent, enough, go = Silent(), Event(), Event()
    asides = Asides(enough.is_set, lambda _: None)

    def begins() -> Iterator[str]:
        assert go.wait(10)
        return silent

    aside = asides.listen(begins)
    enough.set()
    with pytest.raises(Stopped):
        next(aside.come())
    go.set()
    aside.join(10)
    assert silent.closed.is_set()
    assert silent.asked == 0


def test_a_generator_is_left_alone_while_its_thread_is_in_it_and_closed_when_it_comes_out() -> None:
    inside, go, ended, enough = Event(), Event(), Event(), Event()

    def words() -> Iterator[str]:
        try:
            inside.set()
            assert go.wait(10)
            yield "Well, "
        finally:
            ended.set()

    aside = Asides(enough.is_set, lambda _: None).listen(words)
    assert inside.wait(10)
    enough.set()
    with pytest.raises(Stopped):
        next(aside.come())
    assert not ended.is_set()
    go.set()
    assert ended.wait(10)
