"""Runs the commands whose output the pages quote, and puts it there again: ``python scripts/figures.py [PART ...]``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
QUICK = ("agreement", "kinds", "credit", "confidence", "second-key", "probes", "readers")
EVALUATE = [sys.executable, "-m", "interviewer", "evaluate"]
QUOTED: dict[str, tuple[Path, list[str]]] = {
    "retrieval": (DOCS / "quality.md", [*EVALUATE, "retrieval"]),
    "lint": (DOCS / "quality.md", [*EVALUATE, "lint"]),
    "grading": (DOCS / "grading.md", [*EVALUATE, "grading", *(f"--only={name}" for name in QUICK)]),
    "laws": (DOCS / "grading.md", [*EVALUATE, "grading", "--only=invariance", "--only=laws"]),
    "robustness": (DOCS / "robustness.md", [*EVALUATE, "robustness"]),
    "agreement": (DOCS / "agreement.md", [*EVALUATE, "agreement"]),
    "delivery": (DOCS / "delivery.md", [*EVALUATE, "delivery"]),
    "designs": (DOCS / "grading.md", [sys.executable, "-m", "scripts.reader.compare"]),
}
"""The page and the command of each part. The last needs what “make reader” installs, and some minutes."""


def printed(part: str) -> str:
    """What the part's command prints, without the linter's list of single cases."""
    done = subprocess.run(QUOTED[part][1], capture_output=True, text=True, check=True, cwd=DOCS.parent)
    text = done.stdout.split("Not judged right")[0]
    kept = [line for line in text.splitlines() if line.strip() or part != "retrieval"]
    return "\n".join(kept).strip()


def main(parts: list[str]) -> None:
    for part in parts or list(QUOTED):
        print(f"Measuring {part} …", flush=True)
        page = QUOTED[part][0]
        output = printed(part)
        before, rest = page.read_text(encoding="utf-8").split(f"<!-- {part} -->", 1)
        after = rest.split(f"<!-- /{part} -->", 1)[1]
        page.write_text(f"{before}<!-- {part} -->\n{output}\n<!-- /{part} -->{after}", encoding="utf-8")
        print(f"{page} is up to date.")


if __name__ == "__main__":
    main(sys.argv[1:])
