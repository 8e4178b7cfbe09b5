"""Fills a store with the demo: through the doors that people use, with a clock that is set back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from statistics import median
from typing import TYPE_CHECKING
from uuid import uuid4

from interviewer.bank import load_calibration
from interviewer.domain.grade import Grade
from interviewer.domain.interview import Interview, InterviewStatus, Setup
from interviewer.domain.kit import Invitation, KitVersion
from interviewer.domain.knowledge import AnswerKind, CalibrationAnswer, CalibrationSet
from interviewer.domain.question import Question
from interviewer.domain.rating import DecisionKind, Rating
from interviewer.domain.words import Intent, Speaker
from interviewer.errors import InterviewerError
from interviewer.interview import Interviewer
from interviewer.interview.canned import CANNED
from interviewer.kits import demo
from interviewer.kits.demo import Candidate, DemoRater, Item, Practised, Said
from interviewer.kits.demo_words import COMMENTS, OVERRIDDEN, SETTLED, UNKNOWING
from interviewer.store import Store
from interviewer.store.leases import Work

if TYPE_CHECKING:
    from interviewer.runtime import Runtime

Made = Callable[[str, str], None]
"""Told of every kit ("kit") and every practice interview ("interview") at once, with its ID."""

LEASE_SECONDS = 600.0
WORDS_A_SECOND = 0.75
THINKING = 15.0
KIT_DAYS_AGO = 15.0
LINK_DAYS = 28.0
MOST_TURNS = 40
MOST_ASKED_AGAIN = 4


class Clock:
    """A clock that stands where it is put, so that the demo has a past."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def run(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Filling:
    """Makes the demo in the runtime's store. ``link`` is the token of a link that nobody has used yet.

    Whoever iterates ``steps`` does the work: each step is one small part of ``total``. ``made`` is told of everything
    that can be deleted on its own.
    """

    def __init__(self, runtime: Runtime, now: datetime, made: Made) -> None:
        self._now = now
        self._made = made
        self._clock = Clock(now)
        self._store = Store(runtime.store.database, self._clock)
        self._bank = runtime.bank
        self._calibration: Mapping[str, CalibrationSet] = load_calibration(runtime.bank)
        self._interviewer = Interviewer(self._store, runtime.bank, runtime.offline, self._clock)
        self._content = demo.content(runtime.bank)
        self._questions: Sequence[Question] = [one.question for one in self._content.questions]
        self._candidates = demo.candidates(self._questions, self._calibration)
        self._practised = demo.practised(self._calibration)
        self._known: dict[Item, Said] = {}
        self.kit_id = ""
        self.link = ""
        exchanges = sum(len(one.said) if one.leaves_at is None else one.leaves_at - 1 for one in self._candidates)
        self.total = len(self._practised) + exchanges + len(demo.RATERS) + 1

    def steps(self) -> Iterator[None]:
        """Does it, part by part. Raises InterviewerError."""
        for number, one in enumerate(self._practised):
            self._practise(one, number)
            yield
        version = self._open_kit()
        for number, candidate in enumerate(self._candidates):
            yield from self._interview(version, candidate, number)
        self._other_links()
        for rater in demo.RATERS:
            self._rate(rater)
            yield
        self._discuss()
        yield

    # --- the candidate who sits here --------------------------------------------------------------------

    def _practise(self, one: Practised, number: int) -> None:
        random = Random(f"{demo.SEED} practised {number}")
        self._clock.at = self._now - timedelta(days=one.days_ago)
        interview_id = self._interviewer.start(Setup(question_ids=one.questions, seed=number))
        self._made("interview", interview_id)
        answered: set[int] = set()
        for _ in range(MOST_TURNS):
            interview = self._store.get(interview_id)
            here = interview.current.number
            if interview.status is InterviewStatus.ENDED:
                break
            if one.stops_at == here:
                self._store.pause(interview_id)
                break
            self._say(interview, self._line(one, interview, here, answered, random))
        else:
            raise InterviewerError("The demo's practice interview did not end.", "Please report this.")
        self._grade(interview_id)

    def _line(self, one: Practised, interview: Interview, here: int, answered: set[int], random: Random) -> str:
        if here not in answered:
            answered.add(here)
            return one.answers[here - 1]
        move = interview.turns[-1].move
        target = move.substance.target if move is not None and move.substance is not None else ""
        return demo.reply(one.questions[here - 1], target, self._calibration, random)

    # --- the kit and its candidates ---------------------------------------------------------------------

    def _open_kit(self) -> KitVersion:
        self._clock.at = self._now - timedelta(days=KIT_DAYS_AGO)
        self.kit_id = self._store.kits.create(self._content)
        self._made("kit", self.kit_id)
        self._store.kits.open(self.kit_id)
        return self._store.kits.versions(self.kit_id)[-1]

    def _interview(self, version: KitVersion, candidate: Candidate, number: int) -> Iterator[None]:
        invitation = self._invite(candidate.label, LINK_DAYS, candidate.extra_percent)
        self._clock.at = self._now - timedelta(days=KIT_DAYS_AGO - 2 - 0.62 * number)
        interview_id = self._interviewer.start_kit(version, invitation)
        for place, said in enumerate(candidate.said, 1):
            if place == candidate.leaves_at:
                self._store.pause(interview_id)
                break
            self._answer(interview_id, place, said)
            if place == candidate.pauses_after:
                self._store.pause(interview_id)
                self._clock.run(240)
                self._store.resume(interview_id)
            if said.lines:
                self._known[(interview_id, place)] = said
            yield
        self._grade(interview_id)

    def _answer(self, interview_id: str, place: int, said: Said) -> None:
        """Says the lines of one question, and that one does not know where the interviewer still asks for more."""
        if not said.lines:
            self._say(self._store.get(interview_id), CANNED[Intent.SKIP], Intent.SKIP)
            return
        for line in (*said.lines, *[UNKNOWING] * MOST_ASKED_AGAIN):
            interview = self._store.get(interview_id)
            if interview.status is InterviewStatus.ENDED or interview.current.number != place:
                return
            self._say(interview, line)

    def _say(self, interview: Interview, text: str, intent: Intent | None = None) -> None:
        self._clock.run(THINKING + len(text.split()) / WORDS_A_SECOND)
        turn = self._store.submit(interview.id, interview.next_seq, uuid4().hex, text, intent)
        token = self._store.claim(interview.id, Work.REPLY, turn.seq, LEASE_SECONDS)
        if token is None:
            raise _in_use()
        reply = self._interviewer.reply(self._store.get(interview.id))
        self._clock.run(1)
        self._store.commit_reply(interview.id, turn.seq, token, reply)

    def _grade(self, interview_id: str) -> None:
        interview = self._store.get(interview_id)
        graded = self._store.grades(interview_id)
        for _, number in self._store.ungraded_exchanges(interview_id):
            if number in graded:
                continue
            token = self._store.claim(interview_id, Work.GRADE, number, LEASE_SECONDS)
            if token is None:
                raise _in_use()
            result = self._interviewer.grade(interview, number)
            self._store.commit_grade(interview_id, number, token, interview.plan[number - 1].rubric.hash, result)

    def _invite(self, label: str, days: float, extra_percent: int = 0) -> Invitation:
        self._clock.at = self._now - timedelta(days=KIT_DAYS_AGO - 1)
        invitation, self.link = self._store.kits.invite(
            self.kit_id, label, self._clock.at + timedelta(days=days), extra_percent
        )
        return invitation

    def _other_links(self) -> None:
        """One that has expired, one that was revoked, and one to be tried."""
        number = len(self._candidates)
        self._invite(f"Candidate {number + 1:02}", days=7)
        revoked = self._invite(f"Candidate {number + 2:02}", LINK_DAYS)
        self._clock.run(3 * 86_400)
        self._store.kits.revoke(revoked.id)
        self._invite(f"Candidate {number + 3:02}", LINK_DAYS)

    # --- people -----------------------------------------------------------------------------------------

    def _rate(self, rater: DemoRater) -> None:
        """A practice round and ratings, all of them drawn; the last rater has some left, one of them begun."""
        random = Random(f"{demo.SEED} rates {rater.name}")
        self._clock.at = self._now - timedelta(days=2.5 - 0.4 * demo.RATERS.index(rater))
        made = self._store.ratings.rater(self.kit_id, rater.name)
        self._store.ratings.practised(made.id, demo.practice(self._questions, self._calibration, rater), ready=True)
        items = sorted(self._known, key=lambda item: (item[1], random.random()))
        left = round(rater.left * len(items))
        for place, (interview_id, number) in enumerate(items):
            question, known = self._questions[number - 1], self._known[(interview_id, number)]
            value, verdicts = demo.drawn(question, known.band, known.verdicts or {}, rater, random)
            seconds = round(random.uniform(35, 140), 1)
            self._clock.run(seconds)
            if place < len(items) - left:
                self._store.ratings.submit(
                    made.id, interview_id, number, question.rubric.hash, verdicts, value, "", seconds
                )
            elif place == len(items) - left:
                begun = dict(list(verdicts.items())[:2])
                self._store.ratings.save(made.id, interview_id, number, question.rubric.hash, begun, None, "")

    def _discuss(self) -> None:
        """One disagreement settled, talked over and kept; one override; one rubric that is being changed."""
        self._clock.at = self._now - timedelta(hours=20)
        given: dict[Item, list[int]] = {}
        for rating in self._store.ratings.of(self.kit_id):
            given.setdefault((rating.interview_id, rating.exchange), []).extend(_bands(rating))
        machine = {
            (interview_id, number): grade.band
            for interview_id in self._store.kits.interviews(self.kit_id)
            for number, grade in self._store.grades(interview_id).items()
            if isinstance(grade, Grade)
        }
        settled = demo.most_apart({item: bands for item, bands in given.items() if len(bands) == len(demo.RATERS)})
        for by, text in COMMENTS:
            self._clock.run(300)
            self._store.ratings.comment(*settled, by, text)
        self._clock.run(600)
        agreed = round(median(given[settled]))
        self._decide(settled, DecisionKind.SETTLED, "Demo rater A and Demo rater B", agreed, SETTLED)
        self._keep(settled, agreed)
        overridden = demo.furthest(given, machine, without=settled)
        self._clock.run(600)
        people = min(5, max(1, round(sum(given[overridden]) / len(given[overridden]))))
        self._decide(overridden, DecisionKind.OVERRIDE, "Demo employer", people, OVERRIDDEN)
        number = len(self._questions)
        draft = self._store.rubrics.begin(self.kit_id, number, self._questions[-1])
        self._store.rubrics.save(draft.id, demo.changed(draft.question), before=draft.question.hash)

    def _decide(self, item: Item, kind: DecisionKind, by: str, band: int, reason: str) -> None:
        question, known = self._questions[item[1] - 1], self._known[item]
        self._store.ratings.decide(*item, kind, by, band, dict(known.verdicts or {}), reason, question.rubric.hash)

    def _keep(self, item: Item, band: int) -> None:
        """The settled answer, turned into one that raters may practise on."""
        interview_id, number = item
        question, known = self._questions[number - 1], self._known[item]
        said = [
            turn.text for turn in self._store.get(interview_id).turns_of(number) if turn.speaker is Speaker.CANDIDATE
        ]
        answer = CalibrationAnswer(
            id="demo-settled",
            band=band,
            kind=KINDS[band],
            text=" ".join(said),
            verdicts=dict(known.verdicts or {}),
        )
        self._store.ratings.keep_answer(self.kit_id, question.id, interview_id, number, answer)


KINDS = {
    5: AnswerKind.EXCELLENT,
    4: AnswerKind.GOOD,
    3: AnswerKind.DEVELOPING,
    2: AnswerKind.FRAGMENT,
    1: AnswerKind.OFF_TOPIC,
}


def _bands(rating: Rating) -> list[int]:
    return [] if rating.band is None else [rating.band]


def _in_use() -> InterviewerError:
    return InterviewerError(
        "Another process is working on the demo's interviews.", "Stop Interviewer, and give the command again."
    )
