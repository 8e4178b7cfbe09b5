"""The tables. Alembic revisions in ``migrations/`` make them; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """Times in UTC, aware on this side; SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


LOCAL_OWNER = "local"
"""The one owner there is as long as nobody signs in; the first migration puts them there."""


class OwnerRow(Base):
    __tablename__ = "owner"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class QuestionVersionRow(Base):
    """A question's record as it was when an interview was planned, by content hash: the bank's, or an employer's own.

    Nothing of a candidate's is in it, and none belongs to anybody: the same record is kept once.
    """

    __tablename__ = "question_version"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(64), index=True)
    rubric_hash: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class InterviewRow(Base):
    """``role`` is who the one that answers is (``domain.kit.Part``), ``pauses`` how often the clock was stopped."""

    __tablename__ = "interview"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    setup: Mapped[dict[str, Any]] = mapped_column(JSON)
    bank_hash: Mapped[str] = mapped_column(String(64))
    model: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    role: Mapped[str] = mapped_column(String(16), server_default="candidate")
    pauses: Mapped[int] = mapped_column(Integer, server_default="0")


class PlannedQuestionRow(Base):
    """The plan of an interview: question ``number`` is asked in this version."""

    __tablename__ = "planned_question"
    interview_id: Mapped[str] = mapped_column(ForeignKey("interview.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    question_hash: Mapped[str] = mapped_column(ForeignKey("question_version.hash"))


class ExchangeRow(Base):
    __tablename__ = "exchange"
    interview_id: Mapped[str] = mapped_column(ForeignKey("interview.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_before: Mapped[float] = mapped_column(Float, default=0.0)


class TurnRow(Base):
    """``key`` is the idempotency key of a candidate's submission; two turns never share one."""

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("interview_id", "key"),
        ForeignKeyConstraint(
            ["interview_id", "exchange"], ["exchange.interview_id", "exchange.number"], ondelete="CASCADE"
        ),
    )
    interview_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    exchange: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(64))
    speaker: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    intent: Mapped[str | None] = mapped_column(String(16))
    move: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    by: Mapped[str] = mapped_column(String(200), server_default="")
    notice: Mapped[str] = mapped_column(Text, server_default="")


class AssessmentRow(Base):
    __tablename__ = "assessment"
    __table_args__ = (
        ForeignKeyConstraint(["interview_id", "turn"], ["turn.interview_id", "turn.seq"], ondelete="CASCADE"),
    )
    interview_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    turn: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class GradeRow(Base):
    """Every grade ever made of an exchange; the newest counts, none is overwritten."""

    __tablename__ = "grade"
    __table_args__ = (
        ForeignKeyConstraint(
            ["interview_id", "exchange"], ["exchange.interview_id", "exchange.number"], ondelete="CASCADE"
        ),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    interview_id: Mapped[str] = mapped_column(String(32), index=True)
    exchange: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[str] = mapped_column(String(16))
    score: Mapped[float | None] = mapped_column(Float)
    model: Mapped[str | None] = mapped_column(String(200))
    rubric_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class DisputeRow(Base):
    __tablename__ = "dispute"
    __table_args__ = (
        ForeignKeyConstraint(
            ["interview_id", "exchange"], ["exchange.interview_id", "exchange.number"], ondelete="CASCADE"
        ),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    interview_id: Mapped[str] = mapped_column(String(32), index=True)
    exchange: Mapped[int] = mapped_column(Integer)
    criterion: Mapped[str] = mapped_column(String(64))
    comment: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class NoteRow(Base):
    """What a candidate noted for themselves on one of the bank's reflections; nobody grades it."""

    __tablename__ = "note"
    interview_id: Mapped[str] = mapped_column(ForeignKey("interview.id", ondelete="CASCADE"), primary_key=True)
    reflection: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ModelCallRow(Base):
    """One request for a real model's work, made for an interview; failed ones were paid for, too."""

    __tablename__ = "model_call"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    interview_id: Mapped[str] = mapped_column(ForeignKey("interview.id", ondelete="CASCADE"), index=True)
    exchange: Mapped[int] = mapped_column(Integer)
    purpose: Mapped[str] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(String(200))
    prompt: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    seconds: Mapped[float] = mapped_column(Float)
    first_token_seconds: Mapped[float | None] = mapped_column(Float)
    tokens_in: Mapped[int] = mapped_column(Integer)
    tokens_out: Mapped[int] = mapped_column(Integer)
    cached_tokens: Mapped[int] = mapped_column(Integer)
    estimated: Mapped[bool] = mapped_column(Boolean)
    cost: Mapped[float | None] = mapped_column(Float)
    attempts: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(16))
    problem: Mapped[str] = mapped_column(Text)
    audio_seconds: Mapped[float] = mapped_column(Float, server_default="0")
    characters: Mapped[int] = mapped_column(Integer, server_default="0")


class RecordingRow(Base):
    """A spoken answer: ``seq`` is the number that it was recorded for, ``turn`` the one that it became.

    ``key`` is the idempotency key of the recording; it outlives a discarded one, whose content is gone, so that a page
    that sends it once more brings nothing back. ``tries`` counts the failures in a row for a reason that may pass.
    """

    __tablename__ = "recording"
    __table_args__ = (
        UniqueConstraint("interview_id", "key"),
        ForeignKeyConstraint(["interview_id", "turn"], ["turn.interview_id", "turn.seq"], ondelete="CASCADE"),
    )
    interview_id: Mapped[str] = mapped_column(ForeignKey("interview.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    heard: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    pauses: Mapped[list[dict[str, float]] | None] = mapped_column(JSON(none_as_null=True))
    first_word: Mapped[float | None] = mapped_column(Float)
    turn: Mapped[int | None] = mapped_column(Integer)
    discarded: Mapped[bool] = mapped_column(Boolean, default=False)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SoundRow(Base):
    """A recording's bytes, apart from the rest, which is read and written often."""

    __tablename__ = "sound"
    __table_args__ = (
        ForeignKeyConstraint(
            ["interview_id", "number"], ["recording.interview_id", "recording.number"], ondelete="CASCADE"
        ),
    )
    interview_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    audio: Mapped[bytes] = mapped_column(LargeBinary)


class LeaseRow(Base):
    """Who is making a reply (``number`` is the candidate's turn) or a grade (``number`` is the exchange), or hears a
    recording (``number`` is its own)."""

    __tablename__ = "lease"
    interview_id: Mapped[str] = mapped_column(ForeignKey("interview.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    token: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
