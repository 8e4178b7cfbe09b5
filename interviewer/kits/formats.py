"""The files that results can be had as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interviewer.contracts import Results
from interviewer.kits.export import ratings_jsonl, to_csv, to_json
from interviewer.kits.workbook import to_xlsx


@dataclass(frozen=True)
class Form:
    """A kind of file. ``name`` is what it is called on the command line, ``label`` on a button; ``ending`` is that of
    the file's name."""

    name: str
    label: str
    mime: str
    ending: str
    made: Callable[[Results], bytes]


FORMS = {
    form.name: form
    for form in (
        Form("csv", "Table (CSV)", "text/csv", "results.csv", to_csv),
        Form(
            "xlsx",
            "Workbook (XLSX)",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "results.xlsx",
            to_xlsx,
        ),
        Form("json", "For programs (JSON)", "application/json", "results.json", to_json),
        Form("ratings", "Ratings (for “interviewer calibrate”)", "application/jsonl", "ratings.jsonl", ratings_jsonl),
    )
}
