"""How much the linter can be trusted: defects that somebody planted in good records, among edits that do no harm.

An edit counts by what the linter finds in the edited record and did not find in the record as it stands. Recall of a
rule: the share of its planted defects for which that rule is named. Precision: the share of defects among all edits at
which anything is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, ValidationError

from interviewer.bank.lint.finding import Finding, Rule
from interviewer.bank.lint.linter import Linter
from interviewer.domain.question import Identifier, Line, Question, Value
from interviewer.errors import UsageError


class Planted(Value):
    """An edit of one record: ``value`` is put at ``path``. ``rule`` is what it breaks, None for a harmless one.

    Paths go by field, by the ID of a criterion or misconception, and by place in a list
    (``rubric.criteria.dropout.hints.0``); a mapping is merged into what stands there. ``half`` says whether the
    linter was mended with this edit in view or is judged by it.
    """

    id: Line
    question: Identifier
    path: str = Field(pattern=r"^[a-z_]+(?:\.[a-z0-9_-]+)*$")
    value: Any
    rule: Rule | None = None
    half: Literal["development", "test"] | None = None


@dataclass(frozen=True)
class Tried:
    """An edit with the rules that the linter named because of it."""

    edit: Planted
    found: frozenset[Rule]

    @property
    def right(self) -> bool:
        return self.edit.rule in self.found if self.edit.rule is not None else not self.found


@dataclass(frozen=True)
class RuleFigures:
    """One rule's planted defects, and how many of them were found by its name."""

    planted: int
    found: int

    @property
    def recall(self) -> float:
        return self.found / self.planted


@dataclass(frozen=True)
class LintFigures:
    """What the linter reached: recall by rule and over all defects, precision over all edits; each 0 to 1."""

    rules: Mapping[Rule, RuleFigures]
    defects: int
    harmless: int
    found: int
    flagged_defects: int
    flagged_harmless: int

    @property
    def recall(self) -> float:
        return self.found / self.defects if self.defects else 0.0

    @property
    def precision(self) -> float:
        flagged = self.flagged_defects + self.flagged_harmless
        return self.flagged_defects / flagged if flagged else 0.0


def edited(question: Question, edit: Planted) -> Question:
    """The record with the edit made. Raises UsageError when the path leads nowhere or the result is no record."""
    record: Any = question.model_dump(mode="json")
    *way, last = edit.path.split(".")
    place = record
    for step in way:
        place = place[_key(place, step, edit)]
    key = _key(place, last, edit)
    merges = isinstance(edit.value, dict) and isinstance(place[key], dict)
    place[key] = {**place[key], **edit.value} if merges else edit.value
    try:
        return Question.model_validate(record)
    except ValidationError as error:
        raise UsageError(f"The edit {edit.id!r} leaves no valid record: {error.errors()[0]['msg']}") from error


def try_edits(linter: Linter, questions: Mapping[str, Question], edits: Iterable[Planted]) -> Iterator[Tried]:
    """Makes each edit alone and lints the record. Raises UsageError for an edit that cannot be made."""
    before: dict[str, frozenset[tuple[Rule, str]]] = {}
    for edit in edits:
        if edit.question not in questions:
            raise UsageError(f"The edit {edit.id!r} is of {edit.question!r}, which the bank does not have.")
        question = questions[edit.question]
        if question.id not in before:
            before[question.id] = _found(linter.lint([question]))
        after = _found(linter.lint([edited(question, edit)]))
        yield Tried(edit, frozenset(rule for rule, _ in after - before[question.id]))


def lint_figures(tried: Sequence[Tried]) -> LintFigures:
    defects = [one for one in tried if one.edit.rule is not None]
    harmless = [one for one in tried if one.edit.rule is None]
    planted = Counter(one.edit.rule for one in defects)
    found = Counter(one.edit.rule for one in defects if one.right)
    return LintFigures(
        rules={rule: RuleFigures(planted[rule], found[rule]) for rule in Rule if planted[rule]},
        defects=len(defects),
        harmless=len(harmless),
        found=sum(one.right for one in defects),
        flagged_defects=sum(bool(one.found) for one in defects),
        flagged_harmless=sum(bool(one.found) for one in harmless),
    )


def _found(findings: Iterable[Finding]) -> frozenset[tuple[Rule, str]]:
    return frozenset((finding.rule, f"{finding.where}: {finding.text}") for finding in findings)


def _key(place: Any, step: str, edit: Planted) -> Any:
    if isinstance(place, dict) and step in place:
        return step
    if isinstance(place, list):
        if step.isdigit() and int(step) < len(place):
            return int(step)
        for number, one in enumerate(place):
            if isinstance(one, dict) and one.get("id") == step:
                return number
    raise UsageError(f"The edit {edit.id!r} names {edit.path!r}, and there is no {step!r}.")
