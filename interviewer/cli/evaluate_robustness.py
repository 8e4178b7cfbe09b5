"""``interviewer evaluate robustness``: what a grader can be talked into."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from interviewer.cli.common import make_runtime, print_json, progress, show_notices, takes_settings
from interviewer.cli.evaluate import AsJson
from interviewer.errors import UsageError

SECTIONS = ("judges", "irrelevant", "families", "beside", "honest")


@takes_settings
def command(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="SECTION", help=f"One part (may be repeated): {', '.join(SECTIONS)}."),
    ] = None,
    answers: Annotated[
        int,
        typer.Option(
            "--answers", min=10, max=10_000, help="How many answers a part is tried on, and attacks in proportion."
        ),
    ] = 100,
    as_json: AsJson = False,
) -> None:
    """What attacks in an answer can do to a grade: with judges that believe and claim anything, offline, and beside
    honest ones.

    The judges answer from a server on this machine, which stands in for a real model; nothing is sent anywhere. Takes
    some minutes with the default number of answers.
    """
    from interviewer.calibration import robustness
    from interviewer.calibration.court import court
    from interviewer.models.offline import OfflineModel
    from interviewer.models.offline.second_key import SecondKey
    from interviewer.resources import prompts_dir

    unknown = sorted(set(only or ()) - set(SECTIONS))
    if unknown:
        raise UsageError(f"There is no section {unknown[0]!r}.", f"There are: {', '.join(SECTIONS)}.")
    # That a bad judge's reply cannot be read is counted, and nothing to warn of.
    logging.getLogger("interviewer.models.openai").setLevel(logging.ERROR)
    runtime = make_runtime()
    show_notices(runtime)
    offline = OfflineModel(runtime.embedder, prompts_dir())
    tables = []
    with court(prompts_dir(), SecondKey(runtime.embedder)) as sitting:
        setting = robustness.Setting(runtime.bank, offline, sitting, answers, progress)
        for name in SECTIONS:
            if not only or name in only:
                made = robustness.SECTIONS[name](setting)
                tables += made
                if not as_json:
                    typer.echo("\n\n".join(table.markdown() for table in made) + "\n")
    if as_json:
        print_json({"answers": answers, "tables": [table.content() for table in tables]})
