"""The report as Markdown.

Everything goes through ``inline`` or ``block``, so that a CommonMark renderer shows it as it was typed: what
looks like markup in an answer is part of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from interviewer.domain.grade import CriterionVerdict, Grade
from interviewer.domain.question import Task
from interviewer.domain.report import CompetencyScore, QuestionReport, Report, ReportDelivery
from interviewer.domain.words import Speaker
from interviewer.grading.scoring import band
from interviewer.report import delivery, wording
from interviewer.report.format import Format

# Beyond CommonMark's own marks: ~ | $ are strikethrough, tables and formulas on common renderers.
_MARKS = re.compile(r"[\\`*_\[\]<>&~|$]")
# Marks that only count where a line starts: headings, lists, rules, underlines of headings.
_LINE_START = re.compile(r"\d{1,9}(?=[.)](?:[ \t]|$))|(?=[#+=-])")
_BARE_LINK = re.compile(r"(?<=[a-z]):(?=//)|(?<=www)\.", re.IGNORECASE)
# White space at the edge of a line would be stripped. Control characters have no reference; those stand in fences.
_EDGES = re.compile(r"^[^\S\n\x0b\x0c\x1c-\x1f\x85]+|[^\S\n\x0b\x0c\x1c-\x1f\x85]+$")
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INDENTED = re.compile(r"^[ \t]+\S", re.MULTILINE)


def inline(text: str) -> str:
    """``text`` for the inside of a paragraph or list item, on one line; line ends become character references."""
    return "&#10;".join(_line(line) for line in _lines(text))


def block(text: str) -> str:
    """``text`` as a block of its own: a quotation, or a fence where indentation or control characters matter."""
    lines = _lines(text)
    if _INDENTED.search("\n".join(lines)) or _CONTROL.search(text):
        return fenced(text)
    # A backslash at the end of a line keeps the line end; the last line has none to keep.
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
        lines[-1] += "\n"
    return "\\\n".join(f"> {_line(line)}" for line in lines)


def fenced(text: str) -> str:
    """``text`` in a fence, where every line stays as it is."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}text", *_lines(text), fence))


def render(report: Report) -> str:
    return "\n\n".join(_blocks(report)) + "\n"


def _lines(text: str) -> list[str]:
    # The line ends of all systems are one to Markdown; a NUL becomes the replacement character there.
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd").split("\n")


def _line(line: str) -> str:
    escaped = _BARE_LINK.sub(r"\\\g<0>", _MARKS.sub(r"\\\g<0>", line))
    start = _LINE_START.match(escaped)
    if start:
        escaped = f"{start[0]}\\{escaped[start.end() :]}"
    escaped = _EDGES.sub(lambda edge: "".join(f"&#{ord(c)};" for c in edge[0]), escaped)
    return escaped.replace("\n", "&#10;")


def _blocks(report: Report) -> Iterator[str]:
    yield "# Your interview report"
    yield inline(wording.heading(report))
    if not report.finished:
        yield "*The interview is still running; this is the report so far.*"
    yield f"**{inline(report.overall.headline)}**"
    yield inline(report.overall.gist)
    if report.overall.certainty:
        yield inline(report.overall.certainty)
    if report.topics:
        rows = [f"| {inline(t.title)} | {wording.points(t.score)} | {t.questions} |" for t in report.topics]
        yield "\n".join(("| Topic | Score of 5 | Questions |", "|---|---:|---:|", *rows))
    if report.questions:
        yield "## Question by question"
    for question in report.questions:
        yield from _question(question)
    if report.delivery is not None:
        yield from _delivery(report, report.delivery)
    if report.competencies:
        yield "## What employers look for"
        yield inline(report.basis)
        yield "\n".join(_competency(competency) for competency in report.competencies)
    if report.reflections:
        yield "## Looking back"
        yield wording.OFFERED
    for reflection in report.reflections:
        yield f"**{inline(reflection.prompt)}**\\\n{inline(reflection.help)}"
        if reflection.note:
            yield block(reflection.note)
    if report.study or report.advice:
        yield "## What to do next"
    for why, source, suggestions in wording.study_groups(report):
        yield f"**{inline(why)}**"
        yield "\n".join(f"- {inline(suggestion)}" for suggestion in suggestions) + f"\n\n*From: {inline(source)}*"
    for advice in report.advice:
        yield f"### {inline(advice.title)}"
        yield inline(advice.text) + (f"\\\n*From: {inline(advice.source)}*" if advice.source else "")
    yield from _transcript(report)
    yield from _how_graded(report)


def _question(question: QuestionReport) -> Iterator[str]:
    yield f"### {question.number}. {inline(question.topic_title)}"
    yield f"> {inline(question.prompt)}"
    yield " · ".join((f"**{inline(wording.result(question))}**", *map(inline, wording.around(question))))
    if question.note:
        yield inline(question.note)
    if question.task:
        yield from _task(question.task)
    grade = question.grade
    if isinstance(grade, Grade):
        if shown := wording.shown(grade):
            yield "**What you showed**"
            yield "\n".join(_verdict(question, verdict) for verdict in shown)
        if missed := wording.not_shown(grade):
            yield f"**{wording.missed_title(question)}**"
            yield "\n".join(_verdict(question, verdict) for verdict in missed)
        if grade.misconceptions:
            yield "**To put right**"
        for mistake in grade.misconceptions:
            quotes = ", ".join(f"“{inline(evidence.text)}”" for evidence in mistake.evidence)
            yield f"- {inline(mistake.correction)}\\\n  You said: {quotes}"
    if question.sample_answer:
        yield "**A sample answer**"
        yield inline(question.sample_answer)
    if question.approach:
        yield f"*How to approach it:* {inline(question.approach)}"


