"""The report as one self-contained HTML file: no script, nothing fetched, light and dark, fit for paper."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from interviewer.domain.grade import Grade
from interviewer.domain.report import QuestionReport, Report
from interviewer.domain.words import BAND_WORDS, Speaker
from interviewer.grading.scoring import band
from interviewer.report import delivery, wording
from interviewer.report.charts import Chart, charts, reading
from interviewer.report.format import Format
from interviewer.report.segments import turn_segments

_LEFT, _RIGHT = 8.0, 99.0  # percent of a chart's width
_TOP, _BOTTOM = 6.0, 146.0  # pixels of a chart's height


def render(report: Report) -> str:
    return _template().render(report=report, charts=charts(report), reading=reading(report))


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("interviewer", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"wording": wording, "SYMBOLS": wording.SYMBOLS, "BAND_WORDS": BAND_WORDS}
    environment.globals |= {"letters": _letters, "segments": turn_segments, "band": band}
    environment.globals |= {"sounded": delivery, "across": _across, "down": _down}
    environment.tests["graded"] = lambda grade: isinstance(grade, Grade)
    environment.tests["candidate"] = lambda speaker: speaker is Speaker.CANDIDATE
    return environment.get_template("report.html.j2")


def _letters(question: QuestionReport) -> dict[str, str]:
    """A letter for each criterion, by which the transcript refers to it; mistakes get ones after those."""
    if not isinstance(question.grade, Grade):
        return {}
    ids = [v.criterion for v in question.grade.verdicts] + [m.misconception for m in question.grade.misconceptions]
    return {name: _letter(index) for index, name in enumerate(dict.fromkeys(ids))}


def _letter(index: int) -> str:
    return chr(ord("a") + index) if index < 26 else str(index + 1)


def _across(x: float, start: float = _LEFT) -> str:
    """Where ``x``, 0 to 1 of a chart's width, is drawn; with ``start`` 0, how wide it is."""
    return f"{start + x * (_RIGHT - _LEFT):.2f}%"


def _down(chart: Chart, value: float) -> float:
    """How far from the top a value is drawn, in pixels."""
    return round(_BOTTOM - (value - chart.low) / (chart.high - chart.low) * (_BOTTOM - _TOP), 1)


FORMAT = Format(name="html", extension="html", mime="text/html", label="HTML", render=render)
