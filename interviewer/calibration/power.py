"""What figures of agreement can show, by simulation: whether intervals hold what they promise, who is found lenient.

Made-up raters: an answer is worth 3 + 1.1 z bands, z normal; a rater adds his leniency and his own normal noise, and
rounds to a band from 1 to 5. The figures are made by the code that makes them for people's ratings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import TypeAlias

import numpy as np

from interviewer.calibration.agreement import Array
from interviewer.calibration.panel import clustered_p, corrected, difference, quadratic_kappa
from interviewer.calibration.raters import ALPHA, agreement
from interviewer.calibration.rating_files import Rating
from interviewer.calibration.tables import Cell, Table
from interviewer.contracts import AgreementPart, Figure

Steps: TypeAlias = Callable[[Sequence[int], str], Iterator[int]]
"""Shows progress over simulations."""

SPREAD = 1.1
SIZES = (20, 40, 100)
FLOOR = 10
POPULATION = 100_000
RESAMPLES = 1000

NOISES = {"close": 0.5, "loose": 0.9}
"""The standard deviation of a rater's own noise, in bands."""

PEOPLE = ((0.0, 0.7), (0.2, 0.7), (-0.2, 0.7))
MACHINE = (0.2, 0.9)
"""Leniency and noise of the raters whose intervals are tried."""

NOT_RATED = 0.1
ANSWERS = 4
"""Answers of one candidate. What they are worth is half the candidate's and half their own, and so is a rater's noise:
an impression of somebody colours all that he says."""


def banded(random: np.random.Generator, worth: Array, raters: Sequence[tuple[float, float]], each: int = 1) -> Array:
    """Bands (n, raters) of answers worth ``worth`` (n,), ``each`` in a row one candidate's, by raters with a leniency
    and a noise."""
    columns = [worth + lenient + noise * _normal(random, len(worth), each) for lenient, noise in raters]
    bands: Array = np.clip(np.round(np.column_stack(columns)), 1, 5)
    return bands


