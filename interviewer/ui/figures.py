"""HTML for figures with their intervals, as the pages on rubrics and stability show them. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.contracts import Figure
from interviewer.ui.markup import escaped


def number(value: float, digits: int = 2, *, signed: bool = False) -> str:
    """
    >>> number(0.125), number(-0.5, 1), number(0.21, signed=True), number(-0.001, signed=True)
    ('0.12', '−0.5', '+0.21', '0.00')
    """
    text = f"{abs(value):.{digits}f}"
    if not float(text):
        return text
    return ("−" if value < 0 else "+" if signed else "") + text


def per_cent(value: float) -> str:
    """
    >>> per_cent(0.256).split()
    ['26', '%']
    """
    return f"{100 * value:.0f}\u00a0%"


def told(figure: Figure, *, share: bool = False, signed: bool = False) -> str:
    """A figure in text: the value with its interval, or why there is none."""

    def one(value: float) -> str:
        return per_cent(value) if share else number(value, signed=signed)

    if figure.value is None:
        return f"not estimable: {figure.why}" if figure.why else "not estimable"
    if figure.low is None or figure.high is None:
        return one(figure.value)
    return f"{one(figure.value)} ({one(figure.low)} to {one(figure.high)})"


def cell(figure: Figure, *, share: bool = False, signed: bool = False) -> str:
    """A figure for a table: the value with its interval below. Why one of the two is missing, ``reasons`` says once."""

    def one(value: float) -> str:
        return per_cent(value) if share else number(value, signed=signed)

    if figure.value is None:
        return "not estimable"
    if figure.low is None or figure.high is None:
        return f"{one(figure.value)}<small>no interval</small>"
    return f"{one(figure.value)}<small>{one(figure.low)} to {one(figure.high)}</small>"


def reasons(named: Iterable[tuple[str, Figure]]) -> str:
    """Why figures lack a value or an interval, each reason once, as a note below a table; empty where none lacks."""
    found: dict[str, list[str]] = {}
    for name, figure in named:
        if figure.why:
            lacks = "not estimable" if figure.value is None else "no interval"
            names = found.setdefault(f"{lacks}: {figure.why.removeprefix('no interval: ')}", [])
            if name not in names:
                names.append(name)
    notes = (
        f'<p class="note">{escaped(", ".join(names) + ", " + reason + ".")}</p>' for reason, names in found.items()
    )
    return "".join(notes)
