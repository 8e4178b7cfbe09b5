"""Spoken answers: kept before anything else happens, heard under a lease, accepted as a turn, or discarded."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, null, select, update

from interviewer.domain.interview import InterviewStatus, Turn
from interviewer.domain.speech import MAX_RECORDING_BYTES, Pause, Recording, Transcript, Unheard
from interviewer.domain.usage import Call
from interviewer.errors import UsageError
from interviewer.store.calls import keep_calls
from interviewer.store.grades import Grades
from interviewer.store.kit_rows import not_from_a_kit
from interviewer.store.leases import LeaseLost, Retry, Work
from interviewer.store.rows import require, to_heard, to_recording
from interviewer.store.schema import InterviewRow, RecordingRow, SoundRow, TurnRow
from interviewer.store.turns import answer_text, last_before, take

ALSO_SOUND = ("video/webm",)
"""Browsers call some recordings without a picture so."""

LEAD = bytes(4096)
"""Stands before the sound. SQLite keeps up to a page of a long value among other rows, where copies of it may outlive
the value; the rest lies on pages of its own, which are zeroed with it. So the page that could leave traces is empty."""


@dataclass(frozen=True)
class SpokenBefore:
    """An interview with so many spoken answers so far, which began ``at``."""

    interview_id: str
    at: datetime
    answers: int


class Recordings(Grades):
    """The part of the store that keeps what was said aloud until it is a turn."""

    def record(
        self,
        interview_id: str,
        expected_seq: int,
        key: str,
        audio: bytes,
        media_type: str,
        first_word: float | None = None,
    ) -> Recording:
        """Stores the sound of an answer that is to become turn ``expected_seq``.

        The same key again gives the recording that is stored, also when it was discarded since. ``first_word`` is in
        seconds from the end of the question. Raises UsageError for no sound, more than MAX_RECORDING_BYTES, what is
        not sound, or an ended interview; StaleState as ``submit`` does; UnknownInterview.
        """
        kind = _kind(media_type)
        if not audio:
            raise UsageError(
                "There is no sound in that recording.", "Check the microphone and record again, or type your answer."
            )
        if len(audio) > MAX_RECORDING_BYTES:
            raise UsageError(
                f"That recording has more than {MAX_RECORDING_BYTES // 1_000_000} MB, the most that can be taken.",
                "Please record a shorter answer, or type it.",
            )
        made = {"media_type": kind, "size": len(audio)}
        return self._add(interview_id, expected_seq, key, first_word, made, LEAD + audio)

    def keep_heard(
        self,
        interview_id: str,
        expected_seq: int,
        key: str,
        transcript: Transcript,
        first_word: float | None = None,
    ) -> Recording:
        """Stores what was understood of an answer whose sound nobody kept, as ``record`` stores the sound.

        Raises UsageError where nothing was understood, else as ``record``.
        """
        if not transcript.text.strip():
            raise UsageError("Nothing was understood.", "Please say it again, or type your answer.")
        made = {"media_type": "", "size": 0, "heard": transcript.model_dump(mode="json")}
        return self._add(interview_id, expected_seq, key, first_word, made)

    def recordings(self, interview_id: str) -> tuple[Recording, ...]:
        """All recordings of an interview that were not discarded, in the order in which they were made; no sound is
        loaded."""
        return self._recordings(RecordingRow.interview_id == interview_id)

    def open_recordings(self, interview_id: str) -> tuple[Recording, ...]:
        """The recordings that are neither accepted nor discarded yet, in the order in which they were made."""
        return self._recordings(RecordingRow.interview_id == interview_id, RecordingRow.turn.is_(None))

    def spoken_before(self, interview_id: str, most: int) -> list[SpokenBefore]:
        """The latest interviews of the same owner that began before this one and in which something was spoken, at most
        so many, the latest first; none where either is from a kit. Raises UnknownInterview."""
        with self._db.read() as connection:
            this = require(connection, interview_id)
            if this.setup.get("kit"):  # whoever had it is not the one who had the owner's own interviews
                return []
            query = (
                select(InterviewRow.id, InterviewRow.created_at, func.count().label("answers"))
                .join(RecordingRow, RecordingRow.interview_id == InterviewRow.id)
                .where(
                    InterviewRow.owner == this.owner,
                    InterviewRow.created_at < this.created_at,
                    not_from_a_kit(),
                    RecordingRow.turn.is_not(None),
                )
                .group_by(InterviewRow.id, InterviewRow.created_at)
                .order_by(InterviewRow.created_at.desc())
                .limit(most)
            )
            return [SpokenBefore(row.id, row.created_at, row.answers) for row in connection.execute(query)]

    def audio(self, interview_id: str, number: int) -> bytes:
        """The sound of a recording. Raises UsageError when there is none (any more)."""
        with self._db.read() as connection:
            stored = connection.scalar(
                select(SoundRow.audio).where(SoundRow.interview_id == interview_id, SoundRow.number == number)
            )
        if stored is None:
            raise UsageError("There is no sound of that recording.")
        return stored[len(LEAD) :]

    def unheard_recordings(self, interview_id: str | None = None) -> list[tuple[str, int]]:
        """Open recordings that nobody has listened to yet, as (interview ID, number), in interviews that go on."""
        query = _awaited().where(RecordingRow.heard.is_(null()))
        with self._db.read() as connection:
            rows = connection.execute(_of(query, interview_id))
            return [(row.interview_id, row.number) for row in rows]

    def retryable_recordings(self, interview_id: str | None = None) -> list[Retry]:
        """Open recordings that could not be heard for a reason that may pass, in interviews that go on."""
        query = _awaited().where(RecordingRow.tries > 0)
        with self._db.read() as connection:
            rows = connection.execute(_of(query, interview_id))
            return [Retry(row.interview_id, row.number, tries=row.tries, at=row.tried_at) for row in rows]

    def commit_heard(
        self,
        interview_id: str,
        number: int,
        token: str,
        heard: Transcript | Unheard,
        pauses: Sequence[Pause] | None = None,
        first_word: float | None = None,
        calls: Iterable[Call] = (),
    ) -> None:
        """Keeps what was understood of a recording with the calls that it took, and gives the lease back.

        What was understood before outlives a failure to hear it again, and a ``first_word`` that is known stays.
        Raises LeaseLost, also when the recording is not open any more.
        """
        with self._db.write() as connection:
            self._settle(connection, interview_id, Work.HEAR, number, token)
            row = _find(connection, interview_id, number)
            if row is None or row.discarded or row.turn is not None:
                raise LeaseLost
            failed = isinstance(heard, Unheard)
            found: dict[str, Any] = {}
            if not (failed and isinstance(to_heard(row.heard), Transcript)):
                found["heard"] = heard.model_dump(mode="json")
                found["tries"] = row.tries + 1 if isinstance(heard, Unheard) and heard.retryable else 0
            if pauses is not None:
                found["pauses"] = [pause.model_dump(mode="json") for pause in pauses]
            if row.first_word is None:
                found["first_word"] = _seconds(first_word)
            _change(connection, row, **found, tried_at=self._now())
            asked = select(TurnRow.exchange).where(TurnRow.interview_id == interview_id, TurnRow.seq == row.seq - 1)
            keep_calls(connection, interview_id, connection.execute(asked).scalar_one(), calls)

    def accept(
        self, interview_id: str, expected_seq: int, key: str, text: str, number: int, keep_audio: bool = False
    ) -> Turn:
        """Stores recording ``number`` as the candidate's turn, with the corrected ``text``; what was understood before
        stays beside it as ``Interview.spoken``.

        Without ``keep_audio`` the sound goes; its last traces do with the next ``Database.rinse``. In all else as
        ``submit``. Raises UsageError too for a recording that is not understood, not there, or a turn already.
        """
        text = answer_text(text)
        with self._db.write() as connection:
            turn, fresh = take(connection, interview_id, expected_seq, key, text, self._now())
            if not fresh:
                return turn
            row = _require_open(connection, interview_id, number)
            if not isinstance(to_heard(row.heard), Transcript):
                raise UsageError(
                    "That recording has not been understood.", "Type your answer instead; the recording stays."
                )
            _change(connection, row, turn=turn.seq, tries=0)
            if row.size and not keep_audio:
                self._silence(connection, interview_id, [row])
            return turn

    def discard_recording(self, interview_id: str, number: int) -> bool:
        """Takes an open recording away for good, its sound and what was understood; a second time does nothing.

        False: it is gone, but a reader kept old pages alive; see ``Store.delete``. Raises UsageError for one that is a
        turn, UnknownInterview.
        """
        with self._db.write() as connection:
            require(connection, interview_id)
            row = _find(connection, interview_id, number)
            if row is not None and row.discarded:
                return True
            self._discard(connection, [_require_open(connection, interview_id, number)])
        return self._db.scrub()

    def forget_audio(self, interview_id: str, number: int | None = None) -> bool:
        """Takes the sound away that was kept of the turn that recording ``number`` became, or of all turns; what was
        understood stays. In an ended interview "all" also takes away the recordings that became no turn.

        False as with ``discard_recording``. Raises UnknownInterview.
        """
        with self._db.write() as connection:
            interview = require(connection, interview_id)
            ours = (RecordingRow.interview_id == interview_id, ~RecordingRow.discarded)
            rows = connection.execute(select(RecordingRow.__table__).where(*ours)).all()
            wanted = [r for r in rows if r.turn is not None and r.size and number in (None, r.number)]
            left = [r for r in rows if r.turn is None and number is None and interview.status == InterviewStatus.ENDED]
            self._silence(connection, interview_id, wanted)
            self._discard(connection, left)
        return self._db.scrub() if left else self._db.rinse()

    def _recordings(self, *where: Any) -> tuple[Recording, ...]:
        query = select(RecordingRow.__table__).where(~RecordingRow.discarded, *where).order_by(RecordingRow.number)
        with self._db.read() as connection:
            return tuple(to_recording(row) for row in connection.execute(query))

    def _add(
        self,
        interview_id: str,
        expected_seq: int,
        key: str,
        first_word: float | None,
        made: dict[str, Any],
        sound: bytes | None = None,
    ) -> Recording:
        ours = RecordingRow.interview_id == interview_id
        with self._db.write() as connection:
            interview = require(connection, interview_id)
            twin = connection.execute(select(RecordingRow.__table__).where(ours, RecordingRow.key == key)).first()
            if twin is not None:
                return to_recording(twin)
            last_before(connection, interview, expected_seq)
            number = (connection.scalar(select(func.max(RecordingRow.number)).where(ours)) or 0) + 1
            connection.execute(
                insert(RecordingRow).values(
                    interview_id=interview_id,
                    number=number,
                    key=key,
                    seq=expected_seq,
                    at=self._now(),
                    first_word=_seconds(first_word),
                    **made,
                )
            )
            if sound is not None:
                connection.execute(insert(SoundRow).values(interview_id=interview_id, number=number, audio=sound))
            return to_recording(_find(connection, interview_id, number))

    def _silence(self, connection: Connection, interview_id: str, rows: Sequence[Any]) -> None:
        if rows:
            numbers = [row.number for row in rows]
            connection.execute(
                delete(SoundRow).where(SoundRow.interview_id == interview_id, SoundRow.number.in_(numbers))
            )
            for row in rows:
                _change(connection, row, media_type="", size=0)
            self._db.owe_rinse(connection)

    def _discard(self, connection: Connection, rows: Sequence[Any]) -> None:
        for row in rows:
            self._silence(connection, row.interview_id, [row])
            _change(connection, row, discarded=True, heard=None, pauses=None, first_word=None, tries=0)
            self._db.owe_scrub(connection)  # words lie among other rows


def _awaited() -> Select[*tuple[Any, ...]]:
    return (
        select(RecordingRow.interview_id, RecordingRow.number, RecordingRow.tries, RecordingRow.tried_at)
        .join(InterviewRow, InterviewRow.id == RecordingRow.interview_id)
        .where(
            InterviewRow.status != InterviewStatus.ENDED,
            RecordingRow.turn.is_(None),
            ~RecordingRow.discarded,
            RecordingRow.size > 0,
        )
        .order_by(RecordingRow.at)
    )


def _of(query: Select[Any], interview_id: str | None) -> Select[Any]:
    return query if interview_id is None else query.where(RecordingRow.interview_id == interview_id)


def _find(connection: Connection, interview_id: str, number: int) -> Any:
    return connection.execute(
        select(RecordingRow.__table__).where(RecordingRow.interview_id == interview_id, RecordingRow.number == number)
    ).first()


def _require_open(connection: Connection, interview_id: str, number: int) -> Any:
    row = _find(connection, interview_id, number)
    if row is None or row.discarded:
        raise UsageError("That recording is not there any more.", "Record again, or type your answer.")
    if row.turn is not None:
        raise UsageError("That recording is one of your answers already.")
    return row


def _change(connection: Connection, row: Any, **values: Any) -> None:
    connection.execute(
        update(RecordingRow)
        .where(RecordingRow.interview_id == row.interview_id, RecordingRow.number == row.number)
        .values(**values)
    )


def _kind(media_type: str) -> str:
    """The media type without its parameters. Raises UsageError for what is not sound."""
    kind = media_type.split(";")[0].strip().lower()
    if not (kind.startswith("audio/") or kind in ALSO_SOUND) or len(kind) > 100:
        raise UsageError("That is not a recording of sound.", "Record again with the microphone, or type your answer.")
    return kind


def _seconds(measured: float | None) -> float | None:
    """A measure that makes sense: what comes from a browser may be anything."""
    return measured if measured is not None and math.isfinite(measured) and measured >= 0 else None
