"""Ratings from files: both formats, as spreadsheets and programs write them, and every bad line named."""

from __future__ import annotations

import json

import pytest

from interviewer.calibration.rating_files import WORDS, Rating, read_ratings

GOOD = '{"item": "a", "rater": "p", "score": 3}'


def wrong(text: str | bytes) -> list[str]:
    read = read_ratings(text if isinstance(text, bytes) else text.encode())
    return [str(problem) for problem in read.problems]


def test_json_lines_are_read_whatever_the_ids_are() -> None:
    text = "\ufeff" + "\r\n".join(
        [
            '{"item": 7, "rater": "Zoë", "score": 3.5, "criterion": "c", "candidate": 1, "note": "more"}',
            "",
            '{"item": " 面接 ", "rater": "Zoe\u0308", "score": "2"}',
        ]
    )
    read = read_ratings(text.encode())
    assert read.problems == ()
    assert read.ratings == (Rating("7", "Zoë", 3.5, "c", "1"), Rating("面接", "Zoë", 2.0))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_as_spreadsheets_write_it(delimiter: str, mark: str) -> None:
    lines = [["Score", "ITEM", "rater", "remark"], ["4", '"a;b,c"', "p", ""], ["2.5", "é", "q", '"two\nlines"']]
    text = mark + "\r\n".join(delimiter.join(line) for line in lines) + "\r\n\r\n"
    read = read_ratings(text.encode())
    assert read.problems == ()
    assert read.ratings == (Rating("a;b,c", "p", 4.0), Rating("é", "q", 2.5))


def test_decimal_commas_are_read_where_semicolons_divide() -> None:
    read = read_ratings(b"item;rater;score\na;p;3,5\n")
    assert [rating.score for rating in read.ratings] == [3.5]


def test_verdicts_become_ordered_numbers() -> None:
    lines = [json.dumps({"item": word, "rater": "p", "score": word.upper()}) for word in WORDS]
    read = read_ratings("\n".join(lines).encode())
    assert [rating.score for rating in read.ratings] == [0, 1, 2, 3]
    assert all(rating.word for rating in read.ratings)
    assert list(WORDS) == ["contradicted", "missing", "partial", "met"]


def test_what_was_not_rated_is_counted_and_no_score() -> None:
    read = read_ratings(b'{"item":1,"rater":"p","score":null}\n{"item":2,"rater":"p","score":"not_assessed"}')
    assert (read.ratings, read.problems, read.not_rated) == ((), (), 2)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"rater": "p", "score": 3}', "`item` is missing"),
        ('{"item": "b", "rater": "  ", "score": 3}', "`rater` is missing"),
        ('{"item": "b", "rater": "p"}', "`score` is missing"),
        ('{"item": "b", "rater": "p", "score": NaN}', "“nan” is beyond any scale"),
        ('{"item": "b", "rater": "p", "score": -Infinity}', "“-inf” is beyond any scale"),
        ('{"item": "b", "rater": "p", "score": "nan"}', "“nan” is no number"),
        ('{"item": "b", "rater": "p", "score": 1e308}', "beyond any scale"),
        ('{"item": "b", "rater": "p", "score": 1' + "0" * 4000 + "}", "beyond any scale"),
        ('{"item": "b", "rater": "p", "score": 1' + "0" * 5000 + "}", "too long a number"),
        ('{"item": "b", "rater": "p", "score": "1e999"}', "beyond any scale"),
        ('{"item": "b", "rater": "p", "score": true}', "is no number"),
        ('{"item": "b", "rater": "p", "score": "good"}', "“good” is no number"),
        ('{"item": "b", "rater": "p", "score": "met"}', "the score is a word, but a number in line 1"),
        ('{"item": ["b"], "rater": "p", "score": 3}', "`item` is neither a text nor a whole number"),
        ('{"item": "b", "rater": "p", "score": 3, "score": 4}', "a field stands twice"),
        ('{"item": "a", "rater": "p", "score": 3}', "“p” already rated “a” in line 1"),
        ('{"item": "a", "rater": "q", "score": 3, "candidate": "k"}', "no candidate in line 1 and another here"),
        ('{"item": "\\ud800", "rater": "q", "score": 3}', "half a character"),
        ('{"item": "' + "b" * 201 + '", "rater": "q", "score": 3}', "201 characters"),
        ("[1]", "not a JSON object"),
        ("{item: b}", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_bad_line_is_named_with_its_number(line: str, says: str) -> None:
    problems = wrong(GOOD + "\n\n" + line)
    assert len(problems) == 1
    assert problems[0].startswith("Line 3: ")
    assert says in problems[0]


def test_every_bad_line_is_named_and_a_second_rating_with_both_lines() -> None:
    text = "item,rater,criterion,score\na,p,c,3\nb,p,c,x\na,p,d,3\na,p,c,3\na,p\n"
    problems = wrong(text)
    assert [problem.split(":")[0] for problem in problems] == ["Line 3", "Line 5", "Line 6"]
    assert "“p” already rated “a” on “c” in line 2" in problems[1]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"[{}]", "a JSON array"),
        ("item,rater,score\n".encode("utf-16"), "Line 1: not UTF-8"),
        (b"item,rater,score\na,p,3\n\xff,p,3\n", "Line 3: not UTF-8"),
        (b"item,rater,mark\na,p,3\n", "there is no column “score”"),
        (b"item,rater,score,score\na,p,3,3\n", "the column “score” stands twice"),
        (b'item,rater,score\n"a,p,3\n', "Line 2: not CSV"),
    ],
)
def test_a_file_that_is_no_list_of_ratings_says_so(content: bytes, says: str) -> None:
    problems = wrong(content)
    assert len(problems) == 1
    assert says in problems[0]
