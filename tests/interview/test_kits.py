"""An interview from a kit is the same for everyone: a table of cases, and the laws that hold whatever is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from interviewer.domain.interview import Assessment, ExchangeStatus, InterviewStatus, Mark, MisconceptionMark, Setup
from interviewer.domain.kit import (
    Invitation,
    KitContent,
    KitQuestion,
    KitTerms,
    KitVersion,
    Pausing,
    Probing,
)
from interviewer.domain.question import Question
from interviewer.domain.words import Intent, Mode, MoveKind, Verdict
from interviewer.errors import UsageError
from interviewer.interview import Interviewer, kit_policy
from interviewer.interview.kit_setup import kit_setup, minutes_of, probes_of
from interviewer.interview.policy import MAX_CANDIDATE_TURNS, MAX_DETOURS, Decision, Situation, situation
from interviewer.models.base import AssessRequest
from interviewer.store import Store
from tests.interview import made_up
from tests.interview.toys import NOON, Room, make_question

QUESTIONS = (make_question("overfit", minutes=3), make_question("adam", minutes=3))
FIXED = (("cure", "bonus"), ("cause",))


def content(
    questions: Sequence[Question] = QUESTIONS, probes: Sequence[tuple[str, ...]] = FIXED, **changes: Any
) -> KitContent:
    asked = tuple(
        KitQuestion(question=one, why="It is the job.", probes=p) for one, p in zip(questions, probes, strict=True)
    )
    said = {"title": "A first talk", "asks": "Example Ltd", "minutes": 60, "questions": asked}
    return KitContent.model_validate({**said, **changes})


def link(**changes: Any) -> Invitation:
    made: dict[str, Any] = {
        "id": "inv-1",
        "kit_id": "kit-1",
        "owner": "local",
        "label": "Candidate 7",
        "created_at": NOON,
        "expires_at": datetime(2026, 6, 1, tzinfo=UTC),
    }
    return Invitation(**{**made, **changes})


def set_up(**changes: Any) -> Setup:
    extra = changes.pop("extra_percent", 0)
    return kit_setup(KitVersion(number=1, content=content(**changes), at=NOON), link(extra_percent=extra))[0]


def terms(**changes: Any) -> KitTerms:
    kit = set_up(**changes).kit
    assert kit is not None
    return kit


HERE = Situation(
    question=QUESTIONS[0],
    mode=Mode.REAL,
    said=(kit_policy.opening(QUESTIONS[0], terms()),),
    turns=1,
    dont_knows=0,
    detours=0,
    probes_left=0,
    hints_left=0,
    next_question=QUESTIONS[1],
    next_number=2,
)
MET_ALL = tuple(Mark(criterion=name, verdict=Verdict.MET) for name in ("cause", "cure", "bonus"))


def heard(intent: Intent, *marks: Mark, wrong: Sequence[str] = (), clarification: int | None = None) -> Assessment:
    return Assessment(
        turn=2,
        intent=intent,
        marks=marks,
        misconceptions=tuple(MisconceptionMark(misconception=name) for name in wrong),
        clarification=clarification,
    )


def decide(assessment: Assessment, here: Situation = HERE, number: int = 1, **changes: Any) -> Decision:
    return kit_policy.decide(here, assessment, terms(**changes), number)


def after(*decisions: Decision, **changes: Any) -> Situation:
    return replace(HERE, said=(*HERE.said, *(decision.move for decision in decisions)), **changes)


# --- the table --------------------------------------------------------------------------------------------------------


def test_a_point_that_was_made_already_is_asked_for_all_the_same() -> None:
    complete, empty = decide(heard(Intent.ANSWER, *MET_ALL)), decide(heard(Intent.ANSWER))
    assert complete == empty
    assert complete.move.kind is MoveKind.PROBE
    assert complete.move.substance is not None
    assert complete.move.substance.text == "overfit: what about cure?"


def test_the_fixed_follow_ups_come_in_their_order_and_then_the_next_question() -> None:
    first = decide(heard(Intent.ANSWER))
    second = decide(heard(Intent.ANSWER), after(first, turns=2))
    third = decide(heard(Intent.ANSWER), after(first, second, turns=3))
    asked = [d.move.substance.text for d in (first, second, third) if d.move.substance is not None]
    assert asked == ["overfit: what about cure?", "overfit: what about bonus?", "What is adam?"]
    assert (third.closes, third.opens) == (ExchangeStatus.CLOSED, 2)


def test_not_knowing_gets_the_same_follow_up_and_is_no_reason_to_leave_one_out() -> None:
    first = decide(heard(Intent.DONT_KNOW))
    second = decide(heard(Intent.DONT_KNOW), after(first, turns=2, dont_knows=1))
    asked = [d.move.substance.text for d in (first, second) if d.move.substance is not None]
    assert asked == ["overfit: what about cure?", "overfit: what about bonus?"]
    assert first.move.manner == "kit_probe_kind"


def test_without_follow_ups_an_answer_leads_on() -> None:
    assert decide(heard(Intent.ANSWER), probing=Probing.NONE).move.manner == "kit_advance"
    assert decide(heard(Intent.DONT_KNOW), probing=Probing.NONE).move.manner == "kit_advance_kind"


def test_the_greeting_speaks_of_follow_ups_only_where_there_are_any() -> None:
    assert kit_policy.opening(QUESTIONS[0], terms()).manner == "kit_greeting"
    assert kit_policy.opening(QUESTIONS[0], terms(probing=Probing.NONE)).manner == "kit_greeting_plain"
    assert kit_policy.opening(QUESTIONS[0], terms(probes=((), ()))).manner == "kit_greeting_plain"


def test_nothing_mistaken_is_challenged() -> None:
    decision = decide(heard(Intent.ANSWER, wrong=("wrong-1",)))
    assert decision == decide(heard(Intent.ANSWER))


def test_who_takes_long_for_a_question_gets_its_follow_ups_all_the_same() -> None:
    slow = replace(HERE, question_seconds=3600.0, time_left=600.0)
    assert decide(heard(Intent.ANSWER), slow).move.kind is MoveKind.PROBE
    assert decide(heard(Intent.ANSWER), slow, probing=Probing.NONE).move.manner == "kit_advance"  # and nothing about it


def test_a_skip_leaves_the_follow_ups_out_too() -> None:
    decision = decide(heard(Intent.SKIP))
    assert decision.move.kind is MoveKind.ADVANCE
    assert decision.closes is ExchangeStatus.SKIPPED


def test_a_hint_is_declined_kindly() -> None:
    assert decide(heard(Intent.HINT)).move.manner == "no_hint_real"


@pytest.mark.parametrize("probed", [False, True])
def test_said_differently_is_the_same_again_word_for_word(probed: bool) -> None:
    before = (decide(heard(Intent.ANSWER)),) if probed else ()
    move = decide(heard(Intent.REPHRASE), after(*before)).move
    assert move.manner == "kit_again"
    assert move.substance is not None
    assert move.substance.text == ("overfit: what about cure?" if probed else "What is overfit?")


def test_a_clarification_is_the_records_own() -> None:
    move = decide(heard(Intent.CLARIFICATION, clarification=1)).move
    assert move.substance is not None
    assert move.substance.text == "overfit: kind 2, please."


def test_a_pause_is_what_the_kit_says() -> None:
    assert decide(heard(Intent.PAUSE), pausing=Pausing.COUNTED).pauses
    refused = decide(heard(Intent.PAUSE), pausing=Pausing.NONE)
    assert not refused.pauses
    assert (refused.move.kind, refused.move.manner) == (MoveKind.DECLINE, "no_pause")


def test_an_answer_that_seems_to_miss_the_subject_is_an_answer_like_any() -> None:
    assert decide(heard(Intent.OFF_TOPIC)) == decide(heard(Intent.ANSWER))
    assert decide(heard(Intent.OFF_TOPIC), probing=Probing.NONE).move.manner == "kit_advance"


@pytest.mark.parametrize("intent", [Intent.META, Intent.REQUEST])
def test_what_is_declined_again_and_again_is_taken_for_an_answer_in_the_end(intent: Intent) -> None:
    assert decide(heard(intent)).move.kind is MoveKind.DECLINE
    assert decide(heard(intent), replace(HERE, detours=MAX_DETOURS)) == decide(heard(Intent.ANSWER))


def test_out_of_time_closes_without_a_follow_up() -> None:
    decision = decide(heard(Intent.ANSWER), replace(HERE, time_left=0.0))
    assert decision.ends
    assert decision.move.manner == "kit_close_time"


def test_no_closing_words_promise_a_report() -> None:
    script = Interviewer(cast(Store, None), made_up.bank(), made_up.playing_along())._script
    kits = [template for name, template in script.templates.items() if name.startswith("kit_") or name == "no_pause"]
    assert kits
    assert not any("report" in text for template in kits for text in template.texts)


# --- the set-up -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "extra", "in_all"), [(30, 0, 30), (30, 25, 38), (30, 50, 45), (45, 100, 90), (240, 300, 960)]
)
def test_extra_time_is_rounded_up_to_whole_minutes(minutes: int, extra: int, in_all: int) -> None:
    assert minutes_of(content(minutes=minutes), extra) == in_all
    assert set_up(minutes=minutes, extra_percent=extra).minutes == in_all


def test_the_questions_are_the_frozen_ones_and_a_real_interview_on_the_kits_terms_begins() -> None:
    made = set_up(extra_percent=25)
    assert made.question_ids == ("overfit", "adam")
    assert (made.mode, made.max_hints, made.max_probes, made.adapts) == (Mode.REAL, 0, 2, False)
    assert made.kit is not None
    assert (made.kit.content, made.kit.version, made.kit.extra_percent) == (content().hash, 1, 25)
    assert made.kit.probes == FIXED


def test_everyone_in_a_kit_hears_the_same_wordings_also_after_its_rubrics_were_changed() -> None:
    assert set_up().seed == set_up(extra_percent=50).seed
    assert set_up().seed == set_up(questions=(make_question("overfit", minutes=3),), probes=((),)).seed
    elsewhere = kit_setup(KitVersion(number=1, content=content(), at=NOON), link(kit_id="kit-2"))[0]
    assert set_up().seed != elsewhere.seed


def test_a_follow_up_without_words_or_named_twice_is_not_planned() -> None:
    silent = QUESTIONS[0].rubric.criteria[0].model_copy(update={"probe": None})
    rubric = QUESTIONS[0].rubric.model_copy(update={"criteria": (silent, *QUESTIONS[0].rubric.criteria[1:])})
    question = QUESTIONS[0].model_copy(update={"rubric": rubric})
    assert probes_of(content((question,), (("bonus", "cure", "cure", "cause"),))) == (("cure", "cause"),)


def test_a_kit_without_questions_begins_nothing() -> None:
    with pytest.raises(UsageError):
        set_up(questions=(), probes=())


# --- the laws ---------------------------------------------------------------------------------------------------------


class KitRoom(Room):
    """An interview from a kit in memory; every reply is made by a real engine, on what a script says was heard."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup, QUESTIONS)
        self._heard: Assessment | None = None
        model = made_up.real(assess=self._assess)
        self.engine = Interviewer(cast(Store, None), made_up.bank(), model, lambda: self.now)  # it has nothing to store

    def _assess(self, request: AssessRequest) -> Assessment:
        assert self._heard is not None
        return self._heard

    def answer(self, text: str, assessment: Assessment, seconds: float = 1.0) -> str:
        turn = self.hear(text, seconds=seconds)
        self._heard = assessment.model_copy(update={"turn": turn.seq})
        reply = self.engine.reply(self.interview)
        self.apply(reply)
        return reply.text


