"""What a button (or a command in the terminal) says in the candidate's name."""

from __future__ import annotations

from interviewer.domain.words import Intent

CANNED: dict[Intent, str] = {
    Intent.HINT: "Could I have a hint, please?",
    Intent.DONT_KNOW: "I don't know.",
    Intent.REPHRASE: "Could you say that differently?",
    Intent.SKIP: "I'd like to skip this question.",
    Intent.PAUSE: "Let's pause for a moment.",
    Intent.STOP: "I'd like to end the interview.",
    Intent.CONFIRM: "Yes, please end the interview.",
    Intent.DENY: "No, let's go on.",
}
"""Stored as a turn like any other; the intent goes with it, so that it need not be guessed."""
