"""Runs the commands whose output docs/quality.md quotes, and puts it there again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "quality.md"


def printed(part: str) -> str:
    """What “interviewer evaluate PART” prints, without its list of single cases."""
    done = subprocess.run(
        [sys.executable, "-m", "interviewer", "evaluate", part], capture_output=True, text=True, check=True
    )
    kept = [line for line in done.stdout.split("Not judged right")[0].splitlines() if line.strip() or part == "lint"]
    return "\n".join(kept).strip()


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for part in ("retrieval", "lint"):
        print(f"Measuring {part} …", flush=True)
        before, rest = text.split(f"<!-- {part} -->", 1)
        text = f"{before}<!-- {part} -->\n{printed(part)}\n<!-- /{part} -->{rest.split(f'<!-- /{part} -->', 1)[1]}"
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE} is up to date.")


if __name__ == "__main__":
    main()
