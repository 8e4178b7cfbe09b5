"""A process that ends while a grade is being made that takes two minutes.

python -m tests.interview.ending DATABASE
"""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event

from interviewer.interview import Workers
from interviewer.models.base import GradeDraft, GradeRequest
from interviewer.store import Database, Store
from tests.interview import made_up


def main(path: Path) -> None:
    grading = Event()

    def grade(request: GradeRequest) -> GradeDraft:
        grading.set()
        Event().wait(120)
        raise SystemExit("nobody waits for this")

    store = Store(Database(path))
    interview_id = made_up.begin(store)
    made_up.close_exchange(store, interview_id, "useful every day")
    Workers(made_up.interviewer(store, made_up.real(grade=grade))).wake(interview_id)
    assert grading.wait(10)
    print(interview_id, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
