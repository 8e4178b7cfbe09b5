"""``interviewer schema``: the contracts as JSON Schemas, and the document that is made from them."""

from __future__ import annotations

from typing import Annotated

import typer

from interviewer.cli.common import print_json
from interviewer.errors import UsageError

NAME = "schema"
HELP = """Print the JSON Schema of what a command reads or prints.

Examples:

\b
  interviewer schema --list
  interviewer schema grade-output
  interviewer schema --markdown > docs/contracts.md
"""

_INTRODUCTION = """\
# Contracts

What other programs may rely on, version {version}. Made by `interviewer schema --markdown` from
`interviewer/contracts/`; do not edit it by hand, a test compares the two. Within a version fields may be added; a
field that changes or goes raises the version.

- Output is UTF-8. Only what is described here goes to stdout; notices, progress and errors go to stderr.
- Exit codes: 0 done; 1 it could not be done; 2 it was asked for wrongly; 130 stopped with Ctrl-C.
- `grade`: one output line for each input line, in order, bad ones included. A line that cannot be graded has
  `status` "ungraded" and its reason in `error` (“no rubric” where a free-text `question` is too far from the bank:
  cosine below {near}). Texts of more than {characters:,} characters and lines of more than {megabytes} MB are
  ungraded. An empty `answer` is ungraded, not a low grade. With `--out`, the file `OUT.progress` beside the output
  names the input by its SHA-256: the same command goes on after the last whole line, another input is refused.
- `ask --script`: one candidate's turn a line; empty lines are skipped; the lines `/hint`, `/skip`, `/idk`, `/again`,
  `/pause` and `/end` are the buttons of the page. Events come in this order: the interview, its opening (move, turn);
  then for each line the turn, its assessment, the move, the reply, and the grades of exchanges that are over; at the
  end the report. With the same seed, script and bank, and the offline model, everything is the same but the
  interview's ID and, in the report, its times.
- `calibrate`: JSON lines or CSV with `item`, `rater`, `score`, and perhaps `criterion` and `candidate`. A file with
  any line that cannot be used gives no figures: every such line is named on stderr. The same file and seed give the
  same figures.
- `results`: UTF-8; the CSV begins with a byte-order mark and has these columns, one row for each whole answer and one
  for each of its criteria. Where a text could be taken for a formula, an apostrophe stands before its sign; JSON and
  the workbook have the texts as they are. `--format ratings` gives lines that `calibrate` reads.

{columns}
"""


def command(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One of the names that --list prints.")] = None,
    list_names: Annotated[bool, typer.Option("--list", help="Print the names, with what each is about.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print docs/contracts.md.")] = False,
) -> None:
    from interviewer.contracts import SCHEMAS

    if markdown:
        print(document(), end="")
    elif list_names:
        for schema in SCHEMAS.values():
            print(f"{schema.name:14}{schema.what}")
    elif name is None:
        raise UsageError("Which schema?", f"One of: {', '.join(SCHEMAS)}.")
    elif name not in SCHEMAS:
        raise UsageError(f"There is no schema {name!r}.", f"One of: {', '.join(SCHEMAS)}.")
    else:
        print_json(SCHEMAS[name].json_schema(), indent=2)


def document() -> str:
    """docs/contracts.md."""
    import json

    from interviewer.contracts import SCHEMAS, VERSION
    from interviewer.grading import batch
    from interviewer.kits.export import COLUMNS

    parts = [
        _INTRODUCTION.format(
            version=VERSION,
            near=batch.NEAR_ENOUGH,
            characters=batch.MAX_CHARACTERS,
            megabytes=batch.MAX_LINE_BYTES // 1024 // 1024,
            columns="\n".join(f"  - `{column.name}`: {column.means}" for column in COLUMNS),
        )
    ]
    for schema in SCHEMAS.values():
        text = json.dumps(schema.json_schema(), ensure_ascii=False, indent=2)
        parts.append(f"## {schema.name}\n\n{schema.what}\n\n```json\n{text}\n```\n")
    return "\n".join(parts)
