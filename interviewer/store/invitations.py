"""Links to kits, the interviews that came of them, and answers that came from a file."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from interviewer.domain.interview import (
    MAX_TURN_CHARACTERS,
    ExchangeStatus,
    InterviewStatus,
    Move,
    Setup,
    Substance,
    Turn,
)
from interviewer.domain.kit import MOST_EXTRA, Invitation, KitContent, KitStatus, KitTerms, Part, Refusal
from interviewer.domain.words import Mode, MoveKind, Speaker
from interviewer.errors import UsageError
from interviewer.store.database import Database
from interviewer.store.kit_rows import (
    MAX_NAME_CHARACTERS,
    asked_in,
    in_one_line,
    interviews_of,
    newest,
    require_kit,
    to_invitation,
    version_of,
)
from interviewer.store.leases import Clock
from interviewer.store.rows import add_interview, add_turn, open_exchange, refuse_longer, storable
from interviewer.store.schema import ExchangeRow, InterviewRow, TurnRow
from interviewer.store.schema_kits import InvitationRow, KitVersionRow

REFUSED = {
    Refusal.UNKNOWN: "This link leads nowhere.",
    Refusal.REVOKED: "This link was withdrawn.",
    Refusal.EXPIRED: "This link has expired.",
    Refusal.CLOSED: "No more interviews are begun here.",
}
ASK = "Please ask whoever sent it to you."

FORGOTTEN = "Name deleted"
"""What a link says instead of whose it was, once its interview is deleted."""


class Invitations:
    """The part of the store that keeps links. A token is given out once, when it is made, and kept nowhere."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._now = clock

    def invite(self, kit_id: str, label: str, expires_at: datetime, extra_percent: int = 0) -> tuple[Invitation, str]:
        """A link for one candidate: what is kept of it, and its token.

        Raises UsageError for a kit that is not open, without a label or with an over-long one, and for extra time
        outside 0 to 300 per cent; UnknownKit.
        """
        label = in_one_line("name or code", label, MAX_NAME_CHARACTERS)
        if not 0 <= extra_percent <= MOST_EXTRA:
            raise UsageError(f"Extra time is given in per cent, from 0 to {MOST_EXTRA}.")
        token = secrets.token_urlsafe(32)
        with self._db.write() as connection:
            kit = require_kit(connection, kit_id)
            if kit.status != KitStatus.OPEN:
                raise UsageError("Links can be made for an open kit only.", "Open the kit first.")
            invitation = _add(
                connection,
                kit,
                label=label,
                token_hash=_hash(token),
                extra_percent=extra_percent,
                created_at=self._now(),
                expires_at=expires_at,
            )
        return invitation, token

    def renew(self, invitation_id: str, expires_at: datetime) -> str:
        """A new token for a link, also for one that was withdrawn; the one before leads nowhere from now on.

        Raises UsageError for a link that there is not, and for answers that came from a file.
        """
        token = secrets.token_urlsafe(32)
        with self._db.write() as connection:
            if _require(connection, invitation_id).imported:
                raise UsageError("These answers came from a file; there is no link to them.")
            _change(connection, invitation_id, token_hash=_hash(token), expires_at=expires_at, revoked_at=None)
        return token

    def revoke(self, invitation_id: str) -> None:
        """Withdraws a link; a second time does nothing. Raises UsageError for a link that there is not."""
        with self._db.write() as connection:
            if _require(connection, invitation_id).revoked_at is None:
                _change(connection, invitation_id, revoked_at=self._now())

    def by_token(self, token: str) -> Invitation | None:
        """The link with this token, whether or not it still leads anywhere."""
        return self._one(InvitationRow.token_hash == _hash(token))

    def invitations(self, kit_id: str) -> list[Invitation]:
        """All links of a kit, and the places of answers from files, oldest first. Raises UnknownKit."""
        with self._db.read() as connection:
            require_kit(connection, kit_id)
            rows = connection.execute(
                select(InvitationRow.__table__).where(InvitationRow.kit_id == kit_id).order_by(InvitationRow.number)
            )
            return [to_invitation(row) for row in rows]

    def invitation_of(self, interview_id: str) -> Invitation | None:
        """The link that an interview came of; None for one that is not from a kit."""
        return self._one(InvitationRow.interview_id == interview_id)

    def interviews(self, kit_id: str) -> list[str]:
        """The IDs of a kit's interviews, also of those from files, oldest first. Raises UnknownKit."""
        with self._db.read() as connection:
            require_kit(connection, kit_id)
            return interviews_of(connection, kit_id)

    def bring_in(
        self,
        kit_id: str,
        label: str,
        answers: Mapping[int, str],
        at: datetime | None = None,
        model: str = "offline",
    ) -> str:
        """Stores answers from a file, by question's number, as an interview that ended ``at``; gives its ID.

        ``model`` names the model that is to grade it. A text without words is no answer. Raises UsageError for a
        draft, for no answer at all, an over-long one or one to a question that there is not, and as ``invite`` for
        the label; UnknownKit.
        """
        label = in_one_line("name or code", label, MAX_NAME_CHARACTERS)
        said = {number: storable(text) for number, text in answers.items() if text.strip()}
        if not said:
            raise UsageError(f"There is no answer of {label}.")
        for text in said.values():
            refuse_longer("answer", text, MAX_TURN_CHARACTERS)
        with self._db.write() as connection:
            now = self._now()
            kit = require_kit(connection, kit_id)
            if kit.version is None:
                raise UsageError("A draft has no answers yet.", "Open the kit first.")
            content = newest(connection, kit)
            beyond = sorted(number for number in said if not 1 <= number <= len(content.questions))
            if beyond:
                raise UsageError(f"The kit has no question {beyond[0]}; it has {len(content.questions)}.")
            interview_id = _bring_in(connection, kit, content, said, at or now, model)
            _add(
                connection,
                kit,
                label=label,
                extra_percent=0,
                created_at=now,
                expires_at=now,
                version=kit.version,
                interview_id=interview_id,
                imported=True,
            )
        return interview_id

    def overdue(self, now: datetime) -> list[str]:
        """The IDs of the interviews that have been kept for longer than was promised.

        The days are those of the kit's version that the candidate agreed to. They count from the interview's end, for
        one that was left unfinished from its last turn, and for answers from a file from when they were brought in.
        """
        last = select(func.max(TurnRow.at)).where(TurnRow.interview_id == InterviewRow.id).scalar_subquery()
        query = (
            select(
                InterviewRow.id,
                InterviewRow.ended_at,
                InvitationRow.imported,
                InvitationRow.created_at,
                last.label("last"),
                KitVersionRow.content["keep_days"].as_integer().label("keep_days"),
            )
            .join(InvitationRow, InvitationRow.interview_id == InterviewRow.id)
            .join(
                KitVersionRow,
                (KitVersionRow.kit_id == InvitationRow.kit_id) & (KitVersionRow.number == InvitationRow.version),
            )
            .order_by(InterviewRow.created_at, InvitationRow.number)
        )
        with self._db.read() as connection:
            return [
                row.id
                for row in connection.execute(query)
                if (row.created_at if row.imported else row.ended_at or row.last) + timedelta(days=row.keep_days) < now
            ]

    def _one(self, *where: Any) -> Invitation | None:
        with self._db.read() as connection:
            row = connection.execute(select(InvitationRow.__table__).where(*where)).first()
            return None if row is None else to_invitation(row)


