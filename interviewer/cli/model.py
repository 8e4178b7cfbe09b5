"""``interviewer model``: which model interviews and grades, and whether its endpoint answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli.common import print_json, settings, takes_settings

if TYPE_CHECKING:
    from interviewer.models.openai.check import Step

NAME = "model"
HELP = """Say which model interviews and grades, and test the connection to it.

Without an endpoint that is the offline model, and there is nothing to test. An endpoint is set up on the page
“Settings”, in config.toml, or in the environment: OPENAI_API_KEY alone is enough for OpenAI; for any other that speaks
its language, INTERVIEWER_BASE_URL, INTERVIEWER_MODEL and, where one is needed, INTERVIEWER_API_KEY. The test asks for a
few words and costs next to nothing. Exit code 1 if no interview could be held.

Examples:

\b
  interviewer model
  interviewer model --json
  INTERVIEWER_BASE_URL=http://127.0.0.1:11434/v1 INTERVIEWER_MODEL=llama3.3 interviewer model
"""

_SIGNS = {True: "ok", None: "notice", False: "problem"}


@takes_settings
def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found, step by step, as one object.")] = False,
) -> int:
    from interviewer.runtime import endpoint_of

    chosen = settings()
    endpoint = endpoint_of(chosen)
    if endpoint is None:
        if as_json:
            print_json({"model": None, "endpoint": None, "check": None})
        else:
            off = ", and a model is set up but switched off" if chosen.has_endpoint else ""
            print(f"The offline model interviews and grades{off}. Nothing is sent anywhere; there is nothing to test.")
        return 0
    from interviewer.models.openai.check import check

    def show(step: Step) -> None:
        print(f"{_SIGNS[step.ok]:8} {step.says}", flush=True)
        if step.remedy:
            print(f"{'':8} {step.remedy}", flush=True)

    if not as_json:
        print(f"{endpoint.model} at {endpoint.label}:", flush=True)
    found = check(endpoint, chosen.capabilities_path, None if as_json else show)
    if as_json:
        print_json(
            {"model": endpoint.model, "endpoint": endpoint.label, "check": found.model_dump(mode="json")}, indent=1
        )
    else:
        print("An interview can be held and graded with it." if found.ok else "It cannot be used like this.")
    return 0 if found.ok else 1
