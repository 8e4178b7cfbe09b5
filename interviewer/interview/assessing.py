"""What a candidate's turn was, judged by whoever is there to judge it, and checked by code."""

from __future__ import annotations

import logging

from interviewer.domain.interview import Assessment, Interview, Turn
from interviewer.domain.usage import Purpose
from interviewer.domain.words import Intent, Verdict
from interviewer.errors import ModelError
from interviewer.grading.grader import own_words
from interviewer.interview.asides import Asides, Stopped
from interviewer.models.base import AssessRequest, InterviewModel

log = logging.getLogger(__name__)


def assess(
    interview: Interview,
    asides: Asides,
    *,
    real: InterviewModel | None,
    own: InterviewModel | None,
    confirming: bool,
) -> tuple[Assessment, ModelError | None]:
    """The last turn's assessment, and how the ``real`` model failed, if it did.

    Where there is no real model, it fails, or the candidate does not wait for it, this machine's ``own`` assesses;
    where that fails too the turn is taken to be an answer.
    """
    turn = interview.turns[-1]
    request = AssessRequest(
        question=interview.current.question,
        turns=interview.turns_of(interview.current.number),
        mode=interview.setup.mode,
        confirming=confirming,
    )
    heard: Assessment | None = None
    failure: ModelError | None = None
    if real is not None and turn.intent is not None:
        heard = _as_before(interview, turn)
    elif real is not None:
        try:
            heard = _by(real, asides.ask(lambda: real.assess(request)).one())
        except Stopped:
            log.info("nobody waited for the assessment of turn %d of %s", turn.seq, interview.id)
        except ModelError as error:
            failure = error
            log.warning("assessing turn %d of %s failed: %s", turn.seq, interview.id, error)
    if heard is None and own is not None:
        try:
            heard = _by(own, own.assess(request))
        except ModelError as error:
            log.warning("assessing turn %d of %s fell back to the script: %s", turn.seq, interview.id, error)
    return _checked(request, heard or Assessment(turn=turn.seq, intent=Intent.ANSWER)), failure


def _by(model: InterviewModel, heard: Assessment) -> Assessment:
    return heard.model_copy(update={"by": model.info.named(Purpose.ASSESS)})


def _as_before(interview: Interview, turn: Turn) -> Assessment:
    """A button says nothing on the subject: what was heard in this exchange still holds, and no model need be asked."""
    seqs = {t.seq for t in interview.turns_of(turn.exchange)}
    past = [assessment for assessment in interview.assessments if assessment.turn in seqs]
    return Assessment(
        turn=turn.seq,
        intent=turn.intent or Intent.ANSWER,
        marks=past[-1].marks if past else (),
        misconceptions=past[-1].misconceptions if past else (),
    )


def _checked(request: AssessRequest, heard: Assessment) -> Assessment:
    turn, known = request.turns[-1], {m.id for m in request.question.rubric.misconceptions}
    intent = turn.intent or heard.intent
    # What a button says is not a matter of interpretation; and only the candidate's own words are kept as quotes.
    return heard.model_copy(
        update={
            "turn": turn.seq,
            "intent": intent,
            "request": turn.text if intent is Intent.REQUEST else "",
            "marks": tuple(
                mark
                if mark.verdict in (Verdict.MISSING, Verdict.NOT_ASSESSED) or own_words((mark.quote,), request.turns)
                else mark.model_copy(update={"verdict": Verdict.MISSING, "quote": ""})
                for mark in heard.marks
            ),
            "misconceptions": tuple(
                m for m in heard.misconceptions if m.misconception in known and own_words((m.quote,), request.turns)
            ),
        }
    )
