"""``interviewer model``: which model interviews and grades, what hears and speaks, and whether they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from interviewer.cli.common import print_json, settings, takes_settings

if TYPE_CHECKING:
    from pathlib import Path

    from interviewer.models.openai.check import Step
    from interviewer.models.openai.endpoint import Endpoint

NAME = "model"
HELP = """Say which model interviews and grades, and test the connection to it.

Without an endpoint that is the offline model, and there is nothing to test. An endpoint is set up on the page
“Settings”, in config.toml, or in the environment: OPENAI_API_KEY alone is enough for OpenAI; for any other that speaks
its language, INTERVIEWER_BASE_URL, INTERVIEWER_MODEL and, where one is needed, INTERVIEWER_API_KEY. What hears and
speaks is tried as well where INTERVIEWER_TRANSCRIBE_MODEL or INTERVIEWER_SPEECH_MODEL names it. The test asks for a few
words and costs next to nothing. Exit code 1 if what is set up does not work.

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
    from interviewer.runtime import audio_endpoint_of, endpoint_of

    chosen = settings()
    endpoint, audio = endpoint_of(chosen), audio_endpoint_of(chosen)
    found: dict[str, Any] = {"model": None, "endpoint": None, "check": None, "speech": None}
    passed = True
    if endpoint is not None:
        from interviewer.models.openai.check import check

        if not as_json:
            print(f"{endpoint.model} at {endpoint.label}:", flush=True)
        result = check(endpoint, chosen.capabilities_path, None if as_json else _show)
        found |= {"model": endpoint.model, "endpoint": endpoint.label, "check": result.model_dump(mode="json")}
        passed = result.ok
        if not as_json:
            print("An interview can be held and graded with it." if result.ok else "It cannot be used like this.")
    elif not as_json:
        off = ", and a model is set up but switched off" if chosen.has_endpoint else ""
        nothing = " Nothing is sent anywhere; there is nothing to test." if audio is None else ""
        print(f"The offline model interviews and grades{off}.{nothing}", flush=True)
    if audio is not None:
        heard, works = _tried(audio, chosen.speech_voice, chosen.capabilities_path, as_json)
        found["speech"] = heard
        passed = passed and works
    if as_json:
        print_json(found, indent=1 if endpoint is not None or audio is not None else None)
    return 0 if passed else 1


def _tried(audio: Endpoint, voice: str, memory: Path, as_json: bool) -> tuple[dict[str, Any], bool]:
    """Tries what hears and what speaks; what was found, and whether it works."""
    from interviewer.models.openai.check_speech import check_speech

    if not as_json:
        models = " and ".join(dict.fromkeys(filter(None, (audio.transcribe_model, audio.speech_model))))
        print(f"{models} at {audio.label}:", flush=True)
    result = check_speech(audio, voice, memory, None if as_json else _show)
    if not as_json:
        print("It can be talked with." if result.ok else "It cannot be talked with like this.")
    named = {"endpoint": audio.label, "hears": audio.transcribe_model or None, "speaks": audio.speech_model or None}
    return {**named, **result.model_dump(mode="json")}, result.ok


def _show(step: Step) -> None:
    print(f"{_SIGNS[step.ok]:8} {step.says}", flush=True)
    if step.remedy:
        print(f"{'':8} {step.remedy}", flush=True)
