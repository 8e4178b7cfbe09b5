"""Plain tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def row(name: str, *values: str) -> None:
    print(f"{name:<52}" + "".join(f"{value:>14}" for value in values), flush=True)


def milliseconds(seconds: Sequence[float]) -> tuple[str, str]:
    """The median and the 95th percentile."""
    p50, p95 = np.quantile(np.array(seconds) * 1000, [0.5, 0.95])
    return f"{p50:.1f} ms", f"{p95:.1f} ms"
