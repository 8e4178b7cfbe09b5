"""A model's settings: where they come from, what is kept of a key, and that no key goes where it does not belong."""

from __future__ import annotations

import os
import stat
import sys

import pytest
from pydantic import SecretStr

from interviewer.errors import SetupError
from interviewer.runtime import described_endpoint, endpoint_of
from interviewer.settings import Settings, change_settings, config_file, forget_key, keep_key, key_file, key_origin
from tests.cli.conftest import Run

KEY = "sk-a-key-that-nobody-may-see"
LOCAL = "http://127.0.0.1:11434/v1"


def key_of(settings: Settings) -> str:
    return settings.api_key.get_secret_value()


def config(text: str) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text, encoding="utf-8")


# --- which endpoint -------------------------------------------------------------------------------------------


def test_without_a_key_and_an_address_there_is_no_endpoint() -> None:
    assert endpoint_of(Settings()) is None


def test_a_key_alone_is_for_openai_and_has_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    endpoint = endpoint_of(Settings())
    assert endpoint is not None
    assert endpoint.label == "api.openai.com"
    assert endpoint.model == "gpt-5.4-mini"
    assert endpoint.api_key.get_secret_value() == KEY


def test_an_address_needs_no_key_and_a_model() -> None:
    endpoint = endpoint_of(Settings(base_url=LOCAL, model="llama"))
    assert endpoint is not None
    assert (endpoint.label, endpoint.model, endpoint.api_key.get_secret_value()) == ("127.0.0.1:11434", "llama", "")
    with pytest.raises(SetupError, match=r"Which model .*127\.0\.0\.1:11434 is not said"):
        endpoint_of(Settings(base_url=LOCAL))


def test_who_switches_the_model_off_works_offline_and_keeps_what_is_set() -> None:
    settings = Settings(base_url=LOCAL, model="llama", use_model=False)
    assert endpoint_of(settings) is None
    assert described_endpoint(settings).model == "llama"


@pytest.mark.parametrize(
    "address", ["ftp://host/v1", "host/v1", "http://", "http://name:word@host/v1", "http://h st/v1"]
)
def test_what_is_no_address_is_said_and_not_repeated(address: str) -> None:
    with pytest.raises(SetupError, match=r"address \(base_url\) cannot be used") as caught:
        endpoint_of(Settings(base_url=address, model="m", api_key=SecretStr(KEY)))
    told = f"{caught.value} {caught.value.remedy} {caught.value.__cause__}"
    assert KEY not in told
    assert "name:word" not in told


def test_our_variables_come_before_the_file_and_the_usual_ones_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    assert Settings().base_url == "http://127.0.0.1:1/v1"
    config('base_url = "http://127.0.0.1:2/v1"\n')
    assert Settings().base_url == "http://127.0.0.1:2/v1"
    monkeypatch.setenv("INTERVIEWER_BASE_URL", "http://127.0.0.1:3/v1")
    assert Settings().base_url == "http://127.0.0.1:3/v1"


# --- whose key ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_kept_key_lies_in_a_file_that_only_its_owner_can_read() -> None:
    keep_key(LOCAL, KEY)
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    keep_key("https://elsewhere.example/v1", "another")
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert [path.name for path in key_file().parent.iterdir()] == ["keys.toml"], "nothing is left beside it"


def test_a_kept_key_goes_to_the_host_that_it_was_kept_for_and_to_no_other() -> None:
    keep_key(LOCAL, KEY)
    assert key_of(Settings(base_url=LOCAL)) == KEY
    assert key_of(Settings(base_url="http://127.0.0.1:11434/other/path")) == KEY
    for other in ("http://127.0.0.1:11435/v1", "https://127.0.0.1.example/v1", ""):
        assert key_of(Settings(base_url=other)) == ""


def test_a_key_that_is_removed_is_gone_and_others_stay() -> None:
    keep_key(LOCAL, KEY)
    keep_key("https://elsewhere.example/v1", "another")
    forget_key(LOCAL)
    assert key_of(Settings(base_url=LOCAL)) == ""
    assert KEY not in key_file().read_text(encoding="utf-8")
    assert key_of(Settings(base_url="https://elsewhere.example/v1")) == "another"
    forget_key("https://elsewhere.example/v1")
    assert not key_file().exists()


@pytest.mark.parametrize("key", ['with "quotes" and \\', "tab\tand\x7f", "🔑"])
def test_a_key_comes_back_as_it_was_typed(key: str) -> None:
    keep_key(LOCAL, key)
    assert key_of(Settings(base_url=LOCAL)) == key


