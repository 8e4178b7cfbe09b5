"""The offline model: deterministic, on this machine, with no key and no network.

It reads (``reader.py``), understands what a turn is for (``intents.py``) and speaks from templates
(``speech.py``). Its verdicts are estimates and carry their probability; it says so wherever it graded.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from interviewer.domain.interview import Assessment, Mark, MisconceptionMark, Turn
from interviewer.domain.question import Question, Rubric, content_hash
from interviewer.domain.words import Intent, Speaker, Verdict
from interviewer.embedding.base import Embedder
from interviewer.folding import echoes
from interviewer.models.base import (
    AssessRequest,
    GradeDraft,
    GradeRequest,
    MisconceptionDraft,
    ModelInfo,
    SpeakRequest,
    VerdictDraft,
)
from interviewer.models.offline.intents import admits_ignorance, asks, instructs, read_intent
from interviewer.models.offline.reader import FEATURES, Heads, Reading, Reference, read, shipped_heads
from interviewer.models.offline.speech import load_speech
from interviewer.models.offline.text import Piece, all_words, lists_keywords, pieces

MET = 0.35
"""Probability from which a piece is taken to state a criterion; set on the development half."""

PARTIAL = 0.22
CONTRADICTED = 0.45

RIVALRY = 0.20
"""How much more probable the contradiction must be than the statement: an accusation needs more than a tie."""

NEAR = 0.35
"""Cosine with the nearest statement below which a piece earns nothing, whatever else speaks for it."""

MISCONCEPTION = 0.10
"""How much nearer to a belief than to every criterion a piece must be, in cosine, to count as stating it."""

CLARIFIES = 0.45
"""Cosine from which one of the bank's clarifications is taken to answer what was asked."""

ON_TOPIC = 0.25
"""Largest cosine with anything of the question below which a turn is about something else."""

OPPOSITE = 0.10
"""How much nearer (in cosine) to a contradiction than to every statement a piece may be and still earn the point."""

SAME = 0.9
"""Cosine with a statement, at the same polarity, from which a piece is that statement."""

# What a grade depends on besides the fit: part of the version that every grade names.
_SETTINGS = (MET, PARTIAL, CONTRADICTED, RIVALRY, NEAR, OPPOSITE, SAME, MISCONCEPTION)

_REFERENCES = 256  # rubrics kept embedded, 0.2 MB each: more than the bank has


_SUPPORT = FEATURES.index("support")
_POLARITY = FEATURES.index("polarity_differs")
_MARGIN = FEATURES.index("support_over_contradiction")
_CONTRARY = FEATURES.index("has_contradictions")


class OfflineModel:
    """The offline ``InterviewModel``. Safe to use from many threads."""

    def __init__(self, embedder: Embedder, prompts: Path, heads: Heads | None = None) -> None:
        self._embedder = embedder
        self._speech = load_speech(prompts)
        self._heads = heads or shipped_heads()
        self._lock = threading.Lock()
        self._references: OrderedDict[tuple[str, str], Reference] = OrderedDict()
        self._info = ModelInfo(
            name="offline",
            version=f"1-{content_hash([self._heads.version, *_SETTINGS])[:8]}",
            offline=True,
            settings={"embedder": embedder.id, "speech": self._speech.version},
        )

    @property
    def info(self) -> ModelInfo:
        return self._info

    def prepare(self, questions: Sequence[Question]) -> None:
        """Embeds the questions' rubrics, so that the first answer to each is read as quickly as the second."""
        for question in questions:
            self._reference(question.prompt, question.rubric)

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

    def speak(self, request: SpeakRequest) -> Iterator[str]:
        return self._speech.say(request)

    def grade(self, request: GradeRequest) -> GradeDraft:
        """A verdict for every criterion from the piece that speaks most for or against it; what was said last wins."""
        reference = self._reference(request.question, request.rubric)
        usable, flags = _usable(request.turns, questions=request.rubric.counts_questions)
        reading = read(self._embedder, reference, usable, self._heads)
        verdicts = tuple(_verdict(reading, j, c.id) for j, c in enumerate(request.rubric.criteria))
        settled = {v.criterion for v in verdicts if v.verdict is Verdict.MET}
        return GradeDraft(
            verdicts=verdicts, misconceptions=_stated(reading, request.rubric, settled), flags=tuple(flags)
        )

    def _reference(self, question: str, rubric: Rubric) -> Reference:
        key = (question, rubric.hash)
        with self._lock:
            if key in self._references:
                self._references.move_to_end(key)
                return self._references[key]
        reference = Reference(self._embedder, question, rubric)
        with self._lock:
            self._references[key] = reference
            while len(self._references) > _REFERENCES:
                self._references.popitem(last=False)
        return reference

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
        reference = self._reference(question.prompt, question.rubric)
        said, _ = _usable([turn], questions=question.rubric.counts_questions)
        reading = read(self._embedder, reference, said, self._heads)
        return bool(reading.states.size) and float(reading.states.max()) >= MET

    def _is_off_topic(self, question: Question, text: str) -> bool:
        if len(all_words(text)) < 4:
            return False
        reference = self._reference(question.prompt, question.rubric)
        parts = [piece.text for piece in pieces(text)][:40]
        if not parts:
            return False
        known = np.concatenate(
            [reference.question_vector[None], *reference.statement_vectors, *reference.belief_vectors]
        )
        return float((self._embedder.embed(parts) @ known.T).max()) < ON_TOPIC


