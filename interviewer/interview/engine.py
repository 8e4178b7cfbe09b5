"""The interviewer: starts interviews, answers turns, grades exchanges. Stores nothing but the start itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from functools import cached_property

from interviewer.bank import Bank
from interviewer.domain.company import about_company
from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Assessment, Interview, Reply, Setup, Turn
from interviewer.domain.question import Question
from interviewer.domain.words import Intent, Speaker, Verdict
from interviewer.errors import ModelError
from interviewer.grading import grade
from interviewer.grading.evidence import locate
from interviewer.grading.grader import own_words
from interviewer.interview import policy
from interviewer.interview.choosing import Chooser, Find
from interviewer.models.base import AssessRequest, GradeRequest, InterviewModel, SpeakRequest
from interviewer.models.offline.speech import Speech, load_speech
from interviewer.resources import prompts_dir
from interviewer.store import LOCAL_OWNER, Store, utc_now
from interviewer.store.leases import Clock

log = logging.getLogger(__name__)

Sink = Callable[[str], None]


class Interviewer:
    """The agent. One serves any number of interviews and threads."""

    def __init__(
        self, store: Store, bank: Bank, model: InterviewModel, clock: Clock = utc_now, find: Find | None = None
    ) -> None:
        self.store = store
        self.bank = bank
        self.model = model
        self._now = clock
        self._chooser = Chooser(bank, find) if find is not None else Chooser(bank)

    def questions(
        self, setup: Setup, owner: str = LOCAL_OWNER, recent: Collection[str] | None = None
    ) -> list[Question]:
        """The questions that ``start`` would ask with this setup now, put to its company. Raises UsageError.

        ``recent`` are avoided; without it those of the owner's last interview.
        """
        avoided = self.store.recent_questions(owner) if recent is None else recent
        return [about_company(question, setup.company) for question in self._chooser.questions(setup, avoided)]

    def start(self, setup: Setup, owner: str = LOCAL_OWNER) -> str:
        """Plans an interview and stores it with its opening turn; gives its ID. Raises UsageError."""
        questions = self._chooser.questions(setup, self.store.recent_questions(owner))
        move = policy.opening(about_company(questions[0], setup.company))
        text = "".join(
            self._speak(
                SpeakRequest(
                    kind=move.kind,
                    manner=move.manner,
                    substance=move.substance.text if move.substance else "",
                    mode=setup.mode,
                    note=_what_is_ahead(setup, len(questions), sum(q.minutes for q in questions)),
                    seed=setup.seed,
                )
            )
        )
        return self.store.create(
            setup, questions, bank_hash=self.bank.hash, model=self.model.info.name, opening=text, move=move, owner=owner
        )

    def reply(self, interview: Interview, sink: Sink = lambda _: None) -> Reply:
        """The reply to the candidate's last turn; its text goes to ``sink`` piece by piece as it comes.

        A model that fails costs the conversation nothing: the scripted path takes over.
        """
        turn = interview.turns[-1]
        here = policy.situation(interview, self._now())
        assessment = self._assess(interview, turn, confirming=here.confirming)
        instead = self._instead(interview, assessment)
        if instead is not None:
            here = policy.with_next(here, about_company(instead, interview.setup.company), interview)
        decision = policy.decide(here, assessment)
        substance = decision.move.substance
        earned = tuple(
            mark.quote
            for mark in assessment.marks
            if mark.verdict is Verdict.MET and locate(mark.quote, [turn])  # a half-heard point is no reason to agree
        )
        request = SpeakRequest(
            kind=decision.move.kind,
            manner=decision.move.manner,
            substance=substance.text if substance else "",
            mode=interview.setup.mode,
            quotes=earned,
            earned=bool(earned),
            last_turns=tuple(t.text for t in interview.turns[-4:]),
            seed=interview.setup.seed + turn.seq,
        )
        pieces: list[str] = []
        for piece in self._speak(request):
            pieces.append(piece)
            sink(piece)
        return Reply(
            text="".join(pieces).strip(),
            move=decision.move,
            assessment=assessment,
            closes=decision.closes,
            opens=decision.opens,
            instead=instead if decision.opens is not None else None,
            pauses=decision.pauses,
            ends=decision.ends,
        )

    def grade(self, interview: Interview, number: int) -> Grade | Ungraded:
        """Grades exchange ``number`` in a fresh context: question, rubric and its turns, nothing else."""
        question = interview.plan[number - 1]
        turns = tuple(
            turn
            for turn in interview.turns_of(number)
            if turn.speaker is Speaker.INTERVIEWER or turn.intent is None or turn.intent is Intent.ANSWER
        )
        return grade(self.model, GradeRequest(question=question.prompt, rubric=question.rubric, turns=turns))

    def _assess(self, interview: Interview, turn: Turn, *, confirming: bool) -> Assessment:
        exchange = interview.turns_of(interview.current.number)
        request = AssessRequest(
            question=interview.current.question, turns=exchange, mode=interview.setup.mode, confirming=confirming
        )
        try:
            heard = self.model.assess(request)
        except ModelError as error:
            log.warning("assessing turn %d of %s fell back to the script: %s", turn.seq, interview.id, error)
            heard = Assessment(turn=turn.seq, intent=Intent.ANSWER)
        known = {misconception.id for misconception in request.question.rubric.misconceptions}
        # What a button says is not a matter of interpretation; and only the candidate's own words are kept as quotes.
        return heard.model_copy(
            update={
                "turn": turn.seq,
                "intent": turn.intent or heard.intent,
                "request": turn.text if (turn.intent or heard.intent) is Intent.REQUEST else "",
                "marks": tuple(
                    mark
                    if mark.verdict in (Verdict.MISSING, Verdict.NOT_ASSESSED) or own_words((mark.quote,), exchange)
                    else mark.model_copy(update={"verdict": Verdict.MISSING, "quote": ""})
                    for mark in heard.marks
                ),
                "misconceptions": tuple(
                    m for m in heard.misconceptions if m.misconception in known and own_words((m.quote,), exchange)
                ),
            }
        )

    def _instead(self, interview: Interview, heard: Assessment) -> Question | None:
        if not interview.setup.adapts:
            return None
        recent = self.store.recent_questions(interview.owner, before=interview.id)
        return self._chooser.instead(interview, heard, recent)

    def _speak(self, request: SpeakRequest) -> Iterable[str]:
        said = False
        try:
            for piece in self.model.speak(request):
                said = said or bool(piece.strip())
                yield piece
            if said:
                return
            log.warning("the model said nothing; the script speaks")
        except ModelError as error:
            log.warning("speaking fell back to the script: %s", error)
            if said:
                yield "\n\n"
        yield from self._script.say(request)

    @cached_property
    def _script(self) -> Speech:
        """What is said when the model fails: also moves that have no wording in the bank must say something."""
        return load_speech(prompts_dir())


def _what_is_ahead(setup: Setup, questions: int, minutes: int) -> str:
    minutes = setup.minutes or minutes
    plural = "question" if questions == 1 else "questions"
    return f"We have about {minutes} minutes and {questions} {plural}."
