"""The official SDK, kept to what it is good for: requests of the published shape. Loading it takes a second.

It never sees the key (the transport adds that), tries nothing twice, and follows no redirect.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import openai

from interviewer.models.openai.deadline import Deadline, WireError
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.transport import LARGEST, LARGEST_SOUND, Transport

_NOT_THE_KEY = "the-transport-knows-it"


class Answer:
    """What came back: the status, the headers (names in lower case), and a body to be read once."""

    def __init__(self, status: int, headers: Mapping[str, str], chunks: Iterator[bytes]) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.chunks = chunks

    def body(self, most: int | None = None) -> bytes:
        """The rest of the body, of at most so many bytes if that is said. Raises WireError."""
        pieces: list[bytes] = []
        size = 0
        for chunk in self.chunks:
            size += len(chunk)
            if most is not None and size > most:
                raise WireError("large")
            pieces.append(chunk)
        return b"".join(pieces)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Sdk:
    """One endpoint's connections. Thread-safe."""

    def __init__(self, endpoint: Endpoint) -> None:
        parts = urlsplit(endpoint.base_url)
        self._openai = openai.OpenAI(
            api_key=_NOT_THE_KEY,
            base_url=endpoint.address,
            default_query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            default_headers={"Accept-Encoding": "identity"},
            max_retries=0,
            timeout=None,  # ours is in the transport
            http_client=httpx2.Client(
                transport=Transport(
                    endpoint.base_url, endpoint.api_key, LARGEST_SOUND if endpoint.speech_model else LARGEST
                ),
                timeout=None,
                follow_redirects=False,
                trust_env=False,
            ),
        )

    @contextmanager
    def chat(self, request: Mapping[str, Any], deadline: Deadline) -> Iterator[Answer]:
        """Asks for a completion; the connection is given back at the end of the block. Raises WireError."""
        known = {name: value for name, value in request.items() if name != "response_format"}
        # The SDK would walk through the whole schema for names to put right; it takes what is extra as it is.
        shape = {name: request[name] for name in request.keys() - known.keys()}
        asking = self._openai.chat.completions.with_streaming_response.create(**known, extra_body=shape or None)
        with self._answer(asking, deadline) as answer:
            yield answer

    @contextmanager
    def transcription(self, request: Mapping[str, Any], deadline: Deadline) -> Iterator[Answer]:
        """Sends a recording to be understood. Raises WireError."""
        asking = self._openai.audio.transcriptions.with_streaming_response.create(**request)
        with self._answer(asking, deadline) as answer:
            yield answer

    @contextmanager
    def speech(self, request: Mapping[str, Any], deadline: Deadline) -> Iterator[Answer]:
        """Sends a text to be spoken. Raises WireError."""
        with self._answer(self._openai.audio.speech.with_streaming_response.create(**request), deadline) as answer:
            yield answer

    @contextmanager
    def models(self, deadline: Deadline) -> Iterator[Answer]:
        """Asks for the list of models. Raises WireError."""
        with self._answer(self._openai.models.with_streaming_response.list(), deadline) as answer:
            yield answer

    @contextmanager
    def _answer(self, asking: Any, deadline: Deadline) -> Iterator[Answer]:
        problem: WireError | None = None
        try:
            with deadline.running():
                response = asking.__enter__()
                answer = Answer(response.status_code, response.headers, response.http_response.iter_bytes())
        except openai.APIStatusError as error:
            answer = Answer(error.status_code, error.response.headers, iter([_content(error.response)]))
        except WireError as error:
            problem = WireError(error.kind)
        except openai.APIConnectionError:
            problem = WireError("cut")
        if problem is not None:
            raise problem
        try:
            yield answer
        finally:
            asking.__exit__(None, None, None)

    def close(self) -> None:
        self._openai.close()


def _content(response: httpx2.Response) -> bytes:
    try:
        return response.content
    except httpx2.StreamError:
        return b""


def parsed(body: bytes) -> Any:
    """A body as JSON; None where it is none (which no endpoint answers with)."""
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
