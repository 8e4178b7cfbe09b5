"""What the interviewer does next: pure code from an assessment and the situation to a move.

The laws, each with a property test: every sequence of assessments ends; a probe, challenge or hint is
never repeated; a move carries one substance, so two things are never asked at once; the configured counts
and the clock are kept; real mode gives no hints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from interviewer.domain.interview import Assessment, ExchangeStatus, Interview, Mark, Move, Substance
from interviewer.domain.question import Criterion, Question
from interviewer.domain.words import CriterionKind, Intent, Mode, MoveKind, Speaker, Verdict

MAX_CANDIDATE_TURNS = 14
"""An exchange is left after this many turns of the candidate's, whatever they were: every interview ends."""

MAX_DETOURS = 2
"""Off-topic and meta turns that are answered within one exchange; the next one moves on."""

SURE = 0.88
"""Confidence from which a missing criterion is taken to be a gap that may be asked about."""

OVERTIME = 1.5
"""A question that has taken this many times its minutes gets no further probe."""


_LINGERS = frozenset(
    (
        Intent.CLARIFICATION,
        Intent.REPHRASE,
        Intent.HINT,
        Intent.PAUSE,
        Intent.OFF_TOPIC,
        Intent.META,
        Intent.THINKING,
        Intent.STOP,
        Intent.DENY,
        Intent.REQUEST,
    )
)
"""Intents that neither answer nor leave the question: one of them is seen to after the time is over, no more."""


@dataclass(frozen=True)
class Situation:
    """Everything besides the assessment that a decision depends on.

    ``said`` are the moves already made in this exchange, in order; ``turns`` counts the candidate's turns in
    it, the one to be answered included, ``answers`` those before it that were meant as answers. ``chosen_now``
    says that the next question is not the planned one but was chosen on hearing this turn. ``time_left`` is None when
    the interview has no time limit; ``question_seconds`` is how long this question has taken so far.
    """

    question: Question
    mode: Mode
    said: tuple[Move, ...]
    turns: int
    dont_knows: int
    detours: int
    probes_left: int
    hints_left: int
    next_question: Question | None
    next_number: int | None
    time_left: float | None = None
    question_seconds: float = 0.0
    answers: int = 0
    chosen_now: bool = False

    @property
    def out_of_time(self) -> bool:
        return self.time_left is not None and self.time_left <= 0

    @property
    def just_asked(self) -> bool:
        """The last thing that was said is a new question, which nobody has reacted to yet."""
        asking = (MoveKind.ASK, MoveKind.ADVANCE, MoveKind.PROBE, MoveKind.CHALLENGE)
        return not self.said or self.said[-1].kind in asking

    @property
    def confirming(self) -> bool:
        return bool(self.said) and self.said[-1].kind is MoveKind.CONFIRM

    def used(self, kind: str) -> set[tuple[str, int]]:
        """The (target, index) pairs of a kind of substance that were already said."""
        return {
            (move.substance.target, move.substance.index)
            for move in self.said
            if move.substance is not None and move.substance.kind == kind
        }

    @property
    def open_question(self) -> Substance:
        """The question that is on the table: the last question, probe or challenge that was put."""
        for move in reversed(self.said):
            if move.substance is not None and move.substance.kind in ("prompt", "variant", "probe", "challenge"):
                return move.substance
        return Substance(kind="prompt", text=self.question.prompt)


@dataclass(frozen=True)
class Decision:
    """A move, and what it does to the interview when it is stored."""

    move: Move
    closes: ExchangeStatus | None = None
    opens: int | None = None
    pauses: bool = False
    ends: bool = False


def opening(question: Question) -> Move:
    """The first move of an interview."""
    return Move(
        kind=MoveKind.ASK,
        substance=Substance(kind="prompt", target=question.id, text=question.prompt),
        manner="greeting",
    )


def situation(interview: Interview, now: datetime) -> Situation:
    """The situation after the candidate's last turn, read off the stored interview."""
    number = interview.current.number
    turns = interview.turns_of(number)
    seqs = {turn.seq for turn in turns}
    past = [assessment for assessment in interview.assessments if assessment.turn in seqs]
    moves = tuple(turn.move for turn in turns if turn.move is not None)
    setup = interview.setup
    probes = sum(move.kind in (MoveKind.PROBE, MoveKind.CHALLENGE) for move in moves)
    hints = sum(move.kind is MoveKind.HINT for move in moves)
    following = interview.plan[number] if number < len(interview.plan) else None
    return Situation(
        question=interview.current.question,
        mode=setup.mode,
        said=moves,
        turns=sum(turn.speaker is Speaker.CANDIDATE for turn in turns),
        dont_knows=sum(assessment.intent is Intent.DONT_KNOW for assessment in past),
        answers=sum(assessment.intent is Intent.ANSWER for assessment in past),
        detours=sum(assessment.intent in (Intent.OFF_TOPIC, Intent.META) for assessment in past),
        probes_left=setup.max_probes - probes,
        hints_left=setup.max_hints - hints,
        next_question=following,
        next_number=None if following is None else number + 1,
        time_left=None if setup.minutes is None else setup.minutes * 60 - interview.elapsed_seconds(now),
        question_seconds=interview.question_seconds(interview.current, now),
    )


