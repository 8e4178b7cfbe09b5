"""HTML for the rubric workshop: a rubric, what a draft changes, and the answers that it moves. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interviewer.calibration.held_out import Repeat
from interviewer.calibration.rating_files import WORDS
from interviewer.calibration.rescoring import CriterionMoves, Difference, Move, VerdictMove, WithPeople
from interviewer.contracts import Figure
from interviewer.domain.grade import CriterionVerdict, Grade
from interviewer.domain.interview import Turn
from interviewer.domain.question import Criterion, Question
from interviewer.domain.rating import RATED, Rating
from interviewer.domain.words import BAND_WORDS, Speaker, Verdict
from interviewer.report.segments import turn_segments
from interviewer.report.wording import joined, why
from interviewer.ui.figures import cell, number, per_cent, reasons, told
from interviewer.ui.letter import SIGNS
from interviewer.ui.markup import escaped
from interviewer.ui.when import count


def _verb(of: int, one: str, many: str) -> str:
    return one if of == 1 else many


# --- the rubric as it stands --------------------------------------------------------------------------------


def rubric(question: Question) -> str:
    """What is looked for, with the reference statements folded away."""
    items = "".join(map(_criterion, question.rubric.criteria))
    wrong = [m.beliefs[0] for m in question.rubric.misconceptions]
    beliefs = "".join(f"<li>{escaped(text)}</li>" for text in wrong)
    below = f'<p class="about">Mistakes that count against an answer:</p><ul>{beliefs}</ul>' if wrong else ""
    return (
        f'<section class="rubric-now"><p class="prompt">{escaped(question.prompt)}</p>'
        f'<ol class="looked-for">{items}</ol>{below}</section>'
    )


def _criterion(one: Criterion) -> str:
    says = "".join(f"<li>{escaped(text)}</li>" for text in one.statements)
    return (
        f'<li><p>{escaped(one.text)} <span class="quiet">{one.kind.value}, weight {one.weight:g}</span></p>'
        f'<details class="said-so"><summary>{count(len(one.statements), "statement")}</summary><ul>{says}</ul>'
        "</details></li>"
    )


def changes(sentences: Sequence[str]) -> str:
    items = "".join(f"<li>{escaped(one)}</li>" for one in sentences)
    return f'<ul class="draft-changes">{items}</ul>'


def repeats(found: Sequence[Repeat], working: frozenset[str], names: Mapping[str, str]) -> str:
    """The warning that a draft was written from answers that it is judged by. ``names`` are the answers' by interview;
    of those held out only the number is said."""
    items = []
    for one in found:
        seen = [names[interview_id] for interview_id in one.interviews if interview_id in working]
        hidden = len(one.interviews) - len(seen)
        where = [*seen, *([f"{count(hidden, 'answer')} held out"] if hidden else [])]
        items.append(
            f"<li><q>{escaped(one.text)}</q> repeats <q>{escaped(one.words)}</q>, "
            f"which {'stands' if len(one.interviews) == 1 else 'stand'} in {escaped(joined(where))}.</li>"
        )
    return (
        '<div class="problem" role="alert"><p>The draft repeats answers that it is judged by, so its figures look '
        "better than they are.</p><p>An answer that a statement was copied from is recognised by it, and the next "
        f"candidate’s is not. Say it as others may say it.</p><ul>{''.join(items)}</ul></div>"
    )


# --- what a draft changes -----------------------------------------------------------------------------------


def gist(found: Difference) -> str:
    """Who moves, in sentences."""
    if not found.answers:
        return '<p class="plain">No answer here has a grade under both rubrics.</p>'
    moved = found.up + found.down
    if not moved:
        first = f"None of {count(found.answers, 'answer')} moves to another band."
    else:
        ways = [f"{one} {way}" for one, way in ((found.up, "up"), (found.down, "down")) if one]
        first = (
            f"{moved} of {count(found.answers, 'answer')} {_verb(moved, 'moves', 'move')} to another band: "
            f"{joined(ways)}."
        )
        if found.moved.low is not None and found.moved.high is not None:
            first += (
                f" That is {per_cent(moved / found.answers)}, and between {per_cent(found.moved.low)} and "
                f"{per_cent(found.moved.high)} of answers like these."
            )
    second = f"The score shifts by {told(found.shift, signed=True)} on average."
    third = f" There is no interval: {escaped(found.shift.why)}." if found.shift.low is None and found.shift.why else ""
    left = len(found.ungraded)
    fourth = f" {count(left, 'answer')} without a grade {_verb(left, 'is', 'are')} in no figure." if left else ""
    return f'<p class="plain">{first} {second}{third}{fourth}</p>'


def counts_only(found: Difference) -> str:
    """What is said of too few answers."""
    moved = found.up + found.down
    return (
        f'<p class="plain">{moved} of {count(found.answers, "answer")} {_verb(moved, "moves", "move")} to another '
        f"band: {found.up} up, {found.down} down.</p>"
    )


def criteria(found: Sequence[CriterionMoves]) -> str:
    """Criterion by criterion, how often each verdict is given under either rubric."""
    return f'<ul class="criterion-moves">{"".join(map(_criterion_moves, found))}</ul>'


def _criterion_moves(one: CriterionMoves) -> str:
    if one.stands == "in both":
        steps = [f"{n} {way}" for n, way in ((one.better, "better"), (one.worse, "worse")) if n]
        told = f"{joined(steps)}, of {one.assessed}" if steps else f"none of {count(one.assessed, 'verdict')} changes"
        tag = ""
    else:
        told = "new in the draft" if one.stands == "only after" else "not in the draft"
        tag = " only"
    bars = "".join(
        f"<dt>{name}</dt><dd>{_bar(counts)}</dd>"
        for name, counts in (("published", one.before), ("draft", one.after))
        if counts
    )
    return (
        f'<li class="{tag.strip()}"><p>{escaped(one.text)} <span class="quiet">{told}</span></p>'
        f'<dl class="verdict-bars">{bars}</dl></li>'
    )


def _bar(counts: Mapping[Verdict, int]) -> str:
    """How often each verdict was given: a bar, and the same in words."""
    of = sum(counts.values())
    order = [*RATED, Verdict.NOT_ASSESSED]
    parts = "".join(
        f'<i class="{verdict.value}" style="flex: {counts[verdict]}"></i>' for verdict in order if counts.get(verdict)
    )
    words = ", ".join(f"{counts[verdict]} {verdict.label}" for verdict in order if counts.get(verdict))
    return f'<span class="bar" aria-hidden="true">{parts}</span><small>{words} of {of}</small>'


def people(found: Difference) -> str:
    """The agreement with people's ratings, under the published rubric and under the draft."""
    if found.overall is None and not found.by_criterion:
        reason = (
            "Nobody has rated these answers yet, so it cannot be said whether the draft grades them more as people do."
            if not found.rated
            else "People’s ratings of these answers are of nothing that stands in both rubrics."
        )
        return f'<p class="plain">{reason}</p>'
    parts = [_whole(found.overall)] if found.overall is not None else []
    if found.by_criterion:
        parts.append(_by_criterion(found.by_criterion))
    return "".join(parts)


