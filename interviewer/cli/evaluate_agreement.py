"""``interviewer evaluate agreement``: what figures of agreement can show, by simulation."""

from __future__ import annotations

from typing import Annotated

import typer

from interviewer.cli.common import print_json, progress
from interviewer.cli.evaluate import AsJson
from interviewer.errors import UsageError

SECTIONS = ("coverage", "power")


def command(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="SECTION", help=f"One part (may be repeated): {', '.join(SECTIONS)}."),
    ] = None,
    simulations: Annotated[
        int, typer.Option("--simulations", min=10, max=100_000, help="Made-up sets of ratings for each figure.")
    ] = 1000,
    as_json: AsJson = False,
) -> None:
    """Whether the intervals of “interviewer calibrate” hold what they promise, and how surely it finds a lenient rater.

    On made-up ratings whose truth is known; nothing is read. Takes some minutes with the default number.
    """
    from interviewer.calibration.power import SECTIONS as MAKE

    unknown = sorted(set(only or ()) - set(SECTIONS))
    if unknown:
        raise UsageError(f"There is no section {unknown[0]!r}.", f"There are: {', '.join(SECTIONS)}.")
    tables = []
    for name in SECTIONS:
        if not only or name in only:
            made = MAKE[name](simulations, progress)
            tables += made
            if not as_json:
                typer.echo("\n\n".join(table.markdown() for table in made) + "\n")
    if as_json:
        print_json({"simulations": simulations, "tables": [table.content() for table in tables]})