def _usable(turns: Sequence[Turn], *, questions: bool = False) -> tuple[list[Piece], list[str]]:
    """The pieces of the candidate's turns that can state anything, with flags for what was left out.

    Left out: instructions to the grader and (unless ``questions`` count) questions, each with all their clauses;
    "I don't know", bare lists of keywords, and echoes of what the candidate was shown.
    """
    usable: list[Piece] = []
    flags: list[str] = []
    shown: list[str] = []
    for turn in turns:
        if turn.speaker is Speaker.INTERVIEWER:
            shown.append(turn.text)
            continue
        bare = lists_keywords(turn.text)  # a list within an answer is part of it ("use dropout, early stopping, ...")
        left_out = 0  # where the last sentence that was left out ends; its clauses follow it
        for piece in pieces(turn.text, turn.seq):
            if piece.start < left_out:
                continue
            if instructs(piece.text):
                flags.append("instruction")
                left_out = piece.end
            elif piece.text.endswith("?") and not questions:
                # Who asks whether something is so has not said that it is; who says so and adds "right?" has.
                left_out = piece.end if asks(piece.text) else left_out
            elif admits_ignorance(piece.text):
                continue
            elif bare and lists_keywords(piece.text):
                flags.append("keywords")
            elif shown and echoes(piece.text, shown):
                flags.append("restated")
            else:
                usable.append(piece)
    return usable, list(dict.fromkeys(flags))


def _verdict(reading: Reading, j: int, criterion: str) -> VerdictDraft:
    if not reading.pieces:
        return VerdictDraft(
            criterion=criterion, reason="Nothing that could count was said.", verdict=Verdict.MISSING, confidence=0.95
        )
    support = reading.features[:, j, _SUPPORT]
    agrees = reading.features[:, j, _POLARITY] == 0
    states = np.where(support >= NEAR, reading.states[:, j], 0.0)
    # Nearer to the opposite than to the point itself is not the point, whatever else speaks for it.
    states = np.where(reading.features[:, j, _MARGIN] < -OPPOSITE, 0.0, states)
    states = np.where((support >= SAME) & agrees, np.maximum(states, support), states)
    # Where a rubric names nothing contrary, only a piece of the other polarity can deny what it says.
    deniable = (reading.features[:, j, _CONTRARY] > 0) | ~agrees
    contradicts = np.where(deniable, reading.contradicts[:, j], 0.0)
    best, worst = int(states.argmax()), int(contradicts.argmax())
    yes, no = float(states[best]), float(contradicts[worst])
    said, denied = reading.pieces[best], reading.pieces[worst]
    # Who says it right after having said it wrong has corrected themselves, and the other way round.
    if no >= CONTRADICTED and no > yes + RIVALRY and not (yes >= MET and said.turn > denied.turn):
        return VerdictDraft(
            criterion=criterion,
            reason="What you said here comes closer to the opposite of this point.",
            verdict=Verdict.CONTRADICTED,
            quotes=(denied.text,),
            confidence=_sure(no, CONTRADICTED),
        )
    if yes >= MET:
        return VerdictDraft(
            criterion=criterion,
            reason="You said this in your own words.",
            verdict=Verdict.MET,
            quotes=(said.text,),
            confidence=_sure(yes, MET),
        )
    if yes >= PARTIAL:
        return VerdictDraft(
            criterion=criterion,
            reason="You came near this point without quite making it.",
            verdict=Verdict.PARTIAL,
            quotes=(said.text,),
            confidence=0.45,
        )
    return VerdictDraft(
        criterion=criterion,
        reason="Nothing in your answer says this.",
        verdict=Verdict.MISSING,
        confidence=round(1.0 - yes, 4),
    )


def _sure(probability: float, threshold: float) -> float:
    """The probability stretched so that a verdict just at its threshold is as good as a coin."""
    return round(0.5 + 0.5 * (probability - threshold) / (1.0 - threshold), 4)


def _stated(reading: Reading, rubric: Rubric, settled: set[str]) -> tuple[MisconceptionDraft, ...]:
    """The misconceptions that a piece comes closest to, unless the point they are about was made right."""
    found: list[MisconceptionDraft] = []
    for k, misconception in enumerate(rubric.misconceptions):
        if not reading.pieces or misconception.criterion in settled:
            continue
        nearest = int(reading.misconceptions[:, k].argmax())
        # Being near a wrong belief is not enough to be accused of it: the point it is about must be denied as well.
        about = [j for j, criterion in enumerate(rubric.criteria) if criterion.id == misconception.criterion]
        denied = not about or reading.contradicts[nearest, about[0]] >= CONTRADICTED
        if denied and reading.misconceptions[nearest, k] >= MISCONCEPTION:
            found.append(MisconceptionDraft(misconception=misconception.id, quote=reading.pieces[nearest].text))
    return tuple(found)
