"""Rubrics in the making, and how they become what a kit grades by; no grade ever made is changed by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from interviewer.domain.grade import Grade, Ungraded, grade_result
from interviewer.domain.kit import KitContent, Part
from interviewer.domain.question import Question
from interviewer.domain.rating import RubricDraft
from interviewer.errors import UsageError
from interviewer.store.database import Database
from interviewer.store.grades import add_grade
from interviewer.store.kit_rows import (
    MAX_REASON_CHARACTERS,
    add_version,
    interviews_of,
    newest,
    require_kit,
    storable_value,
    version_of,
)
from interviewer.store.leases import Clock
from interviewer.store.rows import worded
from interviewer.store.schema import GradeRow
from interviewer.store.schema_kits import RubricDraftRow

NO_VERSIONS = "A draft's rubrics are changed in the kit itself."


class Rubrics:
    """The part of the store that keeps the workshop's drafts and publishes them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._now = clock

    def draft(self, kit_id: str, number: int) -> RubricDraft | None:
        """The open draft for the question at place ``number``."""
        with self._db.read() as connection:
            row = _open(connection, kit_id, number)
            return None if row is None else _to_draft(row)

    def drafts(self, kit_id: str) -> list[RubricDraft]:
        """All open drafts of a kit, by the question's place. Raises UnknownKit."""
        with self._db.read() as connection:
            require_kit(connection, kit_id)
            rows = connection.execute(
                select(RubricDraftRow.__table__)
                .where(RubricDraftRow.kit_id == kit_id, RubricDraftRow.published.is_(None))
                .order_by(RubricDraftRow.number)
            )
            return [_to_draft(row) for row in rows]

    def begin(self, kit_id: str, number: int, question: Question) -> RubricDraft:
        """Begins a draft with ``question`` in the place of the newest version's; gives the open one where there is one.

        Raises UsageError for a kit that was never opened, a place that there is not, or another question; UnknownKit.
        """
        question = storable_value(question)
        with self._db.write() as connection:
            kit = require_kit(connection, kit_id)
            row = _open(connection, kit_id, number)
            if row is None:
                if kit.version is None:
                    raise UsageError(NO_VERSIONS)
                asked = _question(newest(connection, kit), number)
                _refuse_another(asked, question)
                connection.execute(
                    insert(RubricDraftRow).values(
                        kit_id=kit_id,
                        number=number,
                        base=asked.rubric.hash,
                        question=question.model_dump(mode="json"),
                        looks=0,
                        changed_at=self._now(),
                        owner=kit.owner,
                        role=Part.EMPLOYER,
                    )
                )
                row = _open(connection, kit_id, number)
            return _to_draft(row)

    def save(self, draft_id: int, question: Question, before: str) -> None:
        """Stores a draft as it is now. ``before`` is the hash of the question that the page began with.

        The same again does nothing. Raises UsageError when the draft was changed elsewhere since, is not there any
        more, or would become another question.
        """
        question = storable_value(question)
        with self._db.write() as connection:
            stored = _to_draft(_require(connection, draft_id)).question
            if stored.hash == question.hash:
                return
            if stored.hash != before:
                raise UsageError(
                    "This draft was changed in another tab or window.", "Reload the page, then make your change again."
                )
            _refuse_another(stored, question)
            connection.execute(
                update(RubricDraftRow)
                .where(RubricDraftRow.id == draft_id)
                .values(question=question.model_dump(mode="json"), changed_at=self._now())
            )

    def discard(self, draft_id: int) -> None:
        """Throws an open draft away; one that is not there any more, or was published, is left alone."""
        with self._db.write() as connection:
            connection.execute(
                delete(RubricDraftRow).where(RubricDraftRow.id == draft_id, RubricDraftRow.published.is_(None))
            )

    def looked(self, draft_id: int) -> int:
        """Counts one more look at the held-out answers under this draft; gives how many there were.

        Raises UsageError for a draft that is not there any more.
        """
        with self._db.write() as connection:
            looks = int(_require(connection, draft_id).looks) + 1
            connection.execute(update(RubricDraftRow).where(RubricDraftRow.id == draft_id).values(looks=looks))
            return looks

    def publish(
        self, draft_id: int, note: str, grades: Sequence[tuple[str, int, Grade | Ungraded]], seen: str | None = None
    ) -> int:
        """Makes a draft the kit's newest version, with the grades of its answers under it; gives the version's number.

        All of it is stored or nothing. Grades of interviews that were deleted meanwhile are left out. A draft that is
        published already gives the version that it became. ``seen`` is the hash of the draft's question as it was
        looked at. Raises UsageError without a note or with an over-long one, for a draft that is gone, changes nothing
        or was changed since it was seen, and for grades of other answers or under another rubric.
        """
        note = worded("note on what was changed", note, MAX_REASON_CHARACTERS)
        with self._db.write() as connection:
            row = _require(connection, draft_id, open_only=False)
            if row.published is not None:
                return int(row.published)
            draft, kit, now = _to_draft(row), require_kit(connection, row.kit_id), self._now()
            content = newest(connection, kit)
            if seen not in (None, draft.question.hash):
                raise UsageError(
                    "The draft was changed meanwhile in another tab, so nothing was published.",
                    "Look at it as it is now, and publish that.",
                )
            if _question(content, draft.number).hash == draft.question.hash:
                raise UsageError("The draft changes nothing.", "Change the rubric first, or discard the draft.")
            version = add_version(connection, kit, _with(content, draft), note, now)
            stored = set(interviews_of(connection, kit.id))
            for interview_id, exchange, grade in grades:
                made_with = grade.provenance.rubric_hash if grade.provenance else draft.question.rubric.hash
                if exchange != draft.number or made_with != draft.question.rubric.hash:
                    raise UsageError(
                        "The draft was changed after the answers were scored.", "Score them again, then publish."
                    )
                if interview_id in stored:
                    add_grade(connection, interview_id, exchange, draft.question.rubric.hash, grade, now)
            connection.execute(update(RubricDraftRow).where(RubricDraftRow.id == draft_id).values(published=version))
            return version

    def roll_back(self, kit_id: str, version: int, note: str) -> int:
        """Publishes an older version's content again as the newest; gives its number, the newest's where that is it.

        Where that changes an exchange's rubric, the newest grade that was made with the older one counts again, as a
        copy; nothing is graded anew, and where there is none the current grade stays. Raises UsageError without a note
        or with an over-long one, for a version that there is not, and as ``Kits.publish``; UnknownKit.
        """
        note = worded("note on what was changed", note, MAX_REASON_CHARACTERS)
        with self._db.write() as connection:
            kit = require_kit(connection, kit_id)
            old = version_of(connection, kit_id, version)
            if old is None:
                raise UsageError(f"The kit has no version {version}.")
            content, now = old.content, self._now()
            if newest(connection, kit).hash == content.hash:
                return int(kit.version)
            number = add_version(connection, kit, content, note, now)
            for interview_id in interviews_of(connection, kit_id):
                _count_again(connection, interview_id, content, now)
            return number


