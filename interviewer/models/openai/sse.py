"""Server-sent events, as far as completions use them: the data of one event after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class NotText(Exception):
    """The bytes are no UTF-8."""


def events(chunks: Iterable[bytes]) -> Iterator[str]:
    """The ``data`` of each event, its lines joined; comments and other fields are passed over. Raises NotText."""
    data: list[str] = []
    for line in _lines(chunks):
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif line == "data":
            data.append("")
        elif not line and data:
            yield "\n".join(data)
            data = []
    if data:
        yield "\n".join(data)  # some servers leave out the last empty line


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines that end with LF, CR or CR LF, wherever the chunks are cut."""
    held = bytearray()
    after_cr = False
    for chunk in chunks:
        if not chunk:
            continue
        if after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        after_cr = chunk.endswith(b"\r")
        held += chunk
        if b"\n" not in chunk and b"\r" not in chunk:
            continue
        *whole, rest = held.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        held = bytearray(rest)
        for line in whole:
            yield _text(line)
    if held:
        yield _text(held)


def _text(line: bytes | bytearray) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        pass
    raise NotText
