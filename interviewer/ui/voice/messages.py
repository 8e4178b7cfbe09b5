"""What passes between a page and the voice in the browser. What comes from there is checked; what cannot be read is
dropped with a line in the log. messages.js says the same for the other side."""

from __future__ import annotations

import base64
import logging
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError

from interviewer.domain.question import Value
from interviewer.domain.speech import Word
from interviewer.models.speech import Sound
from interviewer.ui.voice.speakable import spoken_text

log = logging.getLogger(__name__)

Message = TypeVar("Message", bound=Value)


class Line(Value):
    """One sentence of the interviewer's. ``id`` is unique within the interview: turn, hyphen, number of the sentence.

    ``sound`` is what a speech endpoint made of it; without it the browser's own voice speaks.
    """

    id: str = Field(min_length=1)
    text: str
    sound: Sound | None = None

    def for_browser(self) -> dict[str, str]:
        """As messages.js has it: what is to be said aloud (may be empty), and the sound in Base64."""
        return {
            "id": self.id,
            "said": spoken_text(self.text),
            "media_type": self.sound.media_type if self.sound else "",
            "sound": base64.b64encode(self.sound.audio).decode("ascii") if self.sound else "",
        }


class Heard(Value):
    """What the candidate said, as the browser understood it; ``id`` is the same however often it is sent.

    ``seq`` is the turn that it is (to be). ``seconds``: how long the microphone was open, without the silence by which
    it was closed. ``first_word``: seconds from the end of the interviewer's sound, or from when the question was shown
    if nothing sounded, to the first word; None where unknown. ``words`` is empty: browsers do not time them.
    ``language`` is a BCP 47 tag. ``local``: it was understood on the device.
    """

    id: str = Field(min_length=1, max_length=64)
    seq: int = Field(ge=1)
    text: str = Field(min_length=1)
    words: tuple[Word, ...] = ()
    seconds: float = Field(ge=0, allow_inf_nan=False)
    first_word: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    language: str = Field(default="", max_length=35)
    local: bool = False


class Opened(Value):
    """Streamlit's recorder was opened for the turn ``seq``, ``seconds`` after the question (as in Heard)."""

    seq: int = Field(ge=1)
    seconds: float = Field(ge=0, allow_inf_nan=False)


class VoiceState(Value):
    """What this tab's browser can do. ``microphone`` is unknown until someone was asked; ``recognition`` says where
    speech would be understood; ``voices`` counts those that can speak."""

    secure: bool
    microphone: Literal["unknown", "granted", "denied", "missing"] = "unknown"
    recognition: Literal["none", "local", "vendor"] = "none"
    speech: bool = False
    voices: int = Field(default=0, ge=0)
    opened: Opened | None = None


def read(kind: type[Message], raw: object) -> Message | None:
    """``raw`` as a ``kind``; None, and a line in the log without what was said, where it is none."""
    try:
        return kind.model_validate(_plain(raw))
    except ValidationError as error:
        where = sorted({".".join(str(part) for part in found["loc"]) for found in error.errors()})
        log.warning("dropped an unreadable %s from the browser: %s", kind.__name__, ", ".join(where) or "no mapping")
        return None


def _plain(raw: object) -> Any:
    return dict(raw) if isinstance(raw, dict) else raw
