"""Grading a file of answers: one JSON line in, one JSON line out, in order, whatever the lines are like.

A line that cannot be graded gets a line that says why. Memory does not grow with the file: lines are read, graded
and handed on one by one (or a few at a time with several jobs); what is kept of each is a digest of its ID.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, BinaryIO, TypeAlias

from pydantic import ValidationError

from interviewer.contracts import GradeInput, GradeOutput, Grader, GradeVerdict, Match, Quote
from interviewer.domain.grade import Evidence, Grade, Ungraded
from interviewer.domain.interview import MAX_TURN_CHARACTERS, Turn
from interviewer.domain.question import Question, Rubric
from interviewer.domain.words import Speaker
from interviewer.errors import InterviewerError, UsageError
from interviewer.grading.claims import rubric_of_criteria, rubric_of_reference
from interviewer.grading.grader import SecondKey, grade
from interviewer.models.base import GradeRequest, InterviewModel

log = logging.getLogger(__name__)

NEAR_ENOUGH = 0.6
"""Cosine from which a free-text question is taken to be the bank's nearest one."""

NO_RUBRIC = "no rubric"
"""The reason of a line whose free-text question is too far from all questions of the bank."""

MAX_CHARACTERS = MAX_TURN_CHARACTERS
"""Code points that answer or turns together, reference, criteria together, and question may have, each."""

MAX_LINE_BYTES = 16 * 1024 * 1024
"""A longer line is skipped without being read into memory."""

_WINDOW = 4  # lines read ahead for each job
_READ = 1 << 16
_NOWHEN = datetime(2000, 1, 1, tzinfo=UTC)  # turns from a file have no time; grading does not look at it
_FIRST = 2  # seq of a line's first turn: before it stands the question, which the candidate was shown
_NO_SURROGATES = {code: "\ufffd" for code in range(0xD800, 0xE000)}

Find: TypeAlias = Callable[[str], tuple[str, float] | None]
Line: TypeAlias = bytes | None  # None: longer than MAX_LINE_BYTES
LineId: TypeAlias = str | int | None


# --- reading ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bad:
    """A line that cannot be graded, and why."""

    id: LineId
    reason: str


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """The lines without their ends; what follows the last line's end is a line only if something is there."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        if line.endswith(b"\n"):
            yield line[:-1].removesuffix(b"\r")
        elif len(line) <= MAX_LINE_BYTES:
            yield line
        else:
            while (rest := stream.readline(_READ)) and not rest.endswith(b"\n"):
                pass
            yield None


class Parser:
    """Reads lines in order; remembers the IDs, so that the second use of one is noticed."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}
        self._number = count(1)

    def parse(self, line: Line) -> GradeInput | Bad:
        number = next(self._number)
        content = _content(line, first=number == 1)
        if isinstance(content, Bad):
            return content
        line_id = _id(content)
        if line_id is not None:
            digest = hashlib.blake2b(json.dumps(line_id).encode(), digest_size=16).digest()
            before = self._seen.setdefault(digest, number)
            if before != number:
                return Bad(line_id, f"duplicate id: line {before} has it too")
        try:
            return GradeInput.model_validate(content)
        except ValidationError as error:
            return Bad(line_id, _in_words(error))


def _content(line: Line, *, first: bool) -> dict[str, Any] | Bad:
    if line is None:
        return Bad(None, f"the line has more than {MAX_LINE_BYTES // 1024 // 1024} MB")
    try:
        text = line.decode("utf-8-sig" if first else "utf-8")
    except UnicodeDecodeError as error:
        return Bad(None, f"not UTF-8 (byte {error.start + 1} of the line)")
    if not text.strip():
        return Bad(None, "the line is empty")
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        return Bad(None, f"not JSON: {error.msg} (character {error.pos + 1} of the line)")
    except (ValueError, RecursionError):
        return Bad(None, "not JSON that can be read: nested too deeply, or a number with too many digits")
    if not isinstance(content, dict):
        return Bad(None, "not a JSON object")
    return _well_formed(content) if "\\ud" in text.lower() else content


