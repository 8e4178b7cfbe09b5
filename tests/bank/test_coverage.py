"""Everything that the five articles hold is in the bank, and nothing that only looks like a question."""

from __future__ import annotations

import pytest

from interviewer.bank import load_bank, load_items
from interviewer.resources import knowledge_dir

BANK = load_bank(knowledge_dir())
ITEMS = load_items(BANK)

ASKED = {ref.item for question in BANK.questions.values() for ref in question.sources}
TOLD = {ref.item for guide in BANK.guides.values() for ref in guide.sources}
STAGES = {ref.item for stage in BANK.stages.values() for ref in stage.sources}
TOPICS = {ref.item for topic in BANK.topics.values() for ref in topic.sources}
ROLES = {ref.item for role in BANK.roles.values() for ref in role.sources}
COMPETENCIES = {ref.item for competency in BANK.competencies.values() for ref in competency.sources}
REFLECTIONS = {ref.item for reflection in BANK.reflections for ref in reflection.sources}


def test_the_list_is_as_long_as_the_articles() -> None:
    assert (len(ITEMS.questions), len(ITEMS.tasks), len(ITEMS.stages)) == (120, 18, 35)
    assert (len(ITEMS.topics), len(ITEMS.criteria), len(ITEMS.not_questions)) == (41, 10, 14)
    assert (len(ITEMS.roles), len(ITEMS.faqs), len(ITEMS.reflections)) == (3, 4, 3)


@pytest.mark.parametrize("item", [*ITEMS.questions, *ITEMS.tasks])
def test_every_question_and_task_is_asked(item: str) -> None:
    assert item in ASKED


@pytest.mark.parametrize("item", ITEMS.questions)
def test_a_question_is_asked_by_one_record_so_that_duplicates_are_merged(item: str) -> None:
    assert sum(any(ref.item == item for ref in question.sources) for question in BANK.questions.values()) == 1


def test_what_only_looks_like_a_question_is_not_asked() -> None:
    assert not ASKED & set(ITEMS.not_questions)


def test_no_record_names_an_item_that_there_is_not() -> None:
    known = {item for kind in ITEMS.model_dump().values() for item in kind}
    looks_like_one = {item for item in ASKED | TOLD | STAGES | TOPICS if item.startswith("s") and item[1:2].isdigit()}
    assert looks_like_one <= known


def test_stages_topics_roles_criteria_advice_and_reflections_are_used() -> None:
    assert set(ITEMS.stages) <= STAGES | TOLD
    assert set(ITEMS.topics) <= TOPICS
    assert set(ITEMS.roles) <= ROLES
    assert set(ITEMS.criteria) <= COMPETENCIES
    assert set(ITEMS.faqs) <= TOLD
    assert set(ITEMS.reflections) <= REFLECTIONS


def test_every_competency_is_spoken_to_by_some_question() -> None:
    assert {one for question in BANK.questions.values() for one in question.competencies} == set(BANK.competencies)
    assert all(question.competencies for question in BANK.questions.values())


def test_every_leaf_of_the_topic_tree_has_a_question() -> None:
    parents = {topic.parent for topic in BANK.topics.values()}
    assert {q.topic for q in BANK.questions.values()} == {topic for topic in BANK.topics if topic not in parents}


def test_a_question_has_a_format_that_its_stage_knows() -> None:
    for question in BANK.questions.values():
        assert question.format in BANK.stages[question.stage].formats, question.id


def test_every_question_and_guide_can_be_looked_for_in_other_words() -> None:
    for question in BANK.questions.values():
        assert len(set(question.searches)) == len(question.searches) >= 8, question.id
    for guide in BANK.guides.values():
        assert len(set(guide.searches)) == len(guide.searches) >= 8, guide.id


def test_questions_that_are_close_to_each_other_know_of_each_other() -> None:
    assert "f1-score" in BANK.relations["precision-recall"]
    for question, related in BANK.relations.items():
        assert question not in related
        assert all(question in BANK.relations[one] for one in related)
