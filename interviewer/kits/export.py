"""Results as files: CSV, JSON, a workbook, and ratings that ``interviewer calibrate`` reads. Pure.

What people typed goes into spreadsheets, and a spreadsheet takes a cell that begins with a sign for a formula. In CSV
such a cell is made inert with an apostrophe; in a workbook it is written as the text that it is.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from interviewer.contracts import AnswerResult, CandidateResult, CriterionResult, Results
from interviewer.domain.words import Speaker, Verdict

Cell: TypeAlias = str | float | bool | None


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, and what stands in it."""

    name: str
    means: str


COLUMNS = (
    Column("candidate", "your name or code for the candidate; the code alone where names are hidden"),
    Column("code", "a code by the order of the links"),
    Column("interview", "the interview's ID"),
    Column("imported", "yes where the answers came from a file"),
    Column("kit_version", "the version of the kit that was asked"),
    Column("exchange", "the question's place in the interview"),
    Column("question", "the question's ID"),
    Column("criterion", "the criterion's ID; empty in the row of the whole answer"),
    Column("text", "what was asked; in a criterion's row, what is looked for"),
    Column("answer_status", "closed, skipped, unfinished or open"),
    Column("stands", "what stands: the band from 1 to 5 (the mean where several people rated), or the verdict"),
    Column("stands_by", "whose it is: decision, people, machine or nothing; a person's is always above the machine's"),
    Column("low", "the lowest band that is left open"),
    Column("high", "the highest band that is left open"),
    Column("why", "why nothing stands"),
    Column("machine", "the machine's own band or verdict, whatever stands"),
    Column("machine_score", "its score from 0 to 5, before it is rounded to a band"),
    Column("machine_low", "the score with every doubtful verdict at its worst"),
    Column("machine_high", "the score with every doubtful verdict at its best"),
    Column("machine_confidence", "how sure the grader was, from 0 to 1"),
    Column("doubtful", "yes where a person should look at the machine's verdict"),
    Column("machine_reason", "its reason; for a whole answer, its flags, or why it could not be graded"),
    Column("quotes", "the candidate's words that the machine's verdict rests on"),
    Column("people", "each person's band or verdict, by name"),
    Column("decided_by", "who decided, where a decision stands"),
    Column("decision_reason", "the reason that was given for it"),
    Column("grader", "the model that graded, with its version"),
    Column("rubric", "the content hash of the rubric that the grade was made with"),
    Column("rubric_versions", "the versions of the kit that have this rubric"),
    Column("seconds", "time taken for the question"),
)
"""The columns of the results: one row for each whole answer, and one for each of its criteria."""

CANDIDATE_COLUMNS = (
    Column("candidate", "your name or code for the candidate; the code alone where names are hidden"),
    Column("code", "a code by the order of the links"),
    Column("interview", "the interview's ID"),
    Column("status", "not begun, running, paused, ended, or deleted"),
    Column("ended", "complete, early (by the candidate), or time (it ran out)"),
    Column("imported", "yes where the answers came from a file"),
    Column("kit_version", "the version of the kit that was asked"),
    Column("extra_percent", "extra time that the link gave, in per cent"),
    Column("minutes", "the limit in minutes, extra time included"),
    Column("minutes_used", "time used in minutes, pauses not counted"),
    Column("pauses", "how often it was paused"),
    Column("answers_counted", "answers that a band stands for"),
    Column("questions", "questions that were to be asked"),
    Column("mean_band", "the mean of the bands that stand; compare only where the same questions count"),
    Column("low", "the lower end of its 80 % range"),
    Column("high", "the upper end of its 80 % range"),
)

ANSWER_COLUMNS = (
    *COLUMNS[:3],
    Column("exchange", "the question's place in the interview"),
    Column("question", "the question's ID"),
    Column("turn", "the number of the turn in the interview"),
    Column("speaker", "interviewer or candidate"),
    Column("said", "what was said"),
)

RATING_COLUMNS = (
    Column("item", "the candidate, a slash, and the question's place in the interview"),
    Column("rater", "who rated; software has a name that begins with “machine:”"),
    Column("criterion", "the question's ID, a slash, and the criterion's; empty for the whole answer"),
    Column("score", "the band from 1 to 5; for a criterion, the verdict in a word"),
    Column("candidate", "who gave the answer"),
)
"""What ``interviewer calibrate`` reads."""


