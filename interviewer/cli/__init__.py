"""The command line: the same functions as the pages, from a terminal. One file per command."""

from __future__ import annotations

from interviewer.cli.app import main

__all__ = ["main"]
