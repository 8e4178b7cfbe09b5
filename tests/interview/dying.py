"""A process that runs an interview and stands still at one step of it, so that it can be killed there.

    python -m tests.interview.dying DATABASE STEP LEASE_SECONDS

It prints the interview's ID when that is stored, and "here" when it has come to the step.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from interviewer.interview import Interviewer, Workers, workers
from interviewer.models.base import AssessRequest, GradeRequest, SpeakRequest
from interviewer.models.fake import ScriptedModel
from interviewer.store import Database, Store, Work, leases, recordings, turns
from interviewer.store import store as steps
from tests.interview import made_up
from tests.interview.said_aloud import SPEECH, Listener

ANSWER = "useful every day, and they take up room"

KEY = "the page's key"
MIC = "the microphone's key"

TURN_STEPS = (
    "before submit",
    "within submit",
    "after submit",
    "within claim",
    "after claim",
    "assessing",
    "speaking",
    "before commit",
    "within commit",
    "after commit",
    "after claim of grade",
    "grading",
    "within commit of grade",
    "after commit of grade",
)

SPOKEN_STEPS = (
    "within record",
    "after record",
    "hearing",
    "within commit of hearing",
    "after commit of hearing",
    "within accept",
    "after accept",
)

OTHER_STEPS = ("migrating", "deleting")


def here() -> NoReturn:
    print("here", flush=True)
    time.sleep(600)
    raise SystemExit("nobody killed this process")


def main(path: Path, step: str, lease: float) -> None:
    workers.LEASE_SECONDS = lease
    workers.RENEW_SECONDS = lease / 6
    if step == "migrating":
        _stand_still(_operations(), "create_table", when=lambda name, *_, **__: name == "turn")
    store = Store(Database(path))
    interview_id = made_up.begin(store)
    print(interview_id, flush=True)
    if step == "before submit":
        here()
    if step in SPOKEN_STEPS:
        _speak(store, interview_id, step)
    if step == "within submit":
        _stand_still(turns, "add_turn")
    store.submit(interview_id, 2, KEY, ANSWER)
    if step == "after submit":
        here()
    if step == "deleting":
        _stand_still(Database, "scrub", after=False)
        store.delete(interview_id)
    _stand_still_in_the_store(step)
    working = Workers(made_up.interviewer(store, _model(step)))
    working.wake(interview_id)
    working.wait(interview_id)
    here()  # after commit of grade: all is done


def _speak(store: Store, interview_id: str, step: str) -> None:
    """The answer said aloud, up to a step."""
    match step:
        case "within record":
            _stand_still(recordings, "last_before")
        case "within commit of hearing":
            _stand_still(Store, "_settle")
        case "within accept":
            _stand_still(turns, "add_turn")
    store.record(interview_id, 2, MIC, SPEECH, "audio/wav")
    if step == "after record":
        here()
    listener = Listener(lambda _: here() if step == "hearing" else ANSWER)
    working = Workers(Interviewer(store, made_up.bank(), made_up.playing_along(), transcriber=listener))
    working.wake(interview_id)
    working.wait(interview_id)
    if step == "after commit of hearing":
        here()
    store.accept(interview_id, 2, KEY, ANSWER, 1)
    here()


def _stand_still_in_the_store(step: str) -> None:
    def for_a_reply(_: Store, __: str, work: Work, *___: Any) -> bool:
        return work is Work.REPLY

    def for_a_grade(_: Store, __: str, work: Work, *___: Any) -> bool:
        return work is Work.GRADE

    match step:
        case "within claim":
            _stand_still(leases, "require")
        case "after claim":
            _stand_still(Store, "claim", when=for_a_reply)
        case "before commit":
            _stand_still(Store, "commit_reply", after=False)
        case "within commit":
            _stand_still(steps, "add_turn")
        case "after commit":
            _stand_still(Store, "commit_reply")
        case "after claim of grade":
            _stand_still(Store, "claim", when=for_a_grade)
        case "within commit of grade":
            _stand_still(Store, "_settle", when=lambda _, __, ___, work, *____: work is Work.GRADE)


def _stand_still(
    owner: Any, name: str, *, when: Callable[..., bool] = lambda *_, **__: True, after: bool = True
) -> None:
    """Makes a method stand still after (or before) its work."""
    whole = getattr(owner, name)

    def stands_still(*arguments: Any, **named: Any) -> Any:
        wanted = when(*arguments, **named)
        if wanted and not after:
            here()
        result = whole(*arguments, **named)
        if wanted:
            here()
        return result

    setattr(owner, name, stands_still)


def _operations() -> Any:
    from alembic import op

    return op


def _model(step: str) -> ScriptedModel:
    def assess(request: AssessRequest) -> Any:
        return here() if step == "assessing" else made_up.hears_an_answer(request)

    def speak(request: SpeakRequest) -> Iterator[str]:
        yield "These words "
        if step == "speaking":
            here()
        yield "were never stored."

    def grade(request: GradeRequest) -> Any:
        return here() if step == "grading" else made_up.gives_full_marks(request)

    return made_up.playing_along(assess=assess, speak=speak, grade=grade)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
