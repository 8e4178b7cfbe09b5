"""Kits: a draft can be changed, what was opened cannot, and a deleted one is gone with all that hung from it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from interviewer.domain.kit import KitContent, KitQuestion, KitStatus, Part, Pausing
from interviewer.errors import UnknownInterview, UnknownKit, UsageError
from interviewer.store import LOCAL_OWNER, Store
from interviewer.store.schema import Base
from interviewer.store.schema_kits import Owned
from tests.interview.made_up import HandClock, answer, begin, close_exchange, count, question
from tests.store.conftest import Opener
from tests.store.kitting import (
    content,
    example,
    link,
    opened_kit,
    reworded,
    sat,
    start,
    talked_over,
)
from tests.store.test_deleting import KEPT, SECRET, said, traces

# --- drafts -------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_word_for_word(store: Store, opened: Opener) -> None:
    asked = content(welcome="Good day — schön, dass Sie da sind.\n\nTake your time.", keep_days=30, minutes=45)
    kit_id = store.kits.create(asked)
    kit = opened().kits.get(kit_id)
    assert kit.content == asked
    assert kit.content.hash == asked.hash
    assert (kit.status, kit.version, kit.owner) == (KitStatus.DRAFT, None, LOCAL_OWNER)
    assert store.kits.versions(kit_id) == []


def test_an_empty_draft_can_be_begun(store: Store) -> None:
    assert store.kits.get(store.kits.create(KitContent())).content == KitContent()


def test_a_kit_that_there_is_not_is_told(store: Store) -> None:
    for ask in (
        store.kits.get,
        store.kits.open,
        store.kits.close,
        store.kits.versions,
        store.kits.invitations,
        store.kits.interviews,
        store.kits.delete,
        store.ratings.raters,
        store.ratings.of,
        store.ratings.decisions,
        store.ratings.comments,
        store.ratings.kept_answers,
        store.rubrics.drafts,
    ):
        with pytest.raises(UnknownKit) as told:
            ask("nowhere")
        assert told.value.remedy


def test_two_tabs_do_not_overwrite_each_other(store: Store, opened: Opener) -> None:
    kit_id = store.kits.create(content())
    shown = store.kits.get(kit_id).content
    store.kits.save(kit_id, shown.model_copy(update={"title": "From the first tab"}), before=shown.hash)
    other = shown.model_copy(update={"minutes": 60})
    with pytest.raises(UsageError, match="another tab") as told:
        opened().kits.save(kit_id, other, before=shown.hash)
    assert told.value.remedy
    assert store.kits.get(kit_id).content.title == "From the first tab"
    assert store.kits.get(kit_id).content.minutes == shown.minutes
    seen = store.kits.get(kit_id).content
    store.kits.save(kit_id, seen.model_copy(update={"minutes": 60}), before=seen.hash)
    assert store.kits.get(kit_id).content.minutes == 60


def test_the_same_content_again_does_nothing_whatever_the_page_began_with(store: Store) -> None:
    kit_id = store.kits.create(content())
    shown = store.kits.get(kit_id).content
    changed = shown.model_copy(update={"title": "Changed"})
    store.kits.save(kit_id, changed, before=shown.hash)
    store.kits.save(kit_id, changed, before=shown.hash)
    assert store.kits.get(kit_id).content == changed


def test_texts_that_cannot_be_stored_as_they_came_are_stored_as_they_can_be(store: Store) -> None:
    odd = question("umbrellas").model_copy(update={"prompt": "Why\x00umbrellas?"})
    kit_id = store.kits.create(content(welcome="a\x00b", questions=0))
    shown = store.kits.get(kit_id).content
    assert shown.welcome == "a\ufffdb"
    changed = shown.model_copy(update={"questions": (KitQuestion(question=odd),)})
    store.kits.save(kit_id, changed, before=shown.hash)
    assert store.kits.get(kit_id).content.questions[0].question.prompt == "Why\ufffdumbrellas?"


# --- opening ------------------------------------------------------------------------------------------------------


def test_opening_freezes_the_draft_as_version_1(store: Store, opened: Opener) -> None:
    kit_id = store.kits.create(content())
    assert store.kits.open(kit_id) == 1
    kit = opened().kits.get(kit_id)
    assert (kit.status, kit.version, kit.content) == (KitStatus.OPEN, 1, content())
    assert [(v.number, v.content, v.note) for v in store.kits.versions(kit_id)] == [(1, content(), "")]
    with pytest.raises(UsageError, match="frozen"):
        store.kits.save(kit_id, content(title="Other"), before=content().hash)
    assert store.kits.get(kit_id).content == content()


def test_what_another_tab_has_changed_is_not_frozen_unseen(store: Store) -> None:
    kit_id = store.kits.create(content())
    store.kits.save(kit_id, content(minutes=60), before=content().hash)
    with pytest.raises(UsageError, match="not opened yet"):
        store.kits.open(kit_id, seen=content().hash)
    assert store.kits.get(kit_id).status is KitStatus.DRAFT
    assert store.kits.open(kit_id, seen=content(minutes=60).hash) == 1


def test_opening_an_open_kit_does_nothing(store: Store) -> None:
    kit_id = opened_kit(store)
    assert store.kits.open(kit_id) == 1
    assert len(store.kits.versions(kit_id)) == 1


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        ({"title": ""}, "a title"),
        ({"asks": " "}, "who asks"),
        ({"consent": ""}, "agree"),
        ({"another_way": ""}, "another way"),
        ({"questions": 0}, "a question"),
    ],
    ids=str,
)
def test_a_draft_that_lacks_something_is_not_opened(store: Store, lacking: dict[str, Any], named: str) -> None:
    kit_id = store.kits.create(content(**lacking))
    with pytest.raises(UsageError, match=named):
        store.kits.open(kit_id)
    assert store.kits.get(kit_id).status is KitStatus.DRAFT


def test_a_question_is_asked_once(store: Store) -> None:
    kit_id = store.kits.create(content().model_copy(update={"questions": content().questions[:1] * 2}))
    with pytest.raises(UsageError, match="twice"):
        store.kits.open(kit_id)


def test_a_kit_is_closed_and_reopened_as_often_as_one_likes(store: Store) -> None:
    kit_id = opened_kit(store)
    for status in (KitStatus.CLOSED, KitStatus.CLOSED, KitStatus.OPEN, KitStatus.OPEN):
        (store.kits.close if status is KitStatus.CLOSED else store.kits.reopen)(kit_id)
        assert store.kits.get(kit_id).status is status
    assert len(store.kits.versions(kit_id)) == 1


def test_a_draft_cannot_be_closed_and_a_closed_kit_not_opened_anew(store: Store) -> None:
    kit_id = store.kits.create(content())
    for change in (store.kits.close, store.kits.reopen):
        with pytest.raises(UsageError, match="draft"):
            change(kit_id)
    closed = opened_kit(store)
    store.kits.close(closed)
    with pytest.raises(UsageError, match="closed") as told:
        store.kits.open(closed)
    assert "Reopen" in told.value.remedy


def test_a_copy_is_a_new_draft_that_can_be_changed(store: Store) -> None:
    kit_id = opened_kit(store)
    sat(store, kit_id)
    copied = store.kits.copy(kit_id, " Things, again ")
    kit = store.kits.get(copied)
    assert (kit.status, kit.content) == (KitStatus.DRAFT, content(title="Things, again"))
    store.kits.save(copied, content(minutes=90), before=kit.content.hash)
    assert store.kits.get(kit_id).content == content()
    assert store.kits.interviews(copied) == []
    with pytest.raises(UsageError, match="title has 121"):
        store.kits.copy(kit_id, "x" * 121)


# --- versions -----------------------------------------------------------------------------------------------------


def test_a_further_version_says_what_was_changed_and_the_one_before_stays(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store)
    first = clock.now
    clock.move(3600)
    changed = content(welcome="Welcome.")
    assert store.kits.publish(kit_id, changed, " A welcome was missing. ") == 2
    assert [(v.number, v.content, v.note, v.at) for v in store.kits.versions(kit_id)] == [
        (1, content(), "", first),
        (2, changed, "A welcome was missing.", clock.now),
    ]
    assert (store.kits.get(kit_id).version, store.kits.get(kit_id).content) == (2, changed)


def test_publishing_needs_a_note_and_an_opened_kit(store: Store) -> None:
    kit_id = opened_kit(store)
    for note, said_so in ((" \n", "empty"), ("x" * 4_001, "4,001 characters")):
        with pytest.raises(UsageError, match=said_so):
            store.kits.publish(kit_id, content(minutes=60), note)
    with pytest.raises(UsageError, match="draft"):
        store.kits.publish(store.kits.create(content()), content(minutes=60), "More time.")
    assert len(store.kits.versions(kit_id)) == 1


def test_the_newest_content_again_makes_no_version(store: Store) -> None:
    kit_id = opened_kit(store)
    store.kits.close(kit_id)
    assert store.kits.publish(kit_id, content(minutes=60), "More time.") == 2
    assert store.kits.publish(kit_id, content(minutes=60), "More time.") == 2
    assert len(store.kits.versions(kit_id)) == 2
    assert store.kits.get(kit_id).status is KitStatus.CLOSED


def test_places_keep_their_questions_once_there_are_answers(store: Store) -> None:
    kit_id = opened_kit(store)
    turned = content().model_copy(update={"questions": content().questions[::-1]})
    assert store.kits.publish(kit_id, turned, "The other way round.") == 2
    sat(store, kit_id)
    for other in (content(), content(3), content(1)):
        with pytest.raises(UsageError, match="their order stay"):
            store.kits.publish(kit_id, other, "As before.")
    mended = tuple(one.model_copy(update={"question": reworded(one.question)}) for one in turned.questions)
    assert store.kits.publish(kit_id, turned.model_copy(update={"questions": mended}), "Only the rubrics.") == 3


# --- lists --------------------------------------------------------------------------------------------------------


def test_the_list_counts_links_and_interviews_of_each_kit(store: Store, clock: HandClock) -> None:
    first = opened_kit(store)
    clock.move(60)
    second = store.kits.create(content(title="Newer", questions=0))
    sat(store, first)
    start(store, link(store, first)[0])
    link(store, first)
    store.kits.bring_in(first, "From a file", {1: "Umbrellas."})
    begin(store)
    newer, older = store.kits.all()
    assert (newer.id, newer.title, newer.status, newer.questions) == (second, "Newer", KitStatus.DRAFT, 0)
    assert (newer.links, newer.begun, newer.ended) == (0, 0, 0)
    assert (older.id, older.title, older.status, older.questions) == (first, "Things", KitStatus.OPEN, 2)
    assert (older.links, older.begun, older.ended) == (3, 3, 2)
    assert store.kits.all(owner="somebody else") == []


def test_interviews_from_kits_are_not_the_local_candidates_past(store: Store, clock: HandClock) -> None:
    own = begin(store)
    clock.move(60)
    kit_id = opened_kit(store)
    theirs = [sat(store, kit_id), start(store, link(store, kit_id)[0]), store.kits.bring_in(kit_id, "C", {1: "Yes."})]
    assert [summary.id for summary in store.summaries()] == [own]
    assert store.recent_questions() == {"umbrellas"}
    close_exchange(store, own, "They keep you dry.")
    assert store.recent_questions(interviews=9) == {"umbrellas", "kettles"}
    assert store.kits.interviews(kit_id) == theirs


def test_reading_an_interview_asks_no_table_of_the_kits(store: Store) -> None:
    interview_id = sat(store, opened_kit(store))
    asked: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        store.get(interview_id)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    theirs = {str(mapper.local_table) for mapper in Base.registry.mappers if issubclass(mapper.class_, Owned)}
    assert "invitation" in theirs
    assert [statement for statement in asked if " turn" in statement]
    assert not [statement for statement in asked if theirs & set(re.findall(r"\w+", statement))]


# --- pausing ------------------------------------------------------------------------------------------------------


def test_pauses_are_counted_however_they_came_about(store: Store) -> None:
    interview_id = start(store, link(store, opened_kit(store))[0])
    assert store.pauses(interview_id) == 0
    store.pause(interview_id)
    store.pause(interview_id)
    assert store.pauses(interview_id) == 1
    store.resume(interview_id)
    assert store.pauses(interview_id) == 1
    answer(store, interview_id, "Wait, please.", pauses=True)
    assert store.pauses(interview_id) == 2
    with pytest.raises(UnknownInterview):
        store.pauses("nowhere")


def test_a_kit_without_pauses_has_none(store: Store) -> None:
    kit_id = opened_kit(store, pausing=Pausing.NONE)
    interview_id = start(store, link(store, kit_id)[0])
    with pytest.raises(UsageError, match="cannot be paused"):
        store.pause(interview_id)
    assert (store.pauses(interview_id), store.get(interview_id).paused_at) == (0, None)


# --- deleting -----------------------------------------------------------------------------------------------------


def test_nothing_of_a_deleted_kit_is_left_in_any_file(store: Store, path: Path) -> None:
    own = question("kettles").model_copy(update={"prompt": f"What about {SECRET}?", "id": "own-1"})
    asked = (content().questions[0], KitQuestion(question=own, why=SECRET, from_bank=False))
    doomed = opened_kit(store, welcome=f"Welcome to {SECRET}.", consent=SECRET)
    store.kits.publish(doomed, content(title=SECRET).model_copy(update={"questions": asked}), f"For {SECRET}.")
    interview_id = sat(store, doomed, SECRET, said(SECRET, 300))
    store.kits.bring_in(doomed, f"{SECRET} 2", {1: said(SECRET, 7_000)})
    talked_over(store, doomed, interview_id, SECRET)
    draft = store.rubrics.begin(doomed, 2, own)
    store.rubrics.save(draft.id, own.model_copy(update={"approach": SECRET}), own.hash)
    kept = opened_kit(store)
    stays = sat(store, kept, KEPT, said(KEPT, 300))
    talked_over(store, kept, stays, KEPT)
    before = (store.get(stays), store.grades(stays), store.ratings.of(kept), store.ratings.decisions(kept))
    assert traces(path.parent)
    assert store.kits.delete(doomed) is True
    assert traces(path.parent) == []
    with pytest.raises(UnknownKit):
        store.kits.get(doomed)
    with pytest.raises(UnknownInterview):
        store.get(interview_id)
    assert (store.get(stays), store.grades(stays), store.ratings.of(kept), store.ratings.decisions(kept)) == before
    assert [kit.id for kit in store.kits.all()] == [kept]
    assert {name: count(store, name) for name in ("kit", "interview", "invitation", "rubric_draft")} == {
        "kit": 1,
        "interview": 1,
        "invitation": 1,
        "rubric_draft": 0,
    }


def test_a_question_that_others_were_asked_outlives_the_kit(store: Store) -> None:
    kit_id, own = opened_kit(store), begin(store)
    sat(store, kit_id)
    store.kits.delete(kit_id)
    assert [asked.id for asked in store.get(own).plan] == ["umbrellas", "kettles"]


def test_a_reader_in_the_way_is_told_and_the_scrub_stays_owed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kit_id = opened_kit(store)
    monkeypatch.setattr(store.database, "scrub", lambda: False)
    assert store.kits.delete(kit_id) is False
    assert store.database.scrub_is_owed()


@pytest.mark.parametrize("times", [1, 300])
def test_a_deleted_interview_takes_all_that_people_made_of_it_along(store: Store, path: Path, times: int) -> None:
    kit_id = opened_kit(store)
    doomed, stays = sat(store, kit_id, f"A, {SECRET}", said(SECRET, times)), sat(store, kit_id, "B", said(KEPT, times))
    talked_over(store, kit_id, doomed, SECRET)
    store.ratings.comment(stays, 1, "Ada", "Good.")
    assert traces(path.parent)
    assert store.delete(doomed) is True
    assert traces(path.parent) == []
    assert store.kits.interviews(kit_id) == [stays]
    assert store.ratings.of(kit_id) == []
    assert store.ratings.kept_answers(kit_id) == []
    assert store.ratings.decisions(kit_id) == {}
    assert list(store.ratings.comments(kit_id)) == [(stays, 1)]
    assert [rater.name for rater in store.ratings.raters(kit_id)] == ["Ada", "Bob"]


def test_a_kept_answer_that_is_dropped_leaves_no_trace(store: Store, path: Path) -> None:
    kit_id = opened_kit(store)
    interview_id = sat(store, kit_id)
    store.ratings.keep_answer(kit_id, "umbrellas", interview_id, 1, example(SECRET))
    assert traces(path.parent)
    assert store.ratings.drop_answer(kit_id, "kept-1") is True
    assert store.ratings.drop_answer(kit_id, "kept-1") is True
    assert store.ratings.kept_answers(kit_id) == []
    assert traces(path.parent) == []


# --- how long -----------------------------------------------------------------------------------------------------


def test_what_was_kept_longer_than_promised_is_named(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store, keep_days=30)
    under_the_first = sat(store, kit_id, "A")
    longer = content(keep_days=60)
    store.kits.publish(kit_id, longer, "Longer.")
    under_the_second = sat(store, kit_id, "B")
    ended = clock.now
    assert store.kits.overdue(ended + timedelta(days=30)) == []
    assert store.kits.overdue(ended + timedelta(days=30, seconds=1)) == [under_the_first]
    assert store.kits.overdue(ended + timedelta(days=60, seconds=1)) == [under_the_first, under_the_second]
    store.delete(under_the_first)
    assert store.kits.overdue(ended + timedelta(days=60, seconds=1)) == [under_the_second]


def test_an_interview_that_was_left_unfinished_is_kept_no_longer_either(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store, keep_days=10)
    left = start(store, link(store, kit_id)[0])
    clock.move(86_400)
    close_exchange(store, left, "Umbrellas.")
    assert store.kits.overdue(clock.now + timedelta(days=10)) == []
    assert store.kits.overdue(clock.now + timedelta(days=10, seconds=1)) == [left]


def test_old_answers_from_a_file_are_kept_from_when_they_came(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store, keep_days=10)
    came = store.kits.bring_in(kit_id, "A", {1: "Yes."}, at=clock.now - timedelta(days=400))
    assert store.kits.overdue(clock.now + timedelta(days=10)) == []
    assert store.kits.overdue(clock.now + timedelta(days=10, seconds=1)) == [came]


def test_nobody_promised_anything_about_ones_own_interviews(store: Store, clock: HandClock) -> None:
    own = begin(store)
    close_exchange(store, own, "Yes.")
    assert store.kits.overdue(clock.now + timedelta(days=9_999)) == []


# --- whose it is --------------------------------------------------------------------------------------------------

SHARED = {"owner", "question_version"}
"""Owners themselves, and records that are kept once for everybody and hold nothing of anybody's answers."""