# --- what the rest of the store does with links, in its own transactions ------------------------------------------


def lead(connection: Connection, invitation_id: str, terms: KitTerms | None, now: datetime) -> Invitation:
    """A link that leads on: to the interview that it has led to, or to one that may be begun now, on these terms.

    Raises UsageError where it leads nowhere.
    """
    link = to_invitation(_require(connection, invitation_id))
    if link.interview_id is not None:
        return link
    refusal = link.refused(now, KitStatus(require_kit(connection, link.kit_id).status))
    if refusal is not None:
        raise UsageError(REFUSED[refusal], ASK)
    version = version_of(connection, link.kit_id, terms.version) if terms and terms.kit == link.kit_id else None
    if terms is None or version is None or version.content.hash != terms.content:
        raise UsageError("These are not the terms of the kit that this link is for.", "Open the link once more.")
    # An answer is graded by the newest rubric in its place: from now on, that must be the same question's.
    if asked_in(version.content) != asked_in(newest(connection, require_kit(connection, link.kit_id))):
        raise UsageError("The questions were changed while you were reading.", "Open the link once more.")
    return link


def consent(
    connection: Connection, invitation_id: str, interview_id: str, terms: KitTerms | None, now: datetime
) -> None:
    """Records that the candidate agreed to the terms, and that the link leads to this interview from now on."""
    assert terms is not None, "nobody is led on without terms"
    _change(
        connection,
        invitation_id,
        interview_id=interview_id,
        consented_at=now,
        consent=terms.content,
        version=terms.version,
    )


