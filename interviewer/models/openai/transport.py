"""The way to an endpoint: sockets that keep to the call's deadline, bodies that keep to a size, and the key.

A read time-out bounds one read, so that a server that sends a byte now and then is never late, neither in its headers
nor in its body. Here every wait on the socket is bounded by what is left of the whole call.

The key is known to this file only. It is put into a request when that goes onto the wire, and so no request, response
or exception of the layers above can hold it.
"""

from __future__ import annotations

import logging
import queue
import select
import socket
import ssl
import sys
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore2
import httpx2
from pydantic import SecretStr

from interviewer.models.openai.deadline import Deadline, WireError, running

LARGEST = 2_000_000
"""Bytes of a body that we take."""

LARGEST_SOUND = 5_000_000
"""The same where sound is asked for."""

CONNECT_SECONDS = 10.0
"""The longest wait for a name, for a connection and for TLS, each."""

KEEP_SECONDS = 90.0
"""How long an idle connection is kept: from one turn to the next, so that only the first one pays for TLS."""

# They print whole addresses, in whose query some gateways take a key.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Transport(httpx2.BaseTransport):
    """Sends requests under the deadline of the thread that it runs in. Raises WireError and nothing else.

    ``url`` is the endpoint's; whether a proxy leads there is read from the environment once.
    """

    def __init__(self, url: str, key: SecretStr, largest: int = LARGEST) -> None:
        self._key = key
        self._largest = largest
        parts = urlsplit(url)
        host = parts.hostname or ""
        self._at_openai = host == "openai.com" or host.endswith(".openai.com")
        proxy = proxy_for(parts.scheme, host)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context() if parts.scheme == "https" else None,
            proxy=_proxy(proxy) if proxy else None,
            max_connections=32,
            keepalive_expiry=KEEP_SECONDS,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        deadline = running()
        assert isinstance(request.stream, httpx2.SyncByteStream)
        sent = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=self._headers(request),
            content=request.stream,
            extensions={"timeout": {"pool": deadline.left()}},
        )
        try:
            got = self._pool.handle_request(sent)
        except Exception as error:
            problem = _wire_error(error)
        else:
            assert isinstance(got.stream, Iterable)
            body = _Body(got.stream, deadline, self._largest)
            response = httpx2.Response(got.status, headers=got.headers, stream=body, extensions=got.extensions)
            if response.headers.get("content-encoding", "identity").strip().lower() == "identity":
                return response
            body.close()
            problem = WireError("encoded")
        raise problem

    def close(self) -> None:
        self._pool.close()

    def _headers(self, request: httpx2.Request) -> list[tuple[bytes, bytes]]:
        """As the SDK made them, but with the key, and without what it tells about this machine."""
        key = self._key.get_secret_value()
        kept = [
            (name, value)
            for name, value in request.headers.raw
            if name.lower() != b"authorization"
            and not name.lower().startswith(b"x-stainless-")
            and (self._at_openai or name.lower() not in (b"openai-organization", b"openai-project"))
        ]
        return [*kept, (b"Authorization", f"Bearer {key}".encode())] if key else kept


class _Body(httpx2.SyncByteStream):
    """A response's body, read under the deadline of its call wherever it is read, up to a size."""

    def __init__(self, inner: Iterable[bytes], deadline: Deadline, largest: int) -> None:
        self._inner = inner
        self._deadline = deadline
        self._largest = largest

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        chunks = iter(self._inner)
        problem: WireError | None = None
        while problem is None:
            try:
                with self._deadline.running():
                    chunk = next(chunks, None)
            except Exception as error:
                problem = _wire_error(error)
                continue
            if chunk is None:
                return
            size += len(chunk)
            if size > self._largest:
                self.close()
                problem = WireError("large")
            else:
                yield chunk
        raise problem

    def close(self) -> None:
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()


def _wire_error(error: Exception) -> WireError:
    if isinstance(error, WireError):
        return WireError(error.kind)
    if isinstance(error, httpcore2.PoolTimeout):
        return WireError("connect")
    if isinstance(error, (httpcore2.ProxyError, ImportError)):  # the latter: a SOCKS proxy without its library
        return WireError("proxy")
    return WireError("cut")


