"""A mean over answers with its interval, candidates drawn again whole; no interval for fewer than are needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interviewer.calibration.panel import mean_part
from interviewer.calibration.raters import FEWEST, TAIL
from interviewer.calibration.resampling import RESAMPLES, Resampler
from interviewer.contracts import Figure


def mean_figure(
    values: Sequence[float], candidates: Sequence[str], *, share: bool = False, resamples: int = RESAMPLES
) -> Figure:
    """The mean of ``values`` with its 95 % BCa interval; ``candidates`` says whose answer each is of, (n,) like them.

    With ``share`` the values are 0 to 1; where all are 0 or all 1, the interval is Clopper and Pearson's (1934) for
    that many candidates. Below FEWEST candidates there is the mean alone, and why.
    """
    if not values:
        return Figure(value=None, low=None, high=None, items=0, why="there is no answer to tell it from")
    column = np.asarray(values, dtype=float)
    number = {name: place for place, name in enumerate(dict.fromkeys(candidates))}
    value, groups = float(column.mean()), len(number)
    if groups < FEWEST:
        people = "1 candidate" if groups == 1 else f"{groups} candidates"
        why = f"answers of {people}; an interval needs {FEWEST} candidates"
        return Figure(value=value, low=None, high=None, items=len(column), why=why)
    if share and value in (0.0, 1.0):
        bound = TAIL ** (1 / groups)
        low, high = (bound, 1.0) if value else (0.0, 1 - bound)
        return Figure(value=value, low=low, high=high, items=len(column), why=None)
    resampler = Resampler(np.array([number[name] for name in candidates], dtype=np.intp), resamples=resamples)
    one = resampler.replicates(mean_part(np.arange(len(column)), column, np.ones(len(column))))
    interval = one.interval()
    if isinstance(interval, str):
        return Figure(value=value, low=None, high=None, items=len(column), why=f"no interval: {interval}")
    return Figure(value=value, low=interval[0], high=interval[1], items=len(column), why=None)
