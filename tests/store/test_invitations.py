"""Links: one candidate, one interview; withdrawn and renewed at any moment; the token is nowhere but in the link."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from interviewer.domain.interview import ExchangeStatus, InterviewStatus
from interviewer.domain.kit import Invitation, Refusal
from interviewer.domain.speech import Transcript
from interviewer.domain.words import Mode, Speaker
from interviewer.errors import UnknownKit, UsageError
from interviewer.store import Database, Store
from tests.interview.made_up import HandClock, answer, begin, close_exchange, count, question, store_grade
from tests.store.conftest import Opener
from tests.store.kitting import content, link, opened_kit, sat, start, terms

# --- tokens -------------------------------------------------------------------------------------------------------


def test_a_token_leads_to_its_link_and_nothing_else_does(store: Store, opened: Opener) -> None:
    kit_id = opened_kit(store)
    one, token = link(store, kit_id, "A")
    other, another = link(store, kit_id, "B")
    assert store.kits.by_token(token) == one
    assert opened().kits.by_token(another) == other
    for wrong in ("", token[:-1], token + "x", token.swapcase(), one.id, "\ud800", "' OR 1=1 --"):
        assert store.kits.by_token(wrong) is None


def test_tokens_cannot_be_guessed(store: Store) -> None:
    kit_id = opened_kit(store)
    tokens = {link(store, kit_id)[1] for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 43  # 256 bits in 64 signs


def test_a_token_stands_in_no_file_no_log_and_no_value(
    store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kit_id = opened_kit(store)
    with caplog.at_level(logging.DEBUG):
        invitation, token = link(store, kit_id)
        interview_id = start(store, invitation)
        renewed = store.kits.renew(invitation.id, invitation.expires_at)
        store.kits.revoke(invitation.id)
        with pytest.raises(UsageError) as told:
            store.submit(interview_id, 2, "key", "Yes.")
    values = repr([store.kits.invitations(kit_id), store.kits.get(kit_id), store.get(interview_id), told.value])
    for secret in (token, renewed):
        assert secret not in values
        assert secret not in caplog.text
        assert not [f for f in path.parent.iterdir() if f.is_file() and secret.encode() in f.read_bytes()]


# --- making links -------------------------------------------------------------------------------------------------


def test_a_link_says_for_whom_until_when_and_with_how_much_more_time(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store)
    expires = clock.now + timedelta(days=14)
    invitation, _ = store.kits.invite(kit_id, "  Ada \n Lovelace ", expires, extra_percent=50)
    assert (invitation.label, invitation.extra_percent, invitation.expires_at) == ("Ada Lovelace", 50, expires)
    assert (invitation.created_at, invitation.owner) == (clock.now, store.kits.get(kit_id).owner)
    assert (invitation.interview_id, invitation.consented_at, invitation.imported) == (None, None, False)
    later, _ = link(store, kit_id, "Candidate 2")
    assert store.kits.invitations(kit_id) == [invitation, later]


@pytest.mark.parametrize(
    ("label", "extra", "told"),
    [(" ", 0, "empty"), ("x" * 121, 0, "121"), ("A", -1, "per cent"), ("A", 301, "per cent")],
    ids=["nobody", "too long a name", "less time", "too much time"],
)
def test_a_link_that_makes_no_sense_is_refused(store: Store, label: str, extra: int, told: str) -> None:
    kit_id = opened_kit(store)
    with pytest.raises(UsageError, match=told):
        link(store, kit_id, label, extra_percent=extra)
    assert store.kits.invitations(kit_id) == []


def test_links_are_made_for_open_kits_only(store: Store) -> None:
    draft, closed = store.kits.create(content()), opened_kit(store)
    store.kits.close(closed)
    for kit_id in (draft, closed):
        with pytest.raises(UsageError, match="open kit"):
            link(store, kit_id)
    with pytest.raises(UnknownKit):
        link(store, "nowhere")


# --- beginning ----------------------------------------------------------------------------------------------------


def test_beginning_records_what_was_agreed_to_and_when(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store)
    invitation, token = link(store, kit_id)
    clock.move(60)
    interview_id = start(store, invitation)
    agreed = store.kits.by_token(token)
    assert agreed is not None
    assert (agreed.interview_id, agreed.consented_at) == (interview_id, clock.now)
    assert (agreed.consent, agreed.version) == (content().hash, 1)
    assert store.kits.invitation_of(interview_id) == agreed
    assert store.kits.interviews(kit_id) == [interview_id]
    assert store.kits.invitation_of(begin(store)) is None


def test_who_read_the_version_before_agreed_to_that_one(store: Store) -> None:
    kit_id = opened_kit(store)
    read = terms(store, kit_id)
    invitation, _ = link(store, kit_id)
    store.kits.publish(kit_id, content(welcome="New."), "A welcome.")
    start(store, invitation, read)
    agreed = store.kits.invitations(kit_id)[0]
    assert (agreed.consent, agreed.version) == (content().hash, 1)


def test_nobody_begins_with_questions_that_are_not_asked_any_more(store: Store) -> None:
    """An answer is graded by the newest rubric in its place, which would be another question's."""
    kit_id = opened_kit(store)
    read = terms(store, kit_id)
    invitation, _ = link(store, kit_id)
    turned = content().model_copy(update={"questions": content().questions[::-1]})
    store.kits.publish(kit_id, turned, "The other way round.")
    with pytest.raises(UsageError, match="were changed while you were reading"):
        start(store, invitation, read)
    assert store.kits.interviews(kit_id) == []
    start(store, invitation)


