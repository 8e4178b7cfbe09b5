"""A turn is split for highlighting without a character gained or lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interviewer.domain.grade import Evidence, Ungraded
from interviewer.domain.words import Verdict
from interviewer.report.segments import Kind, Quoted, Segment, highlight, turn_segments
from tests.report.sample import sample

KINDS: tuple[Kind, ...] = ("partial", "met", "mistaken")


def quote(criterion: str, start: int, end: int, kind: Kind = "met") -> Quoted:
    return Quoted(criterion, kind, Evidence(turn=1, start=start, end=end, text=""))


def test_a_text_without_quotes_is_one_plain_segment() -> None:
    assert highlight("As it is.", []) == [Segment("As it is.")]


def test_an_empty_text_has_no_segments() -> None:
    assert highlight("", [quote("a", 0, 3)]) == []


def test_where_quotes_overlap_the_stretch_names_both_criteria() -> None:
    assert highlight("abcdef", [quote("one", 1, 4), quote("two", 3, 5)]) == [
        Segment("a"),
        Segment("bc", ("one",), "met"),
        Segment("d", ("one", "two"), "met"),
        Segment("e", ("two",), "met"),
        Segment("f"),
    ]


def test_a_mistake_is_not_painted_over_by_credit() -> None:
    found = highlight("abc", [quote("wrong", 0, 3, "mistaken"), quote("right", 0, 3, "met")])
    assert found == [Segment("abc", ("wrong", "right"), "mistaken")]


def test_offsets_count_code_points_not_bytes_or_utf16_units() -> None:
    assert highlight("😀é漢字", [quote("a", 1, 3)])[1].text == "é漢"


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.sampled_from(KINDS)), max_size=6),
)
def test_the_segments_joined_are_the_text_whatever_the_quotes(text: str, spans: list[tuple[int, int, Kind]]) -> None:
    quotes = [quote(f"c{i}", start, end, kind) for i, (start, end, kind) in enumerate(spans)]
    segments = highlight(text, quotes)
    assert "".join(segment.text for segment in segments) == text
    assert all(segment.text for segment in segments)
    assert all((segment.kind == "plain") == (not segment.criterion_ids) for segment in segments)


def test_a_turn_shows_exactly_the_evidence_of_its_own_grade() -> None:
    held, grades, _ = sample()
    for turn in held.turns:
        for segment in turn_segments(turn, grades[turn.exchange]):
            if segment.kind == "met":
                verdicts = {v.criterion: v for v in grades[turn.exchange].verdicts}  # type: ignore[union-attr]
                assert all(verdicts[c].verdict is Verdict.MET for c in segment.criterion_ids)
                assert segment.text in {e.text for c in segment.criterion_ids for e in verdicts[c].evidence}


def test_without_a_grade_nothing_is_highlighted() -> None:
    turn = sample()[0].turns[1]
    assert turn_segments(turn, None) == turn_segments(turn, Ungraded(reason="cut off")) == [Segment(turn.text)]
