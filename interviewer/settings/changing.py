"""Changing config.toml: line by line, so that comments and everything else in it stay as they are."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import TypeAlias

from interviewer.errors import SetupError
from interviewer.settings.places import config_file, write_private

Plain: TypeAlias = str | int | float | bool | None


def change_settings(changes: Mapping[str, Plain]) -> None:
    """Writes settings into config.toml; None takes one out, so that its default holds. Raises SetupError.

    The file must end up meaning what was wanted and nothing else: a file that is written in a way which cannot be
    changed by lines is left alone.
    """
    path = config_file()
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        wanted = {name: value for name, value in {**tomllib.loads(text), **changes}.items() if value is not None}
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror or error}.", "Make it readable.") from error
    except ValueError as error:
        raise SetupError(f"{path} is not valid TOML.", "Correct the file, or move it aside.") from error
    changed = _changed(text, changes)
    if not _means(changed, wanted):
        raise SetupError(
            f"{path} is written in a way that cannot be changed from here.",
            f"Set these in it by hand: {', '.join(changes)}.",
        )
    if changed != text:
        write_private(path, changed)


def _means(text: str, wanted: Mapping[str, object]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except ValueError:
        return False


def _changed(text: str, changes: Mapping[str, Plain]) -> str:
    lines = text.splitlines()
    for name, value in changes.items():
        places = [i for i, line in enumerate(lines) if re.match(rf"\s*(?:{name}|\"{name}\"|'{name}')\s*=", line)]
        new = [] if value is None else [f"{name} = {_literal(value)}"]
        if places:
            lines[places[0] : places[0] + 1] = new
        else:
            lines += new
    return "".join(f"{line}\n" for line in lines)


def _literal(value: str | int | float | bool) -> str:
    # TOML's basic strings, numbers and truth values are written as JSON's; only DEL wants an escape of its own.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
