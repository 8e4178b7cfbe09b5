"""Replies that are forms: the schema that goes out, and the reading of what comes back, however it is wrapped.

A reply counts only if it holds exactly one object that fits. A key that stands twice, a NaN, or two objects that differ
leave open what was meant, and nobody is graded by a guess.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from interviewer.models.openai.capabilities import JsonMode

Form = TypeVar("Form", bound=BaseModel)

LONGEST = 200_000
"""Characters of a reply that are read."""

_CANDIDATES = 50
"""How many openings of an object are looked at in one reply."""

_ALLOWED = {
    "type", "properties", "required", "items", "enum", "const", "anyOf", "description", "pattern", "format",
    "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems",
}  # fmt: skip

_ASKED = """\
Reply with one JSON object and nothing else: no words around it, no code fence. It must fit this JSON Schema:
{schema}"""


class Unreadable(Exception):
    """``problem`` says to the model what is wrong with its reply.

    ``is_json``: there was an object in it, if not the right one. ``ignored``: it looks as if nobody had made the model
    keep to a schema.
    """

    def __init__(self, problem: str, *, is_json: bool = False, ignored: bool = False) -> None:
        super().__init__("the reply is not what was asked for")
        self.problem = problem
        self.is_json = is_json
        self.ignored = ignored


def strict_schema(form: type[BaseModel]) -> dict[str, Any]:
    """The form's JSON Schema as strict structured outputs want it: self-contained, closed, all fields required."""
    made: dict[str, Any] = json.loads(schema_text(form))
    return made


def _strict(part: Any, definitions: Mapping[str, Any], inside: tuple[str, ...]) -> Any:
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref", "").removeprefix("#/$defs/")
    if reference:
        if reference in inside:
            raise ValueError(f"{reference} contains itself; a form must end somewhere")
        beside = {key: value for key, value in part.items() if key != "$ref"}
        return _strict({**definitions[reference], **beside}, definitions, (*inside, reference))
    if len(part.get("allOf", ())) == 1:
        beside = {key: value for key, value in part.items() if key != "allOf"}
        return _strict({**part["allOf"][0], **beside}, definitions, inside)
    part = {("anyOf" if key == "oneOf" else key): value for key, value in part.items()}
    made = {key: value for key, value in part.items() if key in _ALLOWED}
    if "items" in made:
        made["items"] = _strict(made["items"], definitions, inside)
    if "anyOf" in made:
        made["anyOf"] = [_strict(one, definitions, inside) for one in made["anyOf"]]
    if made.get("type") == "object":
        fields = {name: _strict(field, definitions, inside) for name, field in part.get("properties", {}).items()}
        made |= {"properties": fields, "required": list(fields), "additionalProperties": False}
    return made


def response_format(form: type[BaseModel], mode: JsonMode) -> dict[str, Any] | None:
    """What the request says about the reply's shape; None where only the prompt can."""
    match mode:
        case JsonMode.SCHEMA:
            name = re.sub(r"[^a-zA-Z0-9_-]", "_", form.__name__)[:64]
            schema = {"name": name, "strict": True, "schema": strict_schema(form)}
            return {"type": "json_schema", "json_schema": schema}
        case JsonMode.OBJECT_SCHEMA:
            return {"type": "json_object", "schema": strict_schema(form)}
        case JsonMode.OBJECT:
            return {"type": "json_object"}
        case JsonMode.TEXT:
            return None


@cache  # to make one takes longer than all else that is done to a request
def schema_text(form: type[BaseModel]) -> str:
    """The schema as a prompt says it."""
    schema = form.model_json_schema()
    made = _strict(schema, schema.get("$defs", {}), ())
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def asked_for(messages: list[dict[str, str]], form: type[BaseModel], mode: JsonMode) -> list[dict[str, str]]:
    """The messages, with the schema in words where the request itself does not bind the model to it.

    It goes to the end of the system message, which stays the same from call to call.
    """
    if mode is JsonMode.SCHEMA:
        return messages
    words = _ASKED.format(schema=schema_text(form))
    if messages and messages[0]["role"] == "system":
        return [{**messages[0], "content": f"{messages[0]['content']}\n\n{words}"}, *messages[1:]]
    return [{"role": "system", "content": words}, *messages]


