"""Whatever a candidate types is shown exactly as typed, in every format."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import escape as escaped

from interviewer.domain.grade import Dispute
from interviewer.domain.interview import ExchangeStatus, Interview, InterviewStatus
from interviewer.domain.question import Example, Task
from interviewer.domain.report import CompetencyScore, Report
from interviewer.domain.words import BAND_WORDS, Intent, Mode, Speaker, Verdict
from interviewer.errors import UsageError
from interviewer.report import FORMATS, html, markdown, render, wording
from tests.report.sample import NOW, OVERFITTING, bank, graded, interview, report, sample, sample_report

AWKWARD = [
    "<script>alert(1)</script>",
    "<b>bold</b> &amp; &lt; &#60; <!-- gone? -->",
    "]]> </style></main></body> {{ 7 * 7 }} {% raw %}",
    "**bold** _it_ `code` ~~no~~ # not a heading",
    "# heading\n## another\n===\n---\n- item\n+ item\n1. one\n2) two\n> quoted",
    "a | b\n--|--\n1 | 2",
    "```python\nx = 1\n```\nand ~~~\n~~~",
    "def f(x):\n    if x:\n\t\treturn `x`  # ```` four\n",
    "$E = mc^2$ and $$\\int_0^1 x\\,dx$$ \\(a\\) \\[b\\]",
    "[link](http://example.org) ![img](x.png) <http://a.b> www.example.org http://example.org [ref]: /x",
    "\u202eright to left override \u2066isolate, שלום עולם, مرحبا",
    "  leading and trailing  ",
    "line one\n\n\nline five\n",
    "\n\n",
    "\r\nwindows\r\nline ends\rold mac",
    "trailing backslash\\",
    "one\\\ntwo",
    "\x0b\x0cform feeds\x1c\x85",
    "\xa0no-break\u3000ideographic\u2028separator",
    "&copy; &nbsp; &#0;",
    ":smile: @someone #123 ==mark== ^sup^",
    "😀 é 漢字",
    "*",
    "-",
    "12345678901. long number",
    "3.7 of them",
    "'\"' “quotes” ‘single’",
]
"""Texts that some renderer somewhere would make something of."""

# What the store keeps: it replaces NUL and lone surrogates when a turn comes in.
typed_text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=80)
markup = st.text("#*_`~<>[](){}!&;|$\\-+=.:1 \n\tab/", min_size=1, max_size=60)
any_text = st.one_of(typed_text, markup, st.sampled_from(AWKWARD))


def as_typed(text: str) -> str:
    """Line ends differ between systems and are one and the same on a page."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def talk(text: str) -> Interview:
    return interview(("overfitting", [(text, Intent.ANSWER)], ExchangeStatus.CLOSED))


def quoting(text: str) -> Report:
    """A report with ``text`` wherever a candidate's words can be: turn, evidence, misconception, dispute, note."""
    held = talk(text)
    grade = graded(
        held, 1, {"fits_noise": (Verdict.MET, text, 0.9)}, {m.id: text for m in held.plan[0].rubric.misconceptions}
    )
    dispute = Dispute(exchange=1, criterion="more_data", comment=text, at=NOW)
    return report(held, {1: grade}, [dispute], {"what-was-hard": text})


def handing_over(text: str) -> Report:
    """A report on a coding question whose task is made of ``text``: a bank of one's own may hold anything."""
    made = report(interview(("palindrome", OVERFITTING, ExchangeStatus.CLOSED)))
    task = Task(brief=text, constraints=(text,), examples=(Example(given=text, expected=text, why=text),))
    return made.model_copy(update={"questions": (made.questions[0].model_copy(update={"task": task}),)})


# --- Markdown -----------------------------------------------------------------------------------------------


def content(token: Token) -> str:
    """The text that a reader of the rendered token sees."""
    shown = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(shown.get(child.type, child.content) for child in token.children or [])


def paragraphs(source: str, flavour: str = "commonmark") -> list[str]:
    return [
        content(token) if token.type == "inline" else token.content.removesuffix("\n")
        for token in parse(source, flavour)
        if token.type in ("inline", "fence")
    ]


