"""What the interviewer does next: a table of cases, and the laws that hold for any conversation whatever."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviewer.domain.interview import (
    Assessment,
    ExchangeStatus,
    InterviewStatus,
    Mark,
    MisconceptionMark,
    Move,
    Substance,
)
from interviewer.domain.words import Intent, Mode, MoveKind, Verdict
from interviewer.interview.policy import (
    MAX_CANDIDATE_TURNS,
    MAX_DETOURS,
    Decision,
    Situation,
    decide,
    opening,
    situation,
    unmet,
)
from tests.interview.toys import Room, make_question, practice

QUESTION = make_question("overfit")
NEXT = make_question("adam")

MET, PARTIAL, MISSING, CONTRADICTED = Verdict.MET, Verdict.PARTIAL, Verdict.MISSING, Verdict.CONTRADICTED

HERE = Situation(
    question=QUESTION,
    mode=Mode.PRACTICE,
    said=(opening(QUESTION),),
    turns=1,
    dont_knows=0,
    detours=0,
    probes_left=2,
    hints_left=3,
    next_question=NEXT,
    next_number=2,
)


def heard(intent: Intent, *wrong: str, clarification: int | None = None, **verdicts: Verdict) -> Assessment:
    return Assessment(
        turn=2,
        intent=intent,
        marks=tuple(Mark(criterion=name, verdict=verdict) for name, verdict in verdicts.items()),
        misconceptions=tuple(MisconceptionMark(misconception=name) for name in wrong),
        clarification=clarification,
    )


def said(kind: MoveKind, substance: str = "", target: str = "", index: int = 0, text: str = "") -> Move:
    return Move(kind=kind, substance=Substance(kind=substance, target=target, index=index, text=text or substance))


def after(*moves: Move, **changes: Any) -> Situation:
    return replace(HERE, said=(opening(QUESTION), *moves), **changes)


CONFIRM = Move(kind=MoveKind.CONFIRM, manner="confirm_stop")
PROBED_CAUSE = said(MoveKind.PROBE, "probe", "cause", text="overfit: what about cause?")
CHALLENGED = said(MoveKind.CHALLENGE, "challenge", "wrong-1")
HINTED_CAUSE = said(MoveKind.HINT, "hint", "cause", 0)
REPHRASED = said(MoveKind.REPHRASE, "variant", "overfit", 1)
MISSING_ALL: dict[str, Any] = {"cause": MISSING, "cure": MISSING, "bonus": MISSING}
MET_ALL: dict[str, Any] = {"cause": MET, "cure": MET, "bonus": MET}


@dataclass
class Case:
    """A situation, what was heard in it, and what follows: a move's kind with a part of its substance or manner."""

    claim: str
    heard: Assessment
    kind: MoveKind
    says: str | None = None
    manner: str | None = None
    here: Situation = HERE
    changes: dict[str, Any] = field(default_factory=dict)


