"""The component's scripts: ES modules that import one another, joined into the one that Streamlit takes."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(?P<name>\w+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |function )", re.MULTILINE)


def text_of(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def joined(entry: str) -> str:
    """The module ``entry`` with all that it imports before it, each once. They share one scope: no two may have the
    same name for different things."""
    parts: list[str] = []
    seen: set[str] = set()

    def add(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        text = text_of(name)
        for found in _IMPORT.finditer(text):
            add(found["name"])
        parts.append(_EXPORT.sub("", _IMPORT.sub("", text)))

    add(entry)
    return "\n".join(parts)
