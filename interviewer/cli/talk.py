"""A conversation in the terminal: held live, or shown from the events of a script."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from interviewer.cli.common import console, note
from interviewer.cli.play import COMMANDS, say_line, wait_for_reply
from interviewer.contracts import Event, ReportEvent, TurnEvent
from interviewer.domain.grade import Grade
from interviewer.domain.interview import InterviewStatus
from interviewer.domain.report import Report
from interviewer.domain.words import BAND_WORDS, Speaker
from interviewer.errors import UsageError
from interviewer.report.wording import points

if TYPE_CHECKING:
    from interviewer.runtime import Runtime

MEASURE = 76

_COMMAND = re.compile(r"/[a-z]+")
"""A word alone with a slash before it: meant as a command, not as an answer."""

_HOW = f"""Type your answer and press Enter; a line that ends with \\ goes on in the next one.
{", ".join(COMMANDS)} do what they say; /help shows this again. Ctrl-C leaves, and the interview is kept."""


def converse(runtime: Runtime, interview_id: str) -> None:
    """An interview from wherever it is to its end, or until the candidate leaves."""
    interview = wait_for_reply(runtime, interview_id)
    print(f"Interview {interview_id}")
    print(_HOW)
    for turn in interview.turns[-3:]:
        show_turn(turn.speaker is Speaker.CANDIDATE, turn.text)
    try:
        while interview.status is not InterviewStatus.ENDED:
            line = _typed()
            word = line.strip().lower()
            if word == "/help":
                print(_HOW)
                continue
            if _COMMAND.fullmatch(word) and word not in COMMANDS:
                note(f"There is no command {word}; /help lists them.")
                continue
            try:
                turn = say_line(runtime, interview_id, line)
            except UsageError as error:
                note(f"{error} {error.remedy}")
                continue
            _follow(runtime, interview_id, turn.seq)
            interview = wait_for_reply(runtime, interview_id)
    except (EOFError, KeyboardInterrupt):
        runtime.store.pause(interview_id)
        note(f"\nThe interview is kept and its clock stopped. Go on with: interviewer ask --resume {interview_id}")
        return
    show_result(runtime.report(interview_id))


def _typed() -> str:
    with contextlib.suppress(ImportError):  # Windows has its own
        import readline  # noqa: F401 - lets a long answer be edited
    print()
    lines = [input("> ")]
    while lines[-1].endswith("\\"):
        lines[-1] = lines[-1][:-1]
        lines.append(input("… "))
    return "\n".join(lines)


def _follow(runtime: Runtime, interview_id: str, seq: int) -> None:
    """Shows the reply to turn ``seq`` as it comes; all of it is in the store afterwards."""
    runtime.workers.wake(interview_id)
    live = runtime.workers.live(interview_id, seq)
    streams = sys.stdout.isatty() and live is not None
    if live is not None and streams:
        print()
        for piece in live.follow():
            print(printable(piece), end="", flush=True)
        print()
    reply = wait_for_reply(runtime, interview_id).turns[seq]
    if not streams:
        show_turn(False, reply.text)


def show_turn(candidate: bool, text: str) -> None:
    out = console()
    out.print()
    out.print(printable(f"> {text}" if candidate else text), style="dim" if candidate else None, width=MEASURE)


def show_transcript(events: Iterable[Event]) -> None:
    for event in events:
        if isinstance(event, TurnEvent):
            show_turn(event.speaker is Speaker.CANDIDATE, event.text)
        elif isinstance(event, ReportEvent):
            show_result(event.report)


def show_result(report: Report) -> None:
    """The gist of the report, and where to find all of it."""
    out = console()
    overall = report.overall
    out.print()
    out.rule(characters="-")
    for text in (overall.headline, overall.gist, overall.certainty):
        if text:
            out.print(text, width=MEASURE)
    out.print()
    for question in report.questions:
        grade = question.grade
        if isinstance(grade, Grade):
            result = f"{points(grade.score)} of 5, {BAND_WORDS[grade.band].lower()}"
        elif grade is None:
            result = "not graded yet"
        else:
            result = f"not graded: {grade.reason}"
        out.print(f"{question.number}. {question.prompt}", width=MEASURE)
        out.print(f"   {result}", style="bold")
    out.print()
    out.print(report.graded_by, width=MEASURE)
    out.print(f"The whole report: interviewer report {report.interview_id} --format md")


def printable(text: str) -> str:
    """The text without what would steer a terminal."""
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)