def _id(content: dict[str, Any]) -> LineId:
    value = content.get("id")
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _well_formed(value: Any) -> Any:
    """Half a surrogate pair is no character: it becomes U+FFFD, so that offsets stay what they were."""
    if isinstance(value, str):
        return value.translate(_NO_SURROGATES)
    if isinstance(value, list):
        return [_well_formed(part) for part in value]
    if isinstance(value, dict):
        return {_well_formed(key): _well_formed(part) for key, part in value.items()}
    return value


def _in_words(error: ValidationError) -> str:
    said = []
    for problem in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in problem["loc"] if part not in ("str", "int", "constrained-str"))
        if problem["type"] == "missing":
            said.append(f"`{place}` is missing")
        elif problem["type"] == "value_error":
            said.append(problem["msg"].removeprefix("Value error, "))
        else:
            message = problem["msg"].removeprefix("Input ")
            said.append(f"`{place}` {message[0].lower()}{message[1:]}")
    return "; ".join(dict.fromkeys(said[:5]))


# --- judging ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Target:
    """What a line is graded against. ``shown`` is what the candidate was asked, as far as it is known."""

    rubric: Rubric | None
    shown: str
    question_id: str | None = None
    match: Match | None = None


class Judge:
    """Grades parsed lines. Safe to use from several threads if the model is.

    ``questions`` is the bank's by ID; ``find`` gives the ID of the question nearest to a text, with the cosine.
    ``key`` checks whether the quotes of a real model bear on their criteria.
    """

    def __init__(
        self, model: InterviewModel, questions: Mapping[str, Question], find: Find, key: SecondKey | None = None
    ) -> None:
        self._model = model
        self._key = key
        self._questions = questions
        self._find = find

    def judge(self, line: GradeInput | Bad) -> GradeOutput:
        """The output line. Raises only what would befall every line: SetupErrors and their like."""
        if isinstance(line, Bad):
            return self._ungraded(line.id, line.reason)
        target: _Target | None = None
        try:
            turns = _turns(line)
            target = self._target(line)
            if target.rubric is None:
                return self._ungraded(line.id, NO_RUBRIC, target)
            asked = (_turn(1, Speaker.INTERVIEWER, target.shown),) if target.shown else ()
            result = grade(
                self._model,
                GradeRequest(question=target.shown, rubric=target.rubric, turns=(*asked, *turns)),
                self._key,
            )
        except UsageError as error:
            return self._ungraded(line.id, str(error), target)
        except InterviewerError:
            raise
        except Exception as error:  # a defect of ours must not cost the other lines
            log.exception("the line with the id %r could not be graded", line.id)
            return self._ungraded(line.id, f"an internal error ({type(error).__name__})", target)
        return GradeOutput(
            id=line.id,
            match=target.match,
            question_id=target.question_id,
            **grade_fields(result, offset=_FIRST),
        )

    def _target(self, line: GradeInput) -> _Target:
        asked = _fits("question", (line.question or "").strip())
        if line.criteria is not None:
            _fits("criteria", *line.criteria)
            return _Target(rubric_of_criteria(line.criteria), asked)
        if line.reference is not None:
            return _Target(rubric_of_reference(_fits("reference", line.reference)), asked)
        if line.question_id is not None:
            question = self._questions.get(line.question_id)
            if question is None:
                raise UsageError(f"the bank has no question {line.question_id!r}")
            return _Target(question.rubric, asked or question.prompt, question.id)
        if not asked:
            raise UsageError("`question` is empty")
        found = self._find(asked)
        if found is None:
            return _Target(None, asked)
        match = Match(id=found[0], cosine=found[1])
        if match.cosine < NEAR_ENOUGH:
            return _Target(None, asked, match=match)
        question = self._questions[match.id]
        return _Target(question.rubric, asked, question.id, match)

    def _ungraded(self, line_id: LineId, reason: str, target: _Target | None = None) -> GradeOutput:
        rubric = target.rubric if target else None
        return GradeOutput(
            id=line_id,
            status="ungraded",
            question_id=target.question_id if target else None,
            match=target.match if target else None,
            score=None,
            band=None,
            confidence=None,
            verdicts=[],
            flags=[],
            grader=Grader(
                model=self._model.info.name,
                version=self._model.info.version,
                rubric_hash=rubric.hash if rubric else None,
            ),
            error=reason,
        )