def parse(source: str, flavour: str = "commonmark") -> list[Token]:
    reader = MarkdownIt("commonmark")
    if flavour == "gfm":
        reader.enable(["table", "strikethrough"])
    return reader.parse(source)


def kinds(tokens: list[Token]) -> Counter[str]:
    return Counter(t.type for token in tokens for t in (token, *(token.children or [])))


def awkward_examples(test: Callable[..., None]) -> Callable[..., None]:
    for text in AWKWARD:
        test = example(text)(test)
    return test


@pytest.mark.parametrize("flavour", ["commonmark", "gfm"])
@awkward_examples
@given(any_text)
def test_inline_markdown_shows_the_characters_as_typed(flavour: str, text: str) -> None:
    tokens = parse(f"“{markdown.inline(text)}”", flavour)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert content(tokens[1]) == f"“{as_typed(text)}”"
    assert set(kinds(tokens)) <= {"paragraph_open", "inline", "paragraph_close", "text", "text_special", "softbreak"}


@pytest.mark.parametrize("flavour", ["commonmark", "gfm"])
@awkward_examples
@given(any_text)
def test_a_markdown_block_shows_the_characters_as_typed(flavour: str, text: str) -> None:
    source = f"Before:\n\n{markdown.block(text)}\n\nAfter."
    tokens = parse(source, flavour)
    assert paragraphs(source, flavour) == ["Before:", as_typed(text), "After."]
    plain = {"paragraph_open", "inline", "paragraph_close", "text", "text_special", "softbreak", "hardbreak"}
    assert set(kinds(tokens)) <= plain | {"blockquote_open", "blockquote_close", "fence"}


@awkward_examples
@given(any_text)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=timedelta(seconds=2))
def test_the_markdown_report_holds_the_answer_as_typed_and_no_html(text: str) -> None:
    made = quoting(text)
    source = markdown.render(made)
    tokens = parse(source, "gfm")
    assert paragraphs(source, "gfm").count(as_typed(text)) >= 2  # the turn and the note
    found = kinds(tokens)
    assert not {"html_block", "html_inline", "link_open", "image", "code_inline", "s_open", "code_block"} & set(found)
    harmless = kinds(parse(markdown.render(quoting("Only words.")), "gfm"))
    assert found["heading_open"] <= harmless["heading_open"]
    assert found["table_open"] <= harmless["table_open"]
    for question in made.questions:
        assert question.disputes
        assert any(f"You disputed this: “{as_typed(text)}”" in p for p in paragraphs(source, "gfm"))


def test_plain_prose_stays_readable_in_the_markdown_source() -> None:
    prose = "Well, 3.7 is e.g. R-squared (not great); it's fine - isn't it?"
    assert markdown.inline(prose) == prose
    assert markdown.block(prose) == f"> {prose}"


def test_indented_code_is_fenced_so_that_its_layout_survives() -> None:
    code = "for x in y:\n    print(x)"
    assert markdown.block(code) == f"```text\n{code}\n```"


# --- HTML ---------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Counts the elements and collects the text of those that hold what a candidate typed."""

    VOID = frozenset({"meta", "rect", "line", "circle"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.typed: list[str] = []
        self._open: list[bool] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            starts = "typed" in (dict(attrs).get("class") or "").split()
            if starts:
                self.typed.append("")
            self._open.append(starts or bool(self._open and self._open[-1]))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self._open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1]:
            self.typed[-1] += data


@awkward_examples
@given(any_text)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=timedelta(seconds=2))
def test_the_html_report_holds_the_answer_as_typed_and_no_element_of_it(text: str) -> None:
    made = quoting(text)
    page = Page(html.render(made))
    assert page.typed.count(text) >= 3  # turn, note and dispute; evidence only where it is more than an echo
    harmless = Page(html.render(quoting("Only words.")))
    assert set(page.elements) <= set(harmless.elements) | {"q", "mark", "div"}
    assert page.elements["div"] - page.elements["mark"] <= harmless.elements["div"]
    assert page.attributes <= harmless.attributes


