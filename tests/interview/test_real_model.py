"""A real model drives the interview: what it may do, what happens when it fails, and what it may cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Barrier, Event
from typing import Any

import pytest

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import SCRIPT, Assessment, Interview, InterviewStatus, Mark, Turn
from interviewer.domain.question import Rubric
from interviewer.domain.usage import Budget, Call, Purpose
from interviewer.domain.words import Bearing, Intent, Mode, MoveKind, Verdict
from interviewer.errors import ModelError, ModelMisbehaved, ModelRefused, ModelRejected, ModelUnavailable
from interviewer.interview import Interviewer, notices, voice
from interviewer.models.base import AcknowledgeRequest, AssessRequest, ModelInfo, SpeakRequest
from interviewer.models.fake import ScriptedModel
from interviewer.models.ledger import record
from interviewer.store import Database, Store, Work
from tests.interview.made_up import (
    REAL,
    HandClock,
    bank,
    call,
    gives_full_marks,
    hears_an_answer,
    playing_along,
    real,
    setup,
    until,
)

OFFLINE = ModelInfo(name="offline", version="1", offline=True)
DOWN = ModelUnavailable("no answer")
ANSWER = "People keep them for rainy days, and they are useful every day."
KETTLES = "Why do people keep kettles?"


def stand_in(**changes: Any) -> ScriptedModel:
    return playing_along(**{"info": OFFLINE, **changes})


class Talk:
    """An interview in a store, with replies and grades made by hand."""

    def __init__(
        self,
        store: Store,
        clock: HandClock,
        model: ScriptedModel,
        *,
        offline: ScriptedModel | None = None,
        questions: int = 4,
        mode: Mode = Mode.PRACTICE,
        max_probes: int = 0,
        **more: Any,
    ) -> None:
        self.store, self.clock = store, clock
        self.offline = offline or stand_in()
        self.interviewer = Interviewer(store, bank(), model, clock, **{"stand_in": self.offline, **more})
        self.id = self.interviewer.start(setup(questions, mode=mode, max_probes=max_probes))
        self.streamed: list[str] = []

    @property
    def interview(self) -> Interview:
        return self.store.get(self.id)

    def hear(self, text: str = ANSWER, intent: Intent | None = None) -> int:
        seq = self.interview.next_seq
        self.store.submit(self.id, seq, f"key-{seq}", text, intent)
        return seq

    def say(
        self, text: str = ANSWER, intent: Intent | None = None, stopped: Callable[[], bool] = lambda: False
    ) -> Turn:
        seq = self.hear(text, intent)
        token = self.store.claim(self.id, Work.REPLY, seq, 60)
        assert token is not None
        self.streamed = []
        reply = self.interviewer.reply(self.interview, self.streamed.append, stopped)
        assert "".join(self.streamed).strip() == reply.text  # what is streamed is what is stored
        return self.store.commit_reply(self.id, seq, token, reply)

    def heard_by(self) -> list[str]:
        return [assessment.by for assessment in self.interview.assessments]


class Make:
    def __init__(self, store: Store, clock: HandClock) -> None:
        self.store, self.clock = store, clock

    def __call__(self, model: ScriptedModel, **more: Any) -> Talk:
        return Talk(self.store, self.clock, model, **more)


@pytest.fixture
def talk(path: Any) -> Iterator[Make]:
    clock = HandClock()
    database = Database(path)
    yield Make(Store(database, clock), clock)
    database.close()


def counted(reply: Any, purpose: Purpose, **changes: Any) -> Callable[[Any], Any]:
    """A scripted reply whose call is counted, as a client counts it."""

    def replies(request: Any) -> Any:
        record(call(purpose, **changes))
        return reply(request) if callable(reply) else reply

    return replies


def streams(*pieces: str, then: ModelError | None = None) -> Callable[[SpeakRequest], Iterator[str]]:
    def speak(request: SpeakRequest) -> Iterator[str]:
        yield from pieces
        if then is not None:
            raise then

    return speak


# --- how it begins ----------------------------------------------------------------------------------------------


def test_an_interview_begins_at_once_without_waiting_for_an_endpoint(talk: Make) -> None:
    model = ScriptedModel(info=REAL)  # any call would be one too many
    begun = talk(model)
    opening = begun.interview.turns[0]
    assert "Why do people keep umbrellas?" in opening.text
    assert (begun.interview.model, opening.by, opening.notice) == ("gpt-made-up", SCRIPT, "")
    assert begun.store.calls(begun.id) == []


# --- practice: the model finds the words ------------------------------------------------------------------------


def test_in_practice_the_models_own_words_are_streamed(talk: Make) -> None:
    said = ("Rainy days, I see. ", "So ", "why do people ", "keep kettles, ", "would you say?")
    talking = talk(real(speak=streams(*said)))
    turn = talking.say()
    assert tuple(talking.streamed) == said
    assert (turn.text, turn.by, turn.notice) == ("".join(said), "gpt-made-up", "")
    assert talking.heard_by() == ["gpt-made-up"]
    assert talking.offline.calls == []


def test_what_the_model_forgot_to_ask_is_asked_in_the_banks_words(talk: Make) -> None:
    turn = talk(real(speak=streams("Umbrellas are ", "fun."))).say()
    assert turn.text == f"Umbrellas are fun.\n\n{KETTLES}"
    assert (turn.by, turn.notice) == ("gpt-made-up", "")


@pytest.mark.parametrize(
    ("intent", "kind"),
    [(Intent.STOP, MoveKind.CONFIRM), (Intent.META, MoveKind.DECLINE), (Intent.PAUSE, MoveKind.PAUSE)],
)
def test_what_the_bank_has_no_wording_for_is_left_to_the_script(talk: Make, intent: Intent, kind: MoveKind) -> None:
    """Asked for the rubric, a model that may answer freely could give away what it knows of the field."""
    model = real(assess=lambda r: Assessment(turn=r.turns[-1].seq, intent=intent), speak=())
    turn = talk(model).say("What is the rubric?")
    assert turn.move is not None
    assert turn.move.kind is kind
    assert (turn.by, turn.notice) == (SCRIPT, "")
    assert turn.text


def test_a_model_that_goes_on_and_on_is_cut_short(talk: Make) -> None:
    ended = Event()

    def goes_on(_: SpeakRequest) -> Iterator[str]:
        try:
            while True:
                yield "and another thing, "
        finally:
            ended.set()

    turn = talk(real(speak=goes_on)).say()
    assert len(turn.text) < voice.MOST_SAID + 100
    assert turn.text.endswith(KETTLES)
    assert ended.wait(10)


def test_the_speaker_gets_the_banks_wording_and_nothing_of_the_rubric(talk: Make) -> None:
    model = real()
    talk(model).say()
    sent = model.requests("speak")[0].model_dump_json()
    assert KETTLES in sent
    assert "take up room" not in sent  # stands in the rubric and the sample answer only


@pytest.mark.parametrize("mode", list(Mode))
def test_where_an_endpoint_has_a_model_for_each_work_the_one_that_did_it_is_named(talk: Make, mode: Mode) -> None:
    several = REAL.model_copy(update={"settings": {"assess_model": "quick", "speak_model": "small"}})
    model = real(info=several, acknowledge=lambda _: "You said people keep them for rainy days.")
    talking = talk(model, mode=mode)
    assert talking.say().by == "small"
    assert talking.heard_by() == ["quick"]
    assert talking.interview.model == REAL.name


# --- real mode: the bank's words, and one sentence that must be the candidate's own -----------------------------


def said_back(sentence: str) -> ScriptedModel:
    return real(acknowledge=lambda _: sentence, speak=())


def test_in_real_mode_the_bank_asks_and_the_model_may_say_back_what_was_said(talk: Make) -> None:
    turn = talk(said_back("You said people keep them for rainy days."), mode=Mode.REAL).say()
    assert turn.text.startswith("You said people keep them for rainy days. ")
    assert turn.text.endswith(KETTLES)
    assert (turn.by, turn.notice) == ("gpt-made-up", "")


@pytest.mark.parametrize(
    "blurted",
    [
        "Right, and they also take up room.",
        "You said people keep them because they take up room.",
        "Excellent, they are useful every day!",
        "You said people keep them for rainy days. What do they cost?",
        "",
    ],
)
def test_in_real_mode_nothing_else_of_the_models_is_ever_shown(talk: Make, blurted: str) -> None:
    turn = talk(said_back(blurted), mode=Mode.REAL).say()
    assert not blurted or blurted not in turn.text
    assert "room" not in turn.text
    assert "cost" not in turn.text
    assert turn.text.endswith(KETTLES)
    assert (turn.by, turn.notice) == (SCRIPT, "")


def test_the_acknowledgement_is_asked_for_while_the_answer_is_assessed(talk: Make) -> None:
    both = Barrier(2)

    def assess(request: AssessRequest) -> Assessment:
        both.wait(10)  # nobody gets on before the other call is under way, too
        return hears_an_answer(request)

    def acknowledge(request: AcknowledgeRequest) -> str:
        both.wait(10)
        return "You said people keep them for rainy days."

    turn = talk(real(assess=assess, acknowledge=acknowledge), mode=Mode.REAL).say()
    assert turn.text.startswith("You said people keep them for rainy days.")


def test_an_acknowledgement_that_is_late_is_left_out_and_counted_when_it_comes(talk: Make) -> None:
    come = Event()

    def acknowledge(request: AcknowledgeRequest) -> str:
        assert come.wait(10)
        record(call(Purpose.ACKNOWLEDGE))
        return "You said people keep them for rainy days."

    talking = talk(real(acknowledge=acknowledge, speak=()), mode=Mode.REAL)
    began = time.monotonic()
    turn = talking.say()
    assert time.monotonic() - began < voice.PATIENCE_SECONDS + 2
    assert (turn.by, turn.notice) == (SCRIPT, "")
    assert talking.store.calls(talking.id) == []
    come.set()
    until(lambda: [c.purpose for c in talking.store.calls(talking.id)] == [Purpose.ACKNOWLEDGE])


def test_an_acknowledgement_that_fails_is_nothing_to_speak_of(talk: Make) -> None:
    model = real(acknowledge=lambda _: DOWN, speak=())
    turn = talk(model, mode=Mode.REAL).say()
    assert turn.text.endswith(KETTLES)
    assert (turn.by, turn.notice) == (SCRIPT, "")


@pytest.mark.parametrize(("text", "intent"), [("Could I have a hint?", Intent.HINT), ("Not sure.", None)])
def test_what_leaves_nothing_to_acknowledge_is_not_sent(talk: Make, text: str, intent: Intent | None) -> None:
    model = real()
    talk(model, mode=Mode.REAL).say(text, intent)
    assert model.requests("acknowledge") == []


# --- buttons ----------------------------------------------------------------------------------------------------


def test_a_button_needs_no_model_to_be_understood_and_what_was_heard_before_still_holds(talk: Make) -> None:
    heard = Assessment(
        turn=2,
        intent=Intent.ANSWER,
        marks=(
            Mark(criterion="use", verdict=Verdict.MET, quote="useful every day"),
            Mark(criterion="cost", verdict=Verdict.PARTIAL, quote="rainy days"),
        ),
    )
    model = real(assess=[heard])
    talking = talk(model, max_probes=1, offline=stand_in(assess=()))
    talking.say()
    talking.say("I'd like to skip this question.", Intent.SKIP)
    model.assert_complete()
    after = talking.interview.assessments[-1]
    assert (after.intent, after.by) == (Intent.SKIP, "")


# --- a model that fails -----------------------------------------------------------------------------------------

FAILURES = [
    pytest.param(ModelUnavailable("no answer"), notices.UNREACHABLE, id="unavailable"),
    pytest.param(ModelRejected("the key is wrong"), notices.REJECTED, id="rejected"),
    pytest.param(ModelMisbehaved("unreadable"), notices.UNUSABLE, id="misbehaved"),
    pytest.param(ModelRefused("declined"), notices.UNUSABLE, id="refused"),
]


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(("error", "line"), FAILURES)
def test_when_it_cannot_assess_the_stand_in_does_and_the_script_goes_on(
    talk: Make, mode: Mode, error: ModelError, line: str
) -> None:
    talking = talk(real(assess=lambda _: error, speak=()), mode=mode)
    turn = talking.say()
    assert turn.text.endswith(KETTLES)
    assert (turn.by, turn.notice) == (SCRIPT, line)
    assert talking.heard_by() == ["offline"]


@pytest.mark.parametrize(("error", "line"), FAILURES)
def test_when_it_cannot_speak_the_script_does(talk: Make, error: ModelError, line: str) -> None:
    talking = talk(real(speak=lambda _: error))
    turn = talking.say()
    assert turn.text.endswith(KETTLES)
    assert (turn.by, turn.notice) == (SCRIPT, line)
    assert talking.heard_by() == ["gpt-made-up"]


def test_when_it_says_nothing_the_script_speaks(talk: Make) -> None:
    turn = talk(real(speak=streams("", " \n"))).say()
    assert turn.text.endswith(KETTLES)
    assert (turn.by, turn.notice) == (SCRIPT, notices.UNUSABLE)


def test_what_was_said_before_the_stream_was_cut_stays_and_the_rest_is_added(talk: Make) -> None:
    turn = talk(real(speak=streams("Rainy days, I see. So tell ", "me ab", then=DOWN))).say()
    assert turn.text == f"Rainy days, I see. So tell me ab\n\n{KETTLES}"
    assert (turn.by, turn.notice) == ("gpt-made-up, script", notices.UNREACHABLE)


def test_a_stream_that_is_cut_after_all_was_said_needs_nothing_more(talk: Make) -> None:
    turn = talk(real(speak=streams("So why do people keep kettles?", then=DOWN))).say()
    assert turn.text == "So why do people keep kettles?"
    assert (turn.by, turn.notice) == ("gpt-made-up", "")


def test_without_a_stand_in_the_conversation_goes_on_too(talk: Make) -> None:
    talking = talk(real(assess=lambda _: DOWN, speak=()), stand_in=None)
    turn = talking.say()
    assert turn.text.endswith(KETTLES)
    assert turn.notice == notices.UNREACHABLE
    assert talking.heard_by() == [""]


@pytest.mark.parametrize("mode", list(Mode))
def test_a_run_of_failures_is_mentioned_once_and_the_next_run_again(talk: Make, mode: Mode) -> None:
    fails = iter([False, True, True, True, False, True, True])

    def assess(request: AssessRequest) -> Assessment:
        if next(fails):
            raise ModelUnavailable("no answer")
        return hears_an_answer(request)

    talking = talk(real(assess=assess), mode=mode, max_probes=2)
    said = [bool(talking.say().notice) for _ in range(7)]
    assert said == [False, True, False, False, False, True, False]


def test_a_run_of_cut_streams_is_mentioned_once_however_differently_they_fail(talk: Make) -> None:
    errors = iter([DOWN, ModelMisbehaved("cut off"), DOWN, DOWN])

    def speak(request: SpeakRequest) -> Iterator[str]:
        yield "Well, "
        raise next(errors)

    talking = talk(real(speak=speak), max_probes=2)
    assert [talking.say().notice for _ in range(4)] == [notices.UNREACHABLE, "", "", ""]


def test_a_turn_that_asks_the_model_for_nothing_does_not_end_a_run(talk: Make) -> None:
    talking = talk(real(assess=lambda _: DOWN))
    assert talking.say().notice == notices.UNREACHABLE
    assert talking.say("please go on", Intent.PAUSE).notice == ""
    assert talking.say().notice == ""


def test_an_interview_whose_model_never_answers_ends_as_others_do(talk: Make) -> None:
    talking = talk(real(assess=lambda _: DOWN, speak=lambda _: DOWN, grade=lambda _: DOWN), questions=3)
    while talking.interview.status is not InterviewStatus.ENDED:
        assert talking.say().text
    assert len(talking.interview.exchanges) == 3


def test_a_defect_costs_no_turn_and_its_calls_are_counted(talk: Make) -> None:
    talking = talk(
        real(assess=counted(hears_an_answer, Purpose.ASSESS), speak=lambda _: ZeroDivisionError("a defect of ours"))
    )
    with pytest.raises(ZeroDivisionError):
        talking.say()
    assert talking.interview.awaits_reply
    assert [c.purpose for c in talking.store.calls(talking.id)] == [Purpose.ASSESS]


# --- stopping ---------------------------------------------------------------------------------------------------


class Stop:
    """Pressed by whoever calls ``press``."""

    def __init__(self) -> None:
        self._pressed = Event()

    def press(self) -> None:
        self._pressed.set()

    def __call__(self) -> bool:
        return self._pressed.is_set()


def test_a_reply_that_is_stopped_keeps_what_was_said_and_still_asks_its_question(talk: Make) -> None:
    go = Event()

    def speak(request: SpeakRequest) -> Iterator[str]:
        try:
            yield "Let me begin with a long story. "
            assert go.wait(10)
            yield "Once upon a time. "
            raise AssertionError("nobody listens any more")
        finally:
            record(call(Purpose.SPEAK, outcome="stopped"))

    talking = talk(real(speak=speak))
    turn = talking.say(stopped=lambda: bool(talking.streamed))
    assert turn.text == f"Let me begin with a long story. \n\n{KETTLES}"
    assert (turn.by, turn.notice) == ("gpt-made-up", "")
    go.set()
    until(lambda: [c.outcome for c in talking.store.calls(talking.id)] == ["stopped"])


@pytest.mark.parametrize("method", ["assess", "speak"])
def test_stopping_before_the_first_word_waits_for_no_model(talk: Make, method: str) -> None:
    stop, go = Stop(), Event()

    def hangs(request: Any) -> Any:
        stop.press()
        assert go.wait(10)
        record(call(Purpose(method)))
        return DOWN

    talking = talk(real(**{method: hangs}))
    began = time.monotonic()
    turn = talking.say(stopped=stop)
    assert time.monotonic() - began < 5
    assert turn.text.endswith(KETTLES)
    assert (turn.by, turn.notice) == (SCRIPT, "")  # the candidate's own wish is nothing to be told about
    assert talking.heard_by() == ["offline" if method == "assess" else "gpt-made-up"]
    go.set()
    until(lambda: [c.purpose for c in talking.store.calls(talking.id)] == [Purpose(method)])


# --- budgets ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("budget", "limit"),
    [
        (Budget(tokens=240), "its 240 tokens"),
        (Budget(dollars=0.02), "its $0.02"),
        (Budget(minutes=10), "its 10 minutes"),
    ],
)
def test_when_the_budget_is_spent_the_interview_goes_on_gently_without_the_model(
    talk: Make, budget: Budget, limit: str
) -> None:
    model = real(
        assess=counted(hears_an_answer, Purpose.ASSESS),  # 120 tokens and one cent each
        speak=counted(f"So, {KETTLES}", Purpose.SPEAK),
    )
    talking = talk(model, budget=budget, max_probes=2)
    assert talking.say().notice == ""
    talking.clock.move(601)
    spent = talking.say()
    assert spent.notice == notices.spent(limit)
    assert limit in spent.notice
    assert spent.by == SCRIPT
    assert talking.say().notice == ""  # said once
    assert len(model.requests("assess")) == len(model.requests("speak")) == 1
    assert talking.heard_by() == ["gpt-made-up", "offline", "offline"]


def test_a_budget_counts_what_is_in_the_store_whoever_put_it_there(talk: Make) -> None:
    talking = talk(real(), budget=Budget(tokens=1000))
    talking.store.add_calls(talking.id, 1, [call(tokens_in=999, tokens_out=0, outcome="failed")])
    assert talking.say().by == "gpt-made-up"
    talking.store.add_calls(talking.id, 1, [call(tokens_in=1, tokens_out=0)])
    assert talking.say().by == SCRIPT


def test_each_interview_has_a_budget_of_its_own(talk: Make) -> None:
    first = talk(real(), budget=Budget(tokens=1))
    first.store.add_calls(first.id, 1, [call()])
    second = talk(real(), budget=Budget(tokens=1))
    assert (first.say().by, second.say().by) == (SCRIPT, "gpt-made-up")


def test_a_budget_that_is_spent_after_a_failure_has_its_own_line(talk: Make) -> None:
    talking = talk(real(assess=counted(DOWN, Purpose.ASSESS)), budget=Budget(tokens=120), max_probes=2)
    assert [talking.say().notice for _ in range(3)] == [notices.UNREACHABLE, notices.spent("its 120 tokens"), ""]


def test_what_is_graded_when_the_budget_is_spent_is_graded_by_the_stand_in_and_says_so(talk: Make) -> None:
    model = real(grade=())
    talking = talk(model, budget=Budget(tokens=100))
    talking.say()
    talking.store.add_calls(talking.id, 1, [call()])
    grade = talking.interviewer.grade(talking.interview, 1)
    assert isinstance(grade, Grade)
    assert grade.provenance.model == "offline"
    assert "stood_in" in grade.flags


# --- which model ------------------------------------------------------------------------------------------------


def test_an_interview_that_began_with_the_offline_model_stays_with_it(talk: Make) -> None:
    offline = stand_in()
    talking = talk(offline, offline=offline)
    model = real(assess=(), speak=(), grade=())
    talking.interviewer.connect(model)
    turn = talking.say()
    assert (turn.by, turn.notice) == ("offline", "")
    grade = talking.interviewer.grade(talking.interview, 1)
    assert isinstance(grade, Grade)
    assert (grade.provenance.model, "stood_in" in grade.flags) == ("offline", False)
    assert model.calls == []
    assert talking.interviewer.model_for(talking.interview) is offline
    assert talking.interviewer.model is model  # new ones begin with it


def test_an_interview_goes_on_with_whatever_real_model_is_connected(talk: Make) -> None:
    talking = talk(real())
    other = real(info=ModelInfo(name="another", version="1", offline=False))
    talking.say()
    talking.interviewer.connect(other)
    assert talking.say().by == "another"
    assert talking.heard_by() == ["gpt-made-up", "another"]


def test_when_no_real_model_is_connected_any_more_the_stand_in_goes_on_and_says_so_once(talk: Make) -> None:
    talking = talk(real(), max_probes=2)
    assert talking.say().notice == ""
    talking.interviewer.connect(talking.offline)
    assert [talking.say().notice for _ in range(3)] == [notices.DISCONNECTED, "", ""]
    assert talking.interviewer.model_for(talking.interview) is talking.offline
    grade = talking.interviewer.grade(talking.interview, 1)
    assert isinstance(grade, Grade)
    assert "stood_in" in grade.flags


def test_both_models_make_themselves_ready(talk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    ready: list[str] = []
    monkeypatch.setattr(ScriptedModel, "prepare", lambda self, questions: ready.append(self.info.name))
    talk(real()).interviewer.prepare(())
    assert ready == ["gpt-made-up", "offline"]  # the stand-in may be needed at any moment


# --- grades -----------------------------------------------------------------------------------------------------


def test_a_real_models_quotes_need_the_second_key(talk: Make) -> None:
    asked: list[str] = []

    def key(question: str, rubric: Rubric, criterion: str, quote: str) -> Bearing:
        asked.append(criterion)
        return Bearing.NONE

    talking = talk(real(), key=key)
    talking.say()
    grade = talking.interviewer.grade(talking.interview, 1)
    assert isinstance(grade, Grade)
    assert (grade.score, grade.provenance.model) == (0.0, "gpt-made-up")
    assert set(asked) == {"use", "cost"}


def test_an_exchange_that_cannot_be_graded_now_says_why_and_may_be_graded_later(talk: Make) -> None:
    talking = talk(real(grade=[ModelUnavailable("The endpoint did not answer in time.")]))
    talking.say()
    missing = talking.interviewer.grade(talking.interview, 1)
    assert isinstance(missing, Ungraded)
    assert missing.retryable
    assert missing.reason == "The endpoint did not answer in time."
    assert missing.provenance is not None
    assert missing.provenance.model == "gpt-made-up"


def test_the_offline_model_grades_when_it_is_asked_to(talk: Make) -> None:
    talking = talk(real(grade=()))
    talking.say()
    grade = talking.interviewer.grade(talking.interview, 1, offline=True)
    assert isinstance(grade, Grade)
    assert grade.provenance.model == "offline"
    assert grade.flags[-1] == "stood_in"


def test_without_a_stand_in_nobody_pretends_to_grade(talk: Make) -> None:
    talking = talk(real(grade=()), stand_in=None)
    talking.say()
    assert isinstance(talking.interviewer.grade(talking.interview, 1, offline=True), Ungraded)


# --- accounts ---------------------------------------------------------------------------------------------------


def purposes(calls: list[Call]) -> list[tuple[str, str]]:
    return sorted((c.purpose.value, c.outcome) for c in calls)


def test_a_reply_is_stored_with_its_calls_also_those_that_failed(talk: Make) -> None:
    model = real(
        assess=counted(hears_an_answer, Purpose.ASSESS),
        speak=counted(DOWN, Purpose.SPEAK, outcome="failed"),
    )
    talking = talk(model)
    talking.say()
    assert purposes(talking.store.calls(talking.id)) == [("assess", "ok"), ("speak", "failed")]


def test_in_real_mode_both_calls_are_counted(talk: Make) -> None:
    model = real(
        assess=counted(hears_an_answer, Purpose.ASSESS),
        acknowledge=counted("You said people keep them for rainy days.", Purpose.ACKNOWLEDGE),
    )
    talking = talk(model, mode=Mode.REAL)
    talking.say()
    assert purposes(talking.store.calls(talking.id)) == [("acknowledge", "ok"), ("assess", "ok")]


def test_the_offline_model_costs_nothing(talk: Make) -> None:
    offline = stand_in()
    talking = talk(offline, offline=offline, budget=Budget(tokens=1))
    talking.say()
    assert talking.store.calls(talking.id) == []


def test_full_marks_of_a_real_model_count_as_far_as_the_words_are_there(talk: Make) -> None:
    talking = talk(real(grade=gives_full_marks))
    talking.say()
    grade = talking.interviewer.grade(talking.interview, 1)
    assert isinstance(grade, Grade)
    assert grade.band == 5