def nearer(one: WithPeople) -> str:
    """In a sentence, whether the draft comes nearer to people."""
    figure = one.nearer
    if figure.value is None:
        return ""
    unit = "a band" if one.criterion is None else "a step"
    if abs(figure.value) < 1e-9 and (figure.low is None or figure.high is None) and "same" not in (figure.why or ""):
        return f"On these answers the draft is as far from people’s ratings as the published rubric: {figure.why}."
    if figure.low is None or figure.high is None:
        if figure.low is None and abs(figure.value) < 1e-9 and "same" in (figure.why or ""):
            return "The draft is as far from people’s ratings as the published rubric, answer by answer."
        return (
            f"On these answers the draft is {number(abs(figure.value))} of {unit} "
            f"{'nearer to' if figure.value < 0 else 'further from'} people’s ratings. "
            f"That may be chance: {figure.why}."
        )
    if figure.high < 0 or figure.low > 0:
        ends = sorted((abs(figure.low), abs(figure.high)))
        return (
            f"The draft is {'nearer to' if figure.value < 0 else 'further from'} people’s ratings, by "
            f"{number(abs(figure.value))} of {unit} ({number(ends[0])} to {number(ends[1])})."
        )
    return (
        "Whether the draft is nearer to people’s ratings cannot be told from these answers: the distance changes by "
        f"{told(figure, signed=True)} of {unit}, and the interval has zero in it."
    )


def _whole(one: WithPeople) -> str:
    # (label, before, after, people among themselves)
    rows: list[tuple[str, Figure, Figure, Figure, bool]] = [
        ("The same band", one.before.exact, one.after.exact, one.people.exact, True),
        ("At most one apart", one.before.within_one, one.after.within_one, one.people.within_one, True),
        ("Weighted kappa", one.before.kappa, one.after.kappa, one.people.kappa, False),
        ("Error by band", one.before.macro_error, one.after.macro_error, one.people.macro_error, False),
    ]
    among = len(one.people.raters) > 1
    head = "<th scope='col'>published</th><th scope='col'>draft</th>"
    head += "<th scope='col'>people among themselves</th>" if among else ""
    body = "".join(
        f'<tr><th scope="row">{label}</th><td>{cell(before, share=share)}</td><td>{cell(after, share=share)}</td>'
        + (f"<td>{cell(alone, share=share)}</td>" if among else "")
        + "</tr>"
        for label, before, after, alone, share in rows
    )
    n = one.after.items
    return (
        f'<p class="plain">{escaped(nearer(one))}</p>'
        f'<table class="tally with-people"><caption>Whole answers: {count(n, "answer")} rated by '
        f"{'people' if among else 'one person'}</caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"
        + reasons((label, one) for label, *some, _ in rows for one in some[: 3 if among else 2])
    )


