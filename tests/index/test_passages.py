"""What a question and a guide are found by."""

from __future__ import annotations

from interviewer.domain.knowledge import Guide
from interviewer.domain.question import Criterion, Question, Rubric, SourceRef
from interviewer.domain.words import Format, Role, Seniority, Stage
from interviewer.index import bank_passages, guide_passages, question_passages

QUESTION = Question(
    id="overfitting",
    prompt="What is overfitting?",
    variants=("How do you notice that a model overfits?",),
    searches=("learnt the answers by heart",),
    topic="model-quality",
    stage=Stage.THEORY,
    seniority=Seniority.JUNIOR,
    roles=(Role.DATA_SCIENTIST, Role.ML_ENGINEER),
    format=Format.CONCEPT,
    minutes=4,
    sources=(SourceRef(source="001", item="Q1"),),
    approach="Say what it is, then how to see it.",
    rubric=Rubric(
        criteria=(Criterion(id="gap", text="Names the gap between training and new data", statements=("a secret",)),)
    ),
    sample_answer="another secret",
    study=("Learning curves",),
)
GUIDE = Guide(
    id="thanks",
    title="Saying thanks",
    audience="candidate",
    when="after",
    searches=("do I write to them afterwards",),
    text="Write soon.\n\nBe brief.\n  \n\nBe kind.",
)


def test_a_question_is_found_by_prompt_variants_searches_criteria_and_topic() -> None:
    texts = {p.id: p.text for p in question_passages(QUESTION, "Model quality") if not p.only_words}
    assert texts == {
        "overfitting:prompt": "What is overfitting?",
        "overfitting:variant-1": "How do you notice that a model overfits?",
        "overfitting:search-1": "learnt the answers by heart",
        "overfitting:criterion-gap": "Names the gap between training and new data",
        "overfitting:topic": "Model quality: What is overfitting?",
    }


def test_all_of_a_questions_words_can_be_searched_and_its_answers_only_by_words() -> None:
    (whole,) = [passage for passage in question_passages(QUESTION, "Model quality") if passage.only_words]
    for words in ("Model quality", "What is overfitting?", "by heart", "a secret", "another secret", "Learning curves"):
        assert words in whole.text
    assert not any("secret" in passage.text for passage in question_passages(QUESTION) if not passage.only_words)


def test_a_questions_passages_carry_what_filters_look_at_as_plain_strings() -> None:
    for passage in question_passages(QUESTION):
        assert passage.question_id == "overfitting"
        assert passage.kind == "question"
        assert passage.metadata == {
            "roles": ["data_scientist", "ml_engineer"],
            "seniority": "junior",
            "stage": "theory",
            "topic": "model-quality",
        }
        assert type(passage.metadata["stage"]) is str


def test_a_guide_is_found_by_its_title_its_searches_and_each_sentence() -> None:
    found = guide_passages(GUIDE)
    assert [passage.text for passage in found if not passage.only_words] == [
        "Saying thanks",
        "do I write to them afterwards",
        "Saying thanks. Write soon.",
        "Saying thanks. Be brief.",
        "Saying thanks. Be kind.",
    ]
    assert {(passage.guide_id, passage.kind) for passage in found} == {("thanks", "guide")}
    (whole,) = [passage for passage in found if passage.only_words]
    assert "Be kind." in whole.text


def test_no_two_passages_of_a_bank_have_the_same_id() -> None:
    guide = GUIDE.model_copy(update={"id": "overfitting"})
    found = bank_passages([QUESTION], [guide], {"model-quality": "Model quality"}.__getitem__)
    assert len({passage.id for passage in found}) == len(found) == 12