def _count_again(connection: Connection, interview_id: str, content: KitContent, now: datetime) -> None:
    """Adds copies of the newest grades that were made with the rubrics of ``content``, where others count now."""
    made: dict[int, list[Any]] = {}
    query = select(GradeRow.__table__).where(GradeRow.interview_id == interview_id).order_by(GradeRow.id)
    for row in connection.execute(query):
        made.setdefault(row.exchange, []).append(row)
    for exchange, rows in made.items():
        wanted = _question(content, exchange).rubric.hash
        fitting = [row for row in rows if row.rubric_hash == wanted]
        if fitting and rows[-1].rubric_hash != wanted:
            again = grade_result.validate_python(fitting[-1].content)
            add_grade(connection, interview_id, exchange, wanted, again, now)


def _question(content: KitContent, number: int) -> Question:
    if not 1 <= number <= len(content.questions):
        raise UsageError(f"The kit has no question {number}; it has {len(content.questions)}.")
    return content.questions[number - 1].question


def _with(content: KitContent, draft: RubricDraft) -> KitContent:
    """The content with the draft's question in its place."""
    questions = list(content.questions)
    place = draft.number - 1
    questions[place] = questions[place].model_copy(update={"question": draft.question})
    return content.model_copy(update={"questions": tuple(questions)})


def _refuse_another(asked: Question, question: Question) -> None:
    if asked.id != question.id:
        raise UsageError(f"“{question.id}” is another question than “{asked.id}”.")


def _open(connection: Connection, kit_id: str, number: int) -> Any:
    return connection.execute(
        select(RubricDraftRow.__table__).where(
            RubricDraftRow.kit_id == kit_id, RubricDraftRow.number == number, RubricDraftRow.published.is_(None)
        )
    ).first()


def _require(connection: Connection, draft_id: int, open_only: bool = True) -> Any:
    row = connection.execute(select(RubricDraftRow.__table__).where(RubricDraftRow.id == draft_id)).first()
    if row is None or (open_only and row.published is not None):
        raise UsageError("That draft is not there any more.", "Reload the page; it shows what holds now.")
    return row


def _to_draft(row: Any) -> RubricDraft:
    return RubricDraft.model_validate({name: getattr(row, name) for name in RubricDraft.model_fields})
