"""What real models were asked for in an interview's name, and what that took."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from interviewer.domain.usage import Call, Usage
from interviewer.store.leases import Leases
from interviewer.store.rows import require
from interviewer.store.schema import ModelCallRow


class Calls(Leases):
    """The part of the store that keeps accounts."""

    def add_calls(self, interview_id: str, exchange: int, calls: Iterable[Call]) -> None:
        """Keeps calls that belong to no stored reply or grade: they were paid for all the same.

        Raises UnknownInterview.
        """
        calls = tuple(calls)
        if not calls:
            return
        with self._db.write() as connection:
            require(connection, interview_id)
            keep_calls(connection, interview_id, exchange, calls)

    def calls(self, interview_id: str) -> list[Call]:
        """All calls made for an interview, in the order in which they were stored."""
        with self._db.read() as connection:
            rows = connection.execute(
                select(ModelCallRow.__table__)
                .where(ModelCallRow.interview_id == interview_id)
                .order_by(ModelCallRow.id)
            )
            return [Call.model_validate({name: getattr(row, name) for name in Call.model_fields}) for row in rows]

    def usage(self, interview_id: str) -> Usage:
        """What an interview has used of real models so far."""
        return Usage.of(self.calls(interview_id))


def keep_calls(connection: Connection, interview_id: str, exchange: int, calls: Iterable[Call]) -> None:
    for call in calls:
        connection.execute(
            insert(ModelCallRow).values(interview_id=interview_id, exchange=exchange, **call.model_dump())
        )