def names(found: Results) -> dict[str, str]:
    """A name for each interview that no other has: the candidate's; where two are called the same, with the code."""
    begun = [one for one in found.candidates if one.interview is not None]
    labels = [one.candidate.casefold() for one in begun]
    return {
        one.interview or "": one.candidate
        if labels.count(one.candidate.casefold()) == 1
        else f"{one.candidate} ({one.code})"
        for one in begun
    }


def rows(found: Results) -> Iterator[list[Cell]]:
    """The results by ``COLUMNS``, candidates in the order of their links, questions and criteria in the rubric's."""
    prompts = {question.id: question.prompt for question in found.questions}
    for candidate in found.candidates:
        for answer in candidate.answers:
            head = _head(candidate)
            yield [*head, *_whole(answer, prompts.get(answer.question, ""))]
            for criterion in answer.criteria:
                yield [*head, *_criterion(answer, criterion)]


def candidate_rows(found: Results) -> Iterator[list[Cell]]:
    """The candidates by ``CANDIDATE_COLUMNS``, in the order of their links."""
    for one in found.candidates:
        yield [
            *(one.candidate, one.code, one.interview, one.status, one.ended, _yes(one.imported), one.version),
            *(one.extra_percent, one.minutes, None if one.seconds is None else round(one.seconds / 60, 1), one.pauses),
            *(one.overall.counted, one.overall.questions, one.overall.mean, one.overall.low, one.overall.high),
        ]


def answer_rows(found: Results) -> Iterator[list[Cell]]:
    """Everything that was said, by ``ANSWER_COLUMNS``."""
    for one in found.candidates:
        for answer in one.answers:
            for turn in answer.turns:
                head = (one.candidate, one.code, one.interview, answer.exchange, answer.question)
                yield [*head, turn.turn, turn.speaker.value, turn.text]


def rating_rows(found: Results) -> Iterator[list[Cell]]:
    """Everybody's ratings, and the machine's, by ``RATING_COLUMNS``."""
    named = names(found)
    for one in found.candidates:
        for answer in one.answers:
            name = named[one.interview or ""]
            item = f"{name}/{answer.exchange}"
            machine = None
            if answer.machine is not None and answer.machine.grader is not None:
                grader = answer.machine.grader
                machine = f"machine: {grader.model} {grader.version}"
            for rating in answer.ratings:
                if rating.band is not None:
                    yield [item, rating.rater, None, rating.band, name]
            if machine is not None and answer.machine is not None and answer.machine.band is not None:
                yield [item, machine, None, answer.machine.band, name]
            for criterion in answer.criteria:
                key = f"{answer.question}/{criterion.id}"
                for person in (one for one in criterion.people if one.words is None):
                    yield [item, person.rater, key, person.verdict.value, name]
                if machine is not None and criterion.machine and criterion.machine.verdict is not Verdict.NOT_ASSESSED:
                    yield [item, machine, key, criterion.machine.verdict.value, name]


def to_csv(found: Results) -> bytes:
    """The results as CSV: UTF-8 with a byte-order mark, which spreadsheets need to see that it is."""
    return csv_bytes([column.name for column in COLUMNS], rows(found))


def to_json(found: Results) -> bytes:
    """The results as the contract `results` says."""
    return (found.model_dump_json(indent=2) + "\n").encode()


def ratings_jsonl(found: Results) -> bytes:
    """The ratings as ``interviewer calibrate`` reads them, one a line."""
    keys = [column.name for column in RATING_COLUMNS]
    lines = (
        json.dumps({key: value for key, value in zip(keys, row, strict=True) if value is not None}, ensure_ascii=False)
        for row in rating_rows(found)
    )
    return "".join(f"{line}\n" for line in lines).encode()


