"""Rows in, values out, and the other way round. Everything here runs inside somebody else's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, select, update

from interviewer.domain.company import about_company
from interviewer.domain.interview import (
    Assessment,
    Exchange,
    ExchangeStatus,
    Interview,
    InterviewStatus,
    Move,
    Setup,
    Turn,
)
from interviewer.domain.question import Question
from interviewer.domain.speech import Recording, Spoken, Transcript, Unheard
from interviewer.domain.words import Intent, Speaker
from interviewer.errors import UnknownInterview, UsageError
from interviewer.store.schema import (
    AssessmentRow,
    ExchangeRow,
    InterviewRow,
    PlannedQuestionRow,
    QuestionVersionRow,
    RecordingRow,
    TurnRow,
)

_heard: TypeAdapter[Transcript | Unheard | None] = TypeAdapter(Transcript | Unheard | None)

_questions: dict[str, Question] = {}
"""Parsed records by content hash: they never go stale, and parsing them is most of the cost of a read."""


def require(connection: Connection, interview_id: str) -> Any:
    row = connection.execute(select(InterviewRow.__table__).where(InterviewRow.id == interview_id)).first()
    if row is None:
        raise UnknownInterview(interview_id)
    return row


def load(connection: Connection, interview_id: str) -> Interview:
    row = require(connection, interview_id)
    setup = Setup.model_validate(row.setup)
    # What a company says of itself is the candidate's: it is kept with the interview, never in the bank's records.
    planned = connection.scalars(
        select(PlannedQuestionRow.question_hash)
        .where(PlannedQuestionRow.interview_id == interview_id)
        .order_by(PlannedQuestionRow.number)
    ).all()
    plan = tuple(about_company(question, setup.company) for question in _records(connection, planned))
    exchanges = connection.execute(
        select(ExchangeRow.__table__).where(ExchangeRow.interview_id == interview_id).order_by(ExchangeRow.number)
    )
    turns = connection.execute(
        select(TurnRow.__table__).where(TurnRow.interview_id == interview_id).order_by(TurnRow.seq)
    )
    assessments = connection.scalars(
        select(AssessmentRow.content).where(AssessmentRow.interview_id == interview_id).order_by(AssessmentRow.turn)
    )
    spoken = connection.execute(
        select(RecordingRow.__table__)
        .where(RecordingRow.interview_id == interview_id, RecordingRow.turn.is_not(None))
        .order_by(RecordingRow.turn)
    )
    return Interview(
        id=row.id,
        owner=row.owner,
        setup=setup,
        bank_hash=row.bank_hash,
        model=row.model,
        status=InterviewStatus(row.status),
        created_at=row.created_at,
        ended_at=row.ended_at,
        paused_at=row.paused_at,
        paused_seconds=row.paused_seconds,
        plan=plan,
        exchanges=tuple(
            Exchange(
                number=e.number,
                question=plan[e.number - 1],
                status=ExchangeStatus(e.status),
                opened_at=e.opened_at,
                closed_at=e.closed_at,
                paused_before=e.paused_before,
            )
            for e in exchanges
        ),
        turns=tuple(to_turn(turn) for turn in turns),
        assessments=tuple(Assessment.model_validate(content) for content in assessments),
        spoken=tuple(to_spoken(row) for row in spoken),
    )


def _records(connection: Connection, hashes: Sequence[str]) -> list[Question]:
    unread = {content_hash for content_hash in hashes if content_hash not in _questions}
    if unread:
        rows = select(QuestionVersionRow.hash, QuestionVersionRow.content).where(QuestionVersionRow.hash.in_(unread))
        for row in connection.execute(rows):
            _questions[row.hash] = Question.model_validate(row.content)
    return [_questions[content_hash] for content_hash in hashes]


def keep_questions(connection: Connection, questions: Sequence[Question]) -> None:
    """Stores the records that are not there yet, by content hash."""
    hashes = [question.hash for question in questions]
    known = set(connection.scalars(select(QuestionVersionRow.hash).where(QuestionVersionRow.hash.in_(hashes))))
    for question in questions:
        if question.hash not in known:
            known.add(question.hash)
            connection.execute(
                insert(QuestionVersionRow).values(
                    hash=question.hash,
                    question_id=question.id,
                    rubric_hash=question.rubric.hash,
                    content=question.model_dump(mode="json"),
                )
            )


def plan_question(connection: Connection, interview_id: str, number: int, question: Question) -> None:
    """Puts ``question`` at place ``number`` of the plan, instead of the one that was planned there, if any."""
    keep_questions(connection, [question])
    connection.execute(
        delete(PlannedQuestionRow).where(
            PlannedQuestionRow.interview_id == interview_id, PlannedQuestionRow.number == number
        )
    )
    connection.execute(
        insert(PlannedQuestionRow).values(interview_id=interview_id, number=number, question_hash=question.hash)
    )


def to_turn(row: Any) -> Turn:
    return Turn(
        seq=row.seq,
        exchange=row.exchange,
        speaker=Speaker(row.speaker),
        text=row.text,
        at=row.at,
        intent=Intent(row.intent) if row.intent else None,
        move=Move.model_validate(row.move) if row.move else None,
        by=row.by,
        notice=row.notice,
    )


def to_heard(content: Any) -> Transcript | Unheard | None:
    return _heard.validate_python(content)


def to_recording(row: Any) -> Recording:
    return Recording(
        number=row.number,
        seq=row.seq,
        at=row.at,
        media_type=row.media_type,
        size=row.size,
        heard=to_heard(row.heard),
        pauses=row.pauses,
        first_word=row.first_word,
        turn=row.turn,
    )


def to_spoken(row: Any) -> Spoken:
    """How a turn was spoken, from the recording that it was."""
    return Spoken(
        turn=row.turn,
        transcript=Transcript.model_validate(row.heard),
        pauses=row.pauses,
        first_word=row.first_word,
        recording=row.number if row.size else None,
    )


def add_interview(
    connection: Connection,
    interview_id: str,
    setup: Setup,
    plan: Sequence[Question],
    *,
    bank_hash: str,
    model: str,
    owner: str,
    now: datetime,
) -> None:
    """Stores a running interview with its plan, and no exchange yet."""
    keep_questions(connection, plan)
    connection.execute(
        insert(InterviewRow).values(
            id=interview_id,
            owner=owner,
            setup=setup.model_dump(mode="json"),
            bank_hash=bank_hash,
            model=model,
            status=InterviewStatus.RUNNING,
            created_at=now,
            paused_seconds=0.0,
        )
    )
    for number, question in enumerate(plan, 1):
        connection.execute(
            insert(PlannedQuestionRow).values(interview_id=interview_id, number=number, question_hash=question.hash)
        )


def open_exchange(connection: Connection, interview_id: str, number: int, now: datetime, paused: float) -> None:
    connection.execute(
        insert(ExchangeRow).values(
            interview_id=interview_id,
            number=number,
            status=ExchangeStatus.OPEN,
            opened_at=now,
            paused_before=paused,
        )
    )


def add_turn(connection: Connection, interview_id: str, turn: Turn, key: str) -> None:
    connection.execute(
        insert(TurnRow).values(
            interview_id=interview_id,
            seq=turn.seq,
            exchange=turn.exchange,
            key=key,
            speaker=turn.speaker,
            text=turn.text,
            at=turn.at,
            intent=turn.intent,
            move=turn.move.model_dump(mode="json") if turn.move else None,
            by=turn.by,
            notice=turn.notice,
        )
    )


def pause(connection: Connection, interview_id: str, now: datetime) -> None:
    connection.execute(
        update(InterviewRow)
        .where(InterviewRow.id == interview_id, InterviewRow.status == InterviewStatus.RUNNING)
        .values(status=InterviewStatus.PAUSED, paused_at=now, pauses=InterviewRow.pauses + 1)
    )


def resume(connection: Connection, row: Any, now: datetime) -> None:
    if row.status != InterviewStatus.PAUSED:
        return
    paused = max(0.0, (now - row.paused_at).total_seconds())
    connection.execute(
        update(InterviewRow)
        .where(InterviewRow.id == row.id)
        .values(status=InterviewStatus.RUNNING, paused_at=None, paused_seconds=InterviewRow.paused_seconds + paused)
    )


def storable(text: str) -> str:
    """A lone surrogate cannot be encoded as UTF-8 and a NUL ends a C string: neither can be stored as it came."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def worded(what: str, text: str, most: int) -> str:
    """A text that somebody must give, as it can be stored. Raises UsageError for none or an over-long one."""
    text = storable(text).strip()
    if not text:
        raise UsageError(f"The {what} is empty.", "Please write it; nothing was stored.")
    refuse_longer(what, text, most)
    return text


def refuse_longer(what: str, text: str, most: int) -> None:
    """Raises UsageError for a text of more than ``most`` characters."""
    if len(text) > most:
        raise UsageError(
            f"That {what} has {len(text):,} characters; the most that fits is {most:,}.",
            "Please shorten it; nothing of it was stored.",
        )
