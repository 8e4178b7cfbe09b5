"""What the store remembers of interviews, and the promises about it.

A turn is stored before anything else happens. The same key twice is one turn; a number that is no longer
the next one is refused. A reply or a grade is made under a lease and stored only by the lease's holder, so
that two tabs, two processes or a restart give one reply.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from interviewer.domain.grade import Dispute, Grade, Ungraded, grade_result
from interviewer.domain.interview import (
    MAX_TURN_CHARACTERS,
    Assessment,
    Exchange,
    ExchangeStatus,
    Interview,
    InterviewStatus,
    InterviewSummary,
    Move,
    Reply,
    Setup,
    Turn,
)
from interviewer.domain.question import Question
from interviewer.domain.words import Intent, Speaker
from interviewer.errors import StaleState, UnknownInterview, UsageError
from interviewer.store.database import Database
from interviewer.store.schema import (
    AssessmentRow,
    DisputeRow,
    ExchangeRow,
    GradeRow,
    InterviewRow,
    LeaseRow,
    PlannedQuestionRow,
    QuestionVersionRow,
    TurnRow,
)

LOCAL_OWNER = "local"

MAX_COMMENT_CHARACTERS = 4_000
"""A longer comment on a verdict is refused with a sentence, never cut."""

Clock = Callable[[], datetime]


class Work(StrEnum):
    """What leases are for. A reply is numbered by the turn that it answers, a grade by its exchange."""

    REPLY = "reply"
    GRADE = "grade"


class LeaseLost(Exception):
    """Somebody else holds the lease by now, or the work has been done: drop what was made."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """Interviews in a database. Safe to use from many threads and processes at once."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._db = database
        self._now = clock
        self._questions: dict[str, Question] = {}

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
    ) -> str:
        """Stores a planned interview with its opening turn; gives its unguessable ID."""
        interview_id = secrets.token_hex(12)  # hexadecimal: an ID that began with "-" would be an option to a command
        now = self._now()
        with self._db.write() as connection:
            known = set(
                connection.scalars(
                    select(QuestionVersionRow.hash).where(QuestionVersionRow.hash.in_([q.hash for q in plan]))
                )
            )
            for question in plan:
                if question.hash not in known:
                    known.add(question.hash)
                    connection.execute(
                        insert(QuestionVersionRow).values(
                            hash=question.hash,
                            question_id=question.id,
                            rubric_hash=question.rubric.hash,
                            content=question.model_dump(mode="json"),
                        )
                    )
            connection.execute(
                insert(InterviewRow).values(
                    id=interview_id,
                    owner=owner,
                    setup=setup.model_dump(mode="json"),
                    bank_hash=bank_hash,
                    model=model,
                    status=InterviewStatus.RUNNING,
                    created_at=now,
                    paused_seconds=0.0,
                )
            )
            for number, question in enumerate(plan, 1):
                connection.execute(
                    insert(PlannedQuestionRow).values(
                        interview_id=interview_id, number=number, question_hash=question.hash
                    )
                )
            self._open_exchange(connection, interview_id, 1, now, 0.0)
            self._add_turn(
                connection,
                interview_id,
                Turn(seq=1, exchange=1, speaker=Speaker.INTERVIEWER, text=_storable(opening), at=now, move=move),
                key="opening",
            )
        return interview_id

    def get(self, interview_id: str) -> Interview:
        """The interview as it is now, from one consistent read. Raises UnknownInterview."""
        with self._db.read() as connection:
            return self._load(connection, interview_id)

    def summaries(self, owner: str = LOCAL_OWNER) -> list[InterviewSummary]:
        """The owner's interviews, newest first."""
        with self._db.read() as connection:
            rows = connection.execute(
                select(InterviewRow.__table__)
                .where(InterviewRow.owner == owner)
                .order_by(InterviewRow.created_at.desc())
            ).all()
            planned = dict(self._counts(connection, PlannedQuestionRow.interview_id))
            answered = dict(
                self._counts(connection, ExchangeRow.interview_id, ExchangeRow.status == ExchangeStatus.CLOSED)
            )
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

    def recent_questions(self, owner: str = LOCAL_OWNER, interviews: int = 1) -> set[str]:
        """The IDs of the questions that the owner was asked in their latest interviews."""
        latest = (
            select(InterviewRow.id)
            .where(InterviewRow.owner == owner)
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
        """Stops the interview's clock; a second time does nothing."""
        with self._db.write() as connection:
            self._require(connection, interview_id)
            self._pause(connection, interview_id)

    def resume(self, interview_id: str) -> None:
        """Lets the clock run on; a second time does nothing."""
        with self._db.write() as connection:
            self._resume(connection, self._require(connection, interview_id))

    def delete(self, interview_id: str) -> bool:
        """Deletes an interview for good: rows, freed pages and WAL.

        False: the rows are gone, but a reader kept the old pages alive; ``scrub`` again takes them out.
        """
        with self._db.write() as connection:
            self._require(connection, interview_id)
            connection.execute(delete(InterviewRow).where(InterviewRow.id == interview_id))
            self._db.owe_scrub(connection)
        return self._db.scrub()

    # --- turns ------------------------------------------------------------------------------------------

    def submit(self, interview_id: str, expected_seq: int, key: str, text: str, intent: Intent | None = None) -> Turn:
        """Stores a candidate's turn as number ``expected_seq``.

        The same key again gives the turn that is already stored. Raises StaleState when the number is not
        the next one or a reply is still being made, UsageError for an empty or over-long text or an ended
        interview. A paused interview goes on.
        """
        if not text.strip():
            raise UsageError("There is nothing in that answer.", "Type something, or press “I don't know”.")
        if len(text) > MAX_TURN_CHARACTERS:
            raise UsageError(
                f"That answer has {len(text):,} characters; the most that fits is {MAX_TURN_CHARACTERS:,}.",
                "Please shorten it; nothing of it was stored.",
            )
        text = _storable(text)
        with self._db.write() as connection:
            row = self._require(connection, interview_id)
            twin = connection.execute(
                select(TurnRow.__table__).where(TurnRow.interview_id == interview_id, TurnRow.key == key)
            ).first()
            if twin is not None:
                return _turn(twin)
            if row.status == InterviewStatus.ENDED:
                raise UsageError(
                    "This interview has ended.", "Its report is ready; start a new one to go on practising."
                )
            last = connection.execute(
                select(TurnRow.seq, TurnRow.speaker, TurnRow.exchange)
                .where(TurnRow.interview_id == interview_id)
                .order_by(TurnRow.seq.desc())
                .limit(1)
            ).one()
            if last.seq + 1 != expected_seq or last.speaker == Speaker.CANDIDATE:
                raise StaleState(expected_seq, last.seq + 1)
            turn = Turn(
                seq=expected_seq,
                exchange=last.exchange,
                speaker=Speaker.CANDIDATE,
                text=text,
                at=self._now(),
                intent=intent,
            )
            self._resume(connection, row)
            self._add_turn(connection, interview_id, turn, key)
            return turn

    def commit_reply(self, interview_id: str, answers: int, token: str, reply: Reply) -> Turn:
        """Stores the reply to turn ``answers`` with all that it changes, and gives the lease back.

        Raises LeaseLost when the lease is not ``token``'s any more, or that turn awaits no reply.
        """
        with self._db.write() as connection:
            now = self._now()  # after the wait for the lock
            self._settle_lease(connection, interview_id, Work.REPLY, answers, token)
            interview = self._load(connection, interview_id)
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
                self._open_exchange(connection, interview_id, reply.opens, now, interview.paused_seconds)
            turn = Turn(
                seq=answers + 1,
                exchange=reply.opens or current,
                speaker=Speaker.INTERVIEWER,
                text=_storable(reply.text),
                at=now,
                move=reply.move,
            )
            self._add_turn(connection, interview_id, turn, key=f"reply-{answers}")
            if reply.ends:
                self._resume(connection, interview)  # a pause that was pressed meanwhile does not count
                connection.execute(
                    update(InterviewRow)
                    .where(InterviewRow.id == interview_id)
                    .values(status=InterviewStatus.ENDED, ended_at=now)
                )
            elif reply.pauses:
                self._pause(connection, interview_id)
            return turn

    # --- leases -----------------------------------------------------------------------------------------

    def claim(self, interview_id: str, work: Work, number: int, seconds: float) -> str | None:
        """A token when the work is ours for ``seconds``; None when somebody else is at it."""
        token = secrets.token_hex(8)
        key = _lease_key(interview_id, work, number)
        with self._db.write() as connection:
            now = self._now()  # after the wait for the lock, which may be as long as a lease
            self._require(connection, interview_id)
            held = connection.execute(select(LeaseRow.expires_at).where(*key)).first()
            if held is not None and held.expires_at > now:
                return None
            connection.execute(delete(LeaseRow).where(*key))
            connection.execute(
                insert(LeaseRow).values(
                    interview_id=interview_id,
                    kind=work,
                    number=number,
                    token=token,
                    expires_at=now + timedelta(seconds=seconds),
                )
            )
        return token

    def renew(self, interview_id: str, work: Work, number: int, token: str, seconds: float) -> None:
        """Holds a lease for ``seconds`` more; does nothing when it is not ``token``'s any more."""
        with self._db.write() as connection:
            connection.execute(
                update(LeaseRow)
                .where(*_lease_key(interview_id, work, number), LeaseRow.token == token)
                .values(expires_at=self._now() + timedelta(seconds=seconds))
            )

    def release(self, interview_id: str, work: Work, number: int, token: str) -> None:
        """Gives a lease back without a result, so that the work can be claimed again at once."""
        with self._db.write() as connection:
            connection.execute(delete(LeaseRow).where(*_lease_key(interview_id, work, number), LeaseRow.token == token))

    def awaiting_reply(self) -> list[str]:
        """The IDs of unfinished interviews, whoever's, whose last word is the candidate's."""
        later = aliased(TurnRow)
        is_last = ~exists().where(later.interview_id == TurnRow.interview_id, later.seq > TurnRow.seq)
        with self._db.read() as connection:
            return list(
                connection.scalars(
                    select(InterviewRow.id)
                    .join(TurnRow, TurnRow.interview_id == InterviewRow.id)
                    .where(
                        InterviewRow.status != InterviewStatus.ENDED,
                        TurnRow.speaker == Speaker.CANDIDATE,
                        is_last,
                    )
                )
            )

    def ungraded_exchanges(self, interview_id: str | None = None) -> list[tuple[str, int]]:
        """Exchanges that are over and have no grade at all, as (interview ID, number)."""
        graded = (
            select(GradeRow.id)
            .where(GradeRow.interview_id == ExchangeRow.interview_id, GradeRow.exchange == ExchangeRow.number)
            .exists()
        )
        query = select(ExchangeRow.interview_id, ExchangeRow.number).where(
            ExchangeRow.status != ExchangeStatus.OPEN, ~graded
        )
        if interview_id is not None:
            query = query.where(ExchangeRow.interview_id == interview_id)
        with self._db.read() as connection:
            return [(row.interview_id, row.number) for row in connection.execute(query)]

    # --- grades and disputes ----------------------------------------------------------------------------

    def commit_grade(
        self, interview_id: str, number: int, token: str, rubric_hash: str, grade: Grade | Ungraded
    ) -> None:
        """Adds a grade of exchange ``number`` and gives the lease back. Raises LeaseLost."""
        with self._db.write() as connection:
            self._settle_lease(connection, interview_id, Work.GRADE, number, token)
            connection.execute(
                insert(GradeRow).values(
                    interview_id=interview_id,
                    exchange=number,
                    at=self._now(),
                    status=grade.status,
                    score=grade.score if isinstance(grade, Grade) else None,
                    model=grade.provenance.model if grade.provenance else None,
                    rubric_hash=rubric_hash,
                    content=grade.model_dump(mode="json"),
                )
            )

    def grades(self, interview_id: str) -> dict[int, Grade | Ungraded]:
        """The newest grade of each exchange that has one, by the exchange's number."""
        with self._db.read() as connection:
            rows = connection.execute(
                select(GradeRow.exchange, GradeRow.content)
                .where(GradeRow.interview_id == interview_id)
                .order_by(GradeRow.id)
            )
            return {row.exchange: grade_result.validate_python(row.content) for row in rows}

    def dispute(self, interview_id: str, number: int, criterion: str, comment: str) -> None:
        """Keeps a candidate's disagreement with a verdict beside the grade.

        Raises UsageError without words, with too many, or for a verdict that there is not; UnknownInterview.
        """
        comment = _storable(comment.strip())
        if not comment:
            raise UsageError("Please say in a few words what the verdict overlooks.")
        if len(comment) > MAX_COMMENT_CHARACTERS:
            raise UsageError(
                f"That comment has {len(comment):,} characters; the most that fits is {MAX_COMMENT_CHARACTERS:,}.",
                "Please shorten it; nothing of it was stored.",
            )
        with self._db.write() as connection:
            interview = self._load(connection, interview_id)
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

    # --- inside -----------------------------------------------------------------------------------------

    def _require(self, connection: Connection, interview_id: str) -> Any:
        row = connection.execute(select(InterviewRow.__table__).where(InterviewRow.id == interview_id)).first()
        if row is None:
            raise UnknownInterview(interview_id)
        return row

    def _load(self, connection: Connection, interview_id: str) -> Interview:
        row = self._require(connection, interview_id)
        plan = tuple(
            self._question(record.hash, record.content)
            for record in connection.execute(
                select(QuestionVersionRow.hash, QuestionVersionRow.content)
                .join(PlannedQuestionRow, PlannedQuestionRow.question_hash == QuestionVersionRow.hash)
                .where(PlannedQuestionRow.interview_id == interview_id)
                .order_by(PlannedQuestionRow.number)
            )
        )
        exchanges = connection.execute(
            select(ExchangeRow.__table__).where(ExchangeRow.interview_id == interview_id).order_by(ExchangeRow.number)
        )
        turns = connection.execute(
            select(TurnRow.__table__).where(TurnRow.interview_id == interview_id).order_by(TurnRow.seq)
        )
        assessments = connection.scalars(
            select(AssessmentRow.content).where(AssessmentRow.interview_id == interview_id).order_by(AssessmentRow.turn)
        )
        return Interview(
            id=row.id,
            owner=row.owner,
            setup=Setup.model_validate(row.setup),
            bank_hash=row.bank_hash,
            model=row.model,
            status=InterviewStatus(row.status),
            created_at=row.created_at,
            ended_at=row.ended_at,
            paused_at=row.paused_at,
            paused_seconds=row.paused_seconds,
            plan=plan,
            exchanges=tuple(
                Exchange(
                    number=e.number,
                    question=plan[e.number - 1],
                    status=ExchangeStatus(e.status),
                    opened_at=e.opened_at,
                    closed_at=e.closed_at,
                    paused_before=e.paused_before,
                )
                for e in exchanges
            ),
            turns=tuple(_turn(turn) for turn in turns),
            assessments=tuple(Assessment.model_validate(content) for content in assessments),
        )

    def _question(self, content_hash: str, content: dict[str, Any]) -> Question:
        # Content-addressed, so a parsed record never goes stale; parsing it is most of the cost of a read.
        question = self._questions.get(content_hash)
        if question is None:
            question = self._questions[content_hash] = Question.model_validate(content)
        return question

    def _counts(self, connection: Connection, column: Any, *where: Any) -> list[tuple[str, int]]:
        return [
            (row[0], row[1]) for row in connection.execute(select(column, func.count()).where(*where).group_by(column))
        ]

    def _open_exchange(
        self, connection: Connection, interview_id: str, number: int, now: datetime, paused: float
    ) -> None:
        connection.execute(
            insert(ExchangeRow).values(
                interview_id=interview_id,
                number=number,
                status=ExchangeStatus.OPEN,
                opened_at=now,
                paused_before=paused,
            )
        )

    def _add_turn(self, connection: Connection, interview_id: str, turn: Turn, key: str) -> None:
        connection.execute(
            insert(TurnRow).values(
                interview_id=interview_id,
                seq=turn.seq,
                exchange=turn.exchange,
                key=key,
                speaker=turn.speaker,
                text=turn.text,
                at=turn.at,
                intent=turn.intent,
                move=turn.move.model_dump(mode="json") if turn.move else None,
            )
        )

    def _pause(self, connection: Connection, interview_id: str) -> None:
        connection.execute(
            update(InterviewRow)
            .where(InterviewRow.id == interview_id, InterviewRow.status == InterviewStatus.RUNNING)
            .values(status=InterviewStatus.PAUSED, paused_at=self._now())
        )

    def _resume(self, connection: Connection, row: Any) -> None:
        if row.status != InterviewStatus.PAUSED:
            return
        paused = max(0.0, (self._now() - row.paused_at).total_seconds())
        connection.execute(
            update(InterviewRow)
            .where(InterviewRow.id == row.id)
            .values(status=InterviewStatus.RUNNING, paused_at=None, paused_seconds=InterviewRow.paused_seconds + paused)
        )

    def _settle_lease(self, connection: Connection, interview_id: str, work: Work, number: int, token: str) -> None:
        gone = connection.execute(
            delete(LeaseRow).where(*_lease_key(interview_id, work, number), LeaseRow.token == token)
        )
        if gone.rowcount != 1:
            raise LeaseLost


def _storable(text: str) -> str:
    """A lone surrogate cannot be encoded as UTF-8 and a NUL ends a C string: neither can be stored as it came."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _lease_key(interview_id: str, work: Work, number: int) -> tuple[Any, ...]:
    return LeaseRow.interview_id == interview_id, LeaseRow.kind == work, LeaseRow.number == number


def _turn(row: Any) -> Turn:
    return Turn(
        seq=row.seq,
        exchange=row.exchange,
        speaker=Speaker(row.speaker),
        text=row.text,
        at=row.at,
        intent=Intent(row.intent) if row.intent else None,
        move=Move.model_validate(row.move) if row.move else None,
    )
