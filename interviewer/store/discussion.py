"""What is said above ratings and machine: decisions with their reasons, comments, answers kept as examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from interviewer.domain.kit import Part
from interviewer.domain.knowledge import CalibrationAnswer
from interviewer.domain.rating import RATED, Comment, Decision, DecisionKind, KeptAnswer
from interviewer.domain.words import Verdict
from interviewer.errors import UsageError
from interviewer.store.database import Database
from interviewer.store.kit_rows import (
    MAX_NAME_CHARACTERS,
    MAX_REASON_CHARACTERS,
    in_one_line,
    kit_of_item,
    require_kit,
    rubrics_at,
    storable_value,
)
from interviewer.store.leases import Clock
from interviewer.store.rows import worded
from interviewer.store.schema_kits import DecisionRow, InvitationRow, KeptAnswerRow, RatingCommentRow

Item = tuple[str, int]
"""An answer: the interview's ID and the exchange's number."""


class Discussion:
    """The part of the store that keeps what people decided about answers, and why."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._now = clock

    # --- decisions --------------------------------------------------------------------------------------

    def decide(
        self,
        interview_id: str,
        exchange: int,
        kind: DecisionKind,
        by: str,
        band: int,
        verdicts: Mapping[str, Verdict],
        reason: str,
        rubric_hash: str,
        role: Part = Part.EMPLOYER,
    ) -> Decision:
        """Puts a band, and perhaps verdicts, above ratings and machine; what stood before is kept. The standing one
        again gives that.

        Raises UsageError without a name or a reason or with over-long ones, for a band outside 1 to 5, a rubric that
        the kit never had there, a criterion that is not in it, an answer that is not there or not finished;
        UnknownInterview.
        """
        by = in_one_line("name", by, MAX_NAME_CHARACTERS)
        reason = worded("reason", reason, MAX_REASON_CHARACTERS)
        if not 1 <= band <= 5:
            raise UsageError("A band is a number from 1 to 5.")
        with self._db.write() as connection:
            kit = kit_of_item(connection, interview_id, exchange)
            rubric = rubrics_at(connection, kit.id, exchange).get(rubric_hash)
            if rubric is None:
                raise UsageError("The kit never had that rubric.", "Reload the page, which shows the one that holds.")
            known = {one.id for one in rubric.criteria}
            if any(name not in known or verdict not in RATED for name, verdict in verdicts.items()):
                raise UsageError("A verdict does not fit that rubric.", "Reload the page and decide again.")
            decision = Decision(
                interview_id=interview_id,
                exchange=exchange,
                kind=kind,
                by=by,
                role=role,
                band=band,
                verdicts=dict(verdicts),
                reason=reason,
                rubric_hash=rubric_hash,
                at=self._now(),
            )
            before = _newest(connection, interview_id, exchange)
            if before is not None and before.model_copy(update={"at": decision.at}) == decision:
                return before
            _add(connection, kit.owner, decision)
            return decision

    def withdraw(self, interview_id: str, exchange: int, by: str, reason: str) -> None:
        """Takes the decision that stands back; it is kept. Raises UsageError where none stands, and as ``decide``."""
        by = in_one_line("name", by, MAX_NAME_CHARACTERS)
        reason = worded("reason", reason, MAX_REASON_CHARACTERS)
        with self._db.write() as connection:
            kit = kit_of_item(connection, interview_id, exchange)
            before = _newest(connection, interview_id, exchange)
            if before is None or before.withdrawn:
                raise UsageError("There is no decision on that answer to take back.")
            taken_back = {"by": by, "reason": reason, "at": self._now(), "withdrawn": True}
            _add(connection, kit.owner, before.model_copy(update=taken_back))

    def decisions(self, kit_id: str) -> dict[Item, list[Decision]]:
        """All decisions on a kit's answers, oldest first; the last one counts, unless withdrawn. Raises UnknownKit."""
        found: dict[Item, list[Decision]] = {}
        with self._db.read() as connection:
            for row in connection.execute(_of_kit(connection, kit_id, DecisionRow)):
                found.setdefault((row.interview_id, row.exchange), []).append(_to_decision(row))
        return found

    # --- comments ---------------------------------------------------------------------------------------

    def comment(self, interview_id: str, exchange: int, by: str, text: str, role: Part = Part.EMPLOYER) -> Comment:
        """Adds a remark to the discussion of an answer; the last one again gives that.

        Raises UsageError without words or with too many, for an answer that is not there or not finished;
        UnknownInterview.
        """
        by = in_one_line("name", by, MAX_NAME_CHARACTERS)
        text = worded("comment", text, MAX_REASON_CHARACTERS)
        with self._db.write() as connection:
            kit = kit_of_item(connection, interview_id, exchange)
            comment = Comment(interview_id=interview_id, exchange=exchange, by=by, role=role, text=text, at=self._now())
            last = connection.execute(
                select(RatingCommentRow.__table__)
                .where(RatingCommentRow.interview_id == interview_id, RatingCommentRow.exchange == exchange)
                .order_by(RatingCommentRow.id.desc())
                .limit(1)
            ).first()
            if last is not None and (last.by, last.text, last.role) == (by, text, role):
                return _to_comment(last)
            connection.execute(insert(RatingCommentRow).values(owner=kit.owner, **comment.model_dump()))
            return comment

    def comments(self, kit_id: str) -> dict[Item, list[Comment]]:
        """All remarks on a kit's answers, oldest first. Raises UnknownKit."""
        found: dict[Item, list[Comment]] = {}
        with self._db.read() as connection:
            for row in connection.execute(_of_kit(connection, kit_id, RatingCommentRow)):
                found.setdefault((row.interview_id, row.exchange), []).append(_to_comment(row))
        return found

    # --- kept answers -----------------------------------------------------------------------------------

    def keep_answer(
        self, kit_id: str, question: str, interview_id: str, exchange: int, answer: CalibrationAnswer
    ) -> None:
        """Keeps an answer as an example of its band. The same again does nothing; the same answer of the candidate
        under the same ID takes the place of what was kept of it.

        Raises UsageError where its ID is another kept answer's, or the answer is not this kit's; UnknownInterview.
        """
        answer = storable_value(answer)
        with self._db.write() as connection:
            kit = kit_of_item(connection, interview_id, exchange)
            if kit.id != kit_id:
                raise UsageError("That answer was given to another kit.")
            ours = (KeptAnswerRow.kit_id == kit_id, KeptAnswerRow.answer_id == answer.id)
            twin = connection.execute(select(KeptAnswerRow.__table__).where(*ours)).first()
            if twin is not None and (twin.interview_id, twin.exchange) != (interview_id, exchange):
                raise UsageError(f"Another answer is kept as “{answer.id}”.", "Choose another name for this one.")
            if twin is not None and twin.question == question and _to_kept(twin).answer == answer:
                return
            connection.execute(delete(KeptAnswerRow).where(*ours))
            connection.execute(
                insert(KeptAnswerRow).values(
                    kit_id=kit_id,
                    question=question,
                    answer_id=answer.id,
                    interview_id=interview_id,
                    exchange=exchange,
                    answer=answer.model_dump(mode="json"),
                    at=self._now(),
                    owner=kit.owner,
                    role=Part.EMPLOYER,
                )
            )

    def kept_answers(self, kit_id: str) -> list[KeptAnswer]:
        """All answers that were kept, oldest first. Raises UnknownKit."""
        with self._db.read() as connection:
            require_kit(connection, kit_id)
            rows = connection.execute(
                select(KeptAnswerRow.__table__).where(KeptAnswerRow.kit_id == kit_id).order_by(KeptAnswerRow.id)
            )
            return [_to_kept(row) for row in rows]

    def drop_answer(self, kit_id: str, answer_id: str) -> bool:
        """Keeps an answer no longer; one that is not kept is left alone. False as with ``Store.delete``."""
        with self._db.write() as connection:
            gone = connection.execute(
                delete(KeptAnswerRow).where(KeptAnswerRow.kit_id == kit_id, KeptAnswerRow.answer_id == answer_id)
            )
            if not gone.rowcount:
                return True
            self._db.owe_scrub(connection)
        return self._db.scrub()


