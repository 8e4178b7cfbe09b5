"""The interviewer's sentences as sound: each made once, ahead of time; where none can be made, the browser speaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.domain.interview import Move, Setup
from interviewer.domain.words import MoveKind
from interviewer.errors import ModelUnavailable
from interviewer.interview.sounding import WITHOUT, Sounding
from interviewer.models.base import ModelInfo
from interviewer.models.speech import Sound
from interviewer.store import Store, open_store
from tests.interview.made_up import until
from tests.interview.toys import make_question


class Mouth:
    """Speaks all but what it was told to refuse."""

    info = ModelInfo(name="mouth", version="1", offline=False)

    def __init__(self, refuses: str = "") -> None:
        self.refuses = refuses
        self.asked: list[str] = []

    def synthesise(self, text: str) -> Sound:
        self.asked.append(text)
        if text == self.refuses:
            raise ModelUnavailable("It is away.")
        return Sound(audio=text.encode(), media_type="audio/wav")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "interviewer.db")
    yield opened
    opened.database.close()


@pytest.fixture
def interview_id(store: Store) -> str:
    question = make_question()
    setup = Setup(question_ids=(question.id,))
    return store.create(setup, [question], bank_hash="b", model="m", opening="Hello.", move=Move(kind=MoveKind.ASK))


def test_each_sentence_is_made_once(store: Store, interview_id: str) -> None:
    mouth, sounding = Mouth(), Sounding(store, lambda _: "", threads=1)
    sounding.connect(mouth)
    for _ in range(3):
        sounding.ask(interview_id, ["One.", "Two."])
    until(lambda: sounding.made("One.").done and sounding.made("Two.").done)
    assert mouth.asked == ["One.", "Two."]
    assert sounding.made("Two.").sound == Sound(audio=b"Two.", media_type="audio/wav")
    sounding.close()


def test_what_fails_is_left_to_the_browser_and_the_rest_is_made(store: Store, interview_id: str) -> None:
    sounding = Sounding(store, lambda _: "", threads=1)
    sounding.connect(Mouth(refuses="One."))
    sounding.ask(interview_id, ["One.", "Two."])
    until(lambda: sounding.made("Two.").done)
    assert sounding.made("One.") == WITHOUT
    assert sounding.made("Two.").sound is not None
    sounding.close()


def test_a_spent_budget_asks_nobody(store: Store, interview_id: str) -> None:
    mouth, sounding = Mouth(), Sounding(store, lambda _: "its 5 minutes")
    sounding.connect(mouth)
    sounding.ask(interview_id, ["One."])
    until(lambda: sounding.made("One.").done)
    assert sounding.made("One.") == WITHOUT
    assert mouth.asked == []
    sounding.close()


def test_without_anybody_who_speaks_every_sentence_is_the_browsers(store: Store, interview_id: str) -> None:
    sounding = Sounding(store, lambda _: "")
    sounding.ask(interview_id, ["One."])
    assert sounding.made("One.") == WITHOUT
    sounding.close()
