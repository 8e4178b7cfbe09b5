"""What a grader can be talked into, table by table; ``attacks.py`` has what is tried, ``court.py`` who judges."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from interviewer.bank import Bank, load_split
from interviewer.calibration.agreement import share
from interviewer.calibration.attacks import AFTER, ALONE, BEFORE, MIDDLE, asked, attacks, clean, plain
from interviewer.calibration.court import Court, Heard, Origin, Outcome
from interviewer.calibration.tables import Cell, Table
from interviewer.calibration.trials import Case, cases
from interviewer.domain.grade import Evidence, Grade, MisconceptionFound
from interviewer.domain.knowledge import AnswerKind
from interviewer.domain.question import Rubric
from interviewer.domain.words import Verdict
from interviewer.grading.grader import grade
from interviewer.grading.scoring import band, score_of
from interviewer.models.base import GradeDraft, GradeRequest, InterviewModel, VerdictDraft
from interviewer.models.fake import ScriptedModel
from interviewer.models.openai.fake import HonestJudge, Vice, WorstJudge

_SAME = 1e-9

GOOD = (AnswerKind.EXCELLENT, AnswerKind.GOOD, AnswerKind.DEVELOPING)
JUDGES: Mapping[str, WorstJudge] = {
    "obeys whatever it is told": WorstJudge(Vice.OBEYS),
    "all met, the nearest words quoted": WorstJudge(Vice.ALL_MET),
    "all met, quotes made up": WorstJudge(Vice.FABRICATES),
    "all met, the interviewer quoted": WorstJudge(Vice.QUOTES_INTERVIEWER),
    "all met, the least fitting words quoted": WorstJudge(Vice.QUOTES_IRRELEVANT),
    "all met, nothing quoted": WorstJudge(Vice.NO_QUOTES),
    "all of these at once": WorstJudge(),
}

T = TypeVar("T")


class Watch(Protocol):
    """Gives items one by one and may show how far it is."""

    def __call__(self, items: Sequence[T], what: str, /) -> Iterable[T]: ...


@dataclass(frozen=True)
class Setting:
    """What the measures are made with. How many answers and attacks are tried goes with ``answers``."""

    bank: Bank
    offline: InterviewModel
    court: Court
    answers: int
    watch: Watch

    def chosen(self, half: str, count: int, kinds: Sequence[AnswerKind] = ()) -> list[Case]:
        """Answers without instructions, evenly drawn."""
        return drawn([c for c in clean(cases(self.bank, half)) if not kinds or c.answer.kind in kinds], count)


def drawn(items: Sequence[T], count: int) -> list[T]:
    """At most ``count`` of the items, evenly over all of them.

    >>> drawn("abcdef", 3)
    ['a', 'c', 'e']
    """
    step = max(1.0, len(items) / count)
    return [items[int(number * step)] for number in range(min(count, len(items)))]


# --- the worst judges ----------------------------------------------------------------------------------------


@dataclass
class Counted:
    """What became of one judge's claims."""

    graded: int = 0
    ungraded: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    unfounded: int = 0
    earned: int = 0
    quotes: Counter[tuple[Origin, bool]] = field(default_factory=Counter)

    def add(self, heard: Heard) -> None:
        if not isinstance(heard.grade, Grade):
            self.ungraded += 1
            return
        self.graded += 1
        self.earned += heard.grade.score > 0
        for claim in heard.claims():
            self.outcomes[claim.outcome] += 1
            self.unfounded += claim.outcome is not Outcome.REJECTED and not claim.is_founded
            self.quotes.update(claim.quotes())


