"""HTML for the pieces of the report. Pure; every text that goes in is escaped, and shown as it was typed."""

from __future__ import annotations

from interviewer.domain.grade import CriterionVerdict, Grade
from interviewer.domain.interview import Turn
from interviewer.domain.report import CompetencyScore, LookingBack, Overall, QuestionReport, Report
from interviewer.domain.words import BAND_WORDS, Speaker, Verdict
from interviewer.grading.scoring import band
from interviewer.report import delivery, wording
from interviewer.report.segments import turn_segments
from interviewer.ui import markup
from interviewer.ui.markup import escaped

SIGNS: dict[Verdict, str] = {
    Verdict.MET: "check_circle",
    Verdict.PARTIAL: "contrast",
    Verdict.MISSING: "radio_button_unchecked",
    Verdict.CONTRADICTED: "cancel",
    Verdict.NOT_ASSESSED: "do_not_disturb_on",
}
"""Material symbols; the word stands beside each, and the colour goes with both."""


def opening(report: Report, when: str) -> str:
    """The head of the letter: for what and when, the headline, the gist."""
    facts = " · ".join(
        (
            report.role.label,
            report.seniority.label,
            f"{report.mode.label} interview",
            when,
            wording.duration(report.seconds),
            *_graders(report),
        )
    )
    running = (
        "" if report.finished else '<p class="note">The interview is still running; this is the report so far.</p>'
    )
    return (
        f'<header class="letter"><p class="facts">{escaped(facts)}</p>'
        f"<h1>{escaped(report.overall.headline)}</h1></header>"
        f'{running}<p class="gist">{escaped(report.overall.gist)}</p>'
    )


def _graders(report: Report) -> list[str]:
    """Who graded, in a few words; the whole sentence stands further down."""
    graded = [q.grade for q in report.questions if isinstance(q.grade, Grade) and not wording.blank(q)]
    names = dict.fromkeys(grade.provenance.model for grade in graded)
    told = ["the offline model" if name == "offline" else name for name in names]
    return [f"graded by {wording.joined(told)}"] if told else []


def scale(overall: Overall) -> str:
    """The overall score on the scale of the bands, with its range drawn; in words for who cannot see it."""
    if overall.score is None or overall.low is None or overall.high is None or overall.band is None:
        return f'<p class="note certainty">{escaped(overall.certainty)}</p>' if overall.certainty else ""
    left, width = overall.low * 20, max(1.0, (overall.high - overall.low) * 20)
    ticks = "".join(f"<span>{n}</span>" for n in range(6))
    score, low, high = (wording.points(value) for value in (overall.score, overall.low, overall.high))
    return (
        f'<div class="overall"><p class="figure"><b>{score}</b> of 5'
        f"<span>{wording.mean_in_words(overall.score)}</span></p>"
        f'<div class="scale" role="img" aria-label="{score} of 5, between {low} and {high}">'
        f'<div class="track"><i class="range" style="left: {left:.1f}%; width: {width:.1f}%"></i>'
        f'<i class="point" style="left: {overall.score * 20:.1f}%"></i></div>'
        f'<div class="ticks" aria-hidden="true">{ticks}</div></div></div>'
        f'<p class="note certainty">{escaped(overall.certainty)}</p>'
    )


def question(report: QuestionReport) -> str:
    """One question: what was asked, how it went, and each criterion with its verdict, words and reason."""
    grade = report.grade
    result = wording.capital(wording.result(report))
    parts = [
        f'<p class="prompt">{escaped(report.prompt)}</p>',
        f'<p class="score"><b>{escaped(result)}</b> <span>{escaped(" · ".join(wording.around(report)))}</span></p>',
    ]
    if report.note:
        parts.append(f'<p class="note">{escaped(report.note)}</p>')
    if isinstance(grade, Grade):
        if shown := wording.shown(grade):
            parts.append(_verdicts("What you showed", report, shown))
        if missed := wording.not_shown(grade):
            parts.append(_verdicts(wording.missed_title(report), report, missed))
        if grade.misconceptions:
            parts.append("<h4>To put right</h4>")
        for mistake in grade.misconceptions:
            quotes = "".join(f'<q class="quote mistaken">{escaped(e.text)}</q>' for e in mistake.evidence)
            parts.append(f'<div class="mistake"><p>{escaped(mistake.correction)}</p><p>You said: {quotes}</p></div>')
    return f'<section class="answer">{"".join(parts)}</section>'


def _verdicts(title: str, report: QuestionReport, verdicts: list[CriterionVerdict]) -> str:
    return f'<h4>{title}</h4><ul class="verdicts">{"".join(_verdict(report, v) for v in verdicts)}</ul>'


