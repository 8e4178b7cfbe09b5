"""``interviewer demo``: fills in, refuses to fill in twice, and takes out what it made and nothing else."""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interviewer.cli import main
from interviewer.domain.grade import Grade
from interviewer.domain.interview import InterviewStatus, Setup
from interviewer.domain.kit import KitStatus, Refusal
from interviewer.domain.rating import DecisionKind
from interviewer.interview import Interviewer
from interviewer.kits import demo
from interviewer.runtime import Runtime
from interviewer.settings import Settings
from interviewer.store import Store, open_store
from tests.cli.conftest import Run


@dataclass(frozen=True)
class Filled:
    data: Path
    out: str
    store: Store

    @property
    def kit_id(self) -> str:
        (kit,) = self.store.kits.all()
        return kit.id

    @property
    def record(self) -> Path:
        return self.data / "demo.json"


def fill(data: Path, *more: str) -> int:
    return main(["demo", "--data-dir", str(data), "--embedder", "lexical", *more])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """One demo for all tests that only look at it."""
    data = tmp_path_factory.mktemp("demo") / "data"
    said = tmp_path_factory.mktemp("said") / "out.txt"

    with said.open("w", encoding="utf-8") as stream, contextlib.redirect_stdout(stream):
        assert fill(data) == 0
    store = open_store(data / "interviewer.db")
    yield Filled(data, said.read_text(encoding="utf-8"), store)
    store.database.close()


def test_there_is_something_on_every_page(filled: Filled) -> None:
    store, kit_id = filled.store, filled.kit_id
    kit = store.kits.get(kit_id)
    assert kit.status is KitStatus.OPEN
    assert kit.content.title.startswith("Demo:")
    interviews = [store.get(one) for one in store.kits.interviews(kit_id)]
    assert len(interviews) == demo.CANDIDATES
    assert Counter(one.status for one in interviews)[InterviewStatus.ENDED] == demo.CANDIDATES - 1
    assert len(store.ratings.raters(kit_id)) == len(demo.RATERS)
    assert all(one.ready_at is not None and one.practice for one in store.ratings.raters(kit_id))
    decisions = [one for some in store.ratings.decisions(kit_id).values() for one in some]
    assert sorted(one.kind for one in decisions) == [DecisionKind.OVERRIDE, DecisionKind.SETTLED]
    assert store.ratings.comments(kit_id)
    assert store.ratings.kept_answers(kit_id)
    (draft,) = store.rubrics.drafts(kit_id)
    assert draft.question.rubric.hash != draft.base
    past = store.summaries()
    assert sorted(one.status for one in past) == ["ended", "ended", "ended", "paused"]


def test_every_answer_is_graded_by_the_offline_model(filled: Filled) -> None:
    for interview_id in filled.store.kits.interviews(filled.kit_id):
        assert filled.store.ungraded_exchanges(interview_id) == []
        grades = filled.store.grades(interview_id)
        assert grades
        assert all(isinstance(one, Grade) and "offline" in one.provenance.model for one in grades.values())


def test_everybody_heard_the_same(filled: Filled) -> None:
    """The candidates of the demo were interviewed as others are: two who got as far heard the same words."""
    heard = set()
    for interview_id in filled.store.kits.interviews(filled.kit_id):
        interview = filled.store.get(interview_id)
        turns = interview.turns_of(1)
        heard.add(tuple(turn.text for turn in turns if turn.move is not None))
    assert len(heard) == 1


def test_the_demo_has_a_past_and_no_future(filled: Filled) -> None:
    now = datetime.now(UTC)
    for interview_id in filled.store.kits.interviews(filled.kit_id):
        interview = filled.store.get(interview_id)
        assert interview.created_at < interview.turns[-1].at < now
    assert filled.store.kits.overdue(now) == []
    assert all(
        one.submitted_at is not None and one.submitted_at < now for one in filled.store.ratings.of(filled.kit_id)
    )