verdicts = st.lists(
    st.builds(
        Mark,
        criterion=st.sampled_from(["cause", "cure", "bonus", "unheard-of"]),
        verdict=st.sampled_from(list(Verdict)),
        confidence=st.floats(0, 1),
        quote=st.sampled_from(["", "the cause of overfit", "I would look at it"]),
    ),
    max_size=4,
).map(tuple)
wrongs = st.lists(st.sampled_from(["wrong-1", "wrong-2"]), max_size=2).map(tuple)
texts = st.sampled_from(
    ["I would look at it, and at the cause of overfit.", "No.", "It is a {substance} of “noise”.", "x " * 400]
)
answers = st.tuples(texts, verdicts, wrongs, st.sampled_from([1.0, 7.0, 60.0]))
ONE_ANSWER = ("I would look at it.", (), (), 1.0)


def said_in(setup: Setup, intents: Sequence[Intent], given_: Sequence[Any]) -> list[str]:
    """What the interviewer says to these turns, as long as the interview goes on."""
    room = KitRoom(setup)
    said = []
    for intent, (text, marks, wrong, seconds) in zip(intents, given_, strict=True):
        if room.over:
            break
        said.append(room.answer(text, heard(intent, *marks, wrong=wrong, clarification=0), seconds))
    return said