def _normal(random: np.random.Generator, answers: int, each: int) -> Array:
    own = random.normal(size=answers)
    if each == 1:
        return own
    of_candidate = np.repeat(random.normal(size=-(-answers // each)), each)[:answers]
    mixed: Array = (of_candidate + own) / np.sqrt(2)
    return mixed


def _worth(random: np.random.Generator, answers: int, each: int = 1) -> Array:
    return 3 + SPREAD * _normal(random, answers, each)


def _ratings(random: np.random.Generator, answers: int, each: int, *, grouped: bool) -> list[Rating]:
    bands = banded(random, _worth(random, answers, each), (*PEOPLE, MACHINE), each)
    rated = random.random(bands.shape) >= NOT_RATED
    names = [*(f"person {place}" for place in range(len(PEOPLE))), "machine"]
    return [
        Rating(str(item), names[rater], float(bands[item, rater]), None, str(item // each) if grouped else None)
        for item, rater in zip(*np.nonzero(rated), strict=True)
    ]


WATCHED: dict[str, Callable[[AgreementPart], Figure]] = {
    "exact, people": lambda part: part.people.exact,
    "within one, people": lambda part: part.people.within_one,
    "quadratic kappa, people": lambda part: part.people.kappa,
    "Krippendorff's alpha, people": lambda part: part.people.alpha,
    "ICC(2,1), people": lambda part: part.people.icc_single,
    "ICC(2,k), people": lambda part: part.people.icc_mean,
    "error by score, people": lambda part: part.people.macro_error,
    "quadratic kappa, machine": lambda part: part.machines[0].kappa,
    "machine less people": lambda part: part.machines[0].bias,
    "kappa less the people's": lambda part: part.machines[0].kappa_gap,
    "difference of a person": lambda part: part.leniency[1].difference,
}


class _Tried:
    """How often intervals held the true values, and how wide they were."""

    def __init__(self, truth: AgreementPart) -> None:
        self.truth = {name: watch(truth).value for name, watch in WATCHED.items()}
        self.held: dict[str, list[bool]] = {name: [] for name in WATCHED}
        self.widths: dict[str, list[float]] = {name: [] for name in WATCHED}

    def add(self, found: AgreementPart) -> None:
        for name, watch in WATCHED.items():
            figure, truth = watch(found), self.truth[name]
            if figure.low is not None and figure.high is not None and truth is not None:
                self.held[name].append(figure.low <= truth <= figure.high)
                self.widths[name].append(figure.high - figure.low)

    def coverage(self, name: str) -> float:
        return float(np.mean(self.held[name])) if self.held[name] else float("nan")

    def width(self, name: str) -> float:
        return float(np.mean(self.widths[name])) if self.widths[name] else float("nan")


def _truth(each: int) -> AgreementPart:
    """What the same raters have on very many answers."""
    return _agreement(_ratings(np.random.default_rng(1), POPULATION, each, grouped=False), resamples=1)


def _try(
    truth: AgreementPart, simulations: int, sizes: Sequence[int], steps: Steps, each: int = 1, *, grouped: bool = False
) -> list[_Tried]:
    """One for each size (answers)."""
    all_tried = []
    for size in sizes:
        tried = _Tried(truth)
        for seed in steps(range(simulations), f"{size} answers"):
            random = np.random.default_rng([size, each, seed])
            tried.add(_agreement(_ratings(random, size, each, grouped=grouped), seed=seed, resamples=RESAMPLES))
        all_tried.append(tried)
    return all_tried


def _agreement(ratings: Sequence[Rating], *, resamples: int, seed: int = 0) -> AgreementPart:
    part = agreement(ratings, resamples=resamples, seed=seed).overall
    assert part is not None  # all are scores of whole answers
    return part


def coverage(simulations: int, steps: Steps) -> list[Table]:
    """Coverage and width of the intervals at several numbers of answers, and with several answers of a candidate."""
    sizes = (FLOOR, *SIZES)
    tried = _try(_truth(1), simulations, sizes, steps)
    columns = ["figure", "true value", *(f"{size} answers" for size in sizes)]
    note = (
        f"{simulations:,} sets of ratings each: three people and a machine, a tenth of the ratings missing. The true "
        f"value is that of the same raters on {POPULATION:,} answers. Sets where a figure has no interval do not count."
    )
    truth = tried[0].truth
    covered: list[list[Cell]] = [[name, truth[name], *(one.coverage(name) for one in tried)] for name in WATCHED]
    wide: list[list[Cell]] = [[name, truth[name], *(one.width(name) for one in tried)] for name in WATCHED]
    return [
        Table("coverage", "How often a 95 % interval holds the true value", columns, covered, note),
        Table("width", "How wide the intervals are on average, from end to end", columns, wide),
        _clustered(max(10, simulations // 2), steps),
    ]


def _clustered(simulations: int, steps: Steps) -> Table:
    answers = [ANSWERS * size for size in SIZES]
    truth = _truth(ANSWERS)
    ways = {
        "with `candidate`": _try(truth, simulations, answers, steps, ANSWERS, grouped=True),
        "without": _try(truth, simulations, answers, steps, ANSWERS),
    }
    names = ("exact, people", "quadratic kappa, people", "Krippendorff's alpha, people", "quadratic kappa, machine")
    rows: list[list[Cell]] = [
        [f"{name}, {way}", *(one.coverage(name) for one in tried)] for name in names for way, tried in ways.items()
    ]
    columns = ["figure", *(f"{size} candidates" for size in SIZES)]
    note = (
        f"{simulations:,} sets of ratings each, {ANSWERS} answers of every candidate. Without the field `candidate`, "
        "answers are drawn again one by one, as if each were of somebody else."
    )
    return Table("candidates", "The same where a candidate gave several answers", columns, rows, note)


def power(simulations: int, steps: Steps) -> list[Table]:
    """How often one lenient rater is found, and how often a rater is called lenient or severe where none is."""
    found: dict[tuple[str, int, float, int], tuple[float, float]] = {}
    cells = list(product(NOISES, (2, 3, 5), (0.0, 0.5, 1.0), SIZES))
    for place in steps(range(len(cells)), "Power"):
        found[cells[place]] = _found(simulations, *cells[place])
    columns = ["raters", "kappa", *(f"{size} answers" for size in SIZES)]
    rows: dict[str, list[list[Cell]]] = {"none": [], "half": [], "whole": [], "others": []}
    for noise, raters in product(NOISES, (2, 3, 5)):
        label, kappa = f"{raters}, {noise}", _kappa(NOISES[noise])
        for name, lenient in (("none", 0.0), ("half", 0.5), ("whole", 1.0)):
            rows[name].append([label, kappa, *(found[noise, raters, lenient, size][0] for size in SIZES)])
        if raters > 2:
            rows["others"].append([label, kappa, *(found[noise, raters, 1.0, size][1] for size in SIZES)])
    note = f"{simulations:,} sets of ratings each. “Kappa” is that of two such raters without leniency."
    return [
        Table(
            "false-alarms", "Nobody is lenient: how often anybody is called clear of zero", columns, rows["none"], note
        ),
        Table("half-a-band", "One is lenient by half a band: how often that one is found", columns, rows["half"]),
        Table("a-whole-band", "One is lenient by a whole band: how often that one is found", columns, rows["whole"]),
        Table(
            "called-severe",
            "One is lenient by a whole band: how often another is called severe for it",
            columns,
            rows["others"],
            "The others are compared with a mean that the lenient one raises. Of two raters it is always both or none.",
        ),
    ]


def _found(simulations: int, noise: str, raters: int, lenient: float, size: int) -> tuple[float, float]:
    """How often the last rater is called lenient (without leniency: anyone is called anything), and how often another
    is called severe."""
    spread = NOISES[noise]
    last = raters - 1
    groups = np.arange(size)
    hits = others = 0
    for seed in range(simulations):
        random = np.random.default_rng([size, raters, int(100 * spread), int(10 * lenient), seed])
        levels = [(0.0, spread)] * last + [(lenient, spread)]
        matrix = banded(random, _worth(random, size), levels)
        apart = [
            difference(matrix, one, [other for other in range(raters) if other != one])[1] for one in range(raters)
        ]
        clear = [p <= ALPHA for p in corrected([clustered_p(values, groups) for values in apart], raters)]
        hits += clear[last] and apart[last].mean() > 0 if lenient else any(clear)
        others += any(clear[one] and apart[one].mean() < 0 for one in range(last))
    return hits / simulations, others / simulations


def _kappa(noise: float) -> float:
    random = np.random.default_rng(2)
    bands = banded(random, _worth(random, POPULATION), [(0.0, noise)] * 2)
    return quadratic_kappa(bands[:, 0], bands[:, 1])


SECTIONS: dict[str, Callable[[int, Steps], list[Table]]] = {"coverage": coverage, "power": power}
