"""The voice in the browser: it hears by the browser's speech recognition, and speaks the interviewer's lines aloud.

``voice`` is mounted once per run, ``say`` once per sentence while a reply is being streamed. ``sentences`` cuts a reply
into what is said at a time.
"""

from __future__ import annotations

from interviewer.ui.voice.messages import Heard, Line, Opened, VoiceState
from interviewer.ui.voice.mounting import Hears, say, voice
from interviewer.ui.voice.speakable import sentences, spoken_text

__all__ = ["Heard", "Hears", "Line", "Opened", "VoiceState", "say", "sentences", "spoken_text", "voice"]
