"""From ratings to one value that says how far raters agree: people with each other, and people with a machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, compress
from typing import Literal, TypeAlias, TypedDict

import numpy as np
from numpy.typing import NDArray

from interviewer.calibration.agreement import Array
from interviewer.calibration.findings import findings
from interviewer.calibration.panel import (
    MOST_SCORES,
    NEAR,
    Couple,
    Pairs,
    Part,
    Places,
    alpha_part,
    clustered_p,
    corrected,
    couples,
    difference,
    distinct,
    icc_part,
    kappa_part,
    macro_part,
    mean_part,
    pair_up,
    standardised_part,
)
from interviewer.calibration.rating_files import WORDS, Rating
from interviewer.calibration.resampling import RESAMPLES, Averaged, Replicates, Resampler
from interviewer.contracts import (
    Agreed,
    AgreedWithMachine,
    Agreement,
    AgreementPart,
    Confusion,
    Figure,
    Leniency,
    RaterPair,
    ScoreError,
)
from interviewer.errors import UsageError

FEWEST = 10
"""Items (or candidates, where these are drawn again) below which there is no interval, no kappa, alpha or ICC, and no
test. The simulations in docs/agreement.md have a column for ten: below it, intervals hold less than they promise, and a
coefficient that may lie anywhere says nothing."""

FEWEST_BY_SCORE = 20
"""The same for the interval of the error by score: it rests on the rarest score, and at ten items it holds far less."""

MOST_PAIRS = 300
"""Pairs of raters (of 25 people) up to which each has an interval of its own: nobody reads more, and they take long."""

ALPHA = 0.05
"""The chance of calling any rater clear of zero when none is, over all raters of a part together."""

TAIL = 0.025
"""What an interval leaves out at each end."""

MadeOf: TypeAlias = Literal["whole answers", "a criterion", "criteria together"]


def is_machine(rater: str) -> bool:
    """Whether a rater is a machine by name: “machine”, “model”, or beginning with “machine:”."""
    name = rater.casefold()
    return name in ("machine", "model") or name.startswith("machine:")


def agreement(
    ratings: Sequence[Rating],
    *,
    machines: Iterable[str] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Agreement:
    """The agreement on each criterion, and over all: of the scores without criterion where there are any, else of all
    criteria together.

    ``machines`` are the raters that are machines; left out, they are known by name (``is_machine``). An item, criterion
    and rater may occur once. The same seed gives the same intervals. Raises UsageError for no ratings, and for a
    machine that rated nothing.
    """
    if not ratings:
        raise UsageError("There is no rating here.", "Give one rating a line: item, rater, score.")
    raters = sorted({rating.rater for rating in ratings})
    named = sorted(set(machines)) if machines is not None else [rater for rater in raters if is_machine(rater)]
    for name in named:
        if name not in raters:
            known = ", ".join(raters[:10]) + (" …" if len(raters) > 10 else "")
            raise UsageError(f"No rating is by “{name}”.", f"The raters are: {known}.")
    by_criterion: dict[str | None, list[Rating]] = {}
    for rating in ratings:
        by_criterion.setdefault(rating.criterion, []).append(rating)
    whole = by_criterion.pop(None, None)
    kinds = {rating.word for rating in ratings} if whole is None else set()
    mixed = len(kinds) > 1

    def part(some: Sequence[Rating], criterion: str | None, made_of: MadeOf) -> AgreementPart:
        return _Panel(some, named, seed, resamples).part(criterion, made_of)

    overall = None
    if whole is not None:
        overall = part(whole, None, "whole answers")
    elif not mixed:
        overall = part(ratings, None, "criteria together")
    return Agreement(
        people=[rater for rater in raters if rater not in named],
        machines=named,
        seed=seed,
        resamples=resamples,
        words=dict(WORDS) if any(rating.word for rating in ratings) else None,
        overall=overall,
        overall_why="some criteria are rated in words and others in numbers" if mixed else None,
        criteria=[part(by_criterion[name], name, "a criterion") for name in sorted(filter(None, by_criterion))],
    )


class _ByPair(TypedDict):
    items: int
    exact: Figure
    within_one: Figure
    macro_error: Figure
    errors: list[ScoreError]
    confusion: Confusion | None


class _Panel:
    """The ratings of one part as a matrix, items × raters, with what is drawn again for intervals."""

    def __init__(self, ratings: Sequence[Rating], machines: Sequence[str], seed: int, resamples: int) -> None:
        self.ratings = len(ratings)
        # In an order of their own, so that the order of lines in a file changes nothing, not even an interval.
        ratings = sorted(ratings, key=lambda rating: (rating.item, rating.criterion or "", rating.rater))
        self.names = sorted({rating.rater for rating in ratings})
        column = {name: place for place, name in enumerate(self.names)}
        units: dict[tuple[str, str | None], int] = {}
        groups: dict[tuple[bool, str], int] = {}
        self.by_candidate = any(rating.candidate is not None for rating in ratings)
        places: list[int] = []
        of_unit: list[int] = []
        for rating in ratings:
            unit = (rating.item, rating.criterion)
            if unit not in units:
                units[unit] = len(units)
                own = rating.candidate is None
                group = (own, rating.item if rating.candidate is None else rating.candidate)
                of_unit.append(groups.setdefault(group, len(groups)))
            places.append(units[unit])
        self.matrix = np.full((len(units), len(self.names)), np.nan, order="F")
        self.matrix[places, [column[rating.rater] for rating in ratings]] = [rating.score for rating in ratings]
        self.people = [column[name] for name in self.names if name not in machines]
        self.machines = [column[name] for name in self.names if name in machines]
        self.groups: NDArray[np.intp] = np.array(of_unit, dtype=np.intp)
        self.couples = couples(self.matrix, combinations(self.people, 2))
        self.resampler = Resampler(self.groups, seed=seed, resamples=resamples)

    def part(self, criterion: str | None, made_of: MadeOf) -> AgreementPart:
        people = self._among_people()
        machines = [self._with_machine(column) for column in self.machines]
        leniency = self._leniency()
        return AgreementPart(
            criterion=criterion,
            made_of=made_of,
            items=len(self.matrix),
            groups=self.resampler.size,
            grouped_by="candidate" if self.by_candidate else "item",
            ratings=self.ratings,
            people=people,
            machines=machines,
            leniency=leniency,
            findings=findings(people, machines, leniency, self.resampler.size),
        )

    # --- people, and people with a machine ------------------------------------------------------------------

    def _among_people(self) -> Agreed:
        pairs = pair_up(self.matrix, self.couples, both_ways=True)
        kappa, items, listed = self._kappas(self.couples)
        of_people = self.matrix[:, self.people]
        complete = icc_part(of_people)
        if len(self.people) < 2:
            none = "fewer than two people rated anything"
            alpha = single = mean = Figure(value=None, low=None, high=None, items=0, why=none)
        else:
            alpha = self._alpha(of_people)
            few = f"{_count(len(complete.rows), 'item')} rated by all {len(self.people)} people; {FEWEST} are needed"
            single = self._figure(complete, few=few)
            mean = self._figure(icc_part(of_people, of_mean=True), few=few)
        return Agreed(
            raters=[self.names[column] for column in self.people],
            kappa=self._of_pairs(kappa, items, "two people"),
            alpha=alpha,
            icc_single=single,
            icc_mean=mean,
            pairs=listed,
            **self._by_pair(pairs, folded=True),
        )

    def _with_machine(self, machine: int) -> AgreedWithMachine:
        met = couples(self.matrix, [(person, machine) for person in self.people])
        pairs = pair_up(self.matrix, met, both_ways=False)
        kappa, items, listed = self._kappas(met)
        columns = [self.matrix[:, [one.first, one.second]] for one in met if self._enough(one.rows)]
        who = "a person and the machine"
        many = self._too_many(self.matrix[:, [*self.people, machine]])
        rows, apart = difference(self.matrix, machine, self.people)
        return AgreedWithMachine(
            machine=self.names[machine],
            raters=[self.names[one.first] for one in met],
            kappa=self._of_pairs(kappa, items, who),
            alpha=many or self._mean([alpha_part(two) for two in columns], who),
            icc_single=self._mean([icc_part(two) for two in columns], who),
            icc_mean=self._mean([icc_part(two, of_mean=True) for two in columns], who),
            bias=self._figure(mean_part(rows, apart, np.ones(len(rows)))),
            standardised_bias=self._figure(standardised_part(self.matrix, machine, self.people), few=_few(len(rows))),
            kappa_gap=self._gap(machine, kappa, items),
            pairs=listed,
            **self._by_pair(pairs, folded=False),
        )

    def _by_pair(self, pairs: Pairs, *, folded: bool) -> _ByPair:
        """What is counted over pairs of ratings, as fields of ``Agreed``."""
        rows = np.flatnonzero(pairs.count)
        count = pairs.count[rows]
        many = self._too_many(self.matrix)
        missed, met = pairs.missed.sum(axis=0), pairs.met.sum(axis=0)
        counts = pairs.confusion
        if folded:  # two people are interchangeable: the lower score of a pair is the row
            counts = np.triu(counts + counts.T) - np.diag(np.diag(counts))
        return {
            "items": len(rows),
            "exact": self._figure(mean_part(rows, pairs.exact[rows], count), share=True),
            "within_one": self._figure(mean_part(rows, pairs.within_one[rows], count), share=True),
            "macro_error": many or self._figure(macro_part(pairs), fewest=FEWEST_BY_SCORE),
            "errors": [
                ScoreError(score=float(score), error=float(off / n), ratings=int(n))
                for score, off, n in zip(pairs.scores, missed, met, strict=True)
                if n
            ],
            "confusion": None
            if many
            else Confusion(
                rows="lower" if folded else "person",
                columns="higher" if folded else "machine",
                scores=pairs.scores.tolist(),
                counts=counts.tolist(),
            ),
        }

    def _kappas(self, pairs: Sequence[Couple]) -> tuple[Replicates | None, int, list[RaterPair]]:
        """The mean kappa of the pairs with enough items in common, how many items these are, and every pair."""
        mean = Averaged()
        items = np.zeros(len(self.matrix), dtype=bool)
        enough = [self._enough(pair.rows) for pair in pairs]
        replicates = self.resampler.all_replicates(kappa_part(pair) for pair in compress(pairs, enough))
        listed = []
        for pair, told in zip(pairs, enough, strict=True):
            common = len(pair.rows)
            kappa = Figure(value=None, low=None, high=None, items=common, why=_few(common))
            if told:
                one = next(replicates)
                kappa = self._told(one, common) if len(pairs) <= MOST_PAIRS else _bare(one, common)
                if np.isfinite(one.value):
                    mean.add(one)
                    items[pair.rows] = True
            apart = pair.b - pair.a
            listed.append(
                RaterPair(
                    first=self.names[pair.first],
                    second=self.names[pair.second],
                    items=common,
                    exact=float(np.mean(np.abs(apart) <= NEAR)),
                    within_one=float(np.mean(np.abs(apart) <= 1 + NEAR)),
                    kappa=kappa,
                    difference=float(np.mean(apart)),
                )
            )
        return mean.mean, int(items.sum()), listed

    def _gap(self, machine: int, kappa: Replicates | None, items: int) -> Figure:
        """The machine's kappa less the people's, both on the items that the machine rated."""
        rated = np.flatnonzero(~np.isnan(self.matrix[:, machine]))
        pairs = [pair.within(rated) for pair in self.couples]
        people = Averaged()
        for one in self.resampler.all_replicates(kappa_part(pair) for pair in pairs if self._enough(pair.rows)):
            people.add(one)
        if kappa is None or people.mean is None:
            which = "people and the machine" if kappa is None else "people"
            return Figure(value=None, low=None, high=None, items=0, why=f"there is no kappa of {which} to compare")
        return self._told(kappa - people.mean, items)

    # --- leniency -------------------------------------------------------------------------------------------

    def _leniency(self) -> list[Leniency]:
        found: list[tuple[str, Figure, float | None]] = []
        for person in self.people:
            others = [other for other in self.people if other != person]
            rows, apart = difference(self.matrix, person, others)
            figure = self._figure(mean_part(rows, apart, np.ones(len(rows))))
            p = clustered_p(apart, self.groups[rows]) if self._enough(rows) else None
            found.append((self.names[person], figure, p))
        fairly = iter(corrected([p for _, _, p in found if p is not None], len(self.people)))
        leniency = []
        for rater, figure, p in found:
            fair = None if p is None else next(fairly)
            clear = None if fair is None else fair <= ALPHA
            leniency.append(Leniency(rater=rater, difference=figure, p=p, p_corrected=fair, clear=clear))
        return leniency

    # --- figures --------------------------------------------------------------------------------------------

    def _enough(self, rows: Places, fewest: int = FEWEST) -> bool:
        return len(np.unique(self.groups[rows])) >= fewest

    def _alpha(self, matrix: Array) -> Figure:
        many = self._too_many(matrix)
        if many is not None:
            return many
        part = alpha_part(matrix)
        few = f"{_count(len(part.rows), 'item')} rated by two people or more; {FEWEST} are needed"
        return self._figure(part, few=few)

    def _too_many(self, matrix: Array) -> Figure | None:
        """The figure of what needs categories where there are none."""
        scores = len(distinct(matrix))
        if scores <= MOST_SCORES:
            return None
        why = f"{scores:,} different scores are no categories (the most is {MOST_SCORES}); round them to bands first"
        return Figure(value=None, low=None, high=None, items=len(matrix), why=why)

    def _figure(self, part: Part, *, few: str | None = None, share: bool = False, fewest: int = FEWEST) -> Figure:
        """The statistic with its interval. ``few`` is said in place of the value where there are too few items."""
        items = len(part.rows)
        groups = self.resampler.groups_of(part)
        enough = groups >= fewest
        if not items:
            return Figure(value=None, low=None, high=None, items=0, why=few or "no item has two ratings to compare")
        if few is not None and not enough:
            return Figure(value=None, low=None, high=None, items=items, why=self._candidates(groups, fewest) or few)
        if not enough:
            value = part.value if np.isfinite(part.value) else None
            why = self._candidates(groups, fewest) or f"{_count(items, 'item')}; an interval needs {fewest}"
            return Figure(value=value, low=None, high=None, items=items, why=why)
        one = self.resampler.replicates(part)
        if share and one.value in (0.0, 1.0):
            # All alike: nothing to resample, but Clopper and Pearson's bound (1934) for that many independent trials.
            bound = TAIL ** (1 / groups)
            low, high = (bound, 1.0) if one.value else (0.0, 1 - bound)
            return Figure(value=one.value, low=low, high=high, items=items, why=None)
        return self._told(one, items)

    def _candidates(self, groups: int, fewest: int) -> str | None:
        if self.by_candidate and groups < fewest:
            return f"answers of {_count(groups, 'candidate')}; {fewest} candidates are needed"
        return None

    def _mean(self, parts: Sequence[Part], who: str) -> Figure:
        mean = Averaged()
        for one in self.resampler.all_replicates(parts):
            mean.add(one)
        items = len(np.unique(np.concatenate([part.rows for part in parts]))) if parts else 0
        if parts and mean.mean is None:
            return Figure(value=None, low=None, high=None, items=items, why=SAME)
        return self._of_pairs(mean.mean, items, who)

    def _of_pairs(self, mean: Replicates | None, items: int, who: str) -> Figure:
        if mean is None:
            why = f"no pair of {who} has {FEWEST} items in common with scores that vary"
            return Figure(value=None, low=None, high=None, items=items, why=why)
        return self._told(mean, items)

    def _told(self, one: Replicates, items: int) -> Figure:
        if not np.isfinite(one.value):
            return Figure(value=None, low=None, high=None, items=items, why=SAME)
        interval = one.interval()
        if isinstance(interval, str):
            return Figure(value=one.value, low=None, high=None, items=items, why=f"no interval: {interval}")
        return Figure(value=one.value, low=interval[0], high=interval[1], items=items, why=None)


SAME = "the scores do not vary, so agreement cannot be told from chance"


def _bare(one: Replicates, items: int) -> Figure:
    value = one.value if np.isfinite(one.value) else None
    why = SAME if value is None else f"no interval: there are more than {MOST_PAIRS} pairs"
    return Figure(value=value, low=None, high=None, items=items, why=why)


def _few(items: int) -> str:
    return f"{_count(items, 'item')} rated by both sides; {FEWEST} are needed"


def _count(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else one + 's'}"
