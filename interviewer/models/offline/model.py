"""The offline model: deterministic, on this machine, with no key and no network.

It reads (``reader.py``), understands what a turn is for (``intents.py``) and speaks from templates
(``speech.py``). Its verdicts are estimates and carry their probability; it says so wherever it graded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from interviewer.domain.interview import Assessment, Mark, MisconceptionMark, Turn
from interviewer.domain.question import Question, content_hash
from interviewer.domain.words import Intent
from interviewer.embedding.base import Embedder
from interviewer.models.base import (
    AcknowledgeRequest,
    AssessRequest,
    GradeDraft,
    GradeRequest,
    ModelInfo,
    SpeakRequest,
)
from interviewer.models.offline.closer import look_closer
from interviewer.models.offline.intents import read_intent
from interviewer.models.offline.pairs import pairs_for
from interviewer.models.offline.reader import Heads, References, read, shipped_heads
from interviewer.models.offline.said import usable
from interviewer.models.offline.speech import load_speech
from interviewer.models.offline.text import all_words, pieces
from interviewer.models.offline.verdicts import (
    FIRST_MET,
    SETTINGS,
    first_look,
    misconceptions_at_first_look,
    misconceptions_seen,
    second_look,
    shipped_judges,
)

CLARIFIES = 0.45
"""Cosine from which one of the bank's clarifications is taken to answer what was asked."""

ON_TOPIC = 0.25
"""Largest cosine with anything of the question below which a turn is about something else."""


class OfflineModel:
    """The offline ``InterviewModel``. Safe to use from many threads.

    A ``quick`` one takes the first look only: for going over a whole bank, where a person looks at what it finds.
    """

    def __init__(self, embedder: Embedder, prompts: Path, heads: Heads | None = None, *, quick: bool = False) -> None:
        self._embedder = embedder
        self._speech = load_speech(prompts)
        self._heads = heads or shipped_heads()
        self._pairs = None if quick else pairs_for(embedder)
        self._judges = shipped_judges()
        self.references = References(embedder)
        self._info = ModelInfo(
            name="offline",
            version=f"2-{content_hash(self._made_of())[:8]}",
            offline=True,
            settings={"embedder": embedder.id, "speech": self._speech.version},
        )

    @property
    def info(self) -> ModelInfo:
        return self._info

    def prepare(self, questions: Sequence[Question]) -> None:
        """Embeds the questions' rubrics, so that the first answer to each is read as quickly as the second."""
        for question in questions:
            self.references.get(question.prompt, question.rubric)

    def assess(self, request: AssessRequest) -> Assessment:
        """Reads the last turn's intent, and the exchange so far against the rubric."""
        turn = request.turns[-1]
        intent = turn.intent or read_intent(turn.text, confirming=request.confirming)
        question = request.question
        clarification = None
        if intent is Intent.CLARIFICATION:
            clarification = self._clarification(question, turn.text)
            if clarification is None and self._says_something(question, turn):
                intent = Intent.ANSWER  # an answer may well end in a question
            elif clarification is None and self._is_off_topic(question, turn.text):
                intent = Intent.OFF_TOPIC
        if intent is Intent.ANSWER and self._is_off_topic(question, turn.text):
            intent = Intent.OFF_TOPIC
        draft = self.grade(GradeRequest(question=question.prompt, rubric=question.rubric, turns=request.turns))
        return Assessment(
            turn=turn.seq,
            intent=intent,
            marks=tuple(
                Mark(criterion=v.criterion, verdict=v.verdict, quote=next(iter(v.quotes), ""), confidence=v.confidence)
                for v in draft.verdicts
            ),
            misconceptions=tuple(
                MisconceptionMark(misconception=m.misconception, quote=m.quote) for m in draft.misconceptions
            ),
            clarification=clarification,
        )

    def acknowledge(self, request: AcknowledgeRequest) -> str:
        return ""  # the templates have their own

    def speak(self, request: SpeakRequest) -> Iterator[str]:
        return self._speech.say(request)

    def grade(self, request: GradeRequest) -> GradeDraft:
        """A verdict for every criterion from the pieces that speak most for or against it."""
        reference = self.references.get(request.question, request.rubric)
        kept, flags = usable(request.turns, questions=request.rubric.counts_questions)
        reading = read(self._embedder, reference, kept, self._heads)
        if self._pairs is None:
            verdicts = first_look(request.rubric, reading)
            misconceptions = misconceptions_at_first_look(request.rubric, reading, verdicts)
        else:
            closer = look_closer(self._pairs, reference, reading)
            told = "instruction" in flags
            verdicts = second_look(reference, reading, closer, self._judges, told=told)
            misconceptions = misconceptions_seen(request.rubric, reading, closer, verdicts)
        return GradeDraft(verdicts=verdicts, misconceptions=misconceptions, flags=tuple(flags))

    def _made_of(self) -> list[str | float]:
        if self._pairs is None:
            return [self._heads.version, *SETTINGS]
        return [self._heads.version, self._pairs.version, self._judges.version, *SETTINGS]

    def _clarification(self, question: Question, text: str) -> int | None:
        asks = [
            (index, ask) for index, clarification in enumerate(question.clarifications) for ask in clarification.asks
        ]
        if not asks:
            return None
        vectors = self._embedder.embed([text, *(ask for _, ask in asks)])
        cosines = vectors[1:] @ vectors[0]
        best = int(np.argmax(cosines))
        return asks[best][0] if cosines[best] >= CLARIFIES else None

    def _says_something(self, question: Question, turn: Turn) -> bool:
        reference = self.references.get(question.prompt, question.rubric)
        said, _ = usable([turn], questions=question.rubric.counts_questions)
        reading = read(self._embedder, reference, said, self._heads)
        return bool(reading.states.size) and float(reading.states.max()) >= FIRST_MET

    def _is_off_topic(self, question: Question, text: str) -> bool:
        if len(all_words(text)) < 4:
            return False
        reference = self.references.get(question.prompt, question.rubric)
        parts = [piece.text for piece in pieces(text)][:40]
        if not parts:
            return False
        known = np.concatenate(
            [reference.question_vector[None], *reference.statement_vectors, *reference.belief_vectors]
        )
        return float((self._embedder.embed(parts) @ known.T).max()) < ON_TOPIC
