"""Results as a workbook. Every text is written as text: nothing that anybody typed becomes a formula, a link or a
number."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from interviewer.contracts import Results
from interviewer.kits import export
from interviewer.kits.export import Cell, Column

MOST_CHARACTERS = 32_767
"""UTF-16 units that a cell of a workbook holds."""

CUT = " … (cut here: a cell holds no more; the JSON file has the whole text)"

WIDTHS = {
    "text": 50,
    "said": 90,
    "machine_reason": 50,
    "quotes": 50,
    "people": 26,
    "decision_reason": 40,
    "why": 36,
    "candidate": 22,
    "interview": 14,
    "question": 24,
    "criterion": 24,
    "item": 26,
    "rater": 26,
    "column": 22,
    "meaning": 90,
    "grader": 24,
    "rubric": 18,
}
"""Of columns, in characters; others are 12 wide."""

WRAPPED = ("said", "meaning")

ABOUT = (
    "Software grades every answer first.",
    "A person's rating always stands above its grade, and a decision above both. What does not stand is kept beside.",
    "Candidates are in the order of their links. Nobody is ranked or recommended here.",
    "A mean band is to be compared only where the same questions count.",
)


def to_xlsx(found: Results) -> bytes:
    """The results as a workbook with the sheets Results, Candidates, Answers, Ratings and About."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        },
    )
    book.set_properties({"title": _plain(found.kit.title), "created": found.at.replace(tzinfo=None)})
    _Sheet(book, "Results", export.COLUMNS).fill(export.rows(found))
    _Sheet(book, "Candidates", export.CANDIDATE_COLUMNS).fill(export.candidate_rows(found))
    _Sheet(book, "Answers", export.ANSWER_COLUMNS).fill(export.answer_rows(found))
    _Sheet(book, "Ratings", export.RATING_COLUMNS).fill(export.rating_rows(found))
    _Sheet(book, "About", (Column("column", ""), Column("meaning", ""))).fill(about(found))
    book.close()
    return out.getvalue()


def about(found: Results) -> Iterable[Sequence[Cell]]:
    """What the workbook is of, and what its columns mean."""
    newest = found.kit.versions[-1] if found.kit.versions else None
    yield ("Kit", found.kit.title)
    yield ("Kit ID", found.kit.id)
    yield ("Asked by", found.kit.asks)
    yield ("Newest version", "a draft" if newest is None else f"{newest.number}, content {newest.content}")
    yield ("Made at", found.at.isoformat(timespec="seconds"))
    yield ("Names", "as given" if found.names else "hidden: codes stand for candidates")
    yield ("", "")
    for sentence in ABOUT:
        yield ("", sentence)
    sheets = {
        "Results": export.COLUMNS,
        "Candidates": export.CANDIDATE_COLUMNS,
        "Answers": export.ANSWER_COLUMNS,
        "Ratings": export.RATING_COLUMNS,
    }
    for sheet, columns in sheets.items():
        yield ("", "")
        yield (f"Sheet {sheet}", "")
        for column in columns:
            yield (column.name, column.means)


class _Sheet:
    def __init__(self, book: Any, name: str, columns: Sequence[Column]) -> None:
        self._sheet = book.add_worksheet(name)
        self._columns = columns
        self._plain = book.add_format({"valign": "top"})
        self._wrapped = book.add_format({"valign": "top", "text_wrap": True})
        # Otherwise a text that looks like a formula would become one when somebody edits its cell.
        self._quoted = book.add_format({"valign": "top", "quote_prefix": True})
        bold = book.add_format({"bold": True, "bottom": 1})
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, WIDTHS.get(column.name, 12))
            self._sheet.write_string(0, place, column.name, bold)
        self._sheet.freeze_panes(1, 0)

    def fill(self, rows: Iterable[Sequence[Cell]]) -> None:
        last = 0
        for last, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                self._write(last, place, cell)
        self._sheet.autofilter(0, 0, last, len(self._columns) - 1)

    def _write(self, row: int, place: int, cell: Cell) -> None:
        if cell is None or cell == "":
            return
        if not isinstance(cell, str):
            self._sheet.write_number(row, place, cell, self._plain)
            return
        text = _fitting(_plain(cell))
        wrapped = self._wrapped if self._columns[place].name in WRAPPED else self._plain
        self._sheet.write_string(row, place, text, self._quoted if export.inert(text) != text else wrapped)


def _plain(text: str) -> str:
    """Half a character cannot be written into a file at all."""
    return text.encode("utf-8", "replace").decode()


def _fitting(text: str) -> str:
    if len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
        return text
    kept = text.encode("utf-16-le")[: 2 * (MOST_CHARACTERS - len(CUT))].decode("utf-16-le", "ignore")
    return kept + CUT
