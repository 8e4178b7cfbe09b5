"""HTML for the rating room. Pure; every text that goes in is escaped, and shown as it was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from interviewer.calibration.training import ENOUGH, FAR, ROUND, Compared, Feedback, Standing
from interviewer.domain.grade import Evidence
from interviewer.domain.knowledge import CalibrationAnswer
from interviewer.domain.question import Criterion, Question, Rubric
from interviewer.domain.rating import Practice
from interviewer.domain.words import BAND_WORDS, CriterionKind, Speaker, Verdict
from interviewer.kits.room import Line, Share
from interviewer.report.segments import Kind, Quoted, highlight
from interviewer.ui import markup, task
from interviewer.ui.letter import SIGNS
from interviewer.ui.markup import escaped
from interviewer.ui.when import count

VERDICTS = {
    Verdict.MET: "said, and right",
    Verdict.PARTIAL: "said in part, or vaguely",
    Verdict.MISSING: "not said",
    Verdict.CONTRADICTED: "the opposite was said",
}
"""What each verdict means, in the order in which they stand."""

EXAMPLES = 4
"""Statements of a criterion that are shown: enough to see what it means, too few to be taken for the whole of it."""

_MARKS: dict[Verdict, Kind] = {Verdict.MET: "met", Verdict.PARTIAL: "partial", Verdict.CONTRADICTED: "mistaken"}


def question(asked: Question) -> str:
    sheet = task.folded(asked.task) if asked.task else ""
    return f'<section class="asked"><h2>{escaped(asked.prompt)}</h2>{sheet}</section>'


def answer(name: str, said: Sequence[Line]) -> str:
    """An answer with what was asked in between; the question itself stands above it already."""
    turns = "".join(_line(line) for line in (said[1:] if said and said[0].speaker is Speaker.INTERVIEWER else said))
    return f'<section class="talk rated"><h3>{escaped(name)}</h3>{turns}</section>'


def _line(line: Line) -> str:
    who = "Answer" if line.speaker is Speaker.CANDIDATE else line.kind or "Interviewer"
    return (
        f'<article class="turn {line.speaker.value}"><header><b>{escaped(who)}</b></header>'
        f"{markup.said(line.text)}</article>"
    )


def practice_answer(name: str, text: str) -> str:
    return answer(name, [Line(Speaker.CANDIDATE, text)])


def marked(name: str, known: CalibrationAnswer) -> str:
    """A practice answer with the words marked that its verdicts rest on."""
    segments = highlight(known.text, [quote for one in known.quotes for quote in _quoted(known, one)])
    body = "".join(
        escaped(one.text) if one.kind == "plain" else f'<mark class="{one.kind}">{escaped(one.text)}</mark>'
        for one in segments
    )
    key = (
        '<p class="key">Marked: <mark class="met">met</mark> <mark class="partial">partial</mark> '
        '<mark class="mistaken">contradicted</mark></p>'
        if known.quotes
        else ""
    )
    return (
        f'<section class="talk rated"><h3>{escaped(name)}</h3><article class="turn candidate">'
        f"<header><b>Answer</b></header>{markup.said(known.text, body)}</article>{key}</section>"
    )


def _quoted(known: CalibrationAnswer, criterion: str) -> list[Quoted]:
    kind = _MARKS.get(known.verdicts.get(criterion, Verdict.MISSING))
    words = known.quotes[criterion].split()
    found = re.search(r"\s+".join(map(re.escape, words)), known.text) if words else None
    if kind is None or found is None:
        return []
    return [Quoted(criterion, kind, Evidence(turn=1, start=found.start(), end=found.end(), text=found.group()))]


def meanings() -> str:
    """The four verdicts with what they mean."""
    items = "".join(
        f'<li class="{verdict.value}"><span class="sign" aria-hidden="true">{SIGNS[verdict]}</span>'
        f"<span><b>{verdict.label.capitalize()}</b> {text}</span></li>"
        for verdict, text in VERDICTS.items()
    )
    return f'<ul class="verdicts meanings">{items}</ul>'


def criterion(one: Criterion, number: int) -> str:
    kind = "core" if one.kind is CriterionKind.CORE else "goes beyond"
    return f'<p class="criterion"><b>{number}</b> {escaped(one.text)} <span class="kind">{kind}</span></p>'


def examples(rubric: Rubric) -> str:
    """How people say each thing, and what is typically mistaken; folded away."""
    groups = "".join(
        f"<h4>{number} · {escaped(one.text)}</h4>"
        f"<ul>{''.join(f'<li>{escaped(said)}</li>' for said in one.statements[:EXAMPLES])}</ul>"
        for number, one in enumerate(rubric.criteria, 1)
    )
    mistakes = "".join(f"<li>{escaped(one.beliefs[0])}</li>" for one in rubric.misconceptions)
    if mistakes:
        groups += f"<h4>Typically mistaken</h4><ul>{mistakes}</ul>"
    return (
        '<details class="fold examples"><summary>How people say these things</summary>'
        f'<p class="note">Examples, not a list to tick: other words that say the same count the same.</p>{groups}'
        "</details>"
    )


def progress(rated: int, of: int) -> str:
    share = round(100 * rated / of) if of else 100
    return (
        f'<div class="room-progress"><p role="status"><b>{rated} of {of}</b> rated</p>'
        f'<div class="bar" aria-hidden="true"><i style="width: {share}%"></i></div></div>'
    )


def shares(found: Sequence[Share]) -> str:
    """How far the rater is with each question."""
    items = "".join(
        f"<li><span>{one.place}. {escaped(one.prompt)}</span><b>{one.rated} of {one.of}</b></li>" for one in found
    )
    return f'<ol class="shares">{items}</ol>'


RULE = (
    "Your ratings count once, over your last five practice answers, you are within one band on average and no more "
    "than one of them is two or more bands off."
)


def about() -> str:
    """What the practice round is, where it comes from, and whose rule says when it is enough."""
    return (
        '<p class="lead">Five answers whose band is known. Rate each as you would in earnest; what it is known to '
        "be, and why, is shown right after.</p>"
        f'<p class="plain">{RULE}</p>'
        '<details class="fold"><summary>Why, and whose rule this is</summary><p>People who rate the same answers '
        "differ less when they have learnt one yardstick on examples with immediate feedback: frame-of-reference "
        "training (reviewed by Woehr and Huffcutt, 1994, and again by Roch, Woehr, Mishra and Kieszczynska, 2012). "
        "When it is enough, those reviews do not say: the rule above is ours. You may practise for as long as you "
        f"like. After {ENOUGH} answers you may begin although the rule is not met; your ratings then count like any "
        "others, and that it was so is kept with your name. The known bands were given by those who wrote the "
        "answers, or settled by people who rate for this kit: they can be argued with, too.</p></details>"
    )


def strip(practice: Sequence[Practice]) -> str:
    """The practice so far: band given and band known, answer by answer."""
    if not practice:
        return ""
    items = "".join(
        f'<li class="{_nearness(one)}"><span class="unseen">Answer {number}: </span>{one.given}'
        f"<small>{'same' if one.given == one.band else f'known as {one.band}'}</small></li>"
        for number, one in enumerate(practice, 1)
    )
    return f'<ol class="strip" aria-label="Your practice so far">{items}</ol>'


def _nearness(one: Practice) -> str:
    apart = abs(one.given - one.band)
    return "same" if apart == 0 else "far" if apart >= FAR else "near"


def standing(now: Standing) -> str:
    """Where somebody stands by the rule, in a sentence or two."""
    if now.apart is None:
        return ""
    amount = f"{now.apart:.1f}".removesuffix(".0")
    off = "exact" if now.apart == 0 else f"off by {amount} {'band' if amount == '1' else 'bands'}"
    last = f"This one was {off}."
    if now.done > 1:
        far = f"; {now.far} of them by two or more" if now.far else ""
        last = f"Your last {min(now.done, ROUND)} were {off}{' on average' if now.apart else ''}{far}."
    if now.met:
        rest = "The rule is met: you may begin."
    elif now.left:
        rest = f"{count(now.left, 'more answer')} until the rule can be met."
    elif now.may_begin:
        rest = "The rule is not met. You may practise on, or begin all the same; that it was so is kept with your name."
    else:
        rest = "The rule is not met yet; practise on."
    return f'<p class="plain standing" role="status">{last} {rest}</p>'


def feedback(found: Feedback, quotes: Mapping[str, str]) -> str:
    """What an answer is known to be, beside what was given."""
    tone = "same" if found.band == found.given else "differs"
    why = f'<p class="plain">{escaped(found.why)}</p>' if found.why else ""
    items = "".join(_compared(one, quotes.get(one.criterion.id, "")) for one in found.criteria)
    return (
        f'<section class="feedback answer"><div class="bands {tone}" role="status">'
        f'<p class="figure"><b>{found.band}</b><span>known: {BAND_WORDS[found.band].lower()}</span></p>'
        f'<p class="figure"><b>{found.given}</b><span>yours: {BAND_WORDS[found.given].lower()}</span></p></div>'
        f'<p class="plain"><b>{escaped(found.about_band)}</b></p>'
        f'<p class="plain">{escaped(found.about_criteria)}</p>{why}'
        f'<ul class="verdicts">{items}</ul></section>'
    )


def _compared(one: Compared, quote: str) -> str:
    yours = (
        '<span class="agrees">you too</span>'
        if one.same
        else f'<span class="differs"><span class="sign" aria-hidden="true">compare_arrows</span>'
        f"you: {one.given.label}</span>"
    )
    words = f'<p><q class="quote {one.known.value}">{escaped(quote)}</q></p>' if quote else ""
    return (
        f'<li class="{one.known.value}"><span class="sign" aria-hidden="true">{SIGNS[one.known]}</span>'
        f"<div><p><b>{one.known.label.capitalize()}</b> {yours}</p><p>{escaped(one.criterion.text)}</p>{words}</div>"
        "</li>"
    )
