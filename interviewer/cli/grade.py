"""``interviewer grade``: grading a file of answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from interviewer.cli.common import (
    Offline,
    make_runtime,
    note,
    plural,
    progress_bar,
    require_file,
    show_company,
    show_notices,
    takes_settings,
)
from interviewer.errors import UsageError

if TYPE_CHECKING:
    from interviewer.grading.batch import Judge
    from interviewer.runtime import Runtime

NAME = "grade"
HELP = """Grade answers from a file of JSON lines.

For each line there is one line of result, in the same order. A line has an id, an answer (or turns), and what to grade
against: criteria, reference, question_id or question. “interviewer schema grade-input” and “grade-output” describe both
sides. With --out, a run that was interrupted goes on where it was when the same command is given again.

Examples:

\b
  interviewer grade answers.jsonl
  interviewer grade answers.jsonl --out grades.jsonl --jobs 2
  echo '{"id": "1", "answer": "It memorises noise.", "question_id": "overfitting"}' | interviewer grade -
"""


@takes_settings
def command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.jsonl", help="The answers; “-” reads them from standard input.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Where the results go, instead of standard output."),
    ] = None,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", "-j", metavar="N", min=1, max=64, help="Lines graded at once; one keeps all cores busy offline."
        ),
    ] = 1,
    restart: Annotated[bool, typer.Option("--restart", help="Replace what --out holds and begin anew.")] = False,
    offline: Offline = False,
) -> None:
    from interviewer.grading import batch, resume

    piped = str(file) == "-" or file.is_fifo()
    if piped and out is not None:
        raise UsageError(
            "A pipe cannot be read a second time, so --out could not go on after an interruption.",
            "Save the input as a file, or redirect the output: interviewer grade - > FILE.",
        )
    if piped:
        with nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as pipe:
            _grade(_judge(_runtime(offline)), batch.read_lines(pipe), sys.stdout, jobs=jobs, done=0, total=None)
        return
    require_file(file)
    if out is not None and out.exists() and out.samefile(file):
        raise UsageError("--out is the input file itself.", "Name another file.")
    runtime = _runtime(offline)
    with file.open("rb") as stream:
        given = resume.fingerprint(stream)
        stream.seek(0)
        if out is None:
            _grade(_judge(runtime), batch.read_lines(stream), sys.stdout, jobs=jobs, done=0, total=given.lines)
            return
        with resume.resumable(out, given, _grader(runtime), restart=restart) as output:
            if output.done == given.lines:
                note(f"Nothing to do: {out} holds the results of {_all(given.lines)}.")
                return
            if output.done:
                note(f"Going on after line {output.done:,} of {given.lines:,}.")
            lines = batch.read_lines(stream)
            try:
                _grade(_judge(runtime), lines, output.stream, jobs=jobs, done=output.done, total=given.lines)
            except KeyboardInterrupt:
                note(f"The results so far are in {out}; the same command goes on from there.")
                raise


def _grade(judge: Judge, lines: Iterator[bytes | None], to: TextIO, *, jobs: int, done: int, total: int | None) -> None:
    from interviewer.grading import batch

    graded = ungraded = 0
    with progress_bar("Grading", total, done) as advance:
        for result in batch.grade_lines(judge, lines, jobs=jobs, skip=done):
            to.write(batch.to_json(result))
            to.flush()
            graded += result.status == "graded"
            ungraded += result.status == "ungraded"
            advance()
    more = f"; {plural(ungraded, 'line')} could not be graded, the reasons are in “error”" if ungraded else ""
    note(f"{plural(graded, 'line')} graded{more}.")


def _runtime(offline: bool) -> Runtime:
    return make_runtime(use_model=False if offline else None)


def _judge(runtime: Runtime) -> Judge:
    from functools import lru_cache

    from interviewer.grading.batch import Judge

    show_notices(runtime)
    show_company(runtime)

    @lru_cache(maxsize=4096)
    def find(question: str) -> tuple[str, float] | None:
        hits = runtime.index.search(question, 1)
        return (hits[0].id, hits[0].cosine) if hits else None

    return Judge(runtime.model, runtime.bank.questions, find, runtime.key)


def _grader(runtime: Runtime) -> dict[str, Any]:
    """What the grades depend on: when it changes, an interrupted run is not gone on with."""
    info = runtime.model.info
    return {
        "model": info.name,
        "version": info.version,
        **info.settings,
        "embedder": runtime.embedder.id,
        "bank": runtime.bank.hash,
    }


def _all(lines: int) -> str:
    return "the one line" if lines == 1 else f"all {lines:,} lines"
