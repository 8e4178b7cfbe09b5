"""Whether a request is one that the API publishes, judged by the official SDK's own types.

The SDK declares what may be sent as TypedDicts. Here they are read strictly: no unknown fields, no strings for
numbers. What the types cannot say (ranges, fields that exclude each other, the rules for strict schemas) is added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast, get_type_hints

from openai.types import EmbeddingCreateParams
from openai.types.audio import SpeechCreateParams
from openai.types.audio.transcription_create_params import TranscriptionCreateParamsNonStreaming
from openai.types.chat.completion_create_params import (
    CompletionCreateParamsNonStreaming,
    CompletionCreateParamsStreaming,
)
from pydantic import TypeAdapter
from pydantic_core import CoreSchema, ErrorDetails, SchemaValidator, ValidationError

from interviewer.models.openai.fake.recorded import Kind, content_of
from interviewer.models.openai.fake.schemas import schema_problem
from interviewer.models.openai.fake.sound import ENDINGS, MOST_CHARACTERS

_RANGES: dict[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
    "max_tokens": (1, 2**31),
    "max_completion_tokens": (1, 2**31),
    "n": (1, 128),
    "top_logprobs": (0, 20),
}
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_PART = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True)
class Problem:
    """Why the API refuses a request, in the words and with the fields that it would use."""

    message: str
    param: str | None = None
    code: str | None = None


def read_json(kind: Kind, raw: bytes, *, extensions: bool) -> tuple[dict[str, Any], Problem | None]:
    """The decoded body of a JSON request, empty if it cannot be read, and what is wrong with it.

    ``extensions`` allows what OpenAI does not publish and several local servers do: a ``schema`` in a format of the
    type ``json_object``.
    """
    try:
        body = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return {}, Problem("We could not parse the JSON body of your request.")
    if not isinstance(body, dict):
        return {}, Problem("The body of your request must be a JSON object.")
    return body, _problem(kind, body, extensions)


def form_problem(fields: Mapping[str, Any], files: Mapping[str, str]) -> Problem | None:
    """What is wrong with a transcription's form: texts, lists of texts for ``name[]``, bytes for the file, its name."""
    hints = get_type_hints(TranscriptionCreateParamsNonStreaming)
    for name in ("file", "model"):
        if name not in fields:
            return Problem(f"Missing required parameter: '{name}'.", name, "missing_required_parameter")
    if not isinstance(fields["file"], bytes):
        return Problem("Invalid type for 'file': expected a file.", "file", "invalid_type")
    for name, value in _nested(fields).items():
        if name == "file":
            continue
        if name not in hints:
            return Problem(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
        try:
            TypeAdapter(bool if name == "stream" else hints[name]).validate_python(value)
        except ValidationError:
            return Problem(f"Invalid value for '{name}'.", name, "invalid_value")
    if fields.get("timestamp_granularities[]") and fields.get("response_format") != "verbose_json":
        return Problem("'timestamp_granularities' needs the response format 'verbose_json'.", "timestamp_granularities")
    if files["file"].rpartition(".")[2].lower() not in ENDINGS:
        return Problem(f"Invalid file format. Supported formats: {sorted(ENDINGS)}", "file")
    return None


def _nested(fields: Mapping[str, Any]) -> dict[str, Any]:
    """``name[]`` as a list and ``name[key]`` as an object, as forms write them."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        keys = _PART.findall(name)
        if keys and keys[0]:
            found.setdefault(name.partition("[")[0], {})[keys[0]] = value
        else:
            found[name.partition("[")[0]] = value
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _problem(kind: Kind, body: dict[str, Any], extensions: bool) -> Problem | None:
    judged = body
    wanted = body.get("response_format")
    if extensions and isinstance(wanted, dict) and wanted.get("type") == "json_object":
        if not isinstance(wanted.get("schema", {}), dict):
            return Problem("Invalid type for 'response_format.schema'.", "response_format.schema", "invalid_type")
        judged = {**body, "response_format": {key: value for key, value in wanted.items() if key != "schema"}}
    try:
        _validator(kind, body.get("stream") is True).validate_json(json.dumps(judged), strict=True)
    except ValidationError as error:
        return _worded(error.errors(include_url=False), judged)
    if kind == "speech" and not 0 < len(body["input"]) <= MOST_CHARACTERS:
        return Problem(f"Invalid 'input': expected 1 to {MOST_CHARACTERS} characters.", "input", "string_too_long")
    return _beyond_types(body) if kind == "chat" else None


@cache
def _validator(kind: Kind, stream: bool) -> SchemaValidator:
    types: dict[Kind, Any] = {
        "chat": CompletionCreateParamsStreaming if stream else CompletionCreateParamsNonStreaming,
        "embeddings": EmbeddingCreateParams,
        "speech": SpeechCreateParams,
    }
    return SchemaValidator(cast(CoreSchema, _strict(TypeAdapter(types[kind]).core_schema)))


def _strict(schema: Any) -> Any:
    """A core schema whose objects refuse unknown fields, and whose iterables are read at once rather than when used."""
    if isinstance(schema, (list, tuple)):
        return type(schema)(_strict(part) for part in schema)
    if not isinstance(schema, dict):
        return schema
    made = {key: value if key == "metadata" else _strict(value) for key, value in schema.items()}
    if made.get("type") == "typed-dict":
        made["extra_behavior"] = "forbid"
    elif made.get("type") == "generator":
        made["type"] = "list"
    return made


def _worded(errors: Sequence[ErrorDetails], body: Mapping[str, Any]) -> Problem:
    """One of the errors as the API says it: of all readings of a union, the one that was most likely meant."""
    other = {_branch(error) for error in errors if error["type"] == "literal_error" and error["loc"][-1] in _TAGS}
    meant = [error for error in errors if not any(_within(error, branch) for branch in other)] or list(errors)
    order = {"extra_forbidden": 0, "missing": 1}
    error = min(meant, key=lambda error: order.get(error["type"], 2))
    param = _param(error["loc"], body)
    if error["type"] == "extra_forbidden":
        return Problem(f"Unknown parameter: '{param}'.", param, "unknown_parameter")
    if error["type"] == "missing":
        return Problem(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")
    return Problem(f"Invalid value for '{param}': {error['msg']}.", param, "invalid_value")


_TAGS = ("role", "type")


def _branch(error: ErrorDetails) -> tuple[int | str, ...]:
    return error["loc"][:-1]


def _within(error: ErrorDetails, branch: tuple[int | str, ...]) -> bool:
    return error["loc"][: len(branch)] == branch


def _param(loc: Sequence[int | str], body: Any) -> str:
    """The place in the request, without the names of the types that Pydantic tried on the way there."""
    out = ""
    for place, part in enumerate(loc):
        if isinstance(part, int):
            out += f"[{part}]"
            body = body[part] if isinstance(body, list) and part < len(body) else None
        elif isinstance(body, dict) and (part in body or place == len(loc) - 1):
            out += f".{part}" if out else part
            body = body.get(part)
    return out


def _beyond_types(body: dict[str, Any]) -> Problem | None:
    """What the API's documentation asks for beyond the types."""
    if not body["messages"]:
        return Problem(
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            "messages",
            "empty_array",
        )
    if not body["model"]:
        return Problem("you must provide a model parameter")
    for name, (least, most) in _RANGES.items():
        value = body.get(name)
        if value is not None and not least <= value <= most:
            code = "integer_below_min_value" if value < least else "integer_above_max_value"
            return Problem(f"Invalid '{name}': expected a value from {least:g} to {most:g}.", name, code)
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        return Problem("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
    if body.get("stream_options") is not None and body.get("stream") is not True:
        return Problem("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
    return _format_problem(body)


def _format_problem(body: dict[str, Any]) -> Problem | None:
    wanted = body.get("response_format") or {}
    if wanted.get("type") == "json_object":
        said = " ".join(content_of(message) for message in body["messages"])
        if "json" not in said.casefold():
            return Problem(
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
                "messages",
            )
    if wanted.get("type") == "json_schema":
        given = wanted["json_schema"]
        if not _NAME.fullmatch(given["name"]):
            return Problem(
                f"Invalid 'response_format.json_schema.name': expected a name that matches '^{_NAME.pattern}$'.",
                "response_format.json_schema.name",
                "invalid_value",
            )
        wrong = schema_problem(given.get("schema", {})) if given.get("strict") else ""
        if wrong:
            return Problem(f"Invalid schema for response_format '{given['name']}': {wrong}", "response_format")
    return None
