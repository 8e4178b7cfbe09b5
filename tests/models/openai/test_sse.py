"""Events are the same wherever the bytes are cut, and with whichever line ends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.models.openai.sse import NotText, events

EVENTS = ["{}", "précision — 精度", "two\nlines", "", "[DONE]"]


def written(end: str) -> bytes:
    parts = [": a comment", "", "event: named", "id: 7"]
    for event in EVENTS:
        parts += [*(f"data: {line}" for line in event.split("\n")), ""]
    return "".join(part + end for part in parts).encode()


@given(st.sampled_from(["\n", "\r\n", "\r"]), st.lists(st.integers(0, 200), max_size=30))
def test_events_do_not_depend_on_how_they_arrive(end: str, cuts: list[int]) -> None:
    data = written(end)
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    chunks = [data[start:stop] for start, stop in pairwise(places)]
    assert list(events(chunks)) == EVENTS


def test_a_last_event_without_its_empty_line_counts() -> None:
    assert list(events([b"data: a\n\ndata: b"])) == ["a", "b"]


def test_one_leading_space_belongs_to_the_format() -> None:
    assert list(events([b"data:a\n\ndata:  b\n\n"])) == ["a", " b"]


def test_bytes_that_are_no_text_are_said_to_be_none() -> None:
    read = events([b"data: fine\n\n", b"data: \xff\xfe\n\n"])
    assert next(read) == "fine"
    with pytest.raises(NotText):
        next(read)
