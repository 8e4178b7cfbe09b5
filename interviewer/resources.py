"""Where the files that travel with the program are: in the wheel, or in the checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent


@cache
def _root() -> Path:
    packaged = PACKAGE / "_data"
    return packaged if packaged.is_dir() else PACKAGE.parent


def knowledge_dir() -> Path:
    """The bank that is shipped."""
    return _root() / "knowledge"


def prompts_dir() -> Path:
    return _root() / "prompts"


def judged_file(name: str) -> Path | None:
    """A file of judged examples among the checkout's tests (``retrieval/queries.yaml``); None elsewhere."""
    path = PACKAGE.parent / "tests" / name
    return path if path.is_file() else None
