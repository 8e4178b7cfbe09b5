"""Answers and ratings from files: read, checked line by line, and shown before anything is stored. Pure.

Nothing is guessed and nothing silently dropped: a line that cannot be used is named with what is wrong and what to do,
and one that says again what is already there is counted as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from interviewer.calibration.lines import Problem, Wrong, read_lines
from interviewer.calibration.raters import is_machine
from interviewer.calibration.rating_files import Rating as Line
from interviewer.calibration.rating_files import read_ratings
from interviewer.contracts import AnswerResult, CandidateResult, Results
from interviewer.domain.interview import MAX_TURN_CHARACTERS
from interviewer.domain.kit import KitVersion
from interviewer.domain.question import Question, Rubric
from interviewer.domain.rating import Rater, Rating
from interviewer.domain.words import Verdict
from interviewer.kits import export
from interviewer.kits.export import Cell, inert

MOST_BYTES = 20 * 1024 * 1024
"""A larger file is refused with a sentence."""

MOST_IN_A_NAME = 120
"""Characters that the store takes for a candidate's or a rater's name."""

_ANSWER_COLUMNS = ("candidate", "question", "answer")


@dataclass(frozen=True)
class Brought:
    """One candidate's answers by the question's place in the kit, with the lines that they stand in."""

    candidate: str
    answers: dict[int, str] = field(default_factory=dict)
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class AnswersFile:
    """What a file of answers holds. ``repeated`` are lines that say again what an earlier line says, ``present`` lines
    that say what is stored already, ``empty`` lines without an answer."""

    candidates: tuple[Brought, ...]
    problems: tuple[Problem, ...]
    repeated: tuple[int, ...] = ()
    present: tuple[int, ...] = ()
    empty: int = 0

    @property
    def answers(self) -> int:
        return sum(len(one.answers) for one in self.candidates)


@dataclass(frozen=True)
class RatingsFile:
    """What a file of ratings holds. ``Rating.rater`` is the rater's name. ``present`` counts ratings of whole answers
    (with their verdicts) that are stored already, ``changed`` those that replace or complete an imported one,
    ``machine`` lines that are a machine's, ``not_rated`` lines without a score."""

    ratings: tuple[Rating, ...]
    problems: tuple[Problem, ...]
    present: int = 0
    changed: int = 0
    machine: int = 0
    not_rated: int = 0


def folded(name: str) -> str:
    """A name as names are compared: spaces and case folded.

    >>> folded("  Ada   LOVELACE ")
    'ada lovelace'
    """
    return " ".join(name.split()).casefold()


def read_answers(content: bytes, questions: Sequence[Question], present: Results) -> AnswersFile:
    """The answers of a file with ``candidate``, ``question`` (its place in the kit, or its ID) and ``answer``.

    ``questions`` are the newest version's in order, ``present`` what the kit has already: nobody gets answers beside
    those that they have. Never raises.
    """
    reader = _Answers(questions, present)
    lines = read_lines(content, columns=_ANSWER_COLUMNS, needed=_ANSWER_COLUMNS, of="answer")
    for number, fields in lines:
        try:
            if isinstance(fields, Wrong):
                raise fields
            reader.take(number, fields)
        except Wrong as wrong:
            reader.problems.append(Problem(number, wrong.wrong, wrong.remedy))
    brought = tuple(
        Brought(reader.names[key], {place: text for place, (text, _) in sorted(answers.items())}, _lines(answers))
        for key, answers in reader.answers.items()
    )
    return AnswersFile(brought, tuple(reader.problems), tuple(reader.repeated), tuple(reader.present), reader.empty)


def _lines(answers: Mapping[int, tuple[str, int]]) -> tuple[int, ...]:
    return tuple(sorted(line for _, line in answers.values()))


class _Answers:
    def __init__(self, questions: Sequence[Question], present: Results) -> None:
        self._places = {question.id: place for place, question in enumerate(questions, 1)}
        self._ids = {place: name for name, place in self._places.items()}
        self._there: dict[str, list[CandidateResult]] = {}
        for one in present.candidates:
            if one.interview is not None:
                self._there.setdefault(folded(one.candidate), []).append(one)
        self.names: dict[str, str] = {}
        self.answers: dict[str, dict[int, tuple[str, int]]] = {}
        self.problems: list[Problem] = []
        self.repeated: list[int] = []
        self.present: list[int] = []
        self.empty = 0

    def take(self, number: int, fields: Mapping[str, Any]) -> None:
        candidate, place = _text("candidate", fields), self._place(fields)
        _fits("candidate", candidate)
        answer = fields.get("answer")
        if answer is None or (isinstance(answer, str) and not answer.strip()):
            self.empty += 1
            return
        text = _whole(answer)
        key = folded(candidate)
        if key in self._there:
            if any(self._said(one, place) == text.strip() for one in self._there[key]):
                self.present.append(number)
                return
            raise Wrong(
                f"“{candidate}” already has an interview here",
                "Use another name in the file, or delete the one that is here first.",
            )
        before = self.answers.setdefault(key, {}).get(place)
        if before is not None:
            if before[0] == text:
                self.repeated.append(number)
                return
            raise Wrong(
                f"“{candidate}” has another answer to question {place} in line {before[1]:,}",
                "Keep the one that counts.",
            )
        self.names.setdefault(key, candidate)
        self.answers[key][place] = (text, number)

    def _place(self, fields: Mapping[str, Any]) -> int:
        named = _text("question", fields)
        if named in self._places:
            return self._places[named]
        if named.isascii() and named.isdecimal() and len(named) < 6 and int(named) in self._ids:
            return int(named)
        raise Wrong(f"the kit has no question “{named[:60]}”", f"Give its number, 1 to {len(self._ids)}, or its ID.")

    def _said(self, one: CandidateResult, place: int) -> str | None:
        said = [export.said(answer) for answer in one.answers if answer.question == self._ids[place]]
        return said[0].strip() if said else None


