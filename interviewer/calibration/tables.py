"""Figures as they are shown: a table that prints as Markdown and goes out as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from interviewer.calibration.agreement import Estimate

Cell: TypeAlias = str | int | float | Estimate | None


@dataclass(frozen=True)
class Table:
    """``name`` is what programs call it; the first column of ``rows`` names the row."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""

    def markdown(self) -> str:
        lines = [f"**{self.title}**", ""]
        lines.append("| " + " | ".join(self.columns) + " |")
        lines.append("|---|" + "---:|" * (len(self.columns) - 1))
        lines += ["| " + " | ".join(_shown(cell) for cell in row) + " |" for row in self.rows]
        if self.note:
            lines += ["", self.note]
        return "\n".join(lines)

    def content(self) -> dict[str, Any]:
        rows = [dict(zip(self.columns, map(_value, row), strict=True)) for row in self.rows]
        return {"name": self.name, "title": self.title, "rows": rows, "note": self.note}


def _shown(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "–"
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def _value(cell: Cell) -> Any:
    if isinstance(cell, Estimate):
        return {"value": _value(cell.value), "low": cell.low, "high": cell.high}
    return None if isinstance(cell, float) and math.isnan(cell) else cell
