"""Puts the parts together, once per process, for pages and commands alike. Everything is made when first used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from interviewer.bank import Bank, load_bank
from interviewer.bank.lint import Linter
from interviewer.domain.interview import Setup
from interviewer.domain.report import Report
from interviewer.embedding import load_embedder
from interviewer.embedding.base import Embedder
from interviewer.grading.judge import ModelJudge
from interviewer.index import Index, open_index
from interviewer.index.passages import bank_passages
from interviewer.interview import Interviewer, Workers
from interviewer.models.base import InterviewModel
from interviewer.models.offline import OfflineModel
from interviewer.report import build_report
from interviewer.resources import knowledge_dir, prompts_dir
from interviewer.settings import Settings
from interviewer.store import Store, open_store, utc_now

WISHED = 12
AS_GOOD = 0.75
"""Questions that a wish for a subject is met from, and how near each must be in proportion to the nearest."""


class Runtime:
    """The program's parts for one set of settings. Safe to share between threads once ``start`` was called."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()

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
    def model(self) -> InterviewModel:
        return OfflineModel(self.embedder, prompts_dir())

    @cached_property
    def interviewer(self) -> Interviewer:
        return Interviewer(self.store, self.bank, self.model, find=self.find)

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
        return Workers(self.interviewer)

    def start(self) -> None:
        """Makes what interviews need and takes up what an earlier process left in the middle."""
        self.embedder.embed(["warm"])  # reads the weights now, not at the first answer
        self.workers.sweep()

    def begin(self, setup: Setup) -> str:
        """Plans and stores an interview and makes ready for it; gives its ID. Raises UsageError."""
        interview_id = self.interviewer.start(setup)
        self.workers.prepare(interview_id)
        return interview_id

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
        )

    def notices(self) -> Sequence[str]:
        """Sentences that a user should see about how this installation is limited."""
        return [notice for notice in (self.embedder.notice,) if notice]
