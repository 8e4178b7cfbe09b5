"""Choosing questions for a set-up, a wish, or the way an interview goes: bank and search behind the plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from interviewer.bank import Bank
from interviewer.domain.interview import Assessment, ExchangeStatus, Interview, Setup
from interviewer.domain.question import Question
from interviewer.domain.words import CriterionKind, Intent, Seniority, Verdict
from interviewer.errors import UsageError
from interviewer.interview.plan import Pool, another, plan
from interviewer.interview.wish import Wish, read_wish

Find = Callable[[str], Mapping[str, float]]
"""Gives the questions that are about a subject with how well they fit (0 to 1); none when nothing is near."""

GOES_WELL = 0.75
GOES_BADLY = 0.25
"""Share of the core criteria met in the last exchanges from which questions get harder, and below which easier."""

TROUBLE = 0.6
"""What being stuck or mistaken takes from that share."""

LOOKS_BACK = 2
"""Exchanges that the difficulty follows: one alone may be luck."""


@dataclass(frozen=True)
class Chooser:
    """Chooses from one bank. ``find`` searches it; without, only wishes that name no subject can be met."""

    bank: Bank
    find: Find = lambda subject: {}

    def questions(self, setup: Setup, recent: Collection[str] = ()) -> list[Question]:
        """The plan for a set-up. Raises UsageError, also for a wish that the bank cannot meet."""
        wish = read_wish(setup.request)
        setup = wished_for(setup, wish)
        fits = self._fits(setup, wish)
        return plan(setup, self._pool(setup), recent=recent, wished=fits)

    def instead(
        self, interview: Interview, heard: Assessment, recent: Callable[[], Collection[str]] = tuple
    ) -> Question | None:
        """The question that comes next in place of the planned one; None to keep to the plan.

        Only in practice and without fixed questions: a wish is met at once, and otherwise the planned question
        gives way to a harder or an easier one of its stage, as the last exchanges went.
        """
        setup = interview.setup
        if not setup.adapts:
            return None
        number = len(interview.exchanges)
        asked = [exchange.question for exchange in interview.exchanges]
        following = interview.plan[number] if number < len(interview.plan) else None
        if heard.intent is Intent.REQUEST:
            wish = read_wish(heard.request)
            wanted = _shifted(wish.seniority or asked[-1].seniority, wish.harder)
            target = wished_for(setup, wish)
            try:
                fits = self._fits(target, wish)
            except UsageError:
                return None
            if fits is None:  # harder or easier, nothing else
                fits = {q.id: 1.0 for q in self._pool(target).fitting(target) if q.seniority is wanted}
            found = another(target, self._pool(target), asked, following, seniority=wanted, wished=fits)
        else:
            if following is None:
                return None
            wanted = _shifted(setup.seniority, tendency(interview, heard))
            if following.seniority is wanted or wanted is setup.seniority:
                return None
            later = [*asked, *interview.plan[number + 1 :]]
            found = another(
                setup, self._pool(setup), later, following, seniority=wanted, recent={*recent(), following.id}
            )
        return found

    def _pool(self, setup: Setup) -> Pool:
        bank = self.bank
        role = bank.roles.get(setup.role)
        return Pool(
            questions=tuple(bank.questions.values()),
            emphasis=role.emphasis if role else {},
            shares={
                stage: profile.share.get(setup.seniority, 1.0) * (role.stages.get(stage, 1.0) if role else 1.0)
                for stage, profile in bank.stages.items()
            },
            ancestors=bank.ancestors,
            related=bank.relations,
        )

    def _fits(self, setup: Setup, wish: Wish) -> Mapping[str, float] | None:
        """Weights by question for a wish; None when it asks for no subject or stage. Raises UsageError."""
        if not wish.about and not wish.stages:
            return None
        fits = dict(self.find(wish.about)) if wish.about else {question: 1.0 for question in self.bank.questions}
        if wish.stages:
            in_stage = {q.id for q in self.bank.questions.values() if q.stage in wish.stages}
            fits = {question: fit for question, fit in fits.items() if question in in_stage}
        if not fits:
            raise UsageError(
                f"Nothing in the bank is about “{wish.about}”.",
                "Put it in other words, look under Questions for what there is, or leave the wish empty.",
            )
        return fits


def wished_for(setup: Setup, wish: Wish) -> Setup:
    """The set-up with what a wish says about role, seniority and stages in place of what was chosen."""
    changes: dict[str, object] = {}
    if wish.role is not None:
        changes["role"] = wish.role
    seniority = _shifted(wish.seniority or setup.seniority, wish.harder)
    if seniority is not setup.seniority:
        changes["seniority"] = seniority
    if wish.stages:
        changes["stages"] = wish.stages
    return setup.model_copy(update=changes) if changes else setup


def tendency(interview: Interview, heard: Assessment) -> int:
    """1 when the last exchanges went well, -1 when badly, 0 between and as long as too little was heard."""
    shares = []
    for exchange in interview.exchanges[-LOOKS_BACK:]:
        if exchange.status is ExchangeStatus.SKIPPED:
            shares.append(0.0)
            continue
        seqs = {turn.seq for turn in interview.turns_of(exchange.number)}
        past = [*interview.assessments, heard]
        last = next((a for a in reversed(past) if a.turn in seqs and a.marks), None)
        if last is not None:
            mine = [a for a in past if a.turn in seqs]
            shares.append(_core_share(exchange.question, last) - TROUBLE * _in_trouble(mine, last))
    if len(shares) < LOOKS_BACK:
        return 0
    mean = sum(shares) / len(shares)
    return int(mean >= GOES_WELL) - int(mean <= GOES_BADLY)


def _in_trouble(assessments: list[Assessment], last: Assessment) -> bool:
    """Whether the candidate was stuck, or ended with something mistaken: no time for a harder question."""
    stuck = any(a.intent in (Intent.DONT_KNOW, Intent.HINT) for a in assessments)
    return stuck or bool(last.misconceptions) or any(m.verdict is Verdict.CONTRADICTED for m in last.marks)


def _core_share(question: Question, assessment: Assessment) -> float:
    worth = {Verdict.MET: 1.0, Verdict.PARTIAL: 0.5}
    verdicts = {mark.criterion: worth.get(mark.verdict, 0.0) for mark in assessment.marks}
    core = [c for c in question.rubric.criteria if c.kind is CriterionKind.CORE] or question.rubric.criteria
    return sum(c.weight * verdicts.get(c.id, 0.0) for c in core) / sum(c.weight for c in core)


def _shifted(seniority: Seniority, steps: int) -> Seniority:
    return list(Seniority)[min(max(seniority.rank + steps, 0), len(Seniority) - 1)]