def test_links_are_in_every_state(filled: Filled) -> None:
    now = datetime.now(UTC)
    refused = Counter(one.refused(now) for one in filled.store.kits.invitations(filled.kit_id))
    assert refused[Refusal.REVOKED] == refused[Refusal.EXPIRED] == 1
    assert refused[None] == demo.CANDIDATES + 1


def test_the_link_that_is_printed_leads_to_an_interview_nobody_has_begun(filled: Filled) -> None:
    found = re.search(r"/join\?t=(\S+)", filled.out)
    assert found
    invitation = filled.store.kits.by_token(found[1])
    assert invitation is not None
    assert invitation.interview_id is None
    assert invitation.refused(datetime.now(UTC)) is None


def test_the_output_says_what_is_made_up_and_where_to_look(filled: Filled) -> None:
    assert "nobody gave them" in filled.out
    for page in ("kits", "results", "rate", "agreement", "disagreements", "workshop", "stability", "past"):
        assert re.search(rf"http://127\.0\.0\.1:\d+/{page}\b", filled.out), page


def test_one_rater_has_some_left_with_one_begun(filled: Filled) -> None:
    by = {one.name: len(filled.store.ratings.by(one.id)) for one in filled.store.ratings.raters(filled.kit_id)}
    assert by["Demo rater A"] == by["Demo rater B"] > by["Demo rater C"] > 0


def test_a_second_time_is_refused_and_changes_nothing(filled: Filled, cli: Run) -> None:
    before = filled.record.read_text(encoding="utf-8")
    ran = cli("demo", "--data-dir", filled.data)
    assert ran.code == 2
    assert "--remove" in ran.err
    assert filled.record.read_text(encoding="utf-8") == before
    assert len(filled.store.kits.all()) == 1


def test_removing_asks_and_without_anybody_to_ask_does_nothing(filled: Filled, cli: Run) -> None:
    ran = cli("demo", "--remove", "--data-dir", filled.data)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert len(filled.store.kits.all()) == 1


def test_removing_takes_out_the_demo_and_nothing_else(
    tmp_path: Path, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    runtime = Runtime(Settings(data_dir=data, embedder="lexical", use_model=False))
    mine = Interviewer(runtime.store, runtime.bank, runtime.offline).start(Setup(question_ids=("overfitting",)))
    my_kit = runtime.store.kits.create(demo.content(runtime.bank).model_copy(update={"title": "Demo: no, mine"}))
    monkeypatch.setattr(demo, "CANDIDATES", 10)
    assert fill(data) == 0
    assert len(runtime.store.kits.all()) == 2
    assert cli("demo", "--remove", "--yes", "--data-dir", data).code == 0
    assert [one.id for one in runtime.store.kits.all()] == [my_kit]
    assert [one.id for one in runtime.store.summaries()] == [mine]
    assert not (data / "demo.json").exists()
    assert "There is no demo here" in cli("demo", "--remove", "--data-dir", data).out
    runtime.store.database.close()


def test_a_demo_that_fails_half_way_leaves_nothing_behind(
    tmp_path: Path, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "CANDIDATES", 10)
    monkeypatch.setattr(demo, "practice", broken)
    data = tmp_path / "data"
    assert fill(data) == 130
    store = open_store(data / "interviewer.db")
    assert store.kits.all() == []
    assert store.summaries() == []
    assert not (data / "demo.json").exists()
    store.database.close()


def test_what_was_deleted_by_hand_does_not_stand_in_the_way(tmp_path: Path, cli: Run) -> None:
    (tmp_path / "demo.json").write_text(json.dumps({"kit": ["gone"], "interview": ["gone-too"]}), encoding="utf-8")
    ran = cli("demo", "--remove", "--data-dir", tmp_path)
    assert (ran.code, ran.out.strip()) == (0, "There is no demo here.")


def test_a_record_that_cannot_be_read_is_a_sentence_and_deletes_nothing(tmp_path: Path, cli: Run) -> None:
    (tmp_path / "demo.json").write_text("{", encoding="utf-8")
    ran = cli("demo", "--remove", "--yes", "--data-dir", tmp_path)
    assert ran.code == 1
    assert "demo.json" in ran.err
    assert (tmp_path / "demo.json").exists()
