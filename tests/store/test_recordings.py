"""What is said aloud is stored before anything else happens, and never lost until it is a turn or discarded."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from interviewer.domain.interview import MAX_TURN_CHARACTERS, InterviewStatus
from interviewer.domain.speech import BROWSER, MAX_RECORDING_BYTES, Pause, Spoken, Transcript, Unheard, Word
from interviewer.domain.usage import Purpose
from interviewer.errors import StaleState, UnknownInterview, UsageError
from interviewer.store import LeaseLost, Retry, Store, Work
from tests.interview.made_up import HandClock, answer, begin, call, close_exchange, count, reply
from tests.store.conftest import Opener

SOUND = bytes(range(256)) * 400
HEARD = Transcript(
    text="umbrellas are use full",
    words=(Word(text="umbrellas", start=0.5, end=1.1), Word(text="are")),
    language="en",
    by="whisper-made-up",
    seconds=3.2,
)
PAUSES = (Pause(start=1.1, end=2.0),)
DOWN = Unheard(reason="no connection", retryable=True)
LEASE = 6.0


@pytest.fixture
def interview_id(store: Store) -> str:
    return begin(store)


def record(store: Store, interview_id: str, key: str = "mic", seq: int = 2, audio: bytes = SOUND) -> int:
    return store.record(interview_id, seq, key, audio, "audio/wav").number


def hear(store: Store, interview_id: str, number: int, heard: Transcript | Unheard = HEARD, **more: object) -> None:
    token = store.claim(interview_id, Work.HEAR, number, LEASE)
    assert token is not None
    store.commit_heard(interview_id, number, token, heard, **more)  # type: ignore[arg-type]


# --- the way of an answer ---------------------------------------------------------------------------------------


def test_a_spoken_answer_is_recorded_heard_corrected_and_accepted(
    store: Store, opened: Opener, clock: HandClock, interview_id: str
) -> None:
    clock.move(20)
    made = store.record(interview_id, 2, "mic", SOUND, "audio/wav")
    assert (made.number, made.seq, made.at, made.media_type, made.size) == (1, 2, clock.now, "audio/wav", len(SOUND))
    assert (made.heard, made.turn) == (None, None)
    assert store.unheard_recordings() == [(interview_id, 1)]
    assert opened().audio(interview_id, 1) == SOUND
    hear(store, interview_id, 1, pauses=PAUSES, first_word=2.5, calls=[call(Purpose.TRANSCRIBE)])
    (heard,) = store.open_recordings(interview_id)
    assert (heard.heard, heard.pauses, heard.first_word) == (HEARD, PAUSES, 2.5)
    assert store.unheard_recordings() == []
    assert [c.purpose for c in store.calls(interview_id)] == [Purpose.TRANSCRIBE]

    turn = store.accept(interview_id, 2, "send", "Umbrellas are useful.", 1)
    interview = opened().get(interview_id)
    assert interview.turns[-1] == turn
    assert (turn.seq, turn.text) == (2, "Umbrellas are useful.")
    assert interview.spoken == (Spoken(turn=2, transcript=HEARD, pauses=PAUSES, first_word=2.5),)
    assert store.open_recordings(interview_id) == ()
    (kept,) = store.recordings(interview_id)
    assert (kept.turn, kept.size, kept.media_type) == (2, 0, "")
    with pytest.raises(UsageError, match="no sound"):
        store.audio(interview_id, 1)


def test_the_sound_is_kept_where_that_was_wished(store: Store, interview_id: str) -> None:
    record(store, interview_id)
    hear(store, interview_id, 1)
    store.accept(interview_id, 2, "send", "Umbrellas are useful.", 1, keep_audio=True)
    assert store.audio(interview_id, 1) == SOUND
    assert [spoken.recording for spoken in store.get(interview_id).spoken] == [1]
    assert store.forget_audio(interview_id, 1)
    assert [(s.transcript, s.recording) for s in store.get(interview_id).spoken] == [(HEARD, None)]
    with pytest.raises(UsageError):
        store.audio(interview_id, 1)


def test_what_the_browser_understood_goes_the_same_way_without_sound(store: Store, interview_id: str) -> None:
    understood = Transcript(text="they keep you dry", by=BROWSER, seconds=4.0)
    made = store.keep_heard(interview_id, 2, "mic", understood, first_word=1.5)
    assert store.keep_heard(interview_id, 2, "mic", understood) == made
    assert (made.heard, made.size, made.media_type) == (understood, 0, "")
    assert store.unheard_recordings() == []
    store.accept(interview_id, 2, "send", "They keep you dry.", made.number, keep_audio=True)
    assert store.get(interview_id).spoken == (Spoken(turn=2, transcript=understood, first_word=1.5),)


def test_typed_and_spoken_answers_mix_freely(store: Store, interview_id: str) -> None:
    answer(store, interview_id, "typed")
    number = record(store, interview_id, seq=4)
    hear(store, interview_id, number)
    store.accept(interview_id, 4, "send", "spoken", number)
    interview = store.get(interview_id)
    assert [turn.text for turn in interview.turns[1::2]] == ["typed", "spoken"]
    assert [spoken.turn for spoken in interview.spoken] == [4]


# --- once, in order ---------------------------------------------------------------------------------------------


def test_the_same_key_twice_is_one_recording(store: Store, opened: Opener, interview_id: str) -> None:
    together = Barrier(8)
    stores = [opened() for _ in range(2)]

    def records(number: int) -> int:
        together.wait()
        return record(stores[number % 2], interview_id)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(records, range(8))) == {1}
    assert count(store, "recording") == count(store, "sound") == 1


def test_the_same_key_is_the_same_recording_also_when_the_interview_has_moved_on(
    store: Store, interview_id: str
) -> None:
    number = record(store, interview_id)
    answer(store, interview_id, "typed instead", ends=True)
    assert record(store, interview_id) == number


@pytest.mark.parametrize("expected", [0, 1, 3, 99])
def test_a_recording_for_a_number_that_is_not_the_next_is_refused(
    store: Store, interview_id: str, expected: int
) -> None:
    with pytest.raises(StaleState) as refused:
        record(store, interview_id, seq=expected)
    assert refused.value.actual == 2
    with pytest.raises(StaleState):
        store.keep_heard(interview_id, expected, "mic", HEARD)
    assert count(store, "recording") == 0


def test_nothing_is_recorded_while_a_reply_is_pending(store: Store, interview_id: str) -> None:
    store.submit(interview_id, 2, "key", "typed")
    for seq in (2, 3):
        with pytest.raises(StaleState):
            record(store, interview_id, seq=seq)


def test_nothing_is_recorded_in_an_interview_that_is_over_or_not_there(store: Store, interview_id: str) -> None:
    answer(store, interview_id, "that is all", ends=True)
    with pytest.raises(UsageError, match="has ended"):
        record(store, interview_id, seq=4)
    for call_ in (
        lambda: record(store, "nope"),
        lambda: store.accept("nope", 2, "key", "text", 1),
        lambda: store.discard_recording("nope", 1),
        lambda: store.forget_audio("nope"),
    ):
        with pytest.raises(UnknownInterview):
            call_()


def test_two_clicks_on_accept_are_one_turn(store: Store, opened: Opener, interview_id: str) -> None:
    record(store, interview_id)
    hear(store, interview_id, 1)
    together = Barrier(6)
    stores = [opened() for _ in range(2)]

    def accepts(number: int) -> int:
        together.wait()
        return stores[number % 2].accept(interview_id, 2, "send", "Umbrellas are useful.", 1).seq

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(accepts, range(6))) == {2}
    interview = store.get(interview_id)
    assert (len(interview.turns), len(interview.spoken)) == (2, 1)


def test_a_recording_becomes_one_turn_only_whichever_tab_was_first(store: Store, interview_id: str) -> None:
    record(store, interview_id)
    hear(store, interview_id, 1)
    store.accept(interview_id, 2, "one tab", "Umbrellas are useful.", 1)
    with pytest.raises(StaleState):
        store.accept(interview_id, 2, "the other", "Umbrellas are usefull.", 1)
    token = store.claim(interview_id, Work.REPLY, 2, LEASE)
    assert token is not None

    store.commit_reply(interview_id, 2, token, reply(2))
    with pytest.raises(UsageError, match="already"):
        store.accept(interview_id, 4, "the other, again", "Umbrellas are usefull.", 1)
    assert len(store.get(interview_id).turns) == 3


# --- what cannot be taken ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audio", "media_type", "said"),
    [
        (b"", "audio/wav", "no sound"),
        (bytes(MAX_RECORDING_BYTES + 1), "audio/wav", "25 MB"),
        (SOUND, "video/mp4", "not a recording of sound"),
        (SOUND, "text/html", "not a recording of sound"),
        (SOUND, "", "not a recording of sound"),
    ],
    ids=["0 bytes", "25 MB and one", "a film", "a page", "nobody knows"],
)
def test_what_is_no_recording_is_refused_with_what_to_do(
    store: Store, interview_id: str, audio: bytes, media_type: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        store.record(interview_id, 2, "mic", audio, media_type)
    assert "type" in refused.value.remedy
    assert count(store, "recording") == 0


@pytest.mark.parametrize("media_type", ["audio/wav", "AUDIO/WEBM;codecs=opus", "video/webm", "audio/mp4"])
def test_what_browsers_record_is_taken(store: Store, interview_id: str, media_type: str) -> None:
    store.record(interview_id, 2, "mic", SOUND, media_type)
    assert store.recordings(interview_id)[0].media_type == media_type.split(";")[0].lower()


def test_the_largest_recording_is_taken_whole(store: Store, interview_id: str) -> None:
    largest = (SOUND * (MAX_RECORDING_BYTES // len(SOUND) + 1))[:MAX_RECORDING_BYTES]
    assert store.record(interview_id, 2, "mic", largest, "audio/wav").size == MAX_RECORDING_BYTES
    assert store.audio(interview_id, 1) == largest


@pytest.mark.parametrize("measured", [math.nan, math.inf, -1.0])
def test_a_measure_that_makes_no_sense_is_not_kept(store: Store, interview_id: str, measured: float) -> None:
    assert store.record(interview_id, 2, "mic", SOUND, "audio/wav", first_word=measured).first_word is None


def test_a_transcript_without_words_is_refused(store: Store, interview_id: str) -> None:
    with pytest.raises(UsageError, match="Nothing was understood"):
        store.keep_heard(interview_id, 2, "mic", Transcript(text=" ", by=BROWSER))


@pytest.mark.parametrize("text", ["  ", "x" * (MAX_TURN_CHARACTERS + 1)], ids=["nothing", "too long"])
def test_a_corrected_text_is_held_to_the_rules_of_a_typed_one(store: Store, interview_id: str, text: str) -> None:
    record(store, interview_id)
    hear(store, interview_id, 1)
    with pytest.raises(UsageError):
        store.accept(interview_id, 2, "send", text, 1)
    assert store.audio(interview_id, 1) == SOUND


@pytest.mark.parametrize("heard", [None, DOWN, Unheard(reason="silence")], ids=["not yet", "down", "silence"])
def test_what_nobody_has_understood_cannot_be_accepted_and_stays(
    store: Store, interview_id: str, heard: Unheard | None
) -> None:
    record(store, interview_id)
    if heard is not None:
        hear(store, interview_id, 1, heard)
    with pytest.raises(UsageError, match="not been understood") as refused:
        store.accept(interview_id, 2, "send", "made up", 1)
    assert "stays" in refused.value.remedy
    assert len(store.get(interview_id).turns) == 1  # the turn went back with it
    assert store.audio(interview_id, 1) == SOUND


# --- an endpoint that is down -----------------------------------------------------------------------------------


def test_typed_instead_the_recording_is_still_there_and_can_be_an_answer_later(store: Store, interview_id: str) -> None:
    record(store, interview_id)
    hear(store, interview_id, 1, DOWN)
    answer(store, interview_id, "typed instead")
    (left,) = store.open_recordings(interview_id)
    assert (left.seq, left.heard) == (2, DOWN)
    assert store.audio(interview_id, 1) == SOUND
    hear(store, interview_id, 1)
    store.accept(interview_id, 4, "send", "said before", 1)
    interview = store.get(interview_id)
    assert [(spoken.turn, spoken.transcript) for spoken in interview.spoken] == [(4, HEARD)]
    assert store.recordings(interview_id)[0].seq == 2  # where it was made


def test_failures_that_may_pass_are_counted_until_it_is_heard(
    store: Store, clock: HandClock, interview_id: str
) -> None:
    record(store, interview_id)
    for tries in (1, 2):
        clock.move(15)
        hear(store, interview_id, 1, DOWN)
        assert store.retryable_recordings() == [Retry(interview_id, 1, tries=tries, at=clock.now)]
    hear(store, interview_id, 1)
    assert store.retryable_recordings(interview_id) == []
    hear(store, interview_id, 1, DOWN)
    assert store.open_recordings(interview_id)[0].heard == HEARD  # what was understood once is not forgotten
    assert store.retryable_recordings() == []


def test_what_cannot_be_heard_at_all_is_not_tried_again(store: Store, interview_id: str) -> None:
    record(store, interview_id)
    hear(store, interview_id, 1, DOWN)
    hear(store, interview_id, 1, Unheard(reason="silence"))
    assert store.retryable_recordings() == []
    assert store.unheard_recordings() == []


def test_an_ended_interview_has_nothing_left_to_hear(store: Store, interview_id: str) -> None:
    record(store, interview_id)
    record(store, interview_id, "another")
    hear(store, interview_id, 2, DOWN)
    answer(store, interview_id, "typed instead", ends=True)
    assert store.get(interview_id).status is InterviewStatus.ENDED
    assert store.unheard_recordings() == []
    assert store.retryable_recordings() == []
    assert len(store.open_recordings(interview_id)) == 2  # and still nothing was dropped


# --- under the lease --------------------------------------------------------------------------------------------


def test_only_the_holder_of_the_lease_says_what_was_heard(store: Store, clock: HandClock, interview_id: str) -> None:
    record(store, interview_id)
    late = store.claim(interview_id, Work.HEAR, 1, LEASE)
    assert late is not None
    clock.move(LEASE)
    hear(store, interview_id, 1)
    with pytest.raises(LeaseLost):
        store.commit_heard(interview_id, 1, late, Transcript(text="too late", by="x"), calls=[call()])
    assert store.recordings(interview_id)[0].heard == HEARD
    assert store.calls(interview_id) == []


@pytest.mark.parametrize("gone", ["accepted", "discarded"])
def test_what_is_heard_of_a_recording_that_is_no_longer_open_is_dropped(
    store: Store, interview_id: str, gone: str
) -> None:
    record(store, interview_id)
    hear(store, interview_id, 1)
    token = store.claim(interview_id, Work.HEAR, 1, LEASE)
    assert token is not None
    if gone == "accepted":
        store.accept(interview_id, 2, "send", "as it is", 1)
    else:
        store.discard_recording(interview_id, 1)
    with pytest.raises(LeaseLost):
        store.commit_heard(interview_id, 1, token, Transcript(text="something else", by="x"))
    assert "something else" not in repr(store.recordings(interview_id))


def test_a_first_word_that_the_page_measured_stays(store: Store, interview_id: str) -> None:
    store.record(interview_id, 2, "mic", SOUND, "audio/wav", first_word=0.0)
    hear(store, interview_id, 1, first_word=9.0)
    assert store.recordings(interview_id)[0].first_word == 0.0


def test_what_hearing_took_is_counted_with_the_question_that_was_answered(store: Store, interview_id: str) -> None:
    close_exchange(store, interview_id, "umbrellas keep you dry")
    number = record(store, interview_id, seq=4)
    hear(store, interview_id, number, calls=[call(Purpose.TRANSCRIBE)])
    with store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT exchange FROM model_call").scalars().all() == [2]


# --- discarded --------------------------------------------------------------------------------------------------


def test_a_discarded_recording_is_gone_and_does_not_come_back(store: Store, interview_id: str) -> None:
    record(store, interview_id)
    hear(store, interview_id, 1)
    assert store.discard_recording(interview_id, 1)
    assert store.discard_recording(interview_id, 1)  # a second time does nothing
    assert store.recordings(interview_id) == store.open_recordings(interview_id) == ()
    assert count(store, "sound") == 0
    with pytest.raises(UsageError, match="not there any more"):
        store.accept(interview_id, 2, "send", "as it was", 1)
    record(store, interview_id)  # a page that runs once more still has it in its widget
    assert store.recordings(interview_id) == ()
    assert record(store, interview_id, "the next") == 2  # a number is not used twice


def test_what_is_a_turn_is_not_discarded(store: Store, interview_id: str) -> None:
    record(store, interview_id)
    hear(store, interview_id, 1)
    store.accept(interview_id, 2, "send", "as it is", 1, keep_audio=True)
    for number in (1, 2):
        with pytest.raises(UsageError):
            store.discard_recording(interview_id, number)
    assert store.audio(interview_id, 1) == SOUND


def test_all_sound_of_an_interview_is_taken_away_and_open_recordings_only_when_it_is_over(
    store: Store, interview_id: str
) -> None:
    for key in ("accepted", "open"):
        hear(store, interview_id, record(store, interview_id, key))
    store.accept(interview_id, 2, "send", "as it is", 1, keep_audio=True)
    assert store.forget_audio(interview_id)
    assert store.audio(interview_id, 2) == SOUND
    token = store.claim(interview_id, Work.REPLY, 2, LEASE)
    assert token is not None

    store.commit_reply(interview_id, 2, token, reply(2, ends=True))
    assert store.forget_audio(interview_id)
    assert count(store, "sound") == 0
    assert store.open_recordings(interview_id) == ()
    assert [spoken.turn for spoken in store.get(interview_id).spoken] == [2]