def csv_bytes(header: Sequence[str], table: Iterable[Sequence[Cell]]) -> bytes:
    """A table as CSV with every text inert and in quotes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(header)
    for row in table:
        writer.writerow([inert(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


_BLANK = r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
"""White space, and what nobody sees."""

_SIGNS = "=+\\-@＝＋－＠\u2212\ufe62\ufe63\ufe66\ufe6b"
"""What a formula begins with, in the widths in which some keyboards write it."""

_BEGINS = re.compile(rf"[{_BLANK}]*+[{_SIGNS}]|[\t\r\n]")
_BEFORE_A_SIGN = re.compile(rf"(?<![{_BLANK};\"])[{_BLANK};\"]++(?=[{_SIGNS}])")


def inert(text: str) -> str:
    r"""A text that no spreadsheet takes for a formula, also one that cuts CSV at semicolons, tabs or line ends (as
    those of many countries do): an apostrophe before a sign with which a cell could then begin.

    >>> inert("=1+1"), inert("  @SUM(A1)"), inert("so = 1"), inert("one; =two")
    ("'=1+1", "'  @SUM(A1)", 'so = 1', "one; '=two")
    >>> inert("\t1")
    "'\t1"
    """

    def cut_off(match: re.Match[str]) -> str:
        return f"{match.group()}'" if any(cut in match.group() for cut in ";\t\r\n") else match.group()

    made = _BEFORE_A_SIGN.sub(cut_off, text)
    return f"'{made}" if _BEGINS.match(made) else made


def _short(value: float | None) -> Cell:
    """A mean of bands with two decimals, a whole band with none."""
    return value if value is None else int(value) if value == int(value) else round(value, 2)


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _head(candidate: CandidateResult) -> tuple[Cell, ...]:
    one = candidate
    return (one.candidate, one.code, one.interview, _yes(one.imported), one.version)


def _whole(answer: AnswerResult, prompt: str) -> Iterator[Cell]:
    machine, stands = answer.machine, answer.stands
    yield from (answer.exchange, answer.question, None, prompt, answer.status.value)
    yield from (_short(stands.band), stands.by, _short(stands.low), _short(stands.high), stands.why)
    if machine is None:
        yield from (None,) * 7
    else:
        yield from (machine.band, machine.score, machine.low, machine.high, machine.confidence)
        yield _yes(any(one.machine is not None and one.machine.doubtful for one in answer.criteria))
        yield machine.error or ", ".join(machine.flags)
    yield None
    yield "; ".join(f"{one.rater}: {one.band}" for one in answer.ratings if one.band is not None)
    yield from _decided(answer, stands.by)
    yield from _provenance(answer)
    yield round(answer.seconds, 1)


def _criterion(answer: AnswerResult, criterion: CriterionResult) -> Iterator[Cell]:
    machine = criterion.machine
    yield from (answer.exchange, answer.question, criterion.id, criterion.text, answer.status.value)
    yield from (criterion.verdict and criterion.verdict.value, criterion.by, None, None)
    yield _unclear(criterion)
    if machine is None:
        yield from (None,) * 8
    else:
        yield from (machine.verdict.value, None, None, None, machine.confidence, _yes(machine.doubtful))
        yield from (machine.reason, " … ".join(quote.text for quote in machine.quotes))
    yield "; ".join(
        f"{one.rater}: {one.verdict.value}" + (f" (of “{one.words}”)" if one.words is not None else "")
        for one in criterion.people
    )
    yield from _decided(answer, criterion.by)
    yield from _provenance(answer)
    yield None


def _decided(answer: AnswerResult, by: str) -> tuple[Cell, Cell]:
    return (answer.decisions[-1].by, answer.decisions[-1].reason) if by == "decision" else (None, None)


def _unclear(criterion: CriterionResult) -> str | None:
    if criterion.verdict is not None:
        return None
    return "People gave differing verdicts." if criterion.by == "people" else "Nobody gave a verdict."


def _provenance(answer: AnswerResult) -> tuple[Cell, Cell, Cell]:
    if answer.machine is None or answer.machine.grader is None:
        return (None, None, None)
    grader = answer.machine.grader
    versions = ", ".join(str(number) for number in answer.machine.versions)
    return (f"{grader.model} {grader.version}", grader.rubric_hash, versions)


def said(answer: AnswerResult) -> str:
    """The candidate's own words of an answer, turn by turn."""
    return "\n\n".join(turn.text for turn in answer.turns if turn.speaker is Speaker.CANDIDATE)
