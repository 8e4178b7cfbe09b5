"""The way from a link to an interview, without a browser: what a candidate reads, agrees to, sees, and never sees."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import streamlit as st
from streamlit.navigation.page import Page
from streamlit.testing.v1 import AppTest

from interviewer.domain.interview import InterviewStatus, Setup
from interviewer.domain.kit import Invitation, KitContent, KitQuestion, Pausing, Probing
from interviewer.domain.question import Question
from interviewer.domain.words import Intent, MoveKind
from interviewer.errors import StoreError, UnknownInterview
from interviewer.runtime import Runtime
from interviewer.store import utc_now
from interviewer.ui import desk, frame, joining, markup, places
from tests.ui.tab import Pages, text

WELCOME = "Thank you for your <interest> & time.\nWe look forward to it."
CONSENT = "I agree that my answers are kept and graded by software."
ANOTHER_WAY = "Write to hiring@example.org for a talk with people instead."


def content(runtime: Runtime, **changes: object) -> KitContent:
    asked = list(runtime.bank.questions.values())[:2]
    made = {
        "title": "A first talk",
        "asks": "Example <Ltd>",
        "welcome": WELCOME,
        "consent": CONSENT,
        "another_way": ANOTHER_WAY,
        "keep_days": 30,
        "minutes": 20,
        "questions": tuple(KitQuestion(question=q, why="It is the job.", probes=first_probe(q)) for q in asked),
    }
    return KitContent.model_validate({**made, **changes})


def first_probe(question: Question) -> tuple[str, ...]:
    return tuple(criterion.id for criterion in question.rubric.criteria if criterion.probe)[:1]


def invited(runtime: Runtime, extra_percent: int = 0, **changes: object) -> tuple[Invitation, str]:
    kit_id = runtime.store.kits.create(content(runtime, **changes))
    runtime.store.kits.open(kit_id)
    return runtime.store.kits.invite(kit_id, "Candidate 7", utc_now() + timedelta(days=14), extra_percent)


def begun(runtime: Runtime, **changes: object) -> tuple[str, str]:
    """An interview that a link has led to, and the link's token."""
    invitation, token = invited(runtime, 0, **changes)
    return runtime.begin_kit(invitation), token


def keys(test: AppTest) -> list[str]:
    return [button.key or "" for button in test.button]


def rubric_words(runtime: Runtime) -> list[str]:
    """What a candidate must never read: criteria, reference statements, sample answers."""
    asked = list(runtime.bank.questions.values())[:2]
    criteria = [criterion for question in asked for criterion in question.rubric.criteria]
    own = [*(c.text for c in criteria), *(s for c in criteria for s in c.statements), *(q.sample_answer for q in asked)]
    return [html.escape(words) for words in own] + own


def gives_away(test: AppTest, runtime: Runtime) -> list[str]:
    everything = text(test) + " ".join(str(b.label) for b in test.button)
    return [words for words in rubric_words(runtime) if words in everything]


# --- the page of a link -----------------------------------------------------------------------------------------------


def test_before_the_start_all_is_said_and_nothing_is_stored(pages: Pages, runtime: Runtime) -> None:
    invitation, token = invited(runtime, extra_percent=50)
    test = pages.at("join", t=token)
    said = html.unescape(text(test))
    for words in (
        "Example <Ltd>",
        "A first talk",
        WELCOME,
        CONSENT,
        ANOTHER_WAY,
        "2 questions, for which you have 30 minutes in all, your extra time included",
        "you can still send the answer that you are on",
        "Software grades the answers first",
        "People may read and rate them",
        "Interviewer's own offline model",
        "How often you paused is shown",
        "same follow-ups whatever they answer",
        "deleted 30 days after the interview ends",
    ):
        assert words in said, words
    assert "<interest>" not in text(test)
    assert test.button(key="begin-kit").disabled
    assert gives_away(test, runtime) == []
    assert runtime.store.kits.interviews(invitation.kit_id) == []
    assert not test.exception


def test_the_terms_of_the_kit_are_the_ones_that_are_told(runtime: Runtime) -> None:
    strict = content(runtime, pausing=Pausing.NONE, probing=Probing.NONE, keep_days=1)
    told = html.unescape(joining.announcement(strict))
    assert "There are no pauses" in told
    assert "follow-up" not in told
    assert "deleted 1 day after" in told


