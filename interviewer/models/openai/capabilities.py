"""What an endpoint can do with a model: found out from what it refuses, remembered, and never asked twice.

Every endpoint is first asked as the newest API has it, but for the bound on a reply's length (``first_guess``). A step
down is tried when it refuses, and remembered only when it then works: a request that is refused for another reason
teaches nothing.
"""

from __future__ import annotations

import json
import logging
import os
import re
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import ConfigDict, ValidationError

from interviewer.domain.question import Value
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.faults import said

log = logging.getLogger(__name__)

VERSION = 1

Name = TypeVar("Name", bound=StrEnum)


class JsonMode(StrEnum):
    """How an endpoint is made to answer in JSON, from the surest way down."""

    SCHEMA = "schema"
    """``json_schema``, strict."""
    OBJECT_SCHEMA = "object_schema"
    """``json_object`` with a schema beside it, as llama.cpp has it."""
    OBJECT = "object"
    """``json_object``."""
    TEXT = "text"
    """Words in the prompt, no more."""


class Feature(StrEnum):
    """What a request may hold that an endpoint may not take."""

    JSON = "response_format"
    TOKENS = "max_tokens"
    TEMPERATURE = "temperature"
    SEED = "seed"
    STREAM_USAGE = "stream_options"


class Capabilities(Value):
    """What one endpoint takes for one model.

    The last fields are of models that hear or speak: the form of a transcript, whether words are timed, whether a
    hint and a language go along, and the form of sound (``audio_steps``).
    """

    model_config = ConfigDict(extra="ignore")

    json_mode: JsonMode = JsonMode.SCHEMA
    tokens: Literal["max_completion_tokens", "max_tokens"] = "max_tokens"
    temperature: bool = True
    seed: bool = True
    stream_usage: bool = True

    transcript: Literal["verbose_json", "json", "text"] = "verbose_json"
    word_times: bool = True
    hint: bool = True
    language: bool = True
    sound: Literal["mp3", "wav"] = "mp3"

    def without(self, feature: Feature) -> Capabilities:
        """One step down; the same where there is none."""
        match feature:
            case Feature.JSON:
                modes = list(JsonMode)
                step = modes[min(modes.index(self.json_mode) + 1, len(modes) - 1)]
                return self.model_copy(update={"json_mode": step})
            case Feature.TOKENS:
                other = "max_tokens" if self.tokens == "max_completion_tokens" else "max_completion_tokens"
                return self.model_copy(update={"tokens": other})
            case Feature.TEMPERATURE:
                return self.model_copy(update={"temperature": False})
            case Feature.SEED:
                return self.model_copy(update={"seed": False})
            case Feature.STREAM_USAGE:
                return self.model_copy(update={"stream_usage": False})


def first_guess(endpoint: Endpoint) -> Capabilities:
    """What an endpoint is asked with before anything is known of it.

    Many servers pass over the newer name of the bound on a reply, and a model that does not stop then goes on to the
    end of its context. OpenAI's newer models refuse the older name, which is seen at once.
    """
    host = endpoint.label.partition(":")[0]
    newest = any(host == own or host.endswith(f".{own}") for own in _NEWEST)
    return Capabilities(tokens="max_completion_tokens") if newest else Capabilities()


_NEWEST = ("openai.com", "azure.com")
"""Domains where the API is OpenAI's own."""


def step_down(
    used: Capabilities, tried: Iterable[Capabilities], request: dict[str, Any], status: int, body: Any
) -> Capabilities | None:
    """What to try next after ``request``, made with ``used``, was refused; None where no step down would help.

    Nothing in ``tried`` is tried again, and so this ends. A refusal that names nothing is taken to mean each of the
    things that the request holds, one after the other.
    """
    tried = set(tried)
    features = [feature for feature in Feature if _holds(request, feature)]
    named = refused_features(features, _WORDS, _ORDER, status, body)
    if named is None:
        return None
    for feature in named:
        lower = used.without(feature)
        if lower not in tried:
            return lower
    return None


