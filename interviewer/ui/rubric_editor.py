"""Where a rubric is written: its criteria and misconceptions, with what the linter thinks of each beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

import streamlit as st

from interviewer.bank.lint import Finding, Linter, Rule
from interviewer.bank.lint.at_once import at_once, thorough
from interviewer.domain.question import Question
from interviewer.domain.words import CriterionKind
from interviewer.ui import frame, markup
from interviewer.ui.rubric_sheet import (
    MAX_CRITERIA,
    MAX_MISCONCEPTIONS,
    CriterionRow,
    MisconceptionRow,
    Sheet,
    lines,
    problems,
    question_of,
    sheet_of,
)
from interviewer.ui.when import count

Row = TypeVar("Row", CriterionRow, MisconceptionRow)

LONGEST_LINE = 500
LONGEST_LIST = 12_000
"""Characters that a field of one line, and one of many, takes."""


def edit(
    key: str, question: Question, linter: Linter, *, fixed_probes: Collection[str] = ()
) -> tuple[Question | None, list[str]]:
    """Draws the editor of ``question``'s rubric. Gives the question with the rubric as it is typed now, which equals
    ``question`` while nothing is changed; or None, and what keeps it from being a rubric, in sentences.

    ``key`` tells editors apart; what was typed is kept under it for as long as the tab is open, whatever else happens.
    Whoever keeps the question stores what comes back and hands that in at the next run. A ``question`` that was changed
    elsewhere is taken up only where nothing was typed here that is not stored; ``forget`` takes it up in any case.
    ``fixed_probes`` are the criteria whose follow-up must stay as it is, since candidates have heard it.
    """
    frame.style("rubric")
    sheet = _sheet(key, question)
    with st.container(key=f"rubric-sheet-{key}"):
        _sync(key, sheet)
        top = st.container()
        place = st.container(gap=None)
        _undo(key, sheet)
        known = _findings(sheet, question)
        with place:
            for number, row in enumerate(sheet.criteria, start=1):
                _criterion(key, sheet, number, row, known, fixed=row.id in fixed_probes)
        with st.container(key=f"rubric-more-{key}", horizontal=True):
            st.button(
                "Add a criterion",
                key=f"add-criterion:{key}",
                icon=":material/add:",
                on_click=_add_criterion,
                args=(key,),
                disabled=len(sheet.criteria) >= MAX_CRITERIA,
            )
        st.html('<h4 class="rubric-part">What is often mistaken</h4>')
        with st.container(gap=None):
            for number, wrong in enumerate(sheet.misconceptions, start=1):
                _misconception(key, sheet, number, wrong, known)
        st.button(
            "Add a misconception",
            key=f"add-misconception:{key}",
            icon=":material/add:",
            on_click=_add_misconception,
            args=(key,),
            disabled=len(sheet.misconceptions) >= MAX_MISCONCEPTIONS,
        )
        made, wanting = question_of(sheet, question), problems(sheet)
        sheet.given = made.rubric.hash if made is not None else ""
        if made is not None:
            _thorough(key, sheet, made, linter)
        with top:
            _head(made, wanting)
    return made, wanting


def forget(key: str) -> None:
    """Drops what was typed under ``key``; the next ``edit`` begins with the question that it is given."""
    st.session_state.pop(_name(key), None)


def _name(key: str) -> str:
    return f"rubric-sheet:{key}"


def _sheet(key: str, question: Question) -> Sheet:
    """What is being typed. A rubric that came from elsewhere replaces it only where nothing would be lost."""
    name = _name(key)
    sheet: Sheet | None = st.session_state.get(name)
    now = question.rubric.hash
    if sheet is None or (sheet.settled and now not in (sheet.stored, sheet.given)):
        sheet = sheet_of(question, _uids(key))
        st.session_state[name] = sheet
    elif now == sheet.given:
        sheet.stored = now
    st.session_state[f"{name}:uids"] = sheet.uids
    return sheet


def _uids(key: str) -> int:
    """How many rows there were so far, so that a new sheet's fields are none of an old one's."""
    number: int = st.session_state.get(f"{_name(key)}:uids", 0)
    return number


def _sync(key: str, sheet: Sheet) -> None:
    """Takes up what stands in the fields, before anything is drawn that depends on it."""
    for row in sheet.criteria:
        for name in ("text", "kind", "weight", "statements", "contradictions", "probe"):
            _take(key, row, name)
    for wrong in sheet.misconceptions:
        for name in ("beliefs", "challenge", "correction", "criterion"):
            _take(key, wrong, name)


def _take(key: str, row: CriterionRow | MisconceptionRow, name: str) -> None:
    field = f"{name}:{key}:{row.uid}"
    if field in st.session_state and (name == "criterion" or st.session_state[field] is not None):
        setattr(row, name, st.session_state[field])


def _findings(sheet: Sheet, question: Question) -> list[Finding]:
    """What the linter says, at once and after reading; nothing of what is no rubric yet."""
    made = question_of(sheet, question)
    if made is None:
        return []
    read: tuple[str, list[Finding]] | None = st.session_state.get(_read_name(question))
    return [*at_once(made), *(read[1] if read is not None and read[0] == made.hash else ())]


def _read_name(question: Question) -> str:
    return f"rubric-read:{question.id}"


# --- head and foot --------------------------------------------------------------------------------------------


def _head(made: Question | None, wanting: Sequence[str]) -> None:
    if wanting:
        items = "".join(f"<li>{markup.escaped(one)}</li>" for one in wanting)
        st.html(
            '<div class="rubric-wanting" role="status"><p>Not stored yet, and kept here meanwhile. What is missing:</p>'
            f"<ul>{items}</ul></div>"
        )
    elif made is not None:
        _remarks(findings_html([one for one in at_once(made) if one.where in ("rubric", "prompt")]))


def _thorough(key: str, sheet: Sheet, made: Question, linter: Linter) -> None:
    name = _read_name(made)
    read: tuple[str, list[Finding]] | None = st.session_state.get(name)
    with st.container(key=f"rubric-read-{key}"):
        asked = st.button("Read it as the grader would", key=f"read:{key}", icon=":material/fact_check:")
        if asked:
            with st.spinner("Reading every statement as the grader would; this takes a few seconds.", show_time=True):
                read = (made.hash, thorough(linter, made))
            st.session_state[name] = read
            st.rerun()
        if read is None:
            told = "This looks for criteria that overlap, statements that repeat, and follow-ups that give it away."
        elif read[0] != made.hash:
            told = "It was changed since it was read."
        elif read[1]:
            told = f"Read: {count(len(read[1]), 'remark')}, each beside what it is about."
        else:
            told = "Read: that found nothing else to mend."
        st.html(f'<p class="rubric-told" role="status">{markup.escaped(told)}</p>')
        if read is not None and read[0] == made.hash:
            there = {one.id for one in sheet.criteria} | {one.id for one in sheet.misconceptions}
            _remarks(findings_html([one for one in read[1] if not _places(one) & there]))


def _remarks(html: str) -> None:
    """Draws remarks where there are any: Streamlit takes no empty HTML."""
    if html:
        st.html(html)


def _show(body: str) -> None:
    """Streamlit refuses to draw nothing."""
    if body:
        st.html(body)


def findings_html(found: Sequence[Finding]) -> str:
    """Remarks of the linter, each with its sign and in words. Empty for none."""
    items = "".join(
        f'<li><span class="sign" aria-hidden="true">lightbulb</span><p>{markup.escaped(one.why)}{_words(one)}'
        f"{_rule(one)}</p></li>"
        for one in found
    )
    return f'<ul class="rubric-remarks" aria-label="Remarks of the linter">{items}</ul>' if items else ""


def _words(one: Finding) -> str:
    """The words that a remark is about, where one would have to look for them."""
    if one.rule in _OF_THE_TEXT or one.where.startswith("sample") or one.text in one.why:
        return ""
    return f" <q>{markup.escaped(one.text)}</q>"


_OF_THE_TEXT = (Rule.INCOMPLETE, Rule.DOUBLE_BARRELLED, Rule.VAGUE, Rule.UNOBSERVABLE, Rule.REWARDS_LENGTH)
"""Rules about a criterion's own text, which stands right above the remark."""


