"""The questions in a real browser: finding them while one types, studying them, choosing some for an interview."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.driving import DESKTOP, PHONE, Server, settled
from tests.browser.test_look import OVERFLOW

NewTab = Callable[..., Page]


def search_box(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search the questions")


def row(page: Page, question_id: str) -> Locator:
    return page.locator(f".st-key-hit-{question_id}")


def rows(page: Page) -> Locator:
    return page.locator("[class*='st-key-hit-']")


def add(page: Page, question_id: str) -> None:
    """Ticks a question's box, and waits until the bar at the bottom has heard of it."""
    bar = page.locator(".st-key-selected")
    before = bar.inner_text() if bar.count() else ""
    row(page, question_id).locator("label").click()
    expect(bar).to_be_visible()
    expect(bar).not_to_have_text(before)
    settled(page)


def test_results_follow_the_keys_without_enter_and_the_caret_stays_where_it_is(server: Server, new_tab: NewTab) -> None:
    page = new_tab(f"{server.url}/questions")
    box = search_box(page)
    box.click()
    page.keyboard.type("gradient descent", delay=30)
    expect(rows(page).first).to_contain_text(re.compile("gradient", re.IGNORECASE))
    expect(box).to_be_focused()
    for _ in range(len("descent")):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type("boosting ", delay=30)
    expect(page).to_have_url(re.compile(r"q=gradient\+boosting\+descent"))
    settled(page)
    expect(box).to_be_focused()
    expect(box).to_have_value("gradient boosting descent")
    assert box.evaluate("box => box.selectionStart") == len("gradient boosting ")
    for _ in range(30):
        page.keyboard.press("Backspace")
        page.keyboard.press("Delete")
    expect(page.locator(".found")).to_have_text(re.compile(r"^1\d\d questions$"))
    expect(box).to_be_focused()


def test_every_key_typed_in_haste_arrives(server: Server, new_tab: NewTab) -> None:
    page = new_tab(f"{server.url}/questions")
    search_box(page).click()
    typed = "why does my model do so badly on data that it has never seen before"
    page.keyboard.type(typed, delay=15)
    expect(page).to_have_url(re.compile("seen.before$"))
    settled(page)
    expect(search_box(page)).to_have_value(typed)


def test_the_screen_reader_is_told_the_count_as_it_changes(server: Server, new_tab: NewTab) -> None:
    page = new_tab(f"{server.url}/questions")
    told = page.locator(".st-key-bookmark").get_by_role("status")
    expect(told).to_have_text(re.compile(r"^1\d\d questions$"))
    search_box(page).fill("imbalanced classes")
    expect(page).to_have_url(re.compile("q="))
    settled(page)
    expect(told).to_have_text(page.locator(".found").inner_text())


def test_filters_stand_in_the_address_which_can_be_shared(server: Server, new_tab: NewTab) -> None:
    page = new_tab(f"{server.url}/questions")
    for name, option in (("Stage", "Coding"), ("Seniority", "Junior")):
        page.get_by_role("combobox", name=re.compile(name)).click()
        page.get_by_role("option", name=option, exact=True).click()
        expect(page).to_have_url(re.compile(f"{name.lower()}={option}"))
        settled(page)
    search_box(page).fill("text")
    expect(page).to_have_url(re.compile("q=text"))
    settled(page)
    found = page.locator(".found").inner_text()
    shared = new_tab(page.url)
    expect(search_box(shared)).to_have_value("text")
    expect(shared.locator(".found")).to_have_text(found)
    assert rows(shared).all_inner_texts() == rows(page).all_inner_texts()
    assert all("Coding · Junior" in text for text in rows(shared).all_inner_texts())


