"""JSON schemas as strict structured outputs take them, and the plainest values that fit one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MOST_PROPERTIES = 5000
DEEPEST = 10

_ALLOWED = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "$ref", "$defs",
    "definitions", "title", "description", "pattern", "format", "multipleOf", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "minItems", "maxItems",
}  # fmt: skip


def schema_problem(schema: Mapping[str, Any]) -> str:
    """Why a strict structured output cannot have this schema, as the API words it; empty if it can."""
    if schema.get("type") != "object":
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."
    count = 0
    for path, part, depth in _parts(schema, (), 0):
        where = f"In context={path!r}, "
        unknown = [name for name in part if name not in _ALLOWED]
        if unknown:
            return f"{where}'{unknown[0]}' is not permitted."
        if "$ref" in part and len(part) > 1:
            return f"{where}$ref cannot have keywords {set(part) - {'$ref'}}."
        if depth > DEEPEST:
            return f"{where}the schema is nested more than {DEEPEST} levels deep."
        if part.get("type") == "object":
            properties = _object(part.get("properties"))
            required = part.get("required")
            count += len(properties)
            if part.get("additionalProperties") is not False:
                return f"{where}'additionalProperties' is required to be supplied and to be false."
            left = [name for name in properties if not isinstance(required, list) or name not in required]
            if left:
                return (
                    f"{where}'required' is required to be supplied and to be an array including every key in "
                    f"properties. Missing '{left[0]}'."
                )
        elif part.get("type") == "array" and "items" not in part:
            return f"{where}array schema missing items."
        elif not {"type", "$ref", "anyOf", "enum", "const"} & set(part):
            return f"{where}schema must have a 'type' key."
    return f"the schema has more than {MOST_PROPERTIES} properties." if count > MOST_PROPERTIES else ""


def _parts(schema: Any, path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], dict[str, Any], int]]:
    """A schema and all schemas within it, with where they stand and how many objects and arrays are around them."""
    if not isinstance(schema, dict):
        return
    yield path, schema, depth
    for name, part in _object(schema.get("properties")).items():
        yield from _parts(part, (*path, "properties", name), depth + 1)
    for key in ("$defs", "definitions"):
        for name, part in _object(schema.get(key)).items():
            yield from _parts(part, (*path, key, name), 0)
    yield from _parts(schema.get("items"), (*path, "items"), depth + 1)
    choices = schema.get("anyOf")
    for place, part in enumerate(choices if isinstance(choices, list) else []):
        yield from _parts(part, (*path, "anyOf", str(place)), depth)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def plainest(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None, depth: int = 0) -> Any:
    """A value that fits a schema and says as little as it can: first choices, empty texts, no items.

    >>> plainest({"type": "object", "properties": {"a": {"type": "string"}, "b": {"enum": ["x", "y"]}}})
    {'a': '', 'b': 'x'}
    """
    root = root or schema
    if depth > 3 * DEEPEST:
        return None
    if "$ref" in schema:
        found: Any = root
        for part in str(schema["$ref"]).removeprefix("#/").split("/"):
            found = found.get(part, {})
        return plainest(found, root, depth + 1)
    for key in ("anyOf", "oneOf"):
        if schema.get(key):
            return plainest(schema[key][0], root, depth + 1)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        return {name: plainest(part, root, depth + 1) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [plainest(schema["items"], root, depth + 1) for _ in range(schema.get("minItems", 0))]
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 0), 0)
    return {"string": "", "boolean": False}.get(str(kind))
