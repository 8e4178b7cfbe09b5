"""The doctor's checks: each looks at one thing, changes nothing, and never raises."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interviewer import __version__
from interviewer.cli.common import plural, settings
from interviewer.errors import InterviewerError

if TYPE_CHECKING:
    from interviewer.bank import Bank
    from interviewer.settings import Settings

LITTLE_SPACE = 200_000_000
"""Bytes free below which the data folder gets a notice."""

PACKAGES = (
    "streamlit",
    "chromadb",
    "sqlalchemy",
    "pydantic",
    "numpy",
    "onnxruntime",
    "tokenizers",
    "openai",
    "tiktoken",
)
ENCODING = "o200k_base"


class Status(StrEnum):
    OK = "ok"
    NOTICE = "notice"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Check:
    """What was found. ``remedy`` says what to do, where there is something to do."""

    name: str
    status: Status
    message: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


def check_all(given: dict[str, Any]) -> list[Check]:
    """All checks, in the order in which one would mend things."""
    found = [*_guarded("Python", _python), *_guarded("Packages", _packages)]
    try:
        chosen = settings()
    except InterviewerError as error:
        return [*found, _problem("Settings", error)]
    found += _guarded("Settings", lambda: _settings(chosen, given))
    found += _guarded("Data folder", lambda: _data_folder(chosen))
    found += _guarded("Weights", lambda: _weights(chosen))
    banks: list[Bank] = []
    found += _guarded("Bank", lambda: _bank(chosen, banks))
    if banks:
        found += _guarded("Index", lambda: _index(chosen, banks[0]))
    found += _guarded("Store", lambda: _store(chosen))
    found += _guarded("Token counts", _tokens)
    found += _guarded("Model", lambda: _model(chosen))
    found += _guarded("Voice", lambda: _voice(chosen))
    found += _guarded("Port", lambda: _port(chosen))
    return found


def _guarded(name: str, checks: Callable[[], Iterator[Check]]) -> list[Check]:
    found: list[Check] = []
    try:
        for check in checks():
            found.append(check)
    except InterviewerError as error:
        found.append(_problem(name, error))
    except Exception as error:  # a check must not hide the ones after it
        found.append(Check(name, Status.PROBLEM, f"It could not be checked ({type(error).__name__}: {error})."))
    return found


def _problem(name: str, error: InterviewerError) -> Check:
    return Check(name, Status.PROBLEM, str(error), error.remedy)


def _python() -> Iterator[Check]:
    version = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, Interviewer {__version__}"
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        yield Check("Python", Status.OK, version)
    else:
        yield Check("Python", Status.NOTICE, version, "Interviewer is tested with Python 3.11, 3.12 and 3.13.")


def _packages() -> Iterator[Check]:
    from packaging.requirements import Requirement

    wrong = []
    try:
        needed = metadata.requires("interviewer") or []
    except metadata.PackageNotFoundError:
        yield Check(
            "Packages",
            Status.NOTICE,
            "Interviewer runs from its source folder without being installed, so versions were not compared.",
            "“make run” installs it.",
        )
        return
    for line in needed:
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            have = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{wanted.name} is missing")
            continue
        if not wanted.specifier.contains(have, prereleases=True):
            wrong.append(f"{wanted.name} {have} does not fit {wanted.specifier}")
    if wrong:
        yield Check("Packages", Status.PROBLEM, "; ".join(wrong) + ".", "Install Interviewer again (“make run” does).")
    else:
        yield Check("Packages", Status.OK, ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES))


def _settings(chosen: Settings, given: dict[str, Any]) -> Iterator[Check]:
    from interviewer.settings import OF_THE_MODEL, config_file, key_origin, origin

    path = config_file()
    yield Check("Settings file", Status.OK, f"{path}" if path.is_file() else f"none (it would be {path})")
    for name in type(chosen).model_fields:
        is_key = name.endswith("api_key")
        whence = key_origin(chosen, given, name) if is_key else origin(name, given)
        if name in OF_THE_MODEL and whence in ("", "default"):
            continue  # a dozen lines that say nothing
        if name == "audio_api_key" and not chosen.has_audio:
            continue  # it would be the model's
        value = "set" if is_key else getattr(chosen, name)
        yield Check(f"Setting {name}", Status.OK, f"{value} ({whence})")


def _data_folder(chosen: Settings) -> Iterator[Check]:
    folder = chosen.data_dir
    remedy = "Make it writable, or set INTERVIEWER_DATA_DIR to a folder that is."
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        yield _file_in_the_way("Data folder", place)
        return
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        yield Check("Data folder", Status.PROBLEM, f"{place} cannot be written: {error.strerror or error}.", remedy)
        return
    free = shutil.disk_usage(place).free
    message = f"{folder}, writable, {free / 1e9:.1f} GB free" + ("" if folder.exists() else "; made when first needed")
    if free < LITTLE_SPACE:
        yield Check(
            "Data folder", Status.NOTICE, message, "Free some space; interviews cannot be stored on a full disk."
        )
    else:
        yield Check("Data folder", Status.OK, message)


def _file_in_the_way(name: str, file: Path) -> Check:
    return Check(
        name,
        Status.PROBLEM,
        f"{file} is a file, not a folder, so nothing can be stored in it.",
        "Move that file away, or set INTERVIEWER_DATA_DIR to a folder.",
    )


def _weights(chosen: Settings) -> Iterator[Check]:
    from interviewer.embedding import load_embedder
    from interviewer.embedding.weights import verify
    from interviewer.errors import WeightsError

    folder = chosen.weights_path
    try:
        verify(folder)
    except WeightsError as error:
        wanted = chosen.embedder == "minilm"
        yield Check("Weights", Status.PROBLEM if wanted else Status.NOTICE, str(error), error.remedy)
    else:
        yield Check("Weights", Status.OK, f"{folder}, checksum verified")
    embedder = load_embedder(chosen)
    status = Status.NOTICE if embedder.notice else Status.OK
    yield Check("Embedder", status, embedder.notice or f"{embedder.id}, {embedder.dimensions} dimensions")


def _bank(chosen: Settings, banks: list[Bank]) -> Iterator[Check]:
    from interviewer.bank import load_bank, load_calibration
    from interviewer.resources import knowledge_dir

    bank = load_bank(chosen.knowledge_dir or knowledge_dir())
    banks.append(bank)
    answers = sum(len(one.answers) for one in load_calibration(bank).values())
    yield Check(
        "Bank",
        Status.OK,
        f"{bank.folder}: {plural(len(bank.questions), 'question')}, {plural(len(bank.guides), 'guide')}, "
        f"{plural(len(bank.topics), 'topic')}, {plural(answers, 'calibration answer')}",
    )


def _index(chosen: Settings, bank: Bank) -> Iterator[Check]:
    from interviewer.embedding import load_embedder
    from interviewer.index.collection import open_collection
    from interviewer.index.shelf import Shelf

    embedder = load_embedder(chosen)
    shelf = Shelf(chosen.index_path, bank.hash, embedder.id)
    pointer = shelf.pointer()
    again = "It is built when it is first needed; “interviewer setup” does it now."
    if pointer is None:
        yield Check("Index", Status.NOTICE, "There is no index yet for this bank and embedder.", again)
        return
    try:
        opened = open_collection(shelf.root / pointer.folder)
        try:
            opened.check(pointer.passages, pointer.dimensions)
            count = opened.count
        finally:
            opened.close()
    except InterviewerError:
        raise
    except Exception as error:  # Chroma's own
        yield Check(
            "Index",
            Status.NOTICE,
            f"The index is damaged ({error}).",
            "It is built again when it is next needed; “interviewer setup” does it now.",
        )
        return
    yield Check("Index", Status.OK, f"{plural(count, 'passage')}, made by {embedder.id}")


def _store(chosen: Settings) -> Iterator[Check]:
    from interviewer.settings import file_in_the_way
    from interviewer.store.examine import examine

    path = chosen.database_path
    file = file_in_the_way(path.parent)
    if file is not None:
        yield _file_in_the_way("Store", file)
        return
    if not path.exists():
        yield Check("Store", Status.OK, f"{path}: none yet; made with the first interview")
        return
    found = examine(path)
    if found.fault is not None:
        yield Check(
            "Store",
            Status.PROBLEM,
            f"{path} is damaged: {found.fault}.",
            "Move it aside (keep it: parts may be recoverable) and start again, or restore a copy.",
        )
    elif not found.writable:
        yield Check(
            "Store",
            Status.PROBLEM,
            f"{path} cannot be written.",
            "Make the file and its folder writable, or set INTERVIEWER_DATA_DIR to another folder.",
        )
    elif not found.current:
        yield Check("Store", Status.NOTICE, f"{path} is of an earlier version; it is brought up to date when opened.")
    else:
        yield Check(
            "Store", Status.OK, f"{path}: sound, schema {found.revision}, {plural(found.interviews, 'interview')}"
        )


def _tokens() -> Iterator[Check]:
    if encoding_at_hand():
        yield Check("Token counts", Status.OK, f"tiktoken's encoding {ENCODING} is at hand")
    else:
        yield Check(
            "Token counts",
            Status.OK,
            f"tiktoken's encoding {ENCODING} is not on this machine; counts would be estimates, marked as such. "
            "The offline model needs none.",
        )


def encoding_at_hand() -> bool:
    """Whether tiktoken can load its encoding without downloading it."""
    import tiktoken.load

    def refused(blobpath: str) -> bytes:
        raise OSError("not at hand")

    # tiktoken has no way to ask: it looks into its cache and downloads what is not there, by this function.
    downloads, tiktoken.load.read_file = tiktoken.load.read_file, refused
    try:
        tiktoken.get_encoding(ENCODING)
    except Exception:
        return False
    finally:
        tiktoken.load.read_file = downloads
    return True


def _model(chosen: Settings) -> Iterator[Check]:
    from interviewer.runtime import endpoint_of
    from interviewer.settings import key_file

    endpoint = endpoint_of(chosen)
    if endpoint is not None:
        key = "with a key" if endpoint.api_key.get_secret_value() else "without a key"
        yield Check(
            "Model",
            Status.OK,
            f"{endpoint.model} at {endpoint.label}, {key}, asks and grades; “interviewer model” tests the connection.",
        )
    elif chosen.has_endpoint:
        yield Check("Model", Status.OK, "The offline model asks and grades; a model is set up and switched off.")
    else:
        yield Check("Model", Status.OK, "The offline model asks and grades; no endpoint is configured, none is needed.")
    path = key_file()
    if os.name == "posix" and path.is_file() and path.stat().st_mode & 0o077:
        yield Check(
            "Model key", Status.NOTICE, f"{path} can be read by other users of this machine.", f"chmod 600 {path}"
        )


def _voice(chosen: Settings) -> Iterator[Check]:
    from interviewer.runtime import audio_endpoint_of

    endpoint = audio_endpoint_of(chosen)
    if endpoint is not None:
        models = [(endpoint.transcribe_model, "hears"), (endpoint.speech_model, "speaks")]
        does = " and ".join(f"{model} {does}" for model, does in models if model)
        yield Check("Voice", Status.OK, f"{does}, at {endpoint.label}; “interviewer model” tests the connection.")
    elif chosen.has_audio:
        yield Check(
            "Voice", Status.OK, "The browser hears and speaks, as far as it can; what is set up is switched off."
        )
    else:
        yield Check("Voice", Status.OK, "The browser hears and speaks, as far as it can; no endpoint is configured.")


def _port(chosen: Settings) -> Iterator[Check]:
    from interviewer.cli.run import free_port, is_free, running_at

    if is_free(chosen.host, chosen.port):
        yield Check("Port", Status.OK, f"{chosen.port} on {chosen.host} is free")
    elif (address := running_at(chosen.host, chosen.port)) is not None:
        yield Check("Port", Status.OK, f"Interviewer seems to be running already at {address}")
    else:
        other = free_port(chosen.host, chosen.port)
        yield Check(
            "Port",
            Status.NOTICE,
            f"{chosen.port} on {chosen.host} is in use by another program.",
            f"“interviewer run” would take {other}.",
        )
