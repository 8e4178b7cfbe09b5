"""Agreement: how far people agree with each other and with the machine on a kit's answers, and what that allows."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from interviewer.calibration.detection import detectable
from interviewer.calibration.findings import MANY
from interviewer.calibration.raters import FEWEST
from interviewer.calibration.training import note_of
from interviewer.contracts import AgreementPart
from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.kit import Kit, KitVersion
from interviewer.domain.rating import Rater
from interviewer.kits.agreement import Basis, KitAgreement, basis, jsonl, kit_agreement
from interviewer.report.wording import joined
from interviewer.runtime import Runtime
from interviewer.store import Store
from interviewer.ui import agreement_charts as charts
from interviewer.ui import frame, kit_head, markup, places
from interviewer.ui.markup import escaped
from interviewer.ui.when import count

KEPT = 16
"""Sets of figures that are remembered, so that a page that is drawn again does not work them out again."""


def draw(runtime: Runtime) -> None:
    kit = kit_head.head(runtime, "agreement")
    frame.style("agreement")
    st.title("Agreement", anchor=False)
    versions = runtime.store.kits.versions(kit.id)
    raters = runtime.store.ratings.raters(kit.id)
    found = _basis(runtime.store, kit.id, versions, raters)
    if not found.ratings:
        _empty(kit, found)
        return
    with st.container(key="agreement"):
        st.html(_about(found))
        for rater in raters:
            # Of those who came from a file, the sentence above says so already.
            if rater.name in found.people and not rater.imported and (how := note_of(rater)):
                st.html(markup.note(f"“{rater.name}”: {how[:1].lower()}{how[1:]}"))
        agreed = _with_progress(found)
        overall = agreed.whole.overall
        if overall is not None:
            _over_all(found, overall)
        _by_criterion(versions[-1], agreed)
        _downloads(kit, found, agreed)


def _basis(store: Store, kit_id: str, versions: list[KitVersion], raters: list[Rater]) -> Basis:
    ratings = store.ratings.of(kit_id)
    grades: dict[tuple[str, int], Grade | Ungraded] = {}
    for interview_id in dict.fromkeys(rating.interview_id for rating in ratings):
        grades |= {(interview_id, number): grade for number, grade in store.grades(interview_id).items()}
    return basis(versions, raters, ratings, grades)


def _with_progress(found: Basis) -> KitAgreement:
    with st.spinner("Working out how far they agree, and how sure that is …"):
        return _worked_out(found.hash, found)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _worked_out(key: str, _found: Basis) -> KitAgreement:
    return kit_agreement(_found)


def _empty(kit: Kit, found: Basis) -> None:
    st.html(
        '<p class="lead">Here will stand how far people agree with each other on the answers to this kit, how far with '
        "the machine, how sure that is, and what it allows.</p>"
    )
    if found.not_ready:
        ratings = count(found.not_ready, "rating")
        st.html(
            markup.note(
                f"{ratings} came from people who have not finished their practice round; until then none counts."
            )
        )
    st.html(
        '<p class="plain">It begins when two people have rated the same answers, each without seeing the other’s '
        f"ratings. Most figures need the answers of {FEWEST} candidates or more; the intervals hold well from about "
        f"{MANY}.</p>"
    )
    with st.container(horizontal=True):
        st.page_link(places.rate(), label="Go to the rating room", query_params={"id": kit.id})
        st.page_link(places.kit(), label="Send links", query_params={"id": kit.id})


# --- what it rests on --------------------------------------------------------------------------------------------


def _about(found: Basis) -> str:
    names = joined([f"“{name}”" for name in found.people])
    said = [
        f"{count(found.answers, 'answer')} of {count(found.candidates, 'candidate')}, rated by "
        f"{names if len(found.people) <= 6 else count(len(found.people), 'person').replace('persons', 'people')}.",
        _machines(found),
    ]
    if found.imported:
        said.append(
            f"The ratings of {joined([f'“{name}”' for name in found.imported])} came from a file; how they were made "
            "is not known here."
        )
    if found.not_ready:
        said.append(
            f"{count(found.not_ready, 'rating')} of people who have not finished their practice round "
            f"{'is' if found.not_ready == 1 else 'are'} left out."
        )
    if found.reworded:
        said.append(
            f"{count(found.reworded, 'verdict')} on criteria that were reworded or taken out since "
            f"{'is' if found.reworded == 1 else 'are'} left out; the bands given with them count."
        )
    if found.older:
        said.append(
            f"{count(found.older, 'band')} {'was' if found.older == 1 else 'were'} given with another version of the "
            "rubric in view than the one that the machine graded by."
        )
    return f'<p class="note basis">{escaped(" ".join(filter(None, said)))}</p>'


def _machines(found: Basis) -> str:
    if not found.machines:
        return "The machine graded none of these answers, so there is nobody to compare them with but each other."
    names = joined([charts.machine_name(name) for name in found.machines])
    several = "; each model and version is looked at by itself" if len(found.machines) > 1 else ""
    return f"Compared with the newest grades by {names}{several}."


# --- over all ----------------------------------------------------------------------------------------------------


def _over_all(found: Basis, part: AgreementPart) -> None:
    st.header("What the figures allow", anchor=False)
    st.html(charts.findings(part.findings))
    if part.made_of == "whole answers":  # what was simulated are bands
        st.html(markup.note(_detectable(found, part)))
    st.header("People with people, and with the machine", anchor=False)
    made = "bands of whole answers, 1 to 5" if part.made_of == "whole answers" else "verdicts on all criteria together"
    st.html(
        markup.note(
            f"Of {made}. The dot is the figure, the bar the interval that holds it with 95 % confidence by the method; "
            "thin lines are conventional bounds, arbitrary like all conventions. No figure says that a rating is right."
        )
    )
    st.html(charts.forest(part))
    if len(part.people.raters) > 1:
        st.header("Each person beside the others", anchor=False)
        st.html(
            markup.note(
                "The mean difference from the others on the same answers, with Holm’s correction for looking at "
                "several people. Who is right, it does not say; and one person far off makes the others look off the "
                "other way."
            )
        )
        st.html(charts.leniency(part.leniency))
    tables = [
        (side.confusion, title)
        for side, title in [
            (part.people, "People with people"),
            *((one, f"People with {charts.machine_name(one.machine)}") for one in part.machines),
        ]
        if side.confusion is not None and side.items
    ]
    if tables:
        st.header("Which scores met", anchor=False)
        st.html(f'<div class="meetings">{"".join(charts.confusion(table, title) for table, title in tables)}</div>')


def _detectable(found: Basis, part: AgreementPart) -> str:
    """What could be found with as many candidates as each of the people that are tested shares with others."""
    compared = found.compared
    tested = [number for number in compared if number >= FEWEST] or compared
    return detectable(min(tested, default=0), len(compared), part.people.kappa.value)


# --- by question and criterion -----------------------------------------------------------------------------------


def _by_criterion(version: KitVersion, agreed: KitAgreement) -> None:
    st.header("By question and criterion", anchor=False)
    machines = agreed.whole.machines
    machine = machines[0] if machines else None
    if len(machines) > 1:
        machine = st.selectbox("Compared with", machines, format_func=charts.machine_name)
    st.html(
        markup.note(
            "In the order of the kit. Whole answers are bands 1 to 5; on criteria, verdicts count as contradicted 0, "
            "missing 1, partial 2, met 3. Look first where the interval is far from the others; with many rows some "
            "are apart by chance."
        )
    )
    questions = [one.question for one in version.content.questions]
    st.html(charts.by_criterion(agreed, questions, machine))


# --- to take along -----------------------------------------------------------------------------------------------


def _downloads(kit: Kit, found: Basis, agreed: KitAgreement) -> None:
    st.header("To take along", anchor=False)
    st.html(
        markup.note(
            "The figures with everything that stands behind them, as “interviewer calibrate --json” prints them; and "
            "the ratings that they rest on, which “interviewer calibrate FILE” reads. The names of raters are in both, "
            "those of candidates in neither."
        )
    )
    with st.container(horizontal=True, key="agreement-files"):
        for key, label, name, mime, made in _files(found, agreed):
            st.download_button(
                label,
                data=made().encode(),
                file_name=name,
                mime=mime,
                key=f"download-{key}-{kit.id}",
                icon=":material/download:",
                on_click="ignore",
            )


def _files(found: Basis, agreed: KitAgreement) -> tuple[tuple[str, str, str, str, Callable[[], str]], ...]:
    """Key, label, name and type of each file, and what makes it."""
    return (
        ("figures", "Figures (JSON)", "agreement.json", "application/json", agreed.whole.model_dump_json),
        ("ratings", "Ratings (JSONL)", "ratings.jsonl", "application/jsonl", lambda: jsonl(found)),
    )
