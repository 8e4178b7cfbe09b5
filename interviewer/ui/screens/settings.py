"""Settings: which model interviews and grades, what hears and speaks, what they may use, and whether they answer."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st

from interviewer.errors import InterviewerError, UsageError
from interviewer.models.openai.endpoint import OPENAI, Endpoint
from interviewer.runtime import Runtime, described_audio, described_endpoint
from interviewer.settings import (
    Settings,
    change_settings,
    config_file,
    forget_key,
    host_of,
    is_loopback,
    keep_key,
    key_file,
)
from interviewer.ui import frame, markup, who
from interviewer.ui import setting_fields as fields

_CHECKED, _SAID = "model-checked", "settings-said"


def draw(runtime: Runtime) -> None:
    with st.container(key="settings"):
        _draw(runtime)


def _draw(runtime: Runtime) -> None:
    st.title("Settings", anchor=False)
    st.html(f'<p class="lead">{markup.escaped(who.at_work(runtime.endpoint, runtime.audio_endpoint))}</p>')
    for notice in runtime.notices():
        st.html(markup.note(notice))
    if not is_loopback(bound_to()):
        _closed(runtime.settings)
        return
    if said := st.session_state.pop(_SAID, ""):
        st.html(f'<p class="saved" role="status">{markup.escaped(said)}</p>')
    if runtime.settings.has_endpoint:
        _switch(
            runtime,
            "use_model",
            "Use this model for new interviews",
            "Off, the offline model takes over at once, and what is set here is kept.",
        )
    if runtime.settings.has_audio:
        _switch(
            runtime,
            "use_audio",
            "Use this endpoint to hear and to speak",
            "Off, the browser does both at once, and what is set here is kept.",
        )
    _form(runtime)
    for found in st.session_state.get(_CHECKED, ()):
        st.html(found)
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
    said = []
    if settings.has_endpoint:
        said += [*_told(settings, fields.MODEL_FIELDS), ("Key", _whether(settings.api_key.get_secret_value()))]
    if settings.has_audio:
        said += [
            *_told(settings, fields.VOICE_FIELDS),
            ("Its key", _whether(settings.audio_api_key.get_secret_value())),
        ]
    if said:
        st.html(markup.lines(said))


def _told(settings: Settings, shown: tuple[fields.Field, ...]) -> list[tuple[str, str]]:
    return [(field.label, str(getattr(settings, field.name) or field.empty)) for field in shown]


def _whether(key: str) -> str:
    return "set" if key else "none"


def _switch(runtime: Runtime, name: Literal["use_model", "use_audio"], label: str, note: str) -> None:
    widget = name.replace("_", "-")

    def turn() -> None:
        wanted = st.session_state.to_dict().get(widget)
        _apply(runtime, {name: None if wanted else False}, "")

    st.toggle(
        label,
        value=getattr(runtime.settings, name),
        key=widget,
        on_change=turn,
        disabled=fields.from_environment(name),
    )
    st.html(markup.note(note))


# --- the form -------------------------------------------------------------------------------------------------


def _form(runtime: Runtime) -> None:
    now = runtime.settings
    with st.form("model-settings", border=False, enter_to_submit=False):
        st.header("A model of your own", anchor=False)
        typed = {field.name: fields.drawn(field, now) for field in fields.WHERE}
        key, forget = fields.key(now)
        typed[fields.MODEL.name] = fields.drawn(fields.MODEL, now)
        with st.expander("Other models for single tasks", expanded=fields.any_set(fields.OTHERS, now)):
            typed |= {field.name: fields.drawn(field, now) for field in fields.OTHERS}
        with st.expander("What one interview may use", expanded=fields.any_set(fields.BUDGET, now)):
            st.html(
                markup.note(
                    "When one of these is reached, the offline model goes on, says so, and grades what is left. "
                    "Nothing is cut off."
                )
            )
            typed |= fields.row(fields.BUDGET, now)
        with st.expander("What it costs", expanded=fields.any_set(fields.PRICES, now)):
            st.html(markup.note("Your provider's prices. With them, the cost is shown beside the tokens."))
            typed |= fields.row(fields.PRICES, now)
        with st.expander("How long it may take", expanded=fields.any_set(fields.PATIENCE, now)):
            typed |= fields.row(fields.PATIENCE, now)
        audio_key, forget_audio = _voice(runtime, typed)
        problem = st.container()
        with st.container(horizontal=True, key="settings-actions"):
            save = st.form_submit_button("Save", key="save-settings", type="primary")
            test = st.form_submit_button("Test the connection", key="test-connection")
    keys = {name: given for name, given in (("api_key", key), ("audio_api_key", audio_key)) if given}
    try:
        if forget or forget_audio:
            forget_key((now.base_url if forget else now.audio_url) or OPENAI)
            _apply(runtime, {}, "The key is removed.")
            st.rerun()
        if save:
            _save(runtime, typed, keys)
            st.rerun()
        if test:
            _test(runtime, typed, keys)
    except InterviewerError as error:
        with problem:
            frame.problem(error)


def _voice(runtime: Runtime, typed: dict[str, Any]) -> tuple[str, bool]:
    """What hears and speaks, added to what is ``typed``; its own key, and whether the one that is kept shall go."""
    now = runtime.settings
    st.header("Voice", anchor=False)
    st.html(markup.note(who.hears_and_speaks(runtime.audio_endpoint)))
    for field in (fields.HEARS, fields.SPEAKS, fields.VOICED):
        typed[field.name] = fields.drawn(field, now)
    with st.expander("At another address than the model", expanded=fields.any_set((fields.ELSEWHERE,), now)):
        typed[fields.ELSEWHERE.name] = fields.drawn(fields.ELSEWHERE, now)
        key, forget = fields.audio_key(now)
    with st.expander("What speech costs, and how long it may take", expanded=fields.any_set(fields.SOUND, now)):
        st.html(markup.note("What is paid for by the minute or by the character counts into an interview's dollars."))
        typed |= fields.row(fields.SOUND, now)
    return key, forget


# --- what is done with it -------------------------------------------------------------------------------------


def _proposed(typed: dict[str, Any], keys: dict[str, str]) -> tuple[Settings, Endpoint | None, Endpoint | None]:
    """The settings as typed, and the endpoints that they describe: of what thinks, and of what hears and speaks.

    Raises InterviewerError for what cannot be.
    """
    given: dict[str, Any] = {
        name: Settings.model_fields[name].default if value is None else value
        for name, value in typed.items()
        if not fields.from_environment(name)
    } | keys
    try:
        settings = Settings(**given)
    except ValueError:
        raise UsageError(
            "One of these values cannot be taken.", "A limit is above 0, and a reply may take 1 to 600 seconds."
        ) from None
    if "audio_api_key" in keys and host_of(settings.audio_url or OPENAI) == host_of(settings.base_url or OPENAI):
        raise UsageError(
            "The voice is at the model's address, and so the model's key is used.",
            "Type the key above, or another address for the voice.",
        )
    if settings.budget_dollars is not None and _without_price(settings):
        raise UsageError("A limit in dollars needs prices.", "Fill in both prices, or set a limit in tokens.")
    endpoint = described_endpoint(settings) if settings.has_endpoint else None
    return settings, endpoint, described_audio(settings) if settings.has_audio else None


def _without_price(settings: Settings) -> bool:
    """Whether a limit in dollars would limit nothing. Beside a model that is paid for, speech may be free."""
    if settings.has_endpoint and settings.use_model:
        return settings.price_in is None or settings.price_out is None
    return settings.price_minute is None and settings.price_characters is None


def _save(runtime: Runtime, typed: dict[str, Any], keys: dict[str, str]) -> None:
    settings, endpoint, audio = _proposed(typed, keys)
    if "api_key" in keys:
        keep_key(settings.base_url or OPENAI, keys["api_key"])
    if "audio_api_key" in keys:
        keep_key(settings.audio_url or OPENAI, keys["audio_api_key"])
    st.session_state.pop(_CHECKED, None)
    nothing = endpoint is None and audio is None
    _apply(
        runtime,
        changes(typed, runtime.settings),
        "Saved." if nothing else "Saved. “Test the connection” says whether it answers.",
    )


def changes(typed: dict[str, Any], now: Settings) -> dict[str, Any]:
    """What of the typed differs from what is in force; None for what is to have its default again."""
    return {
        name: None if value == Settings.model_fields[name].default else value
        for name, value in typed.items()
        if value != _said(getattr(now, name)) and not fields.from_environment(name)
    }


def _said(value: Any) -> Any:
    """A setting as its field has it: an empty text is nothing, a price of 0 is one."""
    return None if value == "" else value


def _apply(runtime: Runtime, changed: dict[str, Any], said: str) -> None:
    change_settings(changed)
    runtime.reconnect()
    st.session_state[_SAID] = said
    fields.redraw()


def _test(runtime: Runtime, typed: dict[str, Any], keys: dict[str, str]) -> None:
    settings, endpoint, audio = _proposed(typed, keys)
    if endpoint is None and audio is None:
        raise UsageError("There is nothing to test yet.", "Type an address, or a key for OpenAI's.")
    # Slow to import, and of no use to who works offline.
    from interviewer.models.openai.check import Step, check
    from interviewer.models.openai.check_speech import check_speech

    st.session_state.pop(_CHECKED, None)
    memory = settings.capabilities_path
    found: list[str] = []
    place = st.empty()
    for asked, aloud in ((endpoint, False), (audio, True)):
        if asked is None:
            continue
        label, steps = asked.label, list[Step]()

        def told(step: Step, label: str = label, steps: list[Step] = steps) -> None:
            steps.append(step)
            place.html("".join([*found, who.tried(label, steps)]))

        with st.spinner(f"Asking {label} …"):
            ok = (check_speech(asked, settings.speech_voice, memory, told) if aloud else check(asked, memory, told)).ok
        found.append(who.tried(label, steps, ok, aloud=aloud))
    place.empty()
    st.session_state[_CHECKED] = found
