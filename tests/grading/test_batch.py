"""A batch gives one line for each line, in order, whatever the lines are like; an interrupted one goes on."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from interviewer.bank import load_bank
from interviewer.cli import main
from interviewer.contracts import SCHEMAS, GradeOutput
from interviewer.domain.words import Speaker, Verdict
from interviewer.errors import IndexUnavailable, ModelUnavailable
from interviewer.grading import batch
from interviewer.grading.batch import Judge, grade_lines, read_lines
from interviewer.grading.claims import MAX_CLAIMS, claims
from interviewer.models.base import GradeDraft, GradeRequest, VerdictDraft
from interviewer.models.fake import ScriptedModel
from interviewer.resources import knowledge_dir

BANK = load_bank(knowledge_dir())
SAID = "The model memorises noise."


def verdicts(request: GradeRequest, verdict: Verdict = Verdict.MET, quote: str | None = None) -> GradeDraft:
    """The same verdict on every criterion, with the candidate's first turn as the quote."""
    first = next(turn.text for turn in request.turns if turn.speaker is Speaker.CANDIDATE)
    quotes = (first if quote is None else quote,) if verdict is not Verdict.MISSING else ()
    return GradeDraft(
        verdicts=tuple(
            VerdictDraft(criterion=c.id, reason="Because.", verdict=verdict, quotes=quotes)
            for c in request.rubric.criteria
        )
    )


def found(text: str) -> tuple[str, float] | None:
    return ("overfitting", 0.9) if "overfitting" in text else ("gradient-descent", 0.1)


def judge(model: ScriptedModel | None = None) -> Judge:
    return Judge(model or ScriptedModel(grade=verdicts), BANK.questions, found)


def run(*lines: object, jobs: int = 1, by: Judge | None = None) -> list[GradeOutput]:
    """Lines that are no bytes are made JSON."""
    raw = b"".join((x if isinstance(x, bytes) else json.dumps(x).encode()) + b"\n" for x in lines)
    return list(grade_lines(by or judge(), read_lines(io.BytesIO(raw)), jobs=jobs))


def line(**fields: Any) -> dict[str, Any]:
    return {"id": "a", "answer": SAID, "question_id": "overfitting", **fields}


# --- bad lines ----------------------------------------------------------------------------------------------

