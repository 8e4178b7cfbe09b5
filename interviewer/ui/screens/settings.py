"""Settings: which model interviews and grades, what it may use, and whether it answers at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from interviewer.errors import InterviewerError, UsageError
from interviewer.models.openai.endpoint import OPENAI, Endpoint
from interviewer.runtime import Runtime, described_endpoint
from interviewer.settings import (
    DEFAULT_MODEL,
    OPENAI_HOST,
    Settings,
    change_settings,
    config_file,
    forget_key,
    host_of,
    is_loopback,
    keep_key,
    key_file,
    key_origin,
    origin,
)
from interviewer.ui import frame, markup, who

_CHECKED, _SAID, _ROUND = "model-checked", "settings-said", "settings-round"


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
FIELDS = (*WHERE, MODEL, *OTHERS, *BUDGET, *PRICES, *PATIENCE)


def draw(runtime: Runtime) -> None:
    with st.container(key="settings"):
        _draw(runtime)


def _draw(runtime: Runtime) -> None:
    st.title("Settings", anchor=False)
    st.html(f'<p class="lead">{markup.escaped(who.at_work(runtime.endpoint))}</p>')
    for notice in runtime.notices():
        st.html(markup.note(notice))
    if not is_loopback(bound_to()):
        _closed(runtime.settings)
        return
    if said := st.session_state.pop(_SAID, ""):
        st.html(f'<p class="saved" role="status">{markup.escaped(said)}</p>')
    if runtime.settings.has_endpoint:
        _switch(runtime)
    _form(runtime)
    if _CHECKED in st.session_state:
        st.html(who.tried(*st.session_state[_CHECKED]))
    st.html(
        markup.note(
            f"These settings are kept in {config_file()}, a key in {key_file().name} beside it, which only you can "
            "read. What the environment says comes first."
        )
    )


def bound_to() -> str:
    """The address that the app is bound to; none means all."""
    return str(st.get_option("server.address") or "")


def _closed(settings: Settings) -> None:
    st.html(
        markup.note(
            "This app can be reached from other machines, and there is no sign-in. So its model is not changed from "
            f"here, but in {config_file()} or in the environment, and takes effect at the next start."
        )
    )
    if settings.has_endpoint:
        said = [(field.label, str(getattr(settings, field.name) or field.empty)) for field in FIELDS]
        st.html(markup.lines([*said, ("Key", "set" if settings.api_key.get_secret_value() else "none")]))


def _switch(runtime: Runtime) -> None:
    def turn() -> None:
        wanted = st.session_state.to_dict().get("use-model")
        _apply(runtime, {"use_model": None if wanted else False}, "")

    st.toggle(
        "Use this model for new interviews",
        value=runtime.settings.use_model,
        key="use-model",
        on_change=turn,
        disabled=_from_environment("use_model"),
    )
    st.html(markup.note("Off, the offline model takes over at once, and what is set here is kept."))


# --- the form -------------------------------------------------------------------------------------------------


def _form(runtime: Runtime) -> None:
    now = runtime.settings
    with st.form("model-settings", border=False, enter_to_submit=False):
        st.header("A model of your own", anchor=False)
        typed = {field.name: _field(field, now) for field in WHERE}
        key, forget = _key(now)
        typed[MODEL.name] = _field(MODEL, now)
        with st.expander("Other models for single tasks", expanded=_any(OTHERS, now)):
            typed |= {field.name: _field(field, now) for field in OTHERS}
        with st.expander("What one interview may use", expanded=_any(BUDGET, now)):
            st.html(
                markup.note(
                    "When one of these is reached, the offline model goes on, says so, and grades what is left. "
                    "Nothing is cut off."
                )
            )
            typed |= _row(BUDGET, now)
        with st.expander("What it costs", expanded=_any(PRICES, now)):
            st.html(markup.note("Your provider's prices. With them, the cost is shown beside the tokens."))
            typed |= _row(PRICES, now)
        with st.expander("How long it may take", expanded=_any(PATIENCE, now)):
            typed |= _row(PATIENCE, now)
        problem = st.container()
        with st.container(horizontal=True, key="settings-actions"):
            save = st.form_submit_button("Save", key="save-settings", type="primary")
            test = st.form_submit_button("Test the connection", key="test-connection")
    try:
        if forget:
            forget_key(now.base_url or OPENAI)
            _apply(runtime, {}, "The key is removed.")
            st.rerun()
        if save:
            _save(runtime, typed, key)
            st.rerun()
        if test:
            _test(runtime, typed, key)
    except InterviewerError as error:
        with problem:
            frame.problem(error)


def _any(fields: tuple[Field, ...], now: Settings) -> bool:
    """Whether one of these was ever set to something: then they are not folded away."""
    return any(getattr(now, field.name) != Settings.model_fields[field.name].default for field in fields)


def _field(field: Field, now: Settings) -> Any:
    """The widget of a setting with its sentence; gives what stands in it, None for nothing."""
    fixed = _from_environment(field.name)
    value = getattr(now, field.name)
    key = f"set-{field.name}-{_round()}"
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


def _row(fields: tuple[Field, ...], now: Settings) -> dict[str, Any]:
    typed = {}
    for column, field in zip(st.columns(len(fields)), fields, strict=True):
        with column:
            typed[field.name] = _field(field, now)
    return typed


def _key(now: Settings) -> tuple[str, bool]:
    """Where a key is typed, which is never shown again; and whether the one that is kept shall go."""
    whence = key_origin(now, {})
    fixed = whence.startswith("environment (INTERVIEWER_")
    kept = whence == f"file ({key_file()})"
    typed = st.text_input(
        "Key",
        type="password",
        key=f"set-api_key-{_round()}",
        autocomplete="off",
        placeholder="Type another to replace the one that is set" if whence else "None is set",
        disabled=fixed,
    )
    if fixed:
        note = "Set in the environment (INTERVIEWER_API_KEY), which comes first."
    elif whence:
        place = "kept here" if kept else f"from the {whence}"
        note = f"A key for {host_of(now.base_url) or OPENAI_HOST} is set ({place}). It is sent there and nowhere else."
    else:
        note = (
            "Many servers on one's own machine need none. It is kept in a file that only you can read, sent to this "
            "address and nowhere else, and never shown again."
        )
    st.html(markup.note(note))
    forget = kept and st.form_submit_button("Remove the key", key="forget-key", type="tertiary")
    return (typed or "").strip(), bool(forget)


def _from_environment(name: str) -> bool:
    return bool(_variable(name))


def _variable(name: str) -> str:
    """The variable of ours that fixes a setting; empty where none does."""
    whence = origin(name, {})
    ours = whence.startswith("environment (INTERVIEWER_")
    return whence.removeprefix("environment (").removesuffix(")") if ours else ""


def _round() -> int:
    """Counts the times that the fields were drawn afresh, with what is then in force."""
    number: int = st.session_state.setdefault(_ROUND, 0)
    return number


# --- what is done with it -------------------------------------------------------------------------------------


def _proposed(typed: dict[str, Any], key: str) -> tuple[Settings, Endpoint | None]:
    """The settings as typed, and the endpoint that they describe. Raises InterviewerError for what cannot be."""
    given: dict[str, Any] = {
        name: Settings.model_fields[name].default if value is None else value
        for name, value in typed.items()
        if not _from_environment(name)
    }
    if key:
        given["api_key"] = key
    try:
        settings = Settings(**given)
    except ValueError:
        raise UsageError(
            "One of these values cannot be taken.", "A limit is above 0, and a reply may take 1 to 600 seconds."
        ) from None
    if settings.budget_dollars is not None and (settings.price_in is None or settings.price_out is None):
        raise UsageError("A limit in dollars needs prices.", "Fill in both prices, or set a limit in tokens.")
    return settings, described_endpoint(settings) if settings.has_endpoint else None


def _save(runtime: Runtime, typed: dict[str, Any], key: str) -> None:
    settings, endpoint = _proposed(typed, key)
    if key:
        keep_key(settings.base_url or OPENAI, key)
    st.session_state.pop(_CHECKED, None)
    _apply(
        runtime,
        changes(typed, runtime.settings),
        "Saved." if endpoint is None else "Saved. “Test the connection” says whether it answers.",
    )


def changes(typed: dict[str, Any], now: Settings) -> dict[str, Any]:
    """What of the typed differs from what is in force; None for what is to have its default again."""
    return {
        name: None if value == Settings.model_fields[name].default else value
        for name, value in typed.items()
        if (value or None) != (getattr(now, name) or None) and not _from_environment(name)
    }


def _apply(runtime: Runtime, changed: dict[str, Any], said: str) -> None:
    change_settings(changed)
    runtime.reconnect()
    st.session_state[_SAID] = said
    st.session_state[_ROUND] = _round() + 1


def _test(runtime: Runtime, typed: dict[str, Any], key: str) -> None:
    _, endpoint = _proposed(typed, key)
    if endpoint is None:
        raise UsageError("There is nothing to test yet.", "Type an address, or a key for OpenAI's.")
    from interviewer.models.openai.check import Step, check  # slow to import, and of no use to who works offline

    st.session_state.pop(_CHECKED, None)
    label, steps = endpoint.label, list[Step]()
    with st.spinner(f"Asking {label} …"):
        place = st.empty()

        def told(step: Step) -> None:
            steps.append(step)
            place.html(who.tried(label, steps))

        found = check(endpoint, runtime.settings.capabilities_path, told)
        place.empty()
    st.session_state[_CHECKED] = (label, found.steps, found.ok)
