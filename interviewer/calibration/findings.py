"""What figures of agreement allow, in plain sentences. The thresholds are other people's, and each names whose.

They are conventions: the one for kappa is called arbitrary by its own authors. None of them says that a rating is
right, only that it does not depend much on who gave it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interviewer.contracts import Agreed, AgreedWithMachine, Figure, Finding, Leniency

LANDIS_KOCH = "Landis and Koch 1977"
KRIPPENDORFF = "Krippendorff 2004"
KOO_LI = "Koo and Li 2016"
WILLIAMSON = "Williamson, Xi and Breyer 2012"
HOLM = "Holm 1979"

MANY = 40
"""Items or candidates below which the simulations (docs/agreement.md) show intervals that hold clearly too little."""

KAPPA_WORDS = ((0.8, "almost perfect"), (0.6, "substantial"), (0.4, "moderate"), (0.2, "fair"), (0.0, "slight"))
"""Above each bound (Landis and Koch 1977); below zero it is “poor”."""

ICC_WORDS = ((0.9, "excellent"), (0.75, "good"), (0.5, "moderate"))
"""From each bound up (Koo and Li 2016, who ask for the interval to be read, not the value); below it is “poor”."""

ALPHA_FIRM, ALPHA_TENTATIVE = 0.8, 0.667
KAPPA_MACHINE, KAPPA_GAP, BIAS_MACHINE = 0.7, -0.1, 0.15


def findings(
    people: Agreed, machines: Sequence[AgreedWithMachine], leniency: Sequence[Leniency], groups: int
) -> list[Finding]:
    """The sentences for one part, people first. ``groups`` is how many items or candidates are drawn again."""
    return [
        *_of_people(people),
        *(finding for machine in machines for finding in _of_machine(machine)),
        *_of_leniency(leniency),
        *_of_intervals([people, *machines], groups),
    ]


def _of_intervals(sides: Sequence[Agreed], groups: int) -> Iterator[Finding]:
    if groups < MANY and any(side.exact.low is not None for side in sides):
        text = (
            f"With fewer than {MANY} to draw from, the intervals are too narrow: they promise 95 % and hold less, "
            "as docs/agreement.md shows."
        )
        yield Finding(about="people", text=text, met=None, source=None)


def kappa_word(kappa: float) -> str:
    """
    >>> kappa_word(0.61), kappa_word(-0.1)
    ('substantial', 'poor')
    """
    return next((word for bound, word in KAPPA_WORDS if kappa > bound or kappa == bound == 0), "poor")


def icc_word(icc: float) -> str:
    """
    >>> icc_word(0.75), icc_word(0.2)
    ('good', 'poor')
    """
    return next((word for bound, word in ICC_WORDS if icc >= bound), "poor")


def _of_people(people: Agreed) -> Iterator[Finding]:
    alpha, kappa, icc = people.alpha, people.kappa, people.icc_single
    if alpha.value is None and kappa.value is None:
        yield Finding(
            about="people",
            text=f"How far people agree cannot be told: {alpha.why or kappa.why}.",
            met=None,
            source=None,
        )
    if kappa.value is not None:
        text = (
            f"Agreement between people is {kappa_word(kappa.value)} by the conventional words for kappa{_span(kappa)}."
        )
        yield Finding(about="people", text=text, met=None, source=LANDIS_KOCH)
    if alpha.value is not None:
        if alpha.value >= ALPHA_FIRM:
            says = "reaches .80: the scores can be relied on"
        elif alpha.value >= ALPHA_TENTATIVE:
            says = "reaches .667 but not .80: tentative conclusions only"
        else:
            says = "is below .667: the scores depend too much on who gave them to conclude anything from them"
        doubt = _doubt(alpha, [ALPHA_TENTATIVE, ALPHA_FIRM])
        firm = alpha.value >= ALPHA_FIRM
        text = f"Krippendorff's alpha {says}{doubt}."
        yield Finding(about="people", text=text, met=firm, source=KRIPPENDORFF)
    if icc.value is not None:
        word = icc_word(icc.value)
        if icc.low is not None and icc.high is not None:
            words = (icc_word(icc.low), icc_word(icc.high))
            word = words[0] if words[0] == words[1] else f"{words[0]} to {words[1]}"
        text = f"The reliability of one person's score is {word}, going by the interval of ICC(2,1)."
        if icc.low is None:
            text = f"The reliability of one person's score is {word} by ICC(2,1), without an interval."
        yield Finding(about="people", text=text, met=None, source=KOO_LI)


def _span(figure: Figure) -> str:
    """How far the words reach that the interval touches, where they are more than one."""
    if figure.low is None or figure.high is None:
        return ", without an interval"
    low, high = kappa_word(figure.low), kappa_word(figure.high)
    return "" if low == high else f"; the interval reaches from {low} to {high}"


def _of_machine(machine: AgreedWithMachine) -> Iterator[Finding]:
    name = f"“{machine.machine}”"
    kappa, gap, bias = machine.kappa, machine.kappa_gap, machine.standardised_bias
    if kappa.value is None:
        text = f"How far {name} agrees with people cannot be told: {kappa.why}."
        yield Finding(about="machine", text=text, met=None, source=None)
        return
    yield _threshold(f"Kappa of {name} with people", kappa, KAPPA_MACHINE, "at least .70")
    if gap.value is None:
        text = f"Whether people agree with {name} nearly as well as among themselves cannot be told: {gap.why}."
        yield Finding(about="machine", text=text, met=None, source=WILLIAMSON)
    else:
        what = f"Kappa of {name} with people, less that of people among themselves,"
        yield _threshold(what, gap, KAPPA_GAP, "at most .10 lower")
    if bias.value is None:
        text = f"Whether {name} is more lenient or more severe than people cannot be told: {bias.why}."
        yield Finding(about="machine", text=text, met=None, source=WILLIAMSON)
    else:
        side = "higher" if bias.value > 0 else "lower"
        met = abs(bias.value) <= BIAS_MACHINE
        text = (
            f"{name} scores {abs(bias.value):.2f} standard deviations {side} than people: "
            f"{'within' if met else 'beyond'} the .15 allowed{_doubt(bias, [-BIAS_MACHINE, BIAS_MACHINE])}."
        )
        yield Finding(about="machine", text=text, met=met, source=WILLIAMSON)


def _threshold(what: str, figure: Figure, bound: float, wanted: str) -> Finding:
    value = figure.value if figure.value is not None else float("nan")
    met = value >= bound
    text = f"{what} is {value:.2f}: {'as' if met else 'not as'} wanted ({wanted}){_doubt(figure, [bound])}."
    return Finding(about="machine", text=text, met=met, source=WILLIAMSON)


def _doubt(figure: Figure, bounds: Sequence[float]) -> str:
    """What the interval adds to a word that goes by the value: whether it reaches over one of the bounds."""
    if figure.low is None or figure.high is None:
        return ", without an interval to say how sure"
    over = any(figure.low < bound <= figure.high for bound in bounds)
    return f", but not sure: the interval is {_interval(figure)}" if over else ", with the whole interval"


def _interval(figure: Figure) -> str:
    return f"{figure.low:.2f} to {figure.high:.2f}"


def _of_leniency(leniency: Sequence[Leniency]) -> Iterator[Finding]:
    tested = [one for one in leniency if one.clear is not None]
    if not tested:
        return
    clear = [one for one in tested if one.clear]
    if not clear:
        text = (
            "No person is clearly more lenient or more severe than the others; with few items only a large difference "
            "would show."
        )
        yield Finding(about="leniency", text=text, met=True, source=HOLM)
    elif len(leniency) == 2:
        first, second = leniency
        high, low = (first, second) if (first.difference.value or 0) > 0 else (second, first)
        apart = abs(high.difference.value or 0)
        text = (
            f"“{high.rater}” scores {apart:.2f} higher than “{low.rater}”, clear of chance. Which of the two is right, "
            "two raters cannot tell."
        )
        yield Finding(about="leniency", text=text, met=False, source=HOLM)
    else:
        for one in clear:
            value = one.difference.value or 0.0
            side = "lenient" if value > 0 else "severe"
            text = (
                f"“{one.rater}” is {abs(value):.2f} more {side} than the others on the same items, clear of chance. "
                "Who is right, that does not say."
            )
            yield Finding(about="leniency", text=text, met=False, source=HOLM)
        if len({(one.difference.value or 0.0) > 0 for one in clear}) == 2:
            far = max(clear, key=lambda one: abs(one.difference.value or 0.0))
            text = (
                f"A single rater who is far off makes the others look off the other way: look at “{far.rater}” first, "
                "who is furthest."
            )
            yield Finding(about="leniency", text=text, met=None, source=None)
