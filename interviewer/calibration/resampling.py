"""BCa intervals (Efron 1987) for statistics that are functions of sums: items or candidates are drawn again, whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interviewer.calibration.agreement import Array
from interviewer.calibration.panel import Part

RESAMPLES = 2000
LEVEL = 0.95

_AT_ONCE = 4_000_000  # numbers held as floats at a time: 32 MB
_MANY = 256
_DEFINED = 0.9
_SAME = 1e-12


@dataclass(frozen=True)
class Replicates:
    """A statistic, what it was in each resample (b,), and what it is without each group (g,)."""

    value: float
    resampled: Array
    left_out: Array

    def __sub__(self, other: Replicates) -> Replicates:
        return Replicates(self.value - other.value, self.resampled - other.resampled, self.left_out - other.left_out)

    def interval(self) -> tuple[float, float] | str:
        """The 95 % BCa interval, or why there is none, as the end of a sentence.

        As usual, resamples in which the statistic is not defined (no variance was drawn) are left out; where these are
        more than a tenth, what is left would no longer be the sampling distribution.
        """
        from scipy.special import ndtr, ndtri

        drawn = self.resampled[np.isfinite(self.resampled)]
        if not np.isfinite(self.value) or len(drawn) < _DEFINED * len(self.resampled):
            return "scores vary so little that resampling often leaves no variance at all"
        if np.ptp(drawn) <= _SAME:
            return "every resample gives the same, so it cannot be told how far off this may be"
        below = (np.mean(drawn < self.value - _SAME) + np.mean(drawn <= self.value + _SAME)) / 2
        shift = ndtri(below)
        without = self.left_out[np.isfinite(self.left_out)]
        pull = without.mean() - without
        spread = (pull**2).sum()
        skew = (pull**3).sum() / (6 * spread**1.5) if spread > 0 else 0.0
        normal = shift + ndtri(np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
        stretched = 1 - skew * normal
        if not np.isfinite(shift) or (stretched <= 0).any():
            return "the resamples lie so much to one side that the method gives no interval"
        low, high = np.quantile(drawn, ndtr(shift + normal / stretched))
        return float(low), float(high)


class Resampler:
    """Draws groups with replacement, once for all statistics of the same items, so that these can be compared.

    ``groups`` gives each item's group, 0..g-1 (n,). The same seed draws the same.
    """

    def __init__(self, groups: NDArray[np.intp], *, seed: int = 0, resamples: int = RESAMPLES) -> None:
        self.groups = groups
        self.size = int(groups.max()) + 1 if len(groups) else 0
        self.resamples = resamples
        random = np.random.default_rng(seed)
        # How often each group was drawn (g, b). A byte is enough: nothing is drawn 255 times out of more than 255.
        self._drawn = np.empty((self.size, resamples), dtype=np.uint8)
        step = max(1, _AT_ONCE // max(1, self.size))
        for start in range(0, resamples if self.size else 0, step):
            rows = min(step, resamples - start)
            places = random.integers(0, self.size, (rows, self.size))
            places += np.arange(rows)[:, None] * self.size
            counts = np.bincount(places.ravel(), minlength=rows * self.size)
            self._drawn[:, start : start + rows] = counts.reshape(rows, self.size).T

    def groups_of(self, part: Part) -> int:
        """How many groups the part's items are from."""
        return len(np.unique(self.groups[part.rows]))

    def replicates(self, part: Part) -> Replicates:
        return next(self.all_replicates([part]))

    def all_replicates(self, parts: Iterable[Part]) -> Iterator[Replicates]:
        """The replicates of each part, in order; many at a time, which is much quicker than one by one."""
        waiting: list[_Grouped] = []
        for part in parts:
            waiting.append(self._grouped(part))
            if sum(one.sums.shape[1] for one in waiting) * self.size > _AT_ONCE or len(waiting) >= _MANY:
                yield from self._flush(waiting)
                waiting = []
        yield from self._flush(waiting)

    def _grouped(self, part: Part) -> _Grouped:
        members, place = np.unique(self.groups[part.rows], return_inverse=True)
        sums = np.empty((len(members), part.sums.shape[1]))
        for column, values in enumerate(part.sums.T):
            sums[:, column] = np.bincount(place, weights=values, minlength=len(members))
        return _Grouped(part, members, sums)

    def _flush(self, waiting: list[_Grouped]) -> Iterator[Replicates]:
        wide = [one for one in waiting if 4 * len(one.members) > self.size]
        together = np.zeros((self.size, sum(one.sums.shape[1] for one in wide)))
        end = 0
        ends: dict[int, int] = {}
        for one in wide:
            ends[id(one)] = end
            end += one.sums.shape[1]
            together[one.members, ends[id(one)] : end] = one.sums
        drawn = self._weighted(together, None) if wide else together
        for one in waiting:
            start = ends.get(id(one))
            width = one.sums.shape[1]
            sums = self._weighted(one.sums, one.members) if start is None else drawn[start : start + width]
            total = one.sums.sum(axis=0, keepdims=True)
            value = float(one.part.finish(total)[0])
            left_out = np.full(self.size, value)
            left_out[one.members] = one.part.finish(total - one.sums)
            yield Replicates(value, one.part.finish(sums.T), left_out)

    def _weighted(self, sums: Array, members: NDArray[np.intp] | None) -> Array:
        """Each column's sum in each resample (k, b)."""
        added = np.zeros((sums.shape[1], self.resamples))
        step = max(1, _AT_ONCE // self.resamples)
        for start in range(0, len(sums), step):
            stop = min(start + step, len(sums))
            drawn = self._drawn[start:stop] if members is None else self._drawn[members[start:stop]]
            added += sums[start:stop].T @ drawn.astype(float)
        return added


@dataclass(frozen=True)
class _Grouped:
    """A part's sums added up by group (g', k), for the groups that its items are from."""

    part: Part
    members: NDArray[np.intp]
    sums: Array


class Averaged:
    """The mean of several statistics in each resample, over those that are defined there; added one by one."""

    def __init__(self) -> None:
        self._values: list[float] = []
        self._sums: list[Array] = []
        self._counts: list[Array] = []

    def add(self, one: Replicates) -> None:
        self._values.append(one.value)
        columns = (one.resampled, one.left_out)
        if not self._sums:
            self._sums = [np.zeros(len(column)) for column in columns]
            self._counts = [np.zeros(len(column)) for column in columns]
        for column, total, count in zip(columns, self._sums, self._counts, strict=True):
            there = np.isfinite(column)
            total[there] += column[there]
            count += there

    @property
    def mean(self) -> Replicates | None:
        """None where nothing was added that is defined."""
        defined = [value for value in self._values if np.isfinite(value)]
        if not defined:
            return None
        resampled, left_out = (
            np.where(count > 0, total / np.maximum(count, 1), np.nan)
            for total, count in zip(self._sums, self._counts, strict=True)
        )
        return Replicates(float(np.mean(defined)), resampled, left_out)
