"""The tables of what employers make: kits, links, ratings, decisions, rubrics in the making.

Every row has an owner and the role of whoever made it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, ForeignKeyConstraint, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from interviewer.store.schema import Base, UTCDateTime


class Owned:
    """Whose it is, and who they were when they made it (``domain.kit.Part``)."""

    owner: Mapped[str] = mapped_column(ForeignKey("owner.id"))
    role: Mapped[str] = mapped_column(String(16))


class KitRow(Owned, Base):
    """``draft`` is the content while it can still be changed; ``version`` the newest version's number afterwards."""

    __tablename__ = "kit"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int | None] = mapped_column(Integer)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class KitVersionRow(Owned, Base):
    """What a kit was at some time; never changed."""

    __tablename__ = "kit_version"
    kit_id: Mapped[str] = mapped_column(ForeignKey("kit.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class InvitationRow(Owned, Base):
    """A link, or the place of answers that came from a file (which have no token). When its interview goes it stays,
    without the name.

    ``number`` counts a kit's invitations. The token is not here, only its SHA-256.
    """

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("token_hash"), UniqueConstraint("interview_id"))
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kit_id: Mapped[str] = mapped_column(ForeignKey("kit.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    token_hash: Mapped[str | None] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(200))
    extra_percent: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    consented_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    consent: Mapped[str] = mapped_column(String(64))
    version: Mapped[int | None] = mapped_column(Integer)
    interview_id: Mapped[str | None] = mapped_column(ForeignKey("interview.id", ondelete="SET NULL"))
    imported: Mapped[bool] = mapped_column(Boolean)


class RaterRow(Owned, Base):
    """``folded`` is the name as names are compared."""

    __tablename__ = "rater"
    __table_args__ = (UniqueConstraint("kit_id", "folded"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kit_id: Mapped[str] = mapped_column(ForeignKey("kit.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    practice: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    ready_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    imported: Mapped[bool] = mapped_column(Boolean)


class RatingRow(Owned, Base):
    """A rater's word on one exchange; a draft as long as ``submitted_at`` is empty."""

    __tablename__ = "rating"
    __table_args__ = (
        ForeignKeyConstraint(
            ["interview_id", "exchange"], ["exchange.interview_id", "exchange.number"], ondelete="CASCADE"
        ),
    )
    rater_id: Mapped[str] = mapped_column(ForeignKey("rater.id", ondelete="CASCADE"), primary_key=True)
    interview_id: Mapped[str] = mapped_column(String(32), primary_key=True, index=True)
    exchange: Mapped[int] = mapped_column(Integer, primary_key=True)
    rubric_hash: Mapped[str] = mapped_column(String(64))
    verdicts: Mapped[dict[str, str]] = mapped_column(JSON)
    band: Mapped[int | None] = mapped_column(Integer)
    comment: Mapped[str] = mapped_column(Text)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seconds: Mapped[float | None] = mapped_column(Float)


class DecisionRow(Owned, Base):
    """What somebody put above ratings and machine; every one ever made, the newest counts."""

    __tablename__ = "decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["interview_id", "exchange"], ["exchange.interview_id", "exchange.number"], ondelete="CASCADE"
        ),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    interview_id: Mapped[str] = mapped_column(String(32), index=True)
    exchange: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(200))
    band: Mapped[int] = mapped_column(Integer)
    verdicts: Mapped[dict[str, str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    rubric_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn: Mapped[bool] = mapped_column(Boolean)


class RatingCommentRow(Owned, Base):
    """A remark in the discussion of an exchange."""

    __tablename__ = "rating_comment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["interview_id", "exchange"], ["exchange.interview_id", "exchange.number"], ondelete="CASCADE"
        ),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    interview_id: Mapped[str] = mapped_column(String(32), index=True)
    exchange: Mapped[int] = mapped_column(Integer)
    by: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class KeptAnswerRow(Owned, Base):
    """A candidate's answer that was made a calibration answer; it goes with the interview that it is from."""

    __tablename__ = "kept_answer"
    __table_args__ = (
        UniqueConstraint("kit_id", "answer_id"),
        ForeignKeyConstraint(
            ["interview_id", "exchange"], ["exchange.interview_id", "exchange.number"], ondelete="CASCADE"
        ),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kit_id: Mapped[str] = mapped_column(ForeignKey("kit.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(64))
    answer_id: Mapped[str] = mapped_column(String(64))
    interview_id: Mapped[str] = mapped_column(String(32), index=True)
    exchange: Mapped[int] = mapped_column(Integer)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class RubricDraftRow(Owned, Base):
    """A question's rubric in the making; ``published`` is the kit's version that it became."""

    __tablename__ = "rubric_draft"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kit_id: Mapped[str] = mapped_column(ForeignKey("kit.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    base: Mapped[str] = mapped_column(String(64))
    question: Mapped[dict[str, Any]] = mapped_column(JSON)
    looks: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published: Mapped[int | None] = mapped_column(Integer)
