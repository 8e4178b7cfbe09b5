"""What a new kit says to its candidates until the employer says it differently. Pure."""

from __future__ import annotations

from interviewer.domain.kit import KitContent

WELCOME = (
    "Thank you for taking the time. This is a structured interview: everybody who is invited gets the same questions, "
    "in the same words and the same order. Take each question as it comes and answer in your own words; short is fine. "
    "If you don't know something, say so and go on: one question is never all of it."
)
"""Shown before the start, above what the candidate agrees to."""

CONSENT = (
    "I agree that what I say in this interview is stored, that a program grades each answer against criteria that were "
    "fixed beforehand, and that the people who asked me read my answers and the grades and may rate them themselves. I "
    "know how long it is kept, and that I can ask for an interview in another form instead."
)

ANOTHER_WAY = (
    "You would rather talk to a person, need more time, or something about this form does not work for you? Reply to "
    "the message that this link came with and say what would help. Asking does not count against you. In the same way "
    "you can ask to have your answers deleted."
)


def fresh(title: str = "") -> KitContent:
    """A new kit's content: no questions yet, and texts that are true of every kit."""
    return KitContent(title=title, welcome=WELCOME, consent=CONSENT, another_way=ANOTHER_WAY)
