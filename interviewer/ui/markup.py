"""HTML for what people said and for the small signs around it. Pure; every text that goes in is escaped.

Texts are shown exactly as they were typed: no Markdown, no LaTeX, no HTML. Line breaks are written as character
references, since Streamlit strips and dedents what it is given line by line.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from interviewer.domain.interview import Interview, InterviewStatus, Turn
from interviewer.domain.words import MoveKind, Speaker

LONG = 6_000
"""A turn of more characters than this is folded away behind its beginning."""

LEAD = 700

_QUESTIONS = ("prompt", "variant", "probe", "challenge")
"""The kinds of substance that ask something."""

_UNLABELLED = (MoveKind.ASK, MoveKind.ADVANCE, MoveKind.CLOSE)
"""Moves that need no label: the question's own line stands above them."""


def escaped(text: str) -> str:
    r"""
    >>> escaped("a <b>\n  $x$")
    'a &lt;b&gt;&#10;  $x$'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return html.escape(text).replace("\n", "&#10;").replace("\t", "&#9;")


def label(text: str) -> str:
    r"""Text for the labels of Streamlit's widgets, which would read it as Markdown otherwise.

    >>> label("*a* $x$")
    '\\*a\\* \\$x\\$'
    """
    return "".join(f"\\{character}" if character in r"\`*_{}[]()#+-!$:~|<>" else character for character in text)


def heard(text: str) -> str:
    """Text for a label that only a screen reader hears, which would be told the marks of ``label``, too.

    >>> heard("Which of f(*x) and [y] is slower: the *first*?")
    'Which of f(x) and y is slower: the first?'
    """
    return re.sub(r"[\\`*_{}\[\]#$~|<>]|:(?=\S)", "", text)


def said(text: str, marked: str = "") -> str:
    """What was said; a very long text is folded, so that the page stays quick and readable.

    ``marked`` is the same text as HTML, with words of it marked.
    """
    body = f'<div class="said">{marked or escaped(text)}</div>'
    if len(text) <= LONG:
        return body
    return (
        f'<details class="long"><summary><span class="said">{escaped(text[:LEAD])}…</span>'
        f'<span class="more">Show all {len(text):,} characters</span></summary>{body}</details>'
    )


def turn(value: Turn, *, text: str | None = None, marked: str = "", source: str = "") -> str:
    """One turn, below the notice that came with it. ``text`` stands in for the turn's own while it is being revealed;
    ``marked`` as in ``said``; ``source`` says in a word whose words these are, where that is not plain."""
    kind = "" if value.move is None or value.move.kind in _UNLABELLED else value.move.kind.label
    body = said(value.text if text is None else text, marked)
    above = f'<p class="turn-notice">{escaped(value.notice)}</p>' if value.notice else ""
    about = " · ".join(part for part in (kind, source) if part)
    return above + _article(value.speaker, body, about, brief=value.intent is not None)


def speaking(text: str = "") -> str:
    """The interviewer's turn while it is being made: its words so far, or that it is being thought about."""
    if text:
        return _article(Speaker.INTERVIEWER, said(text))
    dots = '<div class="thinking"><span class="unseen">The interviewer is thinking.</span><i></i><i></i><i></i></div>'
    return _article(Speaker.INTERVIEWER, dots)


def _article(speaker: Speaker, body: str, kind: str = "", *, brief: bool = False) -> str:
    who = "You" if speaker is Speaker.CANDIDATE else "Interviewer"
    small = f'<span class="kind">{html.escape(kind)}</span>' if kind else ""
    name = f"turn {speaker.value}{' brief' if brief else ''}"
    return f'<article class="{name}"><header><b>{who}</b>{small}</header>{body}</article>'


def question_mark(number: int, planned: int, stage: str) -> str:
    """The line above a question's first turn."""
    return (
        f'<div class="question-line"><span>Question {number} of {planned}</span><span>{html.escape(stage)}</span></div>'
    )


def progress(interview: Interview) -> str:
    """Where we are in the plan, in words, and as one small bar per question."""
    number, planned = interview.current.number, len(interview.plan)
    question = interview.current.question
    ended = interview.status is InterviewStatus.ENDED
    bars = "".join(
        f'<i class="{"done" if n < number or (ended and n == number) else "now" if n == number else "ahead"}"></i>'
        for n in range(1, planned + 1)
    )
    about = f" · about {question.minutes} {'minute' if question.minutes == 1 else 'minutes'}"
    if interview.setup.kit is not None and sum(one.minutes for one in interview.plan) > (interview.setup.minutes or 0):
        about = ""  # an employer may give less time than the questions usually take
    words = f"<b>Question {number} of {planned}</b><span>{html.escape(question.stage.label)}{about}</span>"
    if ended:
        words = f"<b>The interview is over</b><span>{number} of {planned} questions</span>"
    return f'<div class="progress"><p>{words}</p><div class="bars" aria-hidden="true">{bars}</div></div>'


def problem(message: str, remedy: str = "") -> str:
    return f'<div class="problem" role="alert"><p>{escaped(message)}</p><p>{escaped(remedy)}</p></div>'


def note(text: str) -> str:
    """A sentence that one should see and need not act on."""
    return f'<p class="note">{escaped(text)}</p>'


def back(interview: Interview) -> str:
    """The open question over again, right after a pause that the candidate asked for in words; empty otherwise."""
    last = interview.turns[-1] if interview.turns else None
    paused = last is not None and last.move is not None and last.move.kind is MoveKind.PAUSE
    if interview.status is not InterviewStatus.RUNNING or not paused:
        return ""
    asked = [interview.current.question.prompt]
    for value in interview.turns_of(interview.current.number):
        if value.move and value.move.substance and value.move.substance.kind in _QUESTIONS:
            asked.append(value.move.substance.text)
    question = next(text for text in reversed(asked) if text)
    return f'<div class="back"><p>You are back. The question was:</p><div class="said">{escaped(question)}</div></div>'


def lines(parts: Iterable[tuple[str, str]]) -> str:
    """Terms with their explanations, in small print."""
    items = "".join(f"<div><dt>{escaped(term)}</dt><dd>{escaped(text)}</dd></div>" for term, text in parts)
    return f'<dl class="lines">{items}</dl>'


def grading(now: int, of: int) -> str:
    """Which grade is being made, with a bar."""
    share = round(100 * (now - 1) / of) if of else 100
    return (
        f'<div class="grading"><p role="status">Grading {now} of {of} …</p>'
        f'<div class="bar" aria-hidden="true"><i style="width: {max(share, 4)}%"></i></div></div>'
    )
