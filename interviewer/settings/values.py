"""What can be set, and where each value comes from."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from interviewer.settings.keys import host_of, key_file, key_for
from interviewer.settings.places import APP, config_file

OPENAI_HOST = "api.openai.com"
OPENAI_HOST_URL = f"https://{OPENAI_HOST}"
USUAL_URL, USUAL_KEY = "OPENAI_BASE_URL", "OPENAI_API_KEY"

DEFAULT_MODEL = "gpt-5.4-mini"
"""Which of OpenAI's models is asked for where only a key is set."""

OF_THE_MODEL = (
    *("use_model", "base_url", "api_key", "model", "assess_model", "speak_model", "grade_model"),
    *("price_in", "price_out", "price_cached", "budget_tokens", "budget_dollars", "budget_minutes"),
    *("reply_seconds", "grade_seconds"),
    *("use_audio", "transcribe_model", "speech_model", "speech_voice", "audio_base_url", "audio_api_key"),
    *("price_minute", "price_characters", "transcribe_seconds"),
)
"""The settings that may change while the program runs."""


class Settings(BaseSettings):
    """What can be set. Paths are made absolute; folders are created when they are first needed.

    Of the model's, an empty text means "not said"; prices are US dollars per million tokens, a budget holds for one
    interview, and None means unknown or without limit. What hears and speaks has a switch, an address and a key of its
    own; without them it is at the model's address, with the model's key, whether or not that model is used.
    """

    model_config = SettingsConfigDict(
        env_prefix="INTERVIEWER_", extra="forbid", frozen=True, hide_input_in_errors=True
    )  # an error about a key must not quote it

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path(APP, appauthor=False),
        description="where interviews, the index and the encoder's weights are kept",
    )
    knowledge_dir: Path | None = Field(default=None, description="a bank of your own instead of the one shipped")
    embedder: Literal["auto", "minilm", "lexical"] = Field(
        default="auto", description="auto: MiniLM where its weights are at hand, else lexical with a notice"
    )
    weights_dir: Path | None = Field(default=None, description="where the encoder's weights are, if not in data_dir")
    host: str = Field(default="127.0.0.1", description="the address that the app binds to")
    port: int = Field(default=8501, ge=1, le=65535, description="the port of the app")
    pages: Literal["all", "candidates"] = Field(
        default="all", description="candidates: nothing but interviews by link, for a second process on the same store"
    )

    use_model: bool = Field(default=True, description="whether a configured model is used at all")
    base_url: str = Field(default="", description="an OpenAI-compatible endpoint; OpenAI's own where only a key is set")
    api_key: SecretStr = Field(default=SecretStr(""), description="the endpoint's key; local servers need none")
    model: str = Field(default="", max_length=200, description="the model's name")
    assess_model: str = Field(default="", max_length=200, description="another one that listens")
    speak_model: str = Field(default="", max_length=200, description="another one that speaks")
    grade_model: str = Field(default="", max_length=200, description="another one that grades")
    price_in: float | None = Field(default=None, ge=0, description="of a million tokens read")
    price_out: float | None = Field(default=None, ge=0, description="of a million tokens written")
    price_cached: float | None = Field(default=None, ge=0, description="of a million tokens read from the cache")
    budget_tokens: int | None = Field(default=None, ge=1, description="tokens of one interview")
    budget_dollars: float | None = Field(default=None, gt=0, description="cost of one interview")
    budget_minutes: float | None = Field(default=None, gt=0, description="minutes of one interview with the model")
    reply_seconds: float = Field(default=30, ge=1, le=600, description="how long a reply may take")
    grade_seconds: float = Field(default=120, ge=1, le=600, description="how long a grade may take")

    use_audio: bool = Field(default=True, description="whether an endpoint that hears or speaks is used at all")
    transcribe_model: str = Field(default="", max_length=200, description="what recordings are understood by")
    speech_model: str = Field(default="", max_length=200, description="what reads the interviewer's words aloud")
    speech_voice: str = Field(default="", max_length=200, description="its voice")
    audio_base_url: str = Field(default="", description="where those are, if not at base_url")
    audio_api_key: SecretStr = Field(default=SecretStr(""), description="the key for that address")
    price_minute: float | None = Field(default=None, ge=0, description="of a minute transcribed")
    price_characters: float | None = Field(default=None, ge=0, description="of a million characters spoken")
    transcribe_seconds: float = Field(default=60, ge=1, le=600, description="how long a transcription may take")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())

    def model_post_init(self, context: Any) -> None:
        for name in ("data_dir", "knowledge_dir", "weights_dir"):
            path = getattr(self, name)
            if path is not None:
                object.__setattr__(self, name, path.expanduser().absolute())
        fits = _usual_key_fits(self.base_url)
        if not self.base_url:
            object.__setattr__(self, "base_url", os.environ.get(USUAL_URL, ""))
        if not self.api_key.get_secret_value():
            kept = key_for(self.base_url or OPENAI_HOST_URL)
            object.__setattr__(self, "api_key", SecretStr(kept or (os.environ.get(USUAL_KEY, "") if fits else "")))
        if not self.audio_api_key.get_secret_value():
            object.__setattr__(self, "audio_api_key", SecretStr(self._key_for_audio()))

    def _key_for_audio(self) -> str:
        """The model's own key where both are at one host; else the rules for that one hold."""
        address = self.audio_url or OPENAI_HOST_URL
        if host_of(address) == host_of(self.base_url or OPENAI_HOST_URL):
            return self.api_key.get_secret_value()
        return key_for(address) or (os.environ.get(USUAL_KEY, "") if _usual_key_fits(address) else "")

    @property
    def has_endpoint(self) -> bool:
        """Whether a model of the user's own is set up, wanted at the moment or not."""
        return bool(self.base_url or self.api_key.get_secret_value())

    @property
    def audio_url(self) -> str:
        """Where what hears and speaks is; empty where that is OpenAI's own address, or not said at all."""
        return self.audio_base_url or self.base_url

    @property
    def has_audio(self) -> bool:
        """Whether something that hears or speaks is set up, wanted at the moment or not."""
        return bool(self.transcribe_model or self.speech_model)

    @cached_property
    def weights_path(self) -> Path:
        """The folder of the encoder's files (``model.safetensors``, ``tokenizer.json``)."""
        return self.weights_dir or self.data_dir / "weights" / "all-MiniLM-L6-v2"

    @property
    def index_path(self) -> Path:
        return self.data_dir / "index"

    @property
    def capabilities_path(self) -> Path:
        """What was found out about endpoints: which ways of asking each understands."""
        return self.data_dir / "endpoints.json"

    @property
    def database_path(self) -> Path:
        return self.data_dir / "interviewer.db"


