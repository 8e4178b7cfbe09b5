"""Answers and ratings from files: each bad line is named, nothing is doubled, nothing is overwritten unasked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from interviewer.contracts import Results
from interviewer.domain.interview import MAX_TURN_CHARACTERS
from interviewer.domain.words import Verdict
from interviewer.kits import importing
from interviewer.kits.export import ratings_jsonl
from interviewer.kits.importing import AnswersFile, RatingsFile, read_answers, read_kit_ratings
from interviewer.store.kit_rows import MAX_NAME_CHARACTERS
from tests.kits.resulting import (
    CHANGED,
    DRIFT,
    FIRST,
    LEAKAGE,
    SECOND,
    grade,
    interview,
    invitation,
    made,
    rater,
    rating,
)

MET, PARTIAL, MISSING = Verdict.MET, Verdict.PARTIAL, Verdict.MISSING


def there() -> Results:
    """Ada has answered, Ben has a link that he has not used."""
    return made(
        [invitation(1, "Ada", "a"), invitation(2, "Ben")],
        [interview("a", ["A cause.", "It leaks."])],
        grades={"a": {1: grade(), 2: grade(LEAKAGE)}},
    )


def answers(*lines: str, header: str = "candidate,question,answer") -> AnswersFile:
    return read_answers("\n".join([header, *lines]).encode(), [DRIFT, LEAKAGE], there())


def wrong(read: AnswersFile | RatingsFile) -> list[str]:
    return [str(problem) for problem in read.problems]


# --- answers ------------------------------------------------------------------------------------------------


def test_answers_are_taken_by_number_and_by_id() -> None:
    read = answers("Cleo,1,First.", "Cleo,leakage,Second.", "Dan,drift,Mine.")
    assert wrong(read) == []
    assert [(one.candidate, one.answers, one.lines) for one in read.candidates] == [
        ("Cleo", {1: "First.", 2: "Second."}, (2, 3)),
        ("Dan", {1: "Mine."}, (4,)),
    ]
    assert read.answers == 3


def test_json_lines_are_taken_as_well_and_text_stays_as_it_was() -> None:
    said = '  It "drifts",\n\nwell; = always.\t '
    lines = [
        {"candidate": "Cleo", "question": 1, "answer": said},
        {"candidate": 7, "question": "leakage", "answer": "x"},
    ]
    read = read_answers("\n".join(map(json.dumps, lines)).encode(), [DRIFT, LEAKAGE], there())
    assert [(one.candidate, one.answers) for one in read.candidates] == [("Cleo", {1: said}), ("7", {2: "x"})]


def test_semicolons_do_and_so_do_answers_over_several_lines() -> None:
    read = answers('Cleo;1;"One,\ntwo"', "Cleo;2;Three", header="Candidate;Question;Answer")
    assert [one.answers for one in read.candidates] == [{1: "One,\ntwo", 2: "Three"}]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Cleo,3,x", "Line 2: the kit has no question “3”. Give its number, 1 to 2, or its ID."),
        ("Cleo,0,x", "Line 2: the kit has no question “0”. Give its number, 1 to 2, or its ID."),
        ("Cleo,overfitting,x", "Line 2: the kit has no question “overfitting”. Give its number, 1 to 2, or its ID."),
        (",1,x", "Line 2: “candidate” is missing. Say which candidate it is."),
        ("Cleo,,x", "Line 2: “question” is missing. Say which question it is."),
        ("Cleo,1", "Line 2: 2 fields where the first line has 3. Check the delimiters and quotation marks."),
        (f"{'C' * 121},1,x", "Line 2: “candidate” has 121 characters. The most is 120."),
        (
            f"Cleo,1,{'x' * (MAX_TURN_CHARACTERS + 1)}",
            "Line 2: the answer has 100,001 characters. The most is 100,000.",
        ),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_what_to_do(line: str, said: str) -> None:
    read = answers(line, "Dan,1,Good.")
    assert wrong(read) == [said]
    assert [one.candidate for one in read.candidates] == ["Dan"], "the others are read all the same"


def test_the_longest_name_here_is_the_store_s() -> None:
    assert importing.MOST_IN_A_NAME == MAX_NAME_CHARACTERS


def test_what_stands_twice_in_the_file_is_taken_once_and_said() -> None:
    read = answers("Cleo,1,Same.", "cleo , 1,Same.", "CLEO,drift,Other.")
    assert [one.answers for one in read.candidates] == [{1: "Same."}]
    assert read.repeated == (3,)
    assert wrong(read) == ["Line 4: “CLEO” has another answer to question 1 in line 2. Keep the one that counts."]


def test_what_is_stored_already_is_said_and_not_brought_in_again() -> None:
    read = answers("Ada,1,A cause.", "ada,2,It leaks.")
    assert (read.candidates, read.present, wrong(read)) == ((), (2, 3), [])


def test_nobody_gets_answers_beside_those_that_they_have() -> None:
    read = answers("Ada,1,Something else.")
    assert read.candidates == ()
    assert wrong(read) == [
        "Line 2: “Ada” already has an interview here. "
        "Use another name in the file, or delete the one that is here first."
    ]


def test_a_line_without_an_answer_is_counted_and_left_out() -> None:
    read = answers("Cleo,1,", "Cleo,2,   ", "Dan,1,x")
    assert (read.empty, [one.candidate for one in read.candidates]) == (2, ["Dan"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        (b"name,question,answer\nA,1,x", "there is no column “candidate”"),
        (b"[]", "a JSON array"),
        (b'{"candidate": "A", "question": 1}', ""),
        (b'{"candidate": "A", "question": 1, "answer": 5}', "“answer” is not a text"),
        (b'{"candidate": "A", "question": true, "answer": "x"}', "neither a text nor a whole number"),
        (b'{"candidate": "A", "question": 1, "answer": "\\u0000"}', "holds what is no character"),
        (b'{"candidate": "A", "question": 1, "answer": "\\ud800"}', "holds what is no character"),
    ],
)
def test_no_file_raises(content: bytes, said: str) -> None:
    read = read_answers(content, [DRIFT, LEAKAGE], there())
    assert read.candidates == ()
    assert said in " ".join(wrong(read))


def test_the_file_to_fill_in_is_one_that_is_read() -> None:
    template = importing.answers_template([DRIFT, LEAKAGE])
    assert read_answers(template, [DRIFT, LEAKAGE], there()) == AnswersFile((), (), empty=2)
    filled = template.decode("utf-8-sig").replace('"Candidate A",2,""', '"Candidate A",2,"Labels."')
    read = read_answers(filled.encode(), [DRIFT, LEAKAGE], there())
    assert [(one.candidate, one.answers) for one in read.candidates] == [("Candidate A", {2: "Labels."})]


# --- ratings ------------------------------------------------------------------------------------------------


def ratings(
    *lines: str, header: str = "item,rater,criterion,score", found: Results | None = None, **more: Any
) -> RatingsFile:
    values: dict[str, Any] = {"versions": [FIRST], "raters": [], "ratings": [], **more}
    return read_kit_ratings("\n".join([header, *lines]).encode(), found or there(), **values)


def test_bands_and_verdicts_of_one_answer_are_one_rating() -> None:
    read = ratings("Ada/1,Anna,,4", "Ada/1,Anna,cause,met", "ada/drift, anna ,drift/remedy,Partial", "Ada/2,Anna,,3")
    assert wrong(read) == []
    first, second = read.ratings
    assert (first.interview_id, first.exchange, first.rater, first.band) == ("a", 1, "Anna", 4)
    assert first.verdicts == {"cause": MET, "remedy": PARTIAL}
    assert first.rubric_hash == DRIFT.rubric.hash
    assert (second.exchange, second.band, second.verdicts) == (2, 3, {})


@pytest.mark.parametrize("item", ["Candidate 01/1", "a/1", " ADA /1", "Ada/drift"])
def test_an_answer_is_named_by_name_code_or_id(item: str) -> None:
    assert [one.interview_id for one in ratings(f"{item},Anna,,4").ratings] == ["a"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Ada,Anna,,4", "the item “Ada” names no question"),
        ("Nobody/1,Anna,,4", "nobody here is called “Nobody”"),
        ("Ben/1,Anna,,4", "nobody here is called “Ben”"),
        ("Ada/3,Anna,,4", "“Ada” has no answer to “3”"),
        ("Ada/1,Anna,,6", "the score of a whole answer is a band. Give a whole number from 1 to 5."),
        ("Ada/1,Anna,,2.5", "the score of a whole answer is a band"),
        ("Ada/1,Anna,,met", "the score is a word, but a number in line 2"),
        ("Ada/1,Anna,cause,3", "the score of a criterion is a verdict"),
        ("Ada/1,Anna,what,met", "question “drift” has no criterion “what”. It has: cause, remedy."),
        (f"Ada/1,{'A' * 121},,4", "“rater” has 121 characters"),
    ],
)
def test_a_score_that_cannot_be_used_is_named_with_its_line(line: str, said: str) -> None:
    read = ratings("Ada/2,Anna,,5", line)
    assert len(read.problems) == 1
    assert str(read.problems[0]).startswith("Line 3: ")
    assert said in str(read.problems[0])
    assert len(read.ratings) == 1


def test_a_whole_answer_is_not_rated_with_a_word() -> None:
    assert "the score of a whole answer is a band" in wrong(ratings("Ada/1,Anna,,met"))[0]


def test_one_answer_rated_twice_under_two_names_for_it_is_found() -> None:
    read = ratings("Ada/1,Anna,,4", "Candidate 01/drift,ANNA,,3")
    assert wrong(read) == ["Line 3: “ANNA” already rated this in line 2. Keep the one that counts."]


def test_two_candidates_of_one_name_are_told_apart_by_their_codes() -> None:
    found = made(
        [invitation(1, "Ada", "a"), invitation(2, "ada", "b")],
        [interview("a", ["x", "y"]), interview("b", ["x", "y"])],
    )
    read = ratings("Ada/1,Anna,,4", "Ada (Candidate 02)/1,Anna,,2", found=found)
    assert [one.interview_id for one in read.ratings] == ["b"]
    assert "2 candidates are called “Ada”" in wrong(read)[0]
    assert "Ada (Candidate 01)" in wrong(read)[0]


def test_a_name_comes_before_a_code() -> None:
    found = made(
        [invitation(1, "Candidate 02", "a"), invitation(2, "Ben", "b")],
        [interview("a", ["x", "y"]), interview("b", ["x", "y"])],
    )
    assert [one.interview_id for one in ratings("Candidate 02/1,Anna,,4", found=found).ratings] == ["a"]


def test_who_rated_here_is_not_overwritten_by_a_file() -> None:
    read = ratings("Ada/1, ANNA,,4", raters=[rater("Anna")], ratings=[rating("Anna", 2)])
    assert read.ratings == ()
    assert "rates here, and a file does not overwrite that" in wrong(read)[0]


def test_the_same_file_again_brings_in_nothing() -> None:
    known: dict[str, Any] = {"raters": [rater("Anna", imported=True)], "ratings": [rating("Anna", 4, cause=MET)]}
    read = ratings("Ada/1,Anna,,4", "Ada/1,Anna,cause,met", **known)
    assert (read.ratings, read.present, read.changed, wrong(read)) == ((), 1, 0, [])


def test_a_second_file_completes_the_first_and_changes_what_it_says_anew() -> None:
    known: dict[str, Any] = {"raters": [rater("Anna", imported=True)], "ratings": [rating("Anna", 4, cause=MET)]}
    read = ratings("Ada/1,Anna,remedy,missing", "Ada/1,Anna,cause,partial", **known)
    assert read.changed == 1
    assert [(one.band, one.verdicts) for one in read.ratings] == [(4, {"cause": PARTIAL, "remedy": MISSING})]


def test_a_machine_s_ratings_and_empty_scores_are_counted_and_left_out() -> None:
    read = ratings("Ada/1,machine: other,,4", "Ada/1,Anna,,", "Ada/2,Anna,,3")
    assert (len(read.ratings), read.machine, read.not_rated, wrong(read)) == (1, 1, 1, [])


def test_verdicts_go_with_the_newest_rubric_that_has_their_criteria() -> None:
    newer: dict[str, Any] = {"versions": [FIRST, SECOND]}
    assert ratings("Ada/1,Anna,cause,met", **newer).ratings[0].rubric_hash == CHANGED.rubric.hash
    assert ratings("Ada/1,Anna,cost,met", **newer).ratings[0].rubric_hash == CHANGED.rubric.hash
    back: dict[str, Any] = {"versions": [SECOND, FIRST]}
    assert ratings("Ada/1,Anna,cost,met", **back).ratings[0].rubric_hash == CHANGED.rubric.hash


def test_exported_ratings_of_people_come_in_again_as_they_were() -> None:
    found = made(
        [invitation(1, '=Ada; "x"', "a"), invitation(2, "Ben/2", "b")],
        [interview("a", ["x", "y"]), interview("b", ["x", "y"])],
        grades={"a": {1: grade(cause=MET)}},
        raters=[rater("Anna"), rater("Bo")],
        ratings=[rating("Anna", 4, cause=MET, remedy=MISSING), rating("Bo", 2, ("b", 2), LEAKAGE, what=PARTIAL)],
    )
    read = read_kit_ratings(ratings_jsonl(found), found, [FIRST], [], [])
    assert wrong(read) == []
    assert [(one.interview_id, one.exchange, one.rater, one.band, one.verdicts) for one in read.ratings] == [
        ("a", 1, "Anna", 4, {"cause": MET, "remedy": MISSING}),
        ("b", 2, "Bo", 2, {"what": PARTIAL}),
    ]


def test_the_file_of_ratings_to_fill_in_is_one_that_is_read() -> None:
    found = made([invitation(1, "=Ada", "a")], [interview("a", ["x", "y"])], grades={"a": {1: grade()}})
    template = importing.ratings_template(found)
    assert read_kit_ratings(template, found, [FIRST], [], []).not_rated == 5, "two answers and three criteria"
    filled = template.decode("utf-8-sig").replace('"Your name","",""', '"Anna","",4')
    read = read_kit_ratings(filled.encode(), found, [FIRST], [], [])
    assert wrong(read) == []
    assert [(one.rater, one.interview_id, one.exchange, one.band) for one in read.ratings] == [
        ("Anna", "a", 1, 4),
        ("Anna", "a", 2, 4),
    ]