def _text(name: str, fields: Mapping[str, Any]) -> str:
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Wrong(f"“{name}” is missing", f"Say which {name} it is.")
    if not isinstance(value, str):
        raise Wrong(f"“{name}” is neither a text nor a whole number", "Put quotation marks around it.")
    return " ".join(_readable(name, value).split())


def _fits(name: str, text: str) -> None:
    if len(text) > MOST_IN_A_NAME:
        raise Wrong(f"“{name}” has {len(text):,} characters", f"The most is {MOST_IN_A_NAME}.")


def _whole(answer: Any) -> str:
    if not isinstance(answer, str):
        raise Wrong("“answer” is not a text", "Put quotation marks around it.")
    if len(answer) > MAX_TURN_CHARACTERS:
        raise Wrong(f"the answer has {len(answer):,} characters", f"The most is {MAX_TURN_CHARACTERS:,}.")
    return _readable("answer", answer)


def _readable(name: str, text: str) -> str:
    if "\0" in text or any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise Wrong(f"“{name}” holds what is no character", "Save the file as UTF-8.")
    return text


# --- ratings ------------------------------------------------------------------------------------------------


def read_kit_ratings(
    content: bytes,
    present: Results,
    versions: Sequence[KitVersion],
    raters: Sequence[Rater],
    ratings: Sequence[Rating],
) -> RatingsFile:
    """The ratings of a file as ``interviewer calibrate`` reads it, of answers that the kit has.

    An item is a candidate (the name, the code or the interview's ID), a slash, and the question's place or ID. A whole
    answer has a band from 1 to 5, a criterion (its ID, perhaps with the question's and a slash before it) a verdict in
    a word. ``raters`` and ``ratings`` are what is stored: who rated here is not overwritten by a file, an imported
    rating is completed or replaced. Never raises.
    """
    read = read_ratings(content)
    reader = _Ratings(present, versions, raters, ratings)
    machine = 0
    problems = list(read.problems)
    for number, line in zip(read.lines, read.ratings, strict=True):
        if is_machine(line.rater):
            machine += 1
            continue
        try:
            reader.take(number, line)
        except Wrong as wrong:
            problems.append(Problem(number, wrong.wrong, wrong.remedy))
    made = list(reader.made())
    fresh = [rating for rating, before in made if before is None or not _same(rating, before)]
    return RatingsFile(
        ratings=tuple(fresh),
        problems=tuple(sorted(problems, key=lambda problem: problem.line)),
        present=len(made) - len(fresh),
        changed=sum(before is not None and not _same(rating, before) for rating, before in made),
        machine=machine,
        not_rated=read.not_rated,
    )


def _same(one: Rating, other: Rating) -> bool:
    return one.band == other.band and one.verdicts == other.verdicts


