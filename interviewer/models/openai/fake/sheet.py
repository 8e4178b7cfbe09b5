"""Reads our own prompts back: the rubric and the exchange that a request carries, as a model would see them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from interviewer.domain.interview import Turn
from interviewer.domain.question import Criterion, Misconception, Question, Rubric
from interviewer.domain.words import CriterionKind, Speaker
from interviewer.models.openai.fake.recorded import Recorded, content_of

HEADS = frozenset(
    {
        "QUESTION",
        "CRITERIA",
        "MISCONCEPTIONS",
        "CLARIFICATIONS",
        "NOTES",
        "EXCHANGE",
        "EARLIER",
        "RIGHT",
        "MOVE",
        "WORDING",
    }
)

_DATA = re.compile(r"^<<<(data-[0-9a-f]+)\n(.*?)\n?\1>>>$", re.MULTILINE | re.DOTALL)
_TURN = re.compile(r"^#(\d+) (candidate|interviewer): ?", re.MULTILINE)
_CRITERION = re.compile(r"^\[([^\]]+)\] \((core|strong)\) (.+)$")
_NAMED = re.compile(r"^\[([^\]]+)\] (.+)$")
_EXAMPLE = re.compile(r"^\s+(e\.g\.|not):? (.+)$")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sheet:
    """What a prompt of ours says. ``data`` is what stands between the delimiters; ``turns`` are those in it."""

    sections: dict[str, str]
    data: str
    turns: tuple[Turn, ...]
    criteria: tuple[Criterion, ...]
    misconceptions: tuple[Misconception, ...]

    @property
    def rubric(self) -> Rubric | None:
        """The rubric as far as the prompt tells it; None where it has none."""
        return Rubric(criteria=self.criteria, misconceptions=self.misconceptions) if self.criteria else None

    @property
    def answers(self) -> list[str]:
        """The candidate's turns; the data itself where it has no turns."""
        said = [turn.text for turn in self.turns if turn.speaker is Speaker.CANDIDATE]
        return said if self.turns else [self.data] if self.data else []

    @property
    def shown(self) -> list[str]:
        """The interviewer's turns."""
        return [turn.text for turn in self.turns if turn.speaker is Speaker.INTERVIEWER]

    def question_among(self, questions: Iterable[Question]) -> Question | None:
        """The question that this is about: the one with just these criteria."""
        wanted = [(criterion.id, " ".join(criterion.text.split())) for criterion in self.criteria]
        for question in questions:
            if wanted == [(c.id, " ".join(c.text.split())) for c in question.rubric.criteria]:
                return question
        return None


def read_sheet(request: Recorded) -> Sheet:
    """The first thing that the user says in a request: what comes after it is about the form of the reply."""
    told = next((content_of(message) for message in request.messages if message.get("role") == "user"), "")
    found = _DATA.search(told)
    data = found[2] if found else ""
    sections = _sections(_DATA.sub("", told))
    return Sheet(
        sections=sections,
        data=data,
        turns=tuple(_turns(data)),
        criteria=tuple(_criteria(sections.get("CRITERIA", ""))),
        misconceptions=tuple(_misconceptions(sections.get("MISCONCEPTIONS", ""))),
    )


def _sections(told: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in told.splitlines():
        if line in HEADS:
            lines = found.setdefault(line, [])
        else:
            lines.append(line)
    return {head: "\n".join(lines).strip() for head, lines in found.items()}


def _turns(data: str) -> list[Turn]:
    starts = list(_TURN.finditer(data))
    ends = [match.start() - 1 for match in starts[1:]] + [len(data)] * bool(starts)
    return [
        Turn(
            seq=int(match[1]),
            exchange=1,
            speaker=Speaker(match[2]),
            text="\n".join(line.removeprefix("    ") for line in data[match.end() : end].split("\n")),
            at=_LONG_AGO,
        )
        for match, end in zip(starts, ends, strict=True)
    ]


def _criteria(section: str) -> list[Criterion]:
    found: list[Criterion] = []
    for line in section.splitlines():
        named = _CRITERION.match(line)
        example = _EXAMPLE.match(line)
        if named:
            found.append(Criterion(id=named[1], kind=CriterionKind(named[2]), text=named[3], statements=(named[3],)))
        elif example and found:
            field = "statements" if example[1] == "e.g." else "contradictions"
            found[-1] = found[-1].model_copy(update={field: (*getattr(found[-1], field), example[2])})
    return found


def _misconceptions(section: str) -> list[Misconception]:
    named = [match for line in section.splitlines() if (match := _NAMED.match(line))]
    return [Misconception(id=match[1], beliefs=(match[2],), challenge=match[2], correction=match[2]) for match in named]
