"""The bank: everything in knowledge/, loaded, validated and cross-checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from interviewer.domain.knowledge import (
    CalibrationSet,
    Competency,
    Guide,
    Items,
    Reflection,
    RoleProfile,
    SecondReading,
    SecondReadings,
    Source,
    StageProfile,
    Topic,
)
from interviewer.domain.question import Identifier, Line, Question, SourceRef, Value, content_hash
from interviewer.domain.words import Role, Stage, Verdict
from interviewer.errors import KnowledgeError, UsageError
from interviewer.records import read_record, read_records

T = TypeVar("T", bound=Value)


@dataclass(frozen=True)
class Bank:
    """The question bank. All mappings keep the files' order."""

    folder: Path
    questions: Mapping[str, Question]
    topics: Mapping[str, Topic]
    roles: Mapping[Role, RoleProfile]
    stages: Mapping[Stage, StageProfile]
    sources: Mapping[str, Source]
    guides: Mapping[str, Guide] = field(default_factory=dict)
    competencies: Mapping[str, Competency] = field(default_factory=dict)
    reflections: tuple[Reflection, ...] = ()
    akin: tuple[frozenset[str], ...] = ()
    """Groups of questions of which an interview asks one: who has answered one has answered much of another."""

    @cached_property
    def hash(self) -> str:
        """Changes with anything that the index is made from."""
        return content_hash(
            {
                "questions": [question.hash for question in self.questions.values()],
                "guides": [guide.model_dump(mode="json") for guide in self.guides.values()],
                "topics": [topic.model_dump(mode="json") for topic in self.topics.values()],
            }
        )

    def question(self, question_id: str) -> Question:
        try:
            return self.questions[question_id]
        except KeyError:
            raise UsageError(
                f"The bank has no question {question_id!r}.", "“interviewer bank” lists their IDs."
            ) from None

    @cached_property
    def ancestors(self) -> Mapping[str, tuple[str, ...]]:
        """Each topic with itself and all topics above it, nearest first."""
        return {topic: tuple(self._climb(topic)) for topic in self.topics}

    def topic_title(self, topic: str) -> str:
        return self.topics[topic].title if topic in self.topics else topic

    @cached_property
    def relations(self) -> Mapping[str, frozenset[str]]:
        """For a question the ones that are too close to it to be asked in the same interview."""
        return {
            question: frozenset().union(*(group for group in self.akin if question in group)) - {question}
            for question in {member for group in self.akin for member in group}
        }

    def _climb(self, topic: str) -> list[str]:
        path: list[str] = []
        step: str | None = topic
        while step is not None and step not in path:
            path.append(step)
            step = self.topics[step].parent
        return path


def load_bank(folder: Path) -> Bank:
    """Reads knowledge/. Raises KnowledgeError that names the file and the record at fault."""
    if not (folder / "questions").is_dir():
        raise _no_bank(folder)
    topics = {topic.id: topic for topic in read_records(folder / "topics.yaml", Topic)}
    for topic in topics.values():
        if topic.parent is not None and topic.parent not in topics:
            raise KnowledgeError(folder / "topics.yaml", f"unknown parent {topic.parent!r}", topic.id)
    sources = {source.id: source for source in read_records(folder / "sources.yaml", Source)}
    roles = {role.id: role for role in read_records(folder / "roles.yaml", RoleProfile)}
    for role in roles.values():
        unknown = sorted(set(role.emphasis) - set(topics))
        if unknown:
            raise KnowledgeError(folder / "roles.yaml", f"unknown topics {unknown}", role.id)
    stages = {stage.id: stage for stage in read_records(folder / "stages.yaml", StageProfile)}
    competencies = {one.id: one for one in _optional(folder / "competencies.yaml", Competency)}
    questions: dict[str, Question] = {}
    for path in sorted((folder / "questions").glob("*.yaml")):
        question = _plain(read_record(path, BankRecord))
        if question.id != path.stem:
            raise KnowledgeError(path, f"the record's id is {question.id!r}; the file should be {question.id}.yaml")
        if question.topic not in topics:
            raise KnowledgeError(path, f"unknown topic {question.topic!r}", question.id)
        for ref in question.sources:
            if ref.source not in sources:
                raise KnowledgeError(path, f"unknown source {ref.source!r}", question.id)
        strange = sorted(set(question.competencies) - set(competencies))
        if strange:
            raise KnowledgeError(path, f"unknown competencies {strange}", question.id)
        questions[question.id] = question
    if not questions:
        raise KnowledgeError(folder / "questions", "there is no question here")
    guides = {
        guide.id: guide for path in sorted((folder / "guides").glob("*.yaml")) for guide in [read_record(path, Guide)]
    }
    return Bank(
        folder=folder,
        questions=questions,
        topics=topics,
        roles=roles,
        stages=stages,
        sources=sources,
        guides=guides,
        competencies=competencies,
        reflections=tuple(_optional(folder / "reflections.yaml", Reflection)),
        akin=_akin(folder / "akin.yaml", questions),
    )


