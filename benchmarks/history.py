"""What other designs would have sent about the same answers: the conversation so far, again with every call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from interviewer.domain.interview import Interview
from interviewer.domain.usage import Purpose
from interviewer.domain.words import Speaker
from interviewer.models.openai.fake import Recorded
from interviewer.models.prompts import as_data, load_prompt, spoken
from interviewer.resources import prompts_dir

Sent: TypeAlias = tuple[Recorded, int]
"""A request of ours, and the seq of the last turn that there was when it was made."""

_DATA = re.compile(r"^<<<(data-[0-9a-f]+)\n.*?\n?\1>>>$", re.MULTILINE | re.DOTALL)


def resent(interview: Interview, sent: Sequence[Sent]) -> int:
    """Characters, if each of our calls had carried the interview so far instead of what it is about.

    The calls, their system messages and the rubric where they need it are the same.
    """
    total = 0
    for request, last in sent:
        around = "".join(_DATA.split(request.text, maxsplit=1)[::2])
        total += len(around) + len(_so_far(interview, last))
    return total


def lean(interview: Interview, sent: Sequence[Sent]) -> int:
    """Characters of a design that makes one call an answer, to speak, and one about the whole interview at its end.

    Neither is told a rubric or anything else but how to behave.
    """
    speaking, reviewing = (
        load_prompt(prompts_dir(), name).system for name in (Purpose.SPEAK.value, Purpose.GRADE.value)
    )
    answers = [turn.seq for turn in interview.turns if turn.speaker is Speaker.CANDIDATE]
    calls = [(speaking, seq) for seq in answers] + [(reviewing, len(interview.turns))]
    return sum(len(system) + len(_so_far(interview, last)) for system, last in calls)


def _so_far(interview: Interview, last: int) -> str:
    return as_data(spoken(turn for turn in interview.turns if turn.seq <= last))
