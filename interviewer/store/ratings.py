"""Raters and their ratings: drafts that only they see, and what they have submitted, which stays as it is."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from unicodedata import normalize

from sqlalchemy import Connection, delete, insert, select, update

from interviewer.domain.kit import Part
from interviewer.domain.question import Rubric
from interviewer.domain.rating import RATED, Practice, Rater, Rating
from interviewer.domain.words import Verdict
from interviewer.errors import UsageError
from interviewer.store.discussion import Discussion
from interviewer.store.kit_rows import (
    MAX_NAME_CHARACTERS,
    MAX_REASON_CHARACTERS,
    in_one_line,
    kit_of_item,
    require_kit,
    rubrics_at,
)
from interviewer.store.rows import refuse_longer, storable
from interviewer.store.schema_kits import RaterRow, RatingRow


class Ratings(Discussion):
    """The part of the store that keeps what people make of answers."""

    # --- raters -----------------------------------------------------------------------------------------

    def rater(self, kit_id: str, name: str) -> Rater:
        """The kit's rater of this name, made where there is none. Upper and lower case and spaces do not tell apart.

        Raises UsageError for no name or an over-long one, UnknownKit.
        """
        name = in_one_line("rater's name", name, MAX_NAME_CHARACTERS)
        with self._db.write() as connection:
            return _to_rater(_rater(connection, require_kit(connection, kit_id), name, self._now(), imported=False))

    def raters(self, kit_id: str) -> list[Rater]:
        """All raters of a kit, oldest first. Raises UnknownKit."""
        with self._db.read() as connection:
            require_kit(connection, kit_id)
            rows = connection.execute(
                select(RaterRow.__table__)
                .where(RaterRow.kit_id == kit_id)
                .order_by(RaterRow.created_at, RaterRow.folded)
            )
            return [_to_rater(row) for row in rows]

    def practised(self, rater_id: str, practice: Sequence[Practice], ready: bool) -> Rater:
        """Keeps a practice round instead of the one so far. Who was ``ready`` once stays so.

        Raises UsageError for a rater that there is not, or whose ratings came from a file.
        """
        with self._db.write() as connection:
            row = _require(connection, rater_id)
            connection.execute(
                update(RaterRow)
                .where(RaterRow.id == rater_id)
                .values(
                    practice=[one.model_dump(mode="json") for one in practice],
                    ready_at=row.ready_at or (self._now() if ready else None),
                )
            )
            return _to_rater(_require(connection, rater_id))

    # --- ratings ----------------------------------------------------------------------------------------

    def save(
        self,
        rater_id: str,
        interview_id: str,
        exchange: int,
        rubric_hash: str,
        verdicts: Mapping[str, Verdict],
        band: int | None,
        comment: str,
    ) -> None:
        """Keeps a draft, instead of the one so far. Raises UsageError once it is submitted, and as ``submit``."""
        draft = _made(rater_id, interview_id, exchange, rubric_hash, verdicts, band, comment)
        with self._db.write() as connection:
            rater = _require(connection, rater_id)
            _item(connection, rater, draft)
            stored = _stored(connection, draft)
            if stored is not None and stored.submitted_at is not None:
                raise UsageError("This answer is rated; a submitted rating stays as it is.")
            _put(connection, rater, draft)

    def submit(
        self,
        rater_id: str,
        interview_id: str,
        exchange: int,
        rubric_hash: str,
        verdicts: Mapping[str, Verdict],
        band: int | None,
        comment: str,
        seconds: float | None,
    ) -> Rating:
        """Submits a rating: from now on it counts, and stays. The same again gives the stored one.

        Raises UsageError for another one of the same answer, for one without band or a verdict on every criterion of
        that rubric, for a rubric that the kit never had there, for a rater who is not ready, an over-long comment, an
        answer that is not there or not finished; UnknownInterview.
        """
        made = _made(rater_id, interview_id, exchange, rubric_hash, verdicts, band, comment)
        with self._db.write() as connection:
            rater = _require(connection, rater_id)
            kit = _item(connection, rater, made)
            stored = _stored(connection, made)
            if stored is not None and stored.submitted_at is not None:
                before = _to_rating(stored)
                if before.model_copy(update={"submitted_at": None, "seconds": None}) != made:
                    raise UsageError("This answer is rated; a submitted rating stays as it is.")
                return before
            if rater.ready_at is None:
                raise UsageError("The practice round comes first.", "Rate the practice answers; then ratings count.")
            rubric = _rubric(connection, kit, made)
            missing = [one.text for one in rubric.criteria if one.id not in made.verdicts]
            if missing:
                raise UsageError(f"There is no verdict yet on “{missing[0]}”.")
            if made.band is None:
                raise UsageError("There is no band yet.", "Choose one from 1 to 5.")
            took = seconds if seconds is not None and math.isfinite(seconds) and seconds >= 0 else None
            rating = made.model_copy(update={"submitted_at": self._now(), "seconds": took})
            _put(connection, rater, rating)
            return rating

    def draft(self, rater_id: str, interview_id: str, exchange: int) -> Rating | None:
        """What a rater has entered and not submitted."""
        where = (
            RatingRow.rater_id == rater_id,
            RatingRow.interview_id == interview_id,
            RatingRow.exchange == exchange,
            RatingRow.submitted_at.is_(None),
        )
        with self._db.read() as connection:
            row = connection.execute(select(RatingRow.__table__).where(*where)).first()
            return None if row is None else _to_rating(row)

    def of(self, kit_id: str) -> list[Rating]:
        """All submitted ratings of a kit's answers, oldest first. Raises UnknownKit."""
        with self._db.read() as connection:
            require_kit(connection, kit_id)
            return _submitted(connection, RaterRow.kit_id == kit_id)

    def by(self, rater_id: str) -> list[Rating]:
        """All that one rater has submitted, oldest first."""
        with self._db.read() as connection:
            return _submitted(connection, RaterRow.id == rater_id)

    def bring_in(self, kit_id: str, ratings: Sequence[Rating]) -> int:
        """Stores ratings from a file; gives how many. ``Rating.rater`` holds the rater's name here.

        They may lack band or verdicts, not both. A second one of the same rater and answer takes the first one's place.
        All are stored or none: raises UsageError where a rater of that name rates here, for an answer that is not this
        kit's, a rubric that the kit never had there, or a criterion that is not in it; UnknownKit, UnknownInterview.
        """
        with self._db.write() as connection:
            kit = require_kit(connection, kit_id)
            now = self._now()
            for given in ratings:
                name = in_one_line("rater's name", given.rater, MAX_NAME_CHARACTERS)
                rater = _rater(connection, kit, name, now, imported=True)
                if not rater.imported:
                    raise UsageError(
                        f"{rater.name} rates here; ratings from a file would be mixed with theirs.",
                        "Give the rater another name in the file.",
                    )
                made = _made(
                    rater.id,
                    given.interview_id,
                    given.exchange,
                    given.rubric_hash,
                    given.verdicts,
                    given.band,
                    given.comment,
                )
                if made.band is None and not made.verdicts:
                    raise UsageError(f"A rating by {rater.name} has neither band nor verdicts.")
                _item(connection, rater, made)
                _rubric(connection, kit, made)
                _put(
                    connection,
                    rater,
                    made.model_copy(update={"submitted_at": given.submitted_at or now, "seconds": given.seconds}),
                )
        return len(ratings)