def _rule(one: Finding) -> str:
    """What is wrong with that, where the remark itself does not say it."""
    return "" if one.rule is Rule.INCOMPLETE else f"<small>{markup.escaped(one.rule.what)}</small>"


def _places(one: Finding) -> set[str]:
    return {part.strip() for part in one.where.split(",")}


def _beside(known: Sequence[Finding], row: CriterionRow | MisconceptionRow) -> str:
    return findings_html([one for one in known if row.id and row.id in _places(one)])


# --- one criterion, one misconception -------------------------------------------------------------------------


def _criterion(
    key: str, sheet: Sheet, number: int, row: CriterionRow, known: Sequence[Finding], *, fixed: bool
) -> None:
    with st.container(key=f"rubric-row-{key}-{row.uid}", gap="small"):
        facts = [row.kind.value.capitalize(), f"weight {row.weight:g}", count(len(lines(row.statements)), "statement")]
        facts += ["follow-up"] if row.probe.strip() else []
        _bar(key, sheet, sheet.criteria, number, row, (row.text, " · ".join(facts), "criterion"))
        if row.open:
            _area(key, row, "text", "What to look for: one thing that can be heard in an answer", 68)
            with st.container(horizontal=True, vertical_alignment="bottom", key=f"rubric-counts-{key}-{row.uid}"):
                st.segmented_control(
                    "Counts as",
                    list(CriterionKind),
                    required=True,
                    format_func=lambda kind: kind.value.capitalize(),
                    key=_field(key, row, "kind"),
                    help="Core criteria carry an answer to “solid”; strong ones take it beyond.",
                )
                st.number_input("Weight", 0.1, 5.0, step=0.5, format="%g", key=_field(key, row, "weight"))
            _area(key, row, "statements", "Statements: the same as people would say it, one a line", 150)
            _area(key, row, "contradictions", "The opposite, as somebody says it who is mistaken, one a line", 110)
            _line(key, row, "probe", "Follow-up: one question that gives nothing away", fixed=fixed)
            if fixed:
                st.html(markup.note("Candidates have heard this follow-up, so its words stay."))
        _remarks(_beside(known, row))


