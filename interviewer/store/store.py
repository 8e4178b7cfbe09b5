"""What the store remembers of interviews, and the promises about it.

A turn is stored before anything else happens. The same key twice is one turn; a number that is no longer
the next one is refused. A reply or a grade is made under a lease and stored only by the lease's holder, so
that two tabs, two processes or a restart give one reply.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from interviewer.domain.interview import (
    ExchangeStatus,
    Interview,
    InterviewStatus,
    InterviewSummary,
    Move,
    Reply,
    Setup,
    Turn,
)
from interviewer.domain.kit import Pausing
from interviewer.domain.question import Question
from interviewer.domain.words import Intent, Speaker
from interviewer.errors import UsageError
from interviewer.store.calls import keep_calls
from interviewer.store.database import Database
from interviewer.store.invitations import close_link, consent, lead
from interviewer.store.kit_rows import not_from_a_kit
from interviewer.store.kits import Kits
from interviewer.store.leases import Clock, LeaseLost, Work
from interviewer.store.ratings import Ratings
from interviewer.store.recordings import Recordings
from interviewer.store.rows import (
    add_interview,
    add_turn,
    load,
    open_exchange,
    pause,
    plan_question,
    refuse_longer,
    require,
    resume,
    storable,
)
from interviewer.store.rubrics import Rubrics
from interviewer.store.schema import (
    LOCAL_OWNER,
    AssessmentRow,
    ExchangeRow,
    GradeRow,
    InterviewRow,
    NoteRow,
    PlannedQuestionRow,
    QuestionVersionRow,
)
from interviewer.store.turns import answer_text, take

MAX_NOTE_CHARACTERS = 4_000
"""A longer note of a candidate's own is refused with a sentence, never cut."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store(Recordings):
    """Interviews in a database. Safe to use from many threads and processes at once."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        super().__init__(database, clock)
        self.kits = Kits(database, clock)
        self.ratings = Ratings(database, clock)
        self.rubrics = Rubrics(database, clock)

    @property
    def database(self) -> Database:
        return self._db

    # --- interviews -------------------------------------------------------------------------------------

    def create(
        self,
        setup: Setup,
        plan: Sequence[Question],
        *,
        bank_hash: str,
        model: str,
        opening: str,
        move: Move,
        owner: str = LOCAL_OWNER,
        by: str = "",
        invitation: str | None = None,
    ) -> str:
        """Stores a planned interview with its opening turn, in ``by``'s words; gives its unguessable ID.

        With the ID of an ``invitation`` the interview is that link's, and the consent to the terms in ``setup.kit`` is
        recorded with it. A link that has led to an interview gives that one's ID, and nothing is stored. Raises
        UsageError where it leads to none (``Invitation.refused``), or the terms are not those of a version of its kit.
        """
        interview_id = secrets.token_hex(12)  # hexadecimal: an ID that began with "-" would be an option to a command
        with self._db.write() as connection:
            now = self._now()  # after the wait for the lock: a link may have been withdrawn meanwhile
            if invitation is not None:
                link = lead(connection, invitation, setup.kit, now)
                if link.interview_id is not None:
                    return link.interview_id
                owner = link.owner
            add_interview(connection, interview_id, setup, plan, bank_hash=bank_hash, model=model, owner=owner, now=now)
            if invitation is not None:
                consent(connection, invitation, interview_id, setup.kit, now)
            open_exchange(connection, interview_id, 1, now, 0.0)
            add_turn(
                connection,
                interview_id,
                Turn(seq=1, exchange=1, speaker=Speaker.INTERVIEWER, text=storable(opening), at=now, move=move, by=by),
                key="opening",
            )
        return interview_id

    def get(self, interview_id: str) -> Interview:
        """The interview as it is now, from one consistent read. Raises UnknownInterview."""
        with self._db.read() as connection:
            return load(connection, interview_id)

    def summaries(self, owner: str = LOCAL_OWNER) -> list[InterviewSummary]:
        """The owner's own interviews, newest first; those from kits are not their past."""
        with self._db.read() as connection:
            rows = connection.execute(
                select(InterviewRow.__table__)
                .where(InterviewRow.owner == owner, not_from_a_kit())
                .order_by(InterviewRow.created_at.desc())
            ).all()
            planned = dict(_counts(connection, PlannedQuestionRow.interview_id))
            answered = dict(_counts(connection, ExchangeRow.interview_id, ExchangeRow.status == ExchangeStatus.CLOSED))
            newest = select(func.max(GradeRow.id)).group_by(GradeRow.interview_id, GradeRow.exchange)
            scores: dict[str, float] = {
                row[0]: row[1]
                for row in connection.execute(
                    select(GradeRow.interview_id, func.avg(GradeRow.score))
                    .where(GradeRow.id.in_(newest), GradeRow.score.is_not(None))
                    .group_by(GradeRow.interview_id)
                )
            }
        return [
            InterviewSummary(
                id=row.id,
                status=InterviewStatus(row.status),
                created_at=row.created_at,
                setup=Setup.model_validate(row.setup),
                answered=answered.get(row.id, 0),
                planned=planned.get(row.id, 0),
                score=scores.get(row.id),
            )
            for row in rows
        ]

    def recent_questions(self, owner: str = LOCAL_OWNER, interviews: int = 1, before: str | None = None) -> set[str]:
        """The IDs of the questions that the owner was asked in their latest interviews other than ``before``."""
        latest = (
            select(InterviewRow.id)
            .where(InterviewRow.owner == owner, InterviewRow.id != (before or ""), not_from_a_kit())
            .order_by(InterviewRow.created_at.desc())
            .limit(interviews)
        )
        with self._db.read() as connection:
            return set(
                connection.scalars(
                    select(QuestionVersionRow.question_id)
                    .join(PlannedQuestionRow, PlannedQuestionRow.question_hash == QuestionVersionRow.hash)
                    .join(
                        ExchangeRow,
                        (ExchangeRow.interview_id == PlannedQuestionRow.interview_id)
                        & (ExchangeRow.number == PlannedQuestionRow.number),
                    )
                    .where(PlannedQuestionRow.interview_id.in_(latest))
                )
            )

    def pause(self, interview_id: str) -> None:
        """Stops the interview's clock, which is counted; a second time does nothing.

        Raises UsageError where the terms of a kit allow no pause.
        """
        with self._db.write() as connection:
            terms = Setup.model_validate(require(connection, interview_id).setup).kit
            if terms is not None and terms.pausing is Pausing.NONE:
                raise UsageError("This interview cannot be paused.", "Its clock runs on; go on when you are ready.")
            pause(connection, interview_id, self._now())

    def resume(self, interview_id: str) -> None:
        """Lets the clock run on; a second time does nothing."""
        with self._db.write() as connection:
            resume(connection, require(connection, interview_id), self._now())

    def pauses(self, interview_id: str) -> int:
        """How often the interview's clock was stopped. Raises UnknownInterview."""
        with self._db.read() as connection:
            return int(require(connection, interview_id).pauses)

    def delete(self, interview_id: str) -> bool:
        """Deletes an interview for good: rows, freed pages and WAL. A link that led to it is withdrawn.

        False: the rows are gone, but a reader kept the old pages alive; ``scrub`` again takes them out.
        """
        with self._db.write() as connection:
            require(connection, interview_id)
            close_link(connection, interview_id, self._now())
            connection.execute(delete(InterviewRow).where(InterviewRow.id == interview_id))
            self._db.owe_scrub(connection)
        return self._db.scrub()

    # --- turns ------------------------------------------------------------------------------------------

    def submit(self, interview_id: str, expected_seq: int, key: str, text: str, intent: Intent | None = None) -> Turn:
        """Stores a candidate's turn as number ``expected_seq``.

        The same key again gives the turn that is already stored. Raises StaleState when the number is not
        the next one or a reply is still being made, UsageError for an empty or over-long text, an ended
        interview, or one whose link was withdrawn. A paused interview goes on.
        """
        text = answer_text(text)
        with self._db.write() as connection:
            turn, _ = take(connection, interview_id, expected_seq, key, text, self._now(), intent)
            return turn

    def commit_reply(self, interview_id: str, answers: int, token: str, reply: Reply) -> Turn:
        """Stores the reply to turn ``answers`` with all that it changes, and gives the lease back.

        Raises LeaseLost when the lease is not ``token``'s any more, or that turn awaits no reply.
        """
        with self._db.write() as connection:
            now = self._now()  # after the wait for the lock
            self._settle(connection, interview_id, Work.REPLY, answers, token)
            interview = load(connection, interview_id)
            if not interview.awaits_reply or interview.next_seq != answers + 1:
                raise LeaseLost
            current = interview.current.number
            connection.execute(
                insert(AssessmentRow).values(
                    interview_id=interview_id, turn=answers, content=reply.assessment.model_dump(mode="json")
                )
            )
            if reply.closes is not None:
                connection.execute(
                    update(ExchangeRow)
                    .where(ExchangeRow.interview_id == interview_id, ExchangeRow.number == current)
                    .values(status=reply.closes, closed_at=now)
                )
            if reply.opens is not None:
                if reply.instead is not None:
                    plan_question(connection, interview_id, reply.opens, reply.instead)
                open_exchange(connection, interview_id, reply.opens, now, interview.paused_seconds)
            turn = Turn(
                seq=answers + 1,
                exchange=reply.opens or current,
                speaker=Speaker.INTERVIEWER,
                text=storable(reply.text),
                at=now,
                move=reply.move,
                by=reply.by,
                notice=reply.notice,
            )
            add_turn(connection, interview_id, turn, key=f"reply-{answers}")
            keep_calls(connection, interview_id, current, reply.calls)
            if reply.ends:
                resume(connection, interview, self._now())  # a pause that was pressed meanwhile does not count
                connection.execute(
                    update(InterviewRow)
                    .where(InterviewRow.id == interview_id)
                    .values(status=InterviewStatus.ENDED, ended_at=now)
                )
            elif reply.pauses:
                pause(connection, interview_id, self._now())
            return turn

    # --- notes ------------------------------------------------------------------------------------------

    def note(self, interview_id: str, reflection_id: str, text: str) -> None:
        """Keeps what a candidate notes for themselves on a reflection, instead of what stood there.

        The same again does nothing; a text without words takes the note away. Raises UsageError for an
        over-long one, UnknownInterview.
        """
        refuse_longer("note", text, MAX_NOTE_CHARACTERS)
        text = storable(text)
        key = (NoteRow.interview_id == interview_id, NoteRow.reflection == reflection_id)
        with self._db.write() as connection:
            require(connection, interview_id)
            found = connection.scalar(select(NoteRow.text).where(*key))
            if found == text or (found is None and not text.strip()):
                return
            connection.execute(delete(NoteRow).where(*key))
            if text.strip():
                connection.execute(
                    insert(NoteRow).values(
                        interview_id=interview_id, reflection=reflection_id, text=text, at=self._now()
                    )
                )
                return
            self._db.owe_scrub(connection)
        self._db.scrub()

    def notes(self, interview_id: str) -> dict[str, str]:
        """The candidate's own notes on an interview, by the reflection's ID."""
        with self._db.read() as connection:
            rows = connection.execute(
                select(NoteRow.reflection, NoteRow.text).where(NoteRow.interview_id == interview_id)
            )
            return {row.reflection: row.text for row in rows}


def _counts(connection: Connection, column: Any, *where: Any) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in connection.execute(select(column, func.count()).where(*where).group_by(column))]
