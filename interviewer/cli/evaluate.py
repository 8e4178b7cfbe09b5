"""``interviewer evaluate``: how good the parts are, on examples that people have judged."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar, get_args

import typer

from interviewer.cli.common import console, make_runtime, plural, print_json, progress, show_notices, takes_settings
from interviewer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel

    from interviewer.bank import Bank
    from interviewer.bank.lint.planted import LintFigures, Tried
    from interviewer.index import Way
    from interviewer.index.evaluation import Figures, JudgedQuery
    from interviewer.runtime import Runtime

    Record = TypeVar("Record", bound=BaseModel)

app = typer.Typer(
    name="evaluate",
    help="Measure how good the grader, search, the rubric linter and the figures of delivery are, on examples that "
    "people have judged.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

QUERIES = "retrieval/queries.yaml"
PLANTED = "lint/planted.yaml"


class Part(StrEnum):
    """Which half of the examples: the one that the program was made on, or the one that it is judged by."""

    TEST = "test"
    DEVELOPMENT = "development"
    ALL = "all"


File = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]", help="Judged examples (YAML list or JSON lines); left out, those of the checkout."
    ),
]
Half = Annotated[Part, typer.Option("--half", help="Which half; an example without a half belongs to all of them.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures for programs.")]


@app.command("retrieval")
@takes_settings
def retrieval(file: File = None, half: Half = Part.TEST, as_json: AsJson = False) -> None:
    """How well search finds what a query is about: recall@1, recall@5 and nDCG@10, by meaning, by words, and fused.

    A line of FILE has a `query`, the `relevant` records (question IDs, guide:ID, or items of the source material),
    and may have a `kind` and a `half`.
    """
    from interviewer.index import Way
    from interviewer.index.evaluation import JudgedQuery, by_kind

    runtime = make_runtime()
    queries = _chosen(_read(file, QUERIES, JudgedQuery), half)
    show_notices(runtime)
    relevant = [_records(runtime.bank, query) for query in queries]
    ways = get_args(Way)
    table = {way: by_kind(queries, [_found(runtime, query, way) for query in queries], relevant) for way in ways}
    if as_json:
        print_json({way: {kind: asdict(figures) for kind, figures in rows.items()} for way, rows in table.items()})
    else:
        _show_retrieval(table)


@app.command("lint")
@takes_settings
def lint(file: File = None, half: Half = Part.TEST, as_json: AsJson = False) -> None:
    """How many defects that somebody planted in rubrics the linter finds, and how often it cries without cause.

    A line of FILE is an edit of a question: `id`, `question`, `path`, `value`, and the `rule` that it breaks (null
    for a harmless edit); it may have a `half`.
    """
    from interviewer.bank.lint.planted import Planted, lint_figures, try_edits

    runtime = make_runtime()
    edits = _chosen(_read(file, PLANTED, Planted), half)
    show_notices(runtime)
    tried = list(try_edits(runtime.linter, runtime.bank.questions, progress(edits, "Trying edits")))
    figures = lint_figures(tried)
    if as_json:
        rules = {rule: asdict(one) for rule, one in figures.rules.items()}
        print_json({**asdict(figures), "rules": rules, "recall": figures.recall, "precision": figures.precision})
    else:
        _show_lint(figures, tried)


def _read(file: Path | None, name: str, model: type[Record]) -> list[Record]:
    from pydantic import ValidationError

    from interviewer.errors import KnowledgeError
    from interviewer.records import read_jsonl, read_records
    from interviewer.resources import judged_file

    path = file or judged_file(name)
    if path is None:
        raise UsageError("There is no file of examples here.", f"Name one, or run this in a checkout (tests/{name}).")
    try:
        read = read_jsonl(path, model) if path.suffix in (".jsonl", ".ndjson") else read_records(path, model)
    except (KnowledgeError, ValidationError) as error:
        raise UsageError(str(error), "“interviewer evaluate --help” says what a line looks like.") from error
    if not read:
        raise UsageError(f"{path} holds no example.")
    return read


def _chosen(examples: Sequence[Record], half: Part) -> list[Record]:
    chosen = [one for one in examples if half is Part.ALL or getattr(one, "half", None) in (None, half.value)]
    if not chosen:
        raise UsageError(f"No example belongs to the half “{half.value}”.", "Take --half all.")
    return chosen


def _records(bank: Bank, query: JudgedQuery) -> frozenset[str]:
    """The records that a query's ``relevant`` names. Raises UsageError for what there is not."""
    found: set[str] = set()
    for name in query.relevant:
        covering = {q.id for q in bank.questions.values() if any(ref.item == name for ref in q.sources)}
        if name in bank.questions or (name.removeprefix("guide:") in bank.guides and name.startswith("guide:")):
            found.add(name)
        elif covering:
            found |= covering
        else:
            raise UsageError(f"“{query.query}” names {name!r}, which the bank does not have.")
    return frozenset(found)


def _found(runtime: Runtime, query: JudgedQuery, way: Way) -> list[str]:
    """The first records that a search finds: guides where guides are looked for, else questions."""
    from interviewer.index.evaluation import DEPTH

    if query.relevant[0].startswith("guide:"):
        return [f"guide:{hit.id}" for hit in runtime.index.search(query.query, DEPTH, kind="guide", way=way)]
    return [hit.id for hit in runtime.index.search(query.query, DEPTH, way=way)]


def _show_retrieval(table: Mapping[str, Mapping[str, Figures]]) -> None:
    """A Markdown table, which reads well in a terminal as well."""
    ways = list(table)
    names = [f"{measure} {way}" for way in ways for measure in ("r@1", "r@5", "nDCG@10")]
    print("| kind | queries | " + " | ".join(names) + " |")
    print("|---|---:|" + "---:|" * len(names))
    for kind in table[ways[0]]:
        cells = [
            f"{value:.3f}"
            for way in ways
            for value in (table[way][kind].recall_1, table[way][kind].recall_5, table[way][kind].ndcg_10)
        ]
        print(f"| {kind} | {table[ways[0]][kind].queries} | " + " | ".join(cells) + " |")


def _show_lint(figures: LintFigures, tried: Sequence[Tried]) -> None:
    print("| rule | planted | found | recall |")
    print("|---|---:|---:|---:|")
    for rule, one in figures.rules.items():
        print(f"| {rule} | {one.planted} | {one.found} | {one.recall:.2f} |")
    print(f"| all | {figures.defects} | {figures.found} | {figures.recall:.2f} |")
    out = console()
    out.print()
    flagged = figures.flagged_defects + figures.flagged_harmless
    out.print(
        f"Something was found in {flagged} of {plural(len(tried), 'edited record')}; {figures.flagged_defects} of "
        f"them held a defect (precision {figures.precision:.2f}). {figures.flagged_harmless} of {figures.harmless} "
        "harmless edits were taken for defects."
    )
    missed = [one.edit.id for one in tried if not one.right]
    if missed:
        out.print(f"Not judged right: {', '.join(missed)}.")
