"""How the spoken answers came across, on the report page: the charts, the table, and the recordings that were kept."""

from __future__ import annotations

from datetime import tzinfo

import altair as alt
import streamlit as st

from interviewer.domain.report import QuestionReport, Report, ReportDelivery, SpokenAnswer
from interviewer.report import delivery as sounded
from interviewer.report.charts import Chart, Kind, charts, reading
from interviewer.runtime import Runtime
from interviewer.ui import frame, markup
from interviewer.ui.markup import escaped

INKS = {
    "light": {"ink": "#24221f", "faded": "#5f594e", "rule": "#ddd6c8", "band": "#ece6da", "accent": "#2f4a8a"},
    "dark": {"ink": "#e9e5dc", "faded": "#b3ada1", "rule": "#3a3d44", "band": "#2b2e34", "accent": "#a3b8ef"},
}
"""A chart's canvas does not see the style sheet."""

PAPER = {"light": "#fbf9f4", "dark": "#17181b"}
HEIGHT = 180


def how_it_sounded(report: Report, delivery: ReportDelivery, zone: tzinfo | None) -> None:
    """The whole section: gist, tips, charts, the figures of each answer, and what to know about them."""
    st.header(sounded.TITLE, anchor=False)
    st.html(_opening(delivery))
    shown = charts(report, zone)
    if shown:
        st.html(f'<p class="note">{escaped(reading(report))}</p>')
    theme = "dark" if st.context.theme.type == "dark" else "light"
    for chart in shown:
        with st.container(key=f"chart-{shown.index(chart)}", gap="small"):
            st.html(f'<h3 class="chart-title">{escaped(chart.title)}{_key(chart)}</h3>')
            st.altair_chart(_drawn(chart, theme), alt=chart.alt)
            if below := _below(chart, delivery):
                st.html(f'<p class="chart-note">{escaped(below)}</p>')
    st.html(_advice(delivery) + _figures(report) + _conventions(delivery, shown))


def _opening(delivery: ReportDelivery) -> str:
    told = (sounded.basis(delivery), sounded.gist(delivery.total))
    return f'<section class="next">{"".join(f"<p>{escaped(text)}</p>" for text in told)}</section>'


def _advice(delivery: ReportDelivery) -> str:
    """What to try, what to know about the figures, and that no grade rests on them."""
    tips = "".join(f"<li>{escaped(tip)}</li>" for tip in delivery.tips)
    tried = f"<h4>{sounded.TIPS}</h4><ul>{tips}</ul>" if tips else f"<p>{escaped(delivery.praise)}</p>"
    caveats = "".join(f'<p class="source">{escaped(caveat)}</p>' for caveat in sounded.caveats(delivery))
    return f'<section class="next">{tried}{caveats}<p class="apart">{escaped(sounded.NO_GRADE)}</p></section>'


def _key(chart: Chart) -> str:
    """Which mark is which, where a chart has two figures."""
    if len(chart.series) < 2:
        return ""
    signs = ("●", "○")
    told = ", ".join(f"{sign} {series.name.lower()}" for sign, series in zip(signs, chart.series, strict=True))
    return f' <span aria-hidden="true">{escaped(told)}</span>'


def _below(chart: Chart, delivery: ReportDelivery) -> str:
    if chart.convention is None:
        return sounded.about_pauses(delivery.total)
    return sounded.shaded(chart.convention)


# --- a chart --------------------------------------------------------------------------------------------------


