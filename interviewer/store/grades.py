"""Grades, what was left ungraded, and what candidates say against a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import aliased

from interviewer.domain.grade import Dispute, Grade, Ungraded, grade_result
from interviewer.domain.usage import Call
from interviewer.errors import UsageError
from interviewer.store.calls import Calls, keep_calls
from interviewer.store.leases import Retry, Work
from interviewer.store.rows import load, refuse_longer, storable
from interviewer.store.schema import DisputeRow, GradeRow

MAX_COMMENT_CHARACTERS = 4_000
"""A longer comment on a verdict is refused with a sentence, never cut."""


class Grades(Calls):
    """The part of the store that keeps grades; every one ever made, the newest counts."""

    def commit_grade(
        self,
        interview_id: str,
        number: int,
        token: str,
        rubric_hash: str,
        grade: Grade | Ungraded,
        calls: Iterable[Call] = (),
    ) -> None:
        """Adds a grade of exchange ``number`` with the calls that it took, and gives the lease back.

        Raises LeaseLost.
        """
        with self._db.write() as connection:
            self._settle(connection, interview_id, Work.GRADE, number, token)
            add_grade(connection, interview_id, number, rubric_hash, grade, self._now())
            keep_calls(connection, interview_id, number, calls)

    def retryable(self, interview_id: str | None = None) -> list[Retry]:
        """The exchanges, of one interview or of all, that were left ungraded for a reason that may pass."""
        twin = aliased(GradeRow)
        graded = (
            select(func.coalesce(func.max(twin.id), 0))
            .where(
                twin.interview_id == GradeRow.interview_id,
                twin.exchange == GradeRow.exchange,
                twin.status == "graded",
            )
            .scalar_subquery()
        )
        query = (
            select(GradeRow.interview_id, GradeRow.exchange, GradeRow.at, GradeRow.content)
            .where(GradeRow.status == "ungraded", GradeRow.id > graded)
            .order_by(GradeRow.id)
        )
        if interview_id is not None:
            query = query.where(GradeRow.interview_id == interview_id)
        found: dict[tuple[str, int], list[Any]] = {}
        with self._db.read() as connection:
            for row in connection.execute(query):
                found.setdefault((row.interview_id, row.exchange), []).append(row)
        return [
            Retry(interview_id=key[0], number=key[1], tries=len(rows), at=rows[-1].at)
            for key, rows in found.items()
            if rows[-1].content["retryable"]
        ]

    def grades(self, interview_id: str) -> dict[int, Grade | Ungraded]:
        """The newest grade of each exchange that has one, by the exchange's number."""
        with self._db.read() as connection:
            rows = connection.execute(
                select(GradeRow.exchange, GradeRow.content)
                .where(GradeRow.interview_id == interview_id)
                .order_by(GradeRow.id)
            )
            return {row.exchange: grade_result.validate_python(row.content) for row in rows}

    def grade_history(self, interview_id: str, exchange: int) -> list[tuple[datetime, Grade | Ungraded]]:
        """Every grade of an exchange with the time when it was made, oldest first; the last one counts."""
        with self._db.read() as connection:
            rows = connection.execute(
                select(GradeRow.at, GradeRow.content)
                .where(GradeRow.interview_id == interview_id, GradeRow.exchange == exchange)
                .order_by(GradeRow.id)
            )
            return [(row.at, grade_result.validate_python(row.content)) for row in rows]

    def dispute(self, interview_id: str, number: int, criterion: str, comment: str) -> None:
        """Keeps a candidate's disagreement with a verdict beside the grade.

        Raises UsageError without words, with too many, or for a verdict that there is not; UnknownInterview.
        """
        comment = storable(comment.strip())
        if not comment:
            raise UsageError("Please say in a few words what the verdict overlooks.")
        refuse_longer("comment", comment, MAX_COMMENT_CHARACTERS)
        with self._db.write() as connection:
            interview = load(connection, interview_id)
            exchange = next((e for e in interview.exchanges if e.number == number), None)
            if exchange is None or criterion not in {c.id for c in exchange.question.rubric.criteria}:
                raise UsageError("There is no such verdict in this interview.")
            connection.execute(
                insert(DisputeRow).values(
                    interview_id=interview_id,
                    exchange=number,
                    criterion=criterion,
                    comment=comment,
                    at=self._now(),
                )
            )

    def disputes(self, interview_id: str) -> list[Dispute]:
        with self._db.read() as connection:
            rows = connection.execute(
                select(DisputeRow.__table__).where(DisputeRow.interview_id == interview_id).order_by(DisputeRow.id)
            )
            return [
                Dispute(exchange=row.exchange, criterion=row.criterion, comment=row.comment, at=row.at) for row in rows
            ]


def add_grade(
    connection: Connection, interview_id: str, number: int, rubric_hash: str, grade: Grade | Ungraded, now: datetime
) -> None:
    connection.execute(
        insert(GradeRow).values(
            interview_id=interview_id,
            exchange=number,
            at=now,
            status=grade.status,
            score=grade.score if isinstance(grade, Grade) else None,
            model=grade.provenance.model if grade.provenance else None,
            rubric_hash=rubric_hash,
            content=grade.model_dump(mode="json"),
        )
    )
