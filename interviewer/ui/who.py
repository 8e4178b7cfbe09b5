"""Who interviews and grades, what is sent where, and what it takes: sentences and small print. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from interviewer.domain.interview import SCRIPT, Interview, Turn
from interviewer.domain.usage import Purpose, Usage
from interviewer.domain.words import Mode
from interviewer.models.base import ModelInfo
from interviewer.models.openai.endpoint import Endpoint
from interviewer.report import wording
from interviewer.ui.markup import escaped

if TYPE_CHECKING:  # loading it loads the SDK
    from interviewer.models.openai.check import Step

OFFLINE = "The offline model interviews and grades. It needs no key and no network:"


def named(endpoint: Endpoint) -> str:
    """The models of an endpoint by name, each with what it is for where there are several."""
    tasks = {"listens": Purpose.ASSESS, "speaks": Purpose.SPEAK, "grades": Purpose.GRADE}
    by: dict[str, list[str]] = {}
    for does, purpose in tasks.items():
        by.setdefault(endpoint.model_for(purpose), []).append(does)
    if len(by) == 1:
        return next(iter(by))
    return wording.joined([f"{model} ({wording.joined(does)})" for model, does in by.items()])


def at_work(endpoint: Endpoint | None, audio: Endpoint | None = None) -> str:
    """Who interviews and grades what begins now, and what is sent there; ``audio`` is what hears and speaks."""
    recorded = f" What you record is sent to {audio.label}." if audio is not None and audio.transcribe_model else ""
    if endpoint is None:
        stays = "what you type stays on this machine." if recorded else "nothing you say leaves this machine."
        return f"{OFFLINE} {stays}{recorded}"
    several = named(endpoint) != endpoint.model
    verb = "are at work" if several else "interviews and grades"
    return f"{named(endpoint)} at {endpoint.label} {verb}. {sent('there')}{recorded}"


def sent(where_to: str) -> str:
    """What leaves this machine, and what does not."""
    return (
        f"What you say is sent {where_to}, with the question and its rubric; nothing else is: no name, no earlier "
        "interview, no report."
    )


def hears_and_speaks(endpoint: Endpoint | None) -> str:
    """Who hears and speaks where the voice is on, and where sound goes."""
    if endpoint is None:
        return (
            "Where the voice is on, the browser listens and speaks, as far as it can; some browsers send what they "
            "hear to their maker. With a model for it, at OpenAI or on this machine, recordings go there instead."
        )
    hears, speaks = endpoint.transcribe_model, endpoint.speech_model
    by = f"{hears} hears and {speaks} speaks" if hears and speaks else f"{hears} hears" if hears else f"{speaks} speaks"
    goes = [words for model, words in ((hears, "your recordings"), (speaks, "the interviewer's words")) if model]
    rest = "" if hears and speaks else f" The browser {'speaks' if hears else 'listens'}, as far as it can."
    return f"Where the voice is on, {by} at {endpoint.label}: {wording.joined(goes)} are sent there.{rest}"


def where(info: ModelInfo) -> str:
    """The host that a real model is at."""
    return str(info.settings.get("endpoint", "its endpoint"))


def in_this_interview(info: ModelInfo) -> str:
    """A few words on who interviews and grades, for the head of the conversation."""
    return "With the offline model" if info.offline else f"With {info.name} at {where(info)}"


def source(interview: Interview, turn: Turn) -> str:
    """In a word, whose words a turn is in where one would take them for the model's: who practises hears it speak."""
    phrased = turn.move is not None and turn.move.substance is not None and interview.setup.mode is Mode.PRACTICE
    opening = turn.seq == 1  # always the script's
    if interview.model.startswith("offline") or not phrased or opening:
        return ""
    if turn.by == SCRIPT or turn.by.startswith("offline"):
        return "scripted"
    return "partly scripted" if SCRIPT in turn.by.split(", ") else ""


_SIGNS = {True: ("ok", "check_circle"), None: ("notice", "info"), False: ("wrong", "error")}


def tried(label: str, steps: Sequence[Step], ok: bool | None = None, *, aloud: bool = False) -> str:
    """What a test of the connection found, a line a step, with the upshot once it is over (``ok`` is not None).

    ``aloud`` where it was a test of what hears and speaks.
    """
    lines = "".join(map(_step, steps))
    upshot = ""
    if ok is not None:
        can = f"{label} can be talked with." if aloud else f"An interview can be held and graded with {label}."
        cannot = f"{label} cannot be talked with like this." if aloud else f"{label} cannot be used like this."
        words = can if ok else cannot
        upshot = f'<p class="upshot" role="status"><b>{escaped(words)}</b></p>'
    return f'<section class="tried">{upshot}<ul>{lines}</ul></section>'


def _step(step: Step) -> str:
    tone, sign = _SIGNS[step.ok]
    remedy = f'<span class="remedy">{escaped(step.remedy)}</span>' if step.remedy else ""
    says = f"{escaped(step.says)} {remedy}"
    return f'<li class="{tone}"><span class="sign" aria-hidden="true">{sign}</span><span>{says}</span></li>'


def usage_lines(usage: Usage) -> Sequence[tuple[str, str]]:
    """What an interview has used so far, as terms and words."""
    about = "about " if usage.estimated else ""
    cached = f", {usage.cached_tokens:,} of them from the provider's cache" if usage.cached_tokens else ""
    lines = [("Requests", f"{usage.calls:,}" + (f", {usage.failed:,} of them failed" if usage.failed else ""))]
    if usage.tokens or not (usage.audio_seconds or usage.characters):
        lines.append(("Tokens read", f"{about}{usage.tokens_in:,}{cached}"))
        lines.append(("Tokens written", f"{about}{usage.tokens_out:,}"))
    if usage.audio_seconds:
        lines.append(("Recordings", f"{about}{_length(usage.audio_seconds)} understood"))
    if usage.characters:
        lines.append(("Read aloud", f"{usage.characters:,} characters"))
    lines.append(("Cost", _cost(usage)))
    if usage.reply_seconds is not None:
        lines.append(("First words", f"after {usage.reply_seconds:.1f} s, typically"))
    return lines


def _cost(usage: Usage) -> str:
    if usage.cost is not None:
        return wording.dollars(usage.cost)
    if usage.known_cost:
        return f"{wording.dollars(usage.known_cost)}, and what has no price set"
    return "unknown: no prices are set"


def _length(seconds: float) -> str:
    """
    >>> _length(42), _length(200)
    ('42 seconds', '3.3 minutes')
    """
    return f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.1f} minutes"
