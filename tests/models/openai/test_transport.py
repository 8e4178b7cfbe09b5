"""Nothing on the wire outlives its call's deadline or grows beyond its bound, and the key is nowhere but on it."""

from __future__ import annotations

import gc
import logging
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

import pytest
from pydantic import SecretStr

from interviewer.domain.usage import Purpose
from interviewer.errors import ModelError, ModelMisbehaved, ModelRejected, ModelUnavailable
from interviewer.models.openai import account, replies, transport
from interviewer.models.openai.client import Client
from interviewer.models.openai.deadline import Deadline, WireError, running
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.fake import KEY, MODEL, Behaviour, FakeServer, faults
from interviewer.models.openai.transport import proxy_for
from interviewer.models.prompts import Message
from interviewer.models.tokens import Count
from tests.models.openai.asking import MESSAGES, WAYS, say, speak
from tests.models.openai.conftest import ClientOf

SECONDS = 0.6
SLACK = 0.35
"""Two cores are shared by many tests."""

SLOW: dict[str, Behaviour] = {
    "no first byte": faults.slow_first_byte(30),
    "silent after the headers": faults.stall("headers"),
    "silent in the body": faults.stall("middle"),
    "a byte at a time": faults.trickle(0.03),
    "headers a byte at a time": faults.trickle_headers(0.03),
    "without an end": faults.endless(),
}


@pytest.mark.parametrize("name", SLOW)
def test_no_call_outlives_its_deadline(name: str, server: FakeServer, client: Client) -> None:
    client.warm()
    server.always(SLOW[name])

    def took(way: str) -> float:
        begun = time.monotonic()
        with pytest.raises(ModelUnavailable, match="did not finish"):
            WAYS[way](client, purpose=Purpose.GRADE, seconds=SECONDS)
        return time.monotonic() - begun

    with ThreadPoolExecutor(len(WAYS)) as pool:
        times = dict(zip(WAYS, pool.map(took, WAYS), strict=True))
    assert min(times.values()) >= SECONDS - 0.05, times
    assert max(times.values()) < SECONDS + SLACK, times
    assert server.settled(), "the connection is given up, not left behind"


def test_retries_share_one_deadline(server: FakeServer, client: Client) -> None:
    server.always(faults.together(faults.server_error(), faults.slow_first_byte(SECONDS / 3)))
    begun = time.monotonic()
    with pytest.raises(ModelUnavailable):
        say(client, seconds=SECONDS)
    assert time.monotonic() - begun < SECONDS + SLACK
    assert len(server.requests) > 1


