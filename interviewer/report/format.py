"""What a format of the report is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interviewer.domain.report import Report


@dataclass(frozen=True)
class Format:
    """A way to write a report down. ``name`` is what the command line calls it, ``label`` what a page does."""

    name: str
    extension: str
    mime: str
    label: str
    render: Callable[[Report], str]

    def file_name(self, report: Report) -> str:
        """A name to save it under, such as ``interview-2026-03-01-k3x9.html``."""
        return f"interview-{report.created_at:%Y-%m-%d}-{report.interview_id}.{self.extension}"
