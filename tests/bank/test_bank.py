"""The bank is complete and right, and says exactly where it is not."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from interviewer.bank import load_bank, load_calibration, load_second_readings, load_split
from interviewer.domain.knowledge import AnswerKind, CalibrationAnswer
from interviewer.domain.question import Question
from interviewer.domain.words import CriterionKind, Role, Stage, Verdict
from interviewer.errors import KnowledgeError, UsageError
from interviewer.folding import echoes
from interviewer.grading.scoring import band, score_of
from interviewer.resources import knowledge_dir

BANK = load_bank(knowledge_dir())
CALIBRATION = load_calibration(BANK)
questions = pytest.mark.parametrize("question", BANK.questions.values(), ids=lambda question: question.id)


# --- what is shipped ----------------------------------------------------------------------------------------


@questions
def test_a_question_is_complete(question: Question) -> None:
    rubric = question.rubric
    assert question.prompt.count("?") <= 1
    assert all(variant.count("?") <= 1 for variant in question.variants)
    assert len({question.prompt, *question.variants}) == 1 + len(question.variants) >= 3
    assert 3 <= len(rubric.criteria) <= 6
    assert any(criterion.kind is CriterionKind.CORE for criterion in rubric.criteria)
    assert any(criterion.kind is CriterionKind.STRONG for criterion in rubric.criteria)
    assert rubric.misconceptions
    assert question.clarifications
    assert question.sample_answer
    assert question.approach
    assert question.study


@questions
def test_every_criterion_can_be_recognised_hinted_at_and_probed(question: Question) -> None:
    for criterion in question.rubric.criteria:
        where = f"{question.id}, {criterion.id}"
        assert len(set(criterion.statements)) == len(criterion.statements) >= 3, where
        assert 2 <= len(set(criterion.hints)) == len(criterion.hints) <= 3, where
        assert criterion.probe is not None, where
        assert criterion.probe.count("?") == 1, where
        assert all(hint.count("?") <= 1 for hint in criterion.hints), where
        assert not set(criterion.statements) & set(criterion.contradictions), where


@questions
def test_every_misconception_is_challenged_and_corrected(question: Question) -> None:
    for misconception in question.rubric.misconceptions:
        assert misconception.challenge.count("?") <= 1
        assert misconception.correction != misconception.challenge
        assert misconception.beliefs


@questions
def test_clarifications_give_nothing_away_by_asking_back(question: Question) -> None:
    for clarification in question.clarifications:
        assert "?" not in clarification.answer
        assert len(clarification.asks) >= 2


@questions
def test_nothing_that_is_said_in_an_interview_repeats_a_reference_statement(question: Question) -> None:
    """A probe, hint or challenge that said a statement would give it away, and make it an echo afterwards."""
    shown = [
        question.prompt,
        *question.variants,
        *(text for c in question.rubric.criteria for text in (*c.hints, *((c.probe,) if c.probe else ()))),
        *(clarification.answer for clarification in question.clarifications),
    ]
    for criterion in question.rubric.criteria:
        for statement in criterion.statements:
            assert not echoes(statement, shown), statement


def test_no_two_questions_ask_the_same() -> None:
    wordings = Counter(wording for q in BANK.questions.values() for wording in (q.prompt, *q.variants))
    assert [wording for wording, count in wordings.items() if count > 1] == []


def test_every_role_and_stage_is_described() -> None:
    assert set(BANK.roles) == set(Role)
    assert list(BANK.stages) == list(Stage)


def test_the_bank_has_guides_for_before_during_and_after() -> None:
    assert {guide.when for guide in BANK.guides.values()} == {"before", "during", "after"}
    for guide in BANK.guides.values():
        assert all(ref.source in BANK.sources for ref in guide.sources)


def test_topics_lead_up_to_a_root() -> None:
    for topic, path in BANK.ancestors.items():
        assert path[0] == topic
        assert BANK.topics[path[-1]].parent is None


def test_an_unknown_question_is_named() -> None:
    with pytest.raises(UsageError, match="no-such-question"):
        BANK.question("no-such-question")


# --- calibration answers ------------------------------------------------------------------------------------


def test_calibration_answers_are_there_in_every_band() -> None:
    assert set(CALIBRATION) == set(BANK.questions)
    for name, calibration in CALIBRATION.items():
        assert {answer.band for answer in calibration.answers} == {1, 2, 3, 4, 5}, name
        worthless = {answer.kind for answer in calibration.answers if answer.band == 1}
        assert len(worthless) >= 3, name
        ids = [answer.id for answer in calibration.answers]
        assert len(set(ids)) == len(ids), name


def test_calibration_answers_are_long_and_short_right_and_wrong() -> None:
    answers = [answer for calibration in CALIBRATION.values() for answer in calibration.answers]
    assert {answer.kind for answer in answers} == set(AnswerKind)
    assert {answer.style for answer in answers} == {"plain", "colloquial", "non_native", "transcribed"}
    lengths = sorted(len(answer.text.split()) for answer in answers)
    assert lengths[0] < 40
    assert lengths[-1] > 120


def test_what_a_calibration_answer_is_said_to_state_is_quoted() -> None:
    for name, calibration in CALIBRATION.items():
        for answer in calibration.answers:
            stated = {c for c, verdict in answer.verdicts.items() if verdict is not Verdict.MISSING}
            assert set(answer.quotes) == stated, (name, answer.id)


def test_length_does_not_follow_quality() -> None:
    answers = [answer for calibration in CALIBRATION.values() for answer in calibration.answers]
    words = [len(answer.text.split()) for answer in answers]
    for worth in (1, 5):
        lengths = sorted(n for n, answer in zip(words, answers, strict=True) if answer.band == worth)
        assert lengths[len(lengths) // 5] < 70, worth
        assert lengths[-len(lengths) // 5] > 100, worth


def test_a_third_of_the_calibration_answers_was_read_a_second_time() -> None:
    readings = load_second_readings(BANK)
    assert len(readings) >= len(CALIBRATION) / 3
    for name, answers in readings.items():
        assert set(answers) == {answer.id for answer in CALIBRATION[name].answers}
    development, test = load_split(BANK)
    assert len(set(readings) & set(development)) >= len(readings) // 3 <= len(set(readings) & set(test))


def _as_judged(question: Question, answer: CalibrationAnswer) -> int:
    """The band that the scoring rule gives the authors' verdicts."""
    return band(score_of(question.rubric.criteria, answer.verdicts))


