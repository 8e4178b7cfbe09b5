"""What one call took, from its first attempt to its end, as the ledger gets it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from contextvars import Context
from datetime import UTC, datetime
from typing import Literal

from interviewer.domain.usage import Call, Purpose
from interviewer.models.ledger import record
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.replies import Tokens
from interviewer.models.tokens import count

log = logging.getLogger(__name__)

_WRAPPING = 4
"""Tokens around a message, about."""


class Account:
    """Adds up a call's attempts, from now on. ``context`` is where it was asked for: what is recorded goes there."""

    def __init__(self, endpoint: Endpoint, purpose: Purpose, prompt: str, context: Context) -> None:
        self.model = endpoint.model_for(purpose)
        self._endpoint = endpoint
        self._purpose = purpose
        self._prompt = prompt
        self._context = context
        self._at = datetime.now(UTC)
        self._begun = time.monotonic()
        self._first: float | None = None
        self._in = self._out = self._cached = 0
        self._audio_seconds = 0.0
        self._characters = 0
        self._estimated = False
        self.attempts = 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    def words(self) -> None:
        """The first words of a streamed reply are there; later ones change nothing."""
        if self._first is None:
            self._first = self.seconds

    def add(self, tokens: Tokens | None, messages: Iterable[Mapping[str, str]], text: str) -> None:
        """One attempt that the endpoint worked on; counted here where it gave no ``tokens``."""
        if tokens is None:
            self._estimated = True
            counted = [count(message["content"], self.model).tokens + _WRAPPING for message in messages]
            tokens = Tokens(sum(counted), count(text, self.model).tokens if text else 0)
        self._in += tokens.prompt
        self._out += tokens.completion
        self._cached += tokens.cached

    def add_sound(
        self, tokens: Tokens | None = None, *, seconds: float = 0.0, characters: int = 0, guessed: bool = False
    ) -> None:
        """One attempt to hear ``seconds`` of sound or to speak ``characters``; ``guessed`` where nobody measured it.

        Speech is not paid for by tokens everywhere: where the endpoint counts none, none are made up.
        """
        self._audio_seconds += seconds
        self._characters += characters
        self._estimated = self._estimated or guessed
        if tokens is not None:
            self._in += tokens.prompt
            self._out += tokens.completion
            self._cached += tokens.cached

    def _cost(self) -> float | None:
        if self._audio_seconds or self._characters:
            return self._endpoint.cost_of_sound(self._audio_seconds, self._characters)
        return self._endpoint.cost(self._in, self._out, self._cached)

    def close(self, outcome: Literal["ok", "failed", "stopped"], problem: str = "") -> None:
        call = Call(
            purpose=self._purpose,
            model=self.model,
            prompt=self._prompt,
            at=self._at,
            seconds=self.seconds,
            first_token_seconds=self._first,
            tokens_in=self._in,
            tokens_out=self._out,
            cached_tokens=self._cached,
            audio_seconds=self._audio_seconds,
            characters=self._characters,
            estimated=self._estimated,
            cost=self._cost(),
            attempts=max(1, self.attempts),
            outcome=outcome,
            problem=problem,
        )
        self._context.run(record, call)
        if outcome == "failed":
            log.warning("%s by %s failed after %.1f s: %s", self._purpose.value, self.model, call.seconds, problem)
