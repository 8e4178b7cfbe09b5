"""The practice round: which answers are offered, what is told about them, and when somebody has practised enough."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import product

import pytest

from interviewer.bank import load_bank
from interviewer.bank.bank import load_calibration
from interviewer.calibration import training
from interviewer.calibration.training import Offered, Origin, feedback, next_offered, note_of, offers, standing
from interviewer.domain.knowledge import AnswerKind, CalibrationAnswer, CalibrationSet
from interviewer.domain.question import Question
from interviewer.domain.rating import KeptAnswer, Practice, Rater
from interviewer.domain.words import Verdict
from interviewer.resources import knowledge_dir
from tests.interview.toys import NOON, make_question

MET, PARTIAL, MISSING, CONTRADICTED = Verdict.MET, Verdict.PARTIAL, Verdict.MISSING, Verdict.CONTRADICTED


def answers(question: Question, per_band: int = 2) -> CalibrationSet:
    return CalibrationSet(
        question=question.id,
        answers=tuple(
            CalibrationAnswer(
                id=f"{question.id}-{band}-{n}",
                band=band,
                kind=AnswerKind.GOOD,
                text=f"Answer {n} of band {band} to {question.id}.",
                verdicts={criterion.id: MET for criterion in question.rubric.criteria},
            )
            for band, n in product(range(1, 6), range(per_band))
        ),
    )


ASKED = make_question("asked")
NEAR = make_question("near")
FAR_AWAY = make_question("far-away", topic="elsewhere")
BANK = {question.id: question for question in (FAR_AWAY, NEAR, ASKED)}
SETS = {name: answers(question) for name, question in BANK.items()}


def kept(question: Question, text: str = "The cause is noise.", band: int = 2) -> KeptAnswer:
    return KeptAnswer(
        kit_id="kit",
        question=question.id,
        interview_id="interview",
        exchange=1,
        answer=CalibrationAnswer(
            id="kept-1",
            band=band,
            kind=AnswerKind.FRAGMENT,
            text=text,
            verdicts={criterion.id: MISSING for criterion in question.rubric.criteria},
        ),
        at=NOON,
    )


def practised(distances: list[int]) -> list[Practice]:
    return [
        Practice(question="q", answer=f"a-{n}", band=1, given=1 + distance, verdicts={}, given_verdicts={})
        for n, distance in enumerate(distances)
    ]


def run(offered: list[Offered], seed: str, number: int) -> list[Offered]:
    """The answers that a rater gets who rates each of them."""
    had: list[Offered] = []
    for _ in range(number):
        practice = [
            Practice(question=one.question.id, answer=one.answer.id, band=1, given=1, verdicts={}, given_verdicts={})
            for one in had
        ]
        found = next_offered(offered, practice, seed)
        if found is None:
            break
        had.append(found)
    return had


# --- what is offered


def test_a_kits_bank_questions_are_practised_on_their_own_answers() -> None:
    origins = {one.question.id: one.origin for one in offers([ASKED], BANK, SETS)}
    assert origins["asked"] is Origin.BANK
    assert {one.question.id for one in run(offers([ASKED], BANK, SETS), "rater", 5)} == {"asked"}


def test_a_question_of_ones_own_is_practised_on_its_kept_answers() -> None:
    own = make_question("own")
    (found,) = [one for one in offers([own], BANK, SETS, [kept(own)]) if one.origin is Origin.KEPT]
    assert (found.question, found.exchange) == (own, ("interview", 1))


def test_where_a_kit_has_none_the_most_similar_questions_of_the_bank_stand_in() -> None:
    own = make_question("own")
    found = offers([own], BANK, SETS)
    assert {one.origin for one in found} == {Origin.ALIKE}
    assert list(dict.fromkeys(one.question.id for one in found))[-1] == "far-away"


def test_an_answer_whose_verdicts_are_for_another_rubric_is_not_offered() -> None:
    fewer = ASKED.rubric.model_copy(update={"criteria": ASKED.rubric.criteria[:2]})
    changed = ASKED.model_copy(update={"rubric": fewer})
    assert "asked" not in {one.question.id for one in offers([changed], BANK, SETS, [kept(ASKED)])}


def test_statements_that_no_rater_sees_do_not_make_another_rubric() -> None:
    first = ASKED.rubric.criteria[0]
    more = first.model_copy(update={"statements": (*first.statements, "Said in another way.")})
    rubric = ASKED.rubric.model_copy(update={"criteria": (more, *ASKED.rubric.criteria[1:])})
    found = offers([ASKED.model_copy(update={"rubric": rubric})], BANK, SETS)
    assert any(one.origin is Origin.BANK for one in found)


def test_no_answer_that_will_be_rated_is_practised_on_wherever_it_is_from() -> None:
    own = make_question("own")
    copied = SETS["near"].answers[3].text
    rated = [f"Well.\n {copied.upper()}", "THE cause\nis noise."]
    texts = {one.answer.text for one in offers([own], BANK, SETS, [kept(own)], rated)}
    assert texts
    assert copied not in texts
    assert "The cause is noise." not in texts


# --- the round


@pytest.mark.parametrize("seed", [f"rater-{n}" for n in range(20)])
def test_a_round_has_a_worthless_and_an_excellent_answer_and_is_spread_between(seed: str) -> None:
    bands = Counter(one.answer.band for one in run(offers([ASKED], BANK, SETS), seed, 5))
    assert bands[1] >= 1
    assert bands[5] >= 1
    assert len(bands) >= 4


def test_the_last_band_of_a_round_cannot_be_counted_off() -> None:
    offered = offers([ASKED], BANK, SETS)
    rounds = [[one.answer.band for one in run(offered, f"rater-{n}", 5)] for n in range(300)]
    assert {bands[4] for bands in rounds if sorted(bands[:4]) == [1, 2, 3, 5]} == {1, 2, 3, 4, 5}


def test_raters_get_different_rounds_and_each_the_same_one_again() -> None:
    offered = offers([ASKED], BANK, SETS)
    assert run(offered, "one", 5) == run(offered, "one", 5)
    assert len({tuple(one.key for one in run(offered, f"rater-{n}", 5)) for n in range(10)}) == 10


def test_no_answer_comes_twice_and_the_round_ends_when_all_were_had() -> None:
    offered = offers([ASKED], BANK, SETS)
    had = run(offered, "rater", 1000)
    assert sorted(one.key for one in had) == sorted(one.key for one in offered)


def test_similar_questions_come_only_when_the_kits_own_have_nothing_of_that_band() -> None:
    had = run(offers([ASKED], BANK, {**SETS, "asked": answers(ASKED, per_band=1)}), "rater", 10)
    assert len([one for one in had if one.origin is Origin.BANK]) == 5


def test_the_banks_own_answers_make_rounds_for_any_of_its_questions() -> None:
    bank = load_bank(knowledge_dir())
    sets = load_calibration(bank)
    for question in bank.questions.values():
        had = run(offers([question], bank.questions, sets), "rater", 10)
        assert len(had) == 10
        assert {one.answer.band for one in had[:5]} >= {1, 5}
        for one in had:
            assert set(one.answer.verdicts) == {criterion.id for criterion in one.question.rubric.criteria}


# --- when it is enough


@pytest.mark.parametrize(
    ("distances", "met"),
    [
        ([], False),
        ([0, 0, 0, 0], False),
        ([0, 0, 0, 0, 0], True),
        ([1, 1, 1, 1, 1], True),
        ([2, 1, 1, 1, 0], True),
        ([2, 1, 1, 1, 1], False),  # more than a band on average
        ([2, 2, 0, 0, 0], False),  # two are far off
        ([4, 0, 0, 0, 0], True),
        ([4, 4, 4, 0, 0, 0, 0, 0], True),  # only the last five count
        ([0, 0, 0, 0, 0, 4, 4], False),
    ],
)
def test_the_rule(distances: list[int], met: bool) -> None:
    assert standing(practised(distances)).met is met


def test_after_ten_one_may_begin_in_any_case_and_not_before() -> None:
    assert not standing(practised([4] * 9)).may_begin
    assert standing(practised([4] * 10)).may_begin
    assert not standing(practised([4] * 10)).met


def rater(distances: list[int], ready: bool = True, imported: bool = False) -> Rater:
    return Rater(
        id="r",
        kit_id="kit",
        owner="local",
        name="Ada",
        created_at=NOON,
        practice=tuple(practised(distances)),
        ready_at=datetime(2026, 5, 5, tzinfo=UTC) if ready else None,
        imported=imported,
    )


def test_who_began_without_meeting_the_rule_is_known_to_have() -> None:
    assert note_of(rater([0] * 5)) == ""
    assert note_of(rater([4] * 3, ready=False)) == ""
    assert "after 11 practice answers without meeting" in note_of(rater([4] * 11))
    assert "without a practice round" in note_of(rater([]))
    assert "from a file" in note_of(rater([], imported=True))


# --- what is told


def told(given: int, *verdicts: Verdict, kind: AnswerKind = AnswerKind.GOOD) -> training.Feedback:
    known = CalibrationAnswer(
        id="a",
        band=3,
        kind=kind,
        text="Noise.",
        verdicts=dict(zip(IDS, (MET, PARTIAL, MISSING), strict=True)),
    )
    return feedback(ASKED.rubric, known, given, dict(zip(IDS, verdicts, strict=True)))


IDS = [criterion.id for criterion in ASKED.rubric.criteria]


def test_the_same_is_said_to_be_the_same() -> None:
    found = told(3, MET, PARTIAL, MISSING)
    assert found.about_band == "The same band as it is known to have: 3 (developing)."
    assert found.about_criteria == "Every criterion as it is known."
    assert all(one.same for one in found.criteria)


@pytest.mark.parametrize(
    ("given", "words"),
    [(4, "One band too high"), (5, "Two bands too high"), (2, "One band too low"), (1, "Two bands too low")],
)
def test_a_different_band_is_told_with_its_direction(given: int, words: str) -> None:
    assert told(given, MET, PARTIAL, MISSING).about_band == f"{words}: it is known as 3 (developing), you gave {given}."


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ((MET, MET, MET), "2 of 3 criteria seen differently: more credit than the words earn on 2."),
        ((PARTIAL, PARTIAL, CONTRADICTED), "2 of 3 criteria seen differently: less than the words earn on 2."),
        (
            (MISSING, PARTIAL, PARTIAL),
            "2 of 3 criteria seen differently: more credit than the words earn on 1, less than they earn on 1.",
        ),
    ],
)
def test_differing_criteria_are_counted_by_direction(verdicts: tuple[Verdict, ...], sentence: str) -> None:
    assert told(3, *verdicts).about_criteria == sentence


def test_what_an_answer_teaches_is_said_where_its_kind_teaches_something() -> None:
    assert "not rated" in told(3, MET, MET, MET, kind=AnswerKind.FLUENT_WRONG).why
    assert told(3, MET, MET, MET, kind=AnswerKind.GOOD).why == ""
