"""Whole interviews through the Interviewer: with a scripted model, and with the offline one."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import BaseModel

from interviewer.bank import Bank, load_bank, load_calibration
from interviewer.domain.grade import Grade
from interviewer.domain.interview import (
    Assessment,
    ExchangeStatus,
    Mark,
    MisconceptionMark,
    Move,
    Reply,
    Setup,
)
from interviewer.domain.knowledge import AnswerKind
from interviewer.domain.question import Question
from interviewer.domain.words import Intent, Mode, MoveKind, Speaker, Verdict
from interviewer.embedding import Embedder, LexicalEmbedder, MiniLMEmbedder
from interviewer.errors import ModelMisbehaved, ModelUnavailable
from interviewer.interview import Interviewer
from interviewer.models.base import AssessRequest, GradeDraft, InterviewModel, SpeakRequest, VerdictDraft
from interviewer.models.fake import ScriptedModel
from interviewer.models.offline import OfflineModel
from interviewer.resources import knowledge_dir, prompts_dir
from interviewer.store import Store
from tests.interview.toys import Room, make_question, practice

OVERFIT, ADAM = make_question("overfit"), make_question("adam")
ANSWER = "Blue cats sleep well."


@dataclass
class NoStore:
    """Stands in for the store where an interview is only begun: it keeps what ``create`` was given."""

    created: dict[str, Any] = field(default_factory=dict)

    def recent_questions(self, owner: str, before: str | None = None) -> set[str]:
        return set()

    def create(self, setup: Setup, plan: Sequence[Question], **more: Any) -> str:
        self.created = {"setup": setup, "plan": tuple(plan), **more}
        return "toy"


class Conversation:
    """A room with an interviewer in it."""

    def __init__(self, model: InterviewModel, *plan: Question, setup: Setup | None = None, bank: Any = None) -> None:
        self.model = model
        self.room = Room(setup or practice(), plan or (OVERFIT, ADAM))
        self.interviewer = Interviewer(cast(Store, NoStore()), bank, model, lambda: self.room.now)
        self.heard: list[str] = []

    def say(self, text: str, intent: Intent | None = None, seconds: float = 20.0) -> Reply:
        self.room.hear(text, intent=intent, seconds=seconds)
        pieces: list[str] = []
        reply = self.interviewer.reply(self.room.interview, pieces.append)
        assert "".join(pieces).strip() == reply.text  # what is streamed is what is stored
        self.room.apply(reply)
        return reply


def assessed(intent: Intent = Intent.ANSWER, **more: Any) -> Assessment:
    return Assessment(turn=1, intent=intent, **more)


def asks_once(reply: Reply) -> bool:
    """No question mark but the substance's own; the confirmation is a question of its own."""
    own = reply.move.substance.text.count("?") if reply.move.substance else 0
    return reply.text.count("?") == own + (reply.move.kind is MoveKind.CONFIRM)


# --- with a scripted model ----------------------------------------------------------------------------------


def test_an_interview_begins_with_the_banks_question_and_what_lies_ahead() -> None:
    model = ScriptedModel(speak=lambda request: f"{request.note} {request.substance}")
    bank = load_bank(knowledge_dir())
    store = NoStore()
    Interviewer(cast(Store, store), bank, model).start(Setup(questions=3, minutes=20, seed=4))
    first = store.created["plan"][0]
    assert store.created["opening"].endswith(first.prompt)
    assert f"about 20 minutes and {len(store.created['plan'])} question" in store.created["opening"]
    assert store.created["move"].kind is MoveKind.ASK
    assert store.created["bank_hash"] == bank.hash
    model.assert_complete()


def test_what_is_said_is_the_banks_wording() -> None:
    model = ScriptedModel(
        assess=[
            assessed(marks=(Mark(criterion="cause", verdict=Verdict.MISSING),)),
            assessed(Intent.HINT),
            assessed(Intent.SKIP),
            assessed(Intent.STOP),
            assessed(Intent.CONFIRM),
        ],
        speak=lambda request: request.substance or request.manner,
    )
    talk = Conversation(model)
    assert talk.say(ANSWER).text == "overfit: what about cause?"
    assert talk.say("hint").text == "overfit: hint 1 towards cause."
    assert talk.say("skip").text == ADAM.prompt
    assert talk.say("stop").text == "confirm_stop"
    assert talk.say("yes").text == "close_early"
    assert talk.room.over
    assert [e.status for e in talk.room.interview.exchanges] == [ExchangeStatus.SKIPPED, ExchangeStatus.UNFINISHED]
    model.assert_complete()


