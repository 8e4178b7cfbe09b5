"""Errors, sorted by who can act on them.

    InterviewerError                 everything that we raise on purpose; has a ``remedy``
      UsageError                     the person at the keyboard: a wrong ID, an unknown option, a bad file
        UnknownInterview
        UnknownKit
        StaleState                   the page was behind the store; carries what the store holds now
      SetupError                     whoever installed this machine: folders, weights, ports, versions
        StoreError                   the database cannot be opened, read or written
          NewerStore                 it was made by a later version of the program
        WeightsError                 the encoder's weights are missing, or are not what they should be
        IndexUnavailable             the index cannot be read and could not be rebuilt
      KnowledgeError                 whoever edits knowledge/ or prompts/; names the file and the record
      ModelError                     the model behind the door: unreachable, refused, unreadable
        ModelUnavailable           no connection, too many requests, a time-out: later it may work
        ModelRejected              the key, the model's name or the address is wrong: someone must change it
        ModelMisbehaved            an answer that cannot be used
          ModelRefused             the model or its filter declined

A face (page or command) shows ``str(error)`` and ``error.remedy``; nobody sees a stack trace.
"""

from __future__ import annotations


class InterviewerError(Exception):
    """Base of all errors raised on purpose.

    ``remedy`` is one sentence that says what to do next.
    """

    remedy: str = ""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        if remedy:
            self.remedy = remedy


class UsageError(InterviewerError):
    """Something the user asked for cannot be done as asked."""


class UnknownInterview(UsageError):
    """No interview has this ID."""

    remedy = "Open “Past interviews” to see the ones that are stored here."

    def __init__(self, interview_id: str) -> None:
        super().__init__(f"There is no interview with the ID {interview_id!r} here.")
        self.interview_id = interview_id


class UnknownKit(UsageError):
    """No kit has this ID."""

    remedy = "Open “Kits” to see the ones that are stored here."

    def __init__(self, kit_id: str) -> None:
        super().__init__(f"There is no kit with the ID {kit_id!r} here.")
        self.kit_id = kit_id


class StaleState(UsageError):
    """A turn was submitted for a number that is no longer the next one."""

    remedy = "The page shows the current state; please look at it and send again what still fits."

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__("The interview has moved on in another tab or window.")
        self.expected = expected
        self.actual = actual


class SetupError(InterviewerError):
    """The installation or the machine needs attention."""


class StoreError(SetupError):
    """The store cannot be opened, read or written."""


class NewerStore(StoreError):
    """The store was written by a later version of the program."""

    remedy = "Update Interviewer, or point INTERVIEWER_DATA_DIR at another folder; the store was not touched."


class WeightsError(SetupError):
    """The sentence encoder's weights are missing or damaged."""

    remedy = "Run “interviewer setup” to fetch them; until then a lexical fallback is used."


class IndexUnavailable(SetupError):
    """The index cannot be opened and could not be rebuilt."""

    remedy = "Run “interviewer doctor”; it says what is wrong with the data folder."


class KnowledgeError(InterviewerError):
    """A file in knowledge/ or prompts/ is not what it should be."""

    remedy = "Correct the file; “interviewer bank --check” reads it again."

    def __init__(self, path: object, problem: str, record: str | None = None) -> None:
        where = f"{path}" + (f", record {record!r}" if record else "")
        super().__init__(f"{where}: {problem}")
        self.path = str(path)
        self.record = record
        self.problem = problem


class ModelError(InterviewerError):
    """The model behind the door could not do what it was asked."""


class ModelUnavailable(ModelError):
    """No answer: no connection, too many requests, a time-out. ``retry_after`` are the seconds that it asked for."""

    def __init__(self, message: str, remedy: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, remedy)
        self.retry_after = retry_after


class ModelRejected(ModelError):
    """The endpoint does not take the request from us: the key, the model's name, the address."""

    remedy = "Look at the model's settings; “Test the connection” says what is wrong."


class ModelMisbehaved(ModelError):
    """An answer that cannot be used: unreadable, cut off, too long, of the wrong shape."""


class ModelRefused(ModelMisbehaved):
    """The model, or the filter in front of it, declined to answer."""
