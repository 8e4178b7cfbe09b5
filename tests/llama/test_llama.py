"""An interview with a model that talks nonsense, behind a server that follows the API only in part."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import SCRIPT
from interviewer.domain.usage import Purpose
from interviewer.domain.words import Mode, Speaker, Verdict
from interviewer.resources import prompts_dir
from tests.llama.conftest import LINES, LONGEST_REPLY, MODEL, PLAY_SECONDS, QUESTIONS, ROOT, Played, Server, environment

WORD = re.compile(r"[^\W_]+")


def words(text: str) -> set[str]:
    return set(WORD.findall(text.casefold()))


@pytest.fixture(scope="module")
def tried(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    """What `interviewer model` found out about the server, and the data folder that it used."""
    home = tmp_path_factory.mktemp("tried")
    done = subprocess.run(
        [sys.executable, "-m", "interviewer", "model", "--json"],
        cwd=ROOT,
        env=environment(server, home),
        capture_output=True,
        text=True,
        timeout=PLAY_SECONDS,
    )
    return json.loads(done.stdout)["check"], home / "data"


def test_the_connection_is_tested_step_by_step(tried: tuple[dict[str, object], Path]) -> None:
    check, _ = tried
    assert check["ok"], check
    assert (check["reachable"], check["model_found"], check["chats"], check["streams"]) == (True, True, True, True)


def test_a_server_that_refuses_json_schema_is_asked_with_a_schema_beside_json_object(
    tried: tuple[dict[str, object], Path],
) -> None:
    check, data = tried
    assert check["json_mode"] == "object_schema"
    (known,) = json.loads((data / "endpoints.json").read_text(encoding="utf-8"))["capabilities"].values()
    assert known[MODEL]["json_mode"] == "object_schema"


def test_a_reply_is_no_longer_than_was_asked_for(played: Played) -> None:
    for call in played.runtime().store.calls(played.id):
        if not call.estimated:
            assert call.tokens_out <= LONGEST_REPLY, "this server passes over max_completion_tokens"


def test_the_interview_comes_to_its_end_with_a_report(played: Played) -> None:
    assert played.events[0]["type"] == "interview"
    assert played.events[0]["model"] == MODEL
    assert played.events[-1]["type"] == "report"
    assert [question["id"] for question in played.events[0]["questions"]] == list(QUESTIONS)
    assert "Traceback" not in played.notes


def test_no_answer_is_lost_or_doubled(played: Played) -> None:
    said = [event for event in played.events if event["type"] == "turn" and event["speaker"] == "candidate"]
    assert [event["turn"] for event in said] == sorted({event["turn"] for event in said})
    typed = [line for line in LINES if not line.startswith("/")]
    heard = [event["text"] for event in said if event["intent"] is None]
    assert heard == typed[: len(heard)]
    assert len(heard) >= 4


def test_every_move_is_made_in_the_banks_words_whatever_the_model_says(played: Played) -> None:
    interview = played.runtime().store.get(played.id)
    moves = [turn for turn in interview.turns if turn.move is not None and turn.move.substance is not None]
    assert len(moves) >= 4
    for turn in moves:
        assert turn.move is not None
        assert turn.move.substance is not None
        assert words(turn.move.substance.text) <= words(turn.text), turn.text


def test_in_a_real_interview_nothing_of_the_nonsense_is_shown(play: Callable[[Mode], Played]) -> None:
    played = play(Mode.REAL)
    interview = played.runtime().store.get(played.id)
    script = yaml.safe_load((prompts_dir() / "speech.yaml").read_text(encoding="utf-8"))["templates"]
    known = {word for template in script.values() for text in template["texts"] for word in words(text)}
    known |= {word for turn in interview.turns if turn.speaker is Speaker.CANDIDATE for word in words(turn.text)}
    known |= words("We have about 0 minutes and questions")
    for turn in interview.turns:
        if turn.speaker is Speaker.INTERVIEWER:
            bank = turn.move.substance.text if turn.move is not None and turn.move.substance is not None else ""
            strange = {word for word in words(turn.text) - known - words(bank) if not word.isdigit()}
            assert strange == set(), turn.text


def test_in_practice_the_model_is_heard(play: Callable[[Mode], Played]) -> None:
    played = play(Mode.PRACTICE)
    interview = played.runtime().store.get(played.id)
    assert interview.turns[0].by == SCRIPT
    phrased = [turn for turn in interview.turns if turn.by == MODEL]
    assert phrased
    for turn in phrased:
        assert turn.move is not None
        assert turn.move.substance is not None
        assert turn.text != turn.move.substance.text, "nonsense first, then what it did not come to"


def test_nothing_is_credited_that_the_candidate_did_not_say(played: Played) -> None:
    runtime = played.runtime()
    interview, grades = runtime.store.get(played.id), runtime.store.grades(played.id)
    assert sorted(grades) == [exchange.number for exchange in interview.exchanges]
    own = {turn.seq: turn.text for turn in interview.turns if turn.speaker is Speaker.CANDIDATE}
    for grade in grades.values():
        if isinstance(grade, Ungraded):
            assert grade.reason
            continue
        assert grade.provenance.model == MODEL
        for verdict in grade.verdicts:
            if verdict.verdict not in (Verdict.MISSING, Verdict.NOT_ASSESSED):
                assert verdict.evidence
            for quote in verdict.evidence:
                assert own[quote.turn][quote.start : quote.end] == quote.text
        if not any(verdict.evidence for verdict in grade.verdicts):
            assert grade.score == 0


def test_what_the_model_was_asked_for_is_counted(played: Played) -> None:
    calls = played.runtime().store.calls(played.id)
    speaks = Purpose.SPEAK if played.mode is Mode.PRACTICE else Purpose.ACKNOWLEDGE
    assert {call.purpose for call in calls} == {Purpose.ASSESS, Purpose.GRADE, speaks}
    assert all(call.tokens_in > 0 and call.model == MODEL for call in calls if call.outcome == "ok")
    assert [call for call in calls if call.outcome == "ok"]


def test_the_offline_model_grades_what_the_nonsense_left(played: Played) -> None:
    runtime = played.runtime()
    try:
        runtime.workers.regrade(played.id, 1, offline=True)
        assert runtime.workers.wait(played.id, timeout=120)
        grade = runtime.store.grades(played.id)[1]
    finally:
        runtime.workers.close()
    assert isinstance(grade, Grade)
    assert "stood_in" in grade.flags
    assert grade.score > 0


def test_the_server_is_still_there(played: Played, server: Server) -> None:
    assert server.process.poll() is None
    refused = [line for line in server.log.splitlines() if " 500 " in line]
    assert 1 <= len(refused) <= len(Mode) + 1, "once for each data folder, when json_schema is tried"
