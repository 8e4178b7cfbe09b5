"""Kits on the pages: built as drafts, opened, and given out by links."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.domain.kit import Invitation, KitContent, KitQuestion, KitStatus, Pausing, Probing
from interviewer.domain.question import Line
from interviewer.domain.words import Seniority
from interviewer.kits import building
from interviewer.kits.wording import fresh
from interviewer.runtime import Runtime
from interviewer.ui import kit_links
from tests.ui.tab import Pages, text


def content(runtime: Runtime, **fields: object) -> KitContent:
    question = runtime.bank.question("overfitting")
    one = KitQuestion(question=question, why="They train models.", probes=building.default_probes(question))
    return fresh("Search team").model_copy(update={"asks": "Northwind", "questions": (one,), **fields})


def field(test: AppTest, name: str) -> str:
    """The key of a field of the draft."""
    kinds = (test.text_input, test.text_area, test.number_input, test.selectbox, test.segmented_control)
    found = [str(one.key) for kind in kinds for one in kind if str(one.key).startswith(f"kit-{name}:")]
    assert len(found) == 1, (name, found)
    return found[0]


def labels(test: AppTest) -> list[str]:
    return [str(button.label) for button in test.button]


# --- the list -------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_kits_are_for_and_begins_one_with_a_click(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("kits")
    assert "A kit is an interview of your own" in text(test)
    test.button(key="new-kit").click().run()
    (kit,) = runtime.store.kits.all()
    assert test.query_params["id"] == kit.id
    assert kit.status is KitStatus.DRAFT
    assert not test.exception


def test_the_list_shows_each_kit_and_what_became_of_it(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime, title="<b>Team</b>"))
    runtime.store.kits.open(kit)
    for label in ("one", "two"):
        runtime.store.kits.invite(kit, label, datetime.now(UTC) + timedelta(days=1))
    shown = text(pages.at("kits"))
    assert "&lt;b&gt;Team&lt;/b&gt;" in shown
    assert "1 question · 2 links · 0 begun · 0 finished" in shown
    assert "A kit is an interview of your own" not in shown


def test_deleting_says_what_goes_and_asks_first(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kits")
    test.button(key=f"delete-{kit}").click().run()
    assert "deleted for good" in text(test)
    assert runtime.store.kits.all()
    test.button(key="delete-for-good").click().run()
    assert runtime.store.kits.all() == []
    assert "A kit is an interview of your own" in text(test)


def test_a_copy_is_a_draft_of_its_own(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kits")
    test.button(key=f"copy-{kit}").click().run()
    copy = runtime.store.kits.get(test.query_params["id"])
    assert copy.id != kit
    assert copy.content.title == "Search team (copy)"
    assert copy.content.questions == runtime.store.kits.get(kit).content.questions


# --- building a draft -----------------------------------------------------------------------------------------


def test_every_change_of_a_draft_is_stored_at_once(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kit", id=kit)
    test.text_input(key=field(test, "title")).set_value("  Ranking team ").run()
    assert "Saved." in text(test)
    test.text_input(key=field(test, "asks")).set_value("Ada & Co").run()
    test.selectbox(key=field(test, "seniority")).set_value(Seniority.SENIOR).run()
    test.number_input(key=field(test, "minutes")).set_value(45).run()
    test.number_input(key=field(test, "keep_days")).set_value(90).run()
    test.segmented_control(key=field(test, "probing")).set_value(Probing.NONE).run()
    test.segmented_control(key=field(test, "pausing")).set_value(Pausing.NONE).run()
    test.text_area(key=field(test, "consent")).set_value("Yes, I do.").run()
    test.text_area(key=field(test, "why")).set_value("They train models every day.").run()
    now = runtime.store.kits.get(kit).content
    assert (now.title, now.asks, now.seniority, now.minutes, now.keep_days) == (
        "Ranking team",
        "Ada & Co",
        Seniority.SENIOR,
        45,
        90,
    )
    assert (now.probing, now.pausing, now.consent) == (Probing.NONE, Pausing.NONE, "Yes, I do.")
    assert now.questions[0].why == "They train models every day."
    assert not test.exception


def test_another_tabs_version_is_neither_overwritten_nor_does_it_overwrite(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kit", id=kit)
    before = runtime.store.kits.get(kit).content
    runtime.store.kits.save(kit, before.model_copy(update={"asks": "The other tab"}), before.hash)
    test.text_input(key=field(test, "title")).set_value("Typed here").run()
    assert runtime.store.kits.get(kit).content.asks == "The other tab"
    assert "changed in another tab" in text(test)
    assert test.text_input(key=field(test, "title")).value == "Typed here"
    assert test.button(key="open-kit").disabled
    test.text_area(key=field(test, "welcome")).set_value("Typed here, too").run()
    assert test.text_input(key=field(test, "title")).value == "Typed here"

    test.button(key="keep-mine").click().run()
    now = runtime.store.kits.get(kit).content
    assert (now.title, now.welcome, now.asks) == ("Typed here", "Typed here, too", "Northwind")
    assert "changed in another tab" not in text(test)


def test_the_other_tabs_version_can_be_taken_instead(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kit", id=kit)
    before = runtime.store.kits.get(kit).content
    theirs = before.model_copy(update={"title": "The other tab"})
    runtime.store.kits.save(kit, theirs, before.hash)
    test.text_input(key=field(test, "title")).set_value("Typed here").run()
    test.button(key="take-theirs").click().run()
    assert test.text_input(key=field(test, "title")).value == "The other tab"
    assert runtime.store.kits.get(kit).content == theirs
    test.text_input(key=field(test, "title")).set_value("And on").run()
    assert runtime.store.kits.get(kit).content.title == "And on"


def test_a_change_elsewhere_is_simply_shown_where_nothing_was_typed(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kit", id=kit)
    before = runtime.store.kits.get(kit).content
    runtime.store.kits.save(kit, before.model_copy(update={"title": "The other tab"}), before.hash)
    test.run()
    test = pages.at("kit", id=kit)
    assert test.text_input(key=field(test, "title")).value == "The other tab"
    assert "changed in another tab" not in text(test)


def test_questions_of_the_bank_are_found_added_ordered_and_taken_out(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kit", id=kit)
    test.segmented_control(key=field(test, "adding")).set_value("Choose from the bank").run()
    test.text_input(key="kit-search").set_value("decision tree").run()
    test.button(key="kit-add:decision-tree").click().run()

    def ids() -> list[str]:
        return [one.question.id for one in runtime.store.kits.get(kit).content.questions]

    assert ids() == ["overfitting", "decision-tree"]
    assert test.button(key="kit-add:decision-tree").disabled, "none is in a kit twice"
    test.button(key="kit-up:decision-tree").click().run()
    assert ids() == ["decision-tree", "overfitting"]
    assert test.button(key="kit-up:decision-tree").disabled
    added = runtime.store.kits.get(kit).content.questions[0]
    assert added.question == runtime.bank.question("decision-tree")
    assert added.probes == building.default_probes(added.question)
    test.button(key="kit-out:decision-tree").click().run()
    assert ids() == ["overfitting"], "nothing was written into it, so nothing is asked"
    test.button(key="kit-out:overfitting").click().run()
    assert ids() == ["overfitting"], "it has a reason that somebody wrote: that is asked first"
    test.button(key="delete-for-good").click().run()
    assert ids() == []
    assert not test.exception


def test_what_was_put_aside_on_the_questions_page_is_added_together(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("questions")
    for one in ("overfitting", "palindrome", "gradient-descent"):
        test.checkbox(key=f"add-{one}").check().run()
    test = pages.at("kit", id=kit)
    test.segmented_control(key=field(test, "adding")).set_value("Choose from the bank").run()
    assert "Add the 2 questions that you put aside" in labels(test)
    test.button(key="add-aside").click().run()
    ids = {one.question.id for one in runtime.store.kits.get(kit).content.questions}
    assert ids == {"overfitting", "palindrome", "gradient-descent"}


def test_that_the_bank_is_public_is_said_until_a_question_is_ones_own(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kit", id=kit)
    assert "anybody can read its questions and rubrics" in text(test)
    test.segmented_control(key=field(test, "adding")).set_value("Write your own").run()
    test.text_area(key="own-prompt").set_value("Why did search  get slow?")
    test.text_area(key="own-looked-for").set_value("Says the index grew\n\nNames caching")
    test.button(key="own-add").click().run()
    own = runtime.store.kits.get(kit).content.questions[1]
    assert own.question.prompt == "Why did search get slow?"
    assert [one.text for one in own.question.rubric.criteria] == ["Says the index grew", "Names caching"]
    assert not own.from_bank
    assert own.question.id.startswith("own-")
    assert "anybody can read its questions and rubrics" not in text(test)
    assert not test.exception


def test_a_question_of_ones_own_that_lacks_something_keeps_what_was_typed(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kit", id=kit)
    test.segmented_control(key=field(test, "adding")).set_value("Write your own").run()
    test.text_area(key="own-prompt").set_value("Why did search get slow?")
    test.button(key="own-add").click().run()
    assert "what to look for" in text(test)
    assert test.text_area(key="own-prompt").value == "Why did search get slow?"
    assert len(runtime.store.kits.get(kit).content.questions) == 1


def test_follow_ups_are_chosen_and_stand_in_the_rubrics_order(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    there = building.probes_of(runtime.bank.question("overfitting"))
    test = pages.at("kit", id=kit)
    box = next(one for one in test.multiselect if "Follow-ups" in one.label)
    box.set_value([there[2], there[0]]).run()
    assert runtime.store.kits.get(kit).content.questions[0].probes == (there[0], there[2])
    box = next(one for one in test.multiselect if "Follow-ups" in one.label)
    box.set_value([]).run()
    assert runtime.store.kits.get(kit).content.questions[0].probes == ()


def test_a_changed_rubric_goes_into_the_draft_and_leaves_the_bank_alone(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kit", id=kit)
    test.button(key="change-rubric:overfitting").click().run()
    first = next(str(one.key) for one in test.button if str(one.key).startswith("open:"))
    test.button(key=first).click().run()
    key = next(str(one.key) for one in test.text_area if str(one.key).startswith("text:"))
    test.text_area(key=key).set_value("Says that noise was learned").run()
    criterion = runtime.store.kits.get(kit).content.questions[0].question.rubric.criteria[0]
    assert criterion.text == "Says that noise was learned"
    assert criterion.statements == runtime.bank.question("overfitting").rubric.criteria[0].statements
    assert not test.exception


def test_what_is_missing_is_listed_and_keeps_the_kit_shut(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(fresh())
    test = pages.at("kit", id=kit)
    shown = text(test)
    for problem in building.problems(fresh()):
        assert problem.text in shown
    assert test.button(key="open-kit").disabled


def test_the_preview_has_the_candidates_words_and_never_the_rubric(pages: Pages, runtime: Runtime) -> None:
    made = content(runtime, welcome="Hello <i>you</i>", questions=())
    kit = runtime.store.kits.create(made)
    shown = text(pages.at("kit", id=kit))
    for words in (made.welcome, made.consent, made.another_way, made.asks):
        assert html.escape(words, quote=False) in shown.replace("&#x27;", "'")
    assert "<i>you</i>" not in shown


# --- opening and links ----------------------------------------------------------------------------------------


def opened(runtime: Runtime) -> str:
    kit = runtime.store.kits.create(content(runtime))
    runtime.store.kits.open(kit)
    return kit


def link_of(runtime: Runtime, kit: str, label: Line) -> Invitation:
    return next(one for one in runtime.store.kits.invitations(kit) if one.label == label)


def shown_links(test: AppTest) -> list[str]:
    return [str(one.value) for one in test.code]


def test_opening_asks_first_shows_the_hash_and_freezes(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kit", id=kit)
    test.button(key="open-kit").click().run()
    assert content(runtime).hash in text(test)
    assert runtime.store.kits.get(kit).status is KitStatus.DRAFT
    test.button(key="open-for-good").click().run()
    now = runtime.store.kits.get(kit)
    assert (now.status, now.version) == (KitStatus.OPEN, 1)
    assert now.content == content(runtime)
    assert not [one for one in test.text_area if "Welcome" in one.label], "nothing can be changed any more"
    assert now.content.hash in text(test)


def test_what_another_tab_made_of_it_meanwhile_is_not_opened(pages: Pages, runtime: Runtime) -> None:
    kit = runtime.store.kits.create(content(runtime))
    test = pages.at("kit", id=kit)
    test.button(key="open-kit").click().run()
    before = runtime.store.kits.get(kit).content
    runtime.store.kits.save(kit, before.model_copy(update={"minutes": 200}), before.hash)
    test.button(key="open-for-good").click().run()
    assert runtime.store.kits.get(kit).status is KitStatus.DRAFT
    assert "it is not opened yet" in text(test)


def test_links_are_shown_once_and_lead_to_their_kit(pages: Pages, runtime: Runtime) -> None:
    kit = opened(runtime)
    test = pages.at("kit", id=kit)
    test.text_area(key=f"kit-names:{kit}").set_value("Ada <3\n\n  Candidate   2 \n")
    test.text_input(key=f"kit-base-address:{kit}").set_value("https://hire.example/app/")
    test.selectbox(key="kit-extra").set_value(50)
    test.date_input(key="kit-expires").set_value(date.today() + timedelta(days=3))
    test.button(key="make-links").click().run()
    links = shown_links(test)
    assert len(links) == 2
    assert all(re.fullmatch(r"https://hire\.example/app/join\?t=[\w-]{40,}", link) for link in links)
    found = [runtime.store.kits.by_token(link.split("t=")[1]) for link in links]
    assert [(one.label, one.extra_percent, one.kit_id) for one in found if one] == [
        ("Ada <3", 50, kit),
        ("Candidate 2", 50, kit),
    ]
    assert all(one and timedelta(days=2) < one.expires_at - datetime.now(UTC) < timedelta(days=5) for one in found)
    assert "not shown again" in text(test)
    assert "Ada &lt;3" in text(test)
    test.button(key="links-copied").click().run()
    assert shown_links(test) == []
    assert shown_links(Pages().at("kit", id=kit)) == []


def test_no_links_without_names_or_with_an_address_that_is_none(pages: Pages, runtime: Runtime) -> None:
    kit = opened(runtime)
    test = pages.at("kit", id=kit)
    test.button(key="make-links").click().run()
    assert "No link is made yet." in text(test)
    test.text_area(key=f"kit-names:{kit}").set_value("Ada")
    test.text_input(key=f"kit-base-address:{kit}").set_value("javascript:alert(1)")
    test.button(key="make-links").click().run()
    assert "no address that a link can begin with" in text(test)
    assert test.text_area(key=f"kit-names:{kit}").value == "Ada"
    assert runtime.store.kits.invitations(kit) == []


def test_a_name_that_is_too_long_is_named_before_any_link_is_made(pages: Pages, runtime: Runtime) -> None:
    kit = opened(runtime)
    test = pages.at("kit", id=kit)
    typed = "Ada\n" + "Long " * 30
    test.text_area(key=f"kit-names:{kit}").set_value(typed)
    test.button(key="make-links").click().run()
    assert "“Long Long" in text(test)
    assert "149 characters" in text(test)
    assert test.text_area(key=f"kit-names:{kit}").value == typed
    assert runtime.store.kits.invitations(kit) == []


def test_revoking_asks_first_and_a_new_link_replaces_the_old(pages: Pages, runtime: Runtime) -> None:
    kit = opened(runtime)
    link, token = runtime.store.kits.invite(kit, "Ada", datetime.now(UTC) + timedelta(days=1))
    test = pages.at("kit", id=kit)
    assert "Not begun" in text(test)
    test.button(key=f"revoke-{link.id}").click().run()
    assert link_of(runtime, kit, "Ada").revoked_at is None
    test.button(key="delete-for-good").click().run()
    assert link_of(runtime, kit, "Ada").revoked_at is not None
    assert "Revoked" in text(test)
    test.button(key=f"renew-{link.id}").click().run()
    test.button(key="renew-it").click().run()
    (address,) = shown_links(test)
    again = runtime.store.kits.by_token(address.split("t=")[1])
    assert again is not None
    assert again.id == link.id
    assert again.revoked_at is None
    assert runtime.store.kits.by_token(token) is None


def test_a_closed_kit_makes_no_links_and_can_be_reopened(pages: Pages, runtime: Runtime) -> None:
    kit = opened(runtime)
    test = pages.at("kit", id=kit)
    test.button(key="close-kit").click().run()
    assert runtime.store.kits.get(kit).status is KitStatus.CLOSED
    assert "make-links" not in [one.key for one in test.button]
    test.button(key="reopen-kit").click().run()
    assert runtime.store.kits.get(kit).status is KitStatus.OPEN
    assert "make-links" in [one.key for one in test.button]


def test_an_address_without_a_kit_gets_a_sentence(pages: Pages) -> None:
    assert "This address names no kit." in text(pages.at("kit"))
    assert "There is no kit with the ID" in text(pages.at("kit", id="nobody<script>"))


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({}, None, "Not begun"),
        ({"expires": -1}, None, "Expired"),
        ({"revoked": True}, None, "Revoked"),
        ({"expires": -1}, "running", "Begun"),
        ({"expires": -1}, "ended", "Finished"),
        ({"revoked": True}, "running", "Revoked"),
        ({"consented": True}, None, "Deleted"),
        ({"consented": True, "revoked": True}, None, "Deleted"),
    ],
)
def test_where_a_link_has_got_to_is_one_word(fields: dict[str, object], status: str | None, word: str) -> None:
    from interviewer.domain.interview import InterviewStatus

    now = datetime(2026, 3, 1, tzinfo=UTC)
    days = fields.get("expires", 1)
    assert isinstance(days, int)
    link = Invitation(
        id="i",
        kit_id="k",
        owner="o",
        label="Ada",
        created_at=now - timedelta(days=5),
        expires_at=now + timedelta(days=days),
        revoked_at=now if fields.get("revoked") else None,
        consented_at=now if fields.get("consented") else None,
    )
    assert kit_links.state_of(link, InterviewStatus(status) if status else None, now) == word
    assert word in kit_links.SIGNS
