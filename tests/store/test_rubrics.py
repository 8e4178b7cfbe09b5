"""Rubrics in the making: published whole or not at all, taken back; every grade keeps the rubric it was made with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.question import Question
from interviewer.errors import UnknownKit, UsageError
from interviewer.store import Store
from tests.interview.made_up import HandClock, begin, count, question, store_grade
from tests.store.conftest import Opener
from tests.store.kitting import RUBRIC, content, graded_under, link, opened_kit, reworded, sat, start

ASKED = question("umbrellas")
SHORTER = reworded(ASKED)


@pytest.fixture
def kit_id(store: Store) -> str:
    return opened_kit(store)


def drafted(store: Store, kit_id: str, becomes: Question = SHORTER) -> int:
    draft = store.rubrics.begin(kit_id, 1, store.kits.get(kit_id).content.questions[0].question)
    store.rubrics.save(draft.id, becomes, before=draft.question.hash)
    return draft.id


def published(store: Store, kit_id: str, *interview_ids: str, band: int = 2) -> int:
    """Publishes the shorter rubric with a grade under it for the first answer of each interview."""
    grades = [(one, 1, graded_under(SHORTER, store.grades(one)[1], band)) for one in interview_ids]
    return store.rubrics.publish(drafted(store, kit_id), "One criterion is enough.", grades)


def history(store: Store, interview_id: str) -> list[tuple[int, str]]:
    """Band and rubric of every grade of the first answer."""
    found = []
    for _, grade in store.grade_history(interview_id, 1):
        assert isinstance(grade, Grade)
        found.append((grade.band, grade.provenance.rubric_hash))
    return found


# --- drafts -------------------------------------------------------------------------------------------------------


def test_a_draft_begins_with_the_newest_versions_question(store: Store, kit_id: str, opened: Opener) -> None:
    assert store.rubrics.draft(kit_id, 1) is None
    draft = store.rubrics.begin(kit_id, 1, ASKED)
    assert (draft.question, draft.base, draft.number, draft.looks) == (ASKED, RUBRIC, 1, 0)
    assert opened().rubrics.draft(kit_id, 1) == draft
    other = store.rubrics.begin(kit_id, 2, question("kettles"))
    assert store.rubrics.drafts(kit_id) == [draft, other]
    assert store.kits.get(kit_id).content == content()


def test_there_is_one_open_draft_for_a_question(store: Store, kit_id: str) -> None:
    together = Barrier(4)

    def begins(_: int) -> int:
        together.wait()
        return store.rubrics.begin(kit_id, 1, ASKED).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(begins, range(4)))) == 1
    drafted(store, kit_id)
    assert store.rubrics.begin(kit_id, 1, ASKED).question == SHORTER


def test_two_tabs_do_not_overwrite_each_other(store: Store, kit_id: str, clock: HandClock) -> None:
    draft = store.rubrics.begin(kit_id, 1, ASKED)
    clock.move(60)
    store.rubrics.save(draft.id, SHORTER, before=ASKED.hash)
    longer = ASKED.model_copy(update={"approach": "Think."})
    with pytest.raises(UsageError, match="another tab"):
        store.rubrics.save(draft.id, longer, before=ASKED.hash)
    store.rubrics.save(draft.id, SHORTER, before=ASKED.hash)  # the same again
    now = store.rubrics.draft(kit_id, 1)
    assert now is not None
    assert (now.question, now.changed_at, now.base) == (SHORTER, clock.now, RUBRIC)


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_draft_has_a_place_in_the_kit(store: Store, kit_id: str, number: int) -> None:
    with pytest.raises(UsageError, match="no question"):
        store.rubrics.begin(kit_id, number, ASKED)


def test_a_draft_stays_the_question_that_it_is(store: Store, kit_id: str) -> None:
    with pytest.raises(UsageError, match="another question"):
        store.rubrics.begin(kit_id, 2, ASKED)
    draft = store.rubrics.begin(kit_id, 1, ASKED)
    with pytest.raises(UsageError, match="another question"):
        store.rubrics.save(draft.id, question("kettles"), before=ASKED.hash)
    with pytest.raises(UsageError, match="in the kit itself"):
        store.rubrics.begin(store.kits.create(content()), 1, ASKED)
    with pytest.raises(UnknownKit):
        store.rubrics.begin("nowhere", 1, ASKED)


def test_a_discarded_draft_is_gone_and_another_can_be_begun(store: Store, kit_id: str) -> None:
    draft_id = drafted(store, kit_id)
    store.rubrics.discard(draft_id)
    store.rubrics.discard(draft_id)
    assert store.rubrics.drafts(kit_id) == []
    for change in (
        lambda: store.rubrics.save(draft_id, ASKED, before=SHORTER.hash),
        lambda: store.rubrics.looked(draft_id),
        lambda: store.rubrics.publish(draft_id, "Why not.", []),
    ):
        with pytest.raises(UsageError, match="not there any more"):
            change()
    assert store.rubrics.begin(kit_id, 1, ASKED).question == ASKED


def test_looks_at_the_held_out_answers_are_counted(store: Store, kit_id: str, opened: Opener) -> None:
    draft_id = drafted(store, kit_id)
    assert [store.rubrics.looked(draft_id), opened().rubrics.looked(draft_id)] == [1, 2]
    store.rubrics.save(draft_id, ASKED, before=SHORTER.hash)
    found = store.rubrics.draft(kit_id, 1)
    assert found is not None
    assert found.looks == 2


# --- publishing ---------------------------------------------------------------------------------------------------


def test_publishing_adds_a_version_and_grades_and_changes_nothing_that_was(
    store: Store, kit_id: str, clock: HandClock
) -> None:
    one, other = sat(store, kit_id, "A"), sat(store, kit_id, "B")
    before = store.get(one), store.grades(one)[1], store.grades(one)[2]
    first_at = clock.now
    clock.move(3600)
    assert published(store, kit_id, one) == 2
    newest = store.kits.versions(kit_id)[-1]
    assert [asked.question for asked in newest.content.questions] == [SHORTER, question("kettles")]
    assert (newest.note, newest.content.questions[0].why) == ("One criterion is enough.", "They do this.")
    assert store.kits.versions(kit_id)[0].content == content()
    assert store.grade_history(one, 1) == [
        (first_at, before[1]),
        (clock.now, graded_under(SHORTER, before[1])),
    ]
    assert store.grades(one) == {1: graded_under(SHORTER, before[1]), 2: before[2]}
    assert store.get(one) == before[0]  # what was asked, with the rubric of then
    assert len(store.grade_history(other, 1)) == 1
    assert store.rubrics.drafts(kit_id) == []


def test_future_candidates_get_the_new_rubric(store: Store, kit_id: str) -> None:
    published(store, kit_id)
    interview_id = start(store, link(store, kit_id)[0])
    assert store.get(interview_id).plan[0] == SHORTER
    assert store.kits.invitations(kit_id)[0].version == 2


def test_publishing_twice_is_one_version(store: Store, kit_id: str) -> None:
    interview_id = sat(store, kit_id)
    draft_id = drafted(store, kit_id)
    grades = [(interview_id, 1, graded_under(SHORTER, store.grades(interview_id)[1]))]
    together = Barrier(3)

    def publishes(_: int) -> int:
        together.wait()
        return store.rubrics.publish(draft_id, "Why.", grades)

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(publishes, range(3))) == [2, 2, 2]
    assert len(store.kits.versions(kit_id)) == 2
    assert len(store.grade_history(interview_id, 1)) == 2


@pytest.mark.parametrize(("note", "told"), [(" ", "empty"), ("x" * 4_001, "4,001")], ids=["none", "too long"])
def test_publishing_needs_a_note(store: Store, kit_id: str, note: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        store.rubrics.publish(drafted(store, kit_id), note, [])
    assert len(store.kits.versions(kit_id)) == 1


def test_a_draft_that_changes_nothing_is_not_published(store: Store, kit_id: str) -> None:
    draft = store.rubrics.begin(kit_id, 1, ASKED)
    with pytest.raises(UsageError, match="changes nothing"):
        store.rubrics.publish(draft.id, "Why not.", [])


def test_grades_of_something_else_are_refused_with_all_the_rest(store: Store, kit_id: str) -> None:
    interview_id = sat(store, kit_id)
    draft_id = drafted(store, kit_id)
    fits = graded_under(SHORTER, store.grades(interview_id)[1])
    earlier = graded_under(ASKED, fits)  # scored before the draft was changed
    for wrong in ((interview_id, 1, earlier), (interview_id, 2, fits)):
        with pytest.raises(UsageError, match="changed after the answers were scored") as told:
            store.rubrics.publish(draft_id, "Why.", [(interview_id, 1, fits), wrong])
        assert "Score them again" in told.value.remedy
    assert len(store.kits.versions(kit_id)) == 1
    assert len(store.grade_history(interview_id, 1)) == 1
    assert store.rubrics.draft(kit_id, 1) is not None


def test_grades_of_interviews_that_went_meanwhile_or_are_elsewhere_are_left_out(store: Store, kit_id: str) -> None:
    gone, stays, own = sat(store, kit_id, "A"), sat(store, kit_id, "B"), begin(store)
    grade = graded_under(SHORTER, store.grades(stays)[1])
    draft_id = drafted(store, kit_id)
    store.delete(gone)
    assert store.rubrics.publish(draft_id, "Why.", [(one, 1, grade) for one in (gone, stays, own)]) == 2
    assert len(store.grade_history(stays, 1)) == 2
    assert store.grade_history(gone, 1) == store.grade_history(own, 1) == []


def test_an_answer_that_could_not_be_scored_is_tried_again(store: Store, kit_id: str) -> None:
    """Whoever tries again grades with the newest rubric, so the new grade is of the same rubric as all others."""
    interview_id = sat(store, kit_id)
    failed = Ungraded(reason="Nobody answered.", retryable=True)
    store.rubrics.publish(drafted(store, kit_id), "Why.", [(interview_id, 1, failed)])
    assert store.grades(interview_id)[1] == failed
    assert [(one.interview_id, one.number) for one in store.retryable(interview_id)] == [(interview_id, 1)]


def test_what_another_tab_has_changed_is_not_published_unseen(store: Store, kit_id: str) -> None:
    draft_id = drafted(store, kit_id)
    other = SHORTER.model_copy(update={"approach": "Think first."})
    store.rubrics.save(draft_id, other, before=SHORTER.hash)
    with pytest.raises(UsageError, match="another tab"):
        store.rubrics.publish(draft_id, "Why.", [], seen=SHORTER.hash)
    assert len(store.kits.versions(kit_id)) == 1
    assert store.rubrics.publish(draft_id, "Why.", [], seen=other.hash) == 2


# --- rolling back -------------------------------------------------------------------------------------------------


def test_rolling_back_lets_the_grades_of_then_count_again(store: Store, kit_id: str, clock: HandClock) -> None:
    one, other = sat(store, kit_id, "A"), sat(store, kit_id, "B")
    then = store.grades(one)[1]
    assert isinstance(then, Grade)
    published(store, kit_id, one, other, band=1)
    clock.move(3600)
    assert store.rubrics.roll_back(kit_id, 1, " It was better before. ") == 3
    assert [version.number for version in store.kits.versions(kit_id)] == [1, 2, 3]
    newest = store.kits.versions(kit_id)[-1]
    assert (newest.content, newest.note, newest.at) == (content(), "It was better before.", clock.now)
    for interview_id in (one, other):
        assert history(store, interview_id) == [(then.band, RUBRIC), (1, SHORTER.rubric.hash), (then.band, RUBRIC)]
    assert store.grades(one)[1] == then
    assert store.rubrics.roll_back(kit_id, 2, "And again.") == 4
    assert store.grades(one)[1] == graded_under(SHORTER, then, band=1)


def test_rolling_back_touches_only_exchanges_whose_rubric_changes(store: Store, kit_id: str) -> None:
    interview_id = sat(store, kit_id)
    published(store, kit_id, interview_id)
    store.rubrics.roll_back(kit_id, 1, "Back.")
    assert len(store.grade_history(interview_id, 1)) == 3
    assert len(store.grade_history(interview_id, 2)) == 1


def test_the_newest_of_several_grades_with_that_rubric_counts_again(store: Store, kit_id: str) -> None:
    interview_id = sat(store, kit_id)
    first = store.grades(interview_id)[1]
    store_grade(store, interview_id, 1, graded_under(ASKED, first, band=3))
    published(store, kit_id, interview_id, band=1)
    store.rubrics.roll_back(kit_id, 1, "Back.")
    assert history(store, interview_id)[-1] == (3, RUBRIC)


def test_where_there_is_no_grade_of_then_the_one_of_now_stays(store: Store, kit_id: str) -> None:
    published(store, kit_id)
    interview_id = sat(store, kit_id)  # was never asked under the first rubric
    before = history(store, interview_id)
    store.rubrics.roll_back(kit_id, 1, "Back.")
    assert history(store, interview_id) == before
    assert [rubric for _, rubric in before] == [SHORTER.rubric.hash]


def test_rolling_back_to_what_holds_does_nothing(store: Store, kit_id: str) -> None:
    interview_id = sat(store, kit_id)
    published(store, kit_id, interview_id)
    before = count(store, "grade")
    assert store.rubrics.roll_back(kit_id, 2, "Once more.") == 2
    assert (len(store.kits.versions(kit_id)), count(store, "grade")) == (2, before)


@pytest.mark.parametrize(("version", "note", "told"), [(9, "Why.", "no version 9"), (1, " ", "empty")])
def test_rolling_back_needs_a_version_and_a_note(store: Store, kit_id: str, version: int, note: str, told: str) -> None:
    published(store, kit_id)
    with pytest.raises(UsageError, match=told):
        store.rubrics.roll_back(kit_id, version, note)
    with pytest.raises(UnknownKit):
        store.rubrics.roll_back("nowhere", 1, "Why.")
    assert len(store.kits.versions(kit_id)) == 2


def test_a_draft_outlives_a_roll_back_and_goes_above_it(store: Store, kit_id: str) -> None:
    published(store, kit_id)
    other = ASKED.model_copy(update={"approach": "Think first."})
    draft = store.rubrics.begin(kit_id, 1, SHORTER)
    store.rubrics.save(draft.id, other, before=SHORTER.hash)
    store.rubrics.roll_back(kit_id, 1, "Back.")
    kept = store.rubrics.draft(kit_id, 1)
    assert kept is not None
    assert (kept.base, kept.question) == (SHORTER.rubric.hash, other)  # the page can tell that its ground has moved
    assert store.rubrics.publish(draft.id, "Above it.", []) == 4
    assert store.kits.get(kit_id).content.questions[0].question == other


def test_the_history_of_what_was_never_graded_is_empty(store: Store) -> None:
    assert store.grade_history("nowhere", 1) == []
