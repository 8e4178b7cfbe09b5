"""Building a kit: one's own questions, what is still missing, and what a further version may change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from interviewer.bank import load_bank
from interviewer.domain.kit import KitContent, KitQuestion, Pausing, Probing
from interviewer.domain.question import Criterion, Identifier, Misconception, Question, Rubric
from interviewer.domain.words import CriterionKind, Format, Role, Seniority
from interviewer.kits import building, wording
from interviewer.resources import knowledge_dir

BANK = load_bank(knowledge_dir())


def criterion(name: str, **fields: Any) -> Criterion:
    return Criterion.model_validate({"id": name, "text": f"Says {name}", "statements": [f"It is {name}."]} | fields)


def own(*criteria: Criterion, prompt: str = "Why is the sky blue?", **fields: Any) -> Question:
    return building.own_question(building.own_id(prompt), prompt, criteria or (criterion("scattering"),), **fields)


def complete(**fields: Any) -> KitContent:
    """A kit that can be opened."""
    question = own(criterion("scattering", probe="And why is that?"), minutes=5)
    one = KitQuestion(question=question, why="Optics is the job.", probes=("scattering",), from_bank=False)
    return wording.fresh("Optician").model_copy(update={"asks": "Lens Ltd", "questions": (one,), **fields})


# --- questions of one's own -----------------------------------------------------------------------------------


@given(st.lists(st.text(max_size=90), max_size=6))
def test_whatever_the_prompts_are_their_ids_are_ids_of_ones_own_and_no_two_are_the_same(prompts: list[str]) -> None:
    taken: set[str] = set()
    for prompt in prompts:
        made = building.own_id(prompt, taken)
        assert TypeAdapter(Identifier).validate_python(made) == made
        assert made.startswith("own-")
        assert made not in taken
        taken.add(made)


@given(st.lists(st.text(max_size=90), max_size=6))
def test_what_is_looked_for_becomes_criteria_whatever_it_says(lines: list[str]) -> None:
    made = building.looked_for(lines)
    said = [line.strip() for line in lines if line.strip()]
    assert {one.text for one in made} == set(said)
    assert len(made) == len(set(said)), "what is said twice counts once"
    assert len({one.id for one in made}) == len(made)
    assert all(one.kind is CriterionKind.CORE and one.statements == (one.text,) for one in made)


def test_no_question_of_the_bank_could_be_one_of_ones_own() -> None:
    assert not [name for name in BANK.questions if name.startswith(building.OWN)]


def test_accents_are_dropped_and_words_are_kept_whole() -> None:
    assert building.own_id("Où est le café?") == "own-ou-est-le-cafe"
    long = building.own_id("word " * 40)
    assert len(long) <= 64
    assert set(long.removeprefix("own-").split("-")) == {"word"}


def test_what_is_left_empty_is_made_from_the_employers_own_words_and_from_nothing_else() -> None:
    question = own(
        criterion("one", text="Says it scatters", statements=["Light scatters", "It is scattered."]),
        criterion("two", text="Names Rayleigh", kind="strong", statements=["Rayleigh found it."]),
    )
    assert question.approach == "Looked for: Says it scatters; Names Rayleigh."
    assert question.sample_answer == "Light scatters."
    assert not question.sources
    assert not question.study


def test_what_is_given_stands() -> None:
    question = own(approach="Slowly.", sample_answer="Because.", minutes=9, format=Format.SCENARIO)
    assert (question.approach, question.sample_answer, question.minutes) == ("Slowly.", "Because.", 9)
    assert question.format is Format.SCENARIO


def test_where_nothing_is_core_the_sample_says_it_all() -> None:
    question = own(criterion("one", kind="strong"), criterion("two", kind="strong"))
    assert question.sample_answer == "It is one. It is two."


def test_none_of_ones_own_can_want_code_without_a_task() -> None:
    assert Format.CODING not in building.OWN_FORMATS
    for one in building.OWN_FORMATS:
        assert own(format=one).format is one
    with pytest.raises(ValueError, match="task"):
        own(format=Format.CODING)


def test_what_was_made_from_a_rubric_follows_it_and_what_was_written_stays() -> None:
    rubric = Rubric(criteria=(criterion("dust"),))
    made = building.with_rubric(own(), rubric)
    assert (made.approach, made.sample_answer) == ("Looked for: Says dust.", "It is dust.")
    written = building.with_rubric(own(approach="Slowly.", sample_answer="Because."), rubric)
    assert (written.approach, written.sample_answer) == ("Slowly.", "Because.")
    assert written.rubric == made.rubric == rubric


# --- follow-ups -----------------------------------------------------------------------------------------------


def test_the_follow_up_by_default_is_that_of_the_first_core_criterion_that_has_one() -> None:
    strong = criterion("depth", kind="strong", probe="How far?")
    silent, core, other = criterion("silent"), criterion("core", probe="Why?"), criterion("other", probe="When?")
    assert building.default_probes(own(strong, silent, core, other)) == ("core",)
    assert building.default_probes(own(strong, silent)) == ("depth",)
    assert building.default_probes(own(silent)) == ()
    assert building.probes_of(own(strong, silent, core)) == ("depth", "core")


def test_a_follow_up_goes_with_its_criterion() -> None:
    one = complete().questions[0]
    assert building.with_question(one, own(criterion("dust", probe="Why?"))).probes == ()
    same = one.question.model_copy(update={"minutes": 8})
    assert building.with_question(one, same).probes == ("scattering",)


# --- what is missing ------------------------------------------------------------------------------------------


def stops(content: KitContent) -> list[str]:
    return [problem.text for problem in building.problems(content) if problem.stops]


def test_nothing_is_missing_in_a_complete_kit() -> None:
    assert building.problems(complete()) == []


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ({"title": ""}, "title"),
        ({"asks": ""}, "who asks"),
        ({"consent": ""}, "agree to"),
        ({"another_way": ""}, "another way"),
        ({"questions": ()}, "no questions"),
    ],
)
def test_each_thing_that_is_missing_is_named_alone(left_out: dict[str, Any], said: str) -> None:
    (problem,) = stops(complete(**left_out))
    assert said in problem


def test_a_welcome_is_not_needed() -> None:
    assert stops(complete(welcome="")) == []


def test_a_new_kit_lacks_what_only_the_employer_can_know() -> None:
    assert len(stops(wording.fresh())) == 3, "title, who asks, questions"


def test_each_question_says_why_it_is_asked_and_is_asked_once() -> None:
    one = complete().questions[0]
    again = KitQuestion(question=own(prompt="why is the  SKY blue?"), why="")
    missing = [problem for problem in building.problems(complete(questions=(one, again))) if problem.stops]
    assert [problem.number for problem in missing] == [2, 2]
    assert "why it belongs to the job" in missing[0].text
    assert "the same as question 1" in missing[1].text


def test_a_follow_up_needs_words() -> None:
    one = complete().questions[0].model_copy(update={"probes": ("nowhere",)})
    (problem,) = stops(complete(questions=(one,)))
    assert "follow-up without words" in problem


def test_little_time_is_worth_knowing_and_stops_nothing() -> None:
    one = complete().questions[0]
    slow = one.model_copy(update={"question": one.question.model_copy(update={"minutes": 31})})
    assert building.problems(complete(questions=(slow,), minutes=31)) == []
    (problem,) = building.problems(complete(questions=(slow,), minutes=30))
    assert not problem.stops
    assert "31 minutes" in problem.text
    assert "30" in problem.text


def test_a_rubric_without_a_core_is_worth_knowing() -> None:
    one = complete().questions[0]
    weak = one.model_copy(update={"question": own(criterion("scattering", kind="strong", probe="Why?"))})
    (problem,) = building.problems(complete(questions=(weak,)))
    assert (problem.number, problem.stops) == (1, False)


# --- a further version ----------------------------------------------------------------------------------------


def edited(change: Callable[[Question], Question]) -> KitContent:
    one = complete().questions[0]
    return complete(questions=(one.model_copy(update={"question": change(one.question)}),))


def rubric_of(question: Question, **fields: Any) -> Question:
    (one,) = question.rubric.criteria
    rubric = question.rubric.model_copy(update={"criteria": (one.model_copy(update=fields),)})
    return question.model_copy(update={"rubric": rubric})


def test_what_candidates_never_hear_may_change() -> None:
    for change in (
        lambda q: rubric_of(q, text="Says Rayleigh"),
        lambda q: rubric_of(q, statements=("Small things scatter blue.",)),
        lambda q: rubric_of(q, weight=3.0, kind=CriterionKind.STRONG, contradictions=("Blue is painted on.",)),
        lambda q: q.model_copy(update={"sample_answer": "Otherwise.", "approach": "Otherwise."}),
    ):
        assert building.same_for_all(complete(), edited(change)) == []
    one = complete().questions[0].model_copy(update={"why": "For another reason."})
    assert building.same_for_all(complete(), complete(questions=(one,))) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": "Astronomer"}, "title"),
        ({"asks": "Glass Ltd"}, "who asks"),
        ({"role": Role.DATA_SCIENTIST}, "role"),
        ({"seniority": Seniority.SENIOR}, "seniority"),
        ({"welcome": "Hello."}, "welcome"),
        ({"consent": "Yes."}, "agree to"),
        ({"another_way": "Ring us."}, "another way"),
        ({"keep_days": 10}, "kept"),
        ({"minutes": 45}, "minutes"),
        ({"probing": Probing.NONE}, "follow-ups"),
        ({"pausing": Pausing.NONE}, "pause"),
        ({"questions": ()}, "which questions"),
    ],
)
def test_what_candidates_are_told_may_not_change(changed: dict[str, Any], said: str) -> None:
    (sentence,) = building.same_for_all(complete(), complete(**changed))
    assert said in sentence


def test_every_field_of_a_kit_is_either_shared_or_a_question() -> None:
    """A field that is added later must not slip through."""
    assert set(KitContent.model_fields) == {*building._SHARED, "questions"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda q: q.model_copy(update={"prompt": "Why is the sky grey?"}), "words"),
        (lambda q: q.model_copy(update={"minutes": 6}), "minutes"),
        (lambda q: rubric_of(q, probe="And how is that?"), "words of a follow-up"),
        (lambda q: rubric_of(q, probe=None), "words of a follow-up"),
        (lambda q: q.model_copy(update={"rubric": Rubric(criteria=(criterion("dust"),))}), "words of a follow-up"),
        (lambda q: q.model_copy(update={"id": "own-other"}), "which questions"),
    ],
)
def test_what_candidates_are_asked_may_not_change(change: Callable[[Question], Question], said: str) -> None:
    (sentence,) = building.same_for_all(complete(), edited(change))
    assert said in sentence


def test_the_order_and_the_choice_of_follow_ups_may_not_change() -> None:
    one = complete().questions[0]
    other = KitQuestion(question=own(criterion("salt"), prompt="Why is the sea salt?"), why="It is near.")
    assert building.same_for_all(complete(questions=(one, other)), complete(questions=(other, one)))
    silent = one.model_copy(update={"probes": ()})
    (sentence,) = building.same_for_all(complete(), complete(questions=(silent,)))
    assert "which follow-ups" in sentence


# --- what a draft changes -------------------------------------------------------------------------------------


def wrong(name: str, **fields: Any) -> Misconception:
    told = {"id": name, "beliefs": [f"It is {name}."], "challenge": "Is it?", "correction": "No."}
    return Misconception.model_validate(told | fields)


def test_nothing_changed_is_no_change() -> None:
    for question in BANK.questions.values():
        assert not building.changed(question.rubric, question.rubric)


def test_each_kind_of_change_is_told_apart() -> None:
    old = Rubric(
        criteria=(criterion("stays"), criterion("goes"), criterion("words"), criterion("weighs"), criterion("both")),
        misconceptions=(wrong("old"), wrong("kept")),
    )
    new = Rubric(
        criteria=(
            criterion("stays"),
            criterion("words", statements=["Otherwise."], probe="Why?"),
            criterion("weighs", weight=2),
            criterion("both", text="Says neither", kind="strong"),
            criterion("comes"),
        ),
        misconceptions=(wrong("kept", correction="Never."), wrong("new")),
    )
    found = building.changed(old, new)
    assert [one.id for one in found.added] == ["comes"]
    assert [one.id for one in found.removed] == ["goes"]
    assert [(one.name, one.what) for one in found.reworded] == [
        ("words", ("statements", "follow-up")),
        ("both", ("text",)),
    ]
    assert [one.after.id for one in found.reweighted] == ["weighs", "both"]
    assert [one.id for one in found.misconceptions_added] == ["new"]
    assert [one.id for one in found.misconceptions_removed] == ["old"]
    assert [(one.name, one.what) for one in found.misconceptions_reworded] == [("kept", ("correction",))]
    assert not found.reordered
    assert found
    told = found.sentences()
    assert "Weight 1 becomes 2: Says weighs" in told
    assert "Core becomes strong: Says neither" in told
    assert len(told) == 9


def test_another_order_and_counting_questions_are_changes_too() -> None:
    one, other = criterion("one"), criterion("other")
    assert building.changed(Rubric(criteria=(one, other)), Rubric(criteria=(other, one))).reordered
    asks = building.changed(Rubric(criteria=(one,)), Rubric(criteria=(one,), counts_questions=True))
    assert asks.counts_questions is True
    assert len(asks.sentences()) == 1


@given(st.data())
def test_two_rubrics_differ_exactly_when_a_change_is_named(data: st.DataObject) -> None:
    names = st.sampled_from(["a", "b", "c"])
    made = st.builds(
        lambda name, weight, probe: criterion(name, weight=weight, probe=probe),
        names,
        st.sampled_from([1, 2]),
        st.sampled_from([None, "Why?"]),
    )
    rubrics = st.lists(made, min_size=1, max_size=3, unique_by=lambda one: one.id).map(
        lambda some: Rubric(criteria=tuple(some))
    )
    old, new = data.draw(rubrics), data.draw(rubrics)
    assert bool(building.changed(old, new)) == (old != new) == bool(building.changed(old, new).sentences())
