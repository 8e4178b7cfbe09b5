"""``interviewer doctor``: what is in order, what is not, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer

from interviewer.cli.common import given, plural, print_json, takes_settings

NAME = "doctor"
HELP = """Check the installation and say what to do.

Looks at the environment, settings, data folder, weights, bank, index and store. Exit code 1 if there is a problem.

Settings come from, first found first: an option on the command line, an environment variable (INTERVIEWER_DATA_DIR …),
the file config.toml in the configuration folder, the default. Nothing is changed, nothing is downloaded.

Examples:

\b
  interviewer doctor
  interviewer doctor --json
"""


@takes_settings
def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print an array of checks.")] = False,
) -> None:
    from interviewer.cli.checks import Status, check_all

    found = check_all(given())
    problems = sum(check.status is Status.PROBLEM for check in found)
    if as_json:
        print_json([check.as_dict() for check in found], indent=1)
    else:
        width = max(len(check.name) for check in found)
        for check in found:
            print(f"{check.status:8} {check.name:{width}}  {check.message}")
            if check.remedy:
                print(f"{'':8} {'':{width}}  {check.remedy}")
        print()
        print(f"{plural(problems, 'problem')}." if problems else "Everything that is needed is in order.")
    if problems:
        raise typer.Exit(1)
