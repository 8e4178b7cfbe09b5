"""``interviewer kits`` and ``interviewer results``: the kits that are stored here, and what they came to."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from interviewer.cli.common import make_runtime, note, plural, print_json, write_whole
from interviewer.errors import UnknownKit, UsageError

KITS_HELP = """List the kits that are stored here.

Examples:

\b
  interviewer kits
  interviewer kits --json
"""

RESULTS_HELP = """Write the results of a kit to a file, or to the terminal.

A person's rating always stands above the machine's grade; both are in the file. Nobody is ranked. No text in it is
taken for a formula by a spreadsheet.

Examples:

\b
  interviewer results 5676f159332659af92bcda68 --format xlsx --out results.xlsx
  interviewer results 5676f159332659af92bcda68 --format json --codes
  interviewer results 5676f159332659af92bcda68 --format ratings | interviewer calibrate -
"""


class ResultsFormat(StrEnum):
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    RATINGS = "ratings"


def kits(as_json: Annotated[bool, typer.Option("--json", help="Print them for programs.")] = False) -> None:
    found = make_runtime().store.kits.all()
    if as_json:
        print_json([kit.model_dump(mode="json") for kit in found])
        return
    if not found:
        print("No kit is stored here yet; “Kits” in the app makes one.")
    for kit in found:
        print(
            f"{kit.id}  {kit.created_at.astimezone():%Y-%m-%d}  {kit.status:6}  {plural(kit.questions, 'question')}, "
            f"{plural(kit.links, 'link')}, {plural(kit.ended, 'interview')} ended  {kit.title}"
        )


def results(
    kit_id: Annotated[
        str, typer.Argument(metavar="KIT", help="The kit's ID; “interviewer kits” lists it, its address has it.")
    ],
    format: Annotated[
        ResultsFormat,
        typer.Option("--format", "-f", help="A table, data, a workbook, or ratings for “interviewer calibrate”."),
    ] = ResultsFormat.CSV,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write it to a file instead of the terminal.")
    ] = None,
    codes: Annotated[bool, typer.Option("--codes", help="Codes instead of the candidates' names.")] = False,
) -> None:
    if format is ResultsFormat.XLSX and out is None and sys.stdout.isatty():
        raise UsageError("A workbook cannot be shown in a terminal.", "Name a file with --out.")
    from interviewer.kits.collecting import results_of
    from interviewer.kits.formats import FORMS
    from interviewer.kits.results import coded
    from interviewer.store import utc_now

    runtime = make_runtime()
    runtime.tidy()
    try:
        found = results_of(runtime.store, kit_id, utc_now())
    except UnknownKit as error:
        error.remedy = "“interviewer kits” lists the ones that are stored here."
        raise
    content = FORMS[format.value].made(coded(found) if codes else found)
    if pending := sum(one.pending for one in found.candidates):
        note(f"Notice: {plural(pending, 'answer')} not graded yet; “interviewer run” goes on with that.")
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    write_whole(out, content)
    note(f"The results are in {out}.")
