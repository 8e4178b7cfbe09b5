"""How the offline model speaks: templates from prompts/speech.yaml around the bank's own wording."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from interviewer.domain.question import Identifier, Line, Value
from interviewer.domain.words import MoveKind
from interviewer.errors import KnowledgeError
from interviewer.models.base import SpeakRequest
from interviewer.records import read_record

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

_JOINING = re.compile(r"^\s*(?:(?:and|or|but|so|because|then|also|well|um+|uh+)\b[\s,]*)+", re.IGNORECASE)

NEEDED = {
    "greeting": {"minutes_line", "substance"},
    "ack_good": set(),
    "ack_neutral": set(),
    "ack_quote": {"point"},
    "probe": {"substance"},
    "challenge": {"substance"},
    "hint": {"substance"},
    "smaller_step": {"substance"},
    "clarify": {"substance"},
    "rephrase": {"substance"},
    "redirect": {"substance"},
    "decline_meta": set(),
    "no_hurry": set(),
    "no_hint_real": set(),
    "no_wish_real": set(),
    "no_such_question": set(),
    "as_wished": {"substance"},
    "no_more_hints": set(),
    "no_clarification": set(),
    "advance": {"substance"},
    "advance_kind": {"substance"},
    "skip": {"substance"},
    "advance_time": {"substance"},
    "confirm_stop": set(),
    "resume": {"substance"},
    "pause": set(),
    "close": set(),
    "close_early": set(),
    "close_time": set(),
    "kit_greeting": {"minutes_line", "substance"},
    "kit_greeting_plain": {"minutes_line", "substance"},
    "kit_probe": {"substance"},
    "kit_probe_kind": {"substance"},
    "kit_advance": {"substance"},
    "kit_advance_kind": {"substance"},
    "kit_again": {"substance"},
    "kit_decline_meta": set(),
    "kit_no_wish": set(),
    "no_pause": set(),
    "kit_close": set(),
    "kit_close_early": set(),
    "kit_close_time": set(),
}

MAX_QUOTED = 60
FEWEST_QUOTED = 4
"""The longest stretch of the candidate's words that is repeated back, in characters, and the shortest, in words."""

_ASIDE = re.compile(
    r"\b(?:sorry|okay|ok|honest|honestly|anyway|as i said|i said|i told|slow(?:ly)?|not really|i guess|don't know)\b",
    re.IGNORECASE,
)


class Template(Value):
    """Wordings of one thing to say, with the variables that they may use."""

    variables: tuple[Identifier, ...] = ()
    texts: tuple[Line, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _declared(self) -> Self:
        for text in self.texts:
            used = set(_PLACEHOLDER.findall(text))
            if used != set(self.variables):
                raise ValueError(f"{text!r} uses {sorted(used)}, declared are {sorted(self.variables)}")
        return self


class Speech(Value):
    """The file prompts/speech.yaml."""

    name: str
    version: int
    purpose: Line
    templates: dict[str, Template]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name, variables in NEEDED.items():
            if name not in self.templates:
                raise ValueError(f"the template {name!r} is missing")
            if set(self.templates[name].variables) != variables:
                raise ValueError(f"the template {name!r} must declare the variables {sorted(variables)}")
        return self

    def say(self, request: SpeakRequest, acknowledgement: str = "") -> Iterator[str]:
        """The turn, in words with the white space that follows them; the same request gives the same turn.

        An ``acknowledgement`` takes the place of the script's own where the move has one (``acknowledges``).
        """
        rng = random.Random(f"{request.seed}:{request.manner}:{request.substance}")
        given = acknowledgement if acknowledges(request) else ""
        parts = [given or self._acknowledgement(request, rng), self._frame(request, rng)]
        text = re.sub(r"[ \t]{2,}", " ", " ".join(part for part in parts if part)).strip()
        yield from re.findall(r"\S+\s*", text)

    def _frame(self, request: SpeakRequest, rng: random.Random) -> str:
        filling = {"substance": request.substance, "minutes_line": request.note}
        return _fill(self._fresh(request.manner or request.kind.value, request, rng), filling)

    def _acknowledgement(self, request: SpeakRequest, rng: random.Random) -> str:
        """One honest sentence first: for what was right only when something was, and not every time."""
        if not acknowledges(request):
            return ""
        points = [_JOINING.sub("", quote).strip(" .,;:!?\n") for quote in request.quotes]
        worth_it = [point for point in points if _worth_quoting(point)]
        if request.earned and worth_it and rng.random() < 0.4:
            return _fill(self._fresh("ack_quote", request, rng), {"point": min(worth_it, key=len)})
        name = "ack_good" if request.earned else "ack_neutral"
        if request.kind is MoveKind.ADVANCE and not request.earned:
            return ""  # the transition itself says enough
        return self._fresh(name, request, rng)

    def _fresh(self, name: str, request: SpeakRequest, rng: random.Random) -> str:
        """A wording that was not heard in the last turns, if there is one."""
        texts = self.templates[name].texts
        beginnings = [text.split("{", 1)[0].strip() for text in texts]
        unheard = [
            text
            for text, beginning in zip(texts, beginnings, strict=True)
            if not beginning or not any(beginning in turn for turn in request.last_turns)
        ]
        return rng.choice(unheard or list(texts))


def acknowledges(request: SpeakRequest) -> bool:
    """Whether what is said may begin with a sentence about the answer."""
    return request.kind in (MoveKind.PROBE, MoveKind.ADVANCE) and request.manner in ("", "probe", "advance")


def _worth_quoting(point: str) -> bool:
    """Whether a stretch of an answer can be said back: a phrase, not a fragment, an aside or a line of code."""
    return (
        len(point) <= MAX_QUOTED
        and len(point.split()) >= FEWEST_QUOTED
        and not set("\n?=(){}[]<>_\\") & set(point)  # a second question mark would ask twice
        and not _ASIDE.search(point)
    )


def _fill(text: str, filling: dict[str, str]) -> str:
    # Not str.format: a candidate's own words may contain braces.
    return _PLACEHOLDER.sub(lambda match: filling.get(match[1], ""), text)


def load_speech(folder: Path) -> Speech:
    """Reads speech.yaml. Raises KnowledgeError."""
    path = folder / "speech.yaml"
    speech = read_record(path, Speech)
    for name, template in speech.templates.items():
        for text in template.texts:
            if text.count("?") != (1 if name == "confirm_stop" else 0):
                raise KnowledgeError(path, f"asks too much or too little: {text!r}", name)
    return speech
