"""Small questions, and an interview that runs in memory: the store's rules without a store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from interviewer.domain.interview import (
    Assessment,
    Exchange,
    ExchangeStatus,
    Interview,
    InterviewStatus,
    Move,
    Reply,
    Setup,
    Turn,
)
from interviewer.domain.question import Clarification, Criterion, Misconception, Question, Rubric, SourceRef
from interviewer.domain.words import CriterionKind, Format, Intent, Mode, Role, Seniority, Speaker, Stage
from interviewer.interview import policy
from interviewer.interview.policy import Decision

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def make_question(
    question_id: str = "overfit",
    *,
    topic: str = "generalisation",
    stage: Stage = Stage.THEORY,
    seniority: Seniority = Seniority.MID,
    roles: tuple[Role, ...] = tuple(Role),
    minutes: int = 5,
    variants: int = 2,
) -> Question:
    """A question with two core criteria and a strong one, two misconceptions and two clarifications."""

    def criterion(name: str, kind: CriterionKind) -> Criterion:
        return Criterion(
            id=name,
            text=f"Says what {name} is.",
            kind=kind,
            statements=(f"The {name} of {question_id}.",),
            hints=tuple(f"{question_id}: hint {number} towards {name}." for number in (1, 2)),
            probe=f"{question_id}: what about {name}?",
        )

    return Question(
        id=question_id,
        prompt=f"What is {question_id}?",
        variants=tuple(f"{question_id}, in other words {number}?" for number in range(1, variants + 1)),
        topic=topic,
        stage=stage,
        seniority=seniority,
        roles=roles,
        format=Format.CONCEPT,
        minutes=minutes,
        sources=(SourceRef(source="000", item="s0-q01"),),
        approach="Say what it is.",
        clarifications=tuple(
            Clarification(asks=(f"Do you mean kind {number}?",), answer=f"{question_id}: kind {number}, please.")
            for number in (1, 2)
        ),
        rubric=Rubric(
            criteria=(
                criterion("bonus", CriterionKind.STRONG),
                criterion("cause", CriterionKind.CORE),
                criterion("cure", CriterionKind.CORE),
            ),
            misconceptions=tuple(
                Misconception(
                    id=f"wrong-{number}",
                    beliefs=(f"Wrong belief {number}.",),
                    criterion="cause" if number == 1 else None,
                    challenge=f"{question_id}: is wrong belief {number} so?",
                    correction=f"It is not as in belief {number}.",
                )
                for number in (1, 2)
            ),
        ),
        sample_answer="It is this.",
        study=("Read about it.",),
    )


@dataclass
class Room:
    """An interview without a store: turns go in, decisions are applied as ``Store.commit_reply`` applies them."""

    setup: Setup
    plan: tuple[Question, ...]
    now: datetime = NOON
    interview: Interview = field(init=False)

    def __post_init__(self) -> None:
        self.interview = Interview(
            id="toy",
            owner="local",
            setup=self.setup,
            bank_hash="",
            model="toy",
            status=InterviewStatus.RUNNING,
            created_at=self.now,
            plan=self.plan,
            exchanges=(Exchange(number=1, question=self.plan[0], status=ExchangeStatus.OPEN, opened_at=self.now),),
        )
        self._turn(Speaker.INTERVIEWER, self.plan[0].prompt, 1, move=policy.opening(self.plan[0]))

    @property
    def over(self) -> bool:
        return self.interview.status is InterviewStatus.ENDED

    def hear(self, text: str, *, seconds: float = 10.0, intent: Intent | None = None) -> Turn:
        """The candidate's turn, after some time. A paused interview goes on with it."""
        self.now += timedelta(seconds=seconds)
        paused = self.interview.paused_at
        if paused is not None:
            self._change(
                status=InterviewStatus.RUNNING,
                paused_at=None,
                paused_seconds=self.interview.paused_seconds + (self.now - paused).total_seconds(),
            )
        return self._turn(Speaker.CANDIDATE, text, self.interview.current.number, intent=intent)

    def decide(self, heard: Assessment) -> Decision:
        """The policy's decision on the last turn, applied."""
        here = policy.situation(self.interview, self.now)
        decision = policy.decide(here, heard)
        said = decision.move.substance.text if decision.move.substance else decision.move.manner
        self.apply(
            Reply(
                text=said,
                move=decision.move,
                assessment=heard,
                closes=decision.closes,
                opens=decision.opens,
                pauses=decision.pauses,
                ends=decision.ends,
            )
        )
        return decision

    def apply(self, reply: Reply) -> None:
        current = self.interview.current
        exchanges = list(self.interview.exchanges)
        if reply.closes is not None:
            exchanges[-1] = current.model_copy(update={"status": reply.closes, "closed_at": self.now})
        if reply.opens is not None:
            exchanges.append(
                Exchange(
                    number=reply.opens,
                    question=self.plan[reply.opens - 1],
                    status=ExchangeStatus.OPEN,
                    opened_at=self.now,
                    paused_before=self.interview.paused_seconds,
                )
            )
        self._change(exchanges=tuple(exchanges), assessments=(*self.interview.assessments, reply.assessment))
        self._turn(Speaker.INTERVIEWER, reply.text, reply.opens or current.number, move=reply.move)
        if reply.ends:
            self._change(status=InterviewStatus.ENDED, ended_at=self.now)
        elif reply.pauses:
            self._change(status=InterviewStatus.PAUSED, paused_at=self.now)

    def _turn(
        self, speaker: Speaker, text: str, exchange: int, *, move: Move | None = None, intent: Intent | None = None
    ) -> Turn:
        turn = Turn(
            seq=self.interview.next_seq,
            exchange=exchange,
            speaker=speaker,
            text=text,
            at=self.now,
            move=move,
            intent=intent,
        )
        self._change(turns=(*self.interview.turns, turn))
        return turn

    def _change(self, **what: object) -> None:
        self.interview = self.interview.model_copy(update=what)


def practice(**changes: object) -> Setup:
    return Setup.model_validate({"questions": 3, "mode": Mode.PRACTICE, **changes})
