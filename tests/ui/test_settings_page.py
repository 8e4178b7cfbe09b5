"""The settings page: an endpoint is set up, tried out, switched off, taken away again; its key is never shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.domain.usage import Usage
from interviewer.models.openai.fake import KEY, MODEL, FakeServer
from interviewer.runtime import Runtime
from interviewer.settings import Settings, config_file, key_file
from interviewer.ui import who
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


# --- what hears and speaks ------------------------------------------------------------------------------------

WHISPER = "http://127.0.0.1:9/v1"


def test_without_an_endpoint_for_it_the_browser_is_said_to_hear(pages: Pages) -> None:
    shown = text(pages.at("settings"))
    assert "the browser listens and speaks" in shown
    assert "some browsers send what they hear to their maker" in shown


def test_a_whisper_server_can_be_used_with_the_offline_interviewer(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("settings")
    fill(test, audio_base_url=WHISPER, transcribe_model="whisper")
    test = press(test, "save-settings")
    assert "whisper hears at 127.0.0.1:9: your recordings are sent there. The browser speaks" in text(test)
    assert "The offline model interviews and grades." in text(test)
    for shown in (text(test), text(Pages().at())):
        assert "what you type stays on this machine. What you record is sent to 127.0.0.1:9." in shown
        assert "othing you say leaves" not in shown
    assert runtime.transcriber is not None
    assert runtime.interviewer.hears
    assert runtime.model.info.offline


def test_the_voice_can_be_switched_off_and_keeps_its_settings(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("settings")
    fill(test, audio_base_url=WHISPER, speech_model="kokoro", speech_voice="af")
    test = press(test, "save-settings")
    test = test.toggle(key="use-audio").set_value(False).run()
    assert not runtime.interviewer.hears
    assert runtime.synthesiser is None
    assert "the browser listens and speaks" in text(test)
    assert Settings().speech_voice == "af"
    test.toggle(key="use-audio").set_value(True).run()
    assert Settings().use_audio
    assert runtime.audio_endpoint is not None


def test_the_voices_key_is_kept_for_its_host_shown_to_nobody_and_can_be_removed(pages: Pages, runtime: Runtime) -> None:
    key = "sk-of-the-voice"
    test = pages.at("settings")
    fill(test, base_url=ELSEWHERE, model="m", audio_base_url=WHISPER, transcribe_model="whisper", audio_api_key=key)
    test = press(test, "save-settings")
    assert runtime.settings.audio_api_key.get_secret_value() == key
    assert runtime.settings.api_key.get_secret_value() == ""
    assert "A key for 127.0.0.1:9 is set" in text(test)
    for shown in (test, Pages().at("settings"), Pages().at("how"), Pages().at()):
        assert key not in everything(shown)
    assert key not in config_file().read_text(encoding="utf-8")
    test = press(test, "forget-audio-key")
    assert "The key is removed." in text(test)
    assert runtime.settings.audio_api_key.get_secret_value() == ""
    assert not key_file().exists()


def test_at_the_models_address_the_models_key_is_used_and_no_other(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("settings")
    fill(test, base_url=ELSEWHERE, model="m", api_key="sk-of-the-model", transcribe_model="whisper")
    test = press(test, "save-settings")
    assert runtime.settings.audio_api_key.get_secret_value() == "sk-of-the-model"
    assert text(test).count("A key for elsewhere.example is set") == 1
    fill(test, audio_api_key="sk-another")
    test = press(test, "save-settings")
    assert "Type the key above, or another address for the voice." in text(test)
    assert "sk-another" not in key_file().read_text(encoding="utf-8")


def test_all_of_the_voice_can_be_taken_out_again(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("settings")
    given = {"transcribe_model": "w", "speech_model": "s", "speech_voice": "v", "audio_base_url": WHISPER}
    fill(test, **given, price_minute=0.0, price_characters=15.0, transcribe_seconds=90.0)
    test = press(test, "save-settings")
    now = runtime.settings
    assert (now.price_minute, now.price_characters, now.transcribe_seconds) == (0, 15, 90), "free is a price, too"
    fill(test, **dict.fromkeys(given, ""), price_minute=None, price_characters=None, transcribe_seconds=60.0)
    press(test, "save-settings")
    assert config_file().read_text(encoding="utf-8") == ""
    assert not runtime.interviewer.hears


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"transcribe_model": "whisper"}, "Where “whisper” is to be found is not said"),
        ({"transcribe_model": "whisper", "audio_base_url": "nowhere"}, "address (audio_base_url) cannot be used"),
        ({"transcribe_model": "w", "audio_base_url": WHISPER, "transcribe_seconds": 0.0}, "cannot be taken"),
        ({"transcribe_model": "w", "audio_base_url": WHISPER, "budget_dollars": 1.0}, "needs prices"),
    ],
)
def test_a_voice_that_cannot_be_is_said_and_not_saved(pages: Pages, typed: dict[str, object], said: str) -> None:
    test = pages.at("settings")
    fill(test, **typed)
    test = press(test, "save-settings")
    assert said in text(test)
    assert not config_file().exists()
    assert not test.exception


def test_a_test_tries_what_hears_and_speaks_beside_the_model(pages: Pages, server: FakeServer) -> None:
    test = pages.at("settings")
    fill(test, base_url=server.url, model=MODEL, api_key=KEY, transcribe_model="whisper", speech_model="tts")
    test = press(test, "test-connection")
    shown = text(test)
    assert f"An interview can be held and graded with 127.0.0.1:{server.port}." in shown
    assert "whisper takes recordings" in shown
    assert "tts speaks with the voice “alloy”" in shown
    assert f"127.0.0.1:{server.port} can be talked with." in shown
    assert server.violations == []
    assert not config_file().exists()


def test_a_test_of_a_voice_alone_asks_nothing_else(pages: Pages, server: FakeServer) -> None:
    test = pages.at("settings")
    fill(test, audio_base_url=server.url, audio_api_key="sk-wrong", transcribe_model="whisper")
    test = press(test, "test-connection")
    assert "cannot be talked with like this" in text(test)
    assert "does not accept the key" in text(test)
    assert "sk-wrong" not in text(test)
    assert {request.kind for request in server.requests} == {"transcriptions"}


def test_the_voices_settings_from_the_environment_cannot_be_changed_here(
    pages: Pages, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERVIEWER_TRANSCRIBE_MODEL", "of-the-environment")
    monkeypatch.setenv("INTERVIEWER_AUDIO_API_KEY", "sk-of-the-environment")
    monkeypatch.setenv("INTERVIEWER_AUDIO_BASE_URL", WHISPER)
    runtime.reconnect()
    test = pages.at("settings")
    for name in ("transcribe_model", "audio_api_key", "audio_base_url"):
        assert field(test, name).disabled  # type: ignore[attr-defined]
    assert "sk-of-the-environment" not in everything(test)


def test_from_other_machines_the_voice_is_shown_and_not_changed(
    pages: Pages, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERVIEWER_TRANSCRIBE_MODEL", "whisper")
    monkeypatch.setenv("INTERVIEWER_AUDIO_BASE_URL", WHISPER)
    monkeypatch.setattr(page, "bound_to", lambda: "0.0.0.0")
    runtime.reconnect()
    test = pages.at("settings")
    assert "whisper" in text(test)
    assert not test.text_input


def test_usage_tells_of_speech_what_it_tells_of_words() -> None:
    spoken = dict(who.usage_lines(Usage(calls=3, audio_seconds=200, characters=1200, cost=0.25, known_cost=0.25)))
    assert spoken == {
        "Requests": "3",
        "Recordings": "3.3 minutes understood",
        "Read aloud": "1,200 characters",
        "Cost": "$0.25",
    }
    mixed = dict(who.usage_lines(Usage(calls=3, tokens_in=10, audio_seconds=42, estimated=True, known_cost=0.25)))
    assert mixed["Recordings"] == "about 42 seconds understood"
    assert mixed["Tokens read"] == "about 10"
    assert mixed["Cost"] == "$0.25, and what has no price set"