KINDS = st.lists(st.sampled_from([i for i in Intent]), min_size=1, max_size=14)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), kinds=KINDS | st.just([Intent.ANSWER] * 5))
def test_who_says_other_things_of_the_same_kind_hears_the_same_words(data: st.DataObject, kinds: list[Intent]) -> None:
    setup = set_up()
    size = len(kinds)
    mine = data.draw(st.lists(answers, min_size=size, max_size=size))
    theirs = data.draw(st.lists(answers, min_size=size, max_size=size))
    assert said_in(setup, kinds, mine) == said_in(setup, kinds, theirs)


ON_THE_WAY = (Intent.CLARIFICATION, Intent.REPHRASE, Intent.HINT, Intent.THINKING, Intent.REQUEST)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stops=st.lists(st.integers(0, 4), max_size=6), intents=st.data())
def test_who_asks_for_something_on_the_way_hears_the_same_questions(stops: list[int], intents: st.DataObject) -> None:
    asked: list[Intent] = []
    for place in range(5):
        for _ in range(stops.count(place)):
            kind = intents.draw(st.sampled_from(ON_THE_WAY))
            assume(kind is not Intent.REQUEST or asked.count(kind) < MAX_DETOURS)
            asked.append(kind)
        asked.append(Intent.ANSWER)
    everything = said_in(set_up(), asked, [ONE_ANSWER] * len(asked))
    after_answers = [said for said, kind in zip(everything, asked, strict=True) if kind is Intent.ANSWER]
    assert after_answers == said_in(set_up(), [Intent.ANSWER] * 5, [ONE_ANSWER] * 5)


