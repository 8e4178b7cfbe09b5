"""How far raters agree."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from interviewer.contracts.base import Contract, Unit


class Figure(Contract):
    """A statistic with its 95 % interval. Null where it cannot be told, and `why` says why not."""

    value: float | None
    low: float | None
    high: float | None
    items: int = Field(ge=0, description="how many items it is of")
    why: str | None = Field(description="why there is no value, or no interval; null where both are there")


class RaterPair(Contract):
    """Two raters on the items that both rated. Between a person and the machine, `first` is the person."""

    first: str
    second: str
    items: int = Field(ge=1)
    exact: Unit
    within_one: Unit
    kappa: Figure
    difference: float = Field(description="the mean of the second's scores less the first's")


class Confusion(Contract):
    """How often which scores met. People among themselves: `rows` the lower score of a pair, `columns` the higher;
    against the machine: `rows` the person's, `columns` the machine's."""

    rows: Literal["lower", "person"]
    columns: Literal["higher", "machine"]
    scores: list[float]
    counts: list[list[int]]


class ScoreError(Contract):
    score: float
    error: float = Field(ge=0, description="mean absolute difference of the other rating where one gave this score")
    ratings: int = Field(ge=1)


class Agreed(Contract):
    """How far people agree with each other, or with a machine."""

    items: int = Field(ge=0, description="items with at least one pair of ratings")
    raters: list[str] = Field(description="the people, in order")
    exact: Figure
    within_one: Figure = Field(description="pairs of ratings that differ by at most one")
    kappa: Figure = Field(description="quadratically weighted; the mean over pairs of raters")
    alpha: Figure = Field(description="Krippendorff's, ordinal; against a machine, the mean over the people")
    icc_single: Figure = Field(description="ICC(2,1), complete items only; against a machine, the mean over the people")
    icc_mean: Figure = Field(description="ICC(2,k), likewise; against a machine, k is 2")
    macro_error: Figure = Field(description="mean absolute error by score, averaged over scores")
    errors: list[ScoreError]
    confusion: Confusion | None = Field(description="null where there are too many different scores")
    pairs: list[RaterPair]


class AgreedWithMachine(Agreed):
    machine: str
    bias: Figure = Field(description="machine less the mean of the people, by item")
    standardised_bias: Figure = Field(description="the same in standard deviations of the people's scores")
    kappa_gap: Figure = Field(description="the machine's kappa with people less the people's among themselves")


class Leniency(Contract):
    """A rater beside the mean of the other people who rated the same items; above zero is more lenient than they."""

    rater: str
    difference: Figure
    p: Unit | None = Field(description="of no difference; null where it cannot be told")
    p_corrected: Unit | None = Field(description="after Holm's correction over the raters")
    clear: bool | None = Field(description="clear of zero after the correction, at 5 %; null where it cannot be told")


class Finding(Contract):
    """What a figure allows, in a sentence."""

    about: Literal["people", "machine", "leniency"]
    text: str
    met: bool | None = Field(description="whether the threshold is met; null where there is none or it cannot be told")
    source: str | None = Field(description="whose threshold or wording it is")


class AgreementPart(Contract):
    """The agreement on one criterion, or over all."""

    criterion: str | None = Field(description="null for the part over all")
    made_of: Literal["whole answers", "a criterion", "criteria together"]
    items: int = Field(ge=0, description="of criteria together, each criterion of an item counts as one")
    groups: int = Field(ge=0, description="what is drawn again for the intervals: candidates, else items")
    grouped_by: Literal["item", "candidate"]
    ratings: int = Field(ge=0)
    people: Agreed
    machines: list[AgreedWithMachine]
    leniency: list[Leniency]
    findings: list[Finding]


class Agreement(Contract):
    """How far raters agree."""

    people: list[str]
    machines: list[str]
    seed: int
    resamples: int
    words: dict[str, float] | None = Field(
        description="the numbers that verdicts stand for; null where there were none"
    )
    overall: AgreementPart | None = Field(description="null where criteria are on scales that cannot be put together")
    overall_why: str | None = Field(description="why there is no part over all")
    criteria: list[AgreementPart]
