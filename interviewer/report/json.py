"""The report as JSON: the value itself, as ``interviewer schema report`` describes it."""

from __future__ import annotations

from interviewer.domain.report import Report
from interviewer.report.format import Format


def render(report: Report) -> str:
    return report.model_dump_json(indent=2) + "\n"


FORMAT = Format(name="json", extension="json", mime="application/json", label="JSON", render=render)