def read(text: str, form: type[Form]) -> Form:
    """The form that a reply holds. Fields that the form does not know are passed over. Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable("it is far too long.")
    found: list[Form] = []
    problem = Unreadable("there is no JSON object in it.", ignored=True)
    for value in _objects(text):
        try:
            made = form.model_validate(plain(value), extra="ignore")
        except RecursionError:
            problem = Unreadable("it is nested far too deep.", is_json=True)
        except ValidationError as error:
            kinds = {entry["type"] for entry in error.errors(include_url=False, include_input=False)}
            problem = Unreadable(_worded(error), is_json=True, ignored="missing" in kinds)
        else:
            if made not in found:
                found.append(made)
    if len(found) > 1:
        raise Unreadable("there is more than one JSON object in it, and they differ.", is_json=True)
    if not found:
        raise problem
    return found[0]


def _worded(error: ValidationError) -> str:
    problems = [
        f"{'.'.join(str(part) for part in entry['loc'])[:100] or 'the object'}: {entry['msg'][:200]}"
        for entry in error.errors(include_url=False, include_input=False, include_context=False)[:8]
    ]
    return f"its JSON object does not fit the schema. {'; '.join(problems)}"


class _Doubtful(ValueError):
    """Readable for a lenient reader, but not in one way only."""


def _objects(text: str) -> list[dict[str, Any]]:
    """The outermost JSON objects in a text, fences and prose passed over. Raises Unreadable for doubtful ones."""
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
    objects: list[dict[str, Any]] = []
    problem = ""
    place = text.find("{")
    for _ in range(_CANDIDATES):
        if place < 0:
            break
        try:
            value, end = decoder.raw_decode(text, place)
        except _Doubtful as error:
            problem = str(error)
            break
        except (ValueError, RecursionError):
            end = place + 1
        else:
            objects.append(value)
        place = text.find("{", end)
    if problem:
        raise Unreadable(problem, is_json=True)
    return objects


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _Doubtful("a key stands twice in one of its objects.")
    return made


def _no_constant(name: str) -> NoReturn:
    raise _Doubtful(f"{name} is no JSON value.")


# Characters that no speaker says, that some stores refuse, or that UTF-8 cannot carry.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain(value: Any) -> Any:
    """A JSON value whose texts can be stored and shown: no control characters, no halves of a surrogate pair."""
    if isinstance(value, str):
        return _UNSPEAKABLE.sub("", value)
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    if isinstance(value, dict):
        return {plain(key): plain(entry) for key, entry in value.items()}
    return value


class Aloud:
    """A stream's text without a model's thinking aloud (``<think>…</think>`` at its beginning)."""

    _OPEN, _CLOSE = "<think>", "</think>"

    def __init__(self) -> None:
        self._held = ""
        self._state = "begin"

    def feed(self, piece: str) -> str:
        """The words to pass on now."""
        piece = _UNSPEAKABLE.sub("", piece)
        if self._state == "open":
            return piece
        self._held += piece
        if self._state == "begin":
            seen = self._held.lstrip()
            if self._OPEN.startswith(seen[: len(self._OPEN)]) and len(seen) < len(self._OPEN):
                return ""
            if not seen.startswith(self._OPEN):
                return self._release(self._held)
            self._state = "thinking"
        _, closed, rest = self._held.partition(self._CLOSE)
        if not closed:
            return ""
        # White space after the thoughts is part of them; more of it may come in the next piece.
        self._held, rest = f"{self._OPEN}{self._CLOSE}", rest.lstrip()
        return self._release(rest) if rest else ""

    def rest(self) -> str:
        """What was held back at the end; thoughts without an end are none."""
        return self._release(self._held) if self._state == "begin" else ""

    def _release(self, text: str) -> str:
        self._held, self._state = "", "open"
        return text


def without_thoughts(text: str) -> str:
    """The same for a whole reply."""
    aloud = Aloud()
    return aloud.feed(text) + aloud.rest()
