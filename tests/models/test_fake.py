"""The public test double says what it was told, remembers what it was asked, and is loud about the rest."""

from __future__ import annotations

import pytest

from interviewer.domain.words import Mode, MoveKind
from interviewer.errors import ModelError, ModelUnavailable
from interviewer.models.base import InterviewModel, SpeakRequest
from interviewer.models.fake import ScriptedModel, ScriptRanOut

REQUEST = SpeakRequest(kind=MoveKind.ASK, manner="", substance="Why?", mode=Mode.REAL)


def test_it_is_an_interview_model() -> None:
    model: InterviewModel = ScriptedModel()
    assert model.info.offline


def test_replies_come_in_order_and_may_be_texts_pieces_functions_and_errors() -> None:
    model = ScriptedModel(speak=["one", ["t", "wo"], lambda request: request.substance, ModelUnavailable("gone")])
    assert [list(model.speak(REQUEST)) for _ in range(3)] == [["one"], ["t", "wo"], ["Why?"]]
    with pytest.raises(ModelUnavailable):
        list(model.speak(REQUEST))
    assert model.requests("speak") == [REQUEST] * 4
    model.assert_complete()


def test_one_function_answers_every_call() -> None:
    model = ScriptedModel(speak=lambda request: request.substance)
    assert [list(model.speak(REQUEST)) for _ in range(3)] == [["Why?"]] * 3
    model.assert_complete()


def test_a_call_that_nobody_scripted_is_loud_and_no_fallback_hides_it() -> None:
    with pytest.raises(ScriptRanOut):
        list(ScriptedModel().speak(REQUEST))
    assert not issubclass(ScriptRanOut, ModelError)


def test_replies_that_nobody_asked_for_are_noticed() -> None:
    with pytest.raises(AssertionError, match="'speak': 1"):
        ScriptedModel(speak=["never said"]).assert_complete()
