"""The report: one value from an interview and its grades, and the formats that it is written in.

A new format is a new file with a ``FORMAT``, named in the line below.
"""

from interviewer.domain.report import Report
from interviewer.errors import UsageError
from interviewer.report import html, json, markdown
from interviewer.report.build import build_report
from interviewer.report.delivery import earlier
from interviewer.report.format import Format

FORMATS: dict[str, Format] = {format.name: format for format in (markdown.FORMAT, html.FORMAT, json.FORMAT)}


def render(report: Report, format: str) -> str:
    """The report in the format of that name. Raises UsageError for an unknown one."""
    if format not in FORMATS:
        raise UsageError(f"There is no format {format!r}.", f"Take one of these: {', '.join(FORMATS)}.")
    return FORMATS[format].render(report)


__all__ = ["FORMATS", "Format", "build_report", "earlier", "render"]