CASES = [
    # --- answers: probes, challenges, advance
    Case(
        "a probe aims at a criterion that is not met",
        heard(Intent.ANSWER, cause=MET, cure=MISSING, bonus=MET),
        MoveKind.PROBE,
        "overfit: what about cure?",
    ),
    Case(
        "core is probed before strong, whatever the rubric's order",
        heard(Intent.ANSWER, **MISSING_ALL),
        MoveKind.PROBE,
        "overfit: what about cause?",
    ),
    Case(
        "what is missing is probed before what is partly there",
        heard(Intent.ANSWER, cause=PARTIAL, cure=MISSING, bonus=MISSING),
        MoveKind.PROBE,
        "overfit: what about cure?",
    ),
    Case(
        "what is partly there is not asked for again",
        heard(Intent.ANSWER, cause=PARTIAL, cure=MET, bonus=MISSING),
        MoveKind.PROBE,
        "overfit: what about bonus?",
    ),
    Case(
        "strong criteria are probed once the core is met",
        heard(Intent.ANSWER, cause=MET, cure=MET, bonus=MISSING),
        MoveKind.PROBE,
        "overfit: what about bonus?",
    ),
    Case(
        "a criterion that the model said nothing about counts as open",
        heard(Intent.ANSWER, cause=MET),
        MoveKind.PROBE,
        "overfit: what about cure?",
    ),
    Case(
        "a criterion that was probed is not probed again",
        heard(Intent.ANSWER, cause=MISSING, cure=MET, bonus=MET),
        MoveKind.ADVANCE,
        NEXT.prompt,
        here=after(PROBED_CAUSE, probes_left=1),
    ),
    Case(
        "with no probes left the interview goes on",
        heard(Intent.ANSWER, **MISSING_ALL),
        MoveKind.ADVANCE,
        NEXT.prompt,
        "advance",
        here=replace(HERE, probes_left=0),
    ),
    Case(
        "a complete answer is not probed",
        heard(Intent.ANSWER, **MET_ALL),
        MoveKind.ADVANCE,
        NEXT.prompt,
        "advance",
    ),
    Case(
        "a misconception is challenged before anything is probed",
        heard(Intent.ANSWER, "wrong-1", **MISSING_ALL),
        MoveKind.CHALLENGE,
        "overfit: is wrong belief 1 so?",
    ),
    Case(
        "a misconception is challenged once",
        heard(Intent.ANSWER, "wrong-1", **MISSING_ALL),
        MoveKind.PROBE,
        "overfit: what about cause?",
        here=after(CHALLENGED, probes_left=1),
    ),
    Case(
        "another misconception gets its own challenge",
        heard(Intent.ANSWER, "wrong-1", "wrong-2", **MET_ALL),
        MoveKind.CHALLENGE,
        "overfit: is wrong belief 2 so?",
        here=after(CHALLENGED, probes_left=1),
    ),
    Case(
        "the last question closes the interview",
        heard(Intent.ANSWER, **MET_ALL),
        MoveKind.CLOSE,
        manner="close",
        here=replace(HERE, next_question=None, next_number=None),
        changes={"ends": True, "closes": ExchangeStatus.CLOSED},
    ),
    # --- I don't know
    Case(
        "“I don't know” gets one smaller step: a hint in practice",
        heard(Intent.DONT_KNOW),
        MoveKind.HINT,
        "overfit: hint 1 towards cause.",
        "smaller_step",
    ),
    Case(
        "“I don't know” gets one smaller step: a narrower question in real mode",
        heard(Intent.DONT_KNOW),
        MoveKind.PROBE,
        "overfit: what about cause?",
        "smaller_step",
        here=replace(HERE, mode=Mode.REAL),
    ),
    Case(
        "a second “I don't know” moves on kindly",
        heard(Intent.DONT_KNOW),
        MoveKind.ADVANCE,
        NEXT.prompt,
        "advance_kind",
        here=replace(HERE, dont_knows=1),
        changes={"closes": ExchangeStatus.CLOSED, "opens": 2},
    ),
    Case(
        "“I don't know” moves on where there is no smaller step left",
        heard(Intent.DONT_KNOW),
        MoveKind.ADVANCE,
        manner="advance_kind",
        here=replace(HERE, hints_left=0, probes_left=0),
    ),
    # --- clarifications
    Case(
        "a clarifying question is answered with the bank's words",
        heard(Intent.CLARIFICATION, clarification=1),
        MoveKind.CLARIFY,
        "overfit: kind 2, please.",
    ),
    Case(
        "a clarifying question without an answer in the bank is told so plainly",
        heard(Intent.CLARIFICATION),
        MoveKind.CLARIFY,
        manner="no_clarification",
    ),
    Case(
        "a clarification that the bank does not have is not made up (too high)",
        heard(Intent.CLARIFICATION, clarification=2),
        MoveKind.CLARIFY,
        manner="no_clarification",
    ),
    Case(
        "a clarification that the bank does not have is not made up (negative)",
        heard(Intent.CLARIFICATION, clarification=-1),
        MoveKind.CLARIFY,
        manner="no_clarification",
    ),
    # --- hints
    Case("a hint begins with the gentlest", heard(Intent.HINT), MoveKind.HINT, "overfit: hint 1 towards cause."),
    Case(
        "the next hint says more",
        heard(Intent.HINT),
        MoveKind.HINT,
        "overfit: hint 2 towards cause.",
        here=after(HINTED_CAUSE, hints_left=2),
    ),
    Case(
        "a hint goes towards what is not met",
        heard(Intent.HINT, cause=MET),
        MoveKind.HINT,
        "overfit: hint 1 towards cure.",
    ),
    Case(
        "after a probe the hint goes towards what was probed",
        heard(Intent.HINT, cause=MISSING, cure=MISSING),
        MoveKind.HINT,
        "overfit: hint 1 towards cure.",
        here=after(said(MoveKind.PROBE, "probe", "cure"), probes_left=1),
    ),
    Case(
        "no more hints than configured",
        heard(Intent.HINT),
        MoveKind.DECLINE,
        manner="no_more_hints",
        here=replace(HERE, hints_left=0),
    ),
    Case(
        "there is no hint in real mode",
        heard(Intent.HINT),
        MoveKind.DECLINE,
        manner="no_hint_real",
        here=replace(HERE, mode=Mode.REAL),
    ),
    # --- rephrase, skip, pause
    Case("rephrasing takes another wording", heard(Intent.REPHRASE), MoveKind.REPHRASE, "overfit, in other words 1?"),
    Case(
        "rephrasing again takes yet another wording",
        heard(Intent.REPHRASE),
        MoveKind.REPHRASE,
        "overfit, in other words 2?",
        here=after(REPHRASED),
    ),
    Case(
        "in practice, saying a follow-up differently takes its next hint",
        heard(Intent.REPHRASE, **MISSING_ALL),
        MoveKind.HINT,
        here=after(said(MoveKind.PROBE, "probe", "cause")),
    ),
    Case(
        "in a real interview a follow-up is put once more when it was not understood",
        heard(Intent.REPHRASE, **MISSING_ALL),
        MoveKind.RESUME,
        here=replace(after(said(MoveKind.PROBE, "probe", "cause")), mode=Mode.REAL),
    ),
    Case("thinking aloud costs nothing", heard(Intent.THINKING), MoveKind.RESUME, None, "no_hurry"),
    Case(
        "a skip goes on to the next question",
        heard(Intent.SKIP),
        MoveKind.ADVANCE,
        NEXT.prompt,
        "skip",
        changes={"closes": ExchangeStatus.SKIPPED, "opens": 2},
    ),
    Case(
        "a skip of the last question closes",
        heard(Intent.SKIP),
        MoveKind.CLOSE,
        manner="close",
        here=replace(HERE, next_question=None, next_number=None),
        changes={"closes": ExchangeStatus.SKIPPED, "ends": True},
    ),
    Case("a pause pauses and changes nothing else", heard(Intent.PAUSE), MoveKind.PAUSE, changes={"pauses": True}),
    # --- ending
    Case("stop asks whether one means it", heard(Intent.STOP), MoveKind.CONFIRM, manner="confirm_stop"),
    Case(
        "yes ends, and leaves the question unfinished",
        heard(Intent.CONFIRM),
        MoveKind.CLOSE,
        manner="close_early",
        here=after(CONFIRM),
        changes={"closes": ExchangeStatus.UNFINISHED, "ends": True},
    ),
    Case(
        "a second stop ends: it is asked once",
        heard(Intent.STOP),
        MoveKind.CLOSE,
        manner="close_early",
        here=after(CONFIRM),
        changes={"closes": ExchangeStatus.UNFINISHED, "ends": True},
    ),
    Case(
        "no goes on with the question that was open",
        heard(Intent.DENY),
        MoveKind.RESUME,
        "overfit: what about cause?",
        here=after(PROBED_CAUSE, CONFIRM),
    ),
    Case(
        "an answer in place of yes or no is taken as one",
        heard(Intent.ANSWER, **MET_ALL),
        MoveKind.ADVANCE,
        here=after(CONFIRM),
    ),
    Case(
        "a “yes” that nobody asked for does not end anything",
        heard(Intent.CONFIRM, **MISSING_ALL),
        MoveKind.PROBE,
    ),
    # --- off topic, meta
    Case("off topic leads back to the open question", heard(Intent.OFF_TOPIC), MoveKind.REDIRECT, QUESTION.prompt),
    Case(
        "off topic after a probe leads back to the probe",
        heard(Intent.OFF_TOPIC),
        MoveKind.REDIRECT,
        "overfit: what about cause?",
        here=after(PROBED_CAUSE),
    ),
    Case("a request for the rubric is declined", heard(Intent.META), MoveKind.DECLINE, manner="decline_meta"),
    Case(
        "off-topic turns are bounded",
        heard(Intent.OFF_TOPIC),
        MoveKind.ADVANCE,
        here=replace(HERE, detours=MAX_DETOURS),
    ),
    Case(
        "requests for the rubric are bounded",
        heard(Intent.META),
        MoveKind.ADVANCE,
        here=replace(HERE, detours=MAX_DETOURS),
    ),
    # --- time
    Case(
        "with the time over nothing is probed",
        heard(Intent.ANSWER, **MISSING_ALL),
        MoveKind.CLOSE,
        manner="close_time",
        here=replace(HERE, time_left=0.0),
        changes={"closes": ExchangeStatus.CLOSED, "ends": True},
    ),
    Case(
        "with the time over nothing is challenged",
        heard(Intent.ANSWER, "wrong-1"),
        MoveKind.CLOSE,
        manner="close_time",
        here=replace(HERE, time_left=-1.0),
    ),
    Case(
        "with the time over “I don't know” closes",
        heard(Intent.DONT_KNOW),
        MoveKind.CLOSE,
        manner="close_time",
        here=replace(HERE, time_left=-1.0),
    ),
    Case(
        "with the time over the open question may be cleared up once",
        heard(Intent.CLARIFICATION, clarification=0),
        MoveKind.CLARIFY,
        "overfit: kind 1, please.",
        here=replace(HERE, time_left=-1.0),
    ),
    Case(
        "with the time over it is not cleared up twice, and does not count as answered",
        heard(Intent.CLARIFICATION, clarification=0),
        MoveKind.CLOSE,
        manner="close_time",
        here=after(said(MoveKind.CLARIFY, "clarification"), time_left=-1.0),
        changes={"closes": ExchangeStatus.UNFINISHED, "ends": True},
    ),
    Case(
        "with the time over a stop needs no confirming",
        heard(Intent.STOP),
        MoveKind.CLOSE,
        manner="close_time",
        here=replace(HERE, time_left=-1.0),
        changes={"closes": ExchangeStatus.UNFINISHED, "ends": True},
    ),
    Case(
        "a question that takes far too long gets no further probe",
        heard(Intent.ANSWER, **MISSING_ALL),
        MoveKind.ADVANCE,
        NEXT.prompt,
        "advance_time",
        here=replace(HERE, question_seconds=60 * 5 * 1.5 + 1),
    ),
    Case(
        "an exchange is left after so many turns, whatever they are",
        heard(Intent.HINT),
        MoveKind.ADVANCE,
        here=replace(HERE, turns=MAX_CANDIDATE_TURNS),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.claim)
def test_table(case: Case) -> None:
    decision = decide(case.here, case.heard)
    assert decision.move.kind is case.kind
    if case.says is not None:
        assert decision.move.substance is not None
        assert decision.move.substance.text == case.says
    if case.manner is not None:
        assert decision.move.manner == case.manner
    for name, value in case.changes.items():
        assert getattr(decision, name) == value
    assert decision == decide(case.here, case.heard)  # the same situation, the same move


def test_no_two_claims_of_the_table_are_the_same() -> None:
    assert len({case.claim for case in CASES}) == len(CASES)


def test_of_what_is_missing_the_surest_is_probed_first() -> None:
    marks = [
        Mark(criterion="cause", verdict=MISSING, confidence=0.55),
        Mark(criterion="cure", verdict=MISSING, confidence=0.9),
        Mark(criterion="bonus", verdict=MISSING, confidence=0.9),
    ]
    assert [criterion.id for criterion in unmet(QUESTION, marks)] == ["cure", "bonus", "cause"]


def test_contradicted_criteria_count_as_unmet() -> None:
    marks = [Mark(criterion=name, verdict=CONTRADICTED) for name in ("cause", "cure", "bonus")]
    assert [criterion.id for criterion in unmet(QUESTION, marks)] == ["cause", "cure", "bonus"]


def test_the_wordings_of_a_question_take_turns_and_none_comes_twice_in_a_row() -> None:
    room = Room(practice(), (QUESTION, NEXT))
    heard_so_far = [QUESTION.prompt]
    for _ in range(6):
        room.hear("say it differently")
        move = room.decide(heard(Intent.REPHRASE)).move
        assert move.substance is not None
        assert move.substance.text != heard_so_far[-1]
        heard_so_far.append(move.substance.text)
    assert set(heard_so_far) == {QUESTION.prompt, *QUESTION.variants}


def test_a_question_without_variants_is_asked_again_in_its_only_wording() -> None:
    lone = make_question("lone", variants=0)
    decision = decide(replace(HERE, question=lone, said=(opening(lone),)), heard(Intent.REPHRASE))
    assert decision.move.substance is not None
    assert decision.move.substance.text == lone.prompt


def test_a_whole_conversation_in_moves() -> None:
    room = Room(practice(), (QUESTION, NEXT))
    script = [
        (heard(Intent.ANSWER, "wrong-1", cause=CONTRADICTED), MoveKind.CHALLENGE),
        (heard(Intent.ANSWER, "wrong-1", cause=MET), MoveKind.PROBE),
        (heard(Intent.DONT_KNOW, cause=MET), MoveKind.HINT),
        (heard(Intent.PAUSE, cause=MET), MoveKind.PAUSE),
        (heard(Intent.ANSWER, cause=MET, cure=MET), MoveKind.ADVANCE),
        (heard(Intent.STOP), MoveKind.CONFIRM),
        (heard(Intent.DENY), MoveKind.RESUME),
        (heard(Intent.SKIP), MoveKind.CLOSE),
    ]
    for assessment, kind in script:
        room.hear("words")
        assert room.decide(assessment.model_copy(update={"turn": len(room.interview.turns)})).move.kind is kind
    assert room.over
    assert [e.status for e in room.interview.exchanges] == [ExchangeStatus.CLOSED, ExchangeStatus.SKIPPED]


# --- the laws -----------------------------------------------------------------------------------------------

NEW_QUESTIONS = (MoveKind.ASK, MoveKind.PROBE, MoveKind.CHALLENGE, MoveKind.ADVANCE)

intents = st.sampled_from(list(Intent))
marks = st.lists(
    st.builds(
        Mark,
        criterion=st.sampled_from(["cause", "cure", "bonus", "unheard-of"]),
        verdict=st.sampled_from(list(Verdict)),
        confidence=st.floats(0, 1),
    ),
    max_size=5,
).map(tuple)
wrongs = st.lists(st.sampled_from(["wrong-1", "wrong-2"]), max_size=3).map(
    lambda names: tuple(MisconceptionMark(misconception=name) for name in names)
)
steps = st.tuples(intents, marks, wrongs, st.none() | st.integers(-3, 4), st.sampled_from([1.0, 20.0, 90.0, 600.0]))
setups = st.builds(
    practice,
    mode=st.sampled_from(list(Mode)),
    max_probes=st.integers(0, 5),
    max_hints=st.integers(0, 5),
    minutes=st.none() | st.integers(5, 20),
)


@dataclass
class Record:
    room: Room
    decisions: list[Decision]
    before: list[Situation]


def play(setup: Any, questions: int, script: list[Any]) -> Record:
    """Plays an interview; when the script runs out it begins again, so that only the policy can end it."""
    plan = tuple(make_question(f"q{number}", minutes=3) for number in range(1, questions + 1))
    record = Record(Room(setup, plan), [], [])
    bound = questions * MAX_CANDIDATE_TURNS
    for place in range(bound + 1):
        if record.room.over:
            return record
        assert place < bound, "the interview goes on and on"
        intent, its_marks, wrong, clarification, seconds = script[place % len(script)]
        turn = record.room.hear("words", seconds=seconds)
        record.before.append(situation(record.room.interview, record.room.now))
        record.decisions.append(
            record.room.decide(
                Assessment(
                    turn=turn.seq, intent=intent, marks=its_marks, misconceptions=wrong, clarification=clarification
                )
            )
        )
    raise AssertionError("unreachable")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(setup=setups, questions=st.integers(1, 3), script=st.lists(steps, min_size=1, max_size=12))
def test_laws_of_every_conversation(setup: Any, questions: int, script: list[Any]) -> None:
    record = play(setup, questions, script)
    interview = record.room.interview

    # It ends, properly: the last exchange is closed, none was left open, and each question was asked once at most.
    assert interview.status is InterviewStatus.ENDED
    assert all(exchange.status is not ExchangeStatus.OPEN for exchange in interview.exchanges)
    assert [exchange.number for exchange in interview.exchanges] == list(range(1, len(interview.exchanges) + 1))
    assert sum(decision.ends for decision in record.decisions) == 1
    assert record.decisions[-1].ends

    for exchange in interview.exchanges:
        moves = [turn.move for turn in interview.turns_of(exchange.number) if turn.move is not None]
        new = [m for m in moves if m.kind in (MoveKind.PROBE, MoveKind.CHALLENGE, MoveKind.HINT) and m.substance]
        # Nothing is said twice that says something new, and the counts are kept.
        used = Counter((m.substance.kind, m.substance.target, m.substance.index) for m in new if m.substance)
        assert all(count == 1 for count in used.values())
        assert sum(m.kind in (MoveKind.PROBE, MoveKind.CHALLENGE) for m in moves) <= setup.max_probes
        assert sum(m.kind is MoveKind.HINT for m in moves) <= setup.max_hints
        # Hints towards one criterion rise.
        for criterion in exchange.question.rubric.criteria:
            rising = [
                m.substance.index
                for m in new
                if m.substance and m.substance.kind == "hint" and m.substance.target == criterion.id
            ]
            assert rising == sorted(rising)
        # Every substance is this question's own wording.
        own = exchange.question.model_dump_json()
        assert all(m.substance.text in own for m in moves if m.substance)

    if setup.mode is Mode.REAL:
        assert not any(decision.move.kind is MoveKind.HINT for decision in record.decisions)

    # Once the time is over no new question comes, and one more turn at the most before the end.
    late = [d for s, d in zip(record.before, record.decisions, strict=True) if s.out_of_time]
    assert not any(decision.move.kind in NEW_QUESTIONS for decision in late)
    assert len(late) <= 2

    # A stop is asked about once, and only a "yes" (or the clock) ends then.
    for here, decision in zip(record.before, record.decisions, strict=True):
        if here.confirming:
            assert decision.move.kind is not MoveKind.CONFIRM


@settings(max_examples=200, deadline=None)
@given(step=steps, probes=st.integers(0, 3), hints=st.integers(0, 3), turns=st.integers(1, 20))
def test_a_move_carries_one_substance_and_asks_one_thing(step: Any, probes: int, hints: int, turns: int) -> None:
    intent, its_marks, wrong, clarification, seconds = step
    here = replace(HERE, probes_left=probes, hints_left=hints, turns=turns, question_seconds=seconds)
    decision = decide(
        here,
        Assessment(turn=2, intent=intent, marks=its_marks, misconceptions=wrong, clarification=clarification),
    )
    text = decision.move.substance.text if decision.move.substance else ""
    assert text.count("?") <= 1
    assert decision.opens is None or decision.closes is not None  # a question is closed before the next one opens
    assert decision.opens is None or not decision.ends
    assert not (decision.pauses and decision.ends)
