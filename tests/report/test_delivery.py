"""How it sounded, in every format: figures, conventions, one's own past, and never anything that grades a person."""

from __future__ import annotations

import doctest
import json
import re
from datetime import timedelta

import pytest

from interviewer.delivery.conventions import CONVENTIONS, FILLERS, LENGTH, PACE
from interviewer.domain.delivery import Figures
from interviewer.domain.interview import ExchangeStatus, Interview
from interviewer.domain.report import EarlierDelivery, Report
from interviewer.domain.speech import BROWSER
from interviewer.domain.words import Intent
from interviewer.report import FORMATS, build_report, delivery, earlier, html, markdown, render, wording
from interviewer.report.delivery import ALL, COLUMNS, NO_GRADE, TITLE, Cell
from tests.report.aloud import PLAIN, WHISPER, said, talk, understood
from tests.report.sample import BEGAN, MODEL, NOW, OVERFITTING, bank, everything_met, interview, sample
from tests.report.test_render import AWKWARD, Page, as_typed, kinds, paragraphs, parse

FILLED = "um so the model um learns you know the general rule I think from the the examples basically"
"""Eighteen words."""


def told(held: Interview, *past: EarlierDelivery) -> Report:
    return build_report(held, {}, (), {}, bank=bank(), model=MODEL, now=NOW, past=past)


def before(days: int, pace: float | None = 130, fillers: float | None = 4.0) -> EarlierDelivery:
    return EarlierDelivery(at=BEGAN - timedelta(days=days), words=200, words_per_minute=pace, fillers_per_100=fillers)


def section(report: Report, format: str) -> str:
    """The part about delivery in a written report."""
    text = render(report, format)
    begin, end = (f"## {TITLE}", "\n## ") if format == "md" else (f"<h2>{TITLE}</h2>", "</section>")
    return text.split(begin)[1].split(end)[0]


def row(report: Report, name: str) -> dict[str, Cell]:
    return next(
        dict(zip(COLUMNS, cells, strict=True)) for cells in delivery.table(report).rows if cells[0].text == name
    )


def spoken_and_typed() -> Report:
    """Two spoken answers to the first question with a typed one between, none to the second."""
    held = interview(
        ("overfitting", [(FILLED, Intent.ANSWER), *OVERFITTING[:1], (PLAIN, Intent.ANSWER)], ExchangeStatus.CLOSED),
        ("gradient-descent", [("By a slope.", Intent.ANSWER)], ExchangeStatus.CLOSED),
    )
    spoken = (said(2, FILLED, 120, pauses={4: 3.0, 9: 0.5}), said(6, PLAIN, 60, first_word=4.0, recording=3))
    return told(held.model_copy(update={"spoken": spoken}), before(9), before(30, 100, 12))


# --- the figures --------------------------------------------------------------------------------------------------


def test_each_spoken_answer_stands_with_its_figures_in_the_report_and_by_its_question() -> None:
    made = spoken_and_typed()
    assert made.delivery is not None
    assert [answer.delivery for answer in made.questions[0].spoken] == list(made.delivery.answers)
    assert made.questions[1].spoken == ()
    first, second = made.delivery.answers
    assert first.words == 18
    assert first.seconds == pytest.approx(18 * 0.5 + 3.5)
    assert first.articulation_rate == pytest.approx(120)
    assert second.words_per_minute == pytest.approx(60)
    assert second.seconds == pytest.approx(11)


def test_the_table_has_a_row_for_each_answer_and_one_for_all() -> None:
    made = spoken_and_typed()
    assert [cells[0].text for cells in delivery.table(made).rows] == ["1, answer 1", "1, answer 3", ALL]
    first, last, every = (row(made, name) for name in ("1, answer 1", "1, answer 3", ALL))
    assert first["Words a minute"] == Cell("86")  # 18 words in 12.5 s
    assert first["… without pauses"] == Cell("120")
    assert first["Pauses"] == Cell("2", "longest 3.0 s")
    assert first["Fillers"] == Cell("5", "um 2, basically 1, so 1, you know 1")
    assert (first["Hedges"].text, first["Repeated"].text, first["First word after"].text) == ("1", "1", "1.5 s")
    assert (last["Fillers"], last["Pauses"]) == (Cell("0"), Cell("0"))
    assert (every["Words"].text, every["Time"].text, every["Words a minute"].text) == ("29", "24 s", "74")


