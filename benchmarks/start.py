"""From starting a process to the first question, cold (an empty data folder but for the weights) and warm.

`make run` builds the index before it opens the app; without that, the first search builds it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.table import heading, row
from interviewer.settings import Settings

CHILD = """
import json, sys, time
began = float(sys.argv[1])
from interviewer.domain.interview import Setup
from interviewer.runtime import Runtime
imported = time.time()
runtime = Runtime()
runtime.start()
interview = runtime.begin(Setup(questions=5))
assert runtime.store.get(interview).turns[0].text
asked = time.time()
runtime.workers.close()
loaded = time.time()
runtime.index.search("warm")
indexed = time.time()
import os, resource
print(json.dumps({"import": imported - began, "index": indexed - loaded, "total": asked - began,
                  "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
os._exit(0)
"""


def main(folder: Path, settings: Settings) -> None:
    heading("Start: process to first question; and the index, which the first search or wish needs")
    row("", "cold", "warm")
    environment = {
        **os.environ,
        "INTERVIEWER_DATA_DIR": str(folder),
        "INTERVIEWER_WEIGHTS_DIR": str(settings.weights_path),
    }
    cold, warm = (_run(environment) for _ in range(2))
    for name, label, unit in (
        ("import", "imports", "s"),
        ("total", "first question", "s"),
        ("index", "index built (cold) or opened (warm), one search", "s"),
        ("memory", "peak memory", "MiB"),
    ):
        digits = 0 if unit == "MiB" else 2
        row(label, f"{cold[name]:.{digits}f} {unit}", f"{warm[name]:.{digits}f} {unit}")


def _run(environment: dict[str, str]) -> dict[str, float]:
    code = f"import sys, time; sys.argv = ['', str(time.time())]\n{CHILD}"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise SystemExit(f"the start could not be measured:\n{done.stderr}")
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result
