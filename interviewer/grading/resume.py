"""Going on with a batch that was interrupted.

Beside the output stands ``OUTPUT.progress``: which input it belongs to (by content, not by name) and who grades. How
far it got is not written down, it is read off the output itself: as many lines as are there, whole. A line that was
torn off in the middle is cut away and made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from filelock import FileLock, Timeout

from interviewer.errors import SetupError, UsageError

VERSION = 1
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Fingerprint:
    """The input as it is: the hash of its bytes, and how many lines it has."""

    sha256: str
    lines: int


def fingerprint(stream: BinaryIO) -> Fingerprint:
    """Reads the stream to its end, in little memory."""
    digest, lines, last = hashlib.sha256(), 0, b"\n"
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        lines += chunk.count(b"\n")
        last = chunk[-1:]
    return Fingerprint(digest.hexdigest(), lines + (last != b"\n"))


@dataclass(frozen=True)
class Output:
    """The open output. ``done`` lines are there already; further ones go to ``stream``."""

    done: int
    stream: TextIO


@contextlib.contextmanager
def resumable(path: Path, given: Fingerprint, grader: dict[str, Any], *, restart: bool = False) -> Iterator[Output]:
    """Opens ``path`` for the rest of the lines of this input.

    ``grader`` is what the grades depend on. Raises UsageError when ``path`` holds anything but the beginning of the
    same input graded by the same grader (unless ``restart``: then it is begun anew), or when another process is at it.
    """
    note = path.with_name(path.name + ".progress")
    mine = {"version": VERSION, "input": asdict(given), "grader": grader}
    with _alone(path), _faults(path):
        if restart:
            path.unlink(missing_ok=True)
            note.unlink(missing_ok=True)
        begun = path.exists() and path.stat().st_size > 0
        if begun or note.exists():
            _require_same(path, note, mine, begun=begun)
        # The note is complete before the output exists: a kill in between leaves nothing that is not understood.
        _write_whole(note, json.dumps(mine, indent=1) + "\n")
        done = _whole_lines(path)
        if done > given.lines:
            raise UsageError(
                f"{path} has {done:,} lines, more than the input's {given.lines:,}.", _ANEW.format(name="it")
            )
        with path.open("a", encoding="utf-8", newline="\n") as stream:
            yield Output(done, stream)


_ANEW = "Name another file with --out, or add --restart to replace {name}."


def _require_same(path: Path, note: Path, mine: dict[str, Any], *, begun: bool) -> None:
    try:
        theirs = json.loads(note.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"{path} is there already, and nothing says which input it was made from.", _ANEW.format(name="it")
        ) from None
    except ValueError:
        theirs = {}
    if theirs == mine or (not begun and theirs.get("version") != VERSION):
        return
    if theirs.get("input") != mine["input"]:
        if not begun:
            return  # an earlier run was stopped before its first line: nothing could be mixed
        raise UsageError(
            f"{path} was made from another input (or the input has changed since); the two are not mixed.",
            _ANEW.format(name="it"),
        )
    if begun:
        changed = _differences(theirs.get("grader"), mine["grader"])
        raise UsageError(
            f"{path} was begun with another grader ({changed}); grades of the two are not mixed.",
            "Grade with the same settings as before; otherwise: " + _ANEW.format(name="it"),
        )


def _differences(theirs: object, mine: dict[str, Any]) -> str:
    before = theirs if isinstance(theirs, dict) else {}
    names = [name for name in {**before, **mine} if before.get(name) != mine.get(name)]
    return "; ".join(f"{name}: {before.get(name)} then, {mine.get(name)} now" for name in names) or "unknown"


def _whole_lines(path: Path) -> int:
    """How many whole lines the output has; what follows the last one is cut off."""
    if not path.exists():
        return 0
    with path.open("rb+") as stream:
        lines, size, whole, before = 0, 0, 0, 0
        last = b""
        while piece := stream.readline():
            size += len(piece)
            if piece.endswith(b"\n"):
                lines, before, whole, last = lines + 1, whole, size, piece
        if lines and not _is_json(last):  # a power cut can leave zeros where text was to be
            lines, whole = lines - 1, before
        if whole != size:
            stream.truncate(whole)
    return lines


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _write_whole(path: Path, text: str) -> None:
    scratch = path.with_name(path.name + ".new")
    with scratch.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.replace(scratch, path)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    with _faults(path):
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise UsageError(
                f"Another process is writing {path} at this moment.", "Wait for it, or name another file with --out."
            ) from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            Path(lock.lock_file).unlink()
        lock.release()


@contextlib.contextmanager
def _faults(path: Path) -> Iterator[None]:
    """A full disk or a forbidden folder, in plain words."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SetupError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Make room or name another file with --out; what is there is kept, and the same command goes on from it.",
        ) from error
