"""``make bench``, or ``python -m benchmarks [start search turns model spoken grading]``: prints what it measured.

Nothing is written outside a temporary folder; the encoder's weights are read from the data folder in force.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import grading, model, search, spoken, start, turns
from benchmarks.table import heading
from interviewer.settings import Settings

PARTS: dict[str, Callable[[Path, Settings], None]] = {
    "start": start.main,
    "search": search.main,
    "turns": turns.main,
    "model": model.main,
    "spoken": spoken.main,
    "grading": grading.main,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"which to run, of: {', '.join(PARTS)} (default: all)")
    chosen = parser.parse_args().parts or list(PARTS)
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        parser.error(f"unknown parts {unknown}; there are {', '.join(PARTS)}")
    settings = Settings()
    heading(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    for name in chosen:
        with tempfile.TemporaryDirectory(prefix="interviewer-bench-") as folder:
            PARTS[name](Path(folder), settings)


if __name__ == "__main__":
    main()
