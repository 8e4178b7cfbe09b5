"""What the demo is made of."""

from __future__ import annotations

from random import Random
from statistics import mean

import pytest

from interviewer.bank import Bank, load_bank, load_calibration
from interviewer.domain.knowledge import CalibrationSet
from interviewer.domain.question import Question
from interviewer.domain.rating import RATED
from interviewer.domain.words import Verdict
from interviewer.errors import UsageError
from interviewer.grading.scoring import band, score_of
from interviewer.kits import demo
from interviewer.kits.building import problems, same_for_all
from interviewer.kits.demo_words import OWN, OWN_ANSWERS, REPLIES, Written
from interviewer.resources import knowledge_dir

Sets = dict[str, CalibrationSet]


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank(knowledge_dir())


@pytest.fixture(scope="module")
def sets(bank: Bank) -> Sets:
    return load_calibration(bank)


@pytest.fixture(scope="module")
def questions(bank: Bank) -> list[Question]:
    return [one.question for one in demo.content(bank).questions]


def test_the_kit_can_be_opened_and_says_that_it_is_made_up(bank: Bank) -> None:
    content = demo.content(bank)
    assert [one for one in problems(content) if one.stops] == []
    assert content.title.startswith("Demo:")
    assert "made up" in content.asks
    assert "made up" in content.welcome
    assert (len(content.questions), content.own_questions) == (5, 1)


def test_every_follow_up_has_words_in_its_rubric(bank: Bank) -> None:
    for one in demo.content(bank).questions:
        assert all(one.question.rubric.criterion(probe).probe for probe in one.probes)
        assert one.probes == (REPLIES[one.question.id].criterion,)


def test_a_bank_without_its_questions_is_named_as_the_reason(bank: Bank) -> None:
    fewer = {key: value for key, value in bank.questions.items() if key != "business-project"}
    with pytest.raises(UsageError, match="business-project"):
        demo.content(Bank(bank.folder, fewer, bank.topics, bank.roles, bank.stages, bank.sources))


@pytest.mark.parametrize("answer", OWN_ANSWERS, ids=lambda answer: answer.id)
def test_the_bands_of_the_own_answers_follow_from_their_verdicts(answer: Written) -> None:
    assert band(score_of(OWN.rubric.criteria, answer.verdicts)) == answer.band


def test_the_candidates_are_the_same_every_time(questions: list[Question], sets: Sets) -> None:
    assert demo.candidates(questions, sets) == demo.candidates(questions, sets)
    assert demo.candidates(questions, sets, seed=1) != demo.candidates(questions, sets)


def test_candidates_have_codes_and_answers_in_every_band(questions: list[Question], sets: Sets) -> None:
    candidates = demo.candidates(questions, sets)
    assert [one.label for one in candidates] == [f"Candidate {n:02}" for n in range(1, demo.CANDIDATES + 1)]
    assert {said.band for one in candidates for said in one.said if said.lines} == {1, 2, 3, 4, 5}
    assert sum(one.extra_percent > 0 for one in candidates) == 1
    assert sum(not said.lines for one in candidates for said in one.said) == 1


def test_a_good_reply_to_the_follow_up_earns_its_criterion_and_a_vague_one_nothing(
    questions: list[Question], sets: Sets
) -> None:
    seen = set()
    for one in demo.candidates(questions, sets):
        for question, said in zip(questions, one.said, strict=True):
            if not said.lines:
                continue
            replies = REPLIES[question.id]
            good = said.lines[1] in replies.good
            seen.add(good)
            assert said.verdicts is not None
            if good:
                assert said.verdicts[replies.criterion] is Verdict.MET
            known = {*(a.text for a in OWN_ANSWERS), *(a.text for a in getattr(sets.get(question.id), "answers", ()))}
            assert said.lines[0] in known
    assert seen == {True, False}


def test_nobody_practises_on_an_answer_that_a_candidate_gives(questions: list[Question], sets: Sets) -> None:
    given = {said.lines[0] for one in demo.candidates(questions, sets) for said in one.said if said.lines}
    texts = {(key, answer.id): answer.text for key, one in sets.items() for answer in one.answers}
    for rater in demo.RATERS:
        practised = demo.practice(questions, sets, rater)
        assert sorted(one.band for one in practised) == [1, 2, 3, 4, 5]
        assert not {texts[(one.question, one.answer)] for one in practised} & given
        assert all(abs(one.given - one.band) <= 1 for one in practised)


def test_ratings_are_complete_and_one_rater_is_half_a_band_lenient(questions: list[Question]) -> None:
    question = questions[0]
    known = {criterion.id: Verdict.MET for criterion in question.rubric.criteria}
    found = {}
    for rater in demo.RATERS:
        random = Random(1)
        drawn = [demo.drawn(question, 3, known, rater, random) for _ in range(4_000)]
        assert all(set(verdicts) == set(known) and set(verdicts.values()) <= set(RATED) for _, verdicts in drawn)
        found[rater.name] = mean(band for band, _ in drawn)
    assert found["Demo rater A"] == pytest.approx(3.0, abs=0.05)
    assert found["Demo rater C"] == pytest.approx(3.5, abs=0.05)


def test_what_is_changed_in_the_workshop_is_heard_by_no_candidate(bank: Bank) -> None:
    content = demo.content(bank)
    *others, own = content.questions
    draft = own.model_copy(update={"question": demo.changed(own.question)})
    assert draft.question.rubric.hash != own.question.rubric.hash
    assert same_for_all(content, content.model_copy(update={"questions": (*others, draft)})) == []


def test_what_is_settled_and_what_is_overridden_are_two_answers() -> None:
    given = {("a", 1): [1, 4], ("a", 2): [3, 3], ("b", 1): [5, 5]}
    assert demo.most_apart(given) == ("a", 1)
    assert demo.furthest(given, {("a", 1): 1, ("a", 2): 3, ("b", 1): 3}, without=("a", 1)) == ("b", 1)
