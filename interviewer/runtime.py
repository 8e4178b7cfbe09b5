"""Puts the parts together, once per process, for pages and commands alike. Everything is made when first used."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import ValidationError

from interviewer.bank import Bank, load_bank
from interviewer.bank.lint import Linter
from interviewer.domain.interview import Setup
from interviewer.domain.kit import Invitation, KitVersion
from interviewer.domain.report import EarlierDelivery, Report
from interviewer.domain.usage import Budget
from interviewer.embedding import load_embedder
from interviewer.embedding.base import Embedder
from interviewer.errors import InterviewerError, SetupError, UnknownInterview, UsageError
from interviewer.grading.judge import ModelJudge
from interviewer.index import Index, open_index
from interviewer.index.passages import bank_passages
from interviewer.interview import Interviewer, Workers
from interviewer.interview.sounding import Sounding
from interviewer.interview.workers import due
from interviewer.models.base import InterviewModel
from interviewer.models.offline import OfflineModel
from interviewer.models.offline.second_key import SecondKey
from interviewer.models.openai.endpoint import OPENAI, Endpoint
from interviewer.models.speech import Synthesiser, Transcriber
from interviewer.report import build_report, earlier
from interviewer.resources import knowledge_dir, prompts_dir
from interviewer.settings import DEFAULT_MODEL, OF_THE_MODEL, OPENAI_HOST, Settings
from interviewer.store import Store, open_store, utc_now

if TYPE_CHECKING:  # slow to import, and of no use to who works without an endpoint
    from interviewer.models.openai.speech import OpenAISpeech

log = logging.getLogger(__name__)

WISHED = 12
AS_GOOD = 0.75
"""Questions that a wish for a subject is met from, and how near each must be in proportion to the nearest."""

COMPARED = 10
"""How many of a candidate's own earlier interviews a report is set beside, where they were spoken."""

LOOK = "“Settings” in the app, or config.toml, has them; “interviewer model” tests the connection."


def endpoint_of(settings: Settings) -> Endpoint | None:
    """Where the real model is, None where none is set up or wanted. Raises SetupError for what cannot be one."""
    return described_endpoint(settings) if settings.use_model and settings.has_endpoint else None


def described_endpoint(settings: Settings) -> Endpoint:
    """The endpoint that the settings describe, wanted or not. Raises SetupError for what cannot be one."""
    base_url = settings.base_url or OPENAI
    try:
        endpoint = Endpoint(
            base_url=base_url,
            api_key=settings.api_key,
            model=settings.model or DEFAULT_MODEL,
            assess_model=settings.assess_model,
            speak_model=settings.speak_model,
            grade_model=settings.grade_model,
            price_in=settings.price_in,
            price_out=settings.price_out,
            price_cached=settings.price_cached,
            reply_seconds=settings.reply_seconds,
            grade_seconds=settings.grade_seconds,
        )
    except ValidationError as error:
        raise _unusable(error) from None
    if not settings.model and endpoint.label != OPENAI_HOST:
        raise SetupError(f"Which model to ask for at {endpoint.label} is not said.", LOOK)
    return endpoint


def audio_endpoint_of(settings: Settings) -> Endpoint | None:
    """Where what hears and speaks is, None where none is set up or wanted. Raises SetupError for what cannot be one."""
    return described_audio(settings) if settings.use_audio and settings.has_audio else None


def described_audio(settings: Settings) -> Endpoint:
    """The endpoint that hears or speaks, wanted or not: one for itself, be it at the model's address.

    Raises SetupError for what cannot be one.
    """
    if not settings.audio_url and not settings.audio_api_key.get_secret_value():
        named = settings.transcribe_model or settings.speech_model
        raise SetupError(f"Where “{named}” is to be found is not said, nor is there a key for OpenAI.", LOOK)
    try:
        return Endpoint(
            base_url=settings.audio_url or OPENAI,
            api_key=settings.audio_api_key,
            model=settings.transcribe_model or settings.speech_model,
            transcribe_model=settings.transcribe_model,
            speech_model=settings.speech_model,
            price_minute=settings.price_minute,
            price_characters=settings.price_characters,
            reply_seconds=settings.reply_seconds,
            transcribe_seconds=settings.transcribe_seconds,
        )
    except ValidationError as error:
        raise _unusable(error, "audio_") from None


def _unusable(error: ValidationError, prefix: str = "") -> SetupError:
    """Never raised from its cause, which would carry the values, and a key may be among them."""
    problem = error.errors(include_url=False, include_input=False)[0]
    name = str(problem["loc"][0]) if problem["loc"] else "model"
    said = problem["msg"].removeprefix("Value error, ")
    what = {"base_url": "address", "api_key": "key"}.get(name, "name")
    whose = "voice's" if prefix else "model's"
    own = name not in ("base_url", "api_key")
    return SetupError(f"The {whose} {what} ({name if own else prefix + name}) cannot be used: {said}.", LOOK)


def budget_of(settings: Settings) -> Budget:
    """What one interview may use of the real model."""
    return Budget(tokens=settings.budget_tokens, dollars=settings.budget_dollars, minutes=settings.budget_minutes)


