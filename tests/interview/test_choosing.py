"""Questions follow a wish, and in practice the way an interview goes; in real mode nothing moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from interviewer.bank import Bank, load_bank
from interviewer.domain.company import Company
from interviewer.domain.interview import (
    Assessment,
    Exchange,
    ExchangeStatus,
    Interview,
    InterviewStatus,
    Mark,
    Setup,
    Turn,
)
from interviewer.domain.question import Question
from interviewer.domain.words import Intent, Mode, Role, Seniority, Speaker, Stage, Verdict
from interviewer.errors import UsageError
from interviewer.interview.choosing import Chooser, tendency
from interviewer.resources import knowledge_dir
from tests.interview.toys import NOON

BANK: Bank = load_bank(knowledge_dir())


def find(subject: str) -> Mapping[str, float]:
    """A search that knows two subjects."""
    known = {
        "trees": {"decision-tree": 1.0, "random-forest": 0.5, "decision-tree-pruning": 0.3},
        "SQL": {"sql-keys": 1.0},
    }
    return known.get(subject, {})


CHOOSER = Chooser(BANK, find)


def ids(setup: Setup, recent: tuple[str, ...] = ()) -> list[str]:
    return [question.id for question in CHOOSER.questions(setup, recent)]


# --- wishes at the start ------------------------------------------------------------------------------------


def test_a_subject_decides_the_questions() -> None:
    assert ids(Setup(questions=3, request="something about SQL")) == ["sql-keys"]


def test_of_questions_that_give_each_other_away_one_is_asked_even_when_all_fit_the_wish() -> None:
    assert len(ids(Setup(questions=3, request="more on trees"))) == 1


def test_a_wish_for_a_stage_keeps_to_it() -> None:
    questions = CHOOSER.questions(Setup(questions=4, request="coding questions please"))
    assert {question.stage for question in questions} == {Stage.CODING}
    assert len(questions) == 4


def test_who_would_be_asked_overrides_role_and_seniority() -> None:
    setup = Setup(questions=5, role=Role.DATA_SCIENTIST, request="something a senior researcher would get")
    questions = CHOOSER.questions(setup)
    assert all(Role.AI_RESEARCHER in question.roles for question in questions)
    assert any(question.seniority is Seniority.SENIOR for question in questions)


def test_a_wish_that_nothing_fits_is_refused_with_a_way_on() -> None:
    with pytest.raises(UsageError, match="cooking") as error:
        ids(Setup(questions=3, request="something about cooking"))
    assert error.value.remedy


# --- the mix of the shipped bank ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("seniority", list(Seniority))
@pytest.mark.parametrize("seed", range(5))
def test_an_hour_is_filled_with_a_mix_in_a_natural_order(role: Role, seniority: Seniority, seed: int) -> None:
    questions = CHOOSER.questions(Setup(role=role, seniority=seniority, minutes=60, seed=seed))
    assert 50 <= sum(question.minutes for question in questions) <= 60
    assert questions[0].stage is Stage.SCREENING
    assert questions[0].seniority in (
        Seniority.JUNIOR,
        seniority if seniority is not Seniority.SENIOR else Seniority.MID,
    )
    assert questions[-1].stage is Stage.CLOSING
    assert len({question.stage for question in questions}) >= 4
    asked = {question.id for question in questions}
    assert all(not asked & BANK.relations.get(question.id, frozenset()) for question in questions)


@pytest.mark.parametrize("seed", range(10))
def test_who_prepares_for_a_company_is_asked_about_it(seed: int) -> None:
    setup = Setup(questions=4, seed=seed, company=Company(name="Ada Bakeries"))
    assert any(question.company is not None for question in CHOOSER.questions(setup))


@pytest.mark.parametrize("role", list(Role))
def test_three_interviews_in_a_row_repeat_nothing_from_one_to_the_next(role: Role) -> None:
    before: tuple[str, ...] = ()
    for seed in range(3):
        asked = ids(Setup(role=role, questions=6, seed=seed), before)
        assert not set(asked) & set(before)
        before = tuple(asked)


def test_seniors_design_systems_more_often_than_juniors() -> None:
    def designs(seniority: Seniority) -> int:
        found = [q for seed in range(40) for q in CHOOSER.questions(Setup(seniority=seniority, questions=6, seed=seed))]
        return sum(question.stage is Stage.SYSTEM_DESIGN for question in found)

    assert designs(Seniority.SENIOR) > 2 * designs(Seniority.JUNIOR)


# --- while it runs ------------------------------------------------------------------------------------------


def running(setup: Setup, answered: list[Verdict], plan: tuple[str, ...] = ()) -> tuple[Interview, Assessment]:
    """An interview in which every core criterion of the questions so far got the given verdict; the last is open."""
    questions = tuple(CHOOSER.questions(setup) if not plan else [BANK.question(question) for question in plan])
    turns: list[Turn] = []
    exchanges: list[Exchange] = []
    assessments: list[Assessment] = []
    for number, verdict in enumerate(answered, start=1):
        question = questions[number - 1]
        last = number == len(answered)
        status = ExchangeStatus.OPEN if last else ExchangeStatus.CLOSED
        exchanges.append(Exchange(number=number, question=question, status=status, opened_at=NOON))
        for speaker in Speaker:
            seq = len(turns) + 1
            at = NOON + timedelta(minutes=seq)
            turns.append(Turn(seq=seq, exchange=number, speaker=speaker, text="said", at=at))
        marks = tuple(Mark(criterion=c.id, verdict=verdict) for c in question.rubric.criteria)
        assessments.append(Assessment(turn=len(turns), intent=Intent.ANSWER, marks=marks))
    interview = Interview(
        id="i",
        owner="local",
        setup=setup,
        bank_hash=BANK.hash,
        model="toy",
        status=InterviewStatus.RUNNING,
        created_at=NOON,
        plan=questions,
        exchanges=tuple(exchanges),
        turns=tuple(turns),
        assessments=tuple(assessments[:-1]),
    )
    return interview, assessments[-1]


PLAN = ("overfitting", "gradient-descent", "bias-mitigation", "hyperparameter-tuning")
PRACTICE = Setup(questions=4, seniority=Seniority.MID)


def instead(setup: Setup, answered: list[Verdict], plan: tuple[str, ...] = PLAN) -> Question | None:
    interview, heard = running(setup, answered, plan)
    return CHOOSER.instead(interview, heard)


def test_two_good_answers_make_the_next_question_harder() -> None:
    found = instead(PRACTICE, [Verdict.MET, Verdict.MET])
    assert found is not None
    assert found.seniority is Seniority.SENIOR
    assert found.stage is BANK.question(PLAN[2]).stage
    assert found.id not in PLAN


def test_two_bad_answers_make_it_easier() -> None:
    found = instead(PRACTICE, [Verdict.MISSING, Verdict.MISSING])
    assert found is not None
    assert found.seniority is Seniority.JUNIOR


def test_what_was_asked_lately_is_looked_up_only_where_another_question_is_looked_for() -> None:
    looked: list[str] = []

    def recent() -> set[str]:
        looked.append("once")
        return set()

    CHOOSER.instead(*running(PRACTICE, [Verdict.PARTIAL, Verdict.PARTIAL], PLAN), recent)
    assert looked == []
    CHOOSER.instead(*running(PRACTICE, [Verdict.MET, Verdict.MET], PLAN), recent)
    assert looked == ["once"]


@pytest.mark.parametrize(
    "answered",
    [[Verdict.MET], [Verdict.MISSING], [Verdict.MET, Verdict.MISSING], [Verdict.PARTIAL, Verdict.PARTIAL]],
    ids=str,
)
def test_one_answer_or_mixed_ones_change_nothing(answered: list[Verdict]) -> None:
    assert instead(PRACTICE, answered) is None


@pytest.mark.parametrize(
    "fixed",
    [
        pytest.param(PRACTICE.model_copy(update={"mode": Mode.REAL}), id="real mode"),
        pytest.param(PRACTICE.model_copy(update={"question_ids": PLAN}), id="fixed questions"),
    ],
)
def test_where_questions_are_fixed_nothing_moves(fixed: Setup) -> None:
    for answered in ([Verdict.MET] * 2, [Verdict.MISSING] * 2):
        assert instead(fixed, answered) is None
    interview, _ = running(fixed, [Verdict.MET], PLAN)
    assert CHOOSER.instead(interview, Assessment(turn=2, intent=Intent.REQUEST, request="more on trees")) is None


@pytest.mark.parametrize("stuck", [Intent.DONT_KNOW, Intent.HINT])
def test_who_was_stuck_is_asked_nothing_harder(stuck: Intent) -> None:
    interview, heard = running(PRACTICE, [Verdict.MET, Verdict.MET], PLAN)
    turns = [turn.seq for turn in interview.turns]
    needed_help = Assessment(turn=turns[2], intent=stuck)
    interview = interview.model_copy(update={"assessments": (*interview.assessments, needed_help)})
    assert tendency(interview, heard) == 0


def test_a_skipped_question_counts_as_one_that_went_badly() -> None:
    interview, heard = running(PRACTICE, [Verdict.MET, Verdict.MISSING], PLAN)
    skipped = interview.exchanges[0].model_copy(update={"status": ExchangeStatus.SKIPPED})
    interview = interview.model_copy(update={"exchanges": (skipped, interview.exchanges[1])})
    assert tendency(interview, heard) == -1


def wished(text: str, answered: list[Verdict] | None = None, plan: tuple[str, ...] = PLAN) -> Question | None:
    interview, _ = running(PRACTICE, answered or [Verdict.PARTIAL], plan)
    return CHOOSER.instead(interview, Assessment(turn=2, intent=Intent.REQUEST, request=text))


def test_a_wish_in_the_middle_is_met_at_once() -> None:
    found = wished("could we talk about SQL instead?")
    assert found is not None
    assert found.id == "sql-keys"


def test_a_wish_after_the_last_planned_question_is_met_too() -> None:
    found = wished("something about SQL", plan=PLAN[:1])
    assert found is not None
    assert found.id == "sql-keys"


def test_harder_means_harder_than_the_question_on_the_table() -> None:
    found = wished("a harder one please", plan=("overfitting", "sql-keys"))
    assert found is not None
    assert found.seniority.rank == BANK.question("overfitting").seniority.rank + 1


def test_what_was_asked_already_is_no_answer_to_a_wish() -> None:
    assert wished("something about SQL", plan=("sql-keys", "overfitting")) is None


def test_a_wish_that_cannot_be_met_leaves_the_plan() -> None:
    assert wished("let's do cooking next") is None
