"""A form is read out of whatever is around it, or not at all."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from interviewer.models.openai.capabilities import JsonMode
from interviewer.models.openai.fake.schemas import schema_problem
from interviewer.models.openai.structured import (
    LONGEST,
    Aloud,
    Unreadable,
    asked_for,
    read,
    response_format,
    strict_schema,
    without_thoughts,
)
from interviewer.models.openai.wire import SCHEMAS
from tests.models.openai.asking import GOOD, VERDICT, Verdict

OTHER = GOOD.replace("met", "missing")


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"  \n{GOOD}\n",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}```",
        f"Here {{it}} is: {GOOD} I hope {{that}} helps.",
        f"{GOOD}\n\n{GOOD}",
        GOOD.replace('"c1"', '"c1", "confidence": 0.9, "nested": {"x": [1]}'),
        f"An example would be {{'criterion': 'x'}}, but: {GOOD}",
        f'First {{"thought": "hm"}} and then {GOOD}',
    ],
)
def test_a_form_is_found_in_what_is_around_it(text: str) -> None:
    assert read(text, Verdict) == VERDICT


@pytest.mark.parametrize(
    ("text", "is_json", "ignored"),
    [
        ("", False, True),
        ("Everything is met.", False, True),
        (GOOD[:-10], False, True),
        ('{"score": 5}', True, True),
        (GOOD.replace('"met"', '"full marks"'), True, False),
        (f"{GOOD} {OTHER}", True, False),
        (GOOD.replace('"c1"', '"c1", "verdict": "missing"'), True, False),
        (GOOD.replace('"c1"', '"c1", "inner": {"a": 1, "a": 2}'), True, False),
        (GOOD.replace('"c1"', "NaN"), True, False),
        (GOOD.replace('"c1"', '"c1", "confidence": -Infinity'), True, False),
        (GOOD + " " * LONGEST, False, False),
        ('{"a":' * 30_000, False, True),
        (GOOD.replace('"c1"', f'"c1", "long": {"9" * 5000}'), False, True),
    ],
)
def test_what_is_in_doubt_is_not_read(text: str, is_json: bool, ignored: bool) -> None:
    with pytest.raises(Unreadable) as caught:
        read(text, Verdict)
    assert (caught.value.is_json, caught.value.ignored) == (is_json, ignored)


def test_doubled_keys_are_refused_even_if_a_good_object_follows() -> None:
    with pytest.raises(Unreadable, match="not what was asked for") as caught:
        read(GOOD.replace('"c1"', '"c1", "verdict": "missing"') + GOOD, Verdict)
    assert "twice" in caught.value.problem


def test_the_problem_names_the_place_and_not_the_value() -> None:
    with pytest.raises(Unreadable) as caught:
        read(GOOD.replace('"met"', '"brilliant"'), Verdict)
    assert "verdict" in caught.value.problem
    assert "brilliant" not in caught.value.problem


@given(st.text(max_size=300))
def test_no_text_does_more_than_be_unreadable(text: str) -> None:
    try:
        made = read(text, Verdict)
    except Unreadable:
        return
    assert isinstance(made, Verdict)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=10,
    )
)
def test_no_json_does_more_than_be_unreadable(value: Any) -> None:
    for wrapped in (value, {"criterion": "c", "verdict": value, "quotes": value}):
        try:
            read(json.dumps(wrapped), Verdict)
        except Unreadable:
            continue


@pytest.mark.parametrize("depth", [50, 300, 600, 900, 950, 990, 2000, 20_000])
def test_deep_nesting_is_passed_over_or_unreadable(depth: int) -> None:
    try:
        made = read(GOOD.replace('"c1"', f'"c1", "deep": {"[" * depth}{"]" * depth}'), Verdict)
    except Unreadable:
        assert depth > 100
    else:
        assert made == VERDICT


def test_what_no_store_takes_is_left_out() -> None:
    made = read(r'{"criterion": "c\u00001", "verdict": "met", "quotes": ["half \ud83d pair", "a\nb"]}', Verdict)
    assert made.criterion == "c1"
    assert made.quotes == ["half  pair", "a\nb"]


class Inner(BaseModel):
    """Said about the form, and not meant for it."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["a", "b"] = Field(default="a", description="Which one.")
    note: str = Field(default="", max_length=20)


