"""``interviewer search``: finding questions by meaning."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli.bank import item_refs
from interviewer.cli.common import console, make_runtime, opened_text, print_json, show_notices, takes_settings
from interviewer.domain.words import Role, Seniority, Stage
from interviewer.errors import UsageError

if TYPE_CHECKING:
    from interviewer.bank import Bank
    from interviewer.contracts import SearchHit
    from interviewer.index import Filters, Hit

NAME = "search"
HELP = """Find questions of the bank by what they are about.

Examples:

\b
  interviewer search "why does my model do worse on new data"
  interviewer search "class imbalance" -n 3 --seniority junior --json
  interviewer search --file queries.txt --json > results.jsonl
"""

_AT_ONCE = 256


@takes_settings
def command(
    query: Annotated[str | None, typer.Argument(metavar="[QUERY]", help="A few words, or a whole sentence.")] = None,
    n: Annotated[int, typer.Option("-n", metavar="N", min=1, max=1000, help="How many questions at most.")] = 5,
    role: Annotated[Role | None, typer.Option(help="Only questions for this role.")] = None,
    seniority: Annotated[Seniority | None, typer.Option(help="Only questions of this seniority.")] = None,
    stage: Annotated[Stage | None, typer.Option(help="Only questions of this stage.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only questions of this topic and those below it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print an array for programs (schema: search).")] = False,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", metavar="FILE", help="Take the queries from a file, one a line; one array a line comes out."
        ),
    ] = None,
) -> None:
    if (query is None) == (file is None):
        raise UsageError(
            "Give a QUERY, or a file of queries with --file.", "For example: interviewer search overfitting"
        )
    if query is not None and not query.strip():
        raise UsageError("The query is empty.", "For example: interviewer search overfitting")
    runtime = make_runtime()
    filters = _filters(runtime.bank, role, seniority, stage, topic)
    show_notices(runtime)
    if file is not None:
        with opened_text(file) as lines:
            while queries := list(islice(lines, _AT_ONCE)):
                asked = iter(runtime.index.search_many([query for query in queries if query.strip()], n, filters))
                for query in queries:
                    hits = next(asked) if query.strip() else []
                    print_json([as_contract(runtime.bank, hit).model_dump(mode="json") for hit in hits])
        return
    assert query is not None
    hits = runtime.index.search(query, n, filters)
    found = [as_contract(runtime.bank, hit) for hit in hits]
    if as_json:
        print_json([hit.model_dump(mode="json") for hit in found], indent=1)
    else:
        _show(found, any(hit.near for hit in hits))


def as_contract(bank: Bank, hit: Hit) -> SearchHit:
    from interviewer.contracts import SearchHit

    question = bank.question(hit.id)
    return SearchHit(
        id=question.id,
        prompt=question.prompt,
        score=hit.score,
        cosine=hit.cosine,
        topic=question.topic,
        stage=question.stage,
        seniority=question.seniority,
        sources=item_refs(question),
    )


def _filters(
    bank: Bank, role: Role | None, seniority: Seniority | None, stage: Stage | None, topic: str | None
) -> Filters:
    from interviewer.index import Filters

    topics = None
    if topic is not None:
        if topic not in bank.topics:
            raise UsageError(f"The bank has no topic {topic!r}.", f"Topics are: {', '.join(bank.topics)}.")
        topics = tuple(below for below, path in bank.ancestors.items() if topic in path)
    return Filters(
        role=role and role.value, seniority=seniority and seniority.value, stage=stage and stage.value, topic=topics
    )


def _show(hits: list[SearchHit], fits: bool) -> None:
    out = console()
    if not hits:
        out.print("Nothing was found; take fewer filters.")
    elif not fits:
        out.print("Nothing fits well; these are the nearest.")
    for hit in hits:
        out.print(hit.prompt, style="bold")
        out.print(f"  {hit.id} · {hit.stage.label} · {hit.seniority.label} · {hit.topic} · cosine {hit.cosine:.2f}")