def _of_kit(connection: Connection, kit_id: str, table: Any) -> Select[Any]:
    require_kit(connection, kit_id)
    return (
        select(table.__table__)
        .join(InvitationRow, InvitationRow.interview_id == table.interview_id)
        .where(InvitationRow.kit_id == kit_id)
        .order_by(table.id)
    )


def _newest(connection: Connection, interview_id: str, exchange: int) -> Decision | None:
    row = connection.execute(
        select(DecisionRow.__table__)
        .where(DecisionRow.interview_id == interview_id, DecisionRow.exchange == exchange)
        .order_by(DecisionRow.id.desc())
        .limit(1)
    ).first()
    return None if row is None else _to_decision(row)


def _add(connection: Connection, owner: str, decision: Decision) -> None:
    connection.execute(insert(DecisionRow).values(owner=owner, at=decision.at, **decision.model_dump(exclude={"at"})))


def _to_decision(row: Any) -> Decision:
    return Decision.model_validate({name: getattr(row, name) for name in Decision.model_fields})


def _to_comment(row: Any) -> Comment:
    return Comment.model_validate({name: getattr(row, name) for name in Comment.model_fields})


def _to_kept(row: Any) -> KeptAnswer:
    return KeptAnswer.model_validate({name: getattr(row, name) for name in KeptAnswer.model_fields})