@contextmanager
def listening(talk: Callable[[socket.socket], Any]) -> Iterator[int]:
    """A server that does with each connection what it is told; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                held.append(connection)
                threading.Thread(target=guarded, args=(connection,), daemon=True).start()

        def guarded(connection: socket.socket) -> None:
            with suppress(OSError):
                talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()
    thread.join(5)


At: TypeAlias = Callable[..., Client]


@pytest.fixture
def client_at() -> Iterator[At]:
    """Makes clients of any address, and closes them."""
    made: list[Client] = []

    def make(url: str, key: str = KEY) -> Client:
        made.append(Client(Endpoint(base_url=url, model=MODEL, api_key=SecretStr(key))))
        return made[-1]

    yield make
    for client in made:
        client.close()


def test_a_server_that_reads_nothing_is_late_too(monkeypatch: pytest.MonkeyPatch, client_at: At) -> None:
    monkeypatch.setattr(account, "count", lambda text, model: Count(1, True))  # megabytes take it a second
    long: list[Message] = [{"role": "user", "content": "many words " * 1_000_000}]
    stop = threading.Event()
    with listening(lambda connection: stop.wait(10)) as port:
        client = client_at(f"http://127.0.0.1:{port}/v1")
        client.warm()
        begun = time.monotonic()
        with pytest.raises(ModelUnavailable, match="did not finish"):
            client.complete(long, purpose=Purpose.GRADE, prompt="", max_tokens=5, seconds=SECONDS)
        assert time.monotonic() - begun < SECONDS + SLACK
        stop.set()
        client.close()


def test_a_server_that_is_slow_to_agree_on_tls_is_late_too(client_at: At) -> None:
    stop = threading.Event()
    with listening(lambda connection: stop.wait(10)) as port:
        client = client_at(f"https://127.0.0.1:{port}/v1")
        client.warm()
        begun = time.monotonic()
        with pytest.raises(ModelUnavailable, match="did not take a connection"):
            say(client, seconds=SECONDS)
        assert time.monotonic() - begun < SECONDS + SLACK
        stop.set()
        client.close()


def test_a_slow_search_for_the_name_is_late_too(monkeypatch: pytest.MonkeyPatch, client_at: At) -> None:
    stop = threading.Event()
    real = socket.getaddrinfo

    def slow(host: Any, port: Any, *args: Any, **named: Any) -> Any:
        if host == "models.invalid" and not named.get("flags"):
            stop.wait(10)
        return real("127.0.0.1", port, *args, **{**named, "flags": socket.AI_NUMERICHOST})

    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **named: slow(host, *args, **named))
    monkeypatch.setattr(transport, "proxy_for", lambda scheme, host: "")

    def refuse_numbers(host: Any, *args: Any, **named: Any) -> Any:
        if host == "models.invalid" and named.get("flags"):
            raise socket.gaierror
        return slow(host, *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", refuse_numbers)
    client = client_at("http://models.invalid/v1")
    client.warm()
    begun = time.monotonic()
    with pytest.raises(ModelUnavailable, match="did not take a connection"):
        say(client, seconds=SECONDS)
    assert time.monotonic() - begun < SECONDS + SLACK
    stop.set()


def test_a_name_that_nobody_knows_is_said_to_be_unknown(
    monkeypatch: pytest.MonkeyPatch, impatient: None, client_at: At
) -> None:
    def unknown(*args: Any, **named: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setattr(transport, "proxy_for", lambda scheme, host: "")
    with pytest.raises(ModelUnavailable, match=r"models\.invalid cannot be found") as caught:
        say(client_at("http://models.invalid/v1"))
    assert "network" in caught.value.remedy


def test_nobody_listening_is_said_to_be_so(impatient: None, client_at: At) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ModelUnavailable, match=f"Nothing answers at 127.0.0.1:{port}"):
        say(client_at(f"http://127.0.0.1:{port}/v1"))


def test_https_to_a_server_without_it_is_a_matter_for_the_settings(server: FakeServer, client_at: At) -> None:
    with pytest.raises(ModelRejected, match="No secure connection") as caught:
        say(client_at(f"https://127.0.0.1:{server.port}/v1"))
    assert "http://" in caught.value.remedy


@pytest.mark.parametrize("way", ["text", "form"])
def test_no_reply_is_read_beyond_its_bound(way: str, server: FakeServer, client: Client) -> None:
    client.warm()
    server.always(faults.huge(10_000_000))
    with pytest.raises(ModelMisbehaved, match="longer than any reply may be"):
        WAYS[way](client)
    assert server.settled()
    assert server.requests[-1].outcome == "client left"


def test_a_stream_ends_where_its_tokens_should_have_ended(server: FakeServer, client: Client) -> None:
    server.always(faults.huge(1_000_000))
    heard: list[str] = []
    with pytest.raises(ModelMisbehaved, match="longer than was asked for"):
        heard.extend(client.stream(MESSAGES, purpose=Purpose.SPEAK, prompt="", max_tokens=10))
    assert len("".join(heard)) <= 10 * 16


def raw(reply: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(reply)
        connection.close()

    return talk


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "compressed"),
        (b"SSH-2.0-OpenSSH\r\n", "broke off"),
        (b"", "broke off"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 200_000, "broke off"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "nothing that answers"),
    ],
)
def test_what_is_no_proper_answer_is_an_error_of_ours(reply: bytes, says: str, impatient: None, client_at: At) -> None:
    with listening(raw(reply)) as port, pytest.raises(ModelError, match=says):
        say(client_at(f"http://127.0.0.1:{port}/v1"))


def test_a_farewell_that_does_not_come_is_not_waited_for(client_at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its reason to finish, a server may keep silent and the connection open."""
    monkeypatch.setattr(replies, "_AFTER_THE_END", 0.2)
    stop = threading.Event()

    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
            b'data: {"choices": [{"delta": {"content": "That is all."}}]}\n\n'
            b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\n'
        )
        stop.wait(15)

    with listening(talk) as port:
        begun = time.monotonic()
        assert speak(client_at(f"http://127.0.0.1:{port}/v1"), seconds=12) == "That is all."
        assert time.monotonic() - begun < 3
        stop.set()


def test_only_the_wire_has_the_key(server: FakeServer, client: Client) -> None:
    assert say(client) == "I see."
    (request,) = server.requests
    assert request.authorised
    with client._line.sdk() as sdk:
        assert KEY not in repr(vars(sdk._openai))
        assert sdk._openai.api_key != KEY


def test_a_local_server_gets_no_key_where_there_is_none(monkeypatch: pytest.MonkeyPatch, client_at: At) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-somebody")
    seen: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def talk(connection: socket.socket) -> None:
        seen.put(connection.recv(65536))

    with listening(talk) as port, pytest.raises(ModelUnavailable):
        say(client_at(f"http://127.0.0.1:{port}/v1", key=""), seconds=SECONDS)
    sent = seen.get(timeout=5).lower()
    assert b"authorization" not in sent
    assert b"somebody" not in sent
    assert b"x-stainless" not in sent


def test_a_query_in_the_address_goes_along(client_at: At) -> None:
    seen: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def talk(connection: socket.socket) -> None:
        seen.put(connection.recv(65536))

    with listening(talk) as port, pytest.raises(ModelUnavailable):
        say(client_at(f"http://127.0.0.1:{port}/openai/v1/?api-version=2024-10-21"), seconds=SECONDS)
    assert seen.get(timeout=5).startswith(b"POST /openai/v1/chat/completions?api-version=2024-10-21 HTTP/1.1\r\n")