def _holds(request: dict[str, Any], feature: Feature) -> bool:
    return feature.value in request or (feature is Feature.TOKENS and "max_completion_tokens" in request)


def refused_features(
    held: Sequence[Name], words: Mapping[Name, re.Pattern[str]], order: Sequence[Name], status: int, body: Any
) -> list[Name] | None:
    """Of the features that a request held, those that a refusal is about; None where it is about something else.

    ``words`` are how refusals call each; one that names none may mean any of them, in this ``order``.
    """
    if status not in (400, 415, 422, 500, 501):
        return None
    _, told = said(body)
    found = [(match.start(), feature) for feature in held if (match := words[feature].search(told))]
    if found:
        return [min(found)[1]]
    return None if status >= 500 or not held else sorted(held, key=order.index)


_ORDER = [Feature.JSON, Feature.STREAM_USAGE, Feature.SEED, Feature.TEMPERATURE, Feature.TOKENS]

_WORDS = {
    Feature.JSON: re.compile(
        r"response.?format|json.?schema|json.?object|json.?mode|structured.?output|guided|grammar"
    ),
    Feature.TOKENS: re.compile(r"max.?tokens|max.?completion.?tokens"),
    Feature.TEMPERATURE: re.compile(r"\btemperature\b"),
    Feature.SEED: re.compile(r"\bseed\b"),
    Feature.STREAM_USAGE: re.compile(r"stream.?options|include.?usage"),
}


class Memory:
    """Capabilities by base URL and model, in a JSON file where a path is given. Thread-safe.

    A file that cannot be read is begun afresh; one that cannot be written costs a few requests after the next start.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[str, dict[str, Capabilities]] | None = None

    def get(self, endpoint: Endpoint, model: str) -> Capabilities:
        with self._lock:
            return self._loaded().get(endpoint.address, {}).get(model, first_guess(endpoint))

    def put(self, endpoint: Endpoint, model: str, capabilities: Capabilities) -> None:
        with self._lock:
            known = self._read()
            for address, models in self._loaded().items():  # another client may have found out of other models there
                known[address] = {**known.get(address, {}), **models}
            known[endpoint.address] = {**known.get(endpoint.address, {}), model: capabilities}
            self._known = known
            self._write(known)

    def forget(self, endpoint: Endpoint, models: Iterable[str] | None = None) -> None:
        """What is known of an endpoint, or of some of its models only: it is found out anew."""
        with self._lock:
            known = self._loaded()
            kept = known.pop(endpoint.address, None)
            if kept is None:
                return
            rest = {model: found for model, found in kept.items() if model not in set(models)} if models else {}
            if rest:
                known[endpoint.address] = rest
            self._write(known)

    def _loaded(self) -> dict[str, dict[str, Capabilities]]:
        if self._known is None:
            self._known = self._read()
        return self._known

    def _read(self) -> dict[str, dict[str, Capabilities]]:
        if self._path is None:
            return {}
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            if content["version"] != VERSION:
                return {}
            return {
                str(address): {str(model): Capabilities.model_validate(found) for model, found in models.items()}
                for address, models in content["capabilities"].items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ValidationError):
            log.warning("What endpoints can do is found out anew: %s cannot be read", self._path)
            return {}

    def _write(self, known: dict[str, dict[str, Capabilities]]) -> None:
        if self._path is None:
            return
        content = {
            "version": VERSION,
            "capabilities": {
                address: {model: found.model_dump(mode="json") for model, found in models.items()}
                for address, models in known.items()
            },
        }
        temporary: str | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            number, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
            with os.fdopen(number, "w", encoding="utf-8") as file:
                json.dump(content, file, indent=1, sort_keys=True)
            os.replace(temporary, self._path)
        except OSError:
            log.warning("What endpoints can do cannot be kept: %s cannot be written", self._path)
            if temporary is not None:
                Path(temporary).unlink(missing_ok=True)