class Runtime:
    """The program's parts for one set of settings. Safe to share between threads once ``start`` was called.

    ``trouble`` says why a model that is set up is not used, ``audio_trouble`` why what hears and speaks is not.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.trouble: InterviewerError | None = None
        self.audio_trouble: InterviewerError | None = None
        self._model: InterviewModel | None = None
        self._voice: tuple[OpenAISpeech | None] | None = None
        self._connecting = threading.Lock()
        self._deliveries: dict[tuple[str, int], EarlierDelivery | None] = {}

    @cached_property
    def bank(self) -> Bank:
        return load_bank(self.settings.knowledge_dir or knowledge_dir())

    @cached_property
    def embedder(self) -> Embedder:
        return load_embedder(self.settings)

    @cached_property
    def index(self) -> Index:
        return open_index(
            self.settings.index_path,
            bank_hash=self.bank.hash,
            embedder=self.embedder,
            passages=lambda: bank_passages(
                self.bank.questions.values(), self.bank.guides.values(), self.bank.topic_title
            ),
        )

    @cached_property
    def store(self) -> Store:
        return open_store(self.settings.database_path)

    @cached_property
    def offline(self) -> OfflineModel:
        """The model that needs nobody: it interviews and grades without an endpoint, and stands in for one."""
        return OfflineModel(self.embedder, prompts_dir())

    @cached_property
    def second_key(self) -> SecondKey:
        return SecondKey(self.embedder, references=self.offline.references)

    @property
    def model(self) -> InterviewModel:
        """Who interviews and grades what begins now."""
        with self._connecting:
            if self._model is None:
                self._model = self._connected()
            return self._model

    @property
    def key(self) -> SecondKey | None:
        """What checks whether a quote bears on its criterion; the offline model's own claims need no second look."""
        return None if self.model.info.offline else self.second_key

    @property
    def endpoint(self) -> Endpoint | None:
        """Where the model is that is in use, None while that is the offline one."""
        return None if self.model.info.offline else endpoint_of(self.settings)

    @property
    def transcriber(self) -> Transcriber | None:
        """What understands recordings; None where only the browser can."""
        voice = self._speech()
        return voice if voice is not None and self.settings.transcribe_model else None

    @property
    def synthesiser(self) -> Synthesiser | None:
        """What reads aloud; None where only the browser can."""
        voice = self._speech()
        return voice if voice is not None and self.settings.speech_model else None

    @property
    def audio_endpoint(self) -> Endpoint | None:
        """Where recordings and the interviewer's words are sent, None where the browser hears and speaks."""
        return None if self._speech() is None else audio_endpoint_of(self.settings)

    @cached_property
    def interviewer(self) -> Interviewer:
        return Interviewer(
            self.store,
            self.bank,
            self.model,
            find=self.find,
            stand_in=self.offline,
            key=self.key,
            budget=budget_of(self.settings),
            transcriber=self.transcriber,
        )

    @cached_property
    def linter(self) -> Linter:
        """The rubric linter, with the offline grader as its judge whatever model grades interviews."""
        quick, careful = (ModelJudge(OfflineModel(self.embedder, prompts_dir(), quick=q)) for q in (True, False))
        return Linter(self.embedder, quick, careful)

    def find(self, subject: str) -> Mapping[str, float]:
        """The questions that are about a subject, with how well they fit, 0 to 1; none when nothing is near it."""
        hits = [hit for hit in self.index.search(subject, WISHED) if hit.near]
        return {hit.id: hit.score / hits[0].score for hit in hits if hit.score >= AS_GOOD * hits[0].score}

    @cached_property
    def workers(self) -> Workers:
        return Workers(self.interviewer, upkeep=self._keep_promises)

    @cached_property
    def sounding(self) -> Sounding:
        """The interviewer's sentences as sound, where an endpoint speaks."""
        sounding = Sounding(self.store, self.interviewer.spent)
        sounding.connect(self.synthesiser)
        return sounding

    def start(self) -> None:
        """Makes what interviews need and takes up what an earlier process left in the middle."""
        self.embedder.embed(["warm"])  # reads the weights now, not at the first answer
        self.tidy()
        self.workers.sweep()

    def reconnect(self, settings: Settings | None = None) -> None:
        """Takes up the model's settings as they are now, for what is asked and graded from now on. Raises SetupError.

        Everything else that may have changed in the settings waits for the next start.
        """
        fresh = settings or Settings()
        with self._connecting:
            self.settings = self.settings.model_copy(update={name: getattr(fresh, name) for name in OF_THE_MODEL})
            self._model = self._connected()
            self._voice = (self._connected_voice(),)
        self.interviewer.connect(self.model, self.key, budget_of(self.settings), self.transcriber)
        self.sounding.connect(self.synthesiser)

    def _connected(self) -> InterviewModel:
        """The model that the settings ask for; the offline one, with the ``trouble``, where that cannot be had."""
        self.trouble = None
        try:
            endpoint = endpoint_of(self.settings)
            if endpoint is None:
                return self.offline
            # Slow to import, and of no use to who works offline.
            from interviewer.models.openai.client import Client
            from interviewer.models.openai.model import OpenAIModel

            return OpenAIModel(Client(endpoint, self.settings.capabilities_path), prompts_dir())
        except InterviewerError as error:
            log.warning("the model that is set up is not used: %s", error)
            self.trouble = error
            return self.offline

    def _speech(self) -> OpenAISpeech | None:
        with self._connecting:
            if self._voice is None:
                self._voice = (self._connected_voice(),)
            return self._voice[0]

    def _connected_voice(self) -> OpenAISpeech | None:
        """What hears and speaks as the settings ask for; None, with the ``audio_trouble``, where that cannot be had."""
        self.audio_trouble = None
        try:
            endpoint = audio_endpoint_of(self.settings)
            if endpoint is None:
                return None
            from interviewer.models.openai.client import Client
            from interviewer.models.openai.speech import OpenAISpeech

            return OpenAISpeech(Client(endpoint, self.settings.capabilities_path), self.settings.speech_voice)
        except InterviewerError as error:
            log.warning("what is set up to hear and speak is not used: %s", error)
            self.audio_trouble = error
            return None

    def begin(self, setup: Setup) -> str:
        """Plans and stores an interview and makes ready for it; gives its ID. Raises UsageError."""
        interview_id = self.interviewer.start(setup)
        self.workers.prepare(interview_id)
        return interview_id

    def begin_kit(self, invitation: Invitation, agreed: KitVersion | None = None) -> str:
        """Begins the interview of a link and makes ready for it; gives its ID, the same one however often it is asked.

        ``agreed`` is the version whose terms the candidate has read; the newest one without. Raises UsageError when
        the link leads nowhere any more, or the kit was changed while they were reading.
        """
        if invitation.interview_id is not None:
            return invitation.interview_id
        newest = self.newest_version(invitation.kit_id)
        if agreed is not None and agreed.content.hash != newest.content.hash:
            raise UsageError(
                "This interview was changed while you were reading.", "Please read it once more; then you can begin."
            )
        interview_id = self.interviewer.start_kit(newest, invitation)
        self.workers.prepare(interview_id)
        return interview_id

    def newest_version(self, kit_id: str) -> KitVersion:
        """What whoever begins now would get. Raises UnknownKit; UsageError for a kit that was never opened."""
        versions = self.store.kits.versions(kit_id)
        if not versions:
            raise UsageError("This kit is still a draft.", "Open it first; its links come after that.")
        return versions[-1]

    def tidy(self, now: datetime | None = None) -> int:
        """Deletes the interviews from kits that were kept as long as their candidates were promised; how many."""
        deleted = 0
        for interview_id in self.store.kits.overdue(now or utc_now()):
            try:
                self.store.delete(interview_id)
            except UnknownInterview:  # somebody else was quicker
                continue
            except InterviewerError as problem:
                log.warning("%s should not be kept any longer, and could not be deleted: %s", interview_id, problem)
                continue
            log.info("%s was kept as long as was promised, and is deleted", interview_id)
            deleted += 1
        return deleted

    def _keep_promises(self) -> None:
        try:
            self.tidy()
            self.store.database.clean()  # what a reader was in the way of the last time
        except Exception:  # the next hour tries again
            log.exception("what is overdue could not be deleted")

    def report(self, interview_id: str, now: datetime | None = None) -> Report:
        """The report of an interview as far as it is graded. Raises UnknownInterview."""
        return build_report(
            self.store.get(interview_id),
            self.store.grades(interview_id),
            self.store.disputes(interview_id),
            self.store.notes(interview_id),
            bank=self.bank,
            model=self.model.info,
            now=now or utc_now(),
            usage=self.store.usage(interview_id),
            retrying={retry.number for retry in self.store.retryable(interview_id) if due(retry) is not None},
            past=self._past(interview_id),
        )

    def _past(self, interview_id: str) -> list[EarlierDelivery]:
        """How the candidate's interviews before this one sounded, as far as they were spoken."""
        found = [
            self._earlier_delivery(one.interview_id, one.answers)
            for one in self.store.spoken_before(interview_id, COMPARED)
        ]
        return [one for one in found if one is not None]

    def _earlier_delivery(self, interview_id: str, answers: int) -> EarlierDelivery | None:
        """Counted once for so many spoken answers, since a page that shows a report draws it often."""
        key = (interview_id, answers)
        if key not in self._deliveries:
            try:
                self._deliveries[key] = earlier(self.store.get(interview_id))
            except UnknownInterview:  # deleted by now
                return None
        return self._deliveries[key]

    def notices(self) -> Sequence[str]:
        """Sentences that a user should see about how this installation is limited."""
        found = [notice for notice in (self.embedder.notice,) if notice]
        if self.trouble is not None:
            found.append(f"{self.trouble} Until that is put right, the offline model interviews and grades.")
        if self.audio_trouble is not None:
            found.append(
                f"{self.audio_trouble} Until that is put right, the browser hears and speaks, as far as it can."
            )
        return found
