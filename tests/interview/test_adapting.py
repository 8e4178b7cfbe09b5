"""A practice interview that bends to the candidate, told through the store: what was asked is what is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from interviewer.bank import load_bank
from interviewer.domain.company import Company
from interviewer.domain.interview import Assessment, ExchangeStatus, Interview, Mark, Setup
from interviewer.domain.words import Intent, Mode, MoveKind, Seniority, Verdict
from interviewer.interview import Interviewer
from interviewer.models.base import AssessRequest
from interviewer.models.fake import ScriptedModel
from interviewer.resources import knowledge_dir
from interviewer.store import Store, Work

BANK = load_bank(knowledge_dir())
SECRET = "Zanzibar Clove Traders ships cloves to 4711 kitchens."


def find(subject: str) -> Mapping[str, float]:
    return {"sql-keys": 1.0} if "SQL" in subject else {}


class Telling:
    """Somebody who talks with the interviewer; ``heard`` says how each of their turns is understood."""

    def __init__(self, store: Store, setup: Setup, heard: list[Intent | Verdict]) -> None:
        self.store = store
        self._heard = iter(heard)
        model = ScriptedModel(assess=self._assess, speak=lambda request: request.substance or request.manner)
        self.interviewer = Interviewer(store, BANK, model, find=find)
        self.id = self.interviewer.start(setup)

    def _assess(self, request: AssessRequest) -> Assessment:
        heard = next(self._heard)
        if isinstance(heard, Intent):
            return Assessment(turn=1, intent=heard)
        said = request.turns[-1].text
        marks = tuple(
            Mark(criterion=c.id, verdict=heard, quote=said if heard.earns else "")
            for c in request.question.rubric.criteria
        )
        return Assessment(turn=1, intent=Intent.ANSWER, marks=marks)

    def say(self, text: str) -> Interview:
        now = self.store.get(self.id)
        turn = self.store.submit(self.id, now.next_seq, f"key-{now.next_seq}", text)
        lease = self.store.claim(self.id, Work.REPLY, turn.seq, 30)
        assert lease is not None
        self.store.commit_reply(self.id, turn.seq, lease, self.interviewer.reply(self.store.get(self.id)))
        return self.store.get(self.id)


FIXED: dict[str, Any] = {"max_probes": 0, "seed": 3}


def test_a_wish_opens_a_question_that_was_not_planned_and_the_rest_of_the_plan_stays(store: Store) -> None:
    talk = Telling(store, Setup(questions=4, **FIXED), [Intent.REQUEST])
    planned = store.get(talk.id).plan
    after = talk.say("Could we talk about SQL instead?")
    assert after.current.question.id == "sql-keys"
    assert after.current.number == 2
    assert after.turns[-1].text == BANK.question("sql-keys").prompt
    assert [e.status for e in after.exchanges] == [ExchangeStatus.SKIPPED, ExchangeStatus.OPEN]
    assert [q.id for q in after.plan] == [planned[0].id, "sql-keys", planned[2].id, planned[3].id]


def test_what_was_answered_before_the_wish_still_counts(store: Store) -> None:
    talk = Telling(store, Setup(questions=3, max_probes=2, seed=3), [Verdict.PARTIAL, Intent.REQUEST])
    talk.say("It is the part that matters.")
    after = talk.say("Can we do something on SQL now?")
    assert after.exchanges[0].status is ExchangeStatus.CLOSED
    assert after.current.question.id == "sql-keys"


def test_a_wish_on_the_last_question_adds_one(store: Store) -> None:
    talk = Telling(store, Setup(questions=1, **FIXED), [Intent.REQUEST, Verdict.MET])
    after = talk.say("I'd like a question on SQL")
    assert [q.id for q in after.plan][-1] == "sql-keys"
    assert len(after.plan) == 2
    assert talk.say("A key points to a row.").status == "ended"


@pytest.mark.parametrize("mode", list(Mode))
def test_a_wish_that_is_not_met_is_declined_and_the_question_stays(store: Store, mode: Mode) -> None:
    talk = Telling(store, Setup(questions=2, mode=mode, **FIXED), [Intent.REQUEST])
    before = store.get(talk.id)
    after = talk.say("Could we talk about cooking?" if mode is Mode.PRACTICE else "Could we talk about SQL?")
    move = after.turns[-1].move
    assert move is not None
    assert (move.kind, move.manner) == (
        MoveKind.DECLINE,
        "no_such_question" if mode is Mode.PRACTICE else "no_wish_real",
    )
    assert after.current.number == 1
    assert after.plan == before.plan


def harder_setup(mode: Mode) -> Setup:
    return Setup(questions=6, mode=mode, seniority=Seniority.MID, stages=(), **FIXED)


def test_in_practice_good_answers_bring_harder_questions(store: Store) -> None:
    talk = Telling(store, harder_setup(Mode.PRACTICE), [Verdict.MET] * 6)
    planned = store.get(talk.id).plan
    after = store.get(talk.id)
    while after.status != "ended":
        after = talk.say("Everything that there is to say.")
    asked = [exchange.question for exchange in after.exchanges]
    assert [q.stage for q in asked] == [q.stage for q in planned]
    assert sum(q.seniority.rank for q in asked) > sum(q.seniority.rank for q in planned)
    assert [exchange.question for exchange in after.exchanges] == list(after.plan)


def test_in_real_mode_the_plan_is_the_plan(store: Store) -> None:
    talk = Telling(store, harder_setup(Mode.REAL), [Verdict.MET] * 6)
    planned = store.get(talk.id).plan
    after = store.get(talk.id)
    while after.status != "ended":
        after = talk.say("Everything that there is to say.")
    assert after.plan == planned


# --- a company ----------------------------------------------------------------------------------------------


def about_a_company(store: Store) -> Telling:
    company = Company(name="Zanzibar Clove Traders", text=SECRET)
    return Telling(store, Setup(question_ids=("data-in-business",), company=company, **FIXED), [Verdict.MET])


def test_the_question_names_the_company_and_its_own_words_count(store: Store) -> None:
    interview = store.get(about_a_company(store).id)
    assert "Zanzibar Clove Traders" in interview.turns[0].text
    assert "{" not in interview.turns[0].text
    (question,) = interview.plan
    about = [criterion for criterion in question.rubric.criteria if criterion.about_company]
    assert all(SECRET in criterion.statements for criterion in about)


def test_the_company_stays_with_the_interview_and_goes_with_it(store: Store, path: Path) -> None:
    talk = about_a_company(store)
    assert store.delete(talk.id)
    store.database.close()
    left = [file for file in path.parent.rglob("*") if file.is_file() and b"Zanzibar" in file.read_bytes()]
    assert left == []