def _drawn(chart: Chart, theme: str) -> alt.LayerChart | alt.FacetChart:
    inks = INKS[theme]
    scale = alt.Scale(domain=[chart.low, chart.high], nice=False, zero=False)
    axis = alt.Axis(
        values=list(chart.ticks),
        title=None,
        domain=False,
        ticks=False,
        grid=True,
        gridColor=inks["rule"],
        labelColor=inks["faded"],
        labelFontSize=12,
        minExtent=30,
        maxExtent=30,
    )
    across = alt.X("x:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=None)
    up = alt.Y("value:Q", scale=scale, axis=axis)
    layers: list[alt.Chart] = []
    if chart.band is not None:
        ends = [{"x": 0, "until": 1, "value": chart.band[0], "top": chart.band[1]}]
        layers.append(
            alt.Chart(alt.InlineData(values=ends))
            .mark_rect(color=inks["band"], opacity=0.7, tooltip=None)
            .encode(x=across, x2="until:Q", y=up, y2="top:Q")
        )
    for place, series in enumerate(chart.series):
        rows = [
            {
                **{"x": mark.x, "value": mark.value, "name": mark.name, "said": mark.said},
                **{"short": mark.short, "above": mark.above, "size": 22 if mark.kind is Kind.EARLIER else 80},
                "line": mark.kind is not Kind.ANSWER,
            }
            for mark in series.marks
        ]
        base = alt.Chart(alt.InlineData(values=rows)).encode(x=across, y=up)
        dash = [3, 3] if place else [1, 0]
        layers.append(
            base.transform_filter("datum.line").mark_line(
                color=inks["accent"], strokeWidth=1.5, strokeDash=dash, opacity=0.6, tooltip=None
            )
        )
        layers.append(
            base.mark_point(
                filled=True, opacity=1, fill=PAPER[theme] if place else inks["accent"], stroke=inks["accent"]
            ).encode(
                size=alt.Size("size:Q", scale=None, legend=None),
                tooltip=[alt.Tooltip("name:N", title="Of"), alt.Tooltip("said:N", title=series.name or chart.title)],
            )
        )
        for above in (True, False):
            layers.append(
                base.transform_filter(f"datum.above === {str(above).lower()} && datum.short !== ''")
                .mark_text(dy=-13 if above else 14, fontSize=12, color=inks["ink"], tooltip=None)
                .encode(text="short:N")
            )
    words = [{"x": x, "word": word} for x, word in chart.places]
    layers.append(
        alt.Chart(alt.InlineData(values=words))
        .mark_text(fontSize=12, color=inks["faded"], baseline="top", dy=6, tooltip=None)
        .encode(x=across, y=alt.value("height"), text="word:N")
    )
    return alt.layer(*layers).properties(height=HEIGHT, padding={"bottom": 24, "top": 4})


# --- the table --------------------------------------------------------------------------------------------------


def _figures(report: Report) -> str:
    """The figures of each answer; on small screens each row becomes a list, hence the roles."""
    table = sounded.table(report)
    head = "".join(f'<th scope="col" role="columnheader">{escaped(name)}</th>' for name in sounded.COLUMNS)
    rows = "".join(f'<tr role="row">{_row(row)}</tr>' for row in table.rows)
    return (
        '<table class="figures" role="table"><caption>Each spoken answer in figures</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
        + "".join(f'<p class="chart-note"><sup>{letter}</sup> {escaped(why)}</p>' for letter, why in table.notes)
    )


def _row(row: tuple[sounded.Cell, ...]) -> str:
    first, *others = row
    name = "" if first.text == sounded.ALL else f'<span class="name">{escaped(sounded.COLUMNS[0])} </span>'
    cells = "".join(
        f'<td role="cell" data-name="{escaped(column)}"><span>{escaped(cell.text)}'
        + (f"<sup>{escaped(cell.note)}</sup>" if cell.note else "")
        + (f" <small>{escaped(cell.more)}</small>" if cell.more else "")
        + "</span></td>"
        for column, cell in zip(sounded.COLUMNS[1:], others, strict=True)
    )
    return f'<th scope="row" role="rowheader">{name}{escaped(first.text)}</th>{cells}'


def _conventions(delivery: ReportDelivery, shown: tuple[Chart, ...]) -> str:
    """The conventions that no chart shows."""
    told = [chart.convention for chart in shown]
    others = "".join(
        f"<li>{escaped(one.name)}: {escaped(sounded.extent(one))}. {escaped(one.source)}</li>"
        for one in delivery.conventions
        if one not in told
    )
    if not others:
        return ""
    return f'<details class="fold"><summary>What else is usual by convention</summary><ul>{others}</ul></details>'


# --- the recordings ---------------------------------------------------------------------------------------------


def recordings(runtime: Runtime, report: Report, question: QuestionReport) -> None:
    """The recordings that were kept of the answers to a question: to be heard, and to be deleted."""
    deleted = f"forgotten-{report.interview_id}-{question.number}" in st.session_state
    if deleted or any(answer.recording is not None for answer in question.spoken):
        _recordings(runtime, report.interview_id, question)


@st.fragment
@frame.part
def _recordings(runtime: Runtime, interview_id: str, question: QuestionReport) -> None:
    with st.container(key=f"recordings-{question.number}", gap="small"):
        if st.session_state.pop(f"forgotten-{interview_id}-{question.number}", False):
            st.html('<p class="note" role="status">The recording is deleted.</p>')
        for answer in question.spoken:
            if answer.recording is not None:
                _recording(runtime, interview_id, question, answer, answer.recording)


def _recording(
    runtime: Runtime, interview_id: str, question: QuestionReport, answer: SpokenAnswer, number: int
) -> None:
    name = sounded.name_of(question, answer.delivery.turn)
    which = "" if name == str(question.number) else f": {name.split(', ')[1]}"
    with st.container(key=f"recording-{number}", horizontal=True):
        play = st.popover(
            f"Play your answer{which}",
            key=f"play-{interview_id}-{number}",
            type="tertiary",
            icon=":material/play_arrow:",
            on_change="rerun",
        )
        with play:
            if play.open:  # its sound is read only when somebody wants to hear it
                _play(runtime, interview_id, number)
        with st.popover(
            f"Delete the recording{which}", key=f"forget-{number}", type="tertiary", icon=":material/delete:"
        ):
            st.html(markup.note("Your voice will be gone for good; the text of the answer and its figures stay."))
            if st.button("Delete it", key=f"forget-really-{number}"):
                runtime.store.forget_audio(interview_id, number)
                runtime.workers.wake(interview_id)  # takes its last traces away, should a reader be in the way now
                st.session_state[f"forgotten-{interview_id}-{question.number}"] = True
                st.rerun()


def _play(runtime: Runtime, interview_id: str, number: int) -> None:
    kinds = {recording.number: recording.media_type for recording in runtime.store.recordings(interview_id)}
    st.audio(runtime.store.audio(interview_id, number), format=kinds.get(number) or "audio/wav")