def test_the_highlighted_words_are_exactly_the_evidence() -> None:
    source = html.render(sample_report())
    marked = re.findall(r'<mark class="(\w+)" data-letters="\w+">([^<]*)</mark>', source)
    assert ("met", "memorises the training examples instead of learning the general rule") in marked
    assert ("partial", "more data probably helps, I guess") in marked
    assert ("mistaken", "It always finds the global minimum") in marked


def test_the_html_file_needs_nothing_from_outside_and_runs_nothing() -> None:
    source = html.render(sample_report())
    page = Page(source)
    assert not {"script", "link", "img", "iframe", "a"} & set(page.elements)
    assert not re.search(r"https?:|url\(|@import", source)
    assert "default-src 'none'" in source


def test_the_html_file_is_light_dark_and_fit_for_paper() -> None:
    source = html.render(sample_report())
    assert "prefers-color-scheme: dark" in source
    assert "@media print" in source


# --- the task of a coding question ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", [text for text in AWKWARD if text.strip()])
def test_a_task_is_shown_as_it_was_written(text: str) -> None:
    made = handing_over(text)
    task = made.questions[0].task
    assert task is not None
    source = markdown.render(made)
    fences = [token.content for token in parse(source, "gfm") if token.type == "fence"]
    assert f"{as_typed(task.brief)}\n" in fences
    assert as_typed(task.constraints[0]) in paragraphs(source, "gfm")
    assert not {"html_block", "html_inline", "link_open", "image", "s_open"} & set(kinds(parse(source, "gfm")))
    page, harmless = Page(html.render(made)), Page(html.render(handing_over("Only words.")))
    assert set(page.elements) == set(harmless.elements)
    assert page.elements["li"] == harmless.elements["li"]
    assert page.elements["pre"] == len(task.brief.split("\n\n"))
    assert f"<code>{escaped(task.examples[0].given)}</code>" in html.render(made)


def test_the_task_is_folded_in_html_and_unfolds_on_paper() -> None:
    source = html.render(handing_over("Sort the list."))
    assert '<details class="task">' in source
    assert "details-content { content-visibility: visible; }" in source


def test_a_question_without_a_task_shows_no_room_for_one() -> None:
    assert "<details" not in html.render(sample_report())
    assert "The task" not in markdown.render(sample_report())


# --- all formats --------------------------------------------------------------------------------------------


def test_the_formats_are_markdown_html_and_json() -> None:
    assert {name: (f.extension, f.mime) for name, f in FORMATS.items()} == {
        "md": ("md", "text/markdown"),
        "html": ("html", "text/html"),
        "json": ("json", "application/json"),
    }


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as refused:
        render(sample_report(), "pdf")
    assert "md, html, json" in refused.value.remedy


def test_a_file_name_says_what_when_and_which() -> None:
    assert FORMATS["md"].file_name(sample_report()) == "interview-2026-03-01-sample1.md"


@pytest.mark.parametrize("text", AWKWARD)
def test_json_reads_back_as_the_same_report(text: str) -> None:
    made = quoting(text)
    assert Report.model_validate_json(render(made, "json")) == made
    turns = json.loads(render(made, "json"))["questions"][0]["turns"]
    assert [turn["text"] for turn in turns if turn["speaker"] == Speaker.CANDIDATE] == [text]


@pytest.mark.parametrize("format", ["md", "html"])
def test_verdicts_are_shown_by_word_and_symbol(format: str) -> None:
    text = render(sample_report(), format)
    for word, symbol in (("Met", "✓"), ("Partial", "◐"), ("Missing", "○"), ("Contradicted", "✗")):
        assert word in text
        assert symbol in text


@pytest.mark.parametrize("format", ["md", "html"])
def test_a_reason_stands_only_where_it_says_more_than_the_verdict(format: str) -> None:
    text = render(sample_report(), format)
    assert "These words say it." in text
    assert "Nothing in your answer says this." not in text


@pytest.mark.parametrize("format", ["md", "html"])
def test_a_skipped_question_is_called_skipped_in_real_mode(format: str) -> None:
    text = render(sample_report(Mode.REAL), format)
    assert "Skipped, 0 of 5" in text
    assert "Skipped; in a real interview that counts as not answered (0 of 5)." in text