def proxy_for(scheme: str, host: str) -> str:
    """The proxy on the way to a host, as the environment has it; "" for none. Never one for this machine itself."""
    try:
        if host == "localhost" or ip_address(host).is_loopback:
            return ""
    except ValueError:
        pass
    proxies = urllib.request.getproxies()
    proxy = proxies.get(scheme) or proxies.get("all") or ""
    if not proxy or urllib.request.proxy_bypass(host):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def _proxy(url: str) -> httpcore2.Proxy:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    host = f"[{host}]" if ":" in host else host
    return httpcore2.Proxy(f"{parts.scheme}://{host}{port or _PROXY_PORTS.get(parts.scheme, '')}", auth=auth)


_PROXY_PORTS = {"socks5": ":1080", "socks5h": ":1080"}


class _Backend(httpcore2.NetworkBackend):
    """Connects under the deadline of the thread, the search for the name included."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = _addresses(host, port)
        until = time.monotonic() + CONNECT_SECONDS
        problem = WireError("refused")
        for place, (family, address) in enumerate(addresses):
            _tick()
            left = min(running().left(), until - time.monotonic()) / (len(addresses) - place)
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.settimeout(max(left, 0.001))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return _Stream(sock)
            except TimeoutError:
                problem = WireError("connect")
            except OSError:
                problem = WireError("refused")
            except BaseException:
                sock.close()
                raise
            sock.close()
        _tick()
        raise problem


def _tick() -> float:
    """As the deadline's; but late before anything was sent is a connection that was not made."""
    try:
        return running().tick()
    except WireError as error:
        kind = error.kind
    raise WireError("connect" if kind == "late" else kind)


def _addresses(host: str, port: int) -> list[tuple[int, Any]]:
    """Looked up in a thread of its own: nothing else can end the system's search for a name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [(entry[0], entry[4]) for entry in found]
    except (OSError, UnicodeError):
        pass
    answers: queue.SimpleQueue[list[tuple[int, Any]]] = queue.SimpleQueue()

    def look() -> None:
        try:
            answers.put([(entry[0], entry[4]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=look, name="name look-up", daemon=True).start()
    until = time.monotonic() + CONNECT_SECONDS
    while time.monotonic() < until:
        try:
            addresses = answers.get(timeout=_tick())
        except queue.Empty:
            continue
        if not addresses:
            break
        return addresses
    raise WireError("address")


class _Stream(httpcore2.NetworkStream):
    """A socket on which every wait ends with the deadline of the thread that waits."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            self._sock.settimeout(running().tick())
            try:
                return self._sock.recv(max_bytes)
            except TimeoutError:
                continue
            except OSError:
                break
        raise WireError("cut")

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        while view:
            self._sock.settimeout(running().tick())
            try:
                view = view[self._sock.send(view) :]
            except TimeoutError:
                continue
            except OSError:
                # A server may refuse before it has read everything; what it says is still to be read.
                raise httpcore2.WriteError from None

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        if isinstance(self._sock, ssl.SSLSocket):
            self.close()
            raise WireError("proxy")
        try:
            _tick()
            self._sock.settimeout(min(running().left(), CONNECT_SECONDS) or 0.001)
            return _Stream(ssl_context.wrap_socket(self._sock, server_hostname=server_hostname))
        except WireError as error:
            problem = WireError(error.kind)
        except ssl.SSLCertVerificationError:
            problem = WireError("untrusted")
        except TimeoutError:
            problem = WireError("connect")
        except ssl.SSLError:
            problem = WireError("secure")
        except OSError:
            problem = WireError("cut")
        self.close()
        raise problem

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._sock if isinstance(self._sock, ssl.SSLSocket) else None
        if info == "is_readable":
            return _is_readable(self._sock)
        return self._sock if info == "socket" else None


def _is_readable(sock: socket.socket) -> bool:
    """On an idle connection this means that the server has closed it."""
    number = sock.fileno()
    if number < 0:
        return True
    if sys.platform == "win32" or not hasattr(select, "poll"):
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))