def test_back_from_a_question_finds_the_list_as_it_was(server: Server, new_tab: NewTab) -> None:
    page = new_tab(f"{server.url}/questions?q=overfitting")
    main = page.get_by_test_id("stMain")
    link = row(page, "overfitting").get_by_role("link")
    prompt = link.inner_text()
    main.evaluate("main => { main.scrollTop = 300; }")
    before = main.evaluate("main => main.scrollTop")
    link.evaluate("link => link.click()")
    expect(page.get_by_role("heading", level=1)).to_have_text(prompt)
    expect(page).to_have_url(re.compile(r"/questions\?id=overfitting$"))
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()

    def as_it_was() -> None:
        expect(search_box(page)).to_have_value("overfitting")
        expect(page).to_have_url(re.compile(r"/questions\?q=overfitting$"))
        expect(link).to_be_focused()
        page.wait_for_function(
            "top => Math.abs(document.querySelector('[data-testid=stMain]').scrollTop - top) < 2", arg=before
        )

    page.go_back()
    as_it_was()
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text(prompt)
    settled(page)
    page.get_by_role("link", name="All questions").click()
    as_it_was()


def test_studying_gives_away_one_thing_at_a_time(server: Server, new_tab: NewTab) -> None:
    page = new_tab(f"{server.url}/questions?id=palindrome")
    expect(page.locator(".sheet .task")).to_contain_text("is_palindrome(text)")
    expect(page.locator(".sample")).to_be_hidden()
    page.get_by_text("A sample answer").click()
    expect(page.locator(".sample")).to_be_visible()
    page.get_by_role("button", name="Show a hint").click()
    expect(page.locator(".hints li")).to_have_count(1)
    page.get_by_role("button", name="Show another").click()
    expect(page.locator(".hints li")).to_have_count(2)
    expect(page.locator(".sample")).to_be_visible()
    near = page.locator(".st-key-near").get_by_role("link").first
    name = near.inner_text()
    near.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_selection_is_kept_while_browsing_and_asked_in_order(server: Server, new_tab: NewTab) -> None:
    page = new_tab(f"{server.url}/questions")
    for question_id in ("palindrome", "gradient-descent", "overfitting"):
        add(page, question_id)
    search_box(page).fill("decision tree")
    expect(page).to_have_url(re.compile("q="))
    settled(page)
    row(page, "decision-tree").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("decision tree")
    settled(page)
    page.locator(".st-key-study-actions label").click()
    bar = page.locator(".st-key-selected")
    expect(bar).to_contain_text("4 questions, about")
    page.get_by_role("link", name="Past interviews").click()
    expect(page.get_by_role("heading", name="Past interviews")).to_be_visible()
    settled(page)
    page.get_by_role("link", name="Questions").click()
    expect(bar).to_contain_text("4 questions, about")
    settled(page)
    bar.get_by_role("button", name=re.compile("4 questions")).click()
    page.get_by_role("button", name=re.compile("^Take out: .*gradient descent", re.IGNORECASE)).click()
    expect(bar).to_contain_text("3 questions, about")
    settled(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Start an interview").click()
    page.wait_for_url("**/interview?id=*")
    expect(page.locator(".turn.interviewer").first).to_be_visible()
    plan = server.store.get(page.url.split("id=")[1]).plan
    assert [question.id for question in plan] == ["decision-tree", "overfitting", "palindrome"]


def test_from_a_search_to_an_interview_by_keyboard_alone(server: Server, new_tab: NewTab) -> None:
    page = new_tab(f"{server.url}/questions")

    def tab_to(goal: Locator) -> None:
        expect(goal.first).to_be_visible()
        for _ in range(80):
            if goal.count() and goal.first.evaluate("element => element === document.activeElement"):
                return
            page.keyboard.press("Tab")
        pytest.fail("the keyboard does not get there")

    tab_to(search_box(page))
    page.keyboard.type("palindrome")
    expect(rows(page).first).to_contain_text("palindrome")
    settled(page)
    tab_to(row(page, "palindrome").get_by_role("link"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("palindrome")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    settled(page)
    box = page.get_by_role("checkbox", name=re.compile("^Add: .*palindrome"))
    tab_to(box)
    page.keyboard.press("Space")
    expect(page.locator(".st-key-selected")).to_contain_text("1 question, about")
    settled(page)
    tab_to(page.get_by_role("button", name="Start an interview"))
    page.keyboard.press("Enter")
    expect(page.locator(".turn.interviewer").first).to_be_visible()
    expect(page.locator(".task-panel.roomy")).to_contain_text("is_palindrome(text)")


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["1280", "390"])
def test_no_part_of_it_scrolls_sideways(server: Server, new_tab: NewTab, size: ViewportSize, scheme: str) -> None:
    page = new_tab(f"{server.url}/questions", size=size, scheme=scheme)
    assert page.evaluate(OVERFLOW) == 0
    add(page, "self-driving-data")
    assert page.evaluate(OVERFLOW) == 0
    page.locator(".st-key-selected").get_by_role("button", name=re.compile("1 question")).click()
    expect(page.get_by_role("button", name=re.compile("^Take out"))).to_be_visible()
    assert page.evaluate(OVERFLOW) == 0
    for query in ("?q=" + "x" * 300, "?q=clean+data", "?id=fraud-visualisation", "?id=nobody"):
        page.goto(f"{server.url}/questions{query}")
        settled(page)
        assert page.evaluate(OVERFLOW) == 0, query


def begin_with_task(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/questions?id=fraud-visualisation")
    settled(page)
    page.get_by_role("button", name="Practise this question").click()
    page.wait_for_url("**/interview?id=*")
    expect(page.locator(".turn.interviewer").first).to_be_visible()
    settled(page)


@pytest.mark.parametrize("width", [1280, 900], ids=["beside", "above"])
def test_the_task_is_open_and_stays_in_view_whatever_was_said(server: Server, new_tab: NewTab, width: int) -> None:
    page = new_tab(server.url, size=ViewportSize(width=width, height=800))
    begin_with_task(page, server)
    task = page.locator(".task-panel.roomy")
    expect(task.locator(".task")).to_be_visible()
    for number in range(2):
        page.get_by_test_id("stChatInputTextArea").fill(f"Answer {number}.\n\n" * 12)
        page.keyboard.press("Enter")
        expect(page.locator(".turn")).to_have_count(3 + 2 * number)
        settled(page)
    expect(task).to_be_in_viewport(ratio=0.9)
    last = page.locator(".turn").last
    expect(last).to_be_in_viewport()
    assert page.evaluate(OVERFLOW) == 0
    page.reload()
    settled(page)
    expect(task.locator(".task")).to_be_in_viewport()
    task.get_by_text("The task").click()
    expect(task.locator(".task")).to_be_hidden()


def test_on_a_phone_the_task_is_folded_until_one_wants_it(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url, size=PHONE, scheme="dark")
    begin_with_task(page, server)
    task = page.locator(".task-panel.narrow")
    expect(page.locator(".task-panel.roomy")).to_be_hidden()
    expect(task.locator(".task")).to_be_hidden()
    task.get_by_text("The task").click()
    expect(task.locator(".task")).to_be_visible()
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_in_viewport()
    assert page.evaluate(OVERFLOW) == 0


def test_a_wish_is_heard_while_one_types_it_and_a_company_waits_behind_its_title(
    own_server: Server, new_tab: NewTab
) -> None:
    page = new_tab(own_server.url)
    start = page.get_by_role("button", name="Start the interview")
    expect(start).to_be_enabled()
    page.get_by_label("Anything particular?").fill("closing")
    ahead = page.locator(".ahead span")
    expect(ahead).to_have_text(re.compile("^(Closing|No more questions fit this choice.)$"))
    name = page.get_by_label("Its name")
    expect(name).to_be_hidden()
    page.get_by_text("The company you prepare for").click()
    name.fill("Ada & Söhne")
    page.get_by_label("What it says of itself").fill("We forecast demand for forty bakeries.")
    start.click()
    page.wait_for_url("**/interview?id=*")
    expect(page.locator(".turn.interviewer").first).to_be_visible()
    setup = own_server.store.get(page.url.split("id=")[1]).setup
    assert setup.request == "closing"
    assert setup.company is not None
    assert (setup.company.name, setup.company.text) == ("Ada & Söhne", "We forecast demand for forty bakeries.")