@pytest.mark.parametrize("format", ["md", "html"])
def test_the_letter_goes_from_the_gist_to_how_it_was_graded(format: str) -> None:
    text = render(sample_report(), format)
    parts = ["Developing:", "What carried most", "Question by question", "What employers look for", "Looking back"]
    places = [text.index(part) for part in [*parts, "What to do next", "What was said", "How this was graded"]]
    assert places == sorted(places)


@pytest.mark.parametrize("format", ["md", "html"])
def test_what_employers_look_for_is_told_by_word_and_symbol_with_what_it_rests_on(format: str) -> None:
    text = render(sample_report(), format)
    told = bank().competencies["modelling"]
    assert told.title in text
    assert told.looks_for in text
    assert "◕" in text
    assert "Solid:" in text
    assert "of 5, from question 1 only" in text
    assert "thin basis" in text


@pytest.mark.parametrize("format", ["md", "html"])
def test_a_band_is_never_told_by_its_symbol_or_colour_alone(format: str) -> None:
    held = talk("Nothing much.")
    score, symbol = {1: 0.0, 2: 2.0, 3: 3.0, 4: 4.0, 5: 5.0}, wording.BAND_SYMBOLS
    assert len(set(symbol.values())) == 5
    one = CompetencyScore(
        id="values", title="Values", looks_for="Considers others.", score=0, questions=1, numbers=(1,)
    )
    for step, word in BAND_WORDS.items():
        made = report(held).model_copy(update={"competencies": (one.model_copy(update={"score": score[step]}),)})
        assert re.search(f"{symbol[step]}.*?{word}:", render(made, format), re.DOTALL)


@pytest.mark.parametrize("format", ["md", "html"])
def test_looking_back_asks_everything_and_holds_ones_own_notes(format: str) -> None:
    text = render(report(*sample(), {"what-to-study": "Optimisers, by Sunday."}), format)
    assert all(one.prompt in text and one.help in text for one in bank().reflections)
    assert "Optimisers, by Sunday." in text
    assert "nobody grades it" in text


@pytest.mark.parametrize("format", ["md", "html"])
def test_what_a_bank_does_not_have_leaves_no_empty_part(format: str) -> None:
    text = render(report(*sample(), known=replace(bank(), competencies={}, reflections=())), format)
    assert "What employers look for" not in text
    assert "Looking back" not in text


@pytest.mark.parametrize("format", ["md", "html"])
def test_a_misconception_is_shown_with_the_words_and_the_correction(format: str) -> None:
    text = render(sample_report(), format)
    assert "It always finds the global minimum if you run it long enough" in text
    assert "A vanishing gradient marks a stationary point" in text


@pytest.mark.parametrize("format", ["md", "html"])
def test_provenance_doubts_and_disputes_are_told(format: str) -> None:
    text = render(sample_report(), format)
    assert f"rubric {bank().question('overfitting').rubric.hash}" in text
    assert "Doubtful verdicts" in text
    assert "I meant the step size when I said" in text
    assert "One objection of yours was kept beside the grade" in text


@pytest.mark.parametrize("format", ["md", "html"])
def test_the_sample_answer_is_in_the_practice_report_only(format: str) -> None:
    answer = "I'd say a model overfits when it starts memorising"
    practice, real = (render(sample_report(mode), format).replace("&#39;", "'") for mode in (Mode.PRACTICE, Mode.REAL))
    assert answer in practice
    assert answer not in real


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_an_interview_without_any_grade_renders_in_every_format(format: str) -> None:
    held = interview(("overfitting", [], ExchangeStatus.OPEN), status=InterviewStatus.RUNNING)
    assert render(report(held), format)


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_a_very_long_answer_is_kept_whole(format: str) -> None:
    long = "gradient " * 11_000
    assert render(report(talk(long)), format).count("gradient") >= 11_000


def test_rendering_is_deterministic() -> None:
    made = sample_report()
    for format in FORMATS:
        assert render(made, format) == render(made, format)


def test_a_report_in_the_middle_says_that_the_interview_is_still_running() -> None:
    held = interview(("overfitting", OVERFITTING, ExchangeStatus.OPEN), status=InterviewStatus.RUNNING)
    for format in ("md", "html"):
        assert "The interview is still running" in render(report(held), format)