def with_next(here: Situation, question: Question, interview: Interview) -> Situation:
    """The same situation with ``question`` as the next one, in place of the planned one or after the last."""
    return replace(here, next_question=question, next_number=interview.current.number + 1, chosen_now=True)


def decide(now: Situation, heard: Assessment) -> Decision:
    """The next move. Pure: the same situation and assessment give the same decision."""
    intent = heard.intent
    if now.confirming and intent in (Intent.CONFIRM, Intent.STOP):
        return Decision(Move(kind=MoveKind.CLOSE, manner="close_early"), closes=ExchangeStatus.UNFINISHED, ends=True)
    if now.turns >= MAX_CANDIDATE_TURNS:
        return _move_on(now, "advance_kind")
    if now.out_of_time and intent in _LINGERS and (intent is Intent.STOP or not now.just_asked):
        return _move_on(now, "close_time", ExchangeStatus.UNFINISHED)
    if now.confirming and intent is Intent.DENY:
        return Decision(Move(kind=MoveKind.RESUME, substance=now.open_question))
    match intent:
        case Intent.STOP:
            return Decision(Move(kind=MoveKind.CONFIRM, manner="confirm_stop"))
        case Intent.PAUSE:
            return Decision(Move(kind=MoveKind.PAUSE), pauses=True)
        case Intent.SKIP:
            return _move_on(now, "skip", ExchangeStatus.SKIPPED)
        case Intent.DONT_KNOW:
            return _smaller_step(now, heard)
        case Intent.HINT:
            return _hint(now, heard)
        case Intent.CLARIFICATION:
            return _clarify(now, heard)
        case Intent.REPHRASE:
            return _say_differently(now, heard)
        case Intent.THINKING:
            return Decision(Move(kind=MoveKind.RESUME, manner="no_hurry"))
        case Intent.META:
            return _detour(now, Move(kind=MoveKind.DECLINE, manner="decline_meta"))
        case Intent.REQUEST:
            return _as_wished(now)
        case Intent.OFF_TOPIC:
            return _detour(now, Move(kind=MoveKind.REDIRECT, substance=now.open_question))
        case _:
            return _follow_up(now, heard)


def unmet(question: Question, marks: Iterable[Mark]) -> list[Criterion]:
    """The criteria that an answer has not met, the most useful to probe first.

    The missing before the partly there, and the surest gap first: who is asked for what they have just said feels
    unheard. Then core before strong; then the rubric's order.
    """
    by_id = {mark.criterion: mark for mark in marks}

    def order(criterion: Criterion) -> tuple[bool, float, bool]:
        mark = by_id.get(criterion.id)
        partial = mark is not None and mark.verdict is Verdict.PARTIAL
        sure = mark.confidence if mark is not None else 1.0
        return partial, -round(sure, 2), criterion.kind is CriterionKind.STRONG

    open_criteria = [
        criterion
        for criterion in question.rubric.criteria
        if criterion.id not in by_id or by_id[criterion.id].verdict is not Verdict.MET
    ]
    return sorted(open_criteria, key=order)


def _follow_up(now: Situation, heard: Assessment) -> Decision:
    slow = now.question_seconds > OVERTIME * 60 * now.question.minutes
    if not now.out_of_time and not slow and now.probes_left > 0:
        challenged = {target for target, _ in now.used("challenge")}
        for mark in heard.misconceptions:
            if mark.misconception not in challenged:
                misconception = now.question.rubric.misconception(mark.misconception)
                said = Substance(kind="challenge", target=misconception.id, text=misconception.challenge)
                return Decision(Move(kind=MoveKind.CHALLENGE, substance=said))
        probe = _next_probe(now, heard)
        if probe is not None:
            return Decision(Move(kind=MoveKind.PROBE, substance=probe))
    return _move_on(now, "advance_time" if slow else "advance")


def _next_probe(now: Situation, heard: Assessment) -> Substance | None:
    probed = {target for target, _ in now.used("probe")}
    # Who has said something, or nearly, would feel unheard if they were asked for it; doubtful gaps are left.
    touched = {
        mark.criterion
        for mark in heard.marks
        if mark.verdict is Verdict.PARTIAL or (mark.verdict is Verdict.MISSING and mark.confidence < SURE)
    }
    for criterion in unmet(now.question, heard.marks):
        if criterion.probe and criterion.id not in probed | touched:
            return Substance(kind="probe", target=criterion.id, text=criterion.probe)
    return None


