"""The fields of the settings page: what each is for, what none means, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st
from pydantic import SecretStr

from interviewer.models.openai.endpoint import OPENAI
from interviewer.models.openai.speech import VOICE
from interviewer.settings import DEFAULT_MODEL, OPENAI_HOST, Settings, host_of, key_file, key_origin, origin
from interviewer.ui import markup

_ROUND = "settings-round"


@dataclass(frozen=True)
class Field:
    """A setting on the page. ``kind`` is what it takes, ``note`` the sentence below it, ``empty`` what none means."""

    name: str
    label: str
    note: str
    kind: type = str
    empty: str = ""


WHERE = (
    Field(
        "base_url",
        "Address",
        "Where the model is: any endpoint that speaks OpenAI's language, on this machine or elsewhere.",
        empty=OPENAI,
    ),
)
MODEL = Field("model", "Model", "Its name, as the endpoint knows it.", empty=DEFAULT_MODEL)
OTHERS = (
    Field("assess_model", "Listens", "Judges each answer while the interview runs; be quick.", empty="the same"),
    Field("speak_model", "Speaks", "Phrases what the interviewer says.", empty="the same"),
    Field("grade_model", "Grades", "Judges a question once it is over; be careful.", empty="the same"),
)
BUDGET = (
    Field("budget_tokens", "Tokens", "Read and written together.", int, "no limit"),
    Field("budget_dollars", "Dollars", "At the prices that are set.", float, "no limit"),
    Field("budget_minutes", "Minutes", "On the interview's clock.", float, "no limit"),
)
PRICES = (
    Field("price_in", "Read", "US dollars for a million tokens.", float, "unknown"),
    Field("price_out", "Written", "US dollars for a million tokens.", float, "unknown"),
    Field("price_cached", "Read from a cache", "Where the provider charges less for it.", float, "as read"),
)
PATIENCE = (
    Field("reply_seconds", "Seconds for a reply", "Then the scripted interviewer goes on.", float, "30"),
    Field("grade_seconds", "Seconds for a grade", "Then it is tried again later.", float, "120"),
)
HEARS = Field(
    "transcribe_model",
    "Transcription model",
    "Turns what you record into text. Without one, the browser listens.",
    empty="none",
)
SPEAKS = Field(
    "speech_model", "Speech model", "Reads the interviewer's words aloud. Without one, the browser does.", empty="none"
)
VOICED = Field("speech_voice", "Its voice", "As the endpoint calls it.", empty=VOICE)
ELSEWHERE = Field(
    "audio_base_url", "Address of these", "Where they are, if not at the model's address.", empty="the model's"
)
SOUND = (
    Field("price_minute", "A minute understood", "US dollars for a minute of recording.", float, "unknown"),
    Field("price_characters", "Read aloud", "US dollars for a million characters.", float, "unknown"),
    Field(
        "transcribe_seconds", "Seconds to understand", "Then it is tried again later; the recording stays.", float, "60"
    ),
)
MODEL_FIELDS = (*WHERE, MODEL, *OTHERS, *BUDGET, *PRICES, *PATIENCE)
VOICE_FIELDS = (HEARS, SPEAKS, VOICED, ELSEWHERE, *SOUND)


def any_set(fields: tuple[Field, ...], now: Settings) -> bool:
    """Whether one of these was ever set to something: then they are not folded away."""
    return any(getattr(now, field.name) != Settings.model_fields[field.name].default for field in fields)


def drawn(field: Field, now: Settings) -> Any:
    """The widget of a setting with its sentence; gives what stands in it, None for nothing."""
    fixed = from_environment(field.name)
    value = getattr(now, field.name)
    key = f"set-{field.name}-{round_of()}"
    shown: Any
    if field.kind is str:
        shown = st.text_input(field.label, value=value, placeholder=field.empty, key=key, disabled=fixed, max_chars=500)
    else:
        least, step = (1, 1000) if field.kind is int else (0.0, 1.0)
        # Streamlit lets a number be emptied only where its default is None.
        st.session_state.setdefault(key, None if value is None else field.kind(value))
        shown = st.number_input(
            field.label,
            min_value=least,
            value=None,
            step=step,
            placeholder=field.empty,
            key=key,
            disabled=fixed,
            format="%d" if field.kind is int else "%g",
        )
    note = f"Set in the environment ({_variable(field.name)}), which comes first." if fixed else field.note
    st.html(markup.note(note))
    return shown.strip() or None if isinstance(shown, str) else shown


def row(fields: tuple[Field, ...], now: Settings) -> dict[str, Any]:
    typed = {}
    for column, field in zip(st.columns(len(fields)), fields, strict=True):
        with column:
            typed[field.name] = drawn(field, now)
    return typed


def key(now: Settings) -> tuple[str, bool]:
    """Where the model's key is typed, which is never shown again; and whether the one that is kept shall go."""
    return _key(
        now,
        "api_key",
        "Key",
        host_of(now.base_url) or OPENAI_HOST,
        "Many servers on one's own machine need none. It is kept in a file that only you can read, sent to this "
        "address and nowhere else, and never shown again.",
    )


def audio_key(now: Settings) -> tuple[str, bool]:
    """The same for what hears and speaks at an address of its own."""
    host = host_of(now.audio_url) or OPENAI_HOST
    if host == (host_of(now.base_url) or OPENAI_HOST) and not _variable("audio_api_key"):
        now = now.model_copy(update={"audio_api_key": SecretStr("")})  # the model's, which is shown above
    return _key(
        now,
        "audio_api_key",
        "Key for that address",
        host,
        "At the model's own address the model's key is used. Any other is kept in a file that only you can read, sent "
        "to its address and nowhere else, and never shown again.",
    )


def _key(now: Settings, name: str, label: str, host: str, without: str) -> tuple[str, bool]:
    whence = key_origin(now, {}, name)
    fixed = whence.startswith("environment (INTERVIEWER_")
    kept = whence == f"file ({key_file()})"
    typed = st.text_input(
        label,
        type="password",
        key=f"set-{name}-{round_of()}",
        autocomplete="off",
        placeholder="Type another to replace the one that is set" if whence else "None is set",
        disabled=fixed,
    )
    if fixed:
        note = f"Set in the environment (INTERVIEWER_{name.upper()}), which comes first."
    elif whence:
        place = "kept here" if kept else f"from the {whence}"
        note = f"A key for {host} is set ({place}). It is sent there and nowhere else."
    else:
        note = without
    st.html(markup.note(note))
    forget = kept and st.form_submit_button("Remove the key", key=_forget(name), type="tertiary")
    return (typed or "").strip(), bool(forget)


def _forget(name: str) -> str:
    return f"forget-{name.replace('api_', '').replace('_', '-')}"


def from_environment(name: str) -> bool:
    return bool(_variable(name))


def _variable(name: str) -> str:
    """The variable of ours that fixes a setting; empty where none does."""
    whence = origin(name, {})
    ours = whence.startswith("environment (INTERVIEWER_")
    return whence.removeprefix("environment (").removesuffix(")") if ours else ""


def round_of() -> int:
    """Counts the times that the fields were drawn afresh, with what is then in force."""
    number: int = st.session_state.setdefault(_ROUND, 0)
    return number


def redraw() -> None:
    """The fields are drawn afresh."""
    st.session_state[_ROUND] = round_of() + 1
