"""``interviewer calibrate``: how far people agree with each other, and with a machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli.common import note, plural, require_file
from interviewer.errors import UsageError

if TYPE_CHECKING:
    from interviewer.calibration.rating_files import Rating, Read
    from interviewer.calibration.tables import Cell, Table
    from interviewer.contracts import Agreed, Agreement, AgreementPart, Confusion, Figure

NAME = "calibrate"
HELP = """Show how far raters agree: people with each other, and people with a machine.

A line of FILE is one rating: {"item": …, "rater": …, "score": …}, with a "criterion" if the score is of one and a
"candidate" if one person gave several of the answers. CSV with these columns does as well. A score is a number, or
contradicted, missing, partial or met (0, 1, 2, 3). Nothing is computed while any line is wrong: each is named.

Examples:

\b
  interviewer calibrate ratings.jsonl
  interviewer calibrate ratings.csv --machine grader-7
  interviewer calibrate ratings.jsonl --json > agreement.json
"""

SHOWN = 100
"""Bad lines that are named one by one; how many more there are is said."""

MAX_BYTES = 256 * 1024 * 1024


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The ratings; “-” reads them from standard input.")],
    machine: Annotated[
        list[str] | None,
        typer.Option(
            "--machine",
            metavar="NAME",
            help="A rater that is a machine (may be repeated). Left out: “machine”, “model”, and “machine:…”.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Another draw for the intervals.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures for programs.")] = False,
) -> None:
    from interviewer.calibration.raters import agreement

    ratings = _read(file)
    found = agreement(ratings, machines=machine or None, seed=seed)
    if as_json:
        print(found.model_dump_json(), flush=True)
    else:
        print("\n\n".join(_shown(found)), flush=True)


def _read(file: Path) -> tuple[Rating, ...]:
    """The ratings. Raises UsageError for a file without any; names every line that cannot be used, and then raises."""
    from interviewer.calibration.rating_files import read_ratings

    if str(file) == "-":
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        require_file(file)
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UsageError(f"{file} has more than {MAX_BYTES // 1024 // 1024} MB.", "Put the criteria in several files.")
    read = read_ratings(content)
    if read.problems:
        raise UsageError(_problems(read), "Nothing was computed. Correct the file and give the command again.")
    if read.not_rated:
        note(f"Notice: {plural(read.not_rated, 'line')} without a rating, which count nowhere.")
    return read.ratings


def _problems(read: Read) -> str:
    lines = [str(problem) for problem in read.problems[:SHOWN]]
    more = len(read.problems) - SHOWN
    if more > 0:
        lines.append(f"And {plural(more, 'more line')}.")
    return "\n".join(lines)


def _shown(found: Agreement) -> Iterator[str]:
    who = [plural(len(found.people), "person", "people")]
    if found.machines:
        who.append(f"{plural(len(found.machines), 'machine')} ({', '.join(found.machines)})")
    yield f"Ratings of {' and '.join(who)}. Intervals are 95 % BCa intervals of {found.resamples:,} resamples."
    if found.words is not None:
        yield "Verdicts count as " + ", ".join(f"{word} {number:g}" for word, number in found.words.items()) + "."
    if found.overall is None:
        yield f"There is no part over all: {found.overall_why}."
    only = found.overall is not None and found.overall.made_of == "criteria together" and len(found.criteria) == 1
    for part in [*([found.overall] if found.overall is not None and not only else []), *found.criteria]:
        yield from _part(part)


def _part(part: AgreementPart) -> Iterator[str]:
    from interviewer.calibration.tables import Table

    name = f"Criterion “{part.criterion}”" if part.criterion is not None else f"Over all ({part.made_of})"
    drawn = f", of {plural(part.groups, 'candidate')}" if part.grouped_by == "candidate" else ""
    yield f"# {name}\n\n{plural(part.ratings, 'rating')} of {plural(part.items, 'item')}{drawn}."
    figures = _figures(part)
    if figures.rows:
        yield figures.markdown()
    for side, label in [(part.people, "people"), *((one, f"people and “{one.machine}”") for one in part.machines)]:
        if side.confusion is not None and side.items:
            yield _confusion(side.confusion, label).markdown()
    if len(part.people.raters) > 1:
        rows = [
            (one.rater, one.difference.items, _cell(one.difference), _p(one.p_corrected), _clear(one.clear))
            for one in part.leniency
        ]
        columns = ("rater", "items", "difference", "p (Holm)", "clear of zero")
        yield Table("leniency", "Each person beside the others on the same items", columns, rows).markdown()
    unsaid = dict.fromkeys(_reasons(part))
    if unsaid:
        yield "\n".join(["Not estimable:", *(f"- {reason}" for reason in unsaid)])
    yield "\n".join(
        ["What that allows:", *(f"- {one.text}" + (f" ({one.source})" if one.source else "") for one in part.findings)]
    )


FIGURES = {
    "exact": "exact",
    "within_one": "within one",
    "kappa": "quadratic kappa",
    "alpha": "Krippendorff's alpha",
    "icc_single": "ICC(2,1)",
    "icc_mean": "ICC(2,k)",
    "macro_error": "error by score, averaged",
    "bias": "machine less people",
    "standardised_bias": "the same in standard deviations",
    "kappa_gap": "kappa less the people's",
}
"""The figures by their fields, and what they are called where people read them."""


def _sides(part: AgreementPart) -> list[tuple[str, Agreed]]:
    return [("people", part.people), *((f"with “{one.machine}”", one) for one in part.machines)]


def _figures(part: AgreementPart) -> Table:
    from interviewer.calibration.tables import Table

    sides = [(label, side) for label, side in _sides(part) if side.items]
    rows: list[list[Cell]] = []
    for field, name in FIGURES.items():
        figures: list[Figure | None] = [getattr(side, field, None) for _, side in sides]
        if any(figures):
            rows.append([name, *(cell for one in figures for cell in _with_items(one))])
    columns = ["figure", *(name for label, _ in sides for name in (label, "items"))]
    return Table("figures", "How far they agree", columns, rows if sides else [])


def _with_items(figure: Figure | None) -> tuple[Cell, Cell]:
    return (None, None) if figure is None else (_cell(figure), figure.items)


def _cell(figure: Figure) -> Cell:
    from interviewer.calibration.agreement import Estimate

    if figure.value is None:
        return "not estimable"
    return Estimate(figure.value, figure.low, figure.high)


def _p(p: float | None) -> str:
    return "–" if p is None else "< .001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def _clear(clear: bool | None) -> str:
    return "cannot be told" if clear is None else "yes" if clear else "no"


def _reasons(part: AgreementPart) -> Iterator[str]:
    for label, side in _sides(part):
        for field, name in FIGURES.items():
            figure: Figure | None = getattr(side, field, None)
            if figure is not None and figure.why is not None:
                yield f"{name}, {label}: {figure.why}."
    if len(part.people.raters) > 1:
        for one in part.leniency:
            if one.difference.why is not None:
                yield f"difference of “{one.rater}”: {one.difference.why}."


def _confusion(confusion: Confusion, label: str) -> Table:
    from interviewer.calibration.tables import Table

    columns = [f"{confusion.rows} ↓ {confusion.columns} →", *(f"{score:g}" for score in confusion.scores)]
    rows: list[list[Cell]] = [
        [f"{score:g}", *counts] for score, counts in zip(confusion.scores, confusion.counts, strict=True)
    ]
    return Table("confusion", f"Pairs of ratings, {label}", columns, rows)
