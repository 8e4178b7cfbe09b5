"""The set-up of an interview from a kit: pure, from what was frozen and what the link gives."""

from __future__ import annotations

from interviewer.domain.interview import Setup
from interviewer.domain.kit import Invitation, KitContent, KitTerms, KitVersion, Probing
from interviewer.domain.question import content_hash
from interviewer.domain.words import Mode
from interviewer.errors import UsageError

MOST_PROBES = 5
"""The most that a set-up can name; an interview from a kit asks the ones of its terms."""


def minutes_of(content: KitContent, extra_percent: int) -> int:
    """The whole minutes that a candidate has, the extra time in them, rounded up."""
    return -(-content.minutes * (100 + extra_percent) // 100)


def probes_of(content: KitContent) -> tuple[tuple[str, ...], ...]:
    """For each question, the criteria whose probe is asked, in order: those that have one to ask, each once."""
    if content.probing is Probing.NONE:
        return tuple(() for _ in content.questions)
    worded = [{c.id for c in one.question.rubric.criteria if c.probe} for one in content.questions]
    return tuple(
        tuple(dict.fromkeys(criterion for criterion in one.probes if criterion in there))
        for one, there in zip(content.questions, worded, strict=True)
    )


def kit_setup(version: KitVersion, invitation: Invitation) -> tuple[Setup, KitTerms]:
    """What an interview from this version runs on, the terms in it. Raises UsageError for one without questions.

    The seed is the kit's own: its candidates hear the same wordings, also those who come after a rubric was changed.
    """
    content = version.content
    if not content.questions:
        raise UsageError("This kit has no questions.", "Ask whoever sent you the link.")
    probes = probes_of(content)
    terms = KitTerms(
        kit=invitation.kit_id,
        version=version.number,
        content=content.hash,
        title=content.title,
        asks=content.asks,
        pausing=content.pausing,
        probes=probes,
        extra_percent=invitation.extra_percent,
    )
    setup = Setup(
        role=content.role,
        seniority=content.seniority,
        mode=Mode.REAL,
        minutes=minutes_of(content, invitation.extra_percent),
        question_ids=tuple(one.question.id for one in content.questions),
        seed=int(content_hash(invitation.kit_id)[:7], 16),
        max_probes=min(MOST_PROBES, max(map(len, probes))),
        max_hints=0,
        kit=terms,
    )
    return setup, terms