def _task(task: Task) -> Iterator[str]:
    yield "**The task**"
    yield fenced(task.brief)
    yield "\n".join(f"- {inline(constraint)}" for constraint in task.constraints)
    for example in task.examples:
        yield fenced("\n".join((_told("Given", example.given), _told("Expected", example.expected))))
        if example.why:
            yield inline(example.why)


def _told(name: str, text: str) -> str:
    return f"{name}:\n{text}" if "\n" in text else f"{name}: {text}"


def _competency(competency: CompetencyScore) -> str:
    symbol, word = wording.BAND_SYMBOLS[band(competency.score)], wording.mean_in_words(competency.score)
    lines = (
        f"- {symbol} **{word}:** {inline(competency.title)} ({wording.rests_on(competency)})",
        inline(competency.looks_for),
    )
    return "\\\n  ".join(lines)


def _verdict(question: QuestionReport, verdict: CriterionVerdict) -> str:
    """A list item; each quote and each note on a line of its own."""
    doubt = " (doubtful)" if verdict.doubtful else ""
    symbol = wording.SYMBOLS[verdict.verdict]
    lines = [f"- {symbol} **{verdict.verdict.label.capitalize()}{doubt}:** {inline(verdict.text)}"]
    lines += [f"“{inline(evidence.text)}”" for evidence in verdict.evidence]
    if why := wording.why(verdict):
        lines.append(f"*Why:* {inline(why)}")
    for dispute in question.disputes:
        if dispute.criterion == verdict.criterion:
            lines.append(f"*You disputed this:* “{inline(dispute.comment)}”")
    return "\\\n  ".join(lines)


def _delivery(report: Report, told: ReportDelivery) -> Iterator[str]:
    yield f"## {delivery.TITLE}"
    yield inline(delivery.basis(told))
    yield inline(delivery.gist(told.total))
    table = delivery.table(report)
    yield _table(delivery.COLUMNS, ([_cell(cell) for cell in row] for row in table.rows))
    if table.notes:
        yield "\n".join(f"- ({letter}) {inline(why)}" for letter, why in table.notes)
    if told.past:
        yield "**Your own earlier interviews**"
        yield _table(delivery.EARLIER, (map(inline, row) for row in delivery.earlier_rows(told)))
    if long := delivery.long_pauses(told.total):
        yield inline(long)
    if told.tips:
        yield f"**{delivery.TIPS}**"
        yield "\n".join(f"- {inline(tip)}" for tip in told.tips)
    elif told.praise:
        yield inline(told.praise)
    for caveat in delivery.caveats(told):
        yield inline(caveat)
    yield inline(delivery.NO_GRADE)
    yield "**What is usual by convention**"
    yield "\n".join(
        f"- {inline(one.name)}: {inline(delivery.extent(one))}. {inline(one.source)}" for one in told.conventions
    )


def _table(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A table with its numbers to the right of what they are about."""
    head = f"| {' | '.join(columns)} |"
    rule = f"|---|{'---:|' * (len(columns) - 1)}"
    return "\n".join((head, rule, *(f"| {' | '.join(row)} |" for row in rows)))


def _cell(cell: delivery.Cell) -> str:
    text = f"{inline(cell.text)} ({cell.note})" if cell.note else inline(cell.text)
    return f"{text} ({inline(cell.more)})" if cell.more else text


def _transcript(report: Report) -> Iterator[str]:
    if any(question.turns for question in report.questions):
        yield "## What was said"
    for question in report.questions:
        yield f"### Question {question.number}"
        understood = delivery.understood(question)
        for turn in question.turns:
            name = wording.speaker(turn.speaker)
            if turn.notice:
                yield f"*{inline(turn.notice)}*"
            if turn.speaker is Speaker.CANDIDATE:
                yield f"**{name}** ({turn.seq}):"
                yield block(turn.text)
                if turn.seq in understood:
                    yield "Understood at first:"
                    yield block(understood[turn.seq])
            else:
                yield f"**{name}** ({turn.seq}): {inline(turn.text)}"


def _how_graded(report: Report) -> Iterator[str]:
    yield "## How this was graded"
    if conducted := wording.conducted(report):
        yield inline(conducted)
    yield inline(report.graded_by)
    if facts := wording.facts(report):
        yield "\n".join(f"- {inline(fact)}" for fact in facts)
    if doubts := wording.doubts(report):
        yield "**Doubtful verdicts**"
        yield "\n".join(f"- {inline(doubt)}" for doubt in doubts)
    disputes = sum(len(question.disputes) for question in report.questions)
    if disputes:
        yield inline(wording.disputes(disputes))
    yield f"Interview {inline(report.interview_id)}; report version {report.version}."


FORMAT = Format(name="md", extension="md", mime="text/markdown", label="Markdown", render=render)