def test_the_same_link_again_gives_the_same_interview(store: Store, opened: Opener, clock: HandClock) -> None:
    kit_id = opened_kit(store)
    invitation, _ = link(store, kit_id)
    first = start(store, invitation)
    agreed = store.kits.invitations(kit_id)
    clock.move(3600)
    assert start(opened(), invitation) == first
    assert count(store, "interview") == count(store, "exchange") == 1
    assert store.kits.invitations(kit_id) == agreed


def test_a_link_opened_in_many_places_at_once_begins_one_interview(store: Store, path: Path) -> None:
    kit_id = opened_kit(store)
    invitation, _ = link(store, kit_id)
    agreed, together = terms(store, kit_id), Barrier(8)

    def opens(_: int) -> str:
        database = Database(path)  # as another process would
        try:
            together.wait()
            return start(Store(database, store.kits._now), invitation, agreed)
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        begun = set(pool.map(opens, range(8)))
    assert len(begun) == 1
    assert count(store, "interview") == count(store, "turn") == 1
    assert store.kits.interviews(kit_id) == list(begun)


def test_terms_of_something_else_are_not_agreed_to(store: Store) -> None:
    kit_id, other = opened_kit(store), opened_kit(store, title="Other")
    invitation, _ = link(store, kit_id)
    for wrong in (
        terms(store, other),
        terms(store, kit_id, version=2),
        terms(store, kit_id, content="0" * 16),
        terms(store, other, kit=kit_id),
    ):
        with pytest.raises(UsageError, match="terms"):
            start(store, invitation, wrong)
    assert count(store, "interview") == 0


# --- links that lead nowhere --------------------------------------------------------------------------------------


def test_an_expired_link_begins_nothing_but_leads_on_to_what_was_begun(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store)
    (late, _), (early, _) = link(store, kit_id, "Late"), link(store, kit_id, "Early")
    begun = start(store, early)
    clock.move(7 * 86_400 - 1)
    assert late.refused(clock.now) is None
    clock.move(1)
    with pytest.raises(UsageError, match="expired") as told:
        start(store, late)
    assert "ask whoever sent it" in told.value.remedy
    assert start(store, early) == begun
    assert answer(store, begun, "Umbrellas.") == 2


def test_a_closed_kit_begins_nothing_but_lets_finish_what_was_begun(store: Store) -> None:
    kit_id = opened_kit(store)
    (late, _), (early, _) = link(store, kit_id, "Late"), link(store, kit_id, "Early")
    begun = start(store, early)
    store.kits.close(kit_id)
    with pytest.raises(UsageError, match="No more interviews"):
        start(store, late)
    close_exchange(store, begun, "Umbrellas.")
    close_exchange(store, begun, "Kettles.")
    assert store.get(begun).status is InterviewStatus.ENDED
    store.kits.reopen(kit_id)
    assert start(store, late)


def test_a_withdrawn_link_begins_nothing(store: Store, clock: HandClock) -> None:
    invitation, token = link(store, opened_kit(store))
    store.kits.revoke(invitation.id)
    revoked = clock.now
    clock.move(60)
    store.kits.revoke(invitation.id)
    found = store.kits.by_token(token)
    assert found is not None
    assert found.revoked_at == revoked
    assert found.refused(clock.now) is Refusal.REVOKED
    with pytest.raises(UsageError, match="withdrawn"):
        start(store, invitation)
    assert count(store, "interview") == count(store, "turn") == 0


