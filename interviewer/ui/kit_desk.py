"""A draft of a kit while it is being written: every change is stored at once, and none is lost when another tab was
quicker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from interviewer.domain.kit import Kit, KitContent, KitQuestion
from interviewer.errors import InterviewerError
from interviewer.runtime import Runtime
from interviewer.ui import markup


class Desk:
    """The draft as this tab has it. Fields begin with its content and hand every change back to it."""

    def __init__(self, runtime: Runtime, kit: Kit) -> None:
        self._store = runtime.store.kits
        self.id = kit.id
        self._stored = kit.content
        state = st.session_state
        if self._name("mine") not in state:
            self._take(kit.content)
        elif self._base != kit.content.hash and self.settled:
            self._take(kit.content)  # changed in another tab, and nothing was typed here meanwhile
        elif self._base != kit.content.hash and self.content.hash == kit.content.hash:
            state[self._name("base")] = kit.content.hash  # both tabs say the same by now

    def _name(self, what: str) -> str:
        return f"kit-{what}:{self.id}"

    @property
    def _base(self) -> str:
        """The hash of the stored content that this tab began from."""
        return str(st.session_state[self._name("base")])

    @property
    def content(self) -> KitContent:
        """The draft as it stands on this page."""
        mine: KitContent = st.session_state[self._name("mine")]
        return mine

    @property
    def settled(self) -> bool:
        """Whether everything on this page is stored."""
        return self.content.hash == self._base

    @property
    def round(self) -> int:
        """Counts how often the fields were drawn afresh from what is stored."""
        number: int = st.session_state.get(self._name("round"), 0)
        return number

    def _take(self, content: KitContent) -> None:
        state = st.session_state
        state[self._name("mine")] = content
        state[self._name("base")] = content.hash
        state[self._name("round")] = self.round + 1
        state.pop(self._name("problem"), None)

    # --- changing it ------------------------------------------------------------------------------------------

    def change(self, **update: Any) -> None:
        """Puts new values into the draft and stores it. Raises ValueError (Pydantic's) for what no field can take."""
        now = {name: getattr(self.content, name) for name in KitContent.model_fields}
        self.put(KitContent.model_validate(now | update))

    def put(self, content: KitContent) -> None:
        """Stores ``content``; where that is refused, the page goes on showing it and says so."""
        if content.hash == self.content.hash and self.settled:
            return
        st.session_state[self._name("mine")] = content
        try:
            self._store.save(self.id, content, self._base)
        except InterviewerError as error:
            st.session_state[self._name("problem")] = error
        else:
            st.session_state[self._name("base")] = content.hash
            st.session_state[self._name("said")] = True
            st.session_state.pop(self._name("problem"), None)

    def change_question(self, question_id: str, change: Callable[[KitQuestion], KitQuestion]) -> None:
        """Changes the one question of the draft that has this ID; nothing where it is gone."""
        self.change(
            questions=tuple(change(one) if one.question.id == question_id else one for one in self.content.questions)
        )

    def field(self, name: str, value: Any, where: str = "") -> str:
        """The key of a field, which begins with ``value``."""
        key = f"kit-{name}:{self.id}:{self.round}:{where}"
        st.session_state.setdefault(key, value)
        return key

    def took(self, key: str, name: str) -> None:
        """What a field's change does: the field ``name`` of the content gets what stands there."""
        value = st.session_state.get(key)
        if value is not None:
            self.change(**{name: value.strip() if isinstance(value, str) else value})

    # --- how it stands ----------------------------------------------------------------------------------------

    def standing(self) -> None:
        """The quiet line that says that it is saved; or that it is not, and the ways on."""
        problem: InterviewerError | None = st.session_state.get(self._name("problem"))
        said = st.session_state.pop(self._name("said"), False)
        if problem is None and self.settled:
            told = "Saved." if said else "Every change is saved at once."
            st.html(f'<p class="saved" role="status">{told}</p>')
            return
        with st.container(key="kit-conflict"):
            st.html(
                markup.problem(
                    str(problem) if problem else "What stands here is not saved yet.",
                    "What you typed is still here. Save it over the other tab's version, or take that version instead.",
                )
            )
            with st.container(horizontal=True):
                st.button("Save what stands here", key="keep-mine", on_click=self._keep_mine)
                st.button("Take the other version", key="take-theirs", on_click=self._take_theirs)

    def _keep_mine(self) -> None:
        try:
            st.session_state[self._name("base")] = self._store.get(self.id).content.hash
        except InterviewerError as error:
            st.session_state[self._name("problem")] = error
            return
        mine = self.content
        if self.settled:
            st.session_state.pop(self._name("problem"), None)
        self.put(mine)

    def _take_theirs(self) -> None:
        self._take(self._store.get(self.id).content)


def settle(kit_id: str) -> None:
    """Forgets what this tab had of a draft, since it is one no more."""
    for what in ("mine", "base", "problem", "said"):
        st.session_state.pop(f"kit-{what}:{kit_id}", None)