def close_link(connection: Connection, interview_id: str, now: datetime) -> None:
    """Withdraws the link of an interview that is about to be deleted: it must not begin another one unasked.

    The name on it is part of what was promised to be deleted. That somebody agreed, and when, stays.
    """
    connection.execute(update(InvitationRow).where(InvitationRow.interview_id == interview_id).values(label=FORGOTTEN))
    connection.execute(
        update(InvitationRow)
        .where(
            InvitationRow.interview_id == interview_id,
            InvitationRow.revoked_at.is_(None),
            InvitationRow.expires_at > now,
        )
        .values(revoked_at=now)
    )


def _hash(token: str) -> str:
    # Against guessing, a slow hash protects secrets that people choose. These are 256 random bits: nobody gets through
    # a part of them that matters, however fast the hash, and a fast one without salt can be looked up by an index.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _require(connection: Connection, invitation_id: str) -> Any:
    row = connection.execute(select(InvitationRow.__table__).where(InvitationRow.id == invitation_id)).first()
    if row is None:
        raise UsageError(REFUSED[Refusal.UNKNOWN], ASK)
    return row


def _add(connection: Connection, kit: Any, **values: Any) -> Invitation:
    of_the_kit = InvitationRow.kit_id == kit.id
    row = {
        "id": secrets.token_hex(12),
        "kit_id": kit.id,
        "number": (connection.scalar(select(func.max(InvitationRow.number)).where(of_the_kit)) or 0) + 1,
        "owner": kit.owner,
        "role": Part.EMPLOYER,
        "consent": "",
        "imported": False,
        **values,
    }
    connection.execute(insert(InvitationRow).values(**row))
    return to_invitation(_require(connection, row["id"]))


def _change(connection: Connection, invitation_id: str, **values: Any) -> None:
    connection.execute(update(InvitationRow).where(InvitationRow.id == invitation_id).values(**values))


def _bring_in(
    connection: Connection, kit: Any, content: KitContent, answers: Mapping[int, str], at: datetime, model: str
) -> str:
    interview_id = secrets.token_hex(12)
    plan = [one.question for one in content.questions]
    setup = Setup(
        role=content.role,
        seniority=content.seniority,
        mode=Mode.REAL,
        question_ids=tuple(question.id for question in plan),
        minutes=content.minutes,
        max_probes=0,
        max_hints=0,
        kit=KitTerms(
            kit=kit.id,
            version=kit.version,
            content=content.hash,
            title=content.title,
            asks=content.asks,
            pausing=content.pausing,
            probes=((),) * len(plan),
        ),
    )
    add_interview(connection, interview_id, setup, plan, bank_hash="", model=model, owner=kit.owner, now=at)
    seq = 0
    for number, question in enumerate(plan, 1):
        open_exchange(connection, interview_id, number, at, 0.0)
        asked = Move(kind=MoveKind.ASK, substance=Substance(kind="prompt", text=question.prompt))
        turns: list[tuple[Speaker, str, Move | None]] = [(Speaker.INTERVIEWER, question.prompt, asked)]
        if number in answers:
            turns.append((Speaker.CANDIDATE, answers[number], None))
        for speaker, text, move in turns:
            seq += 1
            turn = Turn(seq=seq, exchange=number, speaker=speaker, text=text, at=at, move=move)
            add_turn(connection, interview_id, turn, key=f"brought-in-{seq}")
        connection.execute(
            update(ExchangeRow)
            .where(ExchangeRow.interview_id == interview_id, ExchangeRow.number == number)
            .values(status=ExchangeStatus.CLOSED if number in answers else ExchangeStatus.SKIPPED, closed_at=at)
        )
    connection.execute(
        update(InterviewRow).where(InterviewRow.id == interview_id).values(status=InterviewStatus.ENDED, ended_at=at)
    )
    return interview_id
