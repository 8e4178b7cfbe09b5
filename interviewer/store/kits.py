"""Kits: drafts that can be changed, versions that cannot, and all that goes when a kit goes."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from interviewer.domain.interview import InterviewStatus
from interviewer.domain.kit import Kit, KitContent, KitStatus, KitSummary, KitVersion, Part
from interviewer.errors import UsageError
from interviewer.store.invitations import Invitations
from interviewer.store.kit_rows import (
    MAX_NAME_CHARACTERS,
    MAX_REASON_CHARACTERS,
    add_version,
    interviews_of,
    newest,
    require_kit,
    storable_value,
    to_kit,
    versions_of,
)
from interviewer.store.rows import refuse_longer, storable, worded
from interviewer.store.schema import LOCAL_OWNER, InterviewRow, PlannedQuestionRow, QuestionVersionRow
from interviewer.store.schema_kits import InvitationRow, KitRow, KitVersionRow

NEEDED = {
    "title": "a title",
    "asks": "who asks",
    "consent": "what candidates agree to",
    "another_way": "how to ask for another way",
    "questions": "a question",
}


class Kits(Invitations):
    """The part of the store that keeps kits. What a version says is never changed."""

    def create(self, content: KitContent, owner: str = LOCAL_OWNER) -> str:
        """Stores a draft and gives its ID."""
        with self._db.write() as connection:
            return _add(connection, storable_value(content), owner, self._now())

    def get(self, kit_id: str) -> Kit:
        """The kit as it is now. Raises UnknownKit."""
        with self._db.read() as connection:
            row = require_kit(connection, kit_id)
            return to_kit(row, newest(connection, row))

    def all(self, owner: str = LOCAL_OWNER) -> list[KitSummary]:
        """The owner's kits, newest first."""
        with self._db.read() as connection:
            rows = connection.execute(
                select(KitRow.__table__, KitVersionRow.content)
                .outerjoin(
                    KitVersionRow, (KitVersionRow.kit_id == KitRow.id) & (KitVersionRow.number == KitRow.version)
                )
                .where(KitRow.owner == owner)
                .order_by(KitRow.created_at.desc(), KitRow.id)
            ).all()
            links: Counter[str] = Counter()
            begun: Counter[str] = Counter()
            ended: Counter[str] = Counter()
            for kit_id, imported, status, many in connection.execute(
                select(InvitationRow.kit_id, InvitationRow.imported, InterviewRow.status, func.count())
                .outerjoin(InterviewRow, InterviewRow.id == InvitationRow.interview_id)
                .group_by(InvitationRow.kit_id, InvitationRow.imported, InterviewRow.status)
            ):
                links[kit_id] += 0 if imported else many
                begun[kit_id] += many if status else 0
                ended[kit_id] += many if status == InterviewStatus.ENDED else 0
        return [
            KitSummary(
                id=row.id,
                status=KitStatus(row.status),
                created_at=row.created_at,
                title=content["title"],
                questions=len(content["questions"]),
                links=links[row.id],
                begun=begun[row.id],
                ended=ended[row.id],
            )
            for row, content in ((row, row.content or row.draft) for row in rows)
        ]

    def save(self, kit_id: str, content: KitContent, before: str) -> None:
        """Stores a draft as it is now. ``before`` is the hash of the content that the page began with.

        The same content again does nothing. Raises UsageError when the draft was changed elsewhere since, or is
        frozen; UnknownKit.
        """
        content = storable_value(content)
        with self._db.write() as connection:
            row = require_kit(connection, kit_id)
            if row.version is not None:
                raise UsageError(
                    "This kit has been opened; what it asks is frozen.",
                    "Copy it to a new draft, or change a rubric in the workshop.",
                )
            stored = KitContent.model_validate(row.draft).hash
            if stored == content.hash:
                return
            if stored != before:
                raise UsageError(
                    "This kit was changed in another tab or window.", "Reload the page, then make your change again."
                )
            draft = content.model_dump(mode="json")
            connection.execute(update(KitRow).where(KitRow.id == kit_id).values(draft=draft))

    def open(self, kit_id: str, seen: str | None = None) -> int:
        """Freezes a draft as version 1, from which links can be made; gives the newest version's number.

        ``seen`` is the hash of the content as it was looked at. An open kit stays as it is. Raises UsageError for a
        draft that lacks something or was changed since it was seen, and for a closed kit; UnknownKit.
        """
        with self._db.write() as connection:
            row = require_kit(connection, kit_id)
            if row.status == KitStatus.OPEN:
                return int(row.version)
            if row.status == KitStatus.CLOSED:
                raise UsageError("This kit is closed.", "Reopen it to go on with it.")
            content = newest(connection, row)
            if seen not in (None, content.hash):
                raise UsageError(
                    "The kit was changed in another tab while you were looking at it, so it is not opened yet.",
                    "Look at it again, then open it.",
                )
            lacking = [words for name, words in NEEDED.items() if not getattr(content, name)]
            if lacking:
                raise UsageError(f"The kit still needs {', '.join(lacking)}.")
            ids = [one.question.id for one in content.questions]
            if len(set(ids)) < len(ids):
                raise UsageError("A question is in the kit twice.", "Remove one of the two.")
            number = add_version(connection, row, content, "", self._now())
            _mark(connection, kit_id, KitStatus.OPEN)
            return number

    def close(self, kit_id: str) -> None:
        """From now on no link begins an interview; what was begun may be finished. A second time does nothing.

        Raises UsageError for a draft, UnknownKit.
        """
        self._turn(kit_id, KitStatus.CLOSED)

    def reopen(self, kit_id: str) -> None:
        """Links begin interviews again. Raises UsageError for a draft, UnknownKit."""
        self._turn(kit_id, KitStatus.OPEN)

    def copy(self, kit_id: str, title: str) -> str:
        """A new draft with the same content under another title; gives its ID.

        Raises UsageError for an over-long title, UnknownKit.
        """
        title = storable(title).strip()
        refuse_longer("title", title, MAX_NAME_CHARACTERS)
        with self._db.write() as connection:
            row = require_kit(connection, kit_id)
            content = newest(connection, row).model_copy(update={"title": title})
            return _add(connection, content, row.owner, self._now())

    def publish(self, kit_id: str, content: KitContent, note: str) -> int:
        """A further version of a kit that was opened; gives its number. The newest one's content again adds none.

        Raises UsageError for a draft, without a note or with an over-long one, and where it would change which
        questions there are or their order though interviews have begun; UnknownKit.
        """
        note = worded("note on what was changed", note, MAX_REASON_CHARACTERS)
        content = storable_value(content)
        with self._db.write() as connection:
            row = require_kit(connection, kit_id)
            if row.version is None:
                raise UsageError("A draft has no versions yet.", "Change the draft, or open the kit.")
            if newest(connection, row).hash == content.hash:
                return int(row.version)
            return add_version(connection, row, content, note, self._now())

    def versions(self, kit_id: str) -> list[KitVersion]:
        """All versions, oldest first; none for a draft. Raises UnknownKit."""
        with self._db.read() as connection:
            require_kit(connection, kit_id)
            return versions_of(connection, kit_id)

    def delete(self, kit_id: str) -> bool:
        """Deletes a kit for good, with its links, interviews, ratings and rubrics in the making.

        False as with ``Store.delete``. Raises UnknownKit.
        """
        with self._db.write() as connection:
            require_kit(connection, kit_id)
            asked = {one.question.hash for v in versions_of(connection, kit_id) for one in v.content.questions}
            for interview_id in interviews_of(connection, kit_id):
                connection.execute(delete(InterviewRow).where(InterviewRow.id == interview_id))
            connection.execute(delete(KitRow).where(KitRow.id == kit_id))
            planned = select(PlannedQuestionRow.question_hash)
            connection.execute(
                delete(QuestionVersionRow).where(
                    QuestionVersionRow.hash.in_(asked), QuestionVersionRow.hash.not_in(planned)
                )
            )
            self._db.owe_scrub(connection)
        return self._db.scrub()

    def _turn(self, kit_id: str, status: KitStatus) -> None:
        with self._db.write() as connection:
            if require_kit(connection, kit_id).version is None:
                raise UsageError("This kit is still a draft.", "Open it first.")
            _mark(connection, kit_id, status)


def _mark(connection: Connection, kit_id: str, status: KitStatus) -> None:
    connection.execute(update(KitRow).where(KitRow.id == kit_id).values(status=status))


def _add(connection: Connection, content: KitContent, owner: str, now: datetime) -> str:
    row: dict[str, Any] = {"id": secrets.token_hex(12), "owner": owner, "role": Part.EMPLOYER}
    draft = content.model_dump(mode="json")
    connection.execute(insert(KitRow).values(**row, status=KitStatus.DRAFT, created_at=now, draft=draft))
    return str(row["id"])
