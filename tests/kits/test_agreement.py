"""What of a kit's ratings and grades is compared with what, before any figure is worked out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from interviewer.calibration import raters as statistics
from interviewer.calibration.disagreements import Item
from interviewer.calibration.rating_files import read_ratings
from interviewer.domain.grade import CriterionVerdict, Grade, Provenance, Ungraded
from interviewer.domain.kit import KitContent, KitQuestion, KitVersion
from interviewer.domain.question import Criterion, Question, Rubric, SourceRef
from interviewer.domain.rating import Rater, Rating
from interviewer.domain.words import CriterionKind, Format, Role, Seniority, Stage, Verdict
from interviewer.errors import UsageError
from interviewer.kits.agreement import Basis, basis, comparable, jsonl, kit_agreement

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MET, PARTIAL, MISSING = Verdict.MET, Verdict.PARTIAL, Verdict.MISSING


def question(name: str, **criteria: str) -> Question:
    return Question(
        id=name,
        prompt=f"What is {name}?",
        topic="learning",
        stage=Stage.THEORY,
        seniority=Seniority.MID,
        roles=(Role.ML_ENGINEER,),
        format=Format.CONCEPT,
        minutes=3,
        sources=(SourceRef(source="001", item="q1"),),
        approach="Begin at the beginning.",
        rubric=Rubric(criteria=tuple(Criterion(id=id, text=text, statements=(text,)) for id, text in criteria.items())),
        sample_answer="It is what it is.",
        study=("Read on.",),
    )


OLD = question("drift", cause="Names a cause.", remedy="Names a remedy.")
NEW = question("drift", cause="Names a cause.", remedy="Names two remedies.")
OTHER = question("leakage", what="Says what leaks.")


def version(number: int, *questions: Question) -> KitVersion:
    content = KitContent(questions=tuple(KitQuestion(question=one) for one in questions))
    return KitVersion(number=number, content=content, at=NOON)


FIRST, SECOND = version(1, OLD, OTHER), version(2, NEW, OTHER)


def rater(name: str, ready: bool = True, imported: bool = False) -> Rater:
    return Rater(
        id=name.casefold(),
        kit_id="k",
        owner="me",
        name=name,
        created_at=NOON,
        ready_at=NOON if ready else None,
        imported=imported,
    )


def rating(who: str, band: int | None, item: Item = ("i1", 1), of: Question = OLD, **verdicts: Verdict) -> Rating:
    return Rating(
        interview_id=item[0],
        exchange=item[1],
        rater=who,
        rubric_hash=of.rubric.hash,
        verdicts=verdicts,
        band=band,
        submitted_at=NOON,
    )


def grade(band: int, of: Question = OLD, model: str = "toy", made: str = "1", **verdicts: Verdict) -> Grade:
    return Grade(
        score=band,
        low=band,
        high=band,
        band=band,
        confidence=1,
        verdicts=tuple(
            CriterionVerdict(
                criterion=name,
                text=of.rubric.criterion(name).text,
                kind=CriterionKind.CORE,
                weight=1,
                verdict=verdict,
                confidence=1,
                reason="",
            )
            for name, verdict in verdicts.items()
        ),
        provenance=Provenance(model=model, version=made, rubric_hash=of.rubric.hash),
    )


def seen(found: Basis) -> set[tuple[str, str | None, str, float]]:
    return {(one.item, one.criterion, one.rater, one.score) for one in found.ratings}


# --- what is compared --------------------------------------------------------------------------------------------


def test_bands_are_of_whole_answers_and_verdicts_of_criteria_and_candidates_are_drawn_whole() -> None:
    found = basis([FIRST], [rater("Ada")], [rating("ada", 4, cause=MET)], {("i1", 1): grade(3, cause=PARTIAL)})
    assert seen(found) == {
        ("i1/1", None, "Ada", 4),
        ("i1/1", "drift/cause", "Ada", 3),
        ("i1/1", None, "machine: toy", 3),
        ("i1/1", "drift/cause", "machine: toy", 2),
    }
    assert {one.candidate for one in found.ratings} == {"i1"}
    assert [one.word for one in found.ratings if one.criterion is None] == [False, False]
    assert all(one.word for one in found.ratings if one.criterion is not None)
    assert (found.people, found.machines, found.answers, found.candidates) == (["Ada"], ("machine: toy",), 1, 1)


def test_only_submitted_ratings_of_people_who_have_practised_count_and_the_others_are_counted() -> None:
    draft = rating("ada", 2).model_copy(update={"submitted_at": None})
    unready = rating("ben", 5)
    found = basis([FIRST], [rater("Ada"), rater("Ben", ready=False)], [draft, unready], {})
    assert (found.ratings, found.not_ready) == ((), 1)


def test_ratings_from_a_file_count_without_practice_and_are_named() -> None:
    people = [rater("Ada"), rater("Ben", ready=False, imported=True)]
    found = basis([FIRST], people, [rating("ada", 4), rating("ben", 5)], {})
    assert found.people == ["Ada", "Ben"]
    assert found.imported == ("Ben",)


def test_the_machine_is_compared_where_people_rated_and_nowhere_else() -> None:
    grades: dict[Item, Grade | Ungraded] = {("i1", 1): grade(3), ("i2", 1): grade(5)}
    grades["i1", 2] = Ungraded(reason="cut off")
    found = basis([FIRST], [rater("Ada")], [rating("ada", 4), rating("ada", 3, ("i1", 2), OTHER)], grades)
    assert {one for one in seen(found) if one[2].startswith("machine")} == {("i1/1", None, "machine: toy", 3)}


def test_each_model_and_version_is_a_machine_of_its_own() -> None:
    ratings = [rating("ada", 4, (f"i{n}", 1)) for n in (1, 2, 3)]
    two_versions = {("i1", 1): grade(3), ("i2", 1): grade(3, made="2"), ("i3", 1): grade(3, model="other")}
    found = basis([FIRST], [rater("Ada")], ratings, two_versions)
    assert found.machines == ("machine: other", "machine: toy 1", "machine: toy 2")


def test_a_verdict_on_a_criterion_that_was_reworded_since_is_not_compared_and_a_band_is() -> None:
    ratings = [rating("ada", 4, of=OLD, cause=MET, remedy=MET), rating("ben", 3, of=NEW, cause=MET, remedy=MISSING)]
    machine = grade(4, of=NEW, cause=MET, remedy=PARTIAL)
    found = basis([FIRST, SECOND], [rater("Ada"), rater("Ben")], ratings, {("i1", 1): machine})
    assert {(name, who) for _, name, who, _ in seen(found)} == {
        *((None, "Ada"), ("drift/cause", "Ada")),
        *((None, "Ben"), ("drift/cause", "Ben"), ("drift/remedy", "Ben")),
        *((None, "machine: toy"), ("drift/cause", "machine: toy"), ("drift/remedy", "machine: toy")),
    }
    assert (found.reworded, found.older) == (1, 1)


def test_a_machines_verdict_on_an_older_wording_is_not_compared_either() -> None:
    found = basis(
        [FIRST, SECOND],
        [rater("Ada")],
        [rating("ada", 4, of=NEW, remedy=MET)],
        {("i1", 1): grade(4, of=OLD, remedy=MET)},
    )
    assert ("i1/1", "drift/remedy", "machine: toy", 3) not in seen(found)
    assert ("i1/1", "drift/remedy", "Ada", 3) in seen(found)


def test_an_unknown_rubric_is_taken_to_be_the_newest() -> None:
    unknown = rating("ada", 4, cause=MET, remedy=MET).model_copy(update={"rubric_hash": ""})
    assert comparable([FIRST, SECOND], unknown) == {"cause": MET, "remedy": MET}
    assert comparable([FIRST, SECOND], rating("ada", 4, cause=MET, remedy=MET)) == {"cause": MET}


def test_an_answer_to_a_question_that_the_kit_does_not_have_is_left_out() -> None:
    assert basis([FIRST], [rater("Ada")], [rating("ada", 4, ("i1", 3))], {}).ratings == ()
    assert comparable([FIRST], rating("ada", 4, ("i1", 3), cause=MET)) == {}


@pytest.mark.parametrize("name", ["machine", "Model", "machine: toy"])
def test_a_person_with_a_machines_name_is_a_person(name: str) -> None:
    found = basis([FIRST], [rater(name)], [rating(name.casefold(), 4)], {("i1", 1): grade(3)})
    assert found.machines == ("machine: toy",)
    assert found.people == [f"person: {name}"]
    assert kit_agreement(found, resamples=10).whole.people == found.people


# --- the figures, and the way out --------------------------------------------------------------------------------


def many(candidates: int) -> Basis:
    """Ada and Ben a band apart on every third answer to the first question, alike on the second."""
    ratings, grades = [], {}
    for n in range(candidates):
        one, two = (f"i{n:02}", 1), (f"i{n:02}", 2)
        band = n % 5 + 1
        other = min(band + 1, 5) if n % 3 == 0 else band
        ratings += [rating("ada", band, one, cause=MET), rating("ben", other, one, cause=PARTIAL)]
        ratings += [rating("ada", band, two, OTHER, what=MET), rating("ben", band, two, OTHER, what=MET)]
        grades[one] = grade(band, cause=MET)
    return basis([FIRST], [rater("Ada"), rater("Ben")], ratings, grades)


def test_the_figures_are_those_of_the_statistics_and_each_question_has_its_own() -> None:
    found = many(12)
    agreed = kit_agreement(found, resamples=50)
    assert agreed.whole == statistics.agreement(found.ratings, machines=["machine: toy"], resamples=50)
    assert agreed.whole.overall is not None
    assert agreed.whole.overall.grouped_by == "candidate"
    assert agreed.questions["leakage"].people.exact.value == 1
    # Of 12 answers the 1st, 4th, 7th and 10th are apart, but for the 10th, whose band is 5 already.
    assert agreed.questions["drift"].people.exact.value == pytest.approx(9 / 12)
    assert agreed.questions["leakage"].machines == []
    part = agreed.criterion("drift", "cause")
    assert part is not None
    assert part.people.exact.value == 0
    assert agreed.criterion("drift", "remedy") is None


def test_bands_without_any_verdict_still_belong_to_their_question() -> None:
    found = basis([FIRST], [rater("Ada"), rater("Ben")], [rating("ada", 4), rating("ben", 4)], {})
    assert kit_agreement(found, resamples=10).questions["drift"].people.exact.value == 1


def test_whom_a_test_of_leniency_rests_on_are_candidates_whose_answers_several_people_rated() -> None:
    ratings = [rating("ann", 3, (f"i{number}", 1)) for number in range(30)]
    ratings += [rating("ann", 3, (f"i{number}", 2), OTHER) for number in range(30)]  # the same candidates again
    ratings += [rating("bo", 4, (f"i{number}", 1)) for number in range(12)]
    ratings += [rating("cy", 4, (f"i{number}", 1)) for number in range(12, 20)]
    ratings += [rating("dee", 4, (f"i{number}", 2), OTHER) for number in range(40, 90)]  # beside nobody
    grades: dict[Item, Grade | Ungraded] = {(f"i{number}", 2): grade(4, OTHER) for number in range(90)}
    people = [rater(name) for name in ("Ann", "Bo", "Cy", "Dee")]
    found = basis([FIRST], people, ratings, grades)
    assert found.candidates == 80
    assert found.compared == [20, 12, 8]  # Ann, Bo, Cy; a machine beside somebody makes no comparison of people


def test_without_ratings_there_is_no_agreement() -> None:
    with pytest.raises(UsageError, match="no rating"):
        kit_agreement(Basis())


def test_the_lines_are_read_by_the_command_as_the_same_ratings() -> None:
    found = many(3)
    read = read_ratings(jsonl(found).encode())
    assert read.problems == ()
    assert set(read.ratings) == set(found.ratings)


def test_the_hash_goes_by_what_was_rated_and_not_by_the_order() -> None:
    people = [rater("Ada"), rater("Ben")]
    ratings = [rating("ada", 4), rating("ben", 2)]
    one, other = (basis([FIRST], people, some, {}) for some in (ratings, ratings[::-1]))
    assert one.hash == other.hash
    assert one.hash != basis([FIRST], people, [rating("ada", 4), rating("ben", 3)], {}).hash
