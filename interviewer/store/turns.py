"""Taking a candidate's turn, however it was made. Everything here runs inside somebody else's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from interviewer.domain.interview import MAX_TURN_CHARACTERS, InterviewStatus, Turn
from interviewer.domain.words import Intent, Speaker
from interviewer.errors import StaleState, UsageError
from interviewer.store.rows import add_turn, refuse_longer, require, resume, storable, to_turn
from interviewer.store.schema import TurnRow
from interviewer.store.schema_kits import InvitationRow


def answer_text(text: str) -> str:
    """The text as it can be stored. Raises UsageError for one without words or one that is too long."""
    if not text.strip():
        raise UsageError("There is nothing in that answer.", "Type something, or press “I don't know”.")
    refuse_longer("answer", text, MAX_TURN_CHARACTERS)
    return storable(text)


def last_before(connection: Connection, interview: Any, expected_seq: int) -> Any:
    """The turn after which the candidate may speak now, as number ``expected_seq``, in the interview of this row.

    Raises UsageError for an ended interview or one whose link was withdrawn, StaleState when the number is not the next
    one or a reply is pending.
    """
    of_a_kit = bool(interview.setup.get("kit"))
    if interview.status == InterviewStatus.ENDED:
        remedy = "Its report is ready; start a new one to go on practising."
        raise UsageError("This interview has ended.", "" if of_a_kit else remedy)
    if of_a_kit:
        revoked = select(InvitationRow.revoked_at).where(InvitationRow.interview_id == interview.id)
        if connection.scalar(revoked) is not None:
            raise UsageError(
                "This interview was withdrawn.", "What you said before is kept; ask whoever sent you the link."
            )
    last = connection.execute(
        select(TurnRow.seq, TurnRow.speaker, TurnRow.exchange)
        .where(TurnRow.interview_id == interview.id)
        .order_by(TurnRow.seq.desc())
        .limit(1)
    ).one()
    if last.seq + 1 != expected_seq or last.speaker == Speaker.CANDIDATE:
        raise StaleState(expected_seq, last.seq + 1)
    return last


def take(
    connection: Connection,
    interview_id: str,
    expected_seq: int,
    key: str,
    text: str,
    now: datetime,
    intent: Intent | None = None,
) -> tuple[Turn, bool]:
    """The candidate's turn number ``expected_seq``, and whether it is new: the same key again gives the stored one.

    ``text`` is ``answer_text``'s. A paused interview goes on. Raises UnknownInterview and what ``last_before`` does.
    """
    row = require(connection, interview_id)
    twin = connection.execute(
        select(TurnRow.__table__).where(TurnRow.interview_id == interview_id, TurnRow.key == key)
    ).first()
    if twin is not None:
        return to_turn(twin), False
    last = last_before(connection, row, expected_seq)
    turn = Turn(seq=expected_seq, exchange=last.exchange, speaker=Speaker.CANDIDATE, text=text, at=now, intent=intent)
    resume(connection, row, now)
    add_turn(connection, interview_id, turn, key)
    return turn, True