@pytest.mark.parametrize("name", CALIBRATION)
def test_the_authors_bands_are_what_the_scoring_rule_makes_of_their_verdicts(name: str) -> None:
    question = BANK.questions[name]
    wrong = {
        answer.id: (answer.band, _as_judged(question, answer))
        for answer in CALIBRATION[name].answers
        if answer.band != _as_judged(question, answer)
    }
    assert wrong == {}


@pytest.mark.parametrize("name", CALIBRATION)
def test_answers_of_a_kind_have_verdicts_of_that_kind(name: str) -> None:
    for answer in CALIBRATION[name].answers:
        verdicts = set(answer.verdicts.values())
        if answer.kind in (
            AnswerKind.KEYWORDS,
            AnswerKind.RESTATED,
            AnswerKind.INSTRUCTION,
            AnswerKind.OFF_TOPIC,
            AnswerKind.DONT_KNOW,
        ):
            assert verdicts == {Verdict.MISSING}, answer.id
        if answer.kind is AnswerKind.NEGATED:
            assert Verdict.CONTRADICTED in verdicts, answer.id
        if answer.kind is AnswerKind.EXCELLENT:
            assert answer.band == 5, answer.id


def test_the_split_covers_all_calibrated_questions_and_its_halves_share_none() -> None:
    development, test = load_split(BANK)
    assert not set(development) & set(test)
    assert {*development, *test} == set(CALIBRATION)
    assert abs(len(development) - len(test)) <= 1


# --- broken files -------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(knowledge_dir(), tmp_path / "knowledge")
    return tmp_path / "knowledge"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