def grade_fields(result: Grade | Ungraded, *, offset: int = 0) -> dict[str, Any]:
    """A grade in the words of the contract; ``offset`` is taken from the numbers of the quoted turns."""
    made = result.provenance
    grader = Grader(
        model=made.model if made else "",
        version=made.version if made else "",
        rubric_hash=made.rubric_hash if made else None,
    )
    if isinstance(result, Ungraded):
        nothing: dict[str, Any] = dict.fromkeys(("score", "band", "confidence"))
        return {
            **nothing,
            "status": "ungraded",
            "verdicts": [],
            "flags": list(result.flags),
            "grader": grader,
            "error": result.reason,
        }
    return {
        "status": "graded",
        "score": result.score,
        "band": result.band,
        "confidence": result.confidence,
        "verdicts": [
            GradeVerdict(
                criterion=verdict.criterion,
                text=verdict.text,
                verdict=verdict.verdict,
                confidence=verdict.confidence,
                doubtful=verdict.doubtful,
                quotes=[_quote(evidence, offset) for evidence in verdict.evidence],
                reason=verdict.reason,
            )
            for verdict in result.verdicts
        ],
        "flags": [*result.flags, *(f"misconception:{found.misconception}" for found in result.misconceptions)],
        "grader": grader,
        "error": None,
    }


def _quote(evidence: Evidence, offset: int) -> Quote:
    return Quote(turn=evidence.turn - offset, start=evidence.start, end=evidence.end, text=evidence.text)


def _turns(line: GradeInput) -> tuple[Turn, ...]:
    if line.answer is not None:
        if not line.answer.strip():
            raise UsageError("`answer` is empty")
        _fits("answer", line.answer)
        return (_turn(_FIRST, Speaker.CANDIDATE, line.answer),)
    given = line.turns or []
    _fits("turns", *(turn.text for turn in given))
    if not any(turn.role == "candidate" and turn.text.strip() for turn in given):
        raise UsageError("`turns` has nothing that the candidate said")
    return tuple(_turn(seq, Speaker(turn.role), turn.text) for seq, turn in enumerate(given, _FIRST))


def _turn(seq: int, speaker: Speaker, text: str) -> Turn:
    return Turn(seq=seq, exchange=1, speaker=speaker, text=text, at=_NOWHEN)


def _fits(name: str, *texts: str) -> str:
    size = sum(map(len, texts))
    if size > MAX_CHARACTERS:
        raise UsageError(f"`{name}` has {size:,} characters; the most that is graded is {MAX_CHARACTERS:,}")
    return texts[0] if texts else ""


# --- all lines ----------------------------------------------------------------------------------------------


def grade_lines(judge: Judge, lines: Iterable[Line], *, jobs: int = 1, skip: int = 0) -> Iterator[GradeOutput]:
    """One output for each line, in order. The first ``skip`` lines were graded before: only their IDs are noted.

    ``jobs`` threads grade at once, and read no further ahead than a few lines each.
    """
    parser = Parser()
    parsed = (parser.parse(line) for line in lines)
    for _ in zip(range(skip), parsed, strict=False):
        pass
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="grade") if jobs > 1 else nullcontext()
    with pool as workers:
        if workers is None:
            yield from map(judge.judge, parsed)
            return
        ahead: deque[Future[GradeOutput]] = deque()
        try:
            for line in parsed:
                ahead.append(workers.submit(judge.judge, line))
                if len(ahead) >= _WINDOW * jobs:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for waiting in ahead:
                waiting.cancel()


def to_json(output: GradeOutput) -> str:
    """The output as one line, with its end."""
    return output.model_dump_json() + "\n"
