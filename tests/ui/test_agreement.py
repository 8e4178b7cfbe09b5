"""The agreement page: what it says before there is anything, with too little, and with enough; and its charts."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.calibration.rating_files import read_ratings
from interviewer.contracts import Agreement, Confusion, Figure, Finding, Leniency
from interviewer.domain.kit import KitContent
from interviewer.domain.rating import Practice
from interviewer.domain.words import Verdict
from interviewer.runtime import Runtime
from interviewer.ui import agreement_charts as charts
from interviewer.ui.screens import agreement as agreement_page
from tests.ui.rated_kit import answered, asked, opened_kit, rate, ready
from tests.ui.tab import Pages, text

WORDS = "An overfitted model learns the noise in its training data and does badly on data that it has not seen."


def buttons(test: AppTest) -> list[str]:
    return [str(one.proto.label) for one in test.get("download_button")]


@pytest.fixture
def kit(runtime: Runtime) -> str:
    return opened_kit(runtime, ("overfitting",))


# --- before there is anything ------------------------------------------------------------------------------------


def test_a_draft_says_what_will_be_here_and_how_to_begin(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("agreement", id=runtime.store.kits.create(KitContent(title="A draft")))
    assert "Here will stand how far people agree" in text(test)
    assert "two people have rated the same answers" in text(test)
    assert buttons(test) == []


def test_an_unknown_kit_is_told_calmly(pages: Pages) -> None:
    test = pages.at("agreement", id="nothing")
    assert "There is no kit with the ID" in text(test)
    assert "Traceback" not in text(test)


# --- too little --------------------------------------------------------------------------------------------------


def test_two_candidates_are_too_few_and_the_reason_stands_in_place_of_the_figure(
    pages: Pages, runtime: Runtime, kit: str
) -> None:
    ada, ben = ready(runtime, kit, "Ada"), ready(runtime, kit, "Ben")
    for name, bands in (("One", (4, 3)), ("Two", (2, 2))):
        interview = answered(runtime, kit, name, {1: WORDS})
        for rater, band in zip((ada, ben), bands, strict=True):
            rate(runtime, rater, interview, 1, band)
    shown = text(pages.at("agreement", id=kit))
    assert "2 answers of 2 candidates, rated by “Ada” and “Ben”." in shown
    assert "Compared with the newest grades by the offline model." in shown
    assert "How far people agree cannot be told" in shown
    why = "answers of 2 candidates; 10 candidates are needed"
    kappa = shown.split("<h3>Quadratic kappa")[1].split("<h3>")[0]
    assert "Not estimable: no pair of two people has 10 items in common" in kappa
    assert f"Not estimable: {why}." in shown.split("<h3>Krippendorff’s alpha")[1].split("<h3>")[0]
    assert "<b>0.50</b>" in shown.split("<h3>Exact")[1].split("<h3>")[0]  # one of two pairs
    assert "begin at 20 candidates; these are 2" in shown
    table = shown.split("What was rated")[1]
    assert table.count(f"{why[:1].upper()}{why[1:]}.") == 1  # once, below the table, however many cells have no figure
    assert "One" not in re.findall(r">([^<]*)<", shown)  # no candidate's name


def test_one_rater_alone_has_nobody_to_agree_with(pages: Pages, runtime: Runtime, kit: str) -> None:
    rate(runtime, ready(runtime, kit, "Ada"), answered(runtime, kit, "One", {1: WORDS}, graded=False), 1, 4)
    shown = text(pages.at("agreement", id=kit))
    assert "Not estimable: fewer than two people rated anything." in shown
    assert "The machine graded none of these answers" in shown
    assert "takes two people" in shown
    assert "Each person beside the others" not in shown


# --- enough ------------------------------------------------------------------------------------------------------


@pytest.fixture
def rated(runtime: Runtime, kit: str) -> str:
    """Ten candidates: Ada and Ben give the bands 1 to 5 twice over, Ben one more on the first; verdicts alike."""
    ada, ben = ready(runtime, kit, "Ada <b>A</b>"), ready(runtime, kit, "Ben *B*")
    for place in range(10):
        interview = answered(runtime, kit, f"Name {place}", {1: WORDS}, graded=False)
        band = place % 5 + 1
        every = dict.fromkeys(
            (criterion.id for criterion in asked(runtime, kit, 1).rubric.criteria),
            Verdict.MET if place % 2 else Verdict.MISSING,
        )
        rate(runtime, ada, interview, 1, band, every)
        rate(runtime, ben, interview, 1, band + 1 if place == 0 else band, every)
    return kit


def test_with_enough_there_are_figures_with_intervals_findings_with_sources_and_a_table(
    pages: Pages, runtime: Runtime, rated: str
) -> None:
    test = pages.at("agreement", id=rated)
    shown = text(test)
    exact = shown.split("<h3>Exact")[1].split("<h3>")[0]
    assert "<b>0.90</b>" in exact  # nine of ten pairs
    assert re.search(r"\d\.\d\d to 1\.00", exact)
    assert "(Krippendorff 2004)" in shown
    assert "begin at 20 candidates; these are 10" in shown
    first = asked(runtime, rated, 1).rubric.criteria[0]
    row = shown.split(f'<th scope="row">{html.escape(first.text)}</th>')[1].split("</tr>")[0]
    assert '<td data-name="Answers"><span>10</span></td>' in row
    assert "1.00" in row
    assert "People with people" in shown
    assert 'class="n same"' in shown
    assert [header.value for header in test.header] == [
        "What the figures allow",
        "People with people, and with the machine",
        "Each person beside the others",
        "Which scores met",
        "By question and criterion",
        "To take along",
    ]


def test_what_people_typed_is_shown_as_typed_and_never_as_markup(pages: Pages, rated: str) -> None:
    shown = text(pages.at("agreement", id=rated))
    assert "Ada &lt;b&gt;A&lt;/b&gt;" in shown
    assert "<b>A</b>" not in shown


def test_the_downloads_are_the_contract_and_lines_that_the_command_reads(runtime: Runtime, rated: str) -> None:
    store = runtime.store
    found = agreement_page._basis(store, rated, store.kits.versions(rated), store.ratings.raters(rated))
    files = agreement_page._files(found, agreement_page._with_progress(found))
    figures, ratings = (made() for _, _, _, _, made in files)
    assert Agreement.model_validate_json(figures).people == ["Ada <b>A</b>", "Ben *B*"]
    assert read_ratings(ratings.encode()).problems == ()
    assert len(ratings.splitlines()) == len(found.ratings)
    assert all("Name" not in json.dumps(json.loads(line)) for line in ratings.splitlines())


def test_the_same_ratings_are_worked_out_once(pages: Pages, rated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pages.at("agreement", id=rated)

    def again(*_: object, **__: object) -> None:
        raise AssertionError("worked out again")

    monkeypatch.setattr(agreement_page, "kit_agreement", again)
    assert "Which scores met" in [header.value for header in pages.at("agreement", id=rated).header]


def test_who_rated_without_practice_is_said_beside_the_figures(pages: Pages, runtime: Runtime, rated: str) -> None:
    shown = text(pages.at("agreement", id=rated))
    assert "“Ben *B*”: began without a practice round" in shown
    sharp = tuple(
        Practice(question="q", answer=f"a{n}", band=3, given=3, verdicts={}, given_verdicts={}) for n in range(5)
    )
    runtime.store.ratings.practised(runtime.store.ratings.rater(rated, "Ben *B*").id, sharp, ready=True)
    assert "“Ben *B*”: began" not in text(pages.at("agreement", id=rated))


def test_ratings_from_a_file_are_named_as_such(pages: Pages, runtime: Runtime, rated: str) -> None:
    rubric = asked(runtime, rated, 1).rubric.hash
    ratings = [one.model_copy(update={"rater": "Filed"}) for one in runtime.store.ratings.of(rated)[:1]]
    assert ratings[0].rubric_hash == rubric
    runtime.store.ratings.bring_in(rated, ratings)
    shown = text(pages.at("agreement", id=rated))
    assert "The ratings of “Filed” came from a file; how they were made is not known here." in shown


# --- charts ------------------------------------------------------------------------------------------------------


def figure(value: float | None, low: float | None = None, high: float | None = None, why: str | None = None) -> Figure:
    return Figure(value=value, low=low, high=high, items=12, why=why)


def lenient(rater: str, value: Figure, clear: bool | None) -> Leniency:
    return Leniency(rater=rater, difference=value, p=0.01, p_corrected=None if clear is None else 0.02, clear=clear)


def places(drawn: str, kind: str) -> list[float]:
    return [float(at) for at in re.findall(rf'class="{kind}" style="left: ([-.\d]+)%', drawn)]


def test_a_dot_and_its_interval_stand_where_their_values_are_and_in_words_beside() -> None:
    drawn = charts.leniency([lenient("Ada", figure(0.5, 0.25, 0.75), True)])
    assert places(drawn, "dot") == [75.0]  # on a scale from -1 to 1
    assert places(drawn, "reach") == [62.5]
    assert "width: 25.0%" in drawn
    assert places(drawn, "bound") == [50.0]
    assert "<b>0.50</b>" in drawn
    assert "0.25 to 0.75" in drawn
    assert 'aria-hidden="true"' in drawn.split("plot")[1]


def test_a_scale_grows_for_what_lies_beyond_and_nothing_is_drawn_outside() -> None:
    drawn = charts.leniency([lenient("Ada", figure(-1.5, -2.3, -0.6), True), lenient("Ben", figure(1.4), None)])
    for kind in ("dot", "reach", "bound"):
        assert all(0 <= at <= 100 for at in places(drawn, kind))
    assert "−2.40 more severe" in drawn


@pytest.mark.parametrize(
    ("value", "clear", "said"),
    [(0.4, True, "more lenient, clear of chance"), (-0.4, True, "more severe"), (0.4, False, "not clear of zero")],
)
def test_leniency_is_in_words(value: float, clear: bool, said: str) -> None:
    assert said in charts.leniency([lenient("Ada", figure(value, value - 0.1, value + 0.1), clear)])


def test_what_cannot_be_told_has_its_reason_and_no_picture() -> None:
    drawn = charts.leniency([lenient("Ada", figure(None, why="no item has two ratings to compare"), None)])
    assert "Not estimable: no item has two ratings to compare." in drawn
    assert places(drawn, "dot") == []


def test_findings_have_their_source_and_a_sign_and_no_person_a_red_one() -> None:
    drawn = charts.findings(
        [
            Finding(about="machine", text="Kappa is <low>.", met=False, source="Somebody 2012"),
            Finding(about="leniency", text="“Ada” is more lenient.", met=False, source=None),
            Finding(about="people", text="Alpha is high.", met=True, source=None),
        ]
    )
    machine, person, people = drawn.split("<li")[1:]
    assert "Kappa is &lt;low&gt;." in machine
    assert "(Somebody 2012)" in machine
    assert 'class="contradicted"' in machine
    assert 'class="partial"' in person
    assert 'class="met"' in people


def test_a_table_of_scores_that_met_has_every_number_and_folds_people_among_themselves() -> None:
    folded = Confusion(rows="lower", columns="higher", scores=[1, 2], counts=[[3, 4], [0, 5]])
    drawn = charts.confusion(folded, "People")
    assert re.findall(r'<td class="n[^>]*>(\d+)</td>', drawn) == ["3", "4", "5"]
    assert "--part: 100%" in drawn
    machine = Confusion(rows="person", columns="machine", scores=[1, 2], counts=[[3, 4], [0, 5]])
    assert re.findall(r'<td class="n[^>]*>(\d+)</td>', charts.confusion(machine, "X")) == ["3", "4", "0", "5"]


def test_a_link_that_nobody_has_used_changes_nothing(pages: Pages, runtime: Runtime, kit: str) -> None:
    runtime.store.kits.invite(kit, "Somebody", datetime.now(UTC) + timedelta(days=1))
    assert "Here will stand how far people agree" in text(pages.at("agreement", id=kit))