BROKEN = [
    pytest.param("id: overfitting", "id: overfitting\n  topic: [", r"line \d+", None, id="broken YAML names the line"),
    pytest.param("format: concept", "format: concept\n\tminutes: 5", r"line \d+", None, id="a tab names the line"),
    pytest.param("minutes: 5", "minutes: 5\nminutes: 6", r"line \d+.*'minutes' stands twice", None, id="a key twice"),
    pytest.param(
        "    - id: fits_noise",
        "    - id: fits_noise\n      id: other",
        r"line \d+.*'id' stands twice",
        None,
        id="a key twice, further in",
    ),
    pytest.param("minutes: 5", "minutes: 5\ndifficulty: 3", "difficulty", "overfitting", id="an unknown field"),
    pytest.param("minutes: 5\n", "", "minutes", "overfitting", id="a missing field"),
    pytest.param("minutes: 5", "minutes: five", "minutes", "overfitting", id="a wrong type"),
    pytest.param("minutes: 5", "minutes: 500", "minutes", "overfitting", id="out of range"),
    pytest.param("seniority: junior", "seniority: intern", "seniority", "overfitting", id="an unknown word"),
    pytest.param("id: overfitting", "id: underfitting", "underfitting.yaml", None, id="an id that is not the file's"),
    pytest.param("id: overfitting", "id: Over Fitting", "id", "Over Fitting", id="an id that is none"),
    pytest.param("topic: generalisation", "topic: cooking", "cooking", "overfitting", id="an unknown topic"),
    pytest.param('source: "000"', 'source: "999"', "999", "overfitting", id="an unknown source"),
    pytest.param("- id: generalisation_gap", "- id: fits_noise", "repeat", "overfitting", id="criteria of the same id"),
    pytest.param("minutes: 5", "minutes: 2026-02-30", "not valid YAML", None, id="a date that there is not"),
    pytest.param("minutes: 5", "minutes: !!map 5", r"not valid YAML", None, id="a tag that does not fit"),
    pytest.param("minutes: 5", "minutes: !!python/object:os.system 5", r"line \d+", None, id="a tag that runs code"),
    pytest.param("minutes: 5", "minutes: *nothing", r"line \d+", None, id="an alias to nothing"),
    pytest.param("minutes: 5", "? [a, b]\n: 5", r"line \d+", None, id="a list for a key"),
    pytest.param("minutes: 5", "minutes: 5\nprompt: \x01", "not valid YAML", None, id="a control character"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problem", "record"), BROKEN)
def test_a_broken_question_names_file_record_and_problem(
    folder: Path, old: str, new: str, problem: str, record: str | None
) -> None:
    _edit(folder / "questions" / "overfitting.yaml", old, new)
    with pytest.raises(KnowledgeError, match=problem) as error:
        load_bank(folder)
    assert "overfitting.yaml" in str(error.value)
    assert error.value.path.endswith("overfitting.yaml")
    assert error.value.remedy
    if record is not None:
        assert error.value.record == record
        assert record in str(error.value)


@pytest.mark.parametrize("left_out", ["sources", "study"])
@pytest.mark.parametrize(("instead", "problem"), [("", "Field required"), ("{}: []\n", "at least 1 item")])
def test_a_record_of_the_bank_says_where_it_comes_from_and_what_to_study(
    folder: Path, left_out: str, instead: str, problem: str
) -> None:
    """An employer's own question needs neither; a question of a bank does."""
    path = folder / "questions" / "overfitting.yaml"
    before, rest = path.read_text(encoding="utf-8").split(f"\n{left_out}:\n", 1)
    lines = rest.splitlines(keepends=True)
    after = next((n for n, line in enumerate(lines) if not line.startswith(" ")), len(lines))
    path.write_text(f"{before}\n{instead.format(left_out)}{''.join(lines[after:])}", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=f"{left_out}: .*{problem}") as error:
        load_bank(folder)
    assert error.value.record == "overfitting"


def test_a_question_of_the_bank_is_a_question_like_any_other() -> None:
    """Values of two classes are never equal, and an interview keeps plain questions."""
    for question in BANK.questions.values():
        assert question == Question.model_validate(question.model_dump())


def test_a_question_of_ones_own_needs_no_sources_and_nothing_to_study() -> None:
    own = Question.model_validate(BANK.question("overfitting").model_dump(exclude={"sources", "study"}))
    assert not own.sources
    assert not own.study
    assert Question.model_validate(own.model_dump(mode="json")) == own


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"id: \xff\xfe", r"not UTF-8 \(byte 4\)", id="not UTF-8"),
        pytest.param(b"", "record", id="an empty file"),
        pytest.param(b"- a\n- b\n", "record", id="a list in place of a record"),
        pytest.param(b"just words", "record", id="a text in place of a record"),
        pytest.param(b"a: &a [*a]", "record", id="a list that contains itself"),
        pytest.param(b"[" * 5000, "not valid YAML|nested", id="nesting without end"),
    ],
)
def test_a_file_that_is_no_record_says_so(folder: Path, content: bytes, problem: str) -> None:
    (folder / "questions" / "overfitting.yaml").write_bytes(content)
    with pytest.raises(KnowledgeError, match=problem) as error:
        load_bank(folder)
    assert "overfitting.yaml" in str(error.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        pytest.param("topics.yaml", "parent: foundations", "parent: nowhere", "nowhere", id="a topic under nothing"),
        pytest.param("topics.yaml", "id: trees", "id: ensembles", "ensembles.*stands twice", id="a topic twice"),
        pytest.param("roles.yaml", "evaluation: 2", "cooking: 2", "cooking", id="emphasis on an unknown topic"),
        pytest.param("roles.yaml", "evaluation: 2", "evaluation: 0", "greater than 0", id="emphasis of nought"),
        pytest.param("roles.yaml", "id: data_scientist", "id: wizard", "wizard", id="an unknown role"),
        pytest.param("stages.yaml", "id: coding", "id: cooking", "cooking", id="an unknown stage"),
    ],
)
def test_a_broken_list_names_file_and_record(folder: Path, name: str, old: str, new: str, problem: str) -> None:
    _edit(folder / name, old, new)
    with pytest.raises(KnowledgeError, match=problem) as error:
        load_bank(folder)
    assert name in str(error.value)


