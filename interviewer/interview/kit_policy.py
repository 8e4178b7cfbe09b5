"""What the interviewer does next in an interview from a kit: the same for everyone.

What is said depends on the kit, the place in it and the kind of the candidate's turn, never on what an answer holds:
no point is probed because it was missed, none is left out because it was made, nothing is challenged and nothing is
hinted at. Everything else is as in any real interview; its laws hold here, too.
"""

from __future__ import annotations

from dataclasses import replace

from interviewer.domain.interview import Assessment, Interview, Move, Substance
from interviewer.domain.kit import KitTerms, Pausing
from interviewer.domain.question import Question
from interviewer.domain.words import Intent, Mode, MoveKind
from interviewer.interview import policy
from interviewer.interview.policy import Decision, Situation

_NEUTRAL = {
    "advance": "kit_advance",
    "advance_kind": "kit_advance",
    "close": "kit_close",
    "close_early": "kit_close_early",
    "close_time": "kit_close_time",
    "decline_meta": "kit_decline_meta",
    "no_wish_real": "kit_no_wish",
}
"""The manners whose words would be untrue here: they promise a report, or call a follow-up easier."""

_PUT_OFF = (Intent.META, Intent.REQUEST)
"""Kinds of turn that are declined, and after a few of them taken for answers: nobody loses the follow-ups by them.

Whether an answer keeps to the subject is for its grade to say. A candidate who was taken to be off it would hear other
words than the rest, for what they said, and perhaps for how.
"""


def opening(question: Question, terms: KitTerms) -> Move:
    """The first move of an interview from a kit; where there are follow-ups, it says that they are the same for all."""
    manner = "kit_greeting" if any(terms.probes) else "kit_greeting_plain"
    return policy.opening(question).model_copy(update={"manner": manner})


def decide(now: Situation, heard: Assessment, terms: KitTerms, number: int) -> Decision:
    """The next move at question ``number`` of the kit. Pure, and blind to marks and misconceptions."""
    if heard.intent is Intent.OFF_TOPIC or (heard.intent in _PUT_OFF and now.detours >= policy.MAX_DETOURS):
        heard = heard.model_copy(update={"intent": Intent.ANSWER})
    # Nothing is left to probe or hint, and no question is too slow: what the policy finds then is all but the probes.
    decision = policy.decide(
        replace(now, mode=Mode.REAL, probes_left=0, hints_left=0, question_seconds=0.0, chosen_now=False), heard
    )
    bounded = now.out_of_time or now.turns >= policy.MAX_CANDIDATE_TURNS
    unknown = heard.intent is Intent.DONT_KNOW
    if not bounded and _answers(now, heard.intent):
        probe = _next_probe(now, terms, number)
        if probe is not None:
            manner = "kit_probe_kind" if unknown else "kit_probe"
            return Decision(Move(kind=MoveKind.PROBE, substance=probe, manner=manner))
    if decision.closes is None and heard.intent is Intent.REPHRASE:
        return Decision(Move(kind=MoveKind.RESUME, substance=now.open_question, manner="kit_again"))
    if decision.pauses and terms.pausing is Pausing.NONE:
        return Decision(Move(kind=MoveKind.DECLINE, manner="no_pause"))
    return _in_other_words(decision, unknown=unknown and not bounded)


def _answers(now: Situation, intent: Intent) -> bool:
    """Whether a turn is taken for an answer; a "yes" or "no" is one where nothing was to be confirmed."""
    if intent in (Intent.CONFIRM, Intent.DENY):
        return not now.confirming
    return intent in (Intent.ANSWER, Intent.DONT_KNOW)


def _next_probe(now: Situation, terms: KitTerms, number: int) -> Substance | None:
    """The first of the question's fixed probes that was not put yet."""
    put = {target for target, _ in now.used("probe")}
    worded = {criterion.id: criterion.probe for criterion in now.question.rubric.criteria if criterion.probe}
    fixed = terms.probes[number - 1] if number <= len(terms.probes) else ()
    for criterion in fixed:
        if criterion in worded and criterion not in put:
            return Substance(kind="probe", target=criterion, text=worded[criterion])
    return None


def _in_other_words(decision: Decision, *, unknown: bool) -> Decision:
    manner = _NEUTRAL.get(decision.move.manner, decision.move.manner)
    if manner == "kit_advance" and unknown:
        manner = "kit_advance_kind"
    if manner == decision.move.manner:
        return decision
    return replace(decision, move=decision.move.model_copy(update={"manner": manner}))


def place(interview: Interview, move: Move) -> int:
    """A seed for the words of a move: which question it is, and how often such a move was made in it before.

    So who asks for more on the way still hears the same words for the rest as who does not.
    """
    number = interview.current.number
    said = [turn.move for turn in interview.turns_of(number) if turn.move is not None]
    before = sum((made.kind, made.manner) == (move.kind, move.manner) for made in said)
    return interview.setup.seed + 1000 * number + before
