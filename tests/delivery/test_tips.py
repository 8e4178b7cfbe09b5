"""At most three kind tips, about what was said and when; never about who said it."""

from __future__ import annotations

import re

import pytest

from interviewer.delivery.conventions import CONVENTIONS, PACE, caveat
from interviewer.delivery.measure import interview_delivery
from interviewer.delivery.tips import MOST, opening_share
from interviewer.domain.delivery import InterviewDelivery
from interviewer.domain.speech import BROWSER, Spoken
from tests.delivery.test_measure import interview, spoken

PLAIN = (
    "An overfitted model has memorised its examples. On new data it does worse, because the noise that it learned is "
    "different there. I hold out a set and compare the two errors. Where they part, training has gone too far. Then a "
    "penalty or an early stop helps, and so does more data. I check with a second split before anybody relies on it."
)
FORBIDDEN = re.compile(
    r"confiden|nervous|anxi|emotion|feel|afraid|accent|native|foreign|personalit|charact|shy|weak|bad|poor|wrong|fail|"
    r"unsure|hesita|boring|monoton|unprofessional|intelligen|smart|stupid|mumbl|sloppy|aggressiv|arrogan|"
    r"enthusias|energ|age\b|gender|\bmale|female",
    re.IGNORECASE,
)
"""What a tip must not judge, nor how it must sound."""


def words(text: str) -> int:
    return len(text.split())


def delivery(*answers: Spoken, exchanges: int = 1) -> InterviewDelivery:
    found = interview_delivery(interview(*answers, exchanges=exchanges))
    assert found is not None
    return found


def at_pace(text: str, pace: float = 150, turn: int = 2) -> Spoken:
    return spoken(text, words(text) * 60 / pace, turn=turn)


def test_whoever_speaks_as_most_do_gets_no_tip_and_is_told_so() -> None:
    found = delivery(at_pace(PLAIN))
    assert found.tips == ()
    assert "Nothing to change" in found.praise


def test_too_little_to_go_by_is_no_praise() -> None:
    assert "too little" in delivery(spoken("A tree splits the data until the leaves are pure enough.")).praise


def test_a_filler_is_named_with_its_count_and_its_place() -> None:
    text = PLAIN.replace(". ", ". Basically, ")
    [tip] = delivery(at_pace(f"Basically, {text} Um, yes. Uh, no.")).tips
    assert "“basically” 6 times, mostly at the start of a sentence" in tip
    assert "silent breath" in tip


def test_a_filler_in_mid_sentence_has_no_place() -> None:
    [tip] = delivery(at_pace(PLAIN.replace(" and ", " and, um, ").replace(" a ", " a, um, "))).tips
    assert "“um”" in tip
    assert "start of a sentence" not in tip


@pytest.mark.parametrize(("pace", "says"), [(260, "260 words a minute"), (80, "80 words a minute")])
def test_pace_is_set_beside_the_convention(pace: float, says: str) -> None:
    [tip] = delivery(at_pace(PLAIN, pace)).tips
    assert says in tip
    assert f"{(PACE.high if pace > 200 else PACE.low) or 0:.0f}" in tip


def test_long_pauses_are_thinking_time() -> None:
    long = spoken(PLAIN, 60, [(place, place + 3) for place in range(2, 60, 6)])
    [tip] = delivery(long).tips
    assert "10 pauses" in tip
    assert "Take your time" in tip


def test_whoever_is_slow_by_thinking_gets_one_tip_not_two() -> None:
    steady = delivery(spoken(PLAIN, 60, [])).tips
    assert [("words a minute" in tip) for tip in steady] == [True]
    thinking = delivery(spoken(PLAIN, 60, [(place, place + 3) for place in range(2, 60, 6)])).tips
    assert [("words a minute" in tip) for tip in thinking] == [False]


def test_hedges_and_repetitions_are_named() -> None:
    hedged = delivery(at_pace(PLAIN.replace(". ", ". I think "))).tips
    assert any("“I think” 5 times" in tip for tip in hedged)
    repeated = delivery(at_pace(PLAIN.replace(" the ", " the the "))).tips
    assert any("repeated" in tip for tip in repeated)


def test_answers_much_longer_or_shorter_than_a_question_is_given() -> None:
    long = [spoken(" ".join([PLAIN] * 8), 600, turn=turn) for turn in (2, 4)]
    assert any("longer than" in tip for tip in delivery(*long, exchanges=2).tips)
    short = [spoken(PLAIN, words(PLAIN) * 60 / 150, turn=turn) for turn in (2, 4)]
    assert any("time left" in tip for tip in delivery(*short, exchanges=2).tips)


def everything_at_once() -> InterviewDelivery:
    text = "Um, basically, I think the the model, um, maybe, um, probably the the thing, you know. " * 12
    long = [spoken(text, 90, [(t, t + 2.5) for t in range(2, 80, 8)], turn=turn) for turn in (2, 4)]
    return delivery(*long, exchanges=2)


def test_there_are_at_most_three_and_what_is_farthest_off_comes_first() -> None:
    found = everything_at_once()
    assert len(found.tips) == MOST == 3
    assert "fillers" in found.tips[0]
    assert found.praise == ""


def test_no_word_judges_the_speaker() -> None:
    said = [
        *everything_at_once().tips,
        *delivery(at_pace(PLAIN, 260)).tips,
        *delivery(at_pace(PLAIN, 80)).tips,
        *delivery(at_pace(PLAIN.replace(". ", ". I think "))).tips,
        *delivery(at_pace(PLAIN.replace(" the ", " the the "))).tips,
        *delivery(*[spoken(" ".join([PLAIN] * 8), 600, turn=turn) for turn in (2, 4)], exchanges=2).tips,
        *delivery(*[at_pace(PLAIN, turn=turn) for turn in (2, 4)], exchanges=2).tips,
        delivery(at_pace(PLAIN)).praise,
        delivery(spoken("A tree.")).praise,
        caveat(BROWSER),
        caveat("whisper"),
        *(f"{one.name} {one.unit}" for one in CONVENTIONS),
    ]
    assert len(said) > 15
    assert [line for line in said if FORBIDDEN.search(line)] == []


def test_an_opening_may_follow_other_fillers() -> None:
    assert opening_share(["Um, basically, it works. It basically works."]) == {"um": 1.0, "basically": 0.5}
