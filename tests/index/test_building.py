"""One build however many processes ask, nothing half-built ever read, and damage mended."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from interviewer.errors import IndexUnavailable
from interviewer.index import Passage, open_index
from interviewer.index import shelf as shelves
from tests.index import toy
from tests.index.toy import BANK, ToyEmbedder, ask, builds, passages, pointed, spawn, toy_index, wait_for

DAY = 24 * 3600


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


def never() -> list[Passage]:
    pytest.fail("it was built again")


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_the_second_time_nothing_is_built(root: Path) -> None:
    first = toy_index(root)
    second = open_index(root, bank_hash=BANK, embedder=ToyEmbedder(), passages=never)
    assert ask(first) == ask(second)
    assert builds(root) == [pointed(root)]


def test_another_bank_or_embedder_has_a_collection_of_its_own(root: Path) -> None:
    class Other(ToyEmbedder):
        id = "toy-2"

    toy_index(root)
    toy_index(root, "fedcba9876543210")
    open_index(root, bank_hash=BANK, embedder=Other(), passages=passages)
    assert len(builds(root)) == 3


def test_processes_that_start_at_once_build_one_collection(root: Path, tmp_path: Path) -> None:
    logs = [tmp_path / f"log{number}" for number in range(3)]
    go = tmp_path / "go"
    processes = [spawn(toy.open_and_ask, root, log, go) for log in logs]
    for log in logs:
        wait_for(log, "ready")
    go.touch()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert builds(root) == [pointed(root)]
    assert [toy.lines(log).count("built") for log in logs].count(1) == 1
    assert len({toy.lines(log)[-1] for log in logs}) == 1


def test_threads_that_start_at_once_build_one_collection(root: Path) -> None:
    found: list[toy.Outcome] = []
    threads = [threading.Thread(target=lambda: found.append(ask(toy_index(root)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(map(str, found))) == 1
    assert builds(root) == [pointed(root)]


def test_a_build_that_was_killed_is_never_read_and_is_cleared_away_later(root: Path, tmp_path: Path) -> None:
    process = spawn(toy.die_while_building, root, tmp_path / "log")
    process.join(60)
    assert process.exitcode == 9
    (half,) = builds(root)
    assert not list(root.glob("*.json"))

    index = toy_index(root)
    assert pointed(root) != half
    ask(index)
    assert half in builds(root)  # it is young: for all we know somebody is looking at it
    age(root / half, 2 * 3600)
    toy_index(root, "fedcba9876543210")
    assert half not in builds(root)


def test_a_reader_stays_right_while_other_processes_rebuild(root: Path, tmp_path: Path) -> None:
    expected = json.dumps(ask(toy_index(root)))
    log, stop = tmp_path / "log", tmp_path / "stop"
    reader = spawn(toy.keep_asking, root, log, stop)
    try:
        wait_for(log, "asking")
        for _ in range(4):
            (root / f"{BANK}-toy-1.json").unlink(missing_ok=True)
            ask(toy_index(root))
            for name in builds(root):
                if name != pointed(root):  # as if it had been collected under the reader's feet
                    shutil.rmtree(root / name)
    finally:
        stop.touch()
        reader.join(60)
    assert reader.exitcode == 0
    assert [line for line in toy.lines(log) if line.startswith("[")] == [expected]


def truncate_database(folder: Path) -> None:
    database = folder / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[:5000])


def scribble_over_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"not a database" * 1000)


def remove_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").unlink()


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_passages(folder: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(folder / "chroma.sqlite3")
    with connection:
        connection.execute("DELETE FROM embeddings WHERE id % 2 = 0")
    connection.close()


def lose_metadata(folder: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(folder / "chroma.sqlite3")
    with connection:
        connection.execute("DELETE FROM embedding_metadata WHERE key = 'owner' AND id > 2")
    connection.close()


def scribble_over_pointer(folder: Path) -> None:
    (folder.parent / f"{BANK}-toy-1.json").write_text("{")


def point_elsewhere(folder: Path) -> None:
    pointer = folder.parent / f"{BANK}-toy-1.json"
    pointer.write_text(json.dumps({**json.loads(pointer.read_text()), "folder": "../.."}))


def point_as_another_version(folder: Path) -> None:
    pointer = folder.parent / f"{BANK}-toy-1.json"
    pointer.write_text(json.dumps({**json.loads(pointer.read_text()), "format": shelves.FORMAT + 1}))


@pytest.mark.parametrize(
    "damage",
    [
        truncate_database,
        scribble_over_database,
        remove_database,
        remove_folder,
        lose_passages,
        lose_metadata,
        scribble_over_pointer,
        point_elsewhere,
        point_as_another_version,
    ],
)
def test_a_damaged_index_is_built_again_in_a_new_folder(root: Path, damage: Callable[[Path], None]) -> None:
    index = toy_index(root)
    expected, before = ask(index), pointed(root)
    index.close()
    damage(root / before)
    assert ask(toy_index(root)) == expected
    assert pointed(root) != before


def test_a_damaged_index_is_told_in_one_calm_sentence(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    index = toy_index(root)
    index.close()
    scribble_over_database(root / pointed(root))
    with caplog.at_level("DEBUG", logger="interviewer.index"):
        toy_index(root)
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert told == ["The index was damaged, so it is built again. No interview is affected."]
    assert [record for record in caplog.records if record.levelname == "DEBUG"]


def test_an_index_that_is_not_there_yet_is_built_without_a_word(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    toy_index(root)
    assert not caplog.records


def test_an_index_whose_files_vanish_while_it_is_open_mends_itself(root: Path) -> None:
    index = toy_index(root)
    expected = ask(index)
    shutil.rmtree(root)
    assert ask(index) == expected  # Chroma holds it in memory, or it was built again: right in any case
    index.close()
    assert ask(index) == expected


def test_a_search_that_fails_is_answered_from_a_new_build(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = toy_index(root)
    expected, before = ask(index), pointed(root)
    monkeypatch.setattr(index.open(), "search", lambda *_: 1 / 0)
    assert ask(index) == expected
    assert pointed(root) != before


def test_a_pointer_is_switched_only_to_a_complete_collection(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace
    complete: list[int] = []

    def spy(source: str, target: Path) -> None:
        from interviewer.index.collection import open_collection

        pointer = json.loads(Path(source).read_text())
        complete.append(open_collection(root / pointer["folder"]).count)
        replace(source, target)

    monkeypatch.setattr(os, "replace", spy)
    toy_index(root)
    assert complete == [25]


def test_a_switch_that_fails_leaves_what_was_there(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = toy_index(root)
    expected, before = ask(index), sorted(path.name for path in root.iterdir())

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(IndexUnavailable, match="No space left") as caught:
            toy_index(root, "fedcba9876543210")
        assert "INTERVIEWER_DATA_DIR" in caught.value.remedy
    assert sorted(path.name for path in root.iterdir()) == before
    assert ask(toy_index(root)) == expected


def test_a_file_in_place_of_the_folder_is_called_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    with pytest.raises(IndexUnavailable, match=f"{file} is a file, not a folder") as caught:
        toy_index(file / "index")
    assert "Move that file away" in caught.value.remedy


def test_a_folder_that_cannot_be_written_to_is_a_setup_error(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(IndexUnavailable) as caught:
        toy_index(root)
    assert "can be written to" in caught.value.remedy


def test_waiting_for_another_build_has_an_end(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "PATIENCE", 0.2)
    shelf = shelves.Shelf(root, BANK, "toy-1")
    with shelf.locked():
        failed: list[BaseException] = []

        def other() -> None:
            try:
                toy_index(root)
            except IndexUnavailable as error:
                failed.append(error)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(30)
        assert "Another process" in str(failed[0])


def test_what_nobody_has_used_for_a_week_is_cleared_away_at_the_next_build(root: Path) -> None:
    banks = ("a" * 16, "b" * 16, "c" * 16)
    for bank in banks:
        toy_index(root, bank).close()
    for bank in banks:
        age(root / f"{bank}-toy-1.json", 8 * DAY)
        age(root / pointed(root, bank), 30 * DAY)
    toy_index(root, "b" * 16).close()  # opening counts as use
    age(root / f"{'c' * 16}-toy-1.json", 6 * DAY)
    toy_index(root)
    assert {name.split("-")[0] for name in builds(root)} == {"b" * 16, "c" * 16, BANK}
    assert {path.name.split("-")[0] for path in root.glob("*.json")} == {"b" * 16, "c" * 16, BANK}


def test_a_process_that_stays_up_says_now_and_then_that_it_uses_its_index(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = toy_index(root)
    pointer = root / f"{BANK}-toy-1.json"
    age(pointer, 8 * DAY)
    index.search("trees")
    assert time.time() - pointer.stat().st_mtime > 7 * DAY  # not at every search
    monkeypatch.setattr("interviewer.index.index._TOUCH_EVERY", 0.0)
    index.search("trees")
    assert time.time() - pointer.stat().st_mtime < 60


def test_a_replaced_build_stays_an_hour_for_those_who_read_it(root: Path) -> None:
    toy_index(root).close()
    before = pointed(root)
    age(root / before, 30 * DAY)
    truncate_database(root / before)
    toy_index(root)
    assert before in builds(root)
    age(root / before, 2 * 3600)
    toy_index(root, "fedcba9876543210")
    assert before not in builds(root)


def test_passages_with_the_same_id_are_refused(root: Path) -> None:
    with pytest.raises(IndexUnavailable, match="ID of another"):
        open_index(root, bank_hash=BANK, embedder=ToyEmbedder(), passages=lambda: passages() * 2)
