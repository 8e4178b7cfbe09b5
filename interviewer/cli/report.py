"""``interviewer report``: the report of an interview that is stored here."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from interviewer.cli.common import make_runtime, note, plural, takes_settings, write_whole
from interviewer.errors import UnknownInterview, UsageError

NAME = "report"
HELP = """Print the report of an interview.

Examples:

\b
  interviewer report --list
  interviewer report Kd8sJ2nQpL0aXy7c
  interviewer report Kd8sJ2nQpL0aXy7c --format html --out report.html
"""

GRADING_SECONDS = 300.0


class ReportFormat(StrEnum):
    MD = "md"
    HTML = "html"
    JSON = "json"


@takes_settings
def command(
    interview_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="The interview's ID; it is in the address of its page.")
    ] = None,
    format: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="Markdown, a web page, or data.")
    ] = ReportFormat.MD,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write it to a file instead of the terminal.")
    ] = None,
    list_interviews: Annotated[bool, typer.Option("--list", help="List the interviews that are stored here.")] = False,
) -> None:
    runtime = make_runtime()
    if list_interviews:
        from interviewer.report.wording import points

        summaries = runtime.store.summaries()
        if not summaries:
            print("No interview is stored here yet; “interviewer ask” begins one, and so does “interviewer run”.")
        for past in summaries:
            score = "" if past.score is None else f"  {points(past.score)} of 5"
            print(
                f"{past.id}  {past.created_at.astimezone():%Y-%m-%d %H:%M}  {past.status}  "
                f"{past.answered} of {plural(past.planned, 'question')}{score}"
            )
        return
    if interview_id is None:
        raise UsageError("Which interview?", "“interviewer report --list” lists the ones that are stored here.")
    try:
        interview = runtime.store.get(interview_id)
    except UnknownInterview as error:
        error.remedy = "“interviewer report --list” lists the ones that are stored here."
        raise
    if (kit := interview.setup.kit) is not None:
        raise UsageError(
            "This interview is from a kit: what stands is in the kit's results, with people's ratings.",
            f"interviewer results {kit.kit}",
        )
    if runtime.store.ungraded_exchanges(interview_id):
        # Left by a process that was stopped; the report is to be complete.
        runtime.workers.wake(interview_id)
        runtime.workers.wait(interview_id, timeout=GRADING_SECONDS)
        runtime.workers.close()
    from interviewer.report import render

    text = render(runtime.report(interview_id), format.value)
    if out is None:
        sys.stdout.write(text)
        return
    write_whole(out, text.encode("utf-8"))
    note(f"The report is in {out}.")
