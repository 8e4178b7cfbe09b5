"""Reading files of records line by line: JSON lines or CSV, every line that cannot be read named with what to do."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A line that cannot be used: its 1-based number, what is wrong, and what to do."""

    line: int
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"Line {self.line:,}: {self.wrong}. {self.remedy}"


class Wrong(Exception):
    """What is wrong with a line, and what to do."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(wrong)
        self.wrong, self.remedy = wrong, remedy


def read_lines(
    content: bytes,
    *,
    columns: Sequence[str],
    needed: Sequence[str],
    decimals: Collection[str] = (),
    of: str = "record",
) -> Iterator[tuple[int, Mapping[str, Any] | Wrong]]:
    """The lines of a file with their numbers, whichever of the two formats it has: JSON lines begin with a brace.

    UTF-8, with or without a byte-order mark; CSV with comma, semicolon or tab, and ``needed`` among its columns, none
    of ``columns`` twice. Where lists are written with semicolons, numbers in ``decimals`` may have a comma. ``of`` is
    what a line holds, in a word. Never raises.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        yield line, Wrong("not UTF-8 text", "Save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”).")
        return
    first = text.lstrip()[:1]
    if not first:
        yield 1, Wrong("the file is empty", f"Put one {of} on each line.")
    elif first == "[":
        yield 1, Wrong("a JSON array", "Put one object on each line, without brackets around them.")
    elif first == "{":
        yield from _json_lines(text, needed)
    else:
        yield from _csv_lines(text, columns, needed, decimals)


def _json_lines(text: str, needed: Sequence[str]) -> Iterator[tuple[int, Mapping[str, Any] | Wrong]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line, object_pairs_hook=_once)
        except Wrong as wrong:
            yield number, wrong
        except json.JSONDecodeError as error:
            yield number, Wrong(f"not JSON ({error.msg}, character {error.pos + 1})", "Write one object on the line.")
        except (ValueError, RecursionError):
            yield number, Wrong("JSON that is nested too deeply or has too long a number", "Correct the line.")
        else:
            if isinstance(fields, dict):
                yield number, fields
            else:
                example = ", ".join(f'"{name}": …' for name in needed)
                yield number, Wrong("not a JSON object", f"Write {{{example}}}.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Wrong("a field stands twice", "Keep one of the two.")
    return fields


def _csv_lines(
    text: str, columns: Sequence[str], needed: Sequence[str], decimals: Collection[str]
) -> Iterator[tuple[int, Mapping[str, Any] | Wrong]]:
    header = next(line for line in text.splitlines() if line.strip())
    delimiter = max(",;\t", key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] | None = None
    before = 0
    while True:
        number = before + 1  # a quoted field may go over several lines: the first is named
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, Wrong(f"not CSV that can be read ({error})", "Look for an unclosed quotation mark.")
            return
        before = rows.line_num
        if not any(cell.strip() for cell in row):
            continue
        if names is None:
            names = [cell.strip().casefold() for cell in row]
            missing = [name for name in needed if name not in names]
            twice = [name for name in columns if names.count(name) > 1]
            if missing or twice:
                wrong = f"there is no column “{missing[0]}”" if missing else f"the column “{twice[0]}” stands twice"
                yield number, Wrong(wrong, f"The first line names the columns: {', '.join(columns)}.")
                return
        elif len(row) != len(names):
            yield (
                number,
                Wrong(
                    f"{len(row)} fields where the first line has {len(names)}",
                    "Check the delimiters and quotation marks.",
                ),
            )
        else:
            fields = dict(zip(names, row, strict=True))
            if delimiter == ";":  # where lists are written with semicolons, decimals are with commas
                for name in decimals:
                    fields[name] = re.sub(r"^(\s*[+-]?\d*),(\d+\s*)$", r"\1.\2", fields[name])
            yield number, fields
