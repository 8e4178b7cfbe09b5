"""One endpoint, asked for words: within a deadline, again where that helps, and accounted for to the last token."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, overload

from pydantic import BaseModel

from interviewer.domain.speech import Transcript
from interviewer.domain.usage import Purpose
from interviewer.models.openai.capabilities import Capabilities
from interviewer.models.openai.deadline import WireError
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.line import Line
from interviewer.models.prompts import Message, load_prompt
from interviewer.models.speech import Sound
from interviewer.resources import prompts_dir

if TYPE_CHECKING:
    from interviewer.models.openai.audio import AudioAsking
    from interviewer.models.openai.calls import Asking

Form = TypeVar("Form", bound=BaseModel)


class Client:
    """Thread-safe. Every method that asks the endpoint raises ModelError and nothing else.

    ``memory`` is the file in which it is kept what the endpoint can do; ``prompts`` the folder of ``repair.yaml``,
    whose faults are raised here (KnowledgeError).
    """

    def __init__(self, endpoint: Endpoint, memory: Path | None = None, prompts: Path | None = None) -> None:
        self.endpoint = endpoint
        self._line = Line(endpoint, memory, load_prompt(prompts or prompts_dir(), "repair"))

    def __repr__(self) -> str:
        return f"Client({self.endpoint.label!r}, {self.endpoint.model!r})"

    @overload
    def complete(
        self,
        messages: Sequence[Message],
        *,
        purpose: Purpose,
        prompt: str,
        schema: None = None,
        max_tokens: int,
        seconds: float | None = None,
    ) -> str: ...

    @overload
    def complete(
        self,
        messages: Sequence[Message],
        *,
        purpose: Purpose,
        prompt: str,
        schema: type[Form],
        max_tokens: int,
        seconds: float | None = None,
    ) -> Form: ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        purpose: Purpose,
        prompt: str,
        schema: type[Form] | None = None,
        max_tokens: int,
        seconds: float | None = None,
    ) -> str | Form:
        """The reply to ``messages``: its text, or the form that it fills in where a ``schema`` is given.

        ``prompt`` is the prompt's id for the ledger, ``seconds`` the deadline of the whole call (the endpoint's own for
        the purpose where it is not given). Raises ModelUnavailable, ModelRejected, ModelMisbehaved or ModelRefused.
        """
        asking = self._asking(messages, purpose, prompt, seconds)
        return asking.text(max_tokens) if schema is None else asking.form(schema, max_tokens)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        purpose: Purpose,
        prompt: str,
        max_tokens: int,
        seconds: float | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> Iterator[str]:
        """The reply's words as they come. Raises as ``complete`` does, after its first words too.

        Nothing is asked before the first word is asked for. To stop it, close the generator; ``stopped`` is asked
        several times a second, and ends it where no words come that one could stop at.
        """
        return self._asking(messages, purpose, prompt, seconds, stopped).words(max_tokens)

    def transcribe(
        self,
        audio: bytes,
        media_type: str,
        *,
        hint: str = "",
        language: str = "",
        purpose: Purpose = Purpose.TRANSCRIBE,
        seconds: float | None = None,
    ) -> Transcript:
        """What was said in a recording; without words where there were none.

        ``hint`` is text whose spelling may help, ``language`` a two-letter code. Raises as ``complete`` does, and
        ModelRejected before anything is sent for what is no recording or too large a one.
        """
        return self._audio(purpose, seconds).transcript(audio, media_type, hint, language)

    def speech(
        self, text: str, *, voice: str, purpose: Purpose = Purpose.SYNTHESISE, seconds: float | None = None
    ) -> Sound:
        """A text spoken aloud. Raises as ``complete`` does, and ModelRejected for one that is empty or too long."""
        return self._audio(purpose, seconds).sound(text, voice)

    def models(self, seconds: float | None = None) -> list[str]:
        """The names that the endpoint lists. No call in the sense of the ledger: no model works for it."""
        return self._asking([], Purpose.TEST, "", seconds).names()

    def capabilities(self, purpose: Purpose) -> Capabilities:
        """What is known so far of what the endpoint can do with the model for a purpose."""
        return self._line.memory.get(self.endpoint, self.endpoint.model_for(purpose))

    def forget(self, models: Iterable[str] | None = None) -> None:
        """What is known of the endpoint, or of some of its models only, is found out anew."""
        self._line.memory.forget(self.endpoint, models)

    def warm(self) -> None:
        """Loads what the first call needs (the SDK takes a second), before anybody waits for it. Asks nothing."""
        with suppress(WireError), self._line.sdk():
            pass

    def close(self) -> None:
        """Ends what is under way (within a moment; those calls fail) and takes no more calls."""
        self._line.close()

    def _asking(
        self,
        messages: Sequence[Message],
        purpose: Purpose,
        prompt: str,
        seconds: float | None,
        stopped: Callable[[], bool] | None = None,
    ) -> Asking:
        from interviewer.models.openai.calls import Asking  # which loads the SDK

        plain = [{"role": str(message["role"]), "content": message["content"]} for message in messages]
        allowed = self.endpoint.seconds_for(purpose) if seconds is None else seconds
        return Asking(self._line, plain, purpose, prompt, allowed, stopped)

    def _audio(self, purpose: Purpose, seconds: float | None) -> AudioAsking:
        from interviewer.models.openai.audio import AudioAsking  # which loads the SDK

        return AudioAsking(self._line, purpose, self.endpoint.seconds_for(purpose) if seconds is None else seconds)