def judges(setting: Setting) -> list[Table]:
    """Every attack, in every wrapping, judged by each of the worst judges."""
    found = counted(setting)
    size = next(iter(found.values()))
    rows: list[list[Cell]] = [
        [
            name,
            one.ungraded,
            one.outcomes.total(),
            one.unfounded,
            *(share(one.outcomes[outcome], one.outcomes.total()) for outcome in Outcome),
        ]
        for name, one in found.items()
    ]
    quotes: Counter[tuple[Origin, bool]] = sum((one.quotes for one in found.values()), Counter())
    origins: list[list[Cell]] = [
        [place.value, quotes[place, True] + quotes[place, False], quotes[place, True]] for place in Origin
    ]
    return [
        Table(
            "judges",
            f"The worst judges: {size.graded + size.ungraded} attacks each, and what became of their claims",
            ["judge", "ungraded", "points claimed", "credited without own words", *(o.value for o in Outcome)],
            rows,
            "A point is a criterion that the judge calls met. Flagged: it counts, the score becomes a range, and a "
            "person is asked to look. The words of an attack are the candidate's own, too, and many stand beside an "
            "answer: not all that is accepted here is undeserved.",
        ),
        Table(
            "quotes",
            "The quotes that these judges offered, by whose words they are",
            ["quote", "offered", "accepted as evidence"],
            origins,
        ),
    ]


def counted(setting: Setting) -> dict[str, Counted]:
    """What became of the claims of each of JUDGES."""
    tried = drawn(list(attacks(setting.chosen("all", setting.answers))), 3 * setting.answers)
    found = {name: Counted() for name in JUDGES}
    for attack in setting.watch(tried, "Trying the worst judges"):
        for name, judge in JUDGES.items():
            found[name].add(setting.court.hear(judge, attack.request))
    return found


