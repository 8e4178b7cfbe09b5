"""The keys that were typed on the settings page, in a file of their own that only its owner may read.

Each belongs to the host that it was typed for: whoever changes the address later does not send the key of one
provider to another.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from interviewer.errors import SetupError
from interviewer.settings.places import config_file, write_private

_HEAD = "# Keys of models, by the host that each is for. Written by Interviewer; keep this file to yourself.\n"


def key_file() -> Path:
    """``keys.toml``, beside the settings file."""
    return config_file().with_name("keys.toml")


def host_of(base_url: str) -> str:
    """The host of an address, with its port where one is given; empty when it has none."""
    try:
        parts = urlsplit(base_url.strip())
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    return f"{host}:{port}" if host and port is not None else host


def key_for(base_url: str) -> str:
    """The key kept for an address's host; empty when there is none. Raises SetupError for a file that is not TOML."""
    return _read().get(host_of(base_url), "")


def keep_key(base_url: str, key: str) -> None:
    """Keeps the key for an address's host, in place of any before. Raises SetupError."""
    _write({**_read(), host_of(base_url): key})


def forget_key(base_url: str) -> None:
    """Forgets the key for an address's host. Raises SetupError."""
    kept = _read()
    if kept.pop(host_of(base_url), None) is not None:
        _write(kept)


def _read() -> dict[str, str]:
    path = key_file()
    if not path.is_file():
        return {}
    try:
        kept = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # what cannot be read is not shown: it may be a key
        raise SetupError(f"{path} cannot be read as TOML.", "Correct the file, or remove it.") from error
    return {host: key for host, key in kept.items() if isinstance(key, str)}


def _write(kept: dict[str, str]) -> None:
    lines = [f"{_quoted(host)} = {_quoted(key)}\n" for host, key in sorted(kept.items())]
    if lines:
        write_private(key_file(), _HEAD + "".join(lines))
    else:
        key_file().unlink(missing_ok=True)


def _quoted(text: str) -> str:
    """A basic string of TOML; JSON's are of the same form, once DEL is escaped as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
