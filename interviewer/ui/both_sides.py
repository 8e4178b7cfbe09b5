"""HTML for a disagreement: the answer with the words that the machine's grade rests on, and who gave which verdict.

Pure; every text that goes in is escaped, and shown as it was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from interviewer.calibration.disagreements import Between, Disagreement
from interviewer.domain.grade import CriterionVerdict, Grade
from interviewer.domain.interview import Turn
from interviewer.domain.question import Question
from interviewer.domain.rating import Comment, Decision, Rating
from interviewer.domain.words import BAND_WORDS, Speaker, Verdict
from interviewer.report.segments import turn_segments
from interviewer.ui import markup
from interviewer.ui.letter import SIGNS
from interviewer.ui.markup import escaped
from interviewer.ui.when import count, moment

_ARTICLE = {Speaker.INTERVIEWER: "Interviewer", Speaker.CANDIDATE: "Candidate"}


def band_word(band: int) -> str:
    """
    >>> band_word(4)
    '4, solid'
    """
    return f"{band}, {BAND_WORDS[band].lower()}"


def gist(one: Disagreement) -> str:
    """How far apart they are, in a few words: what makes it as large as it is comes first."""
    said = []
    if one.spread:
        said.append(f"people {count(one.spread, 'band')} apart")
    if one.distance:
        said.append(f"machine {_bands(one.distance)} from {'people' if len(one.ratings) > 1 else 'the person'}")
    if one.distance is not None and one.distance > one.spread:
        said.reverse()
    if one.odds:
        said.append(f"{len(one.odds)} {'criterion' if len(one.odds) == 1 else 'criteria'} at odds")
    text = " · ".join(said)
    return text[:1].upper() + text[1:]


def _bands(distance: float) -> str:
    text = f"{distance:.1f}".removesuffix(".0")
    return f"{text} {'band' if text == '1' else 'bands'}"


def row(who: str, one: Disagreement) -> str:
    settled = ""
    if one.decision is not None:
        settled = (
            '<span class="settled"><span class="sign" aria-hidden="true">handshake</span>'
            f"decided: band {band_word(one.decision.band)}</span>"
        )
    return f'<div class="parted"><b>{escaped(who)}</b><span>{escaped(gist(one))}</span>{settled}</div>'


def said(turns: Sequence[Turn], grade: Grade | None) -> str:
    """The exchange, with the candidate's words marked that the machine's grade rests on."""
    shown = []
    for turn in turns:
        marked = ""
        if turn.speaker is Speaker.CANDIDATE:
            marked = "".join(
                escaped(s.text) if s.kind == "plain" else f'<mark class="{s.kind}">{escaped(s.text)}</mark>'
                for s in turn_segments(turn, grade)
            )
        brief = " brief" if turn.intent is not None else ""
        shown.append(
            f'<article class="turn {turn.speaker.value}{brief}"><header><b>{_ARTICLE[turn.speaker]}</b></header>'
            f"{markup.said(turn.text, marked)}</article>"
        )
    key = (
        '<p class="key">Marked are the words that the machine’s verdicts rest on: <mark class="met">met</mark> '
        '<mark class="partial">partial</mark> <mark class="mistaken">mistaken</mark></p>'
        if grade is not None
        else ""
    )
    return f'<div class="talk">{"".join(shown)}</div>{key}'


# --- side by side ------------------------------------------------------------------------------------------------


def sides(question: Question, one: Disagreement, names: Mapping[str, str], machine: str) -> str:
    """Who gave which band, and which verdict on each criterion, with a word and a sign where they part."""
    people = [(names.get(rating.rater, "A rater"), rating) for rating in one.ratings]
    odds = {odd.criterion: odd.between for odd in one.odds}
    words = {criterion.id: criterion.text for criterion in question.rubric.criteria}
    graded = {v.criterion: v for v in one.grade.verdicts if words.get(v.criterion) == v.text} if one.grade else {}
    columns = [
        *(name for name, _ in people),
        *([machine] if one.grade is not None else []),
        *(["Decided"] if one.decision is not None else []),
    ]
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in columns)
    first = Between.PEOPLE if one.spread else Between.MACHINE if one.distance else None
    cells = [_band(name, rating.band) for name, rating in people]
    if one.grade is not None:
        cells.append(_band(machine, one.grade.band))
    if one.decision is not None:
        cells.append(_band("Decided", one.decision.band))
    body = [_line("The whole answer", "band", "", cells, first)]
    for criterion in question.rubric.criteria:
        by_machine = graded.get(criterion.id)
        cells = [_verdict(name, rating.verdicts.get(criterion.id)) for name, rating in people]
        if one.grade is not None:
            cells.append(_verdict(machine, by_machine.verdict if by_machine is not None else None))
        if one.decision is not None:
            cells.append(_verdict("Decided", one.decision.verdicts.get(criterion.id)))
        body.append(_line(criterion.text, criterion.kind.value, _why(by_machine), cells, odds.get(criterion.id)))
    return (
        f'<table class="sides"><thead><tr><th scope="col">What was rated</th>{head}<th scope="col">Alike?</th></tr>'
        f"</thead><tbody>{''.join(body)}</tbody></table>"
    )


def _line(name: str, kind: str, why: str, cells: Sequence[str], between: Between | None) -> str:
    parts = {
        Between.PEOPLE: ("call_split", "people differ", "apart"),
        Between.MACHINE: ("alt_route", "machine differs", "apart"),
        None: ("check", "alike", "alike"),
    }
    sign, word, tone = parts[between]
    mark = f'<span><span class="sign" aria-hidden="true">{sign}</span>{word}</span>'
    kind = f'<small class="kind">{escaped(kind)}</small>'
    return (
        f'<tr class="{tone}"><th scope="row">{escaped(name)} {kind}{why}</th>{"".join(cells)}'
        f'<td class="mark" data-name="Alike?">{mark}</td></tr>'
    )


def _band(who: str, band: int | None) -> str:
    text = "–" if band is None else f"<b>{band}</b> {BAND_WORDS[band].lower()}"
    return f'<td data-name="{escaped(who)}"><span>{text}</span></td>'


def _verdict(who: str, verdict: Verdict | None) -> str:
    if verdict is None:
        none = '<span class="unseen">no verdict</span><span aria-hidden="true">–</span>'
        return f'<td data-name="{escaped(who)}">{none}</td>'
    sign = f'<span class="sign" aria-hidden="true">{SIGNS[verdict]}</span>'
    return f'<td data-name="{escaped(who)}"><span class="verdict {verdict.value}">{sign}{verdict.label}</span></td>'


def _why(verdict: CriterionVerdict | None) -> str:
    """The machine's reason and quotes, folded away until one asks for them."""
    if verdict is None or not (verdict.reason or verdict.evidence):
        return ""
    quotes = "".join(f'<p><q class="quote {verdict.verdict.value}">{escaped(e.text)}</q></p>' for e in verdict.evidence)
    doubt = '<span class="doubt">doubtful</span>' if verdict.doubtful else ""
    reason = f"<p>{doubt}{escaped(verdict.reason)}</p>" if verdict.reason else ""
    return f'<details class="because"><summary>Why the machine says so</summary>{reason}{quotes}</details>'


