"""The demo: what a made-up employer's kit, its candidates and its raters consist of. Pure and drawn from a seed.

The questions are the bank's and one more; the answers are the bank's calibration answers, whose bands and verdicts are
known, with a reply to the follow-up that may earn one criterion more. The ratings are drawn around those bands: nobody
gave them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import mean

from interviewer.bank import Bank
from interviewer.domain.kit import KitContent, KitQuestion
from interviewer.domain.knowledge import CalibrationAnswer, CalibrationSet
from interviewer.domain.question import Question
from interviewer.domain.rating import RATED, Practice
from interviewer.domain.words import CriterionKind, Role, Seniority, Verdict
from interviewer.errors import UsageError
from interviewer.grading.scoring import band, score_of
from interviewer.kits import wording
from interviewer.kits.demo_words import OWN, OWN_ANSWERS, REPLIES, UNKNOWING, WHY, Written

SEED = 7
CANDIDATES = 16

TITLE = "Demo: machine-learning engineer, first round"
ASKS = "Demo Employer (made up)"

KEPT_FOR_PRACTICE = ((5, 3, 1), (4, 2, 1), (5, 3, 2), (4, 2, 1))
"""By question of the bank, the bands of which no candidate gives one answer, so that raters can practise on it."""

ASKED_FOR_PRACTICE = 5

Item = tuple[str, int]
"""An answer that is rated: the interview's ID, and the number of the exchange."""

Known = Written | CalibrationAnswer
"""An answer whose band and verdicts are known."""


@dataclass(frozen=True)
class Said:
    """What a candidate says to one question, turn by turn, with the band and verdicts that it has.

    ``lines`` is empty where the question is skipped; the rest says nothing then.
    """

    lines: tuple[str, ...] = ()
    band: int = 1
    verdicts: Mapping[str, Verdict] | None = None


@dataclass(frozen=True)
class Candidate:
    """``said`` has one entry per question. ``leaves_at`` is the question that they are at and have not answered yet."""

    label: str
    said: tuple[Said, ...]
    extra_percent: int = 0
    pauses_after: int | None = None
    leaves_at: int | None = None


@dataclass(frozen=True)
class Practised:
    """A practice interview of whoever sits here: the questions, an answer to each, and how many days ago it was.

    ``stops_at`` is the question at which it was paused.
    """

    questions: tuple[str, ...]
    answers: tuple[str, ...]
    days_ago: float
    stops_at: int | None = None


@dataclass(frozen=True)
class DemoRater:
    """``leniency`` is in bands; ``noise`` the standard deviation, in bands, of what they add by chance; ``slips`` the
    share of verdicts that come out one step off; ``left`` the share of answers that they have not rated yet."""

    name: str
    leniency: float
    noise: float
    slips: float
    left: float = 0.0


RATERS = (
    DemoRater("Demo rater A", leniency=0.0, noise=0.45, slips=0.10),
    DemoRater("Demo rater B", leniency=-0.05, noise=0.55, slips=0.14),
    DemoRater("Demo rater C", leniency=0.5, noise=0.55, slips=0.14, left=0.15),
)


PRACTISED: tuple[tuple[tuple[tuple[str, int], ...], float, int | None], ...] = (
    ((("supervised-vs-unsupervised", 3), ("overfitting", 2), ("gradient-descent", 3)), 19.2, None),
    ((("precision-recall", 3), ("overfitting-neural-network", 4), ("random-forest", 2)), 11.1, None),
    ((("bias-variance", 4), ("gradient-descent", 5), ("ensemble-learning", 4)), 4.3, None),
    ((("roc-curve", 4), ("missing-data", 3), ("questions-for-us", 4)), 0.8, 2),
)
"""The practice interviews: questions with the band of the answer, days ago, and where it was paused."""