BAD = {
    "broken JSON": (b'{"id": "a"', "not JSON"),
    "no object": (b"[1, 2]", "not a JSON object"),
    "an empty line": (b"", "the line is empty"),
    "blanks only": (b"  \t ", "the line is empty"),
    "not UTF-8": (b'{"id": "\xff"}', "not UTF-8 (byte 9 of the line)"),
    "a raw control character": (b'{"id": "a", "answer": "x\x01y", "question_id": "overfitting"}', "not JSON"),
    "a raw NUL": (b'\x00{"id": "a"}', "not JSON"),
    "nested too deeply": (b"[" * 100_000, "not JSON that can be read"),
    "a number with too many digits": (b'{"id": ' + b"1" * 10_000 + b"}", "not JSON that can be read"),
    "no id": ({"answer": SAID, "question_id": "overfitting"}, "`id` is missing"),
    "an id of null": (line(id=None), "`id`"),
    "an id that is a list": (line(id=["a"]), "`id`"),
    "no answer": ({"id": "a", "question_id": "overfitting"}, "neither `answer` nor `turns`"),
    "answer and turns": (line(turns=[]), "one of them is to be given"),
    "an answer that is a number": (line(answer=5), "`answer` should be a valid string"),
    "an empty answer": (line(answer=""), "`answer` is empty"),
    "an answer of blanks": (line(answer=" \n"), "`answer` is empty"),
    "an answer of 1 MB": (line(answer="x" * 1_000_000), "`answer` has 1,000,000 characters"),
    "no turns": (line(answer=None, turns=[]), "nothing that the candidate said"),
    "a silent candidate": (
        line(answer=None, turns=[{"role": "interviewer", "text": "Well?"}, {"role": "candidate", "text": " "}]),
        "nothing that the candidate said",
    ),
    "an unknown role": (line(answer=None, turns=[{"role": "system", "text": "x"}]), "`turns.0.role`"),
    "a turn without text": (line(answer=None, turns=[{"role": "candidate"}]), "`turns.0.text` is missing"),
    "turns that are a string": (line(answer=None, turns="x"), "`turns`"),
    "nothing to grade against": ({"id": "a", "answer": SAID}, "nothing to grade against"),
    "no criteria": (line(criteria=[]), "`criteria` is empty"),
    "an empty criterion": (line(criteria=["x", " "]), "criterion 2 is empty"),
    "criteria that are numbers": (line(criteria=[1]), "`criteria.0`"),
    "too many criteria": (line(criteria=["x"] * 101), "the most is 100"),
    "a reference that says nothing": (line(reference="?!"), "states nothing"),
    "an unknown question": (line(question_id="nope"), "the bank has no question 'nope'"),
    "an empty question": ({"id": "a", "answer": SAID, "question": " "}, "`question` is empty"),
    "a question that is far from the bank": ({"id": "a", "answer": SAID, "question": "What is love?"}, "no rubric"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_gets_a_reason_and_the_lines_around_it_are_graded(name: str) -> None:
    bad, reason = BAD[name]
    before, result, after = run(line(id="before"), bad, line(id="after"))
    assert result.status == "ungraded"
    assert result.error is not None
    assert reason in result.error
    assert (result.score, result.band, result.confidence, result.verdicts) == (None, None, None, [])
    assert (before.status, after.status) == ("graded", "graded")
    schema = jsonschema.Draft202012Validator(SCHEMAS["grade-output"].json_schema())
    for output in (before, result, after):
        schema.validate(json.loads(batch.to_json(output)))


def test_a_line_beyond_the_limit_is_skipped_without_being_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MAX_LINE_BYTES", 1000)
    long, after = run(line(id="long", answer="x" * 200_000), line(id="after"))
    assert long.error is not None
    assert "the line has more than" in long.error
    assert (after.id, after.status) == ("after", "graded")


def test_an_id_counts_once_even_if_its_first_line_was_bad() -> None:
    first, second, other = run(line(id="x", answer=""), line(id="x"), line(id="y"))
    assert first.error == "`answer` is empty"
    assert second.error == "duplicate id: line 1 has it too"
    assert other.status == "graded"


def test_a_number_may_be_an_id_and_is_not_the_text_that_looks_like_it() -> None:
    assert [(output.id, output.status) for output in run(line(id=1), line(id="1"))] == [(1, "graded"), ("1", "graded")]


def test_control_characters_in_an_answer_are_graded_and_quoted_as_they_are() -> None:
    said = "It memorises\x00 the \x1b[31mnoise\x7f of\u2028the data."
    [output] = run(line(answer=said))
    assert output.verdicts[0].quotes[0].text == said
    assert json.loads(batch.to_json(output))["verdicts"][0]["quotes"][0]["text"] == said
    assert batch.to_json(output).count("\n") == 1


def test_half_a_surrogate_pair_is_replaced_and_offsets_stay() -> None:
    [output] = run(
        b'{"id": "\\ud83d", "answer": "noise \\udc00 and \\ud83d\\ude00 more", "question_id": "overfitting"}'
    )
    quote = output.verdicts[0].quotes[0]
    assert output.id == "\ufffd"
    assert quote.text == "noise \ufffd and \U0001f600 more"
    assert quote.end == len(quote.text)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    raw = b"\xef\xbb\xbf" + b"\r\n".join(json.dumps(line(id=str(number))).encode() for number in range(3)) + b"\r\n"
    outputs = list(grade_lines(judge(), read_lines(io.BytesIO(raw))))
    assert [(output.id, output.status) for output in outputs] == [("0", "graded"), ("1", "graded"), ("2", "graded")]


def test_a_last_line_without_an_end_counts() -> None:
    raw = json.dumps(line(id="1")) + "\n" + json.dumps(line(id="2"))
    assert [output.id for output in grade_lines(judge(), read_lines(io.BytesIO(raw.encode())))] == ["1", "2"]


# --- what is graded against ---------------------------------------------------------------------------------


def test_criteria_come_first_and_have_numbers_for_ids() -> None:
    [output] = run(line(criteria=["Says A", "Says B"], reference="It is so.", question="overfitting?"))
    assert [(v.criterion, v.text) for v in output.verdicts] == [("c1", "Says A"), ("c2", "Says B")]
    assert (output.question_id, output.match) == (None, None)


def test_a_reference_comes_second_and_is_read_as_claims() -> None:
    [output] = run(line(reference="It memorises noise in the data. More training data helps against it."))
    assert [v.text for v in output.verdicts] == [
        "It memorises noise in the data.",
        "More training data helps against it.",
    ]


def test_a_question_of_the_bank_comes_third() -> None:
    [output] = run(line(question="What is gradient descent?"))
    assert output.question_id == "overfitting"
    assert output.match is None
    assert output.grader.rubric_hash == BANK.questions["overfitting"].rubric.hash


def test_a_free_question_comes_last_and_names_its_match() -> None:
    [output] = run({"id": "a", "answer": SAID, "question": "what is overfitting"})
    assert output.question_id == "overfitting"
    assert output.match is not None
    assert (output.match.id, output.match.cosine) == ("overfitting", 0.9)


def test_a_question_that_is_too_far_is_no_rubric_and_names_the_nearest() -> None:
    [output] = run({"id": "a", "answer": SAID, "question": "what is love"})
    assert output.error == "no rubric"
    assert output.question_id is None
    assert output.match is not None
    assert output.match.id == "gradient-descent"


def test_null_is_the_same_as_not_there() -> None:
    [output] = run(line(criteria=None, reference=None, turns=None))
    assert (output.status, output.question_id) == ("graded", "overfitting")


@pytest.mark.parametrize("fields", [{"question": "How does Adam work?"}, {"question": None}], ids=["given", "bank's"])
def test_repeating_the_question_earns_nothing(fields: dict[str, Any]) -> None:
    asked = fields["question"] or BANK.questions["overfitting"].prompt
    [output] = run(line(answer=asked, **fields))
    assert (output.score, output.band) == (0, 1)
    assert {v.verdict for v in output.verdicts} == {Verdict.MISSING}


def test_quotes_name_the_turn_by_its_place_in_the_line() -> None:
    turns = [
        {"role": "interviewer", "text": "Well?"},
        {"role": "candidate", "text": "Hm, let me think."},
        {"role": "candidate", "text": "It memorises noise."},
    ]
    model = ScriptedModel(grade=lambda request: verdicts(request, quote="memorises noise"))
    [output] = run(line(answer=None, turns=turns), by=judge(model))
    quote = output.verdicts[0].quotes[0]
    assert quote.turn == 2
    assert turns[2]["text"][quote.start : quote.end] == quote.text == "memorises noise"


def test_the_model_sees_the_question_the_rubric_and_the_turns_only() -> None:
    model = ScriptedModel(grade=verdicts)
    run(line(id="secret-name", note="a remark", human_band=5), by=judge(model))
    [request] = model.requests("grade")
    assert "secret-name" not in request.model_dump_json()
    assert "remark" not in request.model_dump_json()


# --- the model fails ----------------------------------------------------------------------------------------


def test_a_model_that_fails_leaves_the_line_ungraded_with_its_reason() -> None:
    model = ScriptedModel(grade=[ModelUnavailable("no answer in time"), verdicts])
    failed, graded = run(line(id="1"), line(id="2"), by=judge(model))
    assert (failed.status, failed.error) == ("ungraded", "no answer in time")
    assert failed.grader.rubric_hash is not None
    assert graded.status == "graded"
    model.assert_complete()


def test_a_defect_costs_its_line_and_no_other() -> None:
    model = ScriptedModel(grade=[ZeroDivisionError("oops"), verdicts])
    failed, graded = run(line(id="1"), line(id="2"), by=judge(model))
    assert failed.error == "an internal error (ZeroDivisionError)"
    assert graded.status == "graded"


def test_what_would_befall_every_line_stops_the_batch() -> None:
    def broken(_: str) -> None:
        raise IndexUnavailable("no index")

    by = Judge(ScriptedModel(grade=verdicts), BANK.questions, broken)
    with pytest.raises(IndexUnavailable):
        run({"id": "a", "answer": SAID, "question": "x"}, by=by)


# --- order, jobs, memory ------------------------------------------------------------------------------------


def test_the_order_is_the_input_s_whichever_line_is_done_first() -> None:
    late = threading.Event()

    def slow_first(request: GradeRequest) -> GradeDraft:
        if request.turns[-1].text == "first":
            late.wait(5)
        elif request.turns[-1].text == "third":
            late.set()
        return verdicts(request)

    lines = [line(id=text, answer=text) for text in ("first", "second", "third", "fourth")]
    outputs = run(*lines, jobs=3, by=judge(ScriptedModel(grade=slow_first)))
    assert [output.id for output in outputs] == ["first", "second", "third", "fourth"]
    assert all(output.status == "graded" for output in outputs)


def test_several_jobs_give_what_one_gives() -> None:
    lines = [line(id=number, answer=f"It memorises {number}.") for number in range(50)]
    assert run(*lines, jobs=4) == run(*lines, jobs=1)


@pytest.mark.parametrize("jobs", [1, 3])
def test_memory_does_not_grow_with_the_file(jobs: int) -> None:
    def many() -> Iterator[bytes]:
        for number in range(120):
            yield json.dumps(line(id=number, answer="x" * 1_000_000)).encode()

    tracemalloc.start()
    try:
        count = sum(1 for _ in grade_lines(judge(), many(), jobs=jobs))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 120
    assert peak < 60_000_000, f"{peak:,} bytes at the peak, of 120 MB of input"


# --- claims -------------------------------------------------------------------------------------------------


def test_a_long_reference_has_a_bounded_number_of_claims_and_loses_nothing() -> None:
    sentences = [f"Model number {number} learns the pattern of data set {number}." for number in range(200)]
    made = claims(" ".join(sentences))
    assert len(made) <= MAX_CLAIMS
    assert [text for claim in made for text in claim] == sentences


def test_questions_in_a_reference_are_no_claims() -> None:
    assert claims("What does it learn? It learns the noise of its data.") == [("It learns the noise of its data.",)]


# --- going on -----------------------------------------------------------------------------------------------


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INTERVIEWER_EMBEDDER", "lexical")
    path = tmp_path / "answers.jsonl"
    said = "The model memorises the noise of its training data and does badly on new data, number {}."
    lines = [json.dumps(line(id=f"id-{number}", answer=said.format(number))) for number in range(60)]
    lines[7], lines[30] = "not json", lines[3]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def grade(*arguments: object) -> int:
    return main(["grade", *map(str, arguments)])


def whole(answers: Path) -> bytes:
    """What an uninterrupted run writes."""
    out = answers.with_name("whole.jsonl")
    assert grade(answers, "--out", out) == 0
    return out.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(answers: Path) -> None:
    wanted = whole(answers)
    out = answers.with_name("out.jsonl")
    command = [sys.executable, "-m", "interviewer", "grade", str(answers), "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ) as process:
        deadline = time.monotonic() + 60
        while not (out.exists() and out.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    assert 0 < out.read_bytes().count(b"\n") < 60
    assert grade(answers, "--out", out) == 0
    assert out.read_bytes() == wanted


@pytest.mark.parametrize("cut", [0, 1, 17, 700, 5000, -1], ids=lambda cut: f"cut at {cut}")
def test_wherever_the_output_was_cut_it_ends_whole(answers: Path, cut: int, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = whole(answers)
    out = answers.with_name("whole.jsonl")
    out.write_bytes(wanted[:cut])
    assert grade(answers, "--out", out, "--jobs", 2) == 0
    assert out.read_bytes() == wanted


def test_zeros_that_a_power_cut_left_are_no_results(answers: Path) -> None:
    wanted = whole(answers)
    out = answers.with_name("whole.jsonl")
    keep = wanted.index(b"\n", 3000) + 1
    out.write_bytes(wanted[:keep] + b"\0" * 500 + b"\n")
    assert grade(answers, "--out", out) == 0
    assert out.read_bytes() == wanted


def test_a_finished_run_is_left_as_it_is(answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = whole(answers)
    out = answers.with_name("whole.jsonl")
    before = out.stat().st_mtime_ns
    assert grade(answers, "--out", out) == 0
    assert "Nothing to do" in capsys.readouterr().err
    assert (out.read_bytes(), out.stat().st_mtime_ns) == (wanted, before)


@pytest.mark.parametrize("change", ["another file", "a changed line", "a line more"])
def test_another_input_is_not_mixed_in(answers: Path, change: str, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = whole(answers)
    out = answers.with_name("whole.jsonl")
    out.write_bytes(wanted[:2000])
    text = answers.read_text(encoding="utf-8")
    changed = {
        "another file": json.dumps(line(id="z")) + "\n",
        "a changed line": text.replace("number 59", "number 60"),
        "a line more": text + json.dumps(line(id="z")) + "\n",
    }[change]
    answers.write_text(changed, encoding="utf-8")
    assert grade(answers, "--out", out) == 2
    said = capsys.readouterr().err
    assert "made from another input" in said
    assert "--restart" in said
    assert out.read_bytes() == wanted[:2000]
    assert grade(answers, "--out", out, "--restart") == 0
    assert len(out.read_bytes().splitlines()) == len(changed.splitlines())


def test_a_renamed_input_is_the_same_input(answers: Path) -> None:
    wanted = whole(answers)
    out = answers.with_name("whole.jsonl")
    out.write_bytes(wanted[:2000])
    assert grade(answers.rename(answers.with_name("renamed.jsonl")), "--out", out) == 0
    assert out.read_bytes() == wanted


def test_a_file_that_is_none_of_ours_is_not_touched(answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = answers.with_name("thesis.txt")
    out.write_text("years of work\n", encoding="utf-8")
    assert grade(answers, "--out", out) == 2
    assert "is there already" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "years of work\n"


def test_the_input_is_never_the_output(answers: Path) -> None:
    before = answers.read_bytes()
    assert grade(answers, "--out", answers) == 2
    assert answers.read_bytes() == before


def test_grades_of_two_graders_are_not_mixed(
    answers: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = whole(answers)
    out = answers.with_name("whole.jsonl")
    out.write_bytes(wanted[:2000])
    note = out.with_name("whole.jsonl.progress")
    content = json.loads(note.read_text(encoding="utf-8"))
    content["grader"]["embedder"] = "all-minilm-l6-v2"
    note.write_text(json.dumps(content), encoding="utf-8")
    assert grade(answers, "--out", out) == 2
    assert "embedder: all-minilm-l6-v2 then, lexical-1 now" in capsys.readouterr().err


def test_two_runs_at_once_do_not_write_into_each_other(answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from filelock import FileLock

    out = answers.with_name("out.jsonl")
    with FileLock(out.with_name(".out.jsonl.lock")):
        assert grade(answers, "--out", out) == 2
    assert "Another process is writing" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_a_sentence(answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(answers, "--out", answers / "below-a-file.jsonl") == 1
    assert "cannot be written" in capsys.readouterr().err


def test_an_empty_file_gives_an_empty_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWER_EMBEDDER", "lexical")
    (tmp_path / "in.jsonl").write_bytes(b"")
    assert grade(tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl") == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""
