"""HTML for studying one question of the bank. Pure; every text that goes in is escaped."""

from __future__ import annotations

from itertools import zip_longest

from interviewer.bank import Bank
from interviewer.domain.question import Criterion, Question
from interviewer.domain.words import CriterionKind
from interviewer.ui import task
from interviewer.ui.markup import escaped
from interviewer.ui.when import count


def line(question: Question, bank: Bank) -> str:
    """One quiet line about a question: stage, seniority, topic, minutes."""
    facts = (
        question.stage.label,
        question.seniority.label,
        bank.topic_title(question.topic),
        count(question.minutes, "minute").replace(" ", "\u00a0"),
    )
    return f'<p class="about">{escaped(" · ".join(facts))}</p>'


def opening(question: Question, bank: Bank) -> str:
    """The question, how to go about it, and what it hands over in writing."""
    sheet = f'<section class="sheet"><h2>The task</h2>{task.sheet(question.task)}</section>' if question.task else ""
    return (
        f'<header class="study"><h1 tabindex="-1">{escaped(question.prompt)}</h1>{line(question, bank)}</header>'
        f'<section class="study"><h2>How to approach it</h2><p>{escaped(question.approach)}</p></section>{sheet}'
    )


def hints(question: Question) -> list[str]:
    """All hints, in the order in which they are given away: the nudges first, and those for the core before others."""
    ordered = _core(question) + _strong(question)
    levels = zip_longest(*(criterion.hints for criterion in ordered))
    return list(dict.fromkeys(hint for level in levels for hint in level if hint is not None))


def hints_shown(texts: list[str]) -> str:
    """The section of the hints, with those that were asked for so far."""
    items = "".join(f"<li>{escaped(text)}</li>" for text in texts)
    body = f'<ol class="hints">{items}</ol>' if items else "<p>Try it first; each hint says a little more.</p>"
    return f'<section class="study"><h2>Hints</h2>{body}</section>'


def looked_for(question: Question, bank: Bank) -> str:
    """The rubric in words: what a solid answer has, what a strong one adds, and what the question is there to show."""
    parts = [_criteria("A solid answer", _core(question)), _criteria("A strong one adds", _strong(question))]
    shows = [bank.competencies[one].title for one in question.competencies if one in bank.competencies]
    if shows:
        parts.append(f'<p class="about">Employers look here for: {escaped(" · ".join(shows))}</p>')
    return f'<section class="study"><h2>What to look for</h2>{"".join(parts)}</section>'


def sample(question: Question) -> str:
    """A sample answer, folded away until it is asked for."""
    return (
        '<details class="fold"><summary>A sample answer <span class="quiet">Try it first</span></summary>'
        f'<p class="sample">{escaped(question.sample_answer)}</p></details>'
    )


def further(question: Question, bank: Bank) -> str:
    """Mistakes with what is right, what to study, and where the question comes from."""
    parts = []
    if question.rubric.misconceptions:
        mistakes = "".join(
            f'<div class="belief"><p>“{escaped(one.beliefs[0])}”</p><p>{escaped(one.correction)}</p></div>'
            for one in question.rubric.misconceptions
        )
        parts.append(f"<h2>What is often mistaken</h2>{mistakes}")
    study = "".join(f"<li>{escaped(one)}</li>" for one in question.study)
    sources = "".join(
        f"<li>{escaped(bank.sources[ref.source].title if ref.source in bank.sources else ref.source)}"
        f" <span>{escaped(ref.item)}</span></li>"
        for ref in question.sources
    )
    parts.append(
        f'<h2>What to study</h2><ul>{study}</ul><h2>Where it comes from</h2><ul class="sources">{sources}</ul>'
    )
    return f'<section class="study">{"".join(parts)}</section>'


def _criteria(title: str, criteria: list[Criterion]) -> str:
    if not criteria:
        return ""
    items = "".join(f"<li>{escaped(criterion.text)}</li>" for criterion in criteria)
    return f"<h3>{title}</h3><ul>{items}</ul>"


def _core(question: Question) -> list[Criterion]:
    return [criterion for criterion in question.rubric.criteria if criterion.kind is CriterionKind.CORE]


def _strong(question: Question) -> list[Criterion]:
    return [criterion for criterion in question.rubric.criteria if criterion.kind is CriterionKind.STRONG]
