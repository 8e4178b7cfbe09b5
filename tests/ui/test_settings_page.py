"""The settings page: an endpoint is set up, tried out, switched off, taken away again; its key is never shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.models.openai.fake import KEY, MODEL, FakeServer
from interviewer.runtime import Runtime
from interviewer.settings import Settings, config_file, key_file
from interviewer.ui.screens import settings as page
from tests.ui.tab import Pages, text

ELSEWHERE = "https://elsewhere.example/v1"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as serving:
        yield serving


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app is bound to this machine, wherever the tests are started from."""
    monkeypatch.setattr(page, "bound_to", lambda: "127.0.0.1")


def field(test: AppTest, name: str) -> object:
    """The widget of a setting, as it is drawn now."""
    found = [one for one in (*test.text_input, *test.number_input) if str(one.key).startswith(f"set-{name}-")]
    return found[0]


def fill(test: AppTest, **values: object) -> None:
    for name, value in values.items():
        field(test, name).set_value(value)  # type: ignore[attr-defined]


def press(test: AppTest, key: str) -> AppTest:
    return test.button(key=key).click().run()


def everything(test: AppTest) -> str:
    """All that the browser was told: texts, and what stands in the fields."""
    fields = [str(one.value) for one in (*test.text_input, *test.number_input)]
    return "\n".join([text(test), *fields, *(str(one.placeholder) for one in test.text_input)])


def test_without_an_endpoint_it_says_so_and_offers_no_switch(pages: Pages) -> None:
    test = pages.at("settings")
    assert "The offline model interviews and grades." in text(test)
    assert not test.toggle
    assert not config_file().exists()


