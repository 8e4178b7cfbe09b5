"""Playing an interview from lines, through the same door as the page: submit, wake the workers, read the store.

What happens becomes events, in the order of docs/contracts.md; they are shown as JSON lines
(here) or as a transcript (talk.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import count
from typing import TYPE_CHECKING
from uuid import uuid4

from interviewer.contracts import (
    AssessmentEvent,
    Event,
    EventMark,
    EventMisconception,
    GradeEvent,
    InterviewEvent,
    MoveEvent,
    PlannedQuestion,
    ReportEvent,
    TurnEvent,
)
from interviewer.domain.interview import Interview, InterviewStatus, Turn
from interviewer.domain.words import Intent, MoveKind
from interviewer.errors import InterviewerError
from interviewer.grading.batch import grade_fields
from interviewer.interview.canned import CANNED

if TYPE_CHECKING:
    from interviewer.runtime import Runtime

COMMANDS: dict[str, Intent] = {
    "/hint": Intent.HINT,
    "/skip": Intent.SKIP,
    "/idk": Intent.DONT_KNOW,
    "/again": Intent.REPHRASE,
    "/pause": Intent.PAUSE,
    "/end": Intent.STOP,
}
"""What the page's buttons do, as lines."""

PATIENCE_SECONDS = 300.0


def say(runtime: Runtime, interview_id: str, text: str, intent: Intent | None = None) -> Turn:
    """Stores the candidate's next turn; nothing else happens before that. Raises StaleState, UsageError."""
    seq = runtime.store.get(interview_id).next_seq
    return runtime.store.submit(interview_id, seq, uuid4().hex, text, intent)


def say_line(runtime: Runtime, interview_id: str, line: str) -> Turn:
    """As ``say``; a line that is one of COMMANDS does what its button does."""
    intent = COMMANDS.get(line.strip().lower())
    return say(runtime, interview_id, line if intent is None else CANNED[intent], intent)


def wait_for_reply(runtime: Runtime, interview_id: str) -> Interview:
    """The interview once the pending reply and grades are there. Raises InterviewerError when they fail to come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        runtime.workers.wake(interview_id)
        interview = runtime.store.get(interview_id)
        live = runtime.workers.live(interview_id, interview.turns[-1].seq)
        runtime.workers.wait(interview_id, timeout=PATIENCE_SECONDS)
        interview = runtime.store.get(interview_id)
        if not interview.awaits_reply:
            return interview
        if live is not None and live.error is not None:
            raise live.error
        if time.monotonic() > deadline:
            raise InterviewerError(
                "The reply did not come.",
                f"What was said is stored; go on with: interviewer ask --resume {interview_id}",
            )
        time.sleep(0.2)  # another process is at it


def play(runtime: Runtime, interview_id: str, lines: Iterable[str]) -> Iterator[Event]:
    """Says the lines, one a turn, and ends the interview when they run out; gives every event, the report last."""
    numbers = count(1)
    interview = wait_for_reply(runtime, interview_id)
    yield InterviewEvent(
        seq=next(numbers),
        id=interview.id,
        model=interview.model,
        setup=interview.setup,
        questions=[
            PlannedQuestion(exchange=number, id=question.id, prompt=question.prompt)
            for number, question in enumerate(interview.plan, 1)
        ],
    )
    shown, graded = 0, set[int]()
    for line in _until_the_end(runtime, interview_id, lines):
        if line is not None:
            say_line(runtime, interview_id, line)
        interview = wait_for_reply(runtime, interview_id)
        yield from _turns(interview, shown, numbers)
        shown = len(interview.turns)
        for number, grade in sorted(runtime.store.grades(interview_id).items()):
            if number not in graded:
                graded.add(number)
                yield GradeEvent(
                    seq=next(numbers),
                    exchange=number,
                    question_id=interview.plan[number - 1].id,
                    **grade_fields(grade),
                )
    yield ReportEvent(seq=next(numbers), report=runtime.report(interview_id))


def _until_the_end(runtime: Runtime, interview_id: str, lines: Iterable[str]) -> Iterator[str | None]:
    """None for what is there already, then the lines, then what ends an interview, until it has ended."""
    yield None
    for line in lines:
        if line.strip():
            if runtime.store.get(interview_id).status is InterviewStatus.ENDED:
                return
            yield line
    while (interview := runtime.store.get(interview_id)).status is not InterviewStatus.ENDED:
        move = interview.turns[-1].move
        confirming = move is not None and move.kind is MoveKind.CONFIRM
        intent = Intent.CONFIRM if confirming else Intent.STOP
        say(runtime, interview_id, CANNED[intent], intent)
        yield None


def _turns(interview: Interview, after: int, numbers: Iterator[int]) -> Iterator[Event]:
    assessments = {assessment.turn: assessment for assessment in interview.assessments}
    for turn in interview.turns[after:]:
        question_id = interview.plan[turn.exchange - 1].id
        if turn.move is not None:
            yield MoveEvent(
                seq=next(numbers),
                turn=turn.seq,
                exchange=turn.exchange,
                kind=turn.move.kind,
                manner=turn.move.manner,
                substance=turn.move.substance,
            )
        yield TurnEvent(
            seq=next(numbers),
            turn=turn.seq,
            exchange=turn.exchange,
            question_id=question_id,
            speaker=turn.speaker,
            text=turn.text,
            intent=turn.intent,
        )
        assessment = assessments.get(turn.seq)
        if assessment is not None:
            yield AssessmentEvent(
                seq=next(numbers),
                turn=turn.seq,
                exchange=turn.exchange,
                intent=assessment.intent,
                marks=[EventMark(**mark.model_dump()) for mark in assessment.marks],
                misconceptions=[EventMisconception(**found.model_dump()) for found in assessment.misconceptions],
                clarification=assessment.clarification,
            )


def show_events(events: Iterable[Event]) -> None:
    for event in events:
        print(event.model_dump_json(), flush=True)