def test_who_agrees_begins_once_and_the_consent_is_recorded(pages: Pages, runtime: Runtime) -> None:
    invitation, token = invited(runtime)
    test = pages.at("join", t=token)
    test.checkbox[0].check().run()
    test.button(key="begin-kit").click().run()
    assert not test.exception
    [interview_id] = runtime.store.kits.interviews(invitation.kit_id)
    assert test.query_params["id"] == interview_id
    stored = runtime.store.kits.by_token(token)
    assert stored is not None
    assert stored.consented_at is not None
    assert stored.consent == content(runtime).hash

    again = Pages().at("join", t=token)  # goes on at the same place
    assert again.query_params["id"] == interview_id
    assert runtime.store.kits.interviews(invitation.kit_id) == [interview_id]


def test_a_kit_that_goes_while_one_reads_is_a_link_that_leads_nowhere(
    pages: Pages, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation, token = invited(runtime)
    test = pages.at("join", t=token)
    test.checkbox[0].check().run()
    begins = runtime.begin_kit

    def goes(*asked: Any) -> str:
        runtime.store.kits.delete(invitation.kit_id)
        return begins(*asked)

    monkeypatch.setattr(runtime, "begin_kit", goes)
    test.button(key="begin-kit").click().run()
    assert "This link leads to no interview" in text(test)
    assert invitation.kit_id not in text(test)


def test_what_was_changed_while_one_was_reading_is_not_agreed_to(runtime: Runtime) -> None:
    invitation, _ = invited(runtime)
    read = runtime.newest_version(invitation.kit_id)
    runtime.store.kits.publish(invitation.kit_id, content(runtime, consent="I agree to something else."), "Clearer.")
    with pytest.raises(Exception, match="changed while you were reading"):
        runtime.begin_kit(invitation, read)
    assert runtime.store.kits.interviews(invitation.kit_id) == []


def test_a_link_that_leads_nowhere_says_what_to_do(pages: Pages, runtime: Runtime) -> None:
    runtime.store.kits.create(content(runtime))
    for query in ({}, {"t": "made-up"}):
        test = pages.at("join", **query)
        assert "This link leads to no interview" in text(test)
        assert "Example" not in text(test)
        assert not test.button


@pytest.mark.parametrize("why", ["withdrawn", "expired", "closed"])
def test_a_refused_link_says_why_and_whom_to_ask(pages: Pages, runtime: Runtime, why: str) -> None:
    invitation, token = invited(runtime)
    kits = runtime.store.kits
    if why == "withdrawn":
        kits.revoke(invitation.id)
    elif why == "expired":
        token = kits.renew(invitation.id, utc_now() - timedelta(minutes=1))
    else:
        kits.close(invitation.kit_id)
    test = pages.at("join", t=token)
    assert f"{why}</h1>" in text(test)
    assert ANOTHER_WAY in text(test)
    assert not test.button
    assert not test.checkbox


def test_after_a_deletion_the_link_says_so_and_begins_nothing_new(pages: Pages, runtime: Runtime) -> None:
    interview_id, token = begun(runtime)
    runtime.store.delete(interview_id)
    test = pages.at("join", t=token)
    assert "The interview of this link was deleted" in text(test)
    assert not test.button


# --- the interview ----------------------------------------------------------------------------------------------------


def test_the_interview_shows_who_asks_and_has_no_hints_and_no_report(pages: Pages, runtime: Runtime) -> None:
    interview_id, token = begun(runtime)
    test = pages.at("interview", id=interview_id)
    assert "Example &lt;Ltd&gt;" in text(test)
    assert "say-hint" not in keys(test)
    assert "pause" in keys(test)
    assert not test.get("popover")  # what it takes is not a candidate's affair
    assert '<h1 class="join-head">' in text(test)
    assert "Say it again" not in [button.label for button in test.button]  # that one is the voice's, and costs no turn

    test.chat_input[0].set_value("I would compare both errors and look at the gap between them.").run()
    first = runtime.store.get(interview_id).turns[-1].move
    assert first is not None
    assert first.kind is MoveKind.PROBE
    test.button(key="say-skip").click().run()
    test.button(key="say-skip").click().run()
    ended = runtime.store.get(interview_id)
    assert ended.status is InterviewStatus.ENDED
    assert runtime.workers.wait(interview_id)
    test = Pages().at("interview", id=interview_id)
    said = html.unescape(text(test))
    assert "Thank you" in said
    assert "software grades the answers" in said
    assert ANOTHER_WAY in said
    assert "open-report" not in keys(test)
    assert gives_away(test, runtime) == []

    after = Pages().at("join", t=token)
    assert "Thank you" in text(after)
    assert gives_away(after, runtime) == []
    assert not test.exception
    assert not after.exception


def test_the_time_that_a_question_usually_takes_is_not_told_where_the_employer_gives_less(runtime: Runtime) -> None:
    usual = sum(question.minutes for question in list(runtime.bank.questions.values())[:2])
    enough, _ = begun(runtime, minutes=usual)
    short, _ = begun(runtime, minutes=usual - 1)
    assert "about" in markup.progress(runtime.store.get(enough))
    assert "about" not in markup.progress(runtime.store.get(short))


def test_a_recording_that_nothing_understands_does_not_send_a_candidate_to_the_settings(
    pages: Pages, runtime: Runtime
) -> None:
    interview_id, _ = begun(runtime)
    seq = runtime.store.get(interview_id).next_seq
    runtime.store.record(interview_id, seq, "key", b"RIFF", "audio/wav")
    test = pages.at("interview", id=interview_id)
    assert "Your recording is kept" in text(test)
    assert "Settings" not in text(test)


def test_no_pause_button_where_there_are_no_pauses(pages: Pages, runtime: Runtime) -> None:
    interview_id, _ = begun(runtime, pausing=Pausing.NONE)
    assert "pause" not in keys(pages.at("interview", id=interview_id))


def test_a_withdrawn_link_ends_what_can_be_sent(pages: Pages, runtime: Runtime) -> None:
    interview_id, token = begun(runtime)
    test = pages.at("interview", id=interview_id)
    link = runtime.store.kits.invitation_of(interview_id)
    assert link is not None
    runtime.store.kits.revoke(link.id)
    test.chat_input[0].set_value("Sent from a page that was open meanwhile.").run()
    assert len(runtime.store.get(interview_id).turns) == 1
    for shown in (test, Pages().at("interview", id=interview_id), Pages().at("join", t=token)):
        assert "This link was withdrawn" in text(shown)
        assert ANOTHER_WAY in text(shown)
        assert not shown.chat_input
        assert [one.key for one in shown.button] == (["discard"] if shown is test else [])
        assert not shown.exception
    # Whoever was just writing can still copy it.
    assert [area.value for area in test.text_area] == ["Sent from a page that was open meanwhile."]


def test_a_button_of_an_open_page_sends_nothing_after_the_withdrawal(runtime: Runtime) -> None:
    interview_id, _ = begun(runtime)
    at = desk.Desk(interview_id)
    at.look(runtime.store.get(interview_id))
    link = runtime.store.kits.invitation_of(interview_id)
    assert link is not None
    runtime.store.kits.revoke(link.id)
    assert not desk.send(runtime.store, at, "I'd like to skip this question.", Intent.SKIP)
    assert str(at.problem) == "This interview was withdrawn."
    assert len(runtime.store.get(interview_id).turns) == 1


def test_the_report_of_a_kits_interview_is_not_the_candidates(pages: Pages, runtime: Runtime) -> None:
    interview_id, _ = begun(runtime)
    test = pages.at("report", id=interview_id)
    assert "belongs to whoever asked for it" in text(test)
    assert gives_away(test, runtime) == []
    past = Pages().at("past")
    assert "begin" in keys(past)  # as if there were none: it is not this candidate's past
    assert not any(interview_id in key for key in keys(past))


# --- how long it is kept ----------------------------------------------------------------------------------------------


def test_what_was_promised_to_be_deleted_is_deleted_and_nothing_else(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    interview_id, _ = begun(runtime, keep_days=30)
    own = runtime.begin(Setup(questions=1))
    seq = runtime.store.get(interview_id).next_seq
    runtime.store.submit(interview_id, seq, "key", "Something that only I would say.")
    assert runtime.tidy(utc_now() + timedelta(days=29)) == 0
    with caplog.at_level("INFO"):
        assert runtime.tidy(utc_now() + timedelta(days=31)) == 1
    assert interview_id in caplog.text
    assert "only I would say" not in caplog.text
    assert "Candidate 7" not in caplog.text
    with pytest.raises(Exception, match="no interview"):
        runtime.store.get(interview_id)
    assert runtime.store.get(own).id == own


def test_starting_tidies(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []

    def overdue(now: datetime) -> list[str]:
        asked.append(now)
        return []

    monkeypatch.setattr(runtime.store.kits, "overdue", overdue)
    runtime.start()
    assert len(asked) == 1


def test_a_process_that_runs_on_keeps_the_promise_too(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody need open a page for it, and what a reader was in the way of is taken out of the file later."""
    interview_id, _ = begun(runtime, keep_days=30)
    store, late = runtime.store, [utc_now() + timedelta(days=31)]
    monkeypatch.setattr("interviewer.runtime.utc_now", lambda: late[0])
    monkeypatch.setattr("interviewer.interview.workers.RENEW_SECONDS", 0.01)
    monkeypatch.setattr("interviewer.interview.workers.UPKEEP_SECONDS", 0.0)
    runtime.workers.close()
    del runtime.__dict__["workers"]
    watched = threading.Event()
    cleans = store.database.clean

    def cleaned() -> bool:
        clean = cleans()
        watched.set()
        return clean

    monkeypatch.setattr(store.database, "clean", cleaned)
    workers = runtime.workers
    try:
        assert watched.wait(10)
    finally:
        workers.close()
    with pytest.raises(UnknownInterview):
        store.get(interview_id)


# --- a process for candidates -----------------------------------------------------------------------------------------


@pytest.fixture
def for_candidates(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    monkeypatch.setenv("INTERVIEWER_PAGES", "candidates")
    frame.for_candidates.clear()
    yield runtime
    monkeypatch.undo()
    frame.for_candidates.clear()


@pytest.mark.parametrize("path", ["", "practise", "questions", "past", "kits", "settings", "report", "results", "rate"])
def test_a_process_for_candidates_opens_interviews_by_link_and_nothing_else(for_candidates: Runtime, path: str) -> None:
    interview_id, _ = begun(for_candidates)
    test = Pages().at(path, id=interview_id)
    assert "This address opens interviews by link only" in text(test)
    assert not test.button
    assert not test.exception


def test_a_process_for_candidates_leads_from_the_link_to_the_end(for_candidates: Runtime) -> None:
    invitation, token = invited(for_candidates)
    test = Pages().at("join", t=token)
    test.checkbox[0].check().run()
    test.button(key="begin-kit").click().run()
    [interview_id] = for_candidates.store.kits.interviews(invitation.kit_id)
    assert test.query_params["id"] == interview_id
    assert not test.exception


def test_a_process_for_candidates_shows_nobodys_own_practice(for_candidates: Runtime) -> None:
    own = for_candidates.begin(Setup(questions=1))
    prompt = html.escape(for_candidates.store.get(own).plan[0].prompt)
    test = Pages().at("interview", id=own)
    assert prompt not in text(test)
    assert "There is no interview" in text(test)
    assert "Open the link that you were sent" in text(test)
    assert not test.exception


def test_a_process_for_candidates_says_nothing_of_the_installation(
    for_candidates: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = invited(for_candidates)

    def fails(_: str) -> None:
        raise StoreError("The store /srv/hiring/interviewer.db cannot be read.")

    monkeypatch.setattr(for_candidates.store.kits, "by_token", fails)
    test = Pages().at("join", t=token)
    assert "Something went wrong on this page." in text(test)
    assert "/srv/hiring" not in text(test)


def test_no_part_of_a_page_speaks_to_a_candidate_of_the_installation(
    for_candidates: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview_id, _ = begun(for_candidates)
    test = Pages().at("interview", id=interview_id)

    def fails(*_: object) -> None:
        raise StoreError("The store /srv/hiring/interviewer.db cannot be written.", "Run “interviewer doctor”.")

    monkeypatch.setattr(for_candidates.store, "submit", fails)
    test.button(key="say-skip").click().run()
    assert "Something went wrong on our side." in text(test)
    assert "/srv/hiring" not in text(test)
    assert "doctor" not in text(test)


@pytest.mark.parametrize("address", ["report", "no-such page", " ", "by-link", "join", ""])
def test_an_address_that_names_no_page_of_a_candidates_is_the_page_without_a_link(
    for_candidates: Runtime, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Streamlit would open a dialog of its own about pages that don't exist."""
    served: set[str] = set()
    opens = places.candidates_pages

    def noted() -> list[Page]:
        pages = opens()
        served.update(page.url_path for page in pages)
        return pages

    monkeypatch.setattr(places, "candidates_pages", noted)
    monkeypatch.setattr(type(st.context), "url", property(lambda _: f"http://127.0.0.1:8501/{quote(address)}"))
    test = Pages().at(address)
    assert not test.exception
    assert served == {"", "join", "interview"} | ({address.strip()} - {"by-link"})


def test_the_usual_process_opens_all_pages(pages: Pages, runtime: Runtime) -> None:
    test = pages.at()
    assert "by link only" not in text(test)
    assert "start" in keys(test)