def content(bank: Bank) -> KitContent:
    """The demo's kit: four questions of the bank and one of the employer's own. Raises UsageError."""
    missing = [one for one in WHY if one != OWN.id and one not in bank.questions]
    if missing:
        raise UsageError(
            f"The demo needs questions that this bank does not have: {', '.join(missing)}.",
            "Leave --knowledge-dir (or INTERVIEWER_KNOWLEDGE_DIR) out, so that the bank that is shipped is used.",
        )
    questions = [OWN if one == OWN.id else bank.question(one) for one in WHY]
    return wording.fresh(TITLE).model_copy(
        update={
            "asks": ASKS,
            "role": Role.ML_ENGINEER,
            "seniority": Seniority.MID,
            "welcome": f"This is a demo: the employer, the job and all other candidates are made up. {wording.WELCOME}",
            "minutes": sum(question.minutes for question in questions),
            "questions": tuple(
                KitQuestion(
                    question=question,
                    why=WHY[question.id],
                    probes=(REPLIES[question.id].criterion,),
                    from_bank=question.id != OWN.id,
                )
                for question in questions
            ),
        }
    )


def candidates(
    questions: Sequence[Question], calibration: Mapping[str, CalibrationSet], seed: int = SEED
) -> list[Candidate]:
    """The made-up candidates, in the order of their links.

    Each is better or worse over all, and from question to question; every answer is given about equally often. One has
    extra time, one pauses, one skips a question, and the last is still in the middle of the interview.
    """
    random = Random(seed)
    to_give = [list(_split(number, question, calibration)[0]) for number, question in enumerate(questions)]
    used = [[0] * len(one) for one in to_give]
    found = []
    for number in range(CANDIDATES):
        ability = random.choice((1.8, 2.8, 3.4, 3.8, 4.2, 4.8))
        said = []
        for place, question in enumerate(questions):
            wanted = min(5.0, max(1.0, random.gauss(ability, 0.8)))
            chosen = _nearest(to_give[place], used[place], wanted)
            used[place][chosen] += 1
            said.append(_with_reply(question, to_give[place][chosen], ability, random))
        found.append(Candidate(label=f"Candidate {number + 1:02}", said=tuple(said)))
    skips = (*found[4].said[:2], Said(), *found[4].said[3:])
    found[4] = Candidate(found[4].label, skips)
    found[6] = Candidate(found[6].label, found[6].said, extra_percent=50)
    found[9] = Candidate(found[9].label, found[9].said, pauses_after=2)
    found[-1] = Candidate(found[-1].label, found[-1].said, leaves_at=3)
    return found


def practised(calibration: Mapping[str, CalibrationSet]) -> list[Practised]:
    """The practice interviews that go along, oldest first, of somebody who gets better."""
    return [
        Practised(
            questions=tuple(question for question, _ in asked),
            answers=tuple(
                next(answer.text for answer in calibration[question].answers if answer.band == value)
                for question, value in asked
            ),
            days_ago=days_ago,
            stops_at=stops_at,
        )
        for asked, days_ago, stops_at in PRACTISED
    ]


def reply(question: str, target: str, calibration: Mapping[str, CalibrationSet], random: Random) -> str:
    """What is said when the interviewer asks for more on criterion ``target``: a good answer's words, or that one
    does not know."""
    quotes = [
        answer.quotes[target]
        for answer in calibration[question].answers
        if answer.band >= 4 and answer.verdicts.get(target) is Verdict.MET and target in answer.quotes
    ]
    return random.choice(quotes) if quotes and random.random() < 0.7 else UNKNOWING


def practice(
    questions: Sequence[Question], calibration: Mapping[str, CalibrationSet], rater: DemoRater, seed: int = SEED
) -> list[Practice]:
    """A rater's made-up practice round, on answers that no candidate of the demo gave."""
    random = Random(f"{seed} practice {rater.name}")
    kept = [
        (question, answer)
        for number, question in enumerate(questions)
        for answer in _split(number, question, calibration)[1]
    ]
    by_band: dict[int, list[tuple[Question, Known]]] = {}
    for question, answer in kept:
        by_band.setdefault(answer.band, []).append((question, answer))
    chosen = [random.choice(by_band[one]) for one in sorted(by_band, reverse=True)][:ASKED_FOR_PRACTICE]
    random.shuffle(chosen)
    round_: list[Practice] = []
    for question, answer in chosen:
        given, verdicts = drawn(question, answer.band, answer.verdicts, rater, random)
        near = min(answer.band + 1, max(answer.band - 1, given))  # whoever is ready was within one band
        round_.append(
            Practice(
                question=question.id,
                answer=answer.id,
                band=answer.band,
                given=near,
                verdicts=dict(answer.verdicts),
                given_verdicts=verdicts,
            )
        )
    return round_


