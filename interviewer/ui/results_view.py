"""HTML for the results of a kit. Pure; every text that goes in is escaped, and shown as it was typed.

Colour goes with whose word stands, never with how a person did: nobody is painted green or red here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from interviewer.contracts import (
    AnswerResult,
    CandidateResult,
    CriterionResult,
    PersonRating,
    Results,
    ResultsDecision,
    ResultsQuestion,
    ResultsTurn,
)
from interviewer.domain.grade import Evidence
from interviewer.domain.interview import ExchangeStatus
from interviewer.domain.rating import DecisionKind
from interviewer.domain.words import BAND_WORDS, CriterionKind, Speaker, Verdict
from interviewer.grading.scoring import band
from interviewer.report import wording
from interviewer.report.segments import Kind, Quoted, highlight
from interviewer.ui import markup
from interviewer.ui.letter import SIGNS
from interviewer.ui.markup import escaped
from interviewer.ui.when import count, moment

WHO = {"decision": "decided", "people": "people", "machine": "machine", "nothing": "no band"}
WHO_SIGNS = {"decision": "gavel", "people": "group", "machine": "memory", "nothing": "remove"}

ABOVE = (
    "Software grades first; a person’s rating always stands above its grade, and a decision above both. This page "
    "ranks nobody and recommends nobody."
)

ENDED = {
    "complete": "all questions asked",
    "early": "ended early by the candidate",
    "time": "ended when time ran out",
}

_KINDS: dict[Verdict, Kind] = {Verdict.MET: "met", Verdict.PARTIAL: "partial", Verdict.CONTRADICTED: "mistaken"}


@dataclass(frozen=True)
class Clock:
    """Now, and where the reader is."""

    now: datetime
    zone: tzinfo | None

    def said(self, at: datetime) -> str:
        return moment(at, self.now, self.zone)


def number(value: float) -> str:
    """
    >>> number(4.0), number(3.5), number(3.6667)
    ('4', '3.5', '3.7')
    """
    return f"{value:.1f}".removesuffix(".0")


def band_words(value: float) -> str:
    """A band with its word; a mean between two bands has none of its own.

    >>> band_words(4.0), band_words(3.5)
    ('4 solid', '3.5')
    """
    return f"{number(value)} {BAND_WORDS[int(value)].lower()}" if value == int(value) else number(value)


def who(by: str) -> str:
    """Whose word stands: symbol, word, and (by the class) colour."""
    sign = f'<span class="sign" aria-hidden="true">{WHO_SIGNS[by]}</span>'
    return f'<span class="who {by}">{sign}{WHO[by]}</span>'


def key() -> str:
    """What the signs in the table mean."""
    return (
        f'<p class="results-key">Whose word stands: {who("decision")} above {who("people")} above {who("machine")}. '
        "A range such as 3–5 is what doubtful verdicts leave open, or how far people are apart.</p>"
    )


# --- side by side -------------------------------------------------------------------------------------------


def side_by_side(found: Results, candidates: Sequence[CandidateResult]) -> str:
    """Candidates below each other, questions beside each other."""
    heads = "".join(
        f'<th scope="col"><span class="place">{_place(question)}</span>'
        f'<span class="prompt">{escaped(question.prompt)}</span></th>'
        for question in found.questions
    )
    rows = "".join(_row(found, one) for one in candidates)
    return _table(
        "Candidates and questions",
        f'<thead><tr><th scope="col">Candidate</th>{heads}<th scope="col">Mean band</th>'
        f'<th scope="col">Interview</th></tr></thead><tbody>{rows}</tbody>',
    )


def by_criterion(question: ResultsQuestion, candidates: Sequence[CandidateResult]) -> str:
    """Candidates below each other, the criteria of one question beside each other."""
    heads = "".join(
        f'<th scope="col"><span class="place">{one.kind.value}</span>'
        f'<span class="prompt">{escaped(one.text)}</span></th>'
        for one in question.criteria
    )
    rows = []
    for candidate in candidates:
        answer = next((one for one in candidate.answers if one.question == question.id), None)
        if answer is None:
            cells = f'<td colspan="{len(question.criteria) + 1}" class="none">{_not_asked(candidate)}</td>'
        else:
            criteria = {one.id: one for one in answer.criteria}
            cells = _band_cell(answer) + "".join(_verdict_cell(criteria.get(one.id)) for one in question.criteria)
        rows.append(f"<tr>{_name(candidate)}{cells}</tr>")
    return _table(
        f"Candidates and the criteria of question {question.prompt}",
        f'<thead><tr><th scope="col">Candidate</th><th scope="col">Answer</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody>",
    )


def _table(label: str, inside: str) -> str:
    # It scrolls by itself where it is wider than the page, also by keyboard.
    return (
        f'<div class="results-scroll" role="region" aria-label="{escaped(label)}" tabindex="0">'
        f'<table class="results">{inside}</table></div>'
    )


def _place(question: ResultsQuestion) -> str:
    return f"Question {question.number}" if question.number is not None else "Only in an earlier version"


def _row(found: Results, candidate: CandidateResult) -> str:
    answers = {one.question: one for one in candidate.answers}
    cells = "".join(
        _band_cell(answers[question.id])
        if question.id in answers
        else f'<td class="none"><small>{_not_asked(candidate)}</small></td>'
        for question in found.questions
    )
    return f"<tr>{_name(candidate)}{cells}{_mean_cell(candidate)}{_interview_cell(candidate)}</tr>"


def _name(candidate: CandidateResult) -> str:
    more = f"<small>{escaped(candidate.code)}</small>" if candidate.candidate != candidate.code else ""
    return f'<th scope="row">{escaped(candidate.candidate)}{more}</th>'


def _band_cell(answer: AnswerResult) -> str:
    stands = answer.stands
    if stands.band is None:
        return f'<td class="none">{who("nothing")}<small>{escaped(stands.why or "")}</small></td>'
    span = ""
    if stands.low is not None and stands.high is not None and stands.low != stands.high:
        span = f"<small>{number(stands.low)}–{number(stands.high)}</small>"
    word = f" <span>{BAND_WORDS[int(stands.band)].lower()}</span>" if stands.band == int(stands.band) else ""
    skipped = "<small>skipped</small>" if answer.status is ExchangeStatus.SKIPPED else ""
    return f"<td><b>{number(stands.band)}</b>{word}{span}{skipped}{who(stands.by)}</td>"


def _verdict_cell(criterion: CriterionResult | None) -> str:
    if criterion is None:
        return '<td class="none"><small>not in the rubric that graded it</small></td>'
    if criterion.by == "nothing":
        return f'<td class="none">{who("nothing")}</td>'
    doubt = criterion.by == "machine" and criterion.machine is not None and criterion.machine.doubtful
    doubtful = "<small>doubtful</small>" if doubt else ""
    return f"<td>{_verdict(criterion.verdict)}{doubtful}{who(criterion.by)}</td>"


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return '<span class="verdict"><span class="sign" aria-hidden="true">call_split</span>people differ</span>'
    return (
        f'<span class="verdict {verdict.value}"><span class="sign" aria-hidden="true">{SIGNS[verdict]}</span>'
        f"{verdict.label}</span>"
    )


def _not_asked(candidate: CandidateResult) -> str:
    if candidate.status in ("running", "paused"):
        return "not asked yet"
    return "not reached" if candidate.status == "ended" else ""


def _mean_cell(candidate: CandidateResult) -> str:
    overall = candidate.overall
    if overall.mean is None or overall.low is None or overall.high is None:
        return '<td class="none"><small>none yet</small></td>'
    of = f"of {count(overall.counted, 'answer')}"
    left = overall.questions - overall.counted
    short = f"; {left} of {overall.questions} questions not counted" if left else ""
    return (
        f"<td><b>{number(overall.mean)}</b><small>{number(overall.low)}–{number(overall.high)}</small>"
        f"<small>{of}{short}</small></td>"
    )


def _interview_cell(candidate: CandidateResult) -> str:
    return f"<td><small>{'<br>'.join(escaped(fact) for fact in facts(candidate))}</small></td>"


def facts(candidate: CandidateResult) -> list[str]:
    """What is to be known about an interview, a short line each."""
    if candidate.status == "deleted":
        return ["deleted"]
    if candidate.status == "not begun":
        return ["not begun"]
    told = []
    if candidate.imported:
        told.append("brought in from a file")
    else:
        told.append(
            ENDED[candidate.ended] if candidate.ended else {"ended": "ended"}.get(candidate.status, "still running")
        )
        if candidate.status == "paused":
            told[-1] = "paused at the moment"
        if candidate.seconds is not None:
            limit = f" of {count(candidate.minutes, 'minute')}" if candidate.minutes is not None else ""
            told.append(f"{wording.duration(candidate.seconds)}{limit}")
        if candidate.extra_percent:
            told.append(f"{candidate.extra_percent} % extra time")
        if candidate.pauses:
            told.append(f"paused {'once' if candidate.pauses == 1 else f'{candidate.pauses} times'}")
    if candidate.version is not None:
        told.append(f"version {candidate.version} of the kit")
    if candidate.link_revoked:
        told.append("link withdrawn")
    return told


# --- one candidate ------------------------------------------------------------------------------------------


def candidate_head(candidate: CandidateResult, clock: Clock) -> str:
    """Who it is, when, and the mean with the range that says how sure it is."""
    when = [f"begun {clock.said(candidate.begun_at)}"] if candidate.begun_at and not candidate.imported else []
    told = " · ".join([*when, *facts(candidate)])
    overall = candidate.overall
    mean = ""
    if overall.mean is not None and overall.low is not None and overall.high is not None:
        mean = (
            f'<p class="note">Mean band {number(overall.mean)}, range {number(overall.low)} to {number(overall.high)}, '
            f"over {overall.counted} of {count(overall.questions, 'question')}. The range holds 80 %, as "
            "if the questions were drawn from many like them: it joins how far the answers lie apart with what "
            "doubtful verdicts and differing people leave open. One person’s band, or a decision, counts in it as if "
            "it were certain.</p>"
        )
    return f'<p class="about candidate-facts">{escaped(told)}</p>{mean}'


def answer_head(answer: AnswerResult, prompt: str) -> str:
    """What was asked, and what stands for the answer."""
    stands = answer.stands
    if stands.band is None:
        told = f'<b>No band</b> {who("nothing")} <span class="quiet">{escaped(stands.why or "")}</span>'
    else:
        span = ""
        if stands.low is not None and stands.high is not None and stands.low != stands.high:
            span = f' <span class="quiet">between {number(stands.low)} and {number(stands.high)}</span>'
        told = f"<b>{band_words(stands.band)}</b> {who(stands.by)}{span}"
    return (
        f'<section class="answer in-full"><p class="prompt">{escaped(prompt)}</p>'
        f'<p class="stands">{told}</p>{_others(answer)}</section>'
    )


def _others(answer: AnswerResult) -> str:
    """The machine's band and everybody's, whatever stands."""
    items = []
    machine = answer.machine
    if machine is not None and machine.band is not None and machine.score is not None:
        unsure = ""
        if machine.low is not None and machine.high is not None and band(machine.low) != band(machine.high):
            unsure = f", between {wording.points(machine.low)} and {wording.points(machine.high)} by doubtful verdicts"
        told = f"{band_words(machine.band)} ({wording.points(machine.score)} of 5{unsure})"
        made = [] if machine.grader is None else [f"{machine.grader.model} {machine.grader.version}"]
        made += _rubric(machine.versions)
        flags = [wording.flag(flag) for flag in machine.flags]
        items.append((who("machine"), escaped(told), escaped("; ".join([*made, *flags]))))
    elif machine is not None:
        items.append((who("machine"), "not graded", escaped(machine.error or "")))
    items += [_person(rating) for rating in answer.ratings]
    items += [_decision(one) for one in answer.decisions]
    rows = "".join(
        f"<li><span>{by}</span><div><b>{told}</b>{f'<small>{more}</small>' if more else ''}</div></li>"
        for by, told, more in items
    )
    return f'<ul class="voices">{rows}</ul>' if rows else ""


def _rubric(versions: Sequence[int]) -> list[str]:
    if not versions:
        return []
    named = f"version {versions[0]}" if len(versions) == 1 else f"versions {wording.joined([str(v) for v in versions])}"
    return [f"with the rubric of {named}"]


def _person(rating: PersonRating) -> tuple[str, str, str]:
    told = f"{rating.rater}: {band_words(rating.band) if rating.band is not None else 'verdicts only'}"
    more = [*(["from a file"] if rating.imported else []), *_rubric(rating.versions)]
    said = f"“{rating.comment}”" if rating.comment else ""
    return who("people"), escaped(told), escaped(". ".join(part for part in ("; ".join(more), said) if part))


def _decision(one: ResultsDecision) -> tuple[str, str, str]:
    if one.withdrawn:
        return who("decision"), escaped(f"{one.by} took the decision back"), escaped(one.reason)
    how = "settled" if one.kind is DecisionKind.SETTLED else "decided"
    return who("decision"), escaped(f"{one.by} {how}: {band_words(one.band)}"), escaped(one.reason)


def criteria(answer: AnswerResult) -> str:
    """Per criterion: what stands, the machine's verdict with the words that it rests on, and everybody's."""
    if not answer.criteria:
        return ""
    return f'<section class="answer"><ul class="verdicts">{"".join(map(_criterion, answer.criteria))}</ul></section>'


def _criterion(one: CriterionResult) -> str:
    kind = "" if one.kind is CriterionKind.CORE else ' <span class="quiet">beyond the core</span>'
    differ = one.by == "people"
    if one.verdict is not None:
        name, sign, label = one.verdict.value, SIGNS[one.verdict], one.verdict.label.capitalize()
    else:
        name, sign = "not_assessed", "call_split" if differ else "hourglass_empty"
        label = "People differ" if differ else "No verdict"
    parts = [f"<p><b>{label}:</b> {escaped(one.text)}{kind} {who(one.by)}</p>"]
    if one.people:
        said = ", ".join(
            f"{escaped(person.rater)} {person.verdict.label}"
            + (f" (of what it said then: “{escaped(person.words)}”)" if person.words is not None else "")
            for person in one.people
        )
        parts.append(f'<p class="reason">People: {said}.</p>')
    if one.machine is not None:
        doubt = ' <span class="doubt">doubtful</span>' if one.machine.doubtful else ""
        reason = f" {escaped(told)}" if (told := _reason(one.machine.reason)) else ""
        if one.by != "machine" or doubt or reason:
            parts.append(f'<p class="reason">Machine: {one.machine.verdict.label}.{doubt}{reason}</p>')
        quoted = one.machine.verdict.value
        parts += [f'<p><q class="quote {quoted}">{escaped(quote.text)}</q></p>' for quote in one.machine.quotes]
    return f'<li class="{name}"><span class="sign" aria-hidden="true">{sign}</span><div>{"".join(parts)}</div></li>'


def _reason(reason: str) -> str:
    """A grader's reason as somebody else reads it: our own graders speak to the candidate."""
    if reason in wording.FORMULAS:
        return ""
    return reason.replace("In your own words this says:", "The answer says in its own words:")