def test_extra_time_changes_no_word() -> None:
    plain = said_in(set_up(), [Intent.ANSWER] * 5, [ONE_ANSWER] * 5)
    assert plain == said_in(set_up(extra_percent=50), [Intent.ANSWER] * 5, [ONE_ANSWER] * 5)
    assert len(plain) == 5


steps = st.tuples(st.sampled_from(list(Intent)), verdicts, wrongs, st.sampled_from([1.0, 20.0, 90.0, 600.0]))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    script=st.lists(steps, min_size=1, max_size=10),
    pausing=st.sampled_from(list(Pausing)),
    probing=st.sampled_from(list(Probing)),
    minutes=st.integers(5, 20),
)
def test_every_interview_from_a_kit_ends_and_keeps_to_it(
    script: list[Any], pausing: Pausing, probing: Probing, minutes: int
) -> None:
    room = KitRoom(set_up(pausing=pausing, probing=probing, minutes=minutes))
    bound = len(QUESTIONS) * MAX_CANDIDATE_TURNS
    late = 0
    for place in range(bound + 1):
        if room.over:
            break
        assert place < bound, "the interview goes on and on"
        intent, marks, wrong, seconds = script[place % len(script)]
        before = situation(room.interview, room.now)
        room.answer("words", heard(intent, *marks, wrong=wrong, clarification=0), seconds)
        late += before.out_of_time
        assert pausing is Pausing.COUNTED or room.interview.status is not InterviewStatus.PAUSED
    assert room.interview.status is InterviewStatus.ENDED
    assert late <= 2

    for exchange in room.interview.exchanges:
        moves = [turn.move for turn in room.interview.turns_of(exchange.number) if turn.move is not None]
        assert not {MoveKind.HINT, MoveKind.CHALLENGE, MoveKind.REPHRASE} & {move.kind for move in moves}
        probes = [m.substance.target for m in moves if m.kind is MoveKind.PROBE and m.substance]
        fixed = FIXED[exchange.number - 1] if probing is Probing.FIXED else ()
        assert tuple(probes) == fixed[: len(probes)]
        own = exchange.question.model_dump_json()
        assert all(m.substance.text in own for m in moves if m.substance)
        assert not any(
            m.substance.text in exchange.question.variants for m in moves if m.substance and exchange.question.variants
        )


def test_the_models_words_are_not_wanted_and_its_failure_is_no_news() -> None:
    room = KitRoom(set_up())
    said = room.answer("A long answer that a model could acknowledge.", heard(Intent.ANSWER, *MET_ALL))
    turn = room.interview.turns[-1]
    assert "overfit: what about cure?" in said
    assert turn.notice == ""