class Outer(BaseModel):
    first: Inner
    more: list[Inner] = []
    maybe: int | None = None


def test_fields_that_a_form_forbids_are_passed_over_all_the_same() -> None:
    made = read('{"first": {"kind": "b", "note": "", "x": 1}, "more": [], "maybe": null, "y": 2}', Outer)
    assert made.first.kind == "b"


@pytest.mark.parametrize("form", [Outer, Verdict, *SCHEMAS.values()], ids=lambda form: form.__name__)
def test_schemas_are_what_strict_outputs_want(form: type[BaseModel]) -> None:
    schema = strict_schema(form)
    assert schema_problem(schema) == ""
    assert "$ref" not in json.dumps(schema)


def test_a_schema_keeps_the_order_of_its_fields_and_what_they_may_be() -> None:
    schema = strict_schema(Outer)
    assert list(schema["properties"]) == ["first", "more", "maybe"]
    assert schema["properties"]["first"] == schema["properties"]["more"]["items"]
    assert schema["properties"]["first"]["properties"]["kind"]["enum"] == ["a", "b"]
    assert schema["properties"]["maybe"] == {"anyOf": [{"type": "integer"}, {"type": "null"}]}


def test_a_schema_may_be_changed_by_who_gets_it() -> None:
    strict_schema(Outer)["properties"].clear()
    assert strict_schema(Outer)["properties"]


class Endless(BaseModel):
    inner: Endless | None


def test_a_form_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="contains itself"):
        strict_schema(Endless)


def test_only_where_the_request_binds_the_model_is_the_schema_not_in_its_words() -> None:
    messages = [{"role": "system", "content": "Stay the same."}, {"role": "user", "content": "Go."}]
    assert asked_for(messages, Verdict, JsonMode.SCHEMA) == messages
    for mode in (JsonMode.OBJECT_SCHEMA, JsonMode.OBJECT, JsonMode.TEXT):
        system, user = asked_for(messages, Verdict, mode)
        assert system["content"].startswith("Stay the same.")
        assert '"quotes"' in system["content"]
        assert user == messages[1]
        assert asked_for(messages[1:], Verdict, mode)[0]["role"] == "system"


def test_each_mode_has_its_response_format() -> None:
    types = {mode: response_format(Verdict, mode) for mode in JsonMode}
    assert types[JsonMode.TEXT] is None
    assert types[JsonMode.OBJECT] == {"type": "json_object"}
    assert types[JsonMode.OBJECT_SCHEMA] == {"type": "json_object", "schema": strict_schema(Verdict)}
    strict = types[JsonMode.SCHEMA]
    assert strict is not None
    assert strict["json_schema"] == {"name": "Verdict", "strict": True, "schema": strict_schema(Verdict)}


@pytest.mark.parametrize(
    ("text", "aloud"),
    [
        ("Hello there.", "Hello there."),
        ("<think>they are wrong</think>\n\nHello there.", "Hello there."),
        ("\n <think></think>Hello", "Hello"),
        ("<think>without an end", ""),
        ("<thinner> ice", "<thinner> ice"),
        ("<thi", "<thi"),
        ("I <think> so</think>", "I <think> so</think>"),
        ("", ""),
    ],
)
def test_thoughts_are_not_said(text: str, aloud: str) -> None:
    assert without_thoughts(text) == aloud
    for size in (1, 2, 5):
        stream = Aloud()
        pieces = [stream.feed(text[start : start + size]) for start in range(0, len(text), size)]
        assert "".join(pieces) + stream.rest() == aloud
