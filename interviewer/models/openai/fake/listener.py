"""The sockets of the fake server: reads requests, and plays replies in whatever manner they ask for."""

from __future__ import annotations

import selectors
import socket
import struct
import threading
import time
from contextlib import suppress
from email import policy
from email.parser import BytesParser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from interviewer.models.openai.fake.recorded import Kind, Recorded
from interviewer.models.openai.fake.replies import Endless, Reply, Said, error_body, events, plain_body
from interviewer.models.openai.fake.validation import Problem, form_problem, read_json

if TYPE_CHECKING:
    from interviewer.models.openai.fake.server import FakeServer

MOST_BYTES = 64 * 1024 * 1024
"""The longest request that is read."""

IDLE_SECONDS = 60.0
"""How long a connection may stay open between requests, or block a single write."""

_KINDS: dict[tuple[str, str], Kind] = {
    ("GET", "/v1/models"): "models",
    ("POST", "/v1/chat/completions"): "chat",
    ("POST", "/v1/embeddings"): "embeddings",
    ("POST", "/v1/audio/transcriptions"): "transcriptions",
    ("POST", "/v1/audio/speech"): "speech",
}


class Listener:
    """Accepts connections until it is closed, each served by a thread of its own."""

    def __init__(self, fake: FakeServer, port: int) -> None:
        self._server = _Server(("127.0.0.1", port), fake)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name=f"fake-openai-{self.port}", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        if not self._server.closing.is_set():
            self._server.shutdown()
            self._thread.join()
            self._server.hang_up()
            self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], fake: FakeServer) -> None:
        self.fake = fake
        self.closing = threading.Event()
        self._open: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self._attend, args=(request, client_address), name="fake-openai-connection", daemon=True
        )
        with self._lock:
            self._open[thread] = request
        thread.start()

    def _attend(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks is the daily bread here."""

    def hang_up(self) -> None:
        """Ends every connection and waits for its thread."""
        self.closing.set()
        with self._lock:
            connections = dict(self._open)
        for connection in connections.values():
            with suppress(OSError):  # it may have ended by itself
                connection.shutdown(socket.SHUT_RDWR)
        for thread in connections:
            thread.join(IDLE_SECONDS)


class _Ended(Exception):
    """The reply goes no further; says how that will be called."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: _Server
    connection: socket.socket

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            self.close_connection = True
            self._serve(b"", Problem("The length of the request's body is missing, or too large."))
            return
        self._serve(self.rfile.read(int(length)))

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed: requests are kept in ``FakeServer.requests``."""

    def _serve(self, raw: bytes, problem: Problem | None = None) -> None:
        request = self._recorded(raw, problem)
        try:
            try:
                reply = self.server.fake.reply(request)
            except Exception as error:  # a judge or a behaviour of somebody's test: say so on both sides
                request.outcome = "failed"
                request.violation = f"the fake server could not answer: {error!r}"
                reply = Reply(error_body(f"{error!r}", "server_error"), 500)
            self._play(request, reply)
            request.outcome = request.outcome or "sent"
        except _Ended as ended:
            self.close_connection = True
            request.outcome = str(ended)
        except OSError:
            self.close_connection = True
            request.outcome = "client left"
        except Exception as error:  # half of the reply may be out: there is nobody left to tell but the test
            self.close_connection = True
            request.outcome = "failed"
            request.violation = f"the fake server could not answer: {error!r}"

    def _recorded(self, raw: bytes, problem: Problem | None) -> Recorded:
        fake = self.server.fake
        path = self.path.partition("?")[0]
        kind = _KINDS.get((self.command, "/v1/models" if path.startswith("/v1/models/") else path), "other")
        headers = {name.lower(): value for name, value in self.headers.items()}
        given = headers.pop("authorization", "").removeprefix("Bearer ") or headers.pop("api-key", "")
        body: dict[str, Any] = {}
        files: dict[str, str] = {}
        if problem is None and kind in ("chat", "embeddings", "speech"):
            if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                problem = Problem("Unsupported content type: expected 'application/json'.")
            else:
                body, problem = read_json(kind, raw, extensions=not fake.published_only)
        elif problem is None and kind == "transcriptions":
            body, files = _form(headers.get("content-type", ""), raw)
            problem = form_problem(body, files)
        refusal = error_body(problem.message, param=problem.param, code=problem.code) if problem else {}
        if kind == "other":
            problem = Problem("there is no such address")
        return fake.record(
            kind=kind,
            method=self.command,
            path=path,
            headers=headers,
            authorised=not fake.key or given == fake.key,
            body=body,
            files=files,
            violation=problem.message if problem else "",
            refusal=refusal,
        )

    def _play(self, request: Recorded, reply: Reply) -> None:
        """Sends a reply, as fast and as far as its manner says."""
        manner = reply.manner
        ends = time.monotonic() + manner.before + manner.longest
        self._wait(min(manner.before, manner.longest))
        if manner.before > manner.longest:
            self._break("cut", ends)
        if manner.then and manner.at == "start":
            self._break(manner.then, ends)
        streamed = request.streams and isinstance(reply.content, (Said, Endless)) and reply.status == HTTPStatus.OK
        chunked = streamed or isinstance(reply.content, Endless)
        body = b"" if chunked else plain_body(request, reply)
        kind = "text/event-stream; charset=utf-8" if streamed else reply.content_type
        how = ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(len(body)))
        self._head(reply, kind, how, ends)
        if manner.then and manner.at == "headers":
            self._break(manner.then, ends)
        if streamed:
            self._stream(request, reply, ends)
        elif chunked:
            self._pad(manner.byte_gap or manner.gap, ends)
        else:
            sent = body[: len(body) // 2] if manner.then else body
            self._send(sent, manner.byte_gap, ends)
            if manner.then:
                self._break(manner.then, ends)

    def _head(self, reply: Reply, kind: str, how: tuple[str, str], ends: float) -> None:
        phrase = HTTPStatus(reply.status).phrase if reply.status in HTTPStatus._value2member_map_ else "Unknown"
        lines = [
            f"HTTP/1.1 {reply.status} {phrase}",
            f"Date: {self.date_time_string()}",
            f"Content-Type: {kind}",
            "x-request-id: req_fake",
            *(f"{name}: {value}" for name, value in reply.headers),
            ": ".join(how),
        ]
        gap = reply.manner.header_gap
        if gap:  # more of them than time to send them: such headers do not end
            lines += [f"X-Fake-{number}: {'a' * 64}" for number in range(1 + int((ends - time.monotonic()) / gap / 64))]
        self._send("\r\n".join([*lines, "", ""]).encode("latin-1"), gap, ends)

    def _stream(self, request: Recorded, reply: Reply, ends: float) -> None:
        manner = reply.manner
        spoken = 0
        for event, part in events(request, reply):
            if manner.then and (part == "tail" or (part == "word" and spoken == manner.pieces)):
                self._break(manner.then, ends)
            if part == "word" and spoken:
                self._wait(manner.gap)
            if time.monotonic() > ends:
                raise _Ended("cut")
            head, tail = b"%x\r\n" % len(event), b"\r\n"
            if manner.byte_gap:
                self.connection.sendall(head)
                self._send(event, manner.byte_gap, ends)
                self.connection.sendall(tail)
            else:  # in one packet, as servers do
                self.connection.sendall(head + event + tail)
            spoken += part == "word"
        if manner.then:
            self._break(manner.then, ends)
        self._send(b"0\r\n\r\n", 0.0, ends)

    def _pad(self, gap: float, ends: float) -> None:
        """White space, which JSON may begin with, without an end."""
        while time.monotonic() < ends:
            self._send(b"1\r\n \r\n", 0.0, ends)
            self._wait(gap)
        raise _Ended("cut")

    def _send(self, data: bytes, gap: float, ends: float) -> None:
        if not gap:
            self.connection.sendall(data)
            return
        for byte in data:
            if time.monotonic() > ends:
                raise _Ended("cut")
            self.connection.sendall(bytes([byte]))
            self._wait(gap)

    def _break(self, then: str, ends: float) -> None:
        if then == "stall":
            self._wait(ends - time.monotonic())
        if then == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            socket.close(self.connection.detach())  # past the file objects that hold it open: an abort, no farewell
        raise _Ended("cut")

    def _wait(self, seconds: float) -> None:
        """Waits, but not for a client that has left, nor beyond the server's own end."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            if self.server.closing.is_set():
                raise _Ended("cut")
            with selectors.DefaultSelector() as selector:
                selector.register(self.connection, selectors.EVENT_READ)
                readable = selector.select(left)
            if readable:
                if not self.connection.recv(1, socket.MSG_PEEK):
                    raise _Ended("cut" if self.server.closing.is_set() else "client left")
                self.server.closing.wait(min(left, 0.01))  # it has sent the next request already


def _form(content_type: str, raw: bytes) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields of a multipart form, files as bytes, ``name[]`` as a list of texts; and the names of the files."""
    if not content_type.startswith("multipart/form-data"):
        return {}, {}
    message = BytesParser(policy=policy.HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + raw)
    fields: dict[str, Any] = {}
    files: dict[str, str] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        value = part.get_payload(decode=True)
        data = value if isinstance(value, bytes) else b""
        if part.get_filename() is not None:
            fields[name] = data
            files[name] = part.get_filename() or ""
        elif name.endswith("[]"):
            fields.setdefault(name, []).append(data.decode("utf-8", "replace"))
        else:
            fields[name] = data.decode("utf-8", "replace")
    return fields, files
