"""HTML for the stability page. Pure; every text that goes in is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.calibration.stability import Invariance, Item, Spread, Tried
from interviewer.domain.grade import CriterionVerdict, Grade
from interviewer.domain.words import Speaker
from interviewer.report.segments import turn_segments
from interviewer.ui.figures import cell, number, per_cent, told
from interviewer.ui.letter import SIGNS
from interviewer.ui.markup import escaped
from interviewer.ui.when import count

WHAT: dict[str, str] = {
    "fillers": "“um”, “you know” between the words",
    "politeness": "thanks before and after",
    "empty padding": "a sentence that says nothing before and after",
    "lower case": "all in small letters",
    "upper case": "all in capitals",
    "punctuation and spaces": "other marks and spaces at the same places",
    "name and gender": "“I’m Wei, and I speak as a woman” before it",
}
"""Each change in words."""

LIMITS = (
    '<ul class="plain what-happens">'
    "<li>Whether grades are right: a grader can be wrong in the same way every time. “Agreement” compares it with "
    "people.</li>"
    "<li>Whether groups of candidates fare differently. People of different origin differ in how they build sentences "
    "and in which words they choose, and not only in a name that is said aloud. That takes the outcomes of many "
    "candidates, and this page does not look at them.</li>"
    "<li>Anything about changes that are not tried: dialects, translations, what a speech recogniser mishears.</li>"
    "<li>That nothing ever moves: of none in 20 candidates, up to one in six may still be.</li></ul>"
)


def repeated(found: Spread, *, offline: bool) -> str:
    """The figures of repeat grading, in sentences, and the criteria whose verdicts flipped."""
    if not found.answers:
        return '<p class="plain">No answer was graded at least twice, so nothing can be said.</p>'
    flipped = [one for one in found.flips if one.flipped]
    if not (found.sd.value or found.moved.value or flipped):
        by = (
            " The offline model computes the same from the same words, so this is by construction; it was tried, and "
            "not taken for granted."
            if offline
            else " That it did not vary here does not mean that it never does."
        )
        text = f"Graded {found.times} times, {_all(found.answers)} got the same score and the same verdicts.{by}"
        return f'<p class="plain">{escaped(text)}</p>{_ungraded(found.ungraded)}'
    lines = [
        f"The scores of one answer differ by a standard deviation of {told(found.sd)}, on the scale of 0 to 5.",
        f"The band was not the same each time for {told(found.moved, share=True)} of answers.",
    ]
    if found.moved.low is None and found.moved.why:
        lines.append(f"There is no interval: {found.moved.why}.")
    if offline:
        lines.append("The offline model should not vary at all. Please report this as a defect.")
    items = "".join(
        f"<tr><th scope='row'>{escaped(one.text)}<small>question {one.exchange}</small></th>"
        f"<td>{one.flipped} of {one.answers}</td></tr>"
        for one in flipped
    )
    table = (
        '<table class="tally steady"><caption>Verdicts that were not the same each time</caption><thead><tr>'
        f"<th scope='col'>criterion</th><th scope='col'>answers</th></tr></thead><tbody>{items}</tbody></table>"
        if items
        else ""
    )
    return f'<p class="plain">{escaped(" ".join(lines))}</p>{_ungraded(found.ungraded)}{table}'


def _all(answers: int) -> str:
    return "the one answer" if answers == 1 else f"all {answers} answers"


def _ungraded(number_of: int) -> str:
    if not number_of:
        return ""
    return f'<p class="note">{count(number_of, "answer")} could not be graded often enough, and left out.</p>'


def changes(found: Sequence[Invariance], repeats: Spread, *, offline: bool) -> str:
    """Each change with what it did, as a table."""
    held = [one for one in found if one.answers and one.same.value == 1.0]
    usable = [one for one in found if one.answers]
    if not usable:
        return '<p class="plain">No answer has a grade both as it is and changed, so nothing can be said.</p>'
    if len(held) == len(usable):
        first = f"No band moved under any of the {len(usable)} changes."
    else:
        least = min(usable, key=lambda one: one.same.value if one.same.value is not None else 1.0)
        first = (
            f"Under {count(len(held), 'change')} of {len(usable)} no band moved. Most moved under “{least.change}”: "
            f"there {per_cent(least.same.value or 0.0)} of answers kept their band."
        )
    if not offline and (repeats.pairs.value or 0.0) > 0:
        first += (
            f" Mind that without any change two grades of the same answer have different bands in "
            f"{told(repeats.pairs, share=True)} of cases: only what goes beyond that is due to a change."
        )
    rows = "".join(
        f'<tr><th scope="row">{escaped(one.change)}<small>{escaped(WHAT.get(one.change, ""))}</small></th>'
        f"<td>{_share(one)}</td><td>{_shift(one)}</td><td>{number(one.worst, signed=True) if one.answers else ''}</td>"
        "</tr>"
        for one in found
    )
    left = max(one.ungraded for one in found)
    below = f'<p class="note">Up to {count(left, "answer")} lost a grade on the way, and left out.</p>' if left else ""
    whys = {one.same.why for one in found if one.same.low is None and one.same.why}
    below += "".join(f'<p class="note">No intervals: {escaped(why)}.</p>' for why in sorted(whys))
    return (
        f'<p class="plain">{escaped(first)}</p><table class="tally steady"><caption>What each change did</caption>'
        "<thead><tr><th scope='col'>change</th><th scope='col'>same band</th><th scope='col'>mean shift of the score"
        f"</th><th scope='col'>largest</th></tr></thead><tbody>{rows}</tbody></table>{below}"
    )


def _share(one: Invariance) -> str:
    if one.same.value is None:
        return "not estimable"
    if one.same.low is None:
        return f"{per_cent(one.same.value)}<small>of {one.answers}</small>"
    return cell(one.same, share=True)


def _shift(one: Invariance) -> str:
    if one.shift.value is None:
        return ""
    if one.shift.low is None:
        return number(one.shift.value, signed=True)
    return cell(one.shift, signed=True)


# --- side by side -------------------------------------------------------------------------------------------


def case(name: str, one: Tried) -> str:
    """An answer as it was and as it was changed, with the verdicts of both."""
    if one.both is None:
        return ""
    before, after = one.both
    bands = (
        f"band {before.band} becomes {after.band}" if before.band != after.band else f"band {before.band}, as before"
    )
    return (
        f'<details class="fold moved"><summary><b>{escaped(name)}</b> <span>{escaped(one.change)} · {bands} · score '
        f"{number(before.score)} becomes {number(after.score)}</span></summary>"
        f'<p class="asked">{escaped(one.item.request.question)}</p>'
        f'<div class="side-by-side">{_side("As it was said", one.item, before, after)}'
        f"{_side(f'Changed: {one.change}', one.varied, after, before)}</div></details>"
    )


def _side(title: str, item: Item, grade: Grade, other: Grade) -> str:
    said = "".join(
        f'<div class="said">{_marked(item, grade, place)}</div>'
        for place, turn in enumerate(item.request.turns)
        if turn.speaker is Speaker.CANDIDATE
    )
    beside = {verdict.criterion: verdict.verdict for verdict in other.verdicts}
    items = "".join(_verdict(one, changed=beside.get(one.criterion) is not one.verdict) for one in grade.verdicts)
    mistakes = len(grade.misconceptions)
    held = f'<p class="reason">{count(mistakes, "mistake")} held against it</p>' if mistakes else ""
    return (
        f'<section class="answer"><h4>{escaped(title)}</h4>{said}<p class="score">Score {number(grade.score)}, band '
        f'{grade.band}</p><ul class="verdicts">{items}</ul>{held}</section>'
    )


def _marked(item: Item, grade: Grade, place: int) -> str:
    return "".join(
        escaped(part.text) if part.kind == "plain" else f'<mark class="{part.kind}">{escaped(part.text)}</mark>'
        for part in turn_segments(item.request.turns[place], grade)
    )


def _verdict(one: CriterionVerdict, *, changed: bool) -> str:
    mark = ' <span class="doubt">moved</span>' if changed else ""
    name = f"{one.verdict.value}{' changed' if changed else ''}"
    return (
        f'<li class="{name}"><span class="sign" aria-hidden="true">{SIGNS[one.verdict]}</span><div>'
        f"<p><b>{one.verdict.label.capitalize()}:</b>{mark} {escaped(one.text)}</p></div></li>"
    )
