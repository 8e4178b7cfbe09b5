"""The linter's rules for somebody who is writing a rubric of a kit: those that need no model at every change, and the
rest when it is asked for. What a kit never uses (hints, other wordings of the question) is not asked for."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.bank.lint.finding import Finding, Rule
from interviewer.bank.lint.linter import CRITERIA, FEWEST_STATEMENTS, Linter
from interviewer.bank.lint.wording import hedged, suggests, wording
from interviewer.domain.question import Question
from interviewer.domain.words import CriterionKind

_READ = (Rule.OVERLAPPING, Rule.COPIED, Rule.GIVES_AWAY, Rule.SAMPLE_FAILS, Rule.TRUE_BELIEF)
"""The rules that read what is said as the grader would."""


def at_once(question: Question) -> list[Finding]:
    """What can be seen without a model: how criteria are worded, and what is missing."""
    return [
        Finding(rule=rule, question=question.id, where=where, text=text, why=why)
        for rule, where, text, why in (*_worded(question), *_missing(question))
    ]


def thorough(linter: Linter, question: Question) -> list[Finding]:
    """What only reading shows: overlap, copies, lines that give it away, a sample answer that fails. Takes seconds."""
    seen = {(one.rule, one.where, one.text) for one in at_once(question)}
    return [
        one
        for one in linter.lint([question])
        if one.rule in _READ and ", hint " not in one.where and (one.rule, one.where, one.text) not in seen
    ]


def _worded(question: Question) -> Iterator[tuple[Rule, str, str, str]]:
    for criterion in question.rubric.criteria:
        for rule, why in wording(criterion.text):
            yield rule, criterion.id, criterion.text, why
        if criterion.probe is not None and suggests(criterion.probe):
            why = "It suggests the answer and leaves only a yes to say."
            yield Rule.GIVES_AWAY, f"{criterion.id}, probe", criterion.probe, why
    for misconception in question.rubric.misconceptions:
        for belief in misconception.beliefs:
            if hedge := hedged(belief):
                why = f"“{hedge}” makes it true of some cases; a misconception is plainly false."
                yield Rule.TRUE_BELIEF, misconception.id, belief, why


def _missing(question: Question) -> Iterator[tuple[Rule, str, str, str]]:
    criteria = question.rubric.criteria
    if len(criteria) not in CRITERIA:
        why = f"It has {len(criteria)} {'criterion' if len(criteria) == 1 else 'criteria'}; 3 to 6 can be kept in mind."
        yield Rule.INCOMPLETE, "rubric", question.prompt, why
    if not any(criterion.kind is CriterionKind.CORE for criterion in criteria):
        yield Rule.INCOMPLETE, "rubric", question.prompt, "No criterion is core, so no answer can be solid."
    if question.prompt.count("?") > 1:
        yield Rule.INCOMPLETE, "prompt", question.prompt, "It asks more than one question."
    for criterion in criteria:
        if len(criterion.statements) < FEWEST_STATEMENTS:
            why = (
                f"It has {len(criterion.statements)} of the {FEWEST_STATEMENTS} or more reference statements that the "
                "grader needs: the same thing, as different people would say it."
            )
            yield Rule.INCOMPLETE, criterion.id, criterion.text, why
        if not criterion.contradictions:
            yield Rule.INCOMPLETE, criterion.id, criterion.text, "Nothing says what would be the opposite."
        if criterion.probe is not None and criterion.probe.count("?") != 1:
            yield Rule.INCOMPLETE, f"{criterion.id}, probe", criterion.probe, "The follow-up is not one question."