class _Ratings:
    def __init__(
        self, present: Results, versions: Sequence[KitVersion], raters: Sequence[Rater], ratings: Sequence[Rating]
    ) -> None:
        self._named: dict[str, list[CandidateResult]] = {}
        self._coded: dict[str, CandidateResult] = {}
        alone = export.names(present)
        for one in present.candidates:
            if one.interview is not None:
                own = (one.candidate, inert(one.candidate), alone[one.interview])
                for key in dict.fromkeys(folded(name) for name in own):
                    self._named.setdefault(key, []).append(one)
                self._coded[folded(one.code)] = self._coded[folded(one.interview)] = one
        self._rubrics: dict[str, list[Rubric]] = {}
        for version in reversed(versions):
            for asked in version.content.questions:
                self._rubrics.setdefault(asked.question.id, []).append(asked.question.rubric)
        self._here = {folded(rater.name) for rater in raters if not rater.imported}
        by = {rater.id: folded(rater.name) for rater in raters if rater.imported}
        self._before = {
            (by[rating.rater], rating.interview_id, rating.exchange): rating for rating in ratings if rating.rater in by
        }
        self._names: dict[str, str] = {}
        self._found: dict[tuple[str, str, int], Rating] = {}
        self._taken: dict[tuple[str, str, int, str | None], int] = {}

    def take(self, number: int, line: Line) -> None:
        rater = folded(line.rater)
        if rater in self._here:
            raise Wrong(
                f"“{line.rater}” rates here, and a file does not overwrite that", "Use another name in the file."
            )
        _fits("rater", line.rater)
        interview, answer = self._item(line.item)
        key = (rater, interview, answer.exchange)
        band, verdicts = self._score(line, answer)
        criterion = next(iter(verdicts), None)
        if (first := self._taken.setdefault((*key, criterion), number)) != number:
            raise Wrong(f"“{line.rater}” already rated this in line {first:,}", "Keep the one that counts.")
        name = self._names.setdefault(rater, " ".join(line.rater.split()))
        before = self._found.get(key) or self._before.get(key)
        merged = {**(before.verdicts if before is not None else {}), **verdicts}
        if band is None and before is not None:
            band = before.band
        self._found[key] = Rating(
            interview_id=interview,
            exchange=answer.exchange,
            rater=name,
            rubric_hash=self._rubric(answer.question, merged).hash,
            verdicts=merged,
            band=band,
            comment=before.comment if before is not None else "",
        )

    def made(self) -> Iterator[tuple[Rating, Rating | None]]:
        """What is to be stored, each with what is stored in its place."""
        for key, rating in self._found.items():
            yield rating, self._before.get(key)

    def _item(self, item: str) -> tuple[str, AnswerResult]:
        name, slash, place = item.rpartition("/")
        if not slash or not name.strip():
            raise Wrong(f"the item “{item[:60]}” names no question", "Write the candidate, a slash and its number.")
        key, wanted = folded(name), place.strip()
        found = self._named.get(key) or ([self._coded[key]] if key in self._coded else [])
        if not found:
            raise Wrong(f"nobody here is called “{name[:60]}”", "Use a name, a code or an interview's ID of this kit.")
        if len(found) > 1:
            raise Wrong(
                f"{len(found)} candidates are called “{name[:60]}”",
                f"Write the code with it, as in “{name[:60]} ({found[0].code})”.",
            )
        candidate = found[0]
        for answer in candidate.answers:
            if wanted in (answer.question, str(answer.exchange)):
                return candidate.interview or "", answer
        raise Wrong(
            f"“{name[:60]}” has no answer to “{wanted[:60]}”",
            "Give the number of a question that was asked, or its ID.",
        )

    def _score(self, line: Line, answer: AnswerResult) -> tuple[int | None, dict[str, Verdict]]:
        if line.criterion is None:
            if line.word or line.score not in (1, 2, 3, 4, 5):
                raise Wrong("the score of a whole answer is a band", "Give a whole number from 1 to 5.")
            return int(line.score), {}
        criterion = line.criterion.removeprefix(f"{answer.question}/")
        if not line.word:
            raise Wrong("the score of a criterion is a verdict", "Write met, partial, missing or contradicted.")
        known = [one.id for rubric in self._rubrics.get(answer.question, []) for one in rubric.criteria]
        if criterion not in known:
            ids = ", ".join(dict.fromkeys(known))
            raise Wrong(f"question “{answer.question}” has no criterion “{criterion[:60]}”", f"It has: {ids}.")
        return None, {criterion: _VERDICTS[line.score]}

    def _rubric(self, question: str, verdicts: Mapping[str, Verdict]) -> Rubric:
        """The newest rubric of the question that has all the criteria; else the newest that has one of them."""
        rubrics = self._rubrics[question]
        fitting = [r for r in rubrics if set(verdicts) <= {criterion.id for criterion in r.criteria}]
        return (fitting or rubrics)[0]


_VERDICTS = {0.0: Verdict.CONTRADICTED, 1.0: Verdict.MISSING, 2.0: Verdict.PARTIAL, 3.0: Verdict.MET}


# --- files to fill in ---------------------------------------------------------------------------------------


def answers_template(questions: Sequence[Question]) -> bytes:
    """A file of answers to fill in, as CSV: a line for each question."""
    rows: list[list[Cell]] = [["Candidate A", place, ""] for place, _ in enumerate(questions, 1)]
    return export.csv_bytes(_ANSWER_COLUMNS, rows)


def ratings_template(present: Results) -> bytes:
    """A file of ratings to fill in, as CSV: for each answer a line for the whole and one for each criterion."""
    named = export.names(present)
    rows: list[list[Cell]] = []
    for one in present.candidates:
        for answer in one.answers:
            item = f"{named[one.interview or '']}/{answer.exchange}"
            rows.append([item, "Your name", "", ""])
            rows += [[item, "Your name", criterion.id, ""] for criterion in answer.criteria]
    return export.csv_bytes(("item", "rater", "criterion", "score"), rows)