def test_a_connection_is_used_again(server: FakeServer, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        opened.append(address)
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    for _ in range(3):
        say(client)
        speak(client)
    assert len(opened) == 1


def test_closing_a_client_ends_what_it_is_doing(server: FakeServer, client: Client) -> None:
    server.always(faults.stall("headers"))
    problems: queue.SimpleQueue[Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            say(client, seconds=20)
        except ModelError as error:
            problems.put(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not server.requests:
        time.sleep(0.005)
    client.close()
    assert "closed" in str(problems.get(timeout=5))
    thread.join(5)
    with pytest.raises(ModelUnavailable, match="closed"):
        say(client)


def test_a_client_that_is_dropped_hangs_up(server: FakeServer) -> None:
    client = Client(Endpoint(base_url=server.url, model=MODEL, api_key=SecretStr(KEY)))
    say(client)
    with client._line.sdk() as sdk:
        pass
    assert not sdk._openai.is_closed()
    del client
    gc.collect()
    assert sdk._openai.is_closed()


def test_a_stop_is_heard_while_nothing_comes(server: FakeServer, client: Client) -> None:
    server.always(faults.stall("middle", pieces=1))
    said: list[str] = []
    begun = time.monotonic()
    for words in client.stream(
        MESSAGES,
        purpose=Purpose.SPEAK,
        prompt="",
        max_tokens=50,
        seconds=20,
        stopped=lambda: time.monotonic() > begun + 0.3,
    ):
        said.append(words)
    assert time.monotonic() - begun < 3


def test_nothing_goes_over_the_wire_without_a_deadline() -> None:
    with pytest.raises(RuntimeError, match="without a deadline"):
        running()


def test_a_deadline_within_a_deadline_gives_back_the_outer_one() -> None:
    outer, inner = Deadline(5), Deadline(1)
    with outer.running():
        with inner.running():
            assert running() is inner
        assert running() is outer


def test_a_part_of_a_call_may_end_sooner_than_the_call_but_not_later() -> None:
    whole = Deadline(5)
    part = whole.part()
    part.shorten(0.0)
    part_of_little = Deadline(0.0).part()
    assert whole.left() > 4
    for over in (part, part_of_little):
        with pytest.raises(WireError, match="late"):
            over.tick()


@pytest.mark.parametrize(
    ("environment", "scheme", "host", "proxy"),
    [
        ({}, "https", "api.openai.com", ""),
        ({"https_proxy": "http://proxy:3128"}, "https", "api.openai.com", "http://proxy:3128"),
        ({"https_proxy": "proxy:3128"}, "https", "api.openai.com", "http://proxy:3128"),
        ({"https_proxy": "http://proxy:3128"}, "http", "models.example", ""),
        ({"all_proxy": "socks5://proxy"}, "http", "models.example", "socks5://proxy"),
        ({"https_proxy": "http://proxy:3128", "no_proxy": "example"}, "https", "models.example", ""),
        ({"http_proxy": "http://proxy:3128"}, "http", "127.0.0.1", ""),
        ({"http_proxy": "http://proxy:3128"}, "http", "localhost", ""),
        ({"http_proxy": "http://proxy:3128"}, "http", "::1", ""),
    ],
)
def test_proxies_are_found_in_the_environment(
    environment: dict[str, str], scheme: str, host: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(scheme, host) == proxy


def test_a_proxy_is_used_and_its_password_not_told(monkeypatch: pytest.MonkeyPatch, client_at: At) -> None:
    seen: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def talk(connection: socket.socket) -> None:
        seen.put(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    with listening(talk) as port:
        monkeypatch.setattr(transport, "proxy_for", lambda scheme, host: f"http://me:hush@127.0.0.1:{port}")
        with pytest.raises(ModelRejected, match="proxy on the way") as caught:
            say(client_at("https://models.invalid/v1"))
    assert seen.get(timeout=5).startswith(b"CONNECT models.invalid:443 HTTP/1.1\r\n")
    assert "hush" not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "https://127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used_is_no_riddle(
    proxy: str, monkeypatch: pytest.MonkeyPatch, impatient: None, client_at: At
) -> None:
    monkeypatch.setattr(transport, "proxy_for", lambda scheme, host: proxy)
    with pytest.raises(ModelError):
        say(client_at("https://models.invalid/v1"))


def test_addresses_are_not_logged(server: FakeServer, caplog: pytest.LogCaptureFixture, client_at: At) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_at(f"{server.url}?token=hush")
    assert say(client) == "I see."
    assert "hush" not in caplog.text


def test_many_threads_share_a_client(server: FakeServer, client_of: ClientOf) -> None:
    client = client_of()
    results: queue.SimpleQueue[object] = queue.SimpleQueue()

    def ask(number: int) -> None:
        try:
            results.put(speak(client) if number % 2 else say(client))
        except Exception as error:
            results.put(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [results.get_nowait() for _ in threads] == ["I see."] * 24