def test_a_list_that_is_none_says_so(folder: Path) -> None:
    (folder / "topics.yaml").write_text("id: trees\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="list of records"):
        load_bank(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "topics.yaml").unlink()
    with pytest.raises(KnowledgeError, match=r"topics\.yaml: cannot be read"):
        load_bank(folder)


def test_a_folder_without_questions_says_so(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(KnowledgeError, match="questions"):
        load_bank(tmp_path)
    for path in (folder / "questions").iterdir():
        path.unlink()
    with pytest.raises(KnowledgeError, match="no question"):
        load_bank(folder)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param("question: overfitting", "question: underfitting", "underfitting", id="of an unknown question"),
        pytest.param("      fits_noise: met", "      fits_nothing: met", "fits_nothing", id="of an unknown criterion"),
        pytest.param("      fits_noise: met\n", "", "fits_noise", id="without a verdict on one"),
        pytest.param("      fits_noise: met", "      fits_noise: great", "fits_noise", id="with an unknown verdict"),
        pytest.param("band: 5", "band: 6", "band", id="with a band that there is not"),
    ],
)  # fmt: skip
def test_broken_calibration_answers_name_their_file(folder: Path, old: str, new: str, problem: str) -> None:
    _edit(folder / "calibration" / "overfitting.yaml", old, new)
    with pytest.raises(KnowledgeError, match=problem) as error:
        load_calibration(load_bank(folder))
    assert "overfitting.yaml" in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            "  - autocorrelation", "  - adam-optimizer", "in both halves.*adam-optimizer", id="in both halves"
        ),
        pytest.param("  - autocorrelation", "  - cooking", "unknown questions.*cooking", id="unknown"),
    ],
)
def test_a_broken_split_says_so(folder: Path, old: str, new: str, problem: str) -> None:
    _edit(folder / "calibration_split.yaml", old, new)
    with pytest.raises(KnowledgeError, match=problem):
        load_split(load_bank(folder))


# --- hashes -------------------------------------------------------------------------------------------------


def test_the_same_files_have_the_same_hash_and_any_change_another(folder: Path) -> None:
    assert load_bank(folder).hash == BANK.hash
    _edit(folder / "questions" / "overfitting.yaml", "minutes: 5", "minutes: 6")
    changed = load_bank(folder)
    assert changed.hash != BANK.hash
    assert changed.questions["overfitting"].hash != BANK.questions["overfitting"].hash
    assert changed.questions["overfitting"].rubric.hash == BANK.questions["overfitting"].rubric.hash


def test_a_rubrics_hash_changes_with_its_weights(folder: Path) -> None:
    _edit(folder / "questions" / "overfitting.yaml", "      kind: core", "      kind: core\n      weight: 2")
    assert load_bank(folder).questions["overfitting"].rubric.hash != BANK.questions["overfitting"].rubric.hash