def test_nothing_more_is_taken_in_an_interview_whose_link_was_withdrawn(store: Store) -> None:
    invitation, _ = link(store, opened_kit(store))
    interview_id = start(store, invitation)
    answer(store, interview_id, "Umbrellas keep you dry.")
    store.kits.revoke(invitation.id)
    with pytest.raises(UsageError, match="withdrawn") as told:
        store.submit(interview_id, 4, "key", "And they are cheap.")
    assert "kept" in told.value.remedy
    with pytest.raises(UsageError, match="withdrawn"):
        store.record(interview_id, 4, "mic", b"And they are cheap.", "audio/wav")
    assert [t.text for t in store.get(interview_id).turns if t.speaker is Speaker.CANDIDATE] == [
        "Umbrellas keep you dry."
    ]
    store.kits.renew(invitation.id, invitation.expires_at)
    assert store.submit(interview_id, 4, "key", "And they are cheap.").seq == 4


def test_a_link_is_revoked_while_somebody_begins(store: Store, path: Path) -> None:
    """Whichever comes first: either there is an interview, or there is none and none comes."""
    kit_id = opened_kit(store)
    agreed = terms(store, kit_id)

    def begins(invitation: Invitation, together: Barrier) -> str | None:
        together.wait()
        try:
            return start(store, invitation, agreed)
        except UsageError:
            return None

    def revokes(invitation: Invitation, together: Barrier) -> None:
        together.wait()
        store.kits.revoke(invitation.id)

    for _ in range(8):
        invitation, _token = link(store, kit_id)
        together = Barrier(2)

        with ThreadPoolExecutor(2) as pool:
            begun = pool.submit(begins, invitation, together)
            pool.submit(revokes, invitation, together)
        after = store.kits.invitations(kit_id)[-1]
        assert after.revoked_at is not None
        assert after.interview_id == begun.result()
    assert count(store, "interview") == len(store.kits.interviews(kit_id))


def test_a_renewed_link_works_and_the_old_token_leads_nowhere(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store)
    invitation, old = link(store, kit_id, extra_percent=25)
    store.kits.revoke(invitation.id)
    clock.move(30 * 86_400)
    new = store.kits.renew(invitation.id, clock.now + timedelta(days=1))
    assert store.kits.by_token(old) is None
    found = store.kits.by_token(new)
    assert found is not None
    assert (found.id, found.label, found.extra_percent) == (invitation.id, invitation.label, 25)
    assert found.refused(clock.now) is None
    begun = start(store, found)
    newer = store.kits.renew(invitation.id, clock.now + timedelta(days=2))
    assert store.kits.by_token(new) is None
    leads = store.kits.by_token(newer)
    assert leads is not None
    assert leads.interview_id == begun


def test_links_that_there_are_not_are_told(store: Store, clock: HandClock) -> None:
    invitation, _ = link(store, opened_kit(store))
    gone = invitation.model_copy(update={"id": "nowhere"})
    with pytest.raises(UsageError):
        start(store, gone)
    with pytest.raises(UsageError):
        store.kits.revoke("nowhere")
    with pytest.raises(UsageError):
        store.kits.renew("nowhere", clock.now)


def test_a_deleted_interview_does_not_begin_again_unasked(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store)
    interview_id = sat(store, kit_id)
    store.delete(interview_id)
    (left,) = store.kits.invitations(kit_id)
    assert (left.interview_id, left.refused(clock.now)) == (None, Refusal.REVOKED)
    assert left.consent == content().hash  # that somebody agreed stays known
    with pytest.raises(UsageError, match="withdrawn"):
        start(store, left)
    store.kits.renew(left.id, clock.now + timedelta(days=1))
    assert start(store, left) != interview_id


def test_the_name_on_a_link_goes_with_its_interview(store: Store) -> None:
    """All that was promised to be deleted is: also whose interview it was."""
    kit_id = opened_kit(store)
    brought = store.kits.bring_in(kit_id, "Ada from a file", {1: "Yes."})
    gone = sat(store, kit_id, "Ada")
    sat(store, kit_id, "Ben")
    store.delete(gone)
    store.delete(brought)
    labels = [one.label for one in store.kits.invitations(kit_id)]
    assert labels == ["Name deleted", "Name deleted", "Ben"]


def test_a_link_that_expired_before_its_interview_was_deleted_was_not_withdrawn(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store)
    interview_id = sat(store, kit_id)
    clock.move(200 * 86_400)
    store.delete(interview_id)
    assert store.kits.invitations(kit_id)[0].refused(clock.now) is Refusal.EXPIRED


# --- answers from a file ------------------------------------------------------------------------------------------