def test_the_time_that_is_usual_for_a_question_stands_once_and_for_its_answers_together() -> None:
    made = spoken_and_typed()
    minutes = bank().question("overfitting").minutes
    low, high = (60 * minutes * share for share in (LENGTH.low or 0, LENGTH.high or 0))
    usual = f"usual {low // 60:.0f}:{low % 60:02.0f} to {high // 60:.0f}:{high % 60:02.0f} min"
    assert row(made, "1, answer 1")["Time"] == Cell("12 s", f"together 24 s; {usual}")
    assert row(made, "1, answer 3")["Time"] == Cell("11 s")
    assert row(told(talk(PLAIN, spoken=[said(2, PLAIN)])), "1")["Time"] == Cell("6 s", usual)


def test_what_is_not_known_is_a_dash_with_its_reason() -> None:
    made = told(
        talk(PLAIN, "No idea.", PLAIN, spoken=[understood(2, PLAIN), said(4, "No idea."), understood(6, PLAIN, None)])
    )
    table = delivery.table(made)
    why = dict(table.notes)
    sounding, short, untimed = (row(made, f"1, answer {n}") for n in (1, 2, 3))
    assert sounding["Words a minute"] == Cell("66")
    assert "the sound" in why[sounding["… without pauses"].note]
    assert "the sound" in why[sounding["Pauses"].note]
    assert "after the question" in why[sounding["First word after"].note]
    assert "fewer than 10 words" in why[short["Words a minute"].note]
    assert "fewer than 10 words" in why[short["… without pauses"].note]
    assert "spoken for is not known" in why[untimed["Time"].note]
    assert "spoken for is not known" in why[untimed["Words a minute"].note]
    assert "known" in why[row(made, ALL)["Time"].note]
    named = {cell.note for cells in table.rows for cell in cells if cell.note}
    assert named == set(why)
    assert all(cell.text == "–" for cells in table.rows[:-1] for cell in cells if cell.note)
    for format in ("md", "html"):
        assert all(reason in section(made, format) for reason in why.values())


def test_fillers_beyond_the_most_frequent_are_counted_together() -> None:
    words = tuple((f"word{n}", 9 - n) for n in range(6))
    made = spoken_and_typed()
    assert made.delivery is not None
    answer = made.delivery.answers[0].model_copy(update={"filler_words": words, "fillers": 39})
    question = made.questions[0].model_copy(
        update={"spoken": (made.questions[0].spoken[0].model_copy(update={"delivery": answer}),)}
    )
    changed = made.model_copy(update={"questions": (question,)})
    assert row(changed, "1, answer 1")["Fillers"].more == "word0 9, word1 8, word2 7, word3 6, others 9"


# --- the words around them ----------------------------------------------------------------------------------------


def test_it_says_how_many_answers_were_spoken_and_who_understood_them() -> None:
    made = spoken_and_typed()
    assert made.delivery is not None
    assert delivery.basis(made.delivery) == (
        f"Two of four answers were spoken; what you typed is not in it. The figures are from what {WHISPER} "
        "understood, before you corrected them."
    )
    alone = told(talk(PLAIN, spoken=[said(2, PLAIN, by=BROWSER)])).delivery
    assert alone is not None
    assert delivery.basis(alone) == (
        "Your answer was spoken. The figures are from what the browser's speech recognition understood, before you "
        "corrected it."
    )


@pytest.mark.parametrize("format", ["md", "html"])
def test_gist_tips_caveats_and_conventions_are_in_every_written_format(format: str) -> None:
    long = " ".join([FILLED] * 5)
    made = told(talk(long, spoken=[said(2, long, 280)]))
    assert made.delivery is not None
    assert made.delivery.tips
    page = section(made, format).replace("&#39;", "'").replace("\\", "")
    assert wording.duration(made.delivery.total.seconds or 0) in page
    assert all(tip in page for tip in made.delivery.tips)
    assert all(caveat in page for caveat in made.delivery.caveats)
    assert all(one.source in page and delivery.extent(one) in page for one in CONVENTIONS)
    assert NO_GRADE in page


@pytest.mark.parametrize("format", ["md", "html"])
def test_who_gets_no_tip_gets_a_kind_line(format: str) -> None:
    made = told(talk(PLAIN, spoken=[said(2, PLAIN)]))
    assert made.delivery is not None
    assert made.delivery.praise
    assert made.delivery.praise in section(made, format)


def test_an_open_microphone_is_named_where_it_stands_for_the_speaking_time() -> None:
    timed, untimed = (told(talk(PLAIN, spoken=[one])).delivery for one in (said(2, PLAIN), understood(2, PLAIN)))
    assert timed is not None
    assert untimed is not None
    assert delivery.caveats(timed) == timed.caveats
    assert any("microphone was open" in caveat for caveat in delivery.caveats(untimed))


