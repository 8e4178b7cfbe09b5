"""An endpoint's names, prices and address, and what it never shows."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from interviewer.domain.usage import Purpose
from interviewer.models.openai.endpoint import Endpoint


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://api.openai.com/v1", "api.openai.com"),
        ("http://127.0.0.1:11434/v1/", "127.0.0.1:11434"),
        ("http://[::1]:8080/v1", "[::1]:8080"),
        ("https://gate.example/openai/v1?api-version=1&key=hush", "gate.example"),
    ],
)
def test_the_label_is_the_host_and_its_port(url: str, label: str) -> None:
    assert Endpoint(base_url=url, model="m").label == label


@pytest.mark.parametrize(
    "url",
    ["", "api.openai.com/v1", "ftp://host/v1", "https://", "https:///v1", "http://host:99999/v1", "http://a b/v1"],
)
def test_an_address_that_leads_nowhere_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="https://host/v1"):
        Endpoint(base_url=url, model="m")


def test_a_password_in_the_address_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValidationError, match="a field of its own") as caught:
        Endpoint(base_url="https://me:hush@host/v1", model="m")
    assert "hush" not in str(caught.value)


def test_a_key_never_shows() -> None:
    endpoint = Endpoint(base_url="https://gate.example/v1?token=query-hush", model="m", api_key="key-hush")  # type: ignore[arg-type]
    assert "hush" not in f"{endpoint!r} {endpoint} {endpoint.label}"
    for wrong in ("two\nlines-hush", "clé-hush"):
        with pytest.raises(ValidationError) as caught:
            Endpoint(model="m", api_key=wrong)  # type: ignore[arg-type]
        assert "hush" not in str(caught.value)
    with pytest.raises(ValidationError) as caught:
        Endpoint(model=" ", api_key="key-hush")  # type: ignore[arg-type]
    assert "hush" not in str(caught.value)


def test_a_key_may_be_pasted_with_white_space_around_it() -> None:
    assert Endpoint(model="m", api_key=" sk-1\n").api_key.get_secret_value() == "sk-1"  # type: ignore[arg-type]


def test_purposes_without_a_model_of_their_own_use_the_common_one() -> None:
    endpoint = Endpoint(model="m", speak_model="s", grade_model="g", speech_model="tts")
    named = {purpose: endpoint.model_for(purpose) for purpose in Purpose}
    assert named == {
        Purpose.ASSESS: "m",
        Purpose.ACKNOWLEDGE: "s",
        Purpose.SPEAK: "s",
        Purpose.GRADE: "g",
        Purpose.TRANSCRIBE: "m",
        Purpose.SYNTHESISE: "tts",
        Purpose.TEST: "m",
    }


def test_only_grading_and_transcribing_may_take_long() -> None:
    endpoint = Endpoint(model="m", reply_seconds=20, grade_seconds=90, transcribe_seconds=45)
    assert {purpose: endpoint.seconds_for(purpose) for purpose in Purpose} == {
        Purpose.ASSESS: 20,
        Purpose.ACKNOWLEDGE: 20,
        Purpose.SPEAK: 20,
        Purpose.GRADE: 90,
        Purpose.TRANSCRIBE: 45,
        Purpose.SYNTHESISE: 20,
        Purpose.TEST: 20,
    }


def test_cost_is_per_million_tokens_and_cached_ones_have_a_price_of_their_own() -> None:
    priced = Endpoint(model="m", price_in=2, price_out=8, price_cached=0.5)
    assert priced.cost(1_000_000, 500_000, 400_000) == pytest.approx(0.6 * 2 + 0.4 * 0.5 + 0.5 * 8)
    assert Endpoint(model="m", price_in=2, price_out=8).cost(1_000_000, 0, 400_000) == pytest.approx(2)


@pytest.mark.parametrize(("price_in", "price_out"), [(None, None), (1.0, None), (None, 1.0)])
def test_without_both_prices_there_is_no_cost(price_in: float | None, price_out: float | None) -> None:
    assert Endpoint(model="m", price_in=price_in, price_out=price_out).cost(10, 10) is None


def test_sound_is_paid_for_by_the_minute_and_by_the_character() -> None:
    priced = Endpoint(model="m", price_minute=0.006, price_characters=15)
    assert priced.cost_of_sound(90, 0) == pytest.approx(0.009)
    assert priced.cost_of_sound(0, 2_000) == pytest.approx(0.03)
    assert Endpoint(model="m", price_minute=0.006).cost_of_sound(60, 0) == pytest.approx(0.006)


def test_sound_without_its_price_has_no_cost() -> None:
    assert Endpoint(model="m", price_minute=0.006).cost_of_sound(0, 10) is None
    assert Endpoint(model="m", price_characters=15).cost_of_sound(1, 0) is None
    assert Endpoint(model="m", price_in=1, price_out=1).cost_of_sound(1, 0) is None
