"""The queue of disagreements: what is in it, in which order, what is said of each; and what settling one makes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from interviewer.calibration.disagreements import (
    Between,
    Item,
    agreed,
    answered,
    calibration_answer,
    missing,
    queue,
)
from interviewer.domain.grade import CriterionVerdict, Evidence, Grade, Provenance, Ungraded
from interviewer.domain.interview import Turn
from interviewer.domain.knowledge import AnswerKind
from interviewer.domain.question import Criterion, Rubric
from interviewer.domain.rating import Decision, DecisionKind, Rating
from interviewer.domain.words import CriterionKind, Intent, Speaker, Verdict

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MET, PARTIAL, MISSING, CONTRADICTED = Verdict.MET, Verdict.PARTIAL, Verdict.MISSING, Verdict.CONTRADICTED
RUBRIC = Rubric(
    criteria=(
        Criterion(id="noise", text="Says that it learns noise.", statements=("It learns the noise.",)),
        Criterion(id="remedy", text="Names a remedy.", statements=("Use more data.",)),
    )
)


def rating(
    rater: str,
    band: int | None,
    item: Item = ("a", 1),
    given: dict[str, Verdict] | None = None,
    submitted: bool = True,
    **verdicts: Verdict,
) -> Rating:
    return Rating(
        interview_id=item[0],
        exchange=item[1],
        rater=rater,
        rubric_hash=RUBRIC.hash,
        verdicts=given or verdicts,
        band=band,
        submitted_at=NOON if submitted else None,
    )


def grade(band: int, quotes: dict[str, str] | None = None, **verdicts: Verdict) -> Grade:
    return Grade(
        score=band,
        low=band,
        high=band,
        band=band,
        confidence=1,
        verdicts=tuple(
            CriterionVerdict(
                criterion=name,
                text=RUBRIC.criterion(name).text,
                kind=CriterionKind.CORE,
                weight=1,
                verdict=verdict,
                confidence=1,
                reason="",
                evidence=tuple(
                    Evidence(turn=2, start=0, end=len(text), text=text)
                    for text in [(quotes or {}).get(name, "")]
                    if text
                ),
            )
            for name, verdict in verdicts.items()
        ),
        provenance=Provenance(model="toy", version="1", rubric_hash=RUBRIC.hash),
    )


def decision(band: int = 4, withdrawn: bool = False, **verdicts: Verdict) -> Decision:
    return Decision(
        interview_id="a",
        exchange=1,
        kind=DecisionKind.SETTLED,
        by="Ada",
        band=band,
        verdicts=verdicts,
        reason="We read it again.",
        rubric_hash=RUBRIC.hash,
        at=NOON,
        withdrawn=withdrawn,
    )


# --- what is in it, and where ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bands", "machine", "spread", "distance", "among", "with_machine"),
    [
        ((2, 5), 4, 3, 0.5, True, True),
        ((4, 4), 1, 0, 3.0, False, True),
        ((3, 5), None, 2, None, True, False),
        ((2,), 5, 0, 3.0, False, True),
        ((1, 2, 3), 2, 2, 0.0, True, False),
        ((None, 3), 3, 0, 0.0, False, False),
        ((None, None), 3, 0, None, False, False),
    ],
)
def test_how_far_people_part_and_how_far_the_machine_is_from_their_mean(
    bands: tuple[int | None, ...],
    machine: int | None,
    spread: int,
    distance: float | None,
    among: bool,
    with_machine: bool,
) -> None:
    ratings = [rating(str(place), band) for place, band in enumerate(bands)]
    found = queue(ratings, {} if machine is None else {("a", 1): grade(machine)}, {})
    if not among and not with_machine:
        assert found == []
        return
    (one,) = found
    assert (one.spread, one.distance, one.among_people, one.with_machine) == (spread, distance, among, with_machine)
    assert one.ratings == tuple(ratings)


@pytest.mark.parametrize(
    ("given", "machine", "odds"),
    [
        ([{"noise": MET}, {"noise": MISSING}], MET, [("noise", Between.PEOPLE)]),
        ([{"noise": MET}, {"noise": MET}], MISSING, [("noise", Between.MACHINE)]),
        ([{"noise": MET}, {"noise": MET}], MET, []),
        ([{"noise": MET}, {}], CONTRADICTED, [("noise", Between.MACHINE)]),
        ([{"remedy": MET}], MISSING, []),
        ([{"noise": MET}], Verdict.NOT_ASSESSED, []),
        ([{"noise": Verdict.NOT_ASSESSED}, {"noise": MET}], MET, []),
    ],
)
def test_a_criterion_is_at_odds_between_people_or_else_between_all_of_them_and_the_machine(
    given: list[dict[str, Verdict]], machine: Verdict, odds: list[tuple[str, Between]]
) -> None:
    ratings = [rating(str(place), 3, given=verdicts) for place, verdicts in enumerate(given)]
    found = queue(ratings, {("a", 1): grade(3, noise=machine)}, {})
    assert [(o.criterion, o.between) for one in found for o in one.odds] == odds


def test_the_largest_is_first_then_what_parts_people_then_more_criteria_and_ties_stay_as_they_came() -> None:
    items = [(name, 1) for name in "abcdefg"]
    a, b, c, d, e, f, g = items
    ratings = [
        *(rating("x", 3, a, noise=MET), rating("y", 3, a, noise=MISSING)),  # one criterion
        *(rating("x", 4, b), rating("y", 3, b)),  # one band apart
        *(rating("x", 4, c), rating("y", 4, c)),  # two from the machine
        *(rating("x", 5, d), rating("y", 3, d)),  # two apart
        *(rating("x", 4, e), rating("y", 3, e)),  # as b
        *(rating("x", 5, f, noise=MET), rating("y", 3, f, noise=MISSING)),  # two apart, and a criterion
        *(rating("x", 3, g), rating("y", 3, g)),  # all agree
    ]
    found = queue(ratings, {c: grade(2), d: grade(4), g: grade(3)}, {})
    assert [one.item for one in found] == [f, d, c, b, e, a]


def test_the_order_of_raters_within_an_answer_changes_nothing() -> None:
    ratings = [rating("x", 5), rating("y", 2), rating("x", 4, ("b", 2)), rating("y", 3, ("b", 2))]
    swapped = [ratings[1], ratings[0], ratings[3], ratings[2]]
    assert [(one.item, one.size) for one in queue(ratings, {}, {})] == [
        (one.item, one.size) for one in queue(swapped, {}, {})
    ]


def test_drafts_do_not_count_and_an_ungraded_answer_has_no_machine_side() -> None:
    assert queue([rating("x", 5), rating("y", 1, submitted=False)], {}, {}) == []
    ungraded = Ungraded(reason="cut off", retryable=True)
    (one,) = queue([rating("x", 5), rating("y", 1)], {("a", 1): ungraded}, {})
    assert (one.grade, one.distance) == (None, None)


def test_what_was_settled_stays_in_with_the_decision_that_counts() -> None:
    ratings = [rating("x", 5), rating("y", 1)]
    settled = decision(3)
    (one,) = queue(ratings, {}, {("a", 1): [decision(2), settled]})
    assert one.decision == settled
    (one,) = queue(ratings, {}, {("a", 1): [settled, decision(3, withdrawn=True)]})
    assert one.decision is None


def test_what_everybody_gave_alike_is_known_and_nothing_else() -> None:
    ratings = [rating("x", 3, noise=MET, remedy=MISSING), rating("y", 3, noise=MET, remedy=MET), rating("z", 3)]
    assert agreed(ratings, ["noise", "remedy"]) == {"noise": MET}


# --- a calibration answer ----------------------------------------------------------------------------------------


def turn(seq: int, speaker: Speaker, text: str, intent: Intent | None = None) -> Turn:
    return Turn(seq=seq, exchange=1, speaker=speaker, text=text, at=NOON, intent=intent)


def test_the_answer_is_what_the_candidate_said_without_buttons_and_without_the_interviewer() -> None:
    turns = [
        turn(1, Speaker.INTERVIEWER, "What is it?"),
        turn(2, Speaker.CANDIDATE, " It learns the noise. "),
        turn(3, Speaker.CANDIDATE, "Please repeat that.", Intent.REPHRASE),
        turn(4, Speaker.CANDIDATE, "More data helps.", Intent.ANSWER),
    ]
    assert answered(turns) == "It learns the noise.\n\nMore data helps."


def test_a_settled_answer_becomes_a_calibration_answer_with_the_settled_band_and_verdicts() -> None:
    settled = decision(4, noise=MET, remedy=PARTIAL)
    made = calibration_answer(settled, RUBRIC, "It learns the noise.")
    assert (made.band, made.kind, made.verdicts) == (4, AnswerKind.GOOD, {"noise": MET, "remedy": PARTIAL})
    assert made.quotes == {}
    assert calibration_answer(settled, RUBRIC, "x", kind=AnswerKind.TEXTBOOK).kind is AnswerKind.TEXTBOOK


@pytest.mark.parametrize(
    ("band", "kind"),
    [(5, "excellent"), (4, "good"), (3, "developing"), (2, "fragment"), (1, "off_topic")],
)
def test_the_kind_goes_by_the_band(band: int, kind: str) -> None:
    made = calibration_answer(decision(band, noise=MET, remedy=MET), RUBRIC, "It learns the noise.")
    assert made.kind.value == kind


def test_a_quote_comes_along_only_for_the_verdict_that_was_settled_and_word_for_word() -> None:
    text = "It learns the noise. Then one gathers data."
    settled = decision(4, noise=MET, remedy=PARTIAL)
    quotes = {"noise": "learns the noise", "remedy": "gathers data"}
    made = calibration_answer(settled, RUBRIC, text, grade=grade(5, quotes, noise=MET, remedy=MET))
    assert made.quotes == {"noise": "learns the noise"}
    elsewhere = grade(5, {"noise": "learns all the noise"}, noise=MET, remedy=PARTIAL)
    assert calibration_answer(settled, RUBRIC, text, grade=elsewhere).quotes == {}
    nothing = grade(1, {"noise": "learns the noise"}, noise=MISSING)
    assert calibration_answer(decision(1, noise=MISSING, remedy=MISSING), RUBRIC, text, grade=nothing).quotes == {}


def test_a_calibration_answer_needs_a_verdict_on_every_criterion() -> None:
    settled = decision(4, noise=MET)
    assert missing(settled, RUBRIC) == ["remedy"]
    with pytest.raises(ValueError, match="remedy"):
        calibration_answer(settled, RUBRIC, "It learns the noise.")
    assert missing(decision(4, noise=MET, remedy=MISSING), RUBRIC) == []


def test_a_machines_verdict_on_a_criterion_in_other_words_is_no_disagreement() -> None:
    ratings, grades = [rating("ann", 3, remedy=MET)], {("a", 1): grade(3, remedy=MISSING)}
    same = {1: {"remedy": "Names a remedy."}}
    assert [odd.criterion for odd in queue(ratings, grades, {}, same)[0].odds] == ["remedy"]
    assert queue(ratings, grades, {}, {1: {"remedy": "Names two remedies."}}) == []
