"""Where a real model lives, under which names, and what it costs. Nothing here is ever shown but the host."""

from __future__ import annotations

from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr, field_validator, model_validator

from interviewer.domain.question import Value
from interviewer.domain.usage import Purpose

OPENAI = "https://api.openai.com/v1"

_NOT_AN_ADDRESS = "an address like https://host/v1 is expected: http or https, then a host"


class Endpoint(Value):
    """An OpenAI-compatible endpoint.

    ``api_key`` may be empty (local servers). A model named "" for a purpose is ``model``. Prices are in US dollars per
    million tokens, None where unknown; ``price_cached`` is that of tokens read from the provider's cache, None where it
    is ``price_in``; ``price_minute`` is of a minute transcribed, ``price_characters`` of a million characters spoken.
    ``reply_seconds``, ``grade_seconds`` and ``transcribe_seconds`` bound a whole call, retries included. A query that
    the base URL carries (Azure's ``api-version``) goes along with every request.

    What thinks and what hears and speaks are two endpoints, be they at one address.
    """

    # What was typed into a wrong field may be the key: errors must not repeat it.
    model_config = ConfigDict(hide_input_in_errors=True)

    base_url: str = OPENAI
    api_key: SecretStr = SecretStr("")
    model: str = Field(min_length=1)
    assess_model: str = ""
    speak_model: str = ""
    grade_model: str = ""
    transcribe_model: str = ""
    speech_model: str = ""
    price_in: float | None = Field(default=None, ge=0)
    price_out: float | None = Field(default=None, ge=0)
    price_cached: float | None = Field(default=None, ge=0)
    price_minute: float | None = Field(default=None, ge=0)
    price_characters: float | None = Field(default=None, ge=0)
    reply_seconds: float = Field(default=30, gt=0)
    grade_seconds: float = Field(default=120, gt=0)
    transcribe_seconds: float = Field(default=60, gt=0)

    @field_validator("model", "assess_model", "speak_model", "grade_model", "transcribe_model", "speech_model")
    @classmethod
    def _trimmed(cls, name: str) -> str:
        return name.strip()

    @field_validator("api_key")
    @classmethod
    def _one_line(cls, key: SecretStr) -> SecretStr:
        value = key.get_secret_value().strip()
        if not (value.isascii() and value.isprintable()):
            raise ValueError("a key is one line of plain characters")
        return SecretStr(value)

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        url = url.strip()
        try:
            parts = urlsplit(url)
            fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            fine = False
        if not fine or not url.isascii() or not url.isprintable() or " " in url:
            raise ValueError(_NOT_AN_ADDRESS)
        if parts.username is not None or parts.password is not None:
            raise ValueError("the address must carry no name and no password; the key has a field of its own")
        return url.split("#", 1)[0].rstrip("/")

    @model_validator(mode="after")
    def _a_model(self) -> Self:
        if not self.model:
            raise ValueError("the name of a model is missing")
        return self

    def __repr_args__(self) -> Any:
        for name, value in super().__repr_args__():
            yield name, self.address if name == "base_url" else value

    @property
    def address(self) -> str:
        """The base URL without its query, which may hold a secret."""
        return self.base_url.split("?", 1)[0].rstrip("/")

    @property
    def label(self) -> str:
        """The host, and the port where one is given; never a path, a query or a credential."""
        parts = urlsplit(self.base_url)
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        return f"{host}:{parts.port}" if parts.port is not None else host

    def model_for(self, purpose: Purpose) -> str:
        """The model's name for a purpose. Acknowledging is speaking."""
        named = {
            Purpose.ASSESS: self.assess_model,
            Purpose.ACKNOWLEDGE: self.speak_model,
            Purpose.SPEAK: self.speak_model,
            Purpose.GRADE: self.grade_model,
            Purpose.TRANSCRIBE: self.transcribe_model,
            Purpose.SYNTHESISE: self.speech_model,
            Purpose.TEST: "",
        }[purpose]
        return named or self.model

    def seconds_for(self, purpose: Purpose) -> float:
        """The total deadline of a call, in seconds."""
        return {Purpose.GRADE: self.grade_seconds, Purpose.TRANSCRIBE: self.transcribe_seconds}.get(
            purpose, self.reply_seconds
        )

    def cost(self, tokens_in: int, tokens_out: int, cached: int = 0) -> float | None:
        """In US dollars; ``cached`` are part of ``tokens_in``. None where a price that is needed is not set."""
        if self.price_in is None or self.price_out is None:
            return None
        cached = min(cached, tokens_in)
        price_cached = self.price_in if self.price_cached is None else self.price_cached
        return ((tokens_in - cached) * self.price_in + cached * price_cached + tokens_out * self.price_out) / 1_000_000

    def cost_of_sound(self, audio_seconds: float, characters: int) -> float | None:
        """In US dollars, of seconds transcribed and characters spoken. None where a price that is needed is not set."""
        if (audio_seconds and self.price_minute is None) or (characters and self.price_characters is None):
            return None
        return audio_seconds / 60 * (self.price_minute or 0.0) + characters * (self.price_characters or 0.0) / 1_000_000
