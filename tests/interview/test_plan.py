"""Which questions an interview asks: they fit, they are enough, and the draw can be repeated."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.bank import Bank, load_bank
from interviewer.domain.interview import Setup
from interviewer.domain.question import Question
from interviewer.domain.words import Role, Seniority, Stage
from interviewer.errors import UsageError
from interviewer.interview.choosing import Chooser
from interviewer.interview.plan import Pool, another, plan
from interviewer.resources import knowledge_dir
from tests.interview.toys import make_question

TOPICS = {"models": ("models",), "trees": ("trees", "models"), "data": ("data",)}
EMPHASIS: dict[Role, dict[str, float]] = {Role.ML_ENGINEER: {"trees": 5.0}}

POOL = [
    make_question(f"{topic}-{stage.value}-{seniority.value}-{minutes}".replace("_", "-"), topic=topic, stage=stage,
                  seniority=seniority, minutes=minutes)
    for topic in ("trees", "data")
    for stage in (Stage.CODING, Stage.SCREENING, Stage.THEORY)
    for seniority in Seniority
    for minutes in (4, 8)
]  # fmt: skip


def drawn(setup: Setup, recent: set[str] | None = None, pool: list[Question] | None = None) -> list[Question]:
    return plan(setup, made(setup, pool or POOL), recent=recent or set())


def made(setup: Setup, questions: list[Question], **more: Any) -> Pool:
    return Pool(questions, emphasis=EMPHASIS.get(setup.role, {}), ancestors=TOPICS, **more)


setups = st.builds(
    Setup,
    role=st.sampled_from(list(Role)),
    seniority=st.sampled_from(list(Seniority)),
    stages=st.lists(st.sampled_from([Stage.CODING, Stage.SCREENING, Stage.THEORY]), max_size=2).map(tuple),
    topics=st.lists(st.sampled_from(["models", "trees", "data"]), max_size=2).map(tuple),
    questions=st.none() | st.integers(1, 30),
    minutes=st.integers(5, 60),
    seed=st.integers(0, 2**31 - 1),
)


@settings(max_examples=200, deadline=None)
@given(setup=setups, recent=st.sets(st.sampled_from([question.id for question in POOL])))
def test_every_plan_fits_what_was_chosen(setup: Setup, recent: set[str]) -> None:
    questions = drawn(setup, recent)
    assert questions
    assert len({question.id for question in questions}) == len(questions)
    assert setup.questions is None or len(questions) <= setup.questions
    assert sum(question.minutes for question in questions) <= setup.minutes  # type: ignore[operator]
    for question in questions:
        assert setup.role in question.roles
        assert not setup.stages or question.stage in setup.stages
        assert not setup.topics or set(TOPICS[question.topic]) & set(setup.topics)
        assert question.seniority.rank <= setup.seniority.rank + 1
    for earlier, later in pairwise(questions):  # stages in their natural order, the easier first within one
        assert (earlier.stage.rank, earlier.seniority.rank) <= (later.stage.rank, later.seniority.rank)
    assert questions == drawn(setup, recent)


def test_as_many_questions_as_were_asked_for() -> None:
    assert len(drawn(Setup(questions=7))) == 7


def test_all_that_there_are_where_more_were_asked_for() -> None:
    few = POOL[:3]
    assert sorted(q.id for q in drawn(Setup(questions=30, seniority=Seniority.SENIOR), pool=few)) == sorted(
        q.id for q in few
    )


def test_minutes_alone_are_filled() -> None:
    questions = drawn(Setup(minutes=30))
    assert 30 - 4 < sum(question.minutes for question in questions) <= 30  # the shortest question takes 4


@pytest.mark.parametrize("seed", range(20))
def test_a_short_interview_takes_a_short_question(seed: int) -> None:
    assert [question.minutes for question in drawn(Setup(minutes=5, seed=seed))] == [4]


def test_however_short_it_is_one_question_is_asked() -> None:
    long = [make_question("longer", minutes=20), make_question("long", minutes=10)]
    assert [question.id for question in drawn(Setup(minutes=5), pool=long)] == ["long"]


def test_a_question_of_last_time_is_asked_rather_than_one_that_takes_too_long() -> None:
    pool = [make_question("short", minutes=4), make_question("long", minutes=8)]
    assert [question.id for question in drawn(Setup(minutes=5), {"short"}, pool)] == ["short"]
    assert [question.id for question in drawn(Setup(minutes=10), {"short"}, pool)] == ["long"]


def test_seeds_give_different_plans() -> None:
    assert len({tuple(q.id for q in drawn(Setup(questions=5, seed=seed))) for seed in range(20)}) > 10


@pytest.mark.parametrize("seed", range(50))
def test_what_was_asked_last_time_is_not_asked_while_there_are_others(seed: int) -> None:
    last_time = {question.id for question in drawn(Setup(questions=5, seed=1))}
    assert not last_time & {question.id for question in drawn(Setup(questions=5, seed=seed), last_time)}


def test_recent_questions_come_again_when_there_are_no_others() -> None:
    two = [make_question("one"), make_question("two")]
    assert len(drawn(Setup(questions=2), {"one", "two"}, two)) == 2


def test_the_roles_emphasis_draws_its_topics_more_often() -> None:
    def share(role: Role) -> float:
        found = [q.topic for seed in range(200) for q in drawn(Setup(questions=1, role=role, seed=seed))]
        return found.count("trees") / len(found)

    assert share(Role.ML_ENGINEER) > share(Role.DATA_SCIENTIST) + 0.15


def test_an_interview_spreads_over_topics() -> None:
    for seed in range(20):
        setup = Setup(questions=6, seed=seed, role=Role.DATA_SCIENTIST)
        assert len({question.topic for question in drawn(setup)}) == 2


def test_questions_near_the_seniority_come_first() -> None:
    found = Counter(
        q.seniority for seed in range(300) for q in drawn(Setup(questions=1, seniority=Seniority.SENIOR, seed=seed))
    )
    assert found[Seniority.SENIOR] > found[Seniority.MID] > found[Seniority.JUNIOR]


def test_a_junior_is_not_asked_what_a_senior_is() -> None:
    found = {q.seniority for q in drawn(Setup(questions=30, seniority=Seniority.JUNIOR))}
    assert found == {Seniority.JUNIOR, Seniority.MID}


@pytest.mark.parametrize(
    "nothing",
    [
        pytest.param({"stages": (Stage.CLOSING,)}, id="no question in this stage"),
        pytest.param({"topics": ("cooking",)}, id="an unknown topic"),
    ],
)
def test_where_nothing_fits_it_says_what_to_do(nothing: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as error:
        drawn(Setup(questions=3, **nothing))
    assert error.value.remedy


def test_fixed_questions_come_in_their_order_and_regardless_of_the_rest() -> None:
    wanted = (POOL[9].id, POOL[2].id)
    setup = Setup(question_ids=wanted, stages=(Stage.CLOSING,), minutes=5)
    assert tuple(question.id for question in drawn(setup)) == wanted


def test_a_fixed_question_that_is_named_twice_is_asked_once() -> None:
    assert len(drawn(Setup(question_ids=(POOL[0].id, POOL[0].id)))) == 1


def test_an_unknown_fixed_question_is_named() -> None:
    with pytest.raises(UsageError, match="no-such-question"):
        drawn(Setup(question_ids=(POOL[0].id, "no-such-question")))


def test_an_interview_must_be_bounded() -> None:
    with pytest.raises(ValueError, match="needs a number of questions"):
        Setup()


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank(knowledge_dir())


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("seniority", list(Seniority))
def test_the_shipped_bank_has_five_questions_for_everyone(bank: Bank, role: Role, seniority: Seniority) -> None:
    questions = Chooser(bank).questions(Setup(role=role, seniority=seniority, questions=5))
    assert len(questions) == 5


# --- the mix ------------------------------------------------------------------------------------------------


def stages_of(questions: list[Question]) -> list[Stage]:
    return [question.stage for question in questions]


EVERYWHERE = [
    make_question(f"{stage.value}-{number}".replace("_", "-"), stage=stage, topic=f"topic-{number}")
    for stage in Stage
    for number in range(8)
]


@pytest.mark.parametrize("seed", range(30))
def test_a_long_interview_warms_up_and_closes(seed: int) -> None:
    stages = stages_of(drawn(Setup(questions=7, seed=seed), pool=EVERYWHERE))
    assert stages[0] is Stage.SCREENING
    assert stages[-1] is Stage.CLOSING


@pytest.mark.parametrize("seed", range(30))
def test_a_short_interview_spends_no_question_on_closing(seed: int) -> None:
    questions = [q for q in EVERYWHERE if q.stage in (Stage.THEORY, Stage.CLOSING, Stage.SCREENING)]
    shares = {Stage.CLOSING: 0.0}
    setup = Setup(questions=3, seed=seed)
    assert Stage.CLOSING not in stages_of(plan(setup, made(setup, questions, shares=shares)))


def test_stages_get_the_shares_that_they_are_given() -> None:
    shares = {Stage.THEORY: 3.0, Stage.CODING: 1.0}
    questions = [q for q in EVERYWHERE if q.stage in shares]
    found: Counter[Stage] = Counter()
    for seed in range(50):
        setup = Setup(questions=8, seed=seed)
        found.update(stages_of(plan(setup, made(setup, questions, shares=shares))))
    assert 2.2 < found[Stage.THEORY] / found[Stage.CODING] < 3.8


@pytest.mark.parametrize("seed", range(30))
def test_no_two_questions_are_near_duplicates(seed: int) -> None:
    related = {"theory-0": {"theory-1", "theory-2"}, "theory-1": {"theory-0"}, "theory-2": {"theory-0"}}
    setup = Setup(questions=8, seed=seed)
    pool = made(setup, [q for q in EVERYWHERE if q.stage is Stage.THEORY], related=related)
    asked = {question.id for question in plan(setup, pool)}
    assert not ("theory-0" in asked and asked & {"theory-1", "theory-2"})


def test_a_wish_decides_what_is_asked() -> None:
    setup = Setup(questions=3)
    wished = {"coding-1": 1.0, "coding-2": 0.5, "closing-0": 0.3, "theory-9": 1.0}
    asked = plan(setup, made(setup, EVERYWHERE), wished=wished)
    assert [question.id for question in asked] == ["coding-1", "coding-2", "closing-0"]


# --- while it runs ------------------------------------------------------------------------------------------


def test_a_planned_question_gives_way_to_a_harder_one_of_its_stage() -> None:
    setup = Setup(questions=3, seed=3)
    planned = next(q for q in POOL if q.stage is Stage.THEORY and q.seniority is Seniority.MID)
    found = another(setup, made(setup, POOL), [POOL[0]], planned, seniority=Seniority.SENIOR)
    assert found is not None
    assert (found.stage, found.seniority) == (Stage.THEORY, Seniority.SENIOR)
    assert found.minutes <= planned.minutes + 3


def test_where_there_is_no_other_the_plan_is_kept() -> None:
    setup = Setup(questions=3)
    planned = make_question("only")
    assert another(setup, made(setup, [planned]), [], planned, seniority=Seniority.SENIOR) is None


def test_what_was_asked_already_is_not_asked_instead() -> None:
    setup = Setup(questions=3)
    planned, harder = make_question("planned"), make_question("harder", seniority=Seniority.SENIOR)
    assert another(setup, made(setup, [planned, harder]), [harder], planned, seniority=Seniority.SENIOR) is None
