"""Where settings are kept, and small questions about folders and addresses."""

from __future__ import annotations

import ipaddress
import os
import tempfile
from pathlib import Path

import platformdirs

from interviewer.errors import SetupError

APP = "interviewer"


def config_file() -> Path:
    """The settings file: ``config.toml`` in the platform's configuration folder."""
    return platformdirs.user_config_path(APP, appauthor=False) / "config.toml"


def file_in_the_way(folder: Path) -> Path | None:
    """The file that stands where ``folder``, or a folder above it, should be."""
    for place in (folder, *folder.parents):
        if place.exists():
            return None if place.is_dir() else place
    return None


def is_loopback(host: str) -> bool:
    """Whether an address to bind to lets in nobody but this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def write_private(path: Path, text: str) -> None:
    """Writes a file all or not at all, readable by its owner only from its first byte on. Raises SetupError."""
    scratch: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, scratch = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with mode 0600
        with open(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(scratch, path)
    except OSError as error:
        if scratch is not None:
            Path(scratch).unlink(missing_ok=True)
        raise SetupError(
            f"{path} cannot be written: {error.strerror or error}.", "Make its folder writable, and try again."
        ) from error
