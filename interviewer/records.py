"""Reading YAML files into our values, with errors that name the file and the record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from interviewer.errors import KnowledgeError

Model = TypeVar("Model", bound=BaseModel)

# The C loader reads a bank ten times as fast; it is part of every PyYAML wheel but not of every source build.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Loader):  # type: ignore[misc]
    """A key that stands twice is a mistake, not an override."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        if not isinstance(node, yaml.MappingNode):
            return dict(super().construct_mapping(node, deep))  # which says what is wrong with it
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key, (key_node, _) in zip(keys, node.value, strict=True):
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def read_yaml(path: Path) -> Any:
    """The file's content. Raises KnowledgeError with the line where it stops being YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        raise KnowledgeError(path, f"{line}not valid YAML ({getattr(error, 'problem', None) or error})") from error
    except UnicodeDecodeError as error:
        raise KnowledgeError(path, f"not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise KnowledgeError(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:  # a date such as 2026-02-30; nesting without end
        raise KnowledgeError(path, f"not valid YAML ({error})") from error


def read_record(path: Path, model: type[Model]) -> Model:
    """One record, the whole file."""
    return _validate(path, read_yaml(path), model)


def read_records(path: Path, model: type[Model]) -> list[Model]:
    """A list of records."""
    content = read_yaml(path)
    if not isinstance(content, list):
        raise KnowledgeError(path, "a list of records is expected here")
    records = [_validate(path, record, model) for record in content]
    ids = [str(getattr(record, "id", place)) for place, record in enumerate(records)]
    for identifier in ids:
        if ids.count(identifier) > 1:
            raise KnowledgeError(path, "this id stands twice", identifier)
    return records


def read_jsonl(path: Path, model: type[Model]) -> list[Model]:
    """A record a line; empty lines are skipped."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise KnowledgeError(path, f"not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise KnowledgeError(path, f"cannot be read ({error.strerror})") from error
    records = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                records.append(_validate(path, json.loads(line), model))
            except json.JSONDecodeError as error:
                raise KnowledgeError(path, f"line {number}: not valid JSON ({error.msg})") from error
    return records


def _validate(path: Path, content: Any, model: type[Model]) -> Model:
    record = content.get("id") or content.get("question") if isinstance(content, dict) else None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'record'}: {problem['msg']}"
            for problem in error.errors(include_url=False)
        )
        raise KnowledgeError(path, problems, str(record) if record is not None else None) from error