def _types_in(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
        if issubclass(annotation, BaseModel):
            for inner in annotation.model_fields.values():
                yield from _types_in(inner.annotation)
    for part in typing.get_args(annotation):
        yield from _types_in(part)


def test_the_speaker_cannot_be_given_rubric_reference_or_sample_answer() -> None:
    types = {kind for info in SpeakRequest.model_fields.values() for kind in _types_in(info.annotation)}
    assert {kind for kind in types if issubclass(kind, BaseModel)} == set()
    assert set(SpeakRequest.model_fields) == {
        "kind",
        "manner",
        "substance",
        "mode",
        "quotes",
        "earned",
        "last_turns",
        "note",
        "seed",
    }
    assert SpeakRequest.model_config["extra"] == "forbid"


def test_nothing_secret_reaches_the_speaker_in_a_whole_interview() -> None:
    bank = load_bank(knowledge_dir())
    plan = tuple(bank.questions.values())[:3]
    model = ScriptedModel(assess=lambda _: assessed(), speak=lambda request: request.substance or ".")
    talk = Conversation(model, *plan, setup=practice(max_probes=5))
    while not talk.room.over:
        talk.say(ANSWER)
    sent = "\n".join(request.model_dump_json() for request in model.requests("speak"))
    for question in plan:
        for secret in (
            question.sample_answer,
            question.approach,
            *(criterion.text for criterion in question.rubric.criteria),
            *(text for criterion in question.rubric.criteria for text in criterion.statements),
            *(misconception.correction for misconception in question.rubric.misconceptions),
        ):
            assert secret not in sent


def test_the_assessor_sees_this_exchange_only() -> None:
    model = ScriptedModel(assess=lambda _: assessed(Intent.SKIP), speak=lambda request: request.substance or ".")
    talk = Conversation(model)
    talk.say("Green dogs.")
    talk.say("Red birds.")
    last: AssessRequest = model.requests("assess")[-1]
    assert last.question.id == "adam"
    assert [turn.text for turn in last.turns] == [ADAM.prompt, "Red birds."]


def test_quotes_that_are_not_the_candidates_are_dropped() -> None:
    heard = assessed(
        marks=(
            Mark(criterion="cause", verdict=Verdict.MET, quote="it memorises noise"),
            Mark(criterion="cure", verdict=Verdict.MET, quote="BLUE  cats"),
            Mark(criterion="bonus", verdict=Verdict.MISSING, quote=""),
        ),
        misconceptions=(
            MisconceptionMark(misconception="wrong-1", quote="it is easy"),
            MisconceptionMark(misconception="unheard-of", quote="Blue cats"),
        ),
    )
    talk = Conversation(ScriptedModel(assess=[heard], speak=lambda request: request.substance))
    reply = talk.say(ANSWER)
    assert {mark.criterion: mark.verdict for mark in reply.assessment.marks} == {
        "cause": Verdict.MISSING,
        "cure": Verdict.MET,
        "bonus": Verdict.MISSING,
    }
    assert reply.assessment.marks[0].quote == ""
    assert reply.assessment.misconceptions == ()
    assert reply.text == "overfit: what about cause?"


def test_only_what_this_turn_earned_is_acknowledged() -> None:
    marks = (Mark(criterion="cure", verdict=Verdict.MET, quote="Blue cats"),)
    model = ScriptedModel(assess=lambda _: assessed(marks=marks), speak=lambda request: request.substance)
    talk = Conversation(model)
    talk.say(ANSWER)
    talk.say("Nothing more.")
    first, second = model.requests("speak")
    assert (first.quotes, first.earned) == (("Blue cats",), True)
    assert (second.quotes, second.earned) == ((), False)


def test_an_echo_of_the_question_is_no_quote() -> None:
    marks = (Mark(criterion="cause", verdict=Verdict.MET, quote="What is overfit"),)
    talk = Conversation(ScriptedModel(assess=[assessed(marks=marks)], speak=lambda request: request.substance))
    assert talk.say("What is overfit, what is overfit.").assessment.marks[0].verdict is Verdict.MISSING


@pytest.mark.parametrize("clarification", [-1, 2, 99])
def test_a_clarification_that_the_bank_does_not_have_is_not_given(clarification: int) -> None:
    heard = assessed(Intent.CLARIFICATION, clarification=clarification)
    talk = Conversation(ScriptedModel(assess=[heard], speak=lambda request: request.manner))
    assert talk.say("Which one?").text == "no_clarification"


def test_what_a_button_says_is_not_a_matter_of_interpretation() -> None:
    model = ScriptedModel(assess=[assessed(Intent.ANSWER)], speak=lambda request: request.substance)
    reply = Conversation(model).say("I'd like a hint.", intent=Intent.HINT)
    assert reply.assessment.intent is Intent.HINT
    assert reply.move.kind is MoveKind.HINT


def test_the_assessment_names_the_turn_that_it_is_about() -> None:
    model = ScriptedModel(assess=[Assessment(turn=99, intent=Intent.HINT)], speak=lambda request: request.substance)
    assert Conversation(model).say("hint").assessment.turn == 2


@pytest.mark.parametrize("error", [ModelUnavailable("no answer"), ModelMisbehaved("nonsense")], ids=type)
def test_a_model_that_cannot_assess_costs_no_turn(error: Exception) -> None:
    reply = Conversation(ScriptedModel(assess=[error], speak=lambda request: request.substance)).say(ANSWER)
    assert reply.assessment == Assessment(turn=2, intent=Intent.ANSWER)
    assert reply.move.kind is MoveKind.PROBE


def _fails_after(*pieces: str) -> Callable[[SpeakRequest], Iterator[str]]:
    def speak(request: SpeakRequest) -> Iterator[str]:
        yield from pieces
        raise ModelUnavailable("the stream was cut")

    return speak


@pytest.mark.parametrize("intent", [i for i in Intent if i is not Intent.CONFIRM], ids=lambda intent: intent.value)
@pytest.mark.parametrize(
    "speak",
    [
        pytest.param([ModelUnavailable("no answer")], id="no answer"),
        pytest.param([ModelMisbehaved("refused")], id="refused"),
        pytest.param(_fails_after(), id="cut before the first word"),
        pytest.param([""], id="an empty reply"),
        pytest.param([" \n"], id="a blank reply"),
    ],
)
def test_a_model_that_cannot_speak_is_stood_in_for_by_the_script(speak: Any, intent: Intent) -> None:
    reply = Conversation(ScriptedModel(assess=[assessed(intent)], speak=speak)).say(ANSWER)
    assert reply.text
    assert asks_once(reply)
    if reply.move.substance:
        assert reply.move.substance.text in reply.text


def test_a_stream_that_is_cut_still_says_what_was_to_be_said() -> None:
    talk = Conversation(ScriptedModel(assess=[assessed()], speak=_fails_after("Well, ", "let me ")))
    reply = talk.say(ANSWER)
    assert reply.text.startswith("Well, let me")
    assert reply.text.count("overfit: what about cause?") == 1


def test_a_grade_is_made_from_the_question_its_rubric_and_its_own_turns() -> None:
    claims = tuple(
        VerdictDraft(criterion=c.id, reason="", verdict=Verdict.MET, quotes=("Blue cats",))
        for c in OVERFIT.rubric.criteria
    )
    model = ScriptedModel(
        assess=[assessed(Intent.HINT), assessed(Intent.SKIP), assessed(Intent.SKIP)],
        speak=lambda request: request.substance or ".",
        grade=[GradeDraft(verdicts=claims)],
    )
    talk = Conversation(model)
    talk.say("A hint, please.", intent=Intent.HINT)
    talk.say(ANSWER)
    talk.say("Yellow fish.")
    grade = talk.interviewer.grade(talk.room.interview, 1)
    assert isinstance(grade, Grade)
    assert grade.hints_used == 1
    asked = model.requests("grade")[0]
    assert asked.question == OVERFIT.prompt
    assert asked.rubric == OVERFIT.rubric
    said = [turn.text for turn in asked.turns if turn.speaker is Speaker.CANDIDATE]
    assert said == [ANSWER]  # a pressed button is no answer, and the next question's turns are not its own


def test_the_moves_of_a_reply_survive_being_stored() -> None:
    model = ScriptedModel(assess=[assessed()], speak=lambda request: request.substance)
    reply = Conversation(model).say(ANSWER)
    assert Move.model_validate_json(reply.move.model_dump_json()) == reply.move


# --- with the offline model ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank(knowledge_dir())


@pytest.fixture(scope="module", params=["lexical", pytest.param("minilm", marks=pytest.mark.weights)])
def offline_model(request: pytest.FixtureRequest) -> OfflineModel:
    embedder: Embedder = LexicalEmbedder()
    if request.param == "minilm":
        folder: Path = request.getfixturevalue("weights_folder")
        embedder = MiniLMEmbedder(folder)
    return OfflineModel(embedder, prompts_dir())


def answers_of(bank: Bank, question: Question, kind: AnswerKind) -> str:
    return next(a.text for a in load_calibration(bank)[question.id].answers if a.kind is kind)


COMMANDS = [
    ("could you say that differently?", MoveKind.REPHRASE),
    ("Can I have a hint, please?", MoveKind.HINT),
    ("let's take a short break", MoveKind.PAUSE),
    ("what's the rubric?", MoveKind.DECLINE),
    ("OK, let’s stop here.", MoveKind.CONFIRM),
    ("no, let's go on", MoveKind.RESUME),
    ("I don't know", MoveKind.HINT),
    ("I don't know", MoveKind.ADVANCE),
    ("skip this one", MoveKind.ADVANCE),
    ("I'd like to end the interview", MoveKind.CONFIRM),
    ("yes", MoveKind.CLOSE),
]


def test_a_whole_interview_by_voice_commands(bank: Bank, offline_model: OfflineModel) -> None:
    plan = tuple(bank.questions[name] for name in ("overfitting", "decision-tree", "gradient-descent"))
    talk = Conversation(offline_model, *plan)
    for said, kind in COMMANDS:
        reply = talk.say(said)
        assert reply.move.kind is kind, said
        assert asks_once(reply)
        if reply.move.substance:
            assert reply.move.substance.text in reply.text
    assert talk.room.over


@pytest.mark.parametrize("kind", [AnswerKind.EXCELLENT, AnswerKind.FLUENT_WRONG, AnswerKind.FRAGMENT])
@pytest.mark.parametrize("mode", list(Mode))
def test_a_whole_interview_of_answers(bank: Bank, offline_model: OfflineModel, kind: AnswerKind, mode: Mode) -> None:
    plan = tuple(bank.questions[name] for name in ("overfitting", "decision-tree", "gradient-descent"))
    fixed = tuple(question.id for question in plan)
    talk = Conversation(offline_model, *plan, setup=practice(mode=mode, seed=7, question_ids=fixed))
    replies = []
    while not talk.room.over:
        reply = talk.say(answers_of(bank, talk.room.interview.current.question, kind))
        replies.append(reply)
        assert asks_once(reply)
        assert reply.move.kind in (MoveKind.PROBE, MoveKind.CHALLENGE, MoveKind.ADVANCE, MoveKind.CLOSE)
        if reply.move.substance:
            assert reply.move.substance.text in reply.text
    assert len(replies) <= 3 * 3
    for number in (1, 2, 3):
        assert isinstance(talk.interviewer.grade(talk.room.interview, number), Grade)


def test_the_same_interview_twice_is_the_same_to_the_letter(bank: Bank, offline_model: OfflineModel) -> None:
    def play() -> list[Reply]:
        question = bank.questions["overfitting"]
        talk = Conversation(offline_model, question, bank.questions["decision-tree"])
        lines = [
            answers_of(bank, question, AnswerKind.FRAGMENT),
            "a hint please",
            "It memorises.",
            "skip",
            "I don't know",
        ]
        return [talk.say(line) for line in lines]

    assert play() == play()


def test_excellent_answers_are_worth_more_than_wrong_ones(bank: Bank, offline_model: OfflineModel) -> None:
    question = bank.questions["overfitting"]

    def worth(answer: str) -> float:
        talk = Conversation(offline_model, question, setup=practice(max_probes=0))
        talk.say(answer)
        grade = talk.interviewer.grade(talk.room.interview, 1)
        assert isinstance(grade, Grade)
        return grade.score

    wrong = worth(answers_of(bank, question, AnswerKind.FLUENT_WRONG))
    assert worth(answers_of(bank, question, AnswerKind.EXCELLENT)) > wrong + 1
    assert worth("On Sundays I bake bread with my grandmother, and then we go for a long walk by the sea.") == 0
