"""Delivery's figures are counts and divisions over what was heard and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.bank import load_bank
from interviewer.delivery.conventions import CONVENTIONS, caveat
from interviewer.delivery.evaluation import pace_errors, timed
from interviewer.delivery.measure import delivery_of, interview_delivery, total_of
from interviewer.domain.delivery import Clock
from interviewer.domain.interview import Exchange, ExchangeStatus, Interview, InterviewStatus, Setup, Turn
from interviewer.domain.question import Question
from interviewer.domain.speech import BROWSER, Pause, Spoken, Transcript, Word
from interviewer.domain.words import Speaker
from interviewer.resources import knowledge_dir

BEGAN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ANSWER = "So um the gradient points uphill and we take a small step the other way until it is flat"


@cache
def question() -> Question:
    return load_bank(knowledge_dir()).questions["overfitting"]


def spoken(
    text: str = ANSWER,
    seconds: float = 12.0,
    pauses: Sequence[tuple[float, float]] | None = None,
    *,
    turn: int = 2,
    lead: float = 1.0,
    by: str = "whisper",
) -> Spoken:
    """An answer whose words follow each other evenly."""
    even = timed(text.split(), seconds, lead)
    return even.model_copy(
        update={
            "turn": turn,
            "transcript": even.transcript.model_copy(update={"by": by}),
            "pauses": None if pauses is None else tuple(Pause(start=start, end=end) for start, end in pauses),
        }
    )


def interview(*answers: Spoken, exchanges: int = 1) -> Interview:
    """An interview in which the candidate's turns are 2, 4, 6 ..., dealt out to the exchanges in order."""
    turns = []
    each = max(1, len(answers) // exchanges)
    for place in range(len(answers)):
        exchange = min(place // each + 1, exchanges)
        turns += [
            Turn(seq=2 * place + 1, exchange=exchange, speaker=Speaker.INTERVIEWER, text="Well?", at=BEGAN),
            Turn(seq=2 * place + 2, exchange=exchange, speaker=Speaker.CANDIDATE, text="Corrected.", at=BEGAN),
        ]
    return Interview(
        id="i",
        owner="me",
        setup=Setup(questions=exchanges),
        bank_hash="b",
        model="offline",
        status=InterviewStatus.ENDED,
        created_at=BEGAN,
        ended_at=BEGAN + timedelta(hours=1),
        plan=(question(),) * exchanges,
        exchanges=tuple(
            Exchange(number=number + 1, question=question(), status=ExchangeStatus.CLOSED, opened_at=BEGAN)
            for number in range(exchanges)
        ),
        turns=tuple(turns),
        spoken=answers,
    )


def test_words_per_minute_are_within_one_percent_on_known_durations() -> None:
    assert max(pace_errors((50, 90, 125, 160, 210, 300))) < 0.01


def test_speaking_time_is_from_the_first_word_to_the_last() -> None:
    found = delivery_of(spoken(seconds=12, lead=4), 1, 5)
    assert found.clock is Clock.WORDS
    assert found.seconds == pytest.approx(12)
    assert found.words_per_minute == pytest.approx(found.words * 5)


def test_without_timed_words_the_sound_tells_the_time_and_without_sound_the_microphone() -> None:
    plain = Transcript(text=ANSWER, by="model", seconds=20)
    by_sound = delivery_of(Spoken(turn=2, transcript=plain.model_copy(update={"spoke": (2.0, 17.0)})), 1, 5)
    assert (by_sound.clock, by_sound.seconds) == (Clock.SOUND, 15)
    by_microphone = delivery_of(Spoken(turn=2, transcript=plain), 1, 5)
    assert (by_microphone.clock, by_microphone.seconds) == (Clock.MICROPHONE, 20)
    unknown = delivery_of(Spoken(turn=2, transcript=Transcript(text=ANSWER, by="model")), 1, 5)
    assert (unknown.clock, unknown.seconds, unknown.words_per_minute) == (None, None, None)
    assert unknown.fillers_per_100 is not None


def test_half_timed_words_are_not_taken_for_the_whole() -> None:
    words = (Word(text="So", start=0, end=0.4), Word(text="um"))
    transcript = Transcript(text="So um", words=words, by="model", seconds=9)
    assert delivery_of(Spoken(turn=2, transcript=transcript), 1, 5).clock is Clock.MICROPHONE


def test_articulation_rate_leaves_pauses_out() -> None:
    found = delivery_of(spoken(seconds=12, lead=1, pauses=[(3, 5), (6, 7), (8, 8.1)]), 1, 5)
    assert (found.pauses, found.long_pauses, found.longest_pause, found.paused_seconds) == (2, 1, 2.0, 3.0)
    assert found.articulation_rate == pytest.approx(found.words * 60 / 9)


def test_a_pause_beyond_the_speaking_time_does_not_count() -> None:
    found = delivery_of(spoken(seconds=12, lead=1, pauses=[(0, 1), (12, 20)]), 1, 5)
    assert found.pauses == 1
    assert found.paused_seconds == pytest.approx(1.0)


def test_without_sound_pauses_are_unknown_not_none() -> None:
    found = delivery_of(spoken(), 1, 5)
    assert (found.pauses, found.long_pauses, found.paused_seconds, found.articulation_rate) == (None,) * 4


@pytest.mark.parametrize(("text", "seconds"), [("Yes, a tree.", 8.0), (ANSWER, 4.0), ("", 0.0)])
def test_a_short_answer_has_counts_and_no_rates(text: str, seconds: float) -> None:
    transcript = Transcript(text=text, by="model", seconds=seconds)
    found = delivery_of(Spoken(turn=2, transcript=transcript, pauses=()), 1, 5)
    assert (found.words_per_minute, found.articulation_rate) == (None, None)
    assert found.words == len(text.split())


def test_what_is_counted_is_what_was_understood_not_what_it_was_corrected_to() -> None:
    found = interview_delivery(interview(spoken("Um, the um gradient points uphill and we step the other way, um.")))
    assert found is not None
    assert found.answers[0].filler_words == (("um", 3),)


def test_how_long_an_answer_may_take_is_a_third_to_two_thirds_of_the_questions_minutes() -> None:
    assert delivery_of(spoken(), 1, 6).expected_seconds == pytest.approx((120, 240))


def test_an_interview_without_a_spoken_answer_has_no_delivery() -> None:
    assert interview_delivery(interview()) is None


def test_rates_over_an_interview_are_sums_over_sums() -> None:
    fast, slow = spoken(seconds=6, turn=2), spoken(seconds=30, turn=4)
    found = interview_delivery(interview(fast, slow))
    assert found is not None
    assert found.total.words_per_minute == pytest.approx(found.total.words * 60 / 36)
    assert found.total.fillers_per_100 == pytest.approx(found.total.fillers * 100 / found.total.words)


def test_answers_without_sound_do_not_thin_out_the_articulation_rate() -> None:
    found = interview_delivery(interview(spoken(turn=2, pauses=[(4, 6)]), spoken(turn=4, seconds=60)))
    assert found is not None
    assert found.total.articulation_rate == pytest.approx(found.answers[0].articulation_rate)


def test_the_first_word_of_an_interview_is_the_median() -> None:
    answers = [
        spoken(turn=2 * place).model_copy(update={"first_word": wait}) for place, wait in ((1, 1.0), (2, 9.0), (3, 2.0))
    ]
    found = interview_delivery(interview(*answers))
    assert found is not None
    assert found.total.first_word == 2.0


def test_earlier_interviews_stand_beside() -> None:
    earlier = interview_delivery(interview(spoken()))
    assert earlier is not None
    found = interview_delivery(interview(spoken(seconds=20)), [earlier])
    assert found is not None
    assert found.past == (earlier.total,)


def test_whoever_listened_is_said_to_leave_fillers_out() -> None:
    found = interview_delivery(interview(spoken(turn=2, by=BROWSER), spoken(turn=4), spoken(turn=6)))
    assert found is not None
    assert found.caveats == (caveat(BROWSER), caveat("whisper"))
    assert all("um" in line for line in found.caveats)


def test_every_convention_says_where_it_comes_from() -> None:
    for convention in CONVENTIONS:
        assert convention.source.endswith(".")
        assert convention.low is not None or convention.high is not None


gaps = st.lists(st.floats(0.25, 8), max_size=6)


@given(gaps, st.integers(0, 100), st.floats(0.25, 20))
def test_adding_silence_does_not_change_the_articulation_rate(lengths: list[float], where: int, more: float) -> None:
    def said(silences: Sequence[float]) -> Spoken:
        """Words of half a second each, with a silence after each of the first ones."""
        words, pauses, at = [], [], 1.0
        for place, word in enumerate(ANSWER.split()):
            words.append(Word(text=word, start=at, end=at + 0.5))
            at += 0.5
            if place < len(silences) and silences[place]:
                pauses.append(Pause(start=at, end=at + silences[place]))
                at += silences[place]
        return Spoken(turn=2, transcript=Transcript(text=ANSWER, words=tuple(words), by="model"), pauses=tuple(pauses))

    place = where % (len(lengths) + 1)
    before = delivery_of(said(lengths), 1, 5)
    after = delivery_of(said([*lengths[:place], more, *lengths[place:]]), 1, 5)
    assert after.articulation_rate == pytest.approx(before.articulation_rate)
    assert (after.words_per_minute or 0) < (before.words_per_minute or 0)


@given(st.floats(0, 500))
def test_when_the_recording_began_changes_nothing(shift: float) -> None:
    here = spoken(lead=1, pauses=[(3, 5)])
    there = spoken(lead=1 + shift, pauses=[(3 + shift, 5 + shift)])
    one, other = delivery_of(here, 1, 5), delivery_of(there, 1, 5)
    assert other.seconds == pytest.approx(one.seconds)
    assert other.articulation_rate == pytest.approx(one.articulation_rate)
    assert other.pauses == one.pauses


SAID = ("We tried, um, kind of everything.", "Um, I think it's, like, slow.", "The the model, you know.")


@given(st.lists(st.sampled_from(SAID), min_size=1))
def test_counts_add_up(texts: list[str]) -> None:
    parts = [delivery_of(Spoken(turn=2, transcript=Transcript(text=text, by="model")), 1, 5) for text in texts]
    whole = delivery_of(Spoken(turn=2, transcript=Transcript(text=".\n".join(texts), by="model")), 1, 5)
    total = total_of(parts)
    assert (total.words, total.hedges, total.repetitions) == (whole.words, whole.hedges, whole.repetitions)
    assert (total.fillers, total.filler_words) == (whole.fillers, whole.filler_words)
    assert total.fillers >= len(texts)


@given(st.text(max_size=80), st.floats(0, 1e4), st.none() | st.floats(0, 1e4))
def test_no_answer_breaks_it(text: str, seconds: float, first_word: float | None) -> None:
    heard = Spoken(
        turn=2,
        transcript=Transcript(text=text, by=BROWSER, seconds=seconds),
        pauses=(Pause(start=0, end=seconds),),
        first_word=first_word,
    )
    found = delivery_of(heard, 1, 5)
    assert found.fillers <= found.words
    assert total_of([found, found]).words == 2 * found.words