def test_an_endpoint_that_is_saved_is_used_from_then_on_and_said_to_be(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("settings")
    fill(test, base_url="http://127.0.0.1:9/v1", model="llama")
    test = press(test, "save-settings")
    assert "Saved." in text(test)
    assert "llama at 127.0.0.1:9 interviews and grades" in text(test)
    assert not runtime.model.info.offline
    assert not runtime.interviewer.model.info.offline
    practise = text(Pages().at())
    assert "llama at 127.0.0.1:9 interviews and grades" in practise
    assert "Nothing you say leaves this machine" not in practise
    assert Settings().model == "llama"


def test_a_key_is_kept_for_its_owner_and_shown_to_nobody(pages: Pages, runtime: Runtime) -> None:
    key = "sk-typed-into-a-field"
    test = pages.at("settings")
    fill(test, base_url=ELSEWHERE, model="m", api_key=key)
    test = press(test, "save-settings")
    assert key in key_file().read_text(encoding="utf-8")
    assert key not in config_file().read_text(encoding="utf-8")
    assert "A key for elsewhere.example is set" in text(test)
    for shown in (test, Pages().at("settings"), Pages().at("how"), Pages().at()):
        assert key not in everything(shown)
    assert key.encode() not in runtime.settings.database_path.read_bytes()
    assert key not in repr(runtime.model.info)


def test_a_key_does_not_go_along_to_another_address(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("settings")
    fill(test, base_url=ELSEWHERE, model="m", api_key="sk-for-elsewhere")
    test = press(test, "save-settings")
    fill(test, base_url="http://127.0.0.1:9/v1")
    test = press(test, "save-settings")
    assert "A key for" not in text(test)
    assert runtime.settings.api_key.get_secret_value() == ""


def test_a_key_can_be_removed(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("settings")
    fill(test, base_url=ELSEWHERE, model="m", api_key="sk-to-be-forgotten")
    test = press(test, "save-settings")
    test = press(test, "forget-key")
    assert "The key is removed." in text(test)
    assert not key_file().exists()
    assert runtime.settings.api_key.get_secret_value() == ""


def test_the_switch_hands_over_to_the_offline_model_and_back(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("settings")
    fill(test, base_url=ELSEWHERE, model="m")
    test = press(test, "save-settings")
    test = test.toggle(key="use-model").set_value(False).run()
    assert runtime.interviewer.model.info.offline
    assert "The offline model interviews and grades." in text(test)
    assert Settings().base_url == ELSEWHERE
    test = test.toggle(key="use-model").set_value(True).run()
    assert not runtime.interviewer.model.info.offline


def test_everything_that_was_set_can_be_taken_out_again(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("settings")
    fill(test, base_url=ELSEWHERE, model="m", budget_tokens=5000, price_in=0.25, reply_seconds=10.0)
    test = press(test, "save-settings")
    assert (runtime.settings.budget_tokens, runtime.settings.price_in, runtime.settings.reply_seconds) == (
        5000,
        0.25,
        10,
    )
    fill(test, base_url="", model="", budget_tokens=None, price_in=None, reply_seconds=30.0)
    press(test, "save-settings")
    assert config_file().read_text(encoding="utf-8") == ""
    assert runtime.interviewer.model.info.offline


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"base_url": "no address"}, "address (base_url) cannot be used"),
        ({"base_url": "http://127.0.0.1:9/v1"}, "Which model to ask for at 127.0.0.1:9 is not said."),
        ({"base_url": ELSEWHERE, "model": "m", "budget_dollars": 1.0}, "A limit in dollars needs prices."),
        ({"base_url": ELSEWHERE, "model": "m", "reply_seconds": 0.0}, "One of these values cannot be taken."),
    ],
)
def test_what_cannot_be_is_said_and_not_saved(
    pages: Pages, runtime: Runtime, typed: dict[str, object], said: str
) -> None:
    test = pages.at("settings")
    fill(test, **typed)
    test = press(test, "save-settings")
    assert said in text(test)
    assert not config_file().exists()
    assert runtime.interviewer.model.info.offline
    assert not test.exception


def test_a_setting_of_the_environment_is_shown_and_cannot_be_changed_here(
    pages: Pages, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERVIEWER_MODEL", "of-the-environment")
    monkeypatch.setenv("INTERVIEWER_API_KEY", "sk-of-the-environment")
    runtime.reconnect()
    test = pages.at("settings")
    for name in ("model", "api_key"):
        assert field(test, name).disabled  # type: ignore[attr-defined]
    assert "INTERVIEWER_MODEL" in text(test)
    assert "sk-of-the-environment" not in everything(test)
    fill(test, base_url=ELSEWHERE)
    press(test, "save-settings")
    assert config_file().read_text(encoding="utf-8") == f'base_url = "{ELSEWHERE}"\n'


def test_from_other_machines_nothing_can_be_changed_or_tried(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, runtime: Runtime
) -> None:
    monkeypatch.setattr(page, "bound_to", lambda: "0.0.0.0")
    test = pages.at("settings")
    assert "can be reached from other machines" in text(test)
    assert not test.text_input
    assert not test.button
    assert not test.toggle


def test_a_test_says_step_by_step_what_the_endpoint_can_do_and_saves_nothing(pages: Pages, server: FakeServer) -> None:
    test = pages.at("settings")
    fill(test, base_url=server.url, model=MODEL, api_key=KEY)
    test = press(test, "test-connection")
    assert f"An interview can be held and graded with 127.0.0.1:{server.port}." in text(test)
    assert f"{MODEL} fills in forms" in text(test)
    assert server.violations == []
    assert not config_file().exists()
    assert not key_file().exists()


def test_a_test_with_a_wrong_key_says_what_is_wrong(pages: Pages, server: FakeServer) -> None:
    test = pages.at("settings")
    fill(test, base_url=server.url, model=MODEL, api_key="sk-wrong-key")
    test = press(test, "test-connection")
    assert "cannot be used like this" in text(test)
    assert "does not accept the key" in text(test)
    assert "sk-wrong-key" not in text(test)


def test_a_test_of_an_address_where_nobody_is_ends_with_a_sentence(pages: Pages) -> None:
    with FakeServer() as gone:
        address = gone.url
    test = pages.at("settings")
    fill(test, base_url=address, model=MODEL)
    test = press(test, "test-connection")
    assert "cannot be used like this" in text(test)
    assert not test.exception


def test_there_is_nothing_to_test_before_something_is_typed(pages: Pages) -> None:
    assert "There is nothing to test yet." in text(press(pages.at("settings"), "test-connection"))


def test_a_model_that_cannot_be_used_is_told_and_the_offline_one_goes_on(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERVIEWER_BASE_URL", "not an address")
    runtime.reconnect()
    assert runtime.interviewer.model.info.offline
    shown = text(Pages().at())
    assert "address (base_url) cannot be used" in shown
    assert "the offline model interviews and grades" in shown