NEVER = re.compile(
    r"\b(confiden\w*|nervous\w*|anxi\w*|calm\w*|hesita\w*|insecur\w*|unsure|emotion\w*|feel\w*|mood|accent\w*|"
    r"native|personalit\w*|charisma\w*|likeab\w*|energ\w*|enthusias\w*|shy\w*|intelligen\w*|fluen\w*|norm\w*|"
    r"should|must|bad\w*|poor\w*|fail\w*|wrong\w*)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("format", ["md", "html"])
@pytest.mark.parametrize(
    "held",
    [
        talk(" ".join([FILLED] * 6), spoken=[said(2, " ".join([FILLED] * 6), 300)]),
        talk(" ".join([PLAIN] * 6), spoken=[said(2, " ".join([PLAIN] * 6), 60, pauses=dict.fromkeys(range(1, 20), 4))]),
        talk(PLAIN, "No.", spoken=[understood(2, PLAIN, None), said(4, "No.", first_word=None)]),
    ],
    ids=["fast and filled", "slow with pauses", "hardly anything known"],
)
def test_it_speaks_of_what_was_said_and_never_of_who_said_it(held: Interview, format: str) -> None:
    made = told(held, before(3))
    assert made.delivery is not None
    page = section(made, format)
    assert not NEVER.findall(page.replace("&#39;", "'"))
    assert not NEVER.search(" ".join(chart for chart in re.findall(r'aria-label="([^"]*)"', page)))


# --- one's own past -----------------------------------------------------------------------------------------------


def test_ones_own_earlier_interviews_stand_beside_it_the_earliest_first() -> None:
    made = spoken_and_typed()
    assert made.delivery is not None
    assert [one.words_per_minute for one in made.delivery.past] == [100, 130]
    text = section(made, "md")
    days = [wording.day(BEGAN - timedelta(days=days)) for days in (30, 9)]
    assert [text.index(day) for day in days] == sorted(text.index(day) for day in days)
    assert f"| {days[0]} | 100 | – | 12 | – | – |" in text


def test_without_a_past_nothing_is_said_of_one() -> None:
    made = told(talk(PLAIN, spoken=[said(2, PLAIN)]))
    assert all("earlier" not in section(made, format) for format in ("md", "html"))


def test_an_interview_gives_its_figures_to_the_reports_of_later_ones() -> None:
    held = talk(PLAIN, FILLED, spoken=[said(2, PLAIN, 60), said(4, FILLED)])
    made = told(held).delivery
    found = earlier(held)
    assert made is not None
    assert found is not None
    assert found.at == held.created_at
    assert Figures(**{name: getattr(found, name) for name in Figures.model_fields}) == made.total
    assert earlier(talk(PLAIN)) is None


# --- what was understood at first ---------------------------------------------------------------------------------


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_what_was_understood_is_shown_where_something_else_was_sent(format: str) -> None:
    heard = "over fitting learns the noys"
    made = told(talk(heard, PLAIN, spoken=[said(2, heard), said(4, PLAIN)], sent={2: "Overfitting learns the noise."}))
    assert [answer.understood for answer in made.questions[0].spoken] == [heard, None]
    text = render(made, format)
    assert text.count(heard) == 1
    assert "Overfitting learns the noise." in text


def test_white_space_alone_is_no_correction() -> None:
    made = told(talk(PLAIN, spoken=[said(2, f" {PLAIN}\n")]))
    assert made.questions[0].spoken[0].understood is None


def with_answer(**changes: object) -> Report:
    """A report on one spoken answer with what is told of it changed."""
    made = told(talk(PLAIN, spoken=[said(2, PLAIN)]))
    question = made.questions[0]
    spoken = question.spoken[0].model_copy(update=changes)
    return made.model_copy(update={"questions": (question.model_copy(update={"spoken": (spoken,)}),)})


MARKUP = (
    "html_block",
    "html_inline",
    "link_open",
    "image",
    "code_inline",
    "s_open",
    "em_open",
    "strong_open",
    "th_open",
)


@pytest.mark.parametrize("text", [text for text in AWKWARD if text.strip()])
def test_whatever_was_understood_is_shown_as_text_and_nothing_else(text: str) -> None:
    made, harmless = with_answer(understood=text), with_answer(understood="Only words.")
    source = markdown.render(made)
    assert as_typed(text) in paragraphs(source, "gfm")
    found, plain = (kinds(parse(markdown.render(one), "gfm")) for one in (made, harmless))
    assert [found[kind] for kind in MARKUP] == [plain[kind] for kind in MARKUP]
    page, calm = Page(html.render(made)), Page(html.render(harmless))
    assert text in page.typed
    assert page.elements == calm.elements
    assert page.attributes == calm.attributes


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a | b", "**bold** `code`", '" onload="x'])
def test_filler_words_are_text_and_nothing_else(text: str) -> None:
    answer = told(talk(PLAIN, spoken=[said(2, PLAIN)])).questions[0].spoken[0].delivery
    made, harmless = (
        with_answer(delivery=answer.model_copy(update={"filler_words": ((word, 3),), "fillers": 3}))
        for word in (text, "um")
    )
    assert any(f"3 ({text} 3)" in paragraph for paragraph in paragraphs(markdown.render(made), "gfm"))
    found, plain = (kinds(parse(markdown.render(one), "gfm")) for one in (made, harmless))
    assert [found[kind] for kind in (*MARKUP, "td_open")] == [plain[kind] for kind in (*MARKUP, "td_open")]
    page, calm = Page(html.render(made)), Page(html.render(harmless))
    assert page.elements == calm.elements
    assert page.attributes == calm.attributes


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "[a](http://example.org)", '"><svg onload=x>'])
def test_the_name_of_who_understood_it_is_text_and_nothing_else(name: str) -> None:
    made, harmless = (told(talk(PLAIN, spoken=[said(2, PLAIN, by=by)])) for by in (name, WHISPER))
    assert any(f"from what {name} understood" in paragraph for paragraph in paragraphs(markdown.render(made), "gfm"))
    assert Page(html.render(made)).elements == Page(html.render(harmless)).elements


