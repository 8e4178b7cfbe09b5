"""Which of our prompts a request carries: its system text has no variables, so that it can be known again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import yaml

from interviewer.domain.usage import Purpose
from interviewer.resources import prompts_dir


def purpose_of(texts: Sequence[str]) -> Purpose | None:
    """The purpose of the prompt whose system text stands in one of a request's messages."""
    for text in texts:
        told = _plain(text)
        for purpose, system in _systems():
            if system in told:
                return purpose
    return None


@cache
def _systems() -> tuple[tuple[Purpose, str], ...]:
    found = []
    for purpose in Purpose:
        path = prompts_dir() / f"{purpose.value}.yaml"
        if path.is_file():
            record = yaml.safe_load(path.read_text(encoding="utf-8"))
            system = _plain(str(record.get("system", ""))) if isinstance(record, dict) else ""
            if system:
                found.append((purpose, system))
    return tuple(found)


def _plain(text: str) -> str:
    return " ".join(text.split())
