"""Fetches what the results of a kit are made of: the one part of this package that reads the store."""

from __future__ import annotations

from datetime import datetime

from interviewer.contracts import Results
from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Interview
from interviewer.errors import UnknownInterview
from interviewer.kits.results import results
from interviewer.store import Store


def results_of(store: Store, kit_id: str, now: datetime) -> Results:
    """The results of a kit as they stand at ``now``. Raises UnknownKit."""
    kit = store.kits.get(kit_id)
    invitations = store.kits.invitations(kit_id)
    interviews: dict[str, Interview] = {}
    grades: dict[str, dict[int, Grade | Ungraded]] = {}
    pauses: dict[str, int] = {}
    for interview_id in (one.interview_id for one in invitations if one.interview_id is not None):
        try:
            interviews[interview_id] = store.get(interview_id)
            grades[interview_id] = store.grades(interview_id)
            pauses[interview_id] = store.pauses(interview_id)
        except UnknownInterview:  # deleted in this very moment
            interviews.pop(interview_id, None)
    return results(
        kit,
        store.kits.versions(kit_id),
        invitations,
        interviews=interviews,
        grades=grades,
        raters=store.ratings.raters(kit_id),
        ratings=store.ratings.of(kit_id),
        decisions=store.ratings.decisions(kit_id),
        pauses=pauses,
        now=now,
    )
