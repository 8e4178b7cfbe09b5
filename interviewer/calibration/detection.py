"""What so many answers can show about leniency, in a sentence: what was simulated, and never more than that.

The rates are those of the tables in docs/agreement.md, which ``interviewer evaluate agreement`` prints.
"""

from __future__ import annotations

from dataclasses import dataclass

SIZES = (20, 40, 100)
"""Answers, each of another candidate, for which it was simulated."""


@dataclass(frozen=True)
class Rates:
    """How often, of all simulated sets, by size: a lenient rater found, and anybody called so where nobody is."""

    half: tuple[float, float, float]
    whole: tuple[float, float, float]
    false: tuple[float, float, float]


KAPPA = {"close": 0.77, "loose": 0.55}
"""The quadratic kappa of two such raters, neither of them lenient."""

RATES: dict[tuple[int, str], Rates] = {
    (2, "close"): Rates((0.69, 0.95, 1.00), (1.00, 1.00, 1.00), (0.04, 0.05, 0.05)),
    (3, "close"): Rates((0.66, 0.97, 1.00), (1.00, 1.00, 1.00), (0.04, 0.04, 0.05)),
    (5, "close"): Rates((0.67, 0.96, 1.00), (1.00, 1.00, 1.00), (0.05, 0.06, 0.05)),
    (2, "loose"): Rates((0.34, 0.58, 0.94), (0.84, 0.99, 1.00), (0.05, 0.05, 0.06)),
    (3, "loose"): Rates((0.25, 0.55, 0.95), (0.84, 0.99, 1.00), (0.05, 0.04, 0.04)),
    (5, "loose"): Rates((0.21, 0.58, 0.97), (0.87, 0.99, 1.00), (0.04, 0.05, 0.06)),
}
"""By the number of raters and how close they are to each other."""


def detectable(candidates: int, raters: int, kappa: float | None) -> str:
    """What a test of leniency can show with answers of so many ``candidates`` and so many ``raters``.

    ``candidates`` are those of whom two people rated the same answer. Cautious wherever the simulations do not have
    just this case: the next smaller size, raters as loose as theirs unless ``kappa`` (among these people; None:
    unknown) is at least that of the close ones, and the lowest rate of the numbers of raters on either side. Where
    ``kappa`` is unknown, or lower than any that was simulated, it says that fewer may be found.
    """
    if raters < 2:
        return "Whether somebody is lenient or severe takes two people who rate the same answers."
    size = max((size for size in SIZES if size <= candidates), default=None)
    if size is None:
        return (
            f"The simulations of who is found to be lenient begin at {SIZES[0]} candidates; these are {candidates}. "
            "That somebody is not called lenient or severe with so few shows nothing."
        )
    how = "close" if kappa is not None and kappa >= KAPPA["close"] else "loose"
    near = [rates for (count, noise), rates in RATES.items() if noise == how and count in _beside(raters)]
    place = SIZES.index(size)
    half, whole = (min(getattr(one, name)[place] for one in near) for name in ("half", "whole"))
    false = max(one.false[place] for one in near)
    looser = kappa is None or kappa < KAPPA["loose"]
    less = ""
    if looser:
        here = "how close people are here is not known" if kappa is None else f"here it is {_short(kappa)}"
        less = f" But {here}, and raters who agree less are found less often than that."
    missed = " That nobody is called lenient or severe does not show that all are alike."
    return (
        f"What {size} candidates can show, by simulation with raters who all rate every answer and whose kappa is "
        f"{_short(KAPPA[how])}: one who is lenient by half a band was found in {_percent(half)} of cases, by a whole "
        f"band in {_percent(whole)}; where nobody was, somebody was called so in {_percent(false)}."
        f"{less}{missed if looser or half < 0.95 else ''}"
    )


def _beside(raters: int) -> set[int]:
    """The simulated numbers of raters nearest to this one, below and above.

    >>> sorted(_beside(4)), sorted(_beside(3)), sorted(_beside(9))
    ([3, 5], [3], [5])
    """
    counts = {count for count, _ in RATES}
    below = [count for count in counts if count <= raters]
    above = [count for count in counts if count >= raters]
    return {max(below)} | ({min(above)} if above else set())


def _percent(share: float) -> str:
    """
    >>> _percent(0.34), _percent(1.0)
    ('34 %', 'over 99 %')
    """
    return "over 99 %" if share >= 0.995 else f"{100 * share:.0f} %"


def _short(value: float) -> str:
    return f"{value:.2f}".replace("0.", ".", 1).replace("-", "−")
