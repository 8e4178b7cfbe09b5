"""The contracts by their names, as JSON Schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

from interviewer.contracts.agreement import Agreement
from interviewer.contracts.asking import AskEvent
from interviewer.contracts.bank import BankQuestion, SearchHit
from interviewer.contracts.base import VERSION
from interviewer.contracts.grading import GradeInput, GradeOutput
from interviewer.contracts.results import Results
from interviewer.domain.report import Report


@dataclass(frozen=True)
class Schema:
    """A contract by its name. ``what`` says in a sentence where it is met."""

    name: str
    what: str
    type: Any

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema, of what is printed (or, for an input, of what is read)."""
        mode: Literal["validation", "serialization"] = "validation" if self.name.endswith("-input") else "serialization"
        made = TypeAdapter(self.type).json_schema(mode=mode)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{self.name}, version {VERSION}",
            "description": self.what,
            **{key: value for key, value in made.items() if key not in ("title", "description")},
        }


SCHEMAS = {
    schema.name: schema
    for schema in (
        Schema("bank", "What `interviewer bank --json` prints: all questions.", list[BankQuestion]),
        Schema(
            "search",
            "What `interviewer search QUERY --json` prints, best first; with `--file`, one such array a line.",
            list[SearchHit],
        ),
        Schema("grade-input", "One line of the file that `interviewer grade FILE.jsonl` reads.", GradeInput),
        Schema("grade-output", "One line that `interviewer grade FILE.jsonl` writes.", GradeOutput),
        Schema("report", "What `interviewer report ID --format json` prints.", Report),
        Schema("agreement", "What `interviewer calibrate FILE --json` prints.", Agreement),
        Schema("results", "What `interviewer results KIT --format json` prints.", Results),
        Schema("ask-event", "One line that `interviewer ask --script FILE --json` prints.", AskEvent),
    )
}