def drawn(
    question: Question, known: int, verdicts: Mapping[str, Verdict], rater: DemoRater, random: Random
) -> tuple[int, dict[str, Verdict]]:
    """The band and verdicts that a made-up rater gives to an answer with these: drawn, not judged."""
    given = round(random.gauss(known + rater.leniency, rater.noise))
    return min(5, max(1, given)), {
        criterion.id: _drawn(verdicts.get(criterion.id, Verdict.MISSING), rater, random)
        for criterion in question.rubric.criteria
    }


def most_apart(given: Mapping[Item, Sequence[int]]) -> Item:
    """The answer whose raters are furthest apart, the first of several. Raises ValueError without any."""
    return max(given, key=lambda item: max(given[item]) - min(given[item]))


def furthest(given: Mapping[Item, Sequence[int]], machine: Mapping[Item, int], without: Item) -> Item:
    """The answer for which the machine is furthest below the people, the first of several, other than ``without``.

    Raises ValueError without any.
    """
    both = [item for item in given if item in machine and item != without]
    return max(both, key=lambda item: mean(given[item]) - machine[item])


def changed(question: Question) -> Question:
    """The draft in the workshop: one criterion is looked for in plainer words, and one counts beyond the core.

    The prompt and the probes stay, since candidates hear them.
    """
    criteria = []
    for criterion in question.rubric.criteria:
        if criterion.id == "inputs_first":
            criteria.append(criterion.model_copy(update={"statements": (*criterion.statements, *MORE_STATEMENTS)}))
        elif criterion.id == "size_it":
            criteria.append(criterion.model_copy(update={"kind": CriterionKind.STRONG}))
        else:
            criteria.append(criterion)
    return question.model_copy(update={"rubric": question.rubric.model_copy(update={"criteria": tuple(criteria)})})


MORE_STATEMENTS = (
    "It must be the data: I go through the columns one by one until I find the one that is blank or looks different.",
    "Something that it eats has changed, so I compare this week's values with last week's.",
)


def _split(
    number: int, question: Question, calibration: Mapping[str, CalibrationSet]
) -> tuple[list[Known], list[Known]]:
    """A question's answers: those that candidates give, and those that are left for practice."""
    if question.id == OWN.id:
        return list(OWN_ANSWERS), []
    kept: list[Known] = []
    give: list[Known] = list(calibration[question.id].answers)
    for one in KEPT_FOR_PRACTICE[number % len(KEPT_FOR_PRACTICE)]:
        last = [answer for answer in give if answer.band == one][-1:]
        kept += last
        give = [answer for answer in give if answer not in last]
    return give, kept


def _nearest(answers: Sequence[Known], used: Sequence[int], wanted: float) -> int:
    """The place of the answer that is nearest to the wanted band, those that were given less often first."""
    return min(range(len(answers)), key=lambda one: (abs(answers[one].band - wanted) + 1.5 * used[one], one))


def _with_reply(question: Question, answer: Known, ability: float, random: Random) -> Said:
    """The answer with a reply to the follow-up; a good one earns the criterion that was asked for."""
    replies = REPLIES[question.id]
    verdicts = dict(answer.verdicts)
    before = verdicts.get(replies.criterion, Verdict.MISSING)
    mistaken = before is Verdict.CONTRADICTED
    if not mistaken and random.random() < (0.9 if before is Verdict.MET else (ability - 1.0) / 5.0):
        verdicts[replies.criterion] = Verdict.MET
        reply = random.choice(replies.good)
    else:
        reply = random.choice((*replies.vague, UNKNOWING))
    value = answer.band
    if verdicts != answer.verdicts:
        value = max(value, band(score_of(question.rubric.criteria, verdicts)))
    return Said(lines=(answer.text, reply), band=value, verdicts=verdicts)


def _drawn(known: Verdict, rater: DemoRater, random: Random) -> Verdict:
    """The verdict, or one that people may take it for."""
    if random.random() >= rater.slips:
        return known
    steps = {
        Verdict.MET: (Verdict.PARTIAL,),
        Verdict.PARTIAL: (Verdict.MET,) if rater.leniency > 0 else (Verdict.MET, Verdict.MISSING),
        Verdict.MISSING: (Verdict.PARTIAL,),
        Verdict.CONTRADICTED: (Verdict.MISSING,),
    }
    return random.choice(steps.get(known, RATED))