def _misconception(key: str, sheet: Sheet, number: int, row: MisconceptionRow, known: Sequence[Finding]) -> None:
    with st.container(key=f"rubric-row-{key}-{row.uid}", gap="small"):
        said = lines(row.beliefs)
        shown = (said[0] if said else "", count(len(said), "wording"), "misconception")
        _bar(key, sheet, sheet.misconceptions, number, row, shown)
        if row.open:
            _area(key, row, "beliefs", "The wrong belief, as people say it, one wording a line", 110)
            _area(key, row, "correction", "What is right instead", 68)
            _line(key, row, "challenge", "Challenge (asked in practice only, never in a kit)")
            there = {one.id: one.text for one in sheet.criteria if one.id}
            name = _field(key, row, "criterion")
            if st.session_state[name] not in there:
                st.session_state[name] = None
            st.selectbox(
                "The criterion that it contradicts, if any",
                list(there),
                index=None,
                format_func=lambda one: there.get(one) or "",
                placeholder="None",
                key=name,
            )
        _remarks(_beside(known, row))


def _bar(key: str, sheet: Sheet, rows: list[Row], number: int, row: Row, shown: tuple[str, str, str]) -> None:
    """The head of a row: its text, the facts in small print, and what can be done with it."""
    text, facts, what = shown
    named = f"{what} {number}"
    with st.container(key=f"rubric-bar-{key}-{row.uid}", horizontal=True, vertical_alignment="top", gap="small"):
        title = markup.escaped(text) if text.strip() else f"<i>{named.capitalize()}</i>"
        st.html(f'<div class="rubric-name"><b>{title}</b><span>{markup.escaped(facts)}</span></div>')
        with st.container(key=f"rubric-do-{key}-{row.uid}", horizontal=True, gap=None, width="content"):
            st.button(
                f"Done with {named}" if row.open else f"Change {named}",
                key=f"open:{key}:{row.uid}",
                type="tertiary",
                icon=":material/check:" if row.open else ":material/edit:",
                on_click=_turn,
                args=(row,),
            )
            steps = (("up", -1, "arrow_upward", number == 1), ("down", 1, "arrow_downward", number == len(rows)))
            for name, step, icon, off in steps:
                st.button(
                    f"Move {named} {name}",
                    key=f"{name}:{key}:{row.uid}",
                    type="tertiary",
                    icon=f":material/{icon}:",
                    on_click=_move,
                    args=(rows, row, step),
                    disabled=off,
                )
            st.button(
                f"Take out {named}",
                key=f"out:{key}:{row.uid}",
                type="tertiary",
                icon=":material/close:",
                on_click=_take_out,
                args=(sheet, rows, row),
            )