def test_answers_from_a_file_are_an_interview_that_is_over(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store)
    long_ago = clock.now - timedelta(days=90)
    interview_id = store.kits.bring_in(kit_id, " Ada  L. ", {2: "Kettles boil water.", 1: "  \n"}, at=long_ago)
    interview = store.get(interview_id)
    assert (interview.status, interview.created_at, interview.ended_at) == (InterviewStatus.ENDED, long_ago, long_ago)
    assert [(e.number, e.question, e.status) for e in interview.exchanges] == [
        (1, question("umbrellas"), ExchangeStatus.SKIPPED),
        (2, question("kettles"), ExchangeStatus.CLOSED),
    ]
    assert [(t.seq, t.exchange, t.speaker, t.text) for t in interview.turns] == [
        (1, 1, Speaker.INTERVIEWER, "Why do people keep umbrellas?"),
        (2, 2, Speaker.INTERVIEWER, "Why do people keep kettles?"),
        (3, 2, Speaker.CANDIDATE, "Kettles boil water."),
    ]
    assert interview.setup.mode is Mode.REAL
    assert interview.setup.kit == terms(store, kit_id)
    (place,) = store.kits.invitations(kit_id)
    assert (place.label, place.imported, place.interview_id) == ("Ada L.", True, interview_id)
    assert (place.consented_at, place.consent, place.version) == (None, "", 1)


def test_answers_from_a_file_are_graded_like_any_other(store: Store) -> None:
    kit_id = opened_kit(store)
    interview_id = store.kits.bring_in(kit_id, "A", {1: "Umbrellas are useful."}, model="gpt-made-up")
    assert store.ungraded_exchanges(interview_id) == [(interview_id, 1), (interview_id, 2)]
    assert store.get(interview_id).model == "gpt-made-up"
    assert store.awaiting_reply() == []
    store_grade(store, interview_id, 1)
    assert store.ungraded_exchanges(interview_id) == [(interview_id, 2)]


def test_answers_from_a_file_are_to_the_newest_version(store: Store) -> None:
    kit_id = opened_kit(store)
    store.kits.publish(kit_id, content(3), "One more.")
    interview_id = store.kits.bring_in(kit_id, "A", {3: "Bicycles."})
    assert len(store.get(interview_id).plan) == 3
    assert store.kits.invitations(kit_id)[0].version == 2


def test_answers_from_a_file_that_make_no_sense_are_refused_whole(store: Store) -> None:
    kit_id, draft = opened_kit(store), store.kits.create(content())
    for where, label, answers, told in (
        (kit_id, "A", {1: "Yes.", 3: "No."}, "no question 3"),
        (kit_id, "A", {0: "Yes."}, "no question 0"),
        (kit_id, "A", {}, "no answer of A"),
        (kit_id, "A", {1: " "}, "no answer of A"),
        (kit_id, "", {1: "Yes."}, "empty"),
        (kit_id, "A", {1: "x" * 100_001}, "100,001"),
        (draft, "A", {1: "Yes."}, "draft"),
    ):
        with pytest.raises(UsageError, match=told):
            store.kits.bring_in(where, label, answers)
    assert count(store, "interview") == count(store, "invitation") == 0


def test_there_is_no_link_to_answers_from_a_file(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store)
    store.kits.bring_in(kit_id, "A", {1: "Yes."})
    store.kits.bring_in(kit_id, "A", {1: "Yes."})  # two places without a token do not get in each other's way
    for place in store.kits.invitations(kit_id):
        with pytest.raises(UsageError, match="from a file"):
            store.kits.renew(place.id, clock.now)


def test_kits_interviews_come_in_the_order_in_which_they_began(store: Store, clock: HandClock) -> None:
    kit_id = opened_kit(store)
    first, second = link(store, kit_id, "A")[0], link(store, kit_id, "B")[0]
    late = start(store, second)
    clock.move(60)
    later = start(store, first)
    old = store.kits.bring_in(kit_id, "C", {1: "Yes."}, at=clock.now - timedelta(days=1))
    assert store.kits.interviews(kit_id) == [old, late, later]


def test_nobody_elses_way_of_speaking_is_compared_with_ones_own(store: Store, clock: HandClock) -> None:
    def speaks(interview_id: str) -> str:
        store.keep_heard(interview_id, 2, "mic", Transcript(text="Umbrellas.", by="ears"))
        store.accept(interview_id, 2, "key", "Umbrellas.", 1)
        clock.move(60)
        return interview_id

    kit_id = opened_kit(store)
    candidate, own = speaks(start(store, link(store, kit_id)[0])), speaks(begin(store))
    other, again = speaks(start(store, link(store, kit_id)[0])), speaks(begin(store))
    assert [before.interview_id for before in store.spoken_before(again, 9)] == [own]
    assert store.spoken_before(other, 9) == []
    assert candidate in store.kits.interviews(kit_id)
