"""The settings of what hears and speaks: where it is, whose key goes there, and that it does without a model."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import SecretStr

from interviewer.errors import SetupError
from interviewer.runtime import Runtime, audio_endpoint_of, described_audio, endpoint_of
from interviewer.settings import OF_THE_MODEL, Settings, change_settings, config_file, keep_key, key_file, key_origin
from tests.cli.conftest import Run

LOCAL = "http://127.0.0.1:11434/v1"
WHISPER = "http://127.0.0.1:8000/v1"
KEY = "sk-a-key-that-nobody-may-see"


def key_of(settings: Settings) -> str:
    return settings.audio_api_key.get_secret_value()


# --- which endpoint -------------------------------------------------------------------------------------------


def test_without_a_model_that_hears_or_speaks_there_is_no_endpoint_for_it() -> None:
    assert audio_endpoint_of(Settings(base_url=LOCAL, model="llama")) is None


def test_it_is_at_the_models_address_unless_it_has_one_of_its_own() -> None:
    shared = described_audio(Settings(base_url=LOCAL, model="llama", transcribe_model="whisper"))
    assert (shared.label, shared.model, shared.transcribe_model) == ("127.0.0.1:11434", "whisper", "whisper")
    apart = described_audio(Settings(base_url=LOCAL, model="llama", speech_model="kokoro", audio_base_url=WHISPER))
    assert (apart.label, apart.model, apart.speech_model, apart.transcribe_model) == (
        "127.0.0.1:8000",
        "kokoro",
        "kokoro",
        "",
    )


def test_a_whisper_server_and_the_offline_interviewer_are_enough() -> None:
    settings = Settings(transcribe_model="whisper", audio_base_url=WHISPER)
    assert endpoint_of(settings) is None
    assert audio_endpoint_of(settings) is not None


def test_the_models_switch_is_not_the_voices() -> None:
    settings = Settings(base_url=LOCAL, model="llama", use_model=False, transcribe_model="whisper")
    assert endpoint_of(settings) is None
    assert audio_endpoint_of(settings) is not None
    settings = Settings(base_url=LOCAL, model="llama", use_audio=False, transcribe_model="whisper")
    assert endpoint_of(settings) is not None
    assert audio_endpoint_of(settings) is None
    assert described_audio(settings).transcribe_model == "whisper"


def test_a_model_that_is_nowhere_is_told() -> None:
    with pytest.raises(SetupError, match="Where “whisper-1” is to be found is not said"):
        audio_endpoint_of(Settings(transcribe_model="whisper-1"))


@pytest.mark.parametrize("address", ["ftp://host/v1", "host/v1", "http://name:word@host/v1"])
def test_what_is_no_address_is_said_and_not_repeated(address: str) -> None:
    with pytest.raises(SetupError, match=r"voice's address \(audio_base_url\) cannot be used") as caught:
        audio_endpoint_of(Settings(transcribe_model="whisper", audio_base_url=address, audio_api_key=SecretStr(KEY)))
    told = f"{caught.value} {caught.value.remedy} {caught.value.__cause__}"
    assert KEY not in told
    assert "name:word" not in told


def test_prices_and_patience_go_along() -> None:
    endpoint = described_audio(
        Settings(
            transcribe_model="w", audio_base_url=WHISPER, price_minute=0, price_characters=15, transcribe_seconds=90
        )
    )
    assert (endpoint.price_minute, endpoint.price_characters, endpoint.transcribe_seconds) == (0, 15, 90)
    assert endpoint.price_in is None


def test_all_of_it_may_change_while_the_program_runs() -> None:
    told = {name for name in Settings.model_fields if "audio" in name or "speech" in name or "transcribe" in name}
    assert told | {"price_minute", "price_characters"} <= set(OF_THE_MODEL)


# --- whose key ------------------------------------------------------------------------------------------------


def test_the_models_key_goes_along_to_the_same_host_and_to_no_other() -> None:
    assert key_of(Settings(base_url=LOCAL, api_key=SecretStr(KEY))) == KEY
    assert key_of(Settings(base_url=LOCAL, api_key=SecretStr(KEY), audio_base_url=f"{LOCAL}/audio")) == KEY
    assert key_of(Settings(base_url=LOCAL, api_key=SecretStr(KEY), audio_base_url=WHISPER)) == ""
    assert key_of(Settings(api_key=SecretStr(KEY), audio_base_url=WHISPER)) == ""


def test_a_kept_key_goes_to_the_host_that_it_was_kept_for() -> None:
    keep_key(WHISPER, KEY)
    settings = Settings(base_url=LOCAL, model="llama", transcribe_model="w", audio_base_url=WHISPER)
    assert (key_of(settings), settings.api_key.get_secret_value()) == (KEY, "")
    assert key_origin(settings, {}, "audio_api_key") == f"file ({key_file()})"
    assert key_of(Settings(audio_base_url="http://127.0.0.1:8001/v1")) == ""


def test_openais_usual_key_goes_to_openai_and_follows_no_other_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert key_of(Settings(base_url=LOCAL, audio_base_url="https://api.openai.com/v1")) == KEY
    assert key_of(Settings()) == KEY
    assert key_of(Settings(audio_base_url=WHISPER)) == ""
    monkeypatch.setenv("INTERVIEWER_AUDIO_BASE_URL", WHISPER)
    assert key_of(Settings()) == "", "the key in the environment is OpenAI's, whatever else the environment names"


def test_our_variable_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_key(WHISPER, "kept")
    monkeypatch.setenv("INTERVIEWER_AUDIO_API_KEY", "ours")
    settings = Settings(audio_base_url=WHISPER)
    assert key_of(settings) == "ours"
    assert key_origin(settings, {}, "audio_api_key") == "environment (INTERVIEWER_AUDIO_API_KEY)"


def test_the_key_is_in_no_output(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWER_AUDIO_API_KEY", KEY)
    monkeypatch.setenv("INTERVIEWER_AUDIO_BASE_URL", f"{WHISPER}?token=hush")
    monkeypatch.setenv("INTERVIEWER_TRANSCRIBE_MODEL", "whisper")
    ran = cli("doctor", "--json")
    told = {check["name"]: check["message"] for check in ran.json}
    assert told["Setting audio_api_key"] == "set (environment (INTERVIEWER_AUDIO_API_KEY))"
    assert "whisper hears, at 127.0.0.1:8000" in told["Voice"]
    assert "hush" not in told["Voice"]
    assert KEY not in ran.out + ran.err
    assert KEY not in repr(Settings()) + Settings().model_dump_json()


def test_an_error_about_settings_does_not_repeat_the_key(cli: Run) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text("audio_api_key = 5551234\n", encoding="utf-8")
    ran = cli("bank")
    assert ran.code == 1
    assert "must be a text" in ran.err
    assert "5551234" not in ran.out + ran.err


def test_the_doctor_says_that_nothing_is_needed(cli: Run) -> None:
    [check] = [check for check in cli("doctor", "--json").json if check["name"] == "Voice"]
    assert check["status"] == "ok"
    assert "The browser hears and speaks" in check["message"]
    assert not [check for check in cli("doctor", "--json").json if check["name"] == "Setting audio_api_key"]


# --- the runtime ----------------------------------------------------------------------------------------------


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Runtime:
    monkeypatch.setenv("INTERVIEWER_EMBEDDER", "lexical")
    return Runtime()


def test_nobody_is_asked_and_nothing_is_loaded_where_nothing_is_set_up(runtime: Runtime) -> None:
    assert (runtime.transcriber, runtime.synthesiser, runtime.audio_endpoint) == (None, None, None)


def connected(runtime: Runtime, **changes: str | bool | None) -> tuple[bool, bool, bool]:
    """Whether somebody transcribes, speaks, and hears in interviews, after a change of settings."""
    change_settings(changes)
    runtime.reconnect()
    return runtime.transcriber is not None, runtime.synthesiser is not None, runtime.interviewer.hears


def test_one_hears_and_one_speaks_as_far_as_each_is_set_up(runtime: Runtime) -> None:
    assert connected(runtime, transcribe_model="whisper", audio_base_url=WHISPER) == (True, False, True)
    assert runtime.model.info.offline
    assert connected(runtime, speech_model="kokoro", transcribe_model=None) == (False, True, False)
    assert connected(runtime, use_audio=False) == (False, False, False)
    assert connected(runtime, use_audio=None, transcribe_model="whisper") == (True, True, True)


def test_a_voice_that_cannot_be_used_is_told_and_changes_nothing_else(runtime: Runtime) -> None:
    assert connected(runtime, transcribe_model="whisper", audio_base_url="not an address") == (False, False, False)
    assert runtime.trouble is None
    [notice] = [notice for notice in runtime.notices() if "audio_base_url" in notice]
    assert "the browser hears and speaks" in notice
    assert connected(runtime, audio_base_url=WHISPER) == (True, False, True)
    assert not [notice for notice in runtime.notices() if "audio_base_url" in notice]


def test_the_sdk_is_not_loaded_before_something_is_asked() -> None:
    program = (
        "import sys; from interviewer.runtime import Runtime; "
        f"from interviewer.settings import Settings; runtime = Runtime(Settings(audio_base_url='{WHISPER}', "
        "transcribe_model='whisper')); assert runtime.transcriber; print('openai' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "False"