def _field(key: str, row: CriterionRow | MisconceptionRow, name: str) -> str:
    """The key of a field, which begins with what the row has where it is new or was out of sight for a while."""
    found = f"{name}:{key}:{row.uid}"
    st.session_state.setdefault(found, getattr(row, name))
    return found


def _area(key: str, row: CriterionRow | MisconceptionRow, name: str, label: str, height: int) -> None:
    most = LONGEST_LIST if height > 100 else LONGEST_LINE
    st.text_area(label, key=_field(key, row, name), height=height, max_chars=max(most, len(getattr(row, name))))


def _line(key: str, row: CriterionRow | MisconceptionRow, name: str, label: str, *, fixed: bool = False) -> None:
    st.text_input(label, key=_field(key, row, name), max_chars=LONGEST_LINE, disabled=fixed)


# --- what the buttons do --------------------------------------------------------------------------------------


def _turn(row: CriterionRow | MisconceptionRow) -> None:
    row.open = not row.open


def _move(rows: list[Row], row: Row, step: int) -> None:
    place = rows.index(row)
    rows[place], rows[place + step] = rows[place + step], rows[place]


def _take_out(sheet: Sheet, rows: list[Row], row: Row) -> None:
    sheet.gone = (rows.index(row), row)
    rows.remove(row)


def _undo(key: str, sheet: Sheet) -> None:
    """What was taken out last, to be put back: nothing that was typed is gone by one click."""
    if sheet.gone is None:
        return
    _, row = sheet.gone
    text = row.text if isinstance(row, CriterionRow) else (lines(row.beliefs) or ("",))[0]
    with st.container(key=f"rubric-gone-{key}", horizontal=True, vertical_alignment="center"):
        named = f"“{text}”" if text.strip() else "What was empty"
        st.html(f'<p class="rubric-told" role="status">{markup.escaped(named)} is taken out.</p>')
        st.button("Put it back", key=f"back:{key}", type="tertiary", on_click=_put_back, args=(sheet,))


def _put_back(sheet: Sheet) -> None:
    if sheet.gone is not None:
        place, row = sheet.gone
        if isinstance(row, CriterionRow):
            sheet.criteria.insert(min(place, len(sheet.criteria)), row)
        else:
            sheet.misconceptions.insert(min(place, len(sheet.misconceptions)), row)
        sheet.gone = None


def _add_criterion(key: str) -> None:
    sheet: Sheet = st.session_state[_name(key)]
    sheet.criteria.append(CriterionRow(sheet.fresh_uid(), open=True))


def _add_misconception(key: str) -> None:
    sheet: Sheet = st.session_state[_name(key)]
    sheet.misconceptions.append(MisconceptionRow(sheet.fresh_uid(), open=True))