def test_everything_that_is_stored_has_an_owner_and_a_role_or_hangs_from_what_has() -> None:
    tables = Base.metadata.tables
    owned = {name for name, table in tables.items() if {"owner", "role"} <= set(table.columns.keys())}
    assert {"interview", "kit", "invitation", "rater", "rating", "decision", "rating_comment"} <= owned
    hanging = set(owned)
    while True:
        more = {
            name
            for name, table in tables.items()
            if name not in hanging and any(key.column.table.name in hanging for key in table.foreign_keys)
        }
        if not more:
            break
        hanging |= more
    assert set(tables) - hanging == SHARED


def test_owner_and_role_are_written_with_every_row(store: Store) -> None:
    kit_id = opened_kit(store)
    interview_id = sat(store, kit_id)
    talked_over(store, kit_id, interview_id, "umbrellas")
    store.rubrics.begin(kit_id, 1, question("umbrellas"))
    roles = {
        "interview": Part.CANDIDATE,
        "kit": Part.EMPLOYER,
        "kit_version": Part.EMPLOYER,
        "invitation": Part.EMPLOYER,
        "rater": Part.RATER,
        "rating": Part.RATER,
        "decision": Part.EMPLOYER,
        "rating_comment": Part.EMPLOYER,
        "kept_answer": Part.EMPLOYER,
        "rubric_draft": Part.EMPLOYER,
    }
    owned = {name for name, table in Base.metadata.tables.items() if "role" in table.columns}
    assert owned == set(roles)
    with store.database.read() as connection:
        found = {
            name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT DISTINCT owner, role FROM {name}")]
            for name in roles
        }
    assert found == {name: [(LOCAL_OWNER, role.value)] for name, role in roles.items()}


def test_an_interview_belongs_to_whom_its_kit_belongs_to(store: Store) -> None:
    with store.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO owner VALUES ('acme', 'Acme')")
    kit_id = store.kits.create(content(), owner="acme")
    store.kits.open(kit_id)
    interview_id = start(store, link(store, kit_id)[0])
    assert store.get(interview_id).owner == store.kits.get(kit_id).owner == "acme"
    assert [summary.id for summary in store.kits.all(owner="acme")] == [kit_id]
    assert store.kits.all() == []
