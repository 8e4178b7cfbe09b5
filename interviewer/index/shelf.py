"""Which folder holds which collection, and how one is put in another's place. Files only; Chroma is not known here.

    index/
      .lock                                        held by whoever builds or tidies up
      <bank>-<embedder>.json                       the pointer: names the folder that counts
      <bank>-<embedder>-<random>/                  one build; never changed once a pointer names it

A pointer is replaced in one step (``os.replace``), after its folder is complete. So a reader sees the old collection or
the new one, and nothing that a killed process left half done: that has no pointer.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from interviewer.errors import IndexUnavailable

FORMAT = 2  # of folders and passages; a pointer with another number is not followed
PATIENCE = 900.0  # seconds to wait for another process's build
KEEP_ORPHAN = 3600.0  # seconds that a folder stays after nothing names it: a reader may still have it open
KEEP_UNUSED = 7 * 24 * 3600.0  # seconds that a collection stays after it was last opened or searched

_NAME = re.compile(r"[a-z0-9.]+(?:-[a-z0-9.]+)*")
_DOOMED = ".doomed-"


@dataclass(frozen=True)
class Pointer:
    """What a pointer file says."""

    folder: str
    passages: int
    dimensions: int
    format: int = FORMAT


class Shelf:
    """The folder ``root``, looked at for one key."""

    def __init__(self, root: Path, bank_hash: str, embedder_id: str) -> None:
        self.root = root
        self.key = f"{bank_hash}-{embedder_id}"
        if not _NAME.fullmatch(self.key):
            raise ValueError(f"{self.key!r} cannot be a file's name")
        self.pointer_path = root / f"{self.key}.json"

    def pointer(self) -> Pointer | None:
        """What counts now; None when there is nothing, or nothing that can be read."""
        try:
            pointer = Pointer(**json.loads(self.pointer_path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        if pointer.format != FORMAT or not _NAME.fullmatch(str(pointer.folder)):
            return None
        return pointer if (self.root / pointer.folder).is_dir() else None

    def touch(self) -> None:
        """Says that the collection is in use."""
        with contextlib.suppress(OSError):
            os.utime(self.pointer_path)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Alone among all processes and threads. Raises IndexUnavailable when the wait is too long."""
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / ".lock", timeout=PATIENCE):
                yield
        except Timeout:
            raise IndexUnavailable(
                f"Another process has been building the index for more than {PATIENCE / 60:.0f} minutes.",
                "Stop other running copies of Interviewer, then start it again.",
            ) from None

    @contextlib.contextmanager
    def new_folder(self) -> Iterator[Path]:
        """A fresh folder for a build; gone again if the build fails."""
        folder = self.root / f"{self.key}-{secrets.token_hex(4)}"
        folder.mkdir()
        try:
            yield folder
        except BaseException:
            _remove(folder)
            raise

    def switch(self, pointer: Pointer) -> None:
        """Makes ``pointer`` the one that counts, in one step. For the holder of the lock."""
        before = self.pointer()
        handle, name = tempfile.mkstemp(dir=self.root, prefix=".pointer-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(asdict(pointer), out)
                out.flush()
                os.fsync(out.fileno())
            os.replace(name, self.pointer_path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(self.root)
        if before is not None and before.folder != pointer.folder:
            with contextlib.suppress(OSError):  # its last hour begins now
                os.utime(self.root / before.folder)

    def tidy(self) -> None:
        """Removes what nobody has used for long. For the holder of the lock; what cannot be removed stays."""
        now = time.time()
        for path in self.root.glob("*.json"):
            if path != self.pointer_path and _age(path, now) > KEEP_UNUSED:
                with contextlib.suppress(OSError):
                    path.unlink()
        named = {_folder_named(path) for path in self.root.glob("*.json")}
        for folder in self.root.iterdir():
            if folder.name.startswith(_DOOMED):
                _remove(folder)
            elif folder.is_dir() and folder.name not in named and _age(folder, now) > KEEP_ORPHAN:
                # Renamed first: whoever opens it at this moment finds all of it or nothing.
                doomed = folder.with_name(f"{_DOOMED}{folder.name}")
                with contextlib.suppress(OSError):
                    folder.rename(doomed)
                    _remove(doomed)
        for left in self.root.glob(".pointer-*"):  # of a process that was killed: nobody else holds the lock
            with contextlib.suppress(OSError):
                left.unlink()


def _folder_named(pointer: Path) -> str | None:
    try:
        return str(json.loads(pointer.read_text(encoding="utf-8"))["folder"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _age(path: Path, now: float) -> float:
    try:
        return now - path.stat().st_mtime
    except OSError:
        return 0.0


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    """Makes a rename last through a power cut, where the system can (Windows cannot, and need not)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