def origin(name: str, overrides: Mapping[str, Any]) -> str:
    """Where a setting's value comes from, in words. Settings must have been read without an error."""
    if name in overrides:
        return "option"
    variable = f"INTERVIEWER_{name.upper()}"
    if any(key.upper() == variable for key in os.environ):
        return f"environment ({variable})"
    path = config_file()
    if path.is_file() and name in tomllib.loads(path.read_text(encoding="utf-8")):
        return f"file ({path})"
    if name == "base_url" and os.environ.get(USUAL_URL):
        return f"environment ({USUAL_URL})"
    return "default"


def key_origin(settings: Settings, overrides: Mapping[str, Any], name: str = "api_key") -> str:
    """Where a key comes from, ``api_key`` or ``audio_api_key``, in words; empty when there is none."""
    if not getattr(settings, name).get_secret_value():
        return ""
    said = origin(name, overrides)
    if said != "default":
        return said
    address = settings.base_url if name == "api_key" else settings.audio_url
    if name != "api_key" and host_of(address or OPENAI_HOST_URL) == host_of(settings.base_url or OPENAI_HOST_URL):
        return key_origin(settings, overrides)
    return f"file ({key_file()})" if key_for(address or OPENAI_HOST_URL) else f"environment ({USUAL_KEY})"


def _usual_key_fits(base_url: str) -> bool:
    """Whether OpenAI's usual variable is meant for an address: OpenAI's own, or one from the same environment.

    A key that happens to lie in the environment must not go to whatever address a file or a page names.
    """
    said = {os.environ.get(name, "") for name in (USUAL_URL, "INTERVIEWER_BASE_URL")}
    return host_of(base_url or os.environ.get(USUAL_URL, "") or OPENAI_HOST_URL) in {OPENAI_HOST, *map(host_of, said)}
