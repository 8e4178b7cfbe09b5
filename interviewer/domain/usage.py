"""What a real model was asked for, what that took, and how much of it an interview may use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Literal, Self

from pydantic import Field

from interviewer.domain.question import Value


class Purpose(StrEnum):
    """What a call was for."""

    ASSESS = "assess"
    ACKNOWLEDGE = "acknowledge"
    SPEAK = "speak"
    GRADE = "grade"
    TRANSCRIBE = "transcribe"
    SYNTHESISE = "synthesise"
    TEST = "test"


class Call(Value):
    """One request for a model's work, retries and repair included.

    ``prompt`` is the prompt's name and version (``grade@1``). ``seconds`` is the wall time of the whole call,
    ``first_token_seconds`` that until the first words of a streamed reply. Tokens are the endpoint's own count, or ours
    where it gave none: then ``estimated``. ``audio_seconds`` is the length of the sound that was transcribed (also
    ``estimated`` where nobody said it), ``characters`` those of the text that was spoken. ``cost`` is in US dollars,
    None where no price is set.
    """

    purpose: Purpose
    model: str
    prompt: str = ""
    at: datetime
    seconds: float = Field(ge=0)
    first_token_seconds: float | None = None
    tokens_in: int = Field(default=0, ge=0)
    tokens_out: int = Field(default=0, ge=0)
    cached_tokens: int = Field(default=0, ge=0)
    audio_seconds: float = Field(default=0.0, ge=0)
    characters: int = Field(default=0, ge=0)
    estimated: bool = False
    cost: float | None = Field(default=None, ge=0)
    attempts: int = Field(default=1, ge=1)
    outcome: Literal["ok", "failed", "stopped"] = "ok"
    problem: str = ""


class Usage(Value):
    """Calls added up.

    ``cost`` is in US dollars, None where that of a call is not known; ``known_cost`` is what is known of it.
    ``reply_seconds`` is the median until words came.
    """

    calls: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cached_tokens: int = 0
    audio_seconds: float = 0.0
    characters: int = 0
    estimated: bool = False
    cost: float | None = None
    known_cost: float = 0.0
    seconds: float = 0.0
    reply_seconds: float | None = None

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    @classmethod
    def of(cls, calls: Iterable[Call]) -> Self:
        calls = tuple(calls)
        costs = [call.cost for call in calls if call.tokens_in + call.tokens_out + call.audio_seconds + call.characters]
        known = sum(cost for cost in costs if cost is not None)
        first = [call.first_token_seconds for call in calls if call.first_token_seconds is not None]
        return cls(
            calls=len(calls),
            failed=sum(call.outcome == "failed" for call in calls),
            tokens_in=sum(call.tokens_in for call in calls),
            tokens_out=sum(call.tokens_out for call in calls),
            cached_tokens=sum(call.cached_tokens for call in calls),
            audio_seconds=sum(call.audio_seconds for call in calls),
            characters=sum(call.characters for call in calls),
            estimated=any(call.estimated for call in calls),
            cost=known if costs and None not in costs else None,
            known_cost=known,
            seconds=sum(call.seconds for call in calls),
            reply_seconds=median(first) if first else None,
        )


class Budget(Value):
    """What one interview may use of a real model, before the offline model goes on alone. None means no limit.

    ``tokens`` counts those in and out, ``dollars`` the cost of them and of speech at the prices that are set,
    ``minutes`` the interview's own clock, in which pauses do not count. What has no price (a transcriber on one's own
    machine) costs nothing. Nothing is cut off: the call that crosses a limit is the last one.
    """

    tokens: int | None = Field(default=None, ge=1)
    dollars: float | None = Field(default=None, gt=0)
    minutes: float | None = Field(default=None, gt=0)

    def spent(self, usage: Usage, seconds: float) -> str:
        """Which limit is reached, in words; empty while some is left. ``seconds`` are on the interview's clock."""
        if self.tokens is not None and usage.tokens >= self.tokens:
            return f"its {self.tokens:,} tokens"
        if self.dollars is not None and usage.known_cost >= self.dollars:
            return f"its ${self.dollars:,.2f}"
        if self.minutes is not None and seconds >= 60 * self.minutes:
            return f"its {self.minutes:g} minutes"
        return ""