def _verdict(report: QuestionReport, verdict: CriterionVerdict) -> str:
    doubt = '<span class="doubt">doubtful</span>' if verdict.doubtful else ""
    quotes = "".join(f'<p><q class="quote {verdict.verdict.value}">{escaped(e.text)}</q></p>' for e in verdict.evidence)
    why = wording.why(verdict)
    reason = f'<p class="reason">{escaped(why)}</p>' if why else ""
    disputes = "".join(
        f'<p class="reason">You disputed this: <q>{escaped(dispute.comment)}</q></p>'
        for dispute in report.disputes
        if dispute.criterion == verdict.criterion
    )
    return (
        f'<li class="{verdict.verdict.value}"><span class="sign" aria-hidden="true">{SIGNS[verdict.verdict]}</span>'
        f"<div><p><b>{verdict.verdict.label.capitalize()}:</b>{doubt} {escaped(verdict.text)}</p>"
        f"{quotes}{reason}{disputes}</div></li>"
    )


def looked_for(report: Report) -> str:
    """What employers look for, and how the answers did: in words, with a circle that is the fuller the better."""
    items = "".join(map(_competency, report.competencies))
    basis = f'<p class="note">{escaped(report.basis)}</p>'
    return f'<section class="answer">{basis}<ul class="verdicts">{items}</ul></section>'


def _competency(one: CompetencyScore) -> str:
    step = band(one.score)
    full = 100 * (step - 1) // (len(BAND_WORDS) - 1)
    return (
        f'<li class="{wording.BAND_TONES[step].value}"><span class="sign" aria-hidden="true">'
        f'<i class="pie" style="--full: {full}%"></i></span>'
        f"<div><p><b>{wording.mean_in_words(one.score)}:</b> {escaped(one.title)}</p>"
        f'<p class="reason">{escaped(one.looks_for)}</p><p class="reason">{wording.rests_on(one)}</p></div></li>'
    )


def reflection(one: LookingBack) -> str:
    """A question to oneself, with how to go about it."""
    return f'<section class="reflection"><h3>{escaped(one.prompt)}</h3><p>{escaped(one.help)}</p></section>'


def saved(is_saved: bool) -> str:
    """The quiet word under a note; its line is there before, so that nothing moves."""
    return f'<p class="saved" role="status">{"Saved" if is_saved else ""}</p>'


def sample(report: QuestionReport) -> str:
    """How to approach it and a sample answer, folded away until one wants them; nothing in real mode."""
    parts = []
    if report.approach:
        parts.append(f"<p><b>How to approach it.</b> {escaped(report.approach)}</p>")
    if report.sample_answer:
        parts.append(f'<p class="sample">{escaped(report.sample_answer)}</p>')
    if not parts:
        return ""
    return f'<details class="fold"><summary>A sample answer</summary>{"".join(parts)}</details>'


def transcript(report: QuestionReport) -> str:
    """What was said, with the candidate's words marked where the grade rests on them."""
    turns = "".join(_turn(turn, report) for turn in report.turns)
    key = (
        '<p class="key">Marked are the words that the grade rests on: <mark class="met">met</mark> '
        '<mark class="partial">partial</mark> <mark class="mistaken">mistaken</mark></p>'
        if isinstance(report.grade, Grade)
        else ""
    )
    return f'<details class="fold"><summary>What was said</summary>{key}<div class="talk">{turns}</div></details>'


def _turn(turn: Turn, report: QuestionReport) -> str:
    if turn.speaker is Speaker.INTERVIEWER:
        return markup.turn(turn)
    marked = "".join(
        escaped(s.text) if s.kind == "plain" else f'<mark class="{s.kind}">{escaped(s.text)}</mark>'
        for s in turn_segments(turn, report.grade)
    )
    understood = delivery.understood(report).get(turn.seq)
    first = (
        ""
        if understood is None
        else f'<details class="understood"><summary>Understood at first</summary>{markup.said(understood)}</details>'
    )
    spoken = any(answer.delivery.turn == turn.seq for answer in report.spoken)
    return markup.turn(turn, marked=marked, source="spoken" if spoken else "") + first


def next_steps(report: Report) -> str:
    """What to study, with where it comes from, and the advice that fits how it went."""
    parts = []
    for why, source, suggestions in wording.study_groups(report):
        items = "".join(f"<li>{escaped(suggestion)}</li>" for suggestion in suggestions)
        parts.append(f'<h4>{escaped(why)}</h4><ul>{items}</ul><p class="source">From: {escaped(source)}</p>')
    for advice in report.advice:
        source = f'<p class="source">From: {escaped(advice.source)}</p>' if advice.source else ""
        parts.append(f"<h4>{escaped(advice.title)}</h4><p>{escaped(advice.text)}</p>{source}")
    return f'<section class="next">{"".join(parts)}</section>'


def how_graded(report: Report) -> str:
    facts = "".join(f"<li>{escaped(fact)}</li>" for fact in wording.facts(report))
    doubts = "".join(f"<li>{escaped(doubt)}</li>" for doubt in wording.doubts(report))
    more = f"<ul>{facts}</ul>" if facts else ""
    more += f"<p><b>Doubtful verdicts</b></p><ul>{doubts}</ul>" if doubts else ""
    fold = f'<details class="fold"><summary>The details of each grade</summary>{more}</details>' if more else ""
    conducted = wording.conducted(report)
    above = f"<p>{escaped(conducted)}</p>" if conducted else ""
    return f'<section class="next">{above}<p>{escaped(report.graded_by)}</p>{fold}</section>'