def talk(answer: AnswerResult) -> str:
    """What was said, with the words marked that the machine's verdicts rest on."""
    turns = "".join(_turn(turn, answer) for turn in answer.turns)
    quotes = any(one.machine is not None and one.machine.quotes for one in answer.criteria)
    marks = (
        '<p class="key">Marked are the words that the machine’s verdicts rest on: <mark class="met">met</mark> '
        '<mark class="partial">partial</mark> <mark class="mistaken">contradicted</mark></p>'
        if quotes
        else ""
    )
    return f'<details class="fold"><summary>What was said</summary>{marks}<div class="talk">{turns}</div></details>'


def _turn(turn: ResultsTurn, answer: AnswerResult) -> str:
    own = turn.speaker is Speaker.CANDIDATE
    quotes = [
        Quoted(
            one.id,
            _KINDS[one.machine.verdict],
            Evidence(turn=quote.turn, start=quote.start, end=quote.end, text=quote.text),
        )
        for one in answer.criteria
        if one.machine is not None and one.machine.verdict in _KINDS
        for quote in one.machine.quotes
        if quote.turn == turn.turn
    ]
    marked = "".join(
        escaped(s.text) if s.kind == "plain" else f'<mark class="{s.kind}">{escaped(s.text)}</mark>'
        for s in highlight(turn.text, quotes)
    )
    name = "Candidate" if own else "Interviewer"
    return (
        f'<article class="turn {turn.speaker.value}"><header><b>{name}</b></header>'
        f"{markup.said(turn.text, marked if own else '')}</article>"
    )