def _smaller_step(now: Situation, heard: Assessment) -> Decision:
    if now.dont_knows == 0 and not now.out_of_time:
        step = _next_hint(now, heard) if now.mode is Mode.PRACTICE and now.hints_left > 0 else None
        if step is not None:
            return Decision(Move(kind=MoveKind.HINT, substance=step, manner="smaller_step"))
        probe = _next_probe(now, heard) if now.probes_left > 0 else None
        if probe is not None:
            return Decision(Move(kind=MoveKind.PROBE, substance=probe, manner="smaller_step"))
    return _move_on(now, "advance_kind")


def _hint(now: Situation, heard: Assessment) -> Decision:
    if now.mode is Mode.REAL:
        return Decision(Move(kind=MoveKind.DECLINE, manner="no_hint_real"))
    hint = _next_hint(now, heard) if now.hints_left > 0 else None
    if hint is None:
        return Decision(Move(kind=MoveKind.DECLINE, manner="no_more_hints"))
    return Decision(Move(kind=MoveKind.HINT, substance=hint))


def _next_hint(now: Situation, heard: Assessment) -> Substance | None:
    """The next unused hint: of the criterion that was probed last if it is still open, else of the first unmet."""
    used = now.used("hint")
    candidates = unmet(now.question, heard.marks)
    if now.open_question.kind == "probe":
        candidates.sort(key=lambda criterion: criterion.id != now.open_question.target)
    for criterion in candidates:
        for index, text in enumerate(criterion.hints):
            if (criterion.id, index) not in used:
                return Substance(kind="hint", target=criterion.id, index=index, text=text)
    return None


def _clarify(now: Situation, heard: Assessment) -> Decision:
    index = heard.clarification
    if index is None or not 0 <= index < len(now.question.clarifications):
        return Decision(Move(kind=MoveKind.CLARIFY, manner="no_clarification"))
    answer = now.question.clarifications[index].answer
    return Decision(Move(kind=MoveKind.CLARIFY, substance=Substance(kind="clarification", index=index, text=answer)))


def _say_differently(now: Situation, heard: Assessment) -> Decision:
    """The open question once more. A probe has one wording: in practice its next hint opens it another way."""
    if now.open_question.kind in ("prompt", "variant"):
        return Decision(Move(kind=MoveKind.REPHRASE, substance=_other_words(now)))
    hint = _next_hint(now, heard) if now.mode is Mode.PRACTICE and now.hints_left > 0 else None
    if hint is not None and hint.target == now.open_question.target:
        return Decision(Move(kind=MoveKind.HINT, substance=hint))
    return Decision(Move(kind=MoveKind.RESUME, substance=now.open_question))


def _other_words(now: Situation) -> Substance:
    """The main question in a wording that was not just used; the wordings take turns."""
    wordings = (now.question.prompt, *now.question.variants)
    heard = sum(move.kind is MoveKind.REPHRASE for move in now.said)
    index = (heard + 1) % len(wordings)
    return Substance(kind="variant", target=now.question.id, index=index, text=wordings[index])


def _as_wished(now: Situation) -> Decision:
    """On to what the candidate asked for: in practice, and if there is such a question."""
    if now.mode is Mode.REAL:
        return _detour(now, Move(kind=MoveKind.DECLINE, manner="no_wish_real"))
    if not now.chosen_now:
        return _detour(now, Move(kind=MoveKind.DECLINE, manner="no_such_question"))
    return _move_on(now, "as_wished", ExchangeStatus.CLOSED if now.answers else ExchangeStatus.SKIPPED)


def _detour(now: Situation, move: Move) -> Decision:
    if now.detours >= MAX_DETOURS:
        return _move_on(now, "advance_kind")
    return Decision(move)


def _move_on(now: Situation, manner: str, closes: ExchangeStatus = ExchangeStatus.CLOSED) -> Decision:
    """Closes this exchange: on to the next question, or to the end when there is none or no time for it."""
    if now.out_of_time:
        return Decision(Move(kind=MoveKind.CLOSE, manner="close_time"), closes=closes, ends=True)
    if now.next_question is None:
        return Decision(Move(kind=MoveKind.CLOSE, manner="close"), closes=closes, ends=True)
    prompt = Substance(kind="prompt", target=now.next_question.id, text=now.next_question.prompt)
    return Decision(Move(kind=MoveKind.ADVANCE, substance=prompt, manner=manner), closes=closes, opens=now.next_number)
