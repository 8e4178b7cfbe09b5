"""HTML for figures of agreement: a dot with its interval on a scale that has the conventional bounds, and in words.

Pure; every text that goes in is escaped. Each picture is hidden from who listens to the page, since the numbers stand
beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interviewer.calibration.findings import (
    ALPHA_FIRM,
    ALPHA_TENTATIVE,
    BIAS_MACHINE,
    ICC_WORDS,
    KAPPA_GAP,
    KAPPA_MACHINE,
    KAPPA_WORDS,
    KOO_LI,
    KRIPPENDORFF,
    LANDIS_KOCH,
    WILLIAMSON,
)
from interviewer.contracts import Agreed, AgreementPart, Confusion, Figure, Finding, Leniency
from interviewer.domain.question import Question
from interviewer.kits.agreement import KitAgreement
from interviewer.ui.figures import number
from interviewer.ui.markup import escaped
from interviewer.ui.when import count

Bounds = tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Shown:
    """How one figure is shown: what it is called and says, the ends of its scale (wider where a figure lies beyond),
    and the bounds that are conventional, with what is said from each on, and whose they are. ``wanted`` is a bound that
    is for the machine only; ``line`` says what the bounds are where a word for each does not."""

    field: str
    name: str
    says: str
    low: float
    high: float
    bounds: Bounds = ()
    whose: str = ""
    wanted: float | None = None
    line: str = ""


def _words(words: Iterable[tuple[float, str]]) -> Bounds:
    return tuple((bound, word) for bound, word in sorted(words) if bound > 0)


SHOWN = (
    Shown("exact", "Exact", "the share of pairs of ratings that are equal", 0, 1),
    Shown("within_one", "Within one", "the share of pairs at most one apart", 0, 1),
    Shown(
        "kappa",
        "Quadratic kappa",
        "agreement beyond chance; a distance counts by its square",
        *(0, 1),
        _words(KAPPA_WORDS),
        LANDIS_KOCH,
        wanted=KAPPA_MACHINE,
    ),
    Shown(
        "alpha",
        "Krippendorff’s alpha",
        "the same idea for any number of raters, with ratings missing",
        *(0, 1),
        ((ALPHA_TENTATIVE, "tentative"), (ALPHA_FIRM, "to rely on")),
        KRIPPENDORFF,
    ),
    Shown(
        "icc_single",
        "ICC(2,1)",
        "how well one person’s score tells answers apart",
        *(0, 1),
        _words(ICC_WORDS),
        KOO_LI,
    ),
    Shown(
        "icc_mean",
        "ICC(2,k)",
        "how well the mean of all their scores does",
        *(0, 1),
        _words(ICC_WORDS),
        KOO_LI,
    ),
    Shown(
        "macro_error", "Error by score", "how far the other rating is on average, every score alike; 0 is best", 0, 2
    ),
    Shown(
        "bias",
        "Machine less people",
        "how much higher the machine scores on average",
        -2,
        2,
        ((0.0, ""),),
        line="no difference",
    ),
    Shown(
        "standardised_bias",
        "The same in standard deviations",
        "of the people’s single scores",
        *(-1, 1),
        ((-BIAS_MACHINE, ""), (BIAS_MACHINE, "")),
        WILLIAMSON,
        line=f"up to {BIAS_MACHINE:.2f} either way is allowed",
    ),
    Shown(
        "kappa_gap",
        "Machine’s kappa less the people’s",
        "whether people agree with it nearly as well as among themselves",
        *(-1, 1),
        ((KAPPA_GAP, ""),),
        WILLIAMSON,
        line=f"at most {-KAPPA_GAP:.2f} lower is wanted",
    ),
)

_SIGNS = {True: ("check_circle", "met"), False: ("error", "contradicted"), None: ("info", "")}
_APART = ("flag", "partial")
"""Nobody has failed who is more lenient than others: the sign only asks to look there."""


def machine_name(name: str) -> str:
    """What a machine among the raters is called on the page."""
    model = name.removeprefix("machine: ")
    return "the offline model" if model == "offline" else model


def findings(found: Sequence[Finding]) -> str:
    """What the figures allow, a sentence each, with whose threshold it is; whether it is met is in the sentence."""
    items = []
    for one in found:
        sign, tone = _APART if one.about == "leniency" and one.met is False else _SIGNS[one.met]
        source = f' <span class="whose">({escaped(one.source)})</span>' if one.source else ""
        items.append(
            f'<li class="{tone}"><span class="sign" aria-hidden="true">{sign}</span>'
            f"<p>{escaped(one.text)}{source}</p></li>"
        )
    return f'<ul class="findings">{"".join(items)}</ul>'


# --- dots and intervals ------------------------------------------------------------------------------------------


def forest(part: AgreementPart) -> str:
    """All figures of a part, people with people and people with each machine below each other on one scale."""
    sides: list[tuple[str, Agreed]] = [("People", part.people)]
    sides += [(f"With {machine_name(one.machine)}", one) for one in part.machines]
    blocks = []
    for shown in SHOWN:
        rows = [(name, one, side is not part.people) for name, side in sides if (one := _figure(side, shown))]
        if rows:
            blocks.append(_block(shown, rows))
    return f'<div class="forest">{"".join(blocks)}</div>'


def _figure(side: Agreed, shown: Shown) -> Figure | None:
    figure = getattr(side, shown.field, None)
    return figure if isinstance(figure, Figure) else None


def _block(shown: Shown, rows: Sequence[tuple[str, Figure, bool]]) -> str:
    low, high = _ends(shown.low, shown.high, [figure for _, figure, _ in rows])
    drawn = any(figure.value is not None for _, figure, _ in rows)
    bounds = [value for value, _ in shown.bounds]
    body = "".join(
        _row(
            name,
            figure,
            low,
            high,
            [*bounds, *([shown.wanted] if machine and shown.wanted is not None else [])],
            machine=machine,
        )
        for name, figure, machine in rows
    )
    told = shown.line or ", ".join(f"{_bound(value)} {word}" for value, word in shown.bounds)
    line = f"{told} ({shown.whose})" if shown.whose else told
    if shown.wanted is not None and any(machine for _, _, machine in rows):
        line += f"; with a machine {_bound(shown.wanted)} is wanted ({WILLIAMSON})"
    ends = f"<span>{number(low)}</span><span>{number(high)}</span>"
    scale = f'<div class="row scale-row" aria-hidden="true"><i></i><div class="ends">{ends}</div><i></i></div>'
    key = f'<p class="bounds">{"Lines" if len(bounds) > 1 else "Line"}: {escaped(line)}</p>' if line and drawn else ""
    return (
        f'<section class="fig"><h3>{escaped(shown.name)} <span>{escaped(shown.says)}</span></h3>'
        f"{body}{scale if drawn else ''}{key}</section>"
    )


def _row(
    name: str,
    figure: Figure,
    low: float,
    high: float,
    bounds: Sequence[float],
    *,
    machine: bool = False,
    after: str = "",
) -> str:
    if figure.value is None:
        told = f'<p class="why">Not estimable: {escaped(figure.why or "nothing to compare")}.</p>'
        return f'<div class="row none"><b class="who">{escaped(name)}</b>{told}</div>'
    lines = "".join(f'<i class="bound" style="left: {_place(bound, low, high):.1f}%"></i>' for bound in bounds)
    reach = ""
    if figure.low is not None and figure.high is not None:
        left, right = _place(figure.low, low, high), _place(figure.high, low, high)
        reach = f'<i class="reach" style="left: {left:.1f}%; width: {max(right - left, 0.5):.1f}%"></i>'
    kind = "row machine" if machine else "row"
    return (
        f'<div class="{kind}"><b class="who">{escaped(name)}</b><div class="plot" aria-hidden="true">{lines}{reach}'
        f'<i class="dot" style="left: {_place(figure.value, low, high):.1f}%"></i></div>'
        f'<p class="value">{_told(figure)}{after}</p></div>'
    )


def _told(figure: Figure, *, signed: bool = False) -> str:
    value = number(figure.value or 0.0, signed=signed)
    between = (
        f"<span>{number(figure.low, signed=signed)} to {number(figure.high, signed=signed)}</span>"
        if figure.low is not None and figure.high is not None
        else f'<span class="why">no interval: {escaped(_bare(figure.why or ""))}</span>'
    )
    return f'<b>{value}</b> {between} <span class="of">{count(figure.items, "answer")}</span>'


def _ends(low: float, high: float, figures: Iterable[Figure]) -> tuple[float, float]:
    """The ends of a scale, moved outwards by fifths where a figure lies beyond."""
    values = [value for one in figures for value in (one.value, one.low, one.high) if value is not None]
    return (
        min([low, *(math.floor(value * 5) / 5 for value in values)]),
        max([high, *(math.ceil(value * 5) / 5 for value in values)]),
    )


def _place(value: float, low: float, high: float) -> float:
    return 100 * (min(max(value, low), high) - low) / (high - low)


def _bound(value: float) -> str:
    """A bound as its authors write it.

    >>> _bound(0.667), _bound(-0.1)
    ('0.667', '−0.10')
    """
    return number(value, 2 if round(value, 2) == value else 3)


# --- leniency ----------------------------------------------------------------------------------------------------


def leniency(found: Sequence[Leniency]) -> str:
    """Each person beside the others on the same answers, with the interval, and whether it is clear of chance."""
    low, high = _ends(-1, 1, [one.difference for one in found])
    rows = "".join(_row(one.rater, one.difference, low, high, [0.0], after=_clear(one)) for one in found)
    drawn = any(one.difference.value is not None for one in found)
    ends = f"<span>{number(low)} more severe</span><span>more lenient {number(high, signed=True)}</span>"
    scale = f'<div class="row scale-row" aria-hidden="true"><i></i><div class="ends">{ends}</div><i></i></div>'
    return f'<div class="forest lenient"><section class="fig">{rows}{scale if drawn else ""}</section></div>'


def _clear(one: Leniency) -> str:
    if one.clear is None or one.p_corrected is None:
        return ""
    p = "p < .001" if one.p_corrected < 0.001 else f"p = {f'{one.p_corrected:.3f}'.removeprefix('0')}"
    if not one.clear:
        return f'<span class="clear">not clear of zero, {escaped(p)}</span>'
    more = "more lenient" if (one.difference.value or 0) > 0 else "more severe"
    sign = "north_east" if (one.difference.value or 0) > 0 else "south_east"
    return (
        f'<span class="clear yes"><span class="sign" aria-hidden="true">{sign}</span>{more}, clear of chance, '
        f"{escaped(p)}</span>"
    )


# --- tables ------------------------------------------------------------------------------------------------------


def confusion(found: Confusion, title: str) -> str:
    """How often which scores met, as numbers on a ground that is the darker the more there are."""
    most = max((max(row) for row in found.counts), default=0) or 1
    folded = found.rows == "lower"
    rows, columns = ("lower score", "higher score") if folded else ("person’s score", "machine’s score")
    head = "".join(f'<th scope="col">{score:g}</th>' for score in found.scores)
    body = []
    for place, (score, counts) in enumerate(zip(found.scores, found.counts, strict=True)):
        cells = []
        for other, n in enumerate(counts):
            if folded and other < place:
                cells.append("<td></td>")
            else:
                same = " same" if other == place else ""
                cells.append(f'<td class="n{same}" style="--part: {100 * n / most:.0f}%">{n}</td>')
        body.append(f'<tr><th scope="row">{score:g}</th>{"".join(cells)}</tr>')
    return (
        f'<table class="meet"><caption>{escaped(title)}<span>rows: {rows}, columns: {columns}</span></caption>'
        f'<thead><tr><td class="corner" aria-hidden="true">↓ →</td>{head}</tr></thead><tbody>{"".join(body)}</tbody>'
        "</table>"
    )


_COLUMNS = (
    ("Exact, people", "people", "exact"),
    ("Alpha, people", "people", "alpha"),
    ("Exact, machine", "machine", "exact"),
    ("Kappa, machine", "machine", "kappa"),
    ("Machine less people", "machine", "bias"),
)


def by_criterion(found: KitAgreement, questions: Sequence[Question], machine: str | None) -> str:
    """A row for the whole answers to each question and one for each of its criteria, in the order of the kit; below,
    why some figures are not there, each reason once."""
    columns = [column for column in _COLUMNS if machine is not None or column[1] == "people"]
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name, _, _ in columns)
    body = []
    reasons: dict[str, int] = {}
    for place, question in enumerate(questions, 1):
        whole = f"Question {place}: {question.prompt}"
        body.append(_line(whole, found.questions.get(question.id), columns, machine, "whole", reasons))
        for criterion in question.rubric.criteria:
            part = found.criterion(question.id, criterion.id)
            body.append(_line(criterion.text, part, columns, machine, "criterion", reasons))
    whys = "".join(f"<li>{escaped(reason[:1].upper() + reason[1:])}.</li>" for reason in reasons)
    return (
        '<table class="by-criterion"><thead><tr><th scope="col">What was rated</th>'
        f'<th scope="col">Answers</th>{head}</tr></thead><tbody>{"".join(body)}</tbody></table>'
        + (f'<p class="whys">Why a figure or an interval is not there:</p><ol class="whys">{whys}</ol>' if whys else "")
    )


def _line(
    name: str,
    part: AgreementPart | None,
    columns: Sequence[tuple[str, str, str]],
    machine: str | None,
    kind: str,
    reasons: dict[str, int],
) -> str:
    first = f'<th scope="row">{escaped(name)}</th>'
    if part is None:
        return f'<tr class="{kind}">{first}<td class="why" colspan="{len(columns) + 1}">not rated yet</td></tr>'
    with_machine = next((one for one in part.machines if one.machine == machine), None)
    cells = []
    for title, side, field in columns:
        figure = getattr(part.people if side == "people" else with_machine, field, None)
        cells.append(f'<td data-name="{escaped(title)}"><span>{_cell(figure, reasons)}</span></td>')
    return f'<tr class="{kind}">{first}<td data-name="Answers"><span>{part.items}</span></td>{"".join(cells)}</tr>'


def _bare(why: str) -> str:
    return why.removeprefix("no interval: ")


def _cell(figure: Figure | None, reasons: dict[str, int]) -> str:
    """A figure with its interval, or the number of the reason why either is not there, which ``reasons`` counts."""
    if figure is None or figure.value is None:
        why = "the machine graded none of these answers" if figure is None else figure.why or "nothing to compare"
        return f'<span class="why">none <sup>{reasons.setdefault(why, len(reasons) + 1)}</sup></span>'
    between = ""
    if figure.low is not None and figure.high is not None:
        between = f"<small>{number(figure.low)} to {number(figure.high)}</small>"
    elif figure.why:
        between = f"<small>no interval <sup>{reasons.setdefault(_bare(figure.why), len(reasons) + 1)}</sup></small>"
    return f"{number(figure.value)}{between}"