def _by_criterion(found: Sequence[WithPeople]) -> str:
    body = "".join(
        f'<tr><th scope="row">{escaped(one.text)}</th><td>{cell(one.before.exact, share=True)}</td>'
        f"<td>{cell(one.after.exact, share=True)}</td><td>{one.after.items}</td></tr>"
        for one in found
    )
    return (
        '<table class="tally with-people"><caption>The same verdict as people, by criterion</caption><thead><tr>'
        "<td></td><th scope='col'>published</th><th scope='col'>draft</th><th scope='col'>answers</th></tr></thead>"
        f"<tbody>{body}</tbody></table>"
        + reasons(("Criteria", figure) for one in found for figure in (one.before.exact, one.after.exact))
        + '<p class="note">Criteria that stand in both rubrics. Where a criterion was reworded, people rated it in its '
        "old words.</p>"
    )


# --- answers ------------------------------------------------------------------------------------------------


def moved_answer(name: str, move: Move, turns: Sequence[Turn], ratings: Sequence[Rating]) -> str:
    """One answer of the half that one works with: the bands, what was said, and each verdict under both rubrics."""
    bands = (
        f"band {move.before.band}, as before"
        if not move.bands
        else f"band {move.before.band} becomes {move.after.band} ({BAND_WORDS[move.after.band].lower()})"
    )
    given = [str(rating.band) for rating in ratings if rating.band is not None]
    rated = f" · people: {', '.join(given)}" if given else ""
    scores = (
        f"score {number(move.before.score)} becomes {number(move.after.score)}" if move.shift else "score as before"
    )
    said = "".join(_turn(turn, move.after) for turn in turns)
    verdicts = {verdict.criterion: verdict for verdict in move.after.verdicts}
    items = "".join(_verdict_move(one, verdicts.get(one.criterion)) for one in move.verdicts)
    return (
        f'<details class="fold moved {"up" if move.shift > 0 else "down" if move.shift < 0 else "same"}"><summary>'
        f"<b>{escaped(name)}</b> <span>{bands} · {scores}{rated}</span></summary>"
        '<p class="key">Marked are the words that the grade under the draft rests on.</p>'
        f'<div class="talk">{said}</div><section class="answer"><ul class="verdicts">{items}</ul></section></details>'
    )


def _turn(turn: Turn, grade: Grade) -> str:
    if turn.speaker is Speaker.INTERVIEWER:
        return f'<p class="asked">{escaped(turn.text)}</p>'
    marked = "".join(
        escaped(part.text) if part.kind == "plain" else f'<mark class="{part.kind}">{escaped(part.text)}</mark>'
        for part in turn_segments(turn, grade)
    )
    return f'<div class="said">{marked}</div>'


def _verdict_move(one: VerdictMove, after: CriterionVerdict | None) -> str:
    now = one.after or one.before or Verdict.NOT_ASSESSED
    if one.after is None:
        words = f"{_label(one.before)}; not in the draft"
    elif one.before is None:
        words = f"new: {_label(one.after)}"
    elif one.changed:
        words = f"{_label(one.before)} becomes {_label(one.after)}"
    else:
        words = f"{_label(one.after)}, as before"
    reason = why(after) if after is not None and one.changed else ""
    below = f'<p class="reason">{escaped(reason)}</p>' if reason else ""
    name = f"{now.value}{' changed' if one.changed else ''}"
    return (
        f'<li class="{name}"><span class="sign" aria-hidden="true">{SIGNS[now]}</span><div>'
        f"<p><b>{words[:1].upper()}{words[1:]}:</b> {escaped(one.text)}</p>{below}</div></li>"
    )


def _label(verdict: Verdict | None) -> str:
    return verdict.label if verdict is not None else ""


def steps(one: VerdictMove) -> float:
    """How far a verdict moves, in steps, for putting answers in order; a criterion that came or went is one."""
    if one.before is None or one.after is None:
        return 1.0
    return abs(WORDS.get(one.after, 0.0) - WORDS.get(one.before, 0.0))