class BankRecord(Question):
    """A question as a bank has it: it says where it comes from and what to study for it."""

    sources: tuple[SourceRef, ...] = Field(min_length=1)
    study: tuple[Line, ...] = Field(min_length=1)


def _plain(record: BankRecord) -> Question:
    """The same as a Question and nothing more, since values of two classes are never equal."""
    return Question.model_construct(record.model_fields_set, **dict(record))


def _optional(path: Path, kind: type[T]) -> list[T]:
    """The records of a file that a bank of one's own may do without."""
    return read_records(path, kind) if path.is_file() else []


def _akin(path: Path, questions: Mapping[str, Question]) -> tuple[frozenset[str], ...]:
    groups = tuple(frozenset(group.questions) for group in _optional(path, Group))
    unknown = sorted(frozenset().union(*groups) - set(questions))
    if unknown:
        raise KnowledgeError(path, f"unknown questions {unknown}")
    return groups


def load_items(bank: Bank) -> Items:
    """What the source material holds. Raises KnowledgeError."""
    return read_record(bank.folder / "items.yaml", Items)


def _no_bank(folder: Path) -> KnowledgeError:
    if not folder.exists():
        problem = "this folder does not exist"
    elif not folder.is_dir():
        problem = "this is a file, not a folder"
    else:
        problem = "there is no folder “questions” here"
    error = KnowledgeError(folder, problem)
    error.remedy = (
        "Name a bank's folder with --knowledge-dir (or INTERVIEWER_KNOWLEDGE_DIR), "
        "or leave that out to use the bank that is shipped."
    )
    return error


class Group(Value):
    """Questions of which an interview asks at most one, and why."""

    questions: tuple[Identifier, ...]
    why: str


class Split(Value):
    """The questions whose calibration answers are for fitting, and those whose answers are for reporting."""

    development: tuple[Identifier, ...]
    test: tuple[Identifier, ...]


def load_split(bank: Bank) -> tuple[list[str], list[str]]:
    """The development and the test questions of the calibration answers. Raises KnowledgeError."""
    path = bank.folder / "calibration_split.yaml"
    split = read_record(path, Split)
    both = sorted(set(split.development) & set(split.test))
    if both:
        raise KnowledgeError(path, f"in both halves: {both}")
    unknown = sorted({*split.development, *split.test} - set(bank.questions))
    if unknown:
        raise KnowledgeError(path, f"unknown questions {unknown}")
    return list(split.development), list(split.test)


def load_calibration(bank: Bank) -> dict[str, CalibrationSet]:
    """The calibration answers by question. Their verdicts must name the rubric's criteria, all and only."""
    sets: dict[str, CalibrationSet] = {}
    for path in sorted((bank.folder / "calibration").glob("*.yaml")):
        calibration = read_record(path, CalibrationSet)
        if calibration.question not in bank.questions:
            raise KnowledgeError(path, "there is no such question", calibration.question)
        criteria = {c.id for c in bank.question(calibration.question).rubric.criteria}
        for answer in calibration.answers:
            if set(answer.verdicts) != criteria:
                wrong = sorted(set(answer.verdicts) ^ criteria)
                raise KnowledgeError(path, f"the verdicts of {answer.id!r} do not fit the rubric: {wrong}")
            said = " ".join(answer.text.split())
            for criterion, quote in answer.quotes.items():
                if answer.verdicts.get(criterion) in (None, Verdict.MISSING) or " ".join(quote.split()) not in said:
                    raise KnowledgeError(path, f"{answer.id!r} has a quote for {criterion!r} that is none")
        sets[calibration.question] = calibration
    return sets


def load_second_readings(bank: Bank) -> dict[str, dict[str, SecondReading]]:
    """What second readers made of calibration answers, by question and answer. Raises KnowledgeError."""
    known = load_calibration(bank)
    found: dict[str, dict[str, SecondReading]] = {}
    for path in sorted((bank.folder / "second_readings").glob("*.yaml")):
        readings = read_record(path, SecondReadings)
        answers = {a.id: a for a in known[readings.question].answers} if readings.question in known else {}
        for reading in readings.answers:
            if reading.id not in answers or set(reading.verdicts) != set(answers[reading.id].verdicts):
                raise KnowledgeError(path, f"{reading.id!r} is no calibration answer with these criteria")
        found[readings.question] = {reading.id: reading for reading in readings.answers}
    return found
