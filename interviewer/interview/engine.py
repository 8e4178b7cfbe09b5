"""The interviewer: starts interviews, answers turns, grades exchanges. Stores nothing but the start itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from interviewer.bank import Bank
from interviewer.domain.company import about_company
from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Assessment, Interview, Move, Reply, Setup, Turn
from interviewer.domain.kit import Invitation, KitVersion
from interviewer.domain.question import Question
from interviewer.domain.speech import Recording, Unheard
from interviewer.domain.usage import Budget, Purpose
from interviewer.domain.words import Mode, Speaker, Verdict
from interviewer.grading import grade
from interviewer.grading.evidence import locate
from interviewer.grading.exchange import exchange_request
from interviewer.grading.grader import SecondKey
from interviewer.interview import kit_policy, notices, policy
from interviewer.interview.asides import Aside, Asides
from interviewer.interview.assessing import assess
from interviewer.interview.choosing import Chooser, Find
from interviewer.interview.hearing import NO_ONE, Heard, Hearing
from interviewer.interview.kit_setup import kit_setup
from interviewer.interview.policy import Decision
from interviewer.interview.voice import Sink, Voice
from interviewer.models.base import AcknowledgeRequest, InterviewModel, SpeakRequest
from interviewer.models.offline.speech import Speech, load_speech
from interviewer.models.speech import Transcriber
from interviewer.resources import prompts_dir
from interviewer.store import LOCAL_OWNER, Store, utc_now
from interviewer.store.leases import Clock

NO_LIMIT = Budget()

FEWEST_WORDS = 4
"""A shorter answer is not acknowledged by a model: there are no words in it to do it with."""

NO_STAND_IN = "There is no model here that could grade it."


@dataclass(frozen=True)
class Cast:
    """Who plays which part in an interview right now.

    ``real`` is the model behind an endpoint. ``own`` is this machine's: it conducts its own interviews, and stands in
    where the ``real`` one is missing; ``instead`` is the line that says why it is, empty where it is as it should be.
    """

    real: InterviewModel | None
    own: InterviewModel | None
    key: SecondKey | None = None
    instead: str = ""

    @property
    def of_a_real_model(self) -> bool:
        """Whether the interview began with a real model, whoever plays its part now."""
        return self.real is not None or bool(self.instead)


class Connected(NamedTuple):
    """Who is connected now; taken as one, so that nobody meets half of a change."""

    model: InterviewModel
    key: SecondKey | None
    budget: Budget
    transcriber: Transcriber | None


class Interviewer:
    """The agent. One serves any number of interviews and threads.

    ``stand_in`` is the offline model: it goes on where the ``model`` fails. ``key`` checks what a real model quotes,
    and ``budget`` is what each interview may use of it. The ``transcriber`` understands what was recorded, if there is
    one; the budget holds for it, too.
    """

    def __init__(
        self,
        store: Store,
        bank: Bank,
        model: InterviewModel,
        clock: Clock = utc_now,
        find: Find | None = None,
        *,
        stand_in: InterviewModel | None = None,
        key: SecondKey | None = None,
        budget: Budget = NO_LIMIT,
        transcriber: Transcriber | None = None,
    ) -> None:
        self.store = store
        self.bank = bank
        self.now = clock
        self._stand_in = stand_in
        self.connect(model, key, budget, transcriber)
        self._chooser = Chooser(bank, find) if find is not None else Chooser(bank)

    @property
    def model(self) -> InterviewModel:
        """The model that new interviews begin with."""
        return self._connected.model

    @property
    def hears(self) -> bool:
        """Whether somebody is connected who understands recordings."""
        return self._connected.transcriber is not None

    def connect(
        self,
        model: InterviewModel,
        key: SecondKey | None = None,
        budget: Budget = NO_LIMIT,
        transcriber: Transcriber | None = None,
    ) -> None:
        """Exchanges the models, from the next reply, grade or recording on. What is being made is finished with the old
        ones."""
        self._connected = Connected(model, key, budget, transcriber)

    def model_for(self, interview: Interview) -> InterviewModel:
        """Who conducts and grades an interview now.

        One that began with the offline model stays with it; one that began with a real model goes on with the real one
        that is connected now, or else, or when its budget is spent, with the stand-in.
        """
        cast = self._cast(interview)
        return cast.real or cast.own or self.model

    def prepare(self, questions: Sequence[Question]) -> None:
        """Lets the models make themselves ready for questions; also the one that may have to stand in."""
        self.model.prepare(questions)
        if self._stand_in is not None and self._stand_in is not self.model:
            self._stand_in.prepare(questions)

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
        return self._begin(setup, questions, move, owner)

    def start_kit(self, version: KitVersion, invitation: Invitation) -> str:
        """Begins the interview of a link: a version's questions as they were frozen, in their order, and the consent
        to it; gives its ID. A link that has an interview gives that one's.

        Raises UsageError when the link leads to no interview any more.
        """
        if invitation.interview_id is not None:
            return invitation.interview_id
        setup, terms = kit_setup(version, invitation)
        questions = [one.question for one in version.content.questions]
        return self._begin(setup, questions, kit_policy.opening(questions[0], terms), invitation.owner, invitation.id)

    def _begin(
        self, setup: Setup, questions: Sequence[Question], move: Move, owner: str, invitation: str | None = None
    ) -> str:
        model = self.model
        request = SpeakRequest(
            kind=move.kind,
            manner=move.manner,
            substance=move.substance.text if move.substance else "",
            mode=setup.mode,
            note=_what_is_ahead(setup, len(questions), sum(q.minutes for q in questions)),
            seed=setup.seed,
        )
        voice = Voice(self._script, Asides(lambda: False, lambda _: None), lambda _: None)
        if model.info.offline and setup.kit is None:
            voice.spoken(model, request)
        else:
            voice.scripted(request)  # nobody waits for an endpoint before there is anything to look at
        return self.store.create(
            setup,
            questions,
            bank_hash=self.bank.hash,
            model=model.info.name,
            opening=voice.text,
            move=move,
            owner=owner,
            by=voice.by,
            invitation=invitation,
        )

    def reply(
        self, interview: Interview, sink: Sink = lambda _: None, stopped: Callable[[], bool] = lambda: False
    ) -> Reply:
        """The reply to the candidate's last turn; its text goes to ``sink`` piece by piece as it comes.

        A model that fails costs the conversation nothing: the stand-in and the script take over, and the reply says so.
        Once ``stopped`` a real model is not waited for any more; what it has said stays.
        """
        number = interview.current.number
        asides = Asides(stopped, lambda calls: self.store.add_calls(interview.id, number, calls))
        try:
            made = self._reply(interview, asides, Voice(self._script, asides, sink))
        except BaseException:
            asides.give_up()
            raise
        return made.model_copy(update={"calls": asides.close()})

    def question_now(self, interview: Interview, number: int) -> Question:
        """The question of exchange ``number`` with the rubric that its answer is graded by: the one that was asked, and
        in a kit the one of its newest version, whose rubric may have been changed since."""
        kit = interview.setup.kit
        if kit is None:
            return interview.plan[number - 1]
        return self.store.kits.get(kit.kit).content.questions[number - 1].question

    def grade(
        self, interview: Interview, number: int, offline: bool = False, question: Question | None = None
    ) -> Grade | Ungraded:
        """Grades exchange ``number`` in a fresh context: question, rubric and its turns, nothing else.

        The rubric is that of ``question``, or else of ``question_now``. ``offline`` asks for the stand-in; a grade that
        it gives in a real model's interview has the flag "stood_in". Its calls are for the caller to record.
        """
        request = exchange_request(interview, number, question or self.question_now(interview, number))
        cast = self._cast(interview)
        if cast.real is not None and not offline:
            return grade(cast.real, request, cast.key)
        if cast.own is None:
            return Ungraded(reason=NO_STAND_IN)
        result = grade(cast.own, request)
        return result.model_copy(update={"flags": (*result.flags, "stood_in")}) if cast.of_a_real_model else result

    def hear(self, interview: Interview, recording: Recording, audio: bytes) -> Heard:
        """What is understood of a recording of this interview, or why nothing is.

        The calls that it takes are for the caller to record.
        """
        transcriber = self._connected.transcriber
        if transcriber is None:
            return Heard(Unheard(reason=NO_ONE))
        limit = self.spent(interview)
        if limit:
            return Heard(Unheard(reason=notices.unheard(limit)))
        return Hearing(transcriber).hear(interview, recording, audio)

    def spent(self, interview: Interview) -> str:
        """Which limit of its budget an interview has reached, in words; empty while some is left."""
        budget = self._connected.budget
        if budget == NO_LIMIT:
            return ""
        return budget.spent(self.store.usage(interview.id), interview.elapsed_seconds(self.now()))

    def _cast(self, interview: Interview) -> Cast:
        model, key, _, _ = self._connected
        own = self._stand_in
        if model.info.offline if own is None else interview.model == own.info.name:
            return Cast(real=None, own=own or model)
        if model.info.offline:
            return Cast(real=None, own=own, instead=notices.DISCONNECTED)
        limit = self.spent(interview)
        if limit:
            return Cast(real=None, own=own, instead=notices.spent(limit))
        return Cast(real=model, own=own, key=key)

    def _reply(self, interview: Interview, asides: Asides, voice: Voice) -> Reply:
        turn = interview.turns[-1]
        cast = self._cast(interview)
        acknowledgement = self._acknowledgement(interview, turn, cast.real, asides)
        here = policy.situation(interview, self.now())
        assessment, failure = assess(interview, asides, real=cast.real, own=cast.own, confirming=here.confirming)
        instead = self._instead(interview, assessment)
        if instead is not None:
            here = policy.with_next(here, about_company(instead, interview.setup.company), interview)
        kit = interview.setup.kit
        if kit is None:
            decision = policy.decide(here, assessment)
            request = _request(interview, turn, assessment, decision)
        else:
            decision = kit_policy.decide(here, assessment, kit, interview.current.number)
            request = _same_for_all(interview, decision.move)
        if kit is not None:
            voice.scripted(request)
        elif cast.real is None and not cast.of_a_real_model and cast.own is not None:
            voice.spoken(cast.own, request)
        elif cast.real is None or failure is not None or asides.stopped():
            voice.scripted(request)
        elif request.mode is Mode.PRACTICE and request.substance:
            failure = voice.phrased(cast.real, request)
        else:
            said = [t.text for t in interview.turns_of(turn.exchange) if t.speaker is Speaker.CANDIDATE]
            voice.scripted(request, acknowledgement, said, cast.real.info.named(Purpose.ACKNOWLEDGE))
        # In a kit the script speaks in any case: whoever listens changes nothing that is said.
        line = "" if kit is not None else notices.failed(failure) if failure is not None else cast.instead
        return Reply(
            text=voice.text,
            move=decision.move,
            assessment=assessment,
            closes=decision.closes,
            opens=decision.opens,
            instead=instead if decision.opens is not None else None,
            pauses=decision.pauses,
            ends=decision.ends,
            by=voice.by,
            notice=notices.untold(interview, line, cast.own.info.name if cast.own else "") if line else "",
        )

    def _acknowledgement(
        self, interview: Interview, turn: Turn, real: InterviewModel | None, asides: Asides
    ) -> Aside[str] | None:
        """Where the model may not phrase a move, one sentence on the answer is asked for while it is assessed."""
        if real is None or interview.setup.mode is Mode.PRACTICE or interview.setup.kit is not None:
            return None
        if turn.intent is not None or len(turn.text.split()) < FEWEST_WORDS:
            return None
        request = AcknowledgeRequest(answer=turn.text, last_turns=tuple(t.text for t in interview.turns[-4:-1]))
        return asides.ask(lambda: real.acknowledge(request))

    def _instead(self, interview: Interview, heard: Assessment) -> Question | None:
        if not interview.setup.adapts:
            return None
        return self._chooser.instead(
            interview, heard, lambda: self.store.recent_questions(interview.owner, before=interview.id)
        )

    @cached_property
    def _script(self) -> Speech:
        """What is said when the model fails: also moves that have no wording in the bank must say something."""
        return load_speech(prompts_dir())


def _request(interview: Interview, turn: Turn, assessment: Assessment, decision: Decision) -> SpeakRequest:
    substance = decision.move.substance
    earned = tuple(
        mark.quote
        for mark in assessment.marks
        if mark.verdict is Verdict.MET and locate(mark.quote, [turn])  # a half-heard point is no reason to agree
    )
    return SpeakRequest(
        kind=decision.move.kind,
        manner=decision.move.manner,
        substance=substance.text if substance else "",
        mode=interview.setup.mode,
        quotes=earned,
        earned=bool(earned),
        last_turns=tuple(t.text for t in interview.turns[-4:]),
        seed=interview.setup.seed + turn.seq,
    )


def _same_for_all(interview: Interview, move: Move) -> SpeakRequest:
    """What is said in an interview from a kit: nothing of what the candidate said goes into it."""
    return SpeakRequest(
        kind=move.kind,
        manner=move.manner,
        substance=move.substance.text if move.substance else "",
        mode=interview.setup.mode,
        seed=kit_policy.place(interview, move),
    )


def _what_is_ahead(setup: Setup, questions: int, minutes: int) -> str:
    minutes = setup.minutes or minutes
    plural = "question" if questions == 1 else "questions"
    if setup.kit is not None:  # without the minutes: who has extra time hears the same words
        return f"There {'is' if questions == 1 else 'are'} {questions} {plural}, the same for everyone."
    return f"We have about {minutes} minutes and {questions} {plural}."
