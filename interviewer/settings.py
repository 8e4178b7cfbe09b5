"""Settings: few, and each can be given in four places.

Precedence, highest first: a command-line flag, an environment variable (``INTERVIEWER_...``), the file
``config.toml`` in the configuration folder, the default below. ``interviewer doctor`` prints what is in
force and where it came from.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

APP = "interviewer"


def config_file() -> Path:
    """The settings file: ``config.toml`` in the platform's configuration folder."""
    return platformdirs.user_config_path(APP, appauthor=False) / "config.toml"


def file_in_the_way(folder: Path) -> Path | None:
    """The file that stands where ``folder``, or a folder above it, should be."""
    for place in (folder, *folder.parents):
        if place.exists():
            return None if place.is_dir() else place
    return None


class Settings(BaseSettings):
    """What can be set. Paths are made absolute; folders are created when they are first needed."""

    model_config = SettingsConfigDict(env_prefix="INTERVIEWER_", extra="forbid", frozen=True)

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

    @cached_property
    def weights_path(self) -> Path:
        """The folder of the encoder's files (``model.safetensors``, ``tokenizer.json``)."""
        return self.weights_dir or self.data_dir / "weights" / "all-MiniLM-L6-v2"

    @property
    def index_path(self) -> Path:
        return self.data_dir / "index"

    @property
    def database_path(self) -> Path:
        return self.data_dir / "interviewer.db"
