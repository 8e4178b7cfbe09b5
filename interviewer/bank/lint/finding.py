"""What the linter finds."""

from __future__ import annotations

from enum import StrEnum

from interviewer.domain.question import Value


class Rule(StrEnum):
    """What can be wrong with a record that is valid."""

    DOUBLE_BARRELLED = "double_barrelled"
    VAGUE = "vague"
    UNOBSERVABLE = "unobservable"
    REWARDS_LENGTH = "rewards_length"
    OVERLAPPING = "overlapping"
    GIVES_AWAY = "gives_away"
    COPIED = "copied"
    SAMPLE_FAILS = "sample_fails"
    TRUE_BELIEF = "true_belief"
    INCOMPLETE = "incomplete"

    @property
    def what(self) -> str:
        """What is wrong, in a sentence."""
        return {
            Rule.DOUBLE_BARRELLED: "A criterion asks for two things, so that half an answer cannot be judged.",
            Rule.VAGUE: "A criterion does not say what would be seen in an answer that meets it.",
            Rule.UNOBSERVABLE: "A criterion is about what somebody knows or is, not about what they say or do.",
            Rule.REWARDS_LENGTH: "A criterion rewards how much is said instead of what.",
            Rule.OVERLAPPING: "Two criteria look for the same thing, so that it counts twice.",
            Rule.GIVES_AWAY: "A probe, hint or clarification contains what the criterion looks for.",
            Rule.COPIED: "Two reference statements are nearly the same, so that one of them adds nothing.",
            Rule.SAMPLE_FAILS: "The sample answer does not meet what its own rubric calls the core.",
            Rule.TRUE_BELIEF: "What is listed as a misconception reads like something true.",
            Rule.INCOMPLETE: "Something is missing that an interview needs.",
        }[self]


class Finding(Value):
    """One thing to mend: in which question, where in its record, which words, and why."""

    rule: Rule
    question: str
    where: str
    text: str
    why: str
