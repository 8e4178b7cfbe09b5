"""Kits' rows in, values out, and the other way round. Everything here runs inside somebody else's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, exists, insert, select, update

from interviewer.domain.interview import ExchangeStatus
from interviewer.domain.kit import Invitation, Kit, KitContent, KitStatus, KitVersion, Part
from interviewer.domain.question import Rubric, Value
from interviewer.errors import UnknownKit, UsageError
from interviewer.store.rows import require, storable, worded
from interviewer.store.schema import ExchangeRow, InterviewRow
from interviewer.store.schema_kits import InvitationRow, KitRow, KitVersionRow

MAX_NAME_CHARACTERS = 120
"""Of a kit's title, a candidate's label, a person's name; longer is refused with a sentence."""

MAX_REASON_CHARACTERS = 4_000
"""Of a reason, a comment, a version's note; longer is refused with a sentence."""

_contents: dict[str, KitContent] = {}
"""Versions' contents by content hash: they never go stale, and parsing them is most of the cost of a read."""

Made = TypeVar("Made", bound=Value)


def require_kit(connection: Connection, kit_id: str) -> Any:
    row = connection.execute(select(KitRow.__table__).where(KitRow.id == kit_id)).first()
    if row is None:
        raise UnknownKit(kit_id)
    return row


def not_from_a_kit() -> ColumnElement[bool]:
    """Holds for the interviews that somebody had for themselves, in a query over ``InterviewRow``."""
    return ~exists().where(InvitationRow.interview_id == InterviewRow.id)


def interviews_of(connection: Connection, kit_id: str) -> list[str]:
    """The IDs of a kit's interviews, oldest first."""
    return list(
        connection.scalars(
            select(InterviewRow.id)
            .join(InvitationRow, InvitationRow.interview_id == InterviewRow.id)
            .where(InvitationRow.kit_id == kit_id)
            .order_by(InterviewRow.created_at, InvitationRow.number)
        )
    )


def in_one_line(what: str, text: str, most: int) -> str:
    """As ``worded``, with single spaces: for names."""
    return " ".join(worded(what, text, most).split())


# --- what a kit says ----------------------------------------------------------------------------------------------


def versions_of(connection: Connection, kit_id: str, *where: ColumnElement[bool]) -> list[KitVersion]:
    """A kit's versions, oldest first; content is read only where it is not known yet."""
    light = (KitVersionRow.number, KitVersionRow.hash, KitVersionRow.at, KitVersionRow.note)
    rows = connection.execute(
        select(*light).where(KitVersionRow.kit_id == kit_id, *where).order_by(KitVersionRow.number)
    ).all()
    unread = {row.number for row in rows if row.hash not in _contents}
    if unread:
        query = select(KitVersionRow.hash, KitVersionRow.content)
        for row in connection.execute(query.where(KitVersionRow.kit_id == kit_id, KitVersionRow.number.in_(unread))):
            _contents[row.hash] = KitContent.model_validate(row.content)
    return [KitVersion(number=row.number, content=_contents[row.hash], at=row.at, note=row.note) for row in rows]


def version_of(connection: Connection, kit_id: str, number: int) -> KitVersion | None:
    return next(iter(versions_of(connection, kit_id, KitVersionRow.number == number)), None)


def newest(connection: Connection, kit: Any) -> KitContent:
    """What the kit of this row says now: its draft, or its newest version."""
    if kit.version is None:
        return KitContent.model_validate(kit.draft)
    return versions_of(connection, kit.id, KitVersionRow.number == kit.version)[0].content


def add_version(connection: Connection, kit: Any, content: KitContent, note: str, now: datetime) -> int:
    """Adds a version after the newest and gives its number.

    An exchange's number is its question's place in the kit: once there are interviews, places keep their questions.
    Raises UsageError where they would not.
    """
    begun = kit.version is not None and _has_interviews(connection, kit.id)
    if begun and asked_in(newest(connection, kit)) != asked_in(content):
        raise UsageError(
            "Interviews have begun with this kit: its questions and their order stay.",
            "Copy it to a new draft to ask something else.",
        )
    number = int(kit.version or 0) + 1
    connection.execute(
        insert(KitVersionRow).values(
            kit_id=kit.id,
            number=number,
            at=now,
            note=note,
            hash=content.hash,
            content=content.model_dump(mode="json"),
            owner=kit.owner,
            role=Part.EMPLOYER,
        )
    )
    connection.execute(update(KitRow).where(KitRow.id == kit.id).values(version=number, draft=None))
    return number


def asked_in(content: KitContent) -> list[str]:
    """The IDs of the questions, by their places."""
    return [one.question.id for one in content.questions]


def _has_interviews(connection: Connection, kit_id: str) -> bool:
    begun = exists().where(InvitationRow.kit_id == kit_id, InvitationRow.interview_id.is_not(None))
    return bool(connection.scalar(select(begun)))


def rubrics_at(connection: Connection, kit_id: str, number: int) -> dict[str, Rubric]:
    """The rubrics that the kit's versions have had at place ``number``, by their content hash."""
    found = {}
    for version in versions_of(connection, kit_id):
        questions = version.content.questions
        if number <= len(questions):
            rubric = questions[number - 1].question.rubric
            found[rubric.hash] = rubric
    return found


# --- exchanges ----------------------------------------------------------------------------------------------------


def kit_of(connection: Connection, interview_id: str) -> Any:
    """The row of the kit that an interview is from; None where it is from none. Raises UnknownInterview."""
    row = connection.execute(
        select(KitRow.__table__)
        .join(InvitationRow, InvitationRow.kit_id == KitRow.id)
        .where(InvitationRow.interview_id == interview_id)
    ).first()
    if row is None:
        require(connection, interview_id)
    return row


def kit_of_item(connection: Connection, interview_id: str, exchange: int) -> Any:
    """The row of the kit to which an answer belongs that can be rated.

    Raises UnknownInterview, and UsageError for an interview without a kit or an exchange that is not over.
    """
    kit = kit_of(connection, interview_id)
    if kit is None:
        raise UsageError("That interview is not from a kit.", "Answers are rated in the kit that they were given to.")
    status = connection.scalar(
        select(ExchangeRow.status).where(ExchangeRow.interview_id == interview_id, ExchangeRow.number == exchange)
    )
    if status is None or status == ExchangeStatus.OPEN:
        raise UsageError(f"Question {exchange} of that interview is not answered yet.")
    return kit


# --- values -------------------------------------------------------------------------------------------------------


def to_kit(row: Any, content: KitContent) -> Kit:
    return Kit(
        id=row.id,
        owner=row.owner,
        status=KitStatus(row.status),
        created_at=row.created_at,
        content=content,
        version=row.version,
    )


def to_invitation(row: Any) -> Invitation:
    return Invitation.model_validate({name: getattr(row, name) for name in Invitation.model_fields})


def storable_value(value: Made) -> Made:
    """The value with all its texts as they can be stored; the same one where they can be."""
    content = value.model_dump()
    clean = _clean(content)
    return value if clean == content else type(value).model_validate(clean)


def _clean(content: Any) -> Any:
    if isinstance(content, str):
        return storable(content)
    if isinstance(content, dict):
        return {_clean(key): _clean(one) for key, one in content.items()}
    return _all(content) if isinstance(content, list | tuple) else content


def _all(content: Iterable[Any]) -> Any:
    return type(content)(_clean(one) for one in content)  # type: ignore[call-arg]