def _made(
    rater_id: str,
    interview_id: str,
    exchange: int,
    rubric_hash: str,
    verdicts: Mapping[str, Verdict],
    band: int | None,
    comment: str,
) -> Rating:
    comment = storable(comment).strip()
    refuse_longer("comment", comment, MAX_REASON_CHARACTERS)
    unfit = [verdict for verdict in verdicts.values() if verdict not in RATED]
    if unfit:
        raise UsageError(f"“{unfit[0].label}” is not a verdict that a person gives.")
    return Rating(
        interview_id=interview_id,
        exchange=exchange,
        rater=rater_id,
        rubric_hash=rubric_hash,
        verdicts=dict(verdicts),
        band=band,
        comment=comment,
    )


def _item(connection: Connection, rater: Any, rating: Rating) -> Any:
    """The row of the kit that the rated answer belongs to. Raises UsageError where it is not the rater's."""
    kit = kit_of_item(connection, rating.interview_id, rating.exchange)
    if kit.id != rater.kit_id:
        raise UsageError("That answer was given to another kit.")
    return kit


def _rubric(connection: Connection, kit: Any, rating: Rating) -> Rubric:
    """The rubric that a rating names. Raises UsageError for one that the kit never had, or a criterion not in it."""
    rubric = rubrics_at(connection, kit.id, rating.exchange).get(rating.rubric_hash)
    if rubric is None:
        raise UsageError("The kit never had that rubric.", "Reload the page, which shows the one that holds.")
    strange = sorted(set(rating.verdicts) - {one.id for one in rubric.criteria})
    if strange:
        raise UsageError(f"The rubric of question {rating.exchange} has no criterion “{strange[0]}”.")
    return rubric