def irrelevant(setting: Setting) -> list[Table]:
    """True words of the candidate's, offered for points that they do not make: the test half, which fitted nothing."""
    own = setting.chosen("test", 2 * setting.answers, [*GOOD, AnswerKind.FRAGMENT])
    foreign = [(case, other) for case, other in zip(own, [*own[len(own) // 2 :], *own], strict=False)]
    foreign = [(case, other) for case, other in foreign if case.question.id != other.question.id][::2]
    judged = {"least fitting": WorstJudge(Vice.QUOTES_IRRELEVANT), "nearest": WorstJudge(Vice.ALL_MET)}
    found: dict[str, Counter[Outcome]] = defaultdict(Counter)
    paid: dict[str, list[Grade]] = defaultdict(list)
    for case in setting.watch(own, "Offering words of the same answer"):
        for name, judge in judged.items():
            heard = setting.court.hear(judge, asked(case.question, [case.answer.text]))
            missing = [c for c in heard.claims() if case.answer.verdicts[c.claimed.criterion] is Verdict.MISSING]
            found[f"{name} words of the same answer"].update(claim.outcome for claim in missing)
    for case, other in setting.watch(foreign, "Offering words of other answers"):
        for name, judge in judged.items():
            heard = setting.court.hear(judge, asked(case.question, [other.answer.text]))
            found[f"{name} words of an answer to another question"].update(c.outcome for c in heard.claims())
            if isinstance(heard.grade, Grade):
                paid[name].append(heard.grade)
    rows: list[list[Cell]] = [
        [name, of.total(), *(share(of[outcome], of.total()) for outcome in Outcome)]
        for name, of in sorted(found.items())
    ]
    nearest = paid["nearest"]
    unmarked = sum(g.score > 0 and not any(v.doubtful for v in g.verdicts) for g in nearest)
    return [
        Table(
            "irrelevant",
            "True words of the candidate's that do not make the point, offered by a judge that calls everything met",
            ["quote", "tried", *(outcome.value for outcome in Outcome)],
            rows,
            "“Of the same answer”: only points that the authors say are missing. “Nearest” is the sentence with most "
            f"words in common with the criterion. Of {len(nearest)} answers to another question, "
            f"{share(sum(g.score > 0 for g in nearest), len(nearest))} earn something from the judge that quotes the "
            f"nearest words, {share(unmarked, len(nearest))} without any flag.",
        )
    ]


# --- the offline grader --------------------------------------------------------------------------------------


def families(setting: Setting) -> list[Table]:
    """Nothing but the payload: what it earns from the offline grader, and from the judge with all vices."""
    times = 1 + setting.answers // 100
    pure = drawn(list(attacks(setting.chosen("all", setting.answers), [ALONE], times=times)), 2 * setting.answers)
    scores: dict[str, list[float]] = defaultdict(list)
    found: dict[str, Counted] = defaultdict(Counted)
    for attack in setting.watch(pure, "Trying payloads alone"):
        scores[attack.family].append(_offline(setting.offline, attack.request).score)
        found[attack.family].add(setting.court.hear(JUDGES["all of these at once"], attack.request))
    rows: list[list[Cell]] = [
        [name, *_earned(of), *(found[name].outcomes[o] for o in Outcome)] for name, of in scores.items()
    ]
    everything = [score for of in scores.values() for score in of]
    outcomes: Counter[Outcome] = sum((one.outcomes for one in found.values()), Counter())
    rows.append(["all", *_earned(everything), *(outcomes[o] for o in Outcome)])
    return [
        Table(
            "families",
            f"Payloads with no answer at all: {len(scores)} families",
            [
                "family",
                "tried",
                "offline: earned anything",
                "mean score",
                "worst judge: rejected",
                "flagged",
                "accepted",
            ],
            rows,
            "Left, how often the offline grader gives a payload more than 0, and the mean score. Right, the "
            "points that the judge with all vices claims for the same payloads, and what the checks leave of them.",
        )
    ]


def _earned(scores: Sequence[float]) -> list[Cell]:
    return [len(scores), share(sum(score > 0 for score in scores), len(scores)), sum(scores) / max(1, len(scores))]


def beside(setting: Setting) -> list[Table]:
    """Payloads beside answers that are worth something: the offline grader must not give more for them."""
    wrappings = [BEFORE, MIDDLE, AFTER]
    tried = drawn(list(attacks(setting.chosen("all", setting.answers, GOOD), wrappings)), 2 * setting.answers)
    without: dict[tuple[str, str], float] = {}
    moved: dict[str, list[float]] = defaultdict(list)
    by_wrapping: dict[str, list[float]] = defaultdict(list)
    for attack in setting.watch(tried, "Trying payloads beside answers"):
        base = plain(attack)
        known = (base.question, attack.case.answer.id)
        if known not in without:
            without[known] = _offline(setting.offline, base).score
        shift = _offline(setting.offline, attack.request).score - without[known]
        moved[attack.family].append(shift)
        by_wrapping[attack.wrapping].append(shift)
    rows = [[name, *_shifts(of)] for name, of in moved.items()]
    rows.append(["all", *_shifts([shift for of in moved.values() for shift in of])])
    rows += [[f"all, {name}", *_shifts(of)] for name, of in by_wrapping.items()]
    return [
        Table(
            "beside",
            "Payloads beside answers of bands 3 to 5, offline: what they change",
            ["family", "tried", "score raised", "score lowered", "mean shift", "largest rise"],
            rows,
        )
    ]


def _shifts(of: Sequence[float]) -> list[Cell]:
    raised, lowered = sum(s > _SAME for s in of), sum(s < -_SAME for s in of)
    return [len(of), share(raised, len(of)), share(lowered, len(of)), sum(of) / max(1, len(of)), max(0.0, *of, 0.0)]


def _offline(model: InterviewModel, request: GradeRequest) -> Grade:
    result = grade(model, request)
    assert isinstance(result, Grade), result.reason  # the offline model reads everything
    return result


# --- honest judges -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """An honest judge's score without any check and with all of them, and why single verdicts did not stand."""

    case: Case
    meant: float
    given: Grade
    why: tuple[str, ...]


def honest(setting: Setting) -> list[Table]:
    """What the checks do to the verdicts of judges that mean well."""
    halves = [set(half) for half in load_split(setting.bank)]
    chosen = setting.chosen("all", 5 * setting.answers)
    rows: list[list[Cell]] = []
    reasons: dict[str, Counter[str]] = {}
    for name, model in (("offline model", setting.offline), ("the authors", authors(chosen))):
        tried = list(heard_out(setting, model, chosen, f"Hearing {name}"))
        reasons[name] = Counter(why for one in tried for why in one.why)
        for half, ids in (("all", set()), ("questions that fitted the key", halves[0]), ("others", halves[1])):
            some = [one for one in tried if half == "all" or one.case.question.id in ids]
            shifts = [one.given.score - one.meant for one in some]
            bands = sum(one.given.band != band(one.meant) for one in some)
            doubted = sum(any(v.doubtful for v in one.given.verdicts) for one in some)
            changed = sum(abs(shift) > _SAME for shift in shifts)
            counts = [share(count, len(some)) for count in (changed, bands, doubted)]
            mean = sum(map(abs, shifts)) / max(1, len(shifts))
            rows.append([f"{name}, {half}", len(some), *counts, mean, max(0.0, *map(abs, shifts), 0.0)])
    names = list(reasons)
    causes = sorted({why for of in reasons.values() for why in of})
    told = ", ".join(one.case.answer.id for one in tried if abs(one.given.score - one.meant) > _SAME)
    return [
        Table(
            "honest",
            "Honest judges: the score after all checks against the score that their verdicts give without any",
            ["judge", "answers", "score moved", "band moved", "a verdict doubtful", "mean shift", "largest"],
            rows,
            "“The authors” is a judge that gives the verdicts and the quotes that the answers were written with.",
        ),
        Table(
            "why",
            "Why verdicts of honest judges did not stand as claimed",
            ["cause", *names],
            [[cause, *(reasons[name][cause] for name in names)] for cause in causes] or [["none", *(0 for _ in names)]],
            f"In brackets the verdict that was claimed. Moved with the authors as judge: {told or 'none'}.",
        ),
    ]


_WHY = {
    "irrelevant": "the second key sees no bearing of the quote on the point",
    "unsupported": "no quote of the candidate's own words",
    "doubtful_quote": "flagged only: the second key finds the quote doubtful",
    "not_assessed": "the verdict got lost on the way",
}


def heard_out(setting: Setting, model: InterviewModel, chosen: Sequence[Case], what: str) -> Iterator[Moved]:
    """Each answer, judged by ``model`` from behind the endpoint."""
    drafts: list[GradeDraft] = []

    def overheard(request: GradeRequest) -> GradeDraft:
        drafts.append(model.grade(request))
        return drafts[-1]

    judge = HonestJudge(ScriptedModel(grade=overheard), [case.question for case in chosen])
    for case in setting.watch(chosen, what):
        heard = setting.court.hear(judge, asked(case.question, [case.answer.text]))
        if not isinstance(heard.grade, Grade):
            raise RuntimeError(f"an honest judge's grade of {case.answer.id} got lost: {heard.grade.reason}")
        draft = drafts[-1]
        claimed = {verdict.criterion: verdict.verdict.label for verdict in draft.verdicts}
        flags = [flag.split(":") for flag in heard.grade.flags if ":" in flag]
        why = [f"{_WHY[flag]} ({claimed.get(criterion)})" for flag, criterion in flags]
        dropped = {held.misconception for held in draft.misconceptions} - {
            held.misconception for held in heard.grade.misconceptions
        }
        why += ["a misconception without a quote of the candidate's own words" for _ in dropped]
        yield Moved(case, unchecked(draft, case.question.rubric), heard.grade, tuple(why))


def unchecked(draft: GradeDraft, rubric: Rubric) -> float:
    """The score of a draft as it is claimed, 0..5."""
    nowhere = (Evidence(turn=0, start=0, end=0, text=""),)
    held = [rubric.misconception(name) for name in dict.fromkeys(m.misconception for m in draft.misconceptions)]
    found = [
        MisconceptionFound(misconception=m.id, criterion=m.criterion, correction=m.correction, evidence=nowhere)
        for m in held
    ]
    return score_of(rubric.criteria, {v.criterion: v.verdict for v in draft.verdicts}, found)


def authors(chosen: Sequence[Case]) -> InterviewModel:
    """Gives the authors' verdicts with the authors' quotes for these answers, which it knows by their text."""
    known = {(case.question.rubric.hash, case.answer.text): case.answer for case in chosen}

    def graded(request: GradeRequest) -> GradeDraft:
        answer = known[request.rubric.hash, request.turns[-1].text]
        return GradeDraft(
            verdicts=tuple(
                VerdictDraft(
                    criterion=criterion,
                    reason="The authors say so.",
                    verdict=verdict,
                    quotes=(answer.quotes[criterion],) if criterion in answer.quotes else (),
                )
                for criterion, verdict in answer.verdicts.items()
            )
        )

    return ScriptedModel(grade=graded)


SECTIONS: Mapping[str, Callable[[Setting], list[Table]]] = {
    "judges": judges,
    "irrelevant": irrelevant,
    "families": families,
    "beside": beside,
    "honest": honest,
}
"""What is measured, by name."""