def remarks(ratings: Sequence[Rating], names: Mapping[str, str]) -> str:
    """What raters wrote beside their ratings."""
    written = [(names.get(rating.rater, "A rater"), rating.comment) for rating in ratings if rating.comment]
    items = "".join(f"<div><dt>{escaped(name)} wrote</dt><dd>{escaped(text)}</dd></div>" for name, text in written)
    return f'<dl class="lines remarks">{items}</dl>' if items else ""


# --- the talk about it -------------------------------------------------------------------------------------------


def thread(comments: Sequence[Comment], now: datetime, zone: tzinfo | None) -> str:
    items = "".join(
        f"<li><p><b>{escaped(one.by)}</b> <span>{moment(one.at, now, zone)}</span></p>"
        f'<div class="said">{escaped(one.text)}</div></li>'
        for one in comments
    )
    return f'<ul class="thread">{items}</ul>' if items else ""


def decided(decision: Decision, now: datetime, zone: tzinfo | None) -> str:
    """What stands, by whom, and why."""
    return (
        f'<div class="decided"><p><b>Band {band_word(decision.band)}</b> <span>decided by {escaped(decision.by)}, '
        f'{moment(decision.at, now, zone)}</span></p><div class="said">{escaped(decision.reason)}</div></div>'
    )