# --- what was typed, and grades -----------------------------------------------------------------------------------


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_where_nothing_was_spoken_nothing_is_said_of_it(format: str) -> None:
    held, grades, disputes = sample()
    made = build_report(held, grades, disputes, {}, bank=bank(), model=MODEL, now=NOW, past=[before(2)])
    assert made.delivery is None
    text = render(made, format)
    assert TITLE not in text
    if format == "json":
        read = json.loads(text)
        assert read["delivery"] is None
        assert [question["spoken"] for question in read["questions"]] == [[], [], []]


@pytest.mark.parametrize("pace", [40, 140, 400])
@pytest.mark.parametrize("text", [FILLED, PLAIN, "I don't know."])
def test_a_report_says_the_same_of_the_answers_however_they_were_spoken(text: str, pace: float) -> None:
    held, grades, disputes = sample()
    aloud = held.model_copy(
        update={"spoken": tuple(said(turn, text, pace, pauses={1: 9.0}, first_word=60) for turn in (2, 4, 6))}
    )
    typed, spoken = (
        build_report(one, grades, disputes, {}, bank=bank(), model=MODEL, now=NOW) for one in (held, aloud)
    )
    assert spoken.delivery is not None
    silent = spoken.model_copy(
        update={
            "delivery": None,
            "questions": tuple(question.model_copy(update={"spoken": ()}) for question in spoken.questions),
        }
    )
    assert silent == typed


def test_json_reads_back_as_the_same_report_with_the_dates_of_the_past() -> None:
    made = spoken_and_typed()
    text = render(made, "json")
    assert Report.model_validate_json(text) == made
    dates = [one["at"] for one in json.loads(text)["delivery"]["past"]]
    assert len(dates) == len(set(dates)) == 2


def test_a_report_from_before_anybody_spoke_still_reads() -> None:
    held, grades, disputes = sample()
    old = json.loads(render(build_report(held, grades, disputes, {}, bank=bank(), model=MODEL, now=NOW), "json"))
    del old["delivery"]
    for question in old["questions"]:
        del question["spoken"]
    assert Report.model_validate(old).delivery is None


def test_the_section_stands_between_the_questions_and_what_employers_look_for() -> None:
    held = talk(PLAIN, spoken=[said(2, PLAIN)])
    made = build_report(held, {1: everything_met(held, 1)}, (), {}, bank=bank(), model=MODEL, now=NOW)
    for format in ("md", "html"):
        text = render(made, format)
        parts = ["Question by question", TITLE, "What employers look for", "What was said"]
        assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)


def test_the_examples_in_the_code_hold() -> None:
    assert doctest.testmod(delivery).failed == 0


def test_the_bands_are_called_conventions_with_their_source() -> None:
    page = section(spoken_and_typed(), "html").replace("&#39;", "'")
    for one in (PACE, FILLERS):
        assert f"Shaded: what is usual by convention, {delivery.extent(one)}. {one.source}" in page