def test_the_usual_key_does_not_follow_an_address_from_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    config('base_url = "https://elsewhere.example/v1"\nmodel = "m"\n')
    assert key_of(Settings()) == ""
    assert key_of(Settings(base_url="https://typed-on-a-page.example/v1")) == ""
    assert key_of(Settings(base_url="https://api.openai.com/v1")) == KEY


@pytest.mark.parametrize("variable", ["OPENAI_BASE_URL", "INTERVIEWER_BASE_URL"])
def test_the_usual_key_goes_to_an_address_from_the_same_environment(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv(variable, LOCAL)
    assert key_of(Settings()) == KEY


def test_our_variable_comes_first_then_the_kept_key_then_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "usual")
    assert key_origin(Settings(), {}) == "environment (OPENAI_API_KEY)"
    keep_key("https://api.openai.com/v1", "kept")
    assert key_of(Settings()) == "kept"
    assert key_origin(Settings(), {}) == f"file ({key_file()})"
    monkeypatch.setenv("INTERVIEWER_API_KEY", "ours")
    assert key_of(Settings()) == "ours"
    assert key_origin(Settings(), {}) == "environment (INTERVIEWER_API_KEY)"


def test_a_key_is_in_no_output(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWER_API_KEY", KEY)
    ran = cli("doctor", "--json")
    assert {"name": "Setting api_key", "message": "set (environment (INTERVIEWER_API_KEY))"} in [
        {name: check[name] for name in ("name", "message")} for check in ran.json
    ]
    assert KEY not in ran.out + ran.err
    assert KEY not in repr(Settings())
    assert KEY not in Settings().model_dump_json()


@pytest.mark.parametrize("line", ["api_key = 5551234\n", 'api_key = "sk-5551234"\nprice_in = -1\n'])
def test_an_error_about_settings_does_not_repeat_a_key(cli: Run, line: str) -> None:
    config(line)
    ran = cli("bank")
    assert ran.code == 1
    assert "must be" in ran.err
    assert "5551234" not in ran.out + ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_doctor_says_when_others_can_read_the_keys(cli: Run) -> None:
    keep_key(LOCAL, KEY)
    assert not [check for check in cli("doctor", "--json").json if check["name"] == "Model key"]
    os.chmod(key_file(), 0o644)
    [check] = [check for check in cli("doctor", "--json").json if check["name"] == "Model key"]
    assert check["status"] == "notice"
    assert "chmod 600" in check["remedy"]


def test_the_doctor_names_the_endpoint_and_says_how_to_test_it(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWER_BASE_URL", f"{LOCAL}?api-version=secret-query")
    monkeypatch.setenv("INTERVIEWER_MODEL", "llama")
    [check] = [check for check in cli("doctor", "--json").json if check["name"] == "Model"]
    assert "llama at 127.0.0.1:11434, without a key" in check["message"]
    assert "interviewer model" in check["message"]
    assert "secret-query" not in check["message"]
    monkeypatch.delenv("INTERVIEWER_MODEL")
    [check] = [check for check in cli("doctor", "--json").json if check["name"] == "Model"]
    assert check["status"] == "problem"


# --- changing the file ----------------------------------------------------------------------------------------

MINE = """\
# my own words
port = 8600   # and here

  model = 'old'  # replaced
weights_dir = "/somewhere"
"""


def test_changing_settings_leaves_everything_else_in_the_file_as_it_is() -> None:
    config(MINE)
    change_settings({"model": 'a "new" one', "price_in": 0.25, "use_model": False, "budget_tokens": 10_000})
    assert config_file().read_text(encoding="utf-8") == (
        '# my own words\nport = 8600   # and here\n\nmodel = "a \\"new\\" one"\nweights_dir = "/somewhere"\n'
        "price_in = 0.25\nuse_model = false\nbudget_tokens = 10000\n"
    )
    settings = Settings()
    assert (settings.model, settings.price_in, settings.use_model) == ('a "new" one', 0.25, False)
    assert settings.port == 8600


def test_a_setting_that_is_taken_out_has_its_default_again() -> None:
    config(MINE)
    change_settings({"model": None, "price_out": None})
    assert Settings().model == ""
    assert "my own words" in config_file().read_text(encoding="utf-8")


def test_a_file_that_lines_cannot_change_is_left_alone() -> None:
    text = 'model = """\nold\n"""\n'
    config(text)
    with pytest.raises(SetupError, match="cannot be changed from here"):
        change_settings({"model": "new"})
    assert config_file().read_text(encoding="utf-8") == text


def test_a_file_is_made_where_there_is_none_and_not_touched_for_nothing() -> None:
    change_settings({})
    assert not config_file().exists()
    change_settings({"base_url": LOCAL})
    assert Settings().base_url == LOCAL
