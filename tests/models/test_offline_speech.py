"""How the offline model speaks: the bank's wording in a frame, one question at a time, candidates' words as typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.domain.words import Mode, MoveKind
from interviewer.errors import KnowledgeError
from interviewer.interview import kit_policy, policy
from interviewer.models.base import SpeakRequest
from interviewer.models.offline.speech import MAX_QUOTED, NEEDED, Speech, acknowledges, load_speech
from interviewer.resources import prompts_dir

SPEECH = load_speech(prompts_dir())
SUBSTANCE = "What would you change?"

MOVES = [
    (MoveKind.ASK, "greeting"),
    (MoveKind.PROBE, ""),
    (MoveKind.PROBE, "smaller_step"),
    (MoveKind.CHALLENGE, ""),
    (MoveKind.HINT, ""),
    (MoveKind.HINT, "smaller_step"),
    (MoveKind.CLARIFY, ""),
    (MoveKind.CLARIFY, "no_clarification"),
    (MoveKind.REPHRASE, ""),
    (MoveKind.REDIRECT, ""),
    (MoveKind.DECLINE, "decline_meta"),
    (MoveKind.RESUME, "no_hurry"),
    (MoveKind.DECLINE, "no_hint_real"),
    (MoveKind.DECLINE, "no_wish_real"),
    (MoveKind.DECLINE, "no_such_question"),
    (MoveKind.ADVANCE, "as_wished"),
    (MoveKind.DECLINE, "no_more_hints"),
    (MoveKind.CONFIRM, "confirm_stop"),
    (MoveKind.PAUSE, ""),
    (MoveKind.RESUME, ""),
    (MoveKind.ADVANCE, "advance"),
    (MoveKind.ADVANCE, "advance_kind"),
    (MoveKind.ADVANCE, "advance_time"),
    (MoveKind.ADVANCE, "skip"),
    (MoveKind.CLOSE, "close"),
    (MoveKind.CLOSE, "close_early"),
    (MoveKind.CLOSE, "close_time"),
    (MoveKind.ASK, "kit_greeting"),
    (MoveKind.ASK, "kit_greeting_plain"),
    (MoveKind.PROBE, "kit_probe"),
    (MoveKind.PROBE, "kit_probe_kind"),
    (MoveKind.ADVANCE, "kit_advance"),
    (MoveKind.ADVANCE, "kit_advance_kind"),
    (MoveKind.RESUME, "kit_again"),
    (MoveKind.DECLINE, "kit_decline_meta"),
    (MoveKind.DECLINE, "kit_no_wish"),
    (MoveKind.DECLINE, "no_pause"),
    (MoveKind.CLOSE, "kit_close"),
    (MoveKind.CLOSE, "kit_close_early"),
    (MoveKind.CLOSE, "kit_close_time"),
]


def request(kind: MoveKind, manner: str = "", **more: Any) -> SpeakRequest:
    name = manner or kind.value
    fields: dict[str, Any] = {
        "kind": kind,
        "manner": manner,
        "substance": SUBSTANCE if "substance" in NEEDED[name] else "",
        "note": "We have about 30 minutes and 5 questions.",
        "mode": Mode.PRACTICE,
        **more,
    }
    return SpeakRequest(**fields)


def say(kind: MoveKind, manner: str = "", **more: Any) -> str:
    return "".join(SPEECH.say(request(kind, manner, **more)))


@pytest.mark.parametrize(("kind", "manner"), MOVES, ids=lambda value: str(value) or "plain")
def test_every_move_has_words_that_carry_its_substance_once_and_ask_nothing_more(kind: MoveKind, manner: str) -> None:
    name = manner or kind.value
    for seed in range(60):
        text = say(kind, manner, seed=seed)
        assert text
        assert "{" not in text
        carries = "substance" in NEEDED[name]
        assert text.count(SUBSTANCE) == carries
        assert text.count("?") == (1 if carries or kind is MoveKind.CONFIRM else 0)


def test_every_move_of_the_policy_is_in_the_table() -> None:
    files = Path(policy.__file__), Path(kit_policy.__file__)
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    assert {name for name in NEEDED if f'"{name}"' in source} <= {manner or kind.value for kind, manner in MOVES}
    assert {kind for kind, _ in MOVES} == set(MoveKind)


def test_every_template_is_reachable_and_every_wording_of_it_is_said() -> None:
    said: set[str] = set()
    for kind, manner in MOVES:
        for seed in range(400):
            for quotes in ((), ("it only memorises the noise",)):
                said.add(say(kind, manner, seed=seed, quotes=quotes, earned=bool(quotes)))
    for name, template in SPEECH.templates.items():
        for text in template.texts:
            words = text.replace("{substance}", SUBSTANCE).replace("{point}", "it only memorises the noise")
            words = words.replace("{minutes_line}", "We have about 30 minutes and 5 questions.")
            assert any(words in line for line in said), (name, text)


def test_no_template_asks_a_second_question() -> None:
    for name, template in SPEECH.templates.items():
        for text in template.texts:
            assert text.count("?") == (1 if name == "confirm_stop" else 0), (name, text)


def test_there_is_some_variety_and_it_can_be_repeated() -> None:
    lines = [say(MoveKind.PROBE, seed=seed) for seed in range(40)]
    assert len(set(lines)) > 15
    assert lines == [say(MoveKind.PROBE, seed=seed) for seed in range(40)]


def test_the_pieces_make_up_the_turn() -> None:
    pieces = list(SPEECH.say(request(MoveKind.PROBE)))
    assert len(pieces) > 5
    assert "".join(pieces) == say(MoveKind.PROBE)


def quoted(point: str) -> set[str]:
    """What is said after an answer that earned with these words, by all seeds that matter."""
    return {say(MoveKind.PROBE, seed=seed, quotes=(point,), earned=True) for seed in range(80)}


@pytest.mark.parametrize(
    "point",
    [
        "about 50 % of it & so on",
        "it’s “noise” 😀 all over",
        "the loss $x^2$ falls quickly",
        "substance and point and %s",
    ],
)
def test_the_candidates_words_are_said_as_they_were_typed(point: str) -> None:
    assert any(f'"{point}"' in line for line in quoted(point))


@pytest.mark.parametrize(
    "point",
    [
        "j -= 1",
        "break",
        "Rust only toys",
        "counts = Counter() I would say",
        "not really A/B testing, but okay",
        "I write it slow",
    ],
)
def test_fragments_asides_and_code_are_not_said_back(point: str) -> None:
    assert not any('"' in line for line in quoted(point))


def test_what_was_just_heard_is_not_said_again_in_the_same_words() -> None:
    for name in ("ack_good", "probe"):
        for heard in SPEECH.templates[name].texts:
            beginning = heard.split("{", 1)[0].strip()
            lines = (say(MoveKind.PROBE, seed=s, earned=True, last_turns=("x", f"Well. {heard}")) for s in range(60))
            assert not any(beginning in line for line in lines)


def test_only_short_stretches_are_said_back_and_never_a_question() -> None:
    assert not any('"' in line for line in quoted("x" * (MAX_QUOTED + 1)))
    assert not any('"' in line for line in quoted("is it noise? yes it is"))
    assert not any('"' in line for line in quoted("one line\nand another"))


def test_nothing_is_called_right_that_was_not() -> None:
    good = SPEECH.templates["ack_good"].texts
    for kind, manner in MOVES:
        for seed in range(60):
            text = say(kind, manner, seed=seed, earned=False)
            assert not any(praise in text for praise in good)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=80), st.integers(0, 1000))
def test_any_words_of_the_candidates_leave_the_substance_whole(point: str, seed: int) -> None:
    text = say(MoveKind.PROBE, seed=seed, quotes=(point,), earned=True)
    assert text.endswith(SUBSTANCE)
    assert text.count("?") == 1


GIVEN = "You mentioned the validation error."


@pytest.mark.parametrize(("kind", "manner"), [(MoveKind.PROBE, ""), (MoveKind.ADVANCE, "advance")])
def test_a_given_acknowledgement_comes_first_and_is_the_only_one(kind: MoveKind, manner: str) -> None:
    for seed in range(20):
        asked = request(kind, manner, seed=seed, quotes=("it learns the noise",), earned=True)
        text = "".join(SPEECH.say(asked, GIVEN))
        assert text.startswith(f"{GIVEN} ")
        assert text.endswith(SUBSTANCE)
        assert "it learns the noise" not in text


@pytest.mark.parametrize(("kind", "manner"), MOVES)
def test_a_move_without_room_for_an_acknowledgement_is_said_as_ever(kind: MoveKind, manner: str) -> None:
    asked = request(kind, manner)
    if not acknowledges(asked):
        assert "".join(SPEECH.say(asked, GIVEN)) == "".join(SPEECH.say(asked))
    else:
        assert "".join(SPEECH.say(asked, GIVEN)).count(GIVEN) == 1


def _speech_file(tmp_path: Path, change: Any) -> Path:
    content = yaml.safe_load((prompts_dir() / "speech.yaml").read_text(encoding="utf-8"))
    change(content["templates"])
    (tmp_path / "speech.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(lambda t: t.pop("probe"), "'probe' is missing", id="a template is missing"),
        pytest.param(
            lambda t: t["probe"]["texts"].append("Why so? {substance}"), "asks too much", id="a second question"
        ),
        pytest.param(
            lambda t: t["confirm_stop"]["texts"].append("We end."), "asks too much or too little", id="no question"
        ),
        pytest.param(lambda t: t["probe"]["texts"].append("No variable."), "declared are", id="the substance left out"),
        pytest.param(lambda t: t["probe"].update(texts=[]), "texts", id="no wording at all"),
        pytest.param(
            lambda t: t["probe"].update(variables=["substance", "rubric"]), "declared are", id="an undeclared variable"
        ),
    ],
)
def test_a_prompt_file_that_would_ask_too_much_or_say_too_little_is_refused(
    tmp_path: Path, change: Any, problem: str
) -> None:
    with pytest.raises(KnowledgeError, match=problem) as error:
        load_speech(_speech_file(tmp_path, change))
    assert "speech.yaml" in str(error.value)


def test_the_file_that_is_shipped_is_read() -> None:
    assert isinstance(SPEECH, Speech)
    assert set(SPEECH.templates) == set(NEEDED)
