"""Leases: who is at a piece of work, so that it is done once, by whoever is alive to do it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update
from sqlalchemy.orm import aliased

from interviewer.domain.interview import ExchangeStatus, InterviewStatus
from interviewer.domain.words import Speaker
from interviewer.store.database import Database
from interviewer.store.rows import require
from interviewer.store.schema import ExchangeRow, GradeRow, InterviewRow, LeaseRow, TurnRow

Clock = Callable[[], datetime]


class Work(StrEnum):
    """What leases are for. A reply is numbered by the turn that it answers, a grade by its exchange, and hearing by the
    recording."""

    REPLY = "reply"
    GRADE = "grade"
    HEAR = "hear"


@dataclass(frozen=True)
class Retry:
    """Work that failed ``tries`` times in a row, the last time ``at``, for a reason that may pass.

    ``number`` is that of the work: of an exchange that was left ungraded, or of a recording that was not heard.
    """

    interview_id: str
    number: int
    tries: int
    at: datetime


class LeaseLost(Exception):
    """Somebody else holds the lease by now, or the work has been done: drop what was made."""


class Leases:
    """The part of the store that hands out work. A lease that a power failure undoes has lost its holder, too."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._now = clock

    def claim(self, interview_id: str, work: Work, number: int, seconds: float) -> str | None:
        """A token when the work is ours for ``seconds``; None when somebody else is at it."""
        token = secrets.token_hex(8)
        key = _key(interview_id, work, number)
        with self._db.write(lasting=False) as connection:
            now = self._now()  # after the wait for the lock, which may be as long as a lease
            require(connection, interview_id)
            held = connection.execute(select(LeaseRow.expires_at).where(*key)).first()
            if held is not None and held.expires_at > now:
                return None
            connection.execute(delete(LeaseRow).where(*key))
            connection.execute(
                insert(LeaseRow).values(
                    interview_id=interview_id,
                    kind=work,
                    number=number,
                    token=token,
                    expires_at=now + timedelta(seconds=seconds),
                )
            )
        return token

    def renew(self, interview_id: str, work: Work, number: int, token: str, seconds: float) -> None:
        """Holds a lease for ``seconds`` more; does nothing when it is not ``token``'s any more."""
        with self._db.write(lasting=False) as connection:
            connection.execute(
                update(LeaseRow)
                .where(*_key(interview_id, work, number), LeaseRow.token == token)
                .values(expires_at=self._now() + timedelta(seconds=seconds))
            )

    def release(self, interview_id: str, work: Work, number: int, token: str) -> None:
        """Gives a lease back without a result, so that the work can be claimed again at once."""
        with self._db.write(lasting=False) as connection:
            connection.execute(delete(LeaseRow).where(*_key(interview_id, work, number), LeaseRow.token == token))

    def awaiting_reply(self) -> list[str]:
        """The IDs of unfinished interviews, whoever's, whose last word is the candidate's."""
        later = aliased(TurnRow)
        is_last = ~exists().where(later.interview_id == TurnRow.interview_id, later.seq > TurnRow.seq)
        with self._db.read() as connection:
            return list(
                connection.scalars(
                    select(InterviewRow.id)
                    .join(TurnRow, TurnRow.interview_id == InterviewRow.id)
                    .where(
                        InterviewRow.status != InterviewStatus.ENDED,
                        TurnRow.speaker == Speaker.CANDIDATE,
                        is_last,
                    )
                )
            )

    def ungraded_exchanges(self, interview_id: str | None = None) -> list[tuple[str, int]]:
        """Exchanges that are over and have no grade at all, as (interview ID, number)."""
        graded = (
            select(GradeRow.id)
            .where(GradeRow.interview_id == ExchangeRow.interview_id, GradeRow.exchange == ExchangeRow.number)
            .exists()
        )
        query = select(ExchangeRow.interview_id, ExchangeRow.number).where(
            ExchangeRow.status != ExchangeStatus.OPEN, ~graded
        )
        if interview_id is not None:
            query = query.where(ExchangeRow.interview_id == interview_id)
        with self._db.read() as connection:
            return [(row.interview_id, row.number) for row in connection.execute(query)]

    def _settle(self, connection: Connection, interview_id: str, work: Work, number: int, token: str) -> None:
        gone = connection.execute(delete(LeaseRow).where(*_key(interview_id, work, number), LeaseRow.token == token))
        if gone.rowcount != 1:
            raise LeaseLost


def _key(interview_id: str, work: Work, number: int) -> tuple[Any, ...]:
    return LeaseRow.interview_id == interview_id, LeaseRow.kind == work, LeaseRow.number == number