def _key(rating: Rating) -> tuple[Any, ...]:
    return (
        RatingRow.rater_id == rating.rater,
        RatingRow.interview_id == rating.interview_id,
        RatingRow.exchange == rating.exchange,
    )


def _stored(connection: Connection, rating: Rating) -> Any:
    return connection.execute(select(RatingRow.__table__).where(*_key(rating))).first()


def _put(connection: Connection, rater: Any, rating: Rating) -> None:
    connection.execute(delete(RatingRow).where(*_key(rating)))
    connection.execute(
        insert(RatingRow).values(
            rater_id=rater.id,
            owner=rater.owner,
            role=Part.RATER,
            submitted_at=rating.submitted_at,
            **rating.model_dump(mode="json", exclude={"rater", "submitted_at"}),
        )
    )


def _submitted(connection: Connection, *where: Any) -> list[Rating]:
    rows = connection.execute(
        select(RatingRow.__table__)
        .join(RaterRow, RaterRow.id == RatingRow.rater_id)
        .where(RatingRow.submitted_at.is_not(None), *where)
        .order_by(RatingRow.submitted_at, RatingRow.rater_id, RatingRow.interview_id, RatingRow.exchange)
    )
    return [_to_rating(row) for row in rows]


def _to_rating(row: Any) -> Rating:
    found = {name: getattr(row, name) for name in Rating.model_fields if name != "rater"}
    return Rating.model_validate({**found, "rater": row.rater_id})


# --- raters' rows -------------------------------------------------------------------------------------------------


def _require(connection: Connection, rater_id: str) -> Any:
    row = connection.execute(select(RaterRow.__table__).where(RaterRow.id == rater_id)).first()
    if row is None:
        raise UsageError("There is no such rater.", "Say who you are on the kit's rating page.")
    if row.imported:
        raise UsageError(
            f"The ratings of {row.name} came from a file; nobody rates under that name here.",
            "Choose another name to rate under.",
        )
    return row


def _rater(connection: Connection, kit: Any, name: str, now: datetime, imported: bool) -> Any:
    """The row of the kit's rater of this name, made where there is none."""
    folded = normalize("NFC", normalize("NFC", name).casefold())
    query = select(RaterRow.__table__).where(RaterRow.kit_id == kit.id, RaterRow.folded == folded)
    row = connection.execute(query).first()
    if row is not None:
        return row
    connection.execute(
        insert(RaterRow).values(
            id=secrets.token_hex(12),
            kit_id=kit.id,
            owner=kit.owner,
            role=Part.RATER,
            name=name,
            folded=folded,
            created_at=now,
            practice=[],
            imported=imported,
        )
    )
    return connection.execute(query).one()


def _to_rater(row: Any) -> Rater:
    return Rater.model_validate({name: getattr(row, name) for name in Rater.model_fields})
