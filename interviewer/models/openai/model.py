"""The real interviewer: our prompts, an endpoint's replies, read as claims.

A reply is never trusted with more than it says: unknown criteria are dropped, a verdict given twice in two ways is
doubtful, and what counts is decided elsewhere, by code that finds the quotes in the candidate's turns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from interviewer.domain.interview import Assessment, Mark, MisconceptionMark, Turn
from interviewer.domain.question import Criterion, Misconception, Question, Rubric, content_hash
from interviewer.domain.usage import Purpose, Usage
from interviewer.domain.words import Intent, Speaker, Verdict
from interviewer.errors import ModelError
from interviewer.folding import fold
from interviewer.models.base import (
    AcknowledgeRequest,
    AssessRequest,
    GradeDraft,
    GradeRequest,
    MisconceptionDraft,
    ModelInfo,
    SpeakRequest,
    VerdictDraft,
)
from interviewer.models.ledger import record, recording
from interviewer.models.offline.instructions import instructs
from interviewer.models.openai.client import Client
from interviewer.models.openai.wire import AssessReply, CriterionClaim, GradeReply, HeardMark, HeldMisconception
from interviewer.models.openai.words import Words
from interviewer.models.prompts import as_data, indented, load_prompt, one_line, spoken
from interviewer.models.tokens import trim, warm

EXCHANGE_TOKENS = {Purpose.ASSESS: 6_000, Purpose.ACKNOWLEDGE: 800, Purpose.SPEAK: 1_500, Purpose.GRADE: 16_000}
"""How much of what was said goes into a prompt, so that no call grows with the length of an interview."""

REPLY_TOKENS = {Purpose.ASSESS: 1_200, Purpose.ACKNOWLEDGE: 200, Purpose.SPEAK: 500, Purpose.GRADE: 600}
"""The longest replies; a grade may take GRADE_TOKENS_EACH more for every criterion and misconception."""

GRADE_TOKENS_EACH = 200

CONFIDENCE = {"high": 0.95, "medium": 0.75, "low": 0.4}
SURE, UNSURE = 0.95, 0.6

LONGEST_REASON = 400
MOST_QUOTES = 5
MOST_CHARACTERS_QUOTED = 1_000

CHARACTERS_EARLIER = 240
"""How much of a turn before the last the speaker is told: how it began, so that no reply begins like the one before."""

NEEDS_NO_EAR = frozenset((Intent.PAUSE, Intent.STOP, Intent.SKIP, Intent.CONFIRM, Intent.DENY))
"""What a button says that leaves nothing to be heard: it is not worth a wait."""

_LABEL = re.compile(r"^\s*(?:#\d+\s*)?(?:candidate|the candidate|you)\s*:\s*", re.IGNORECASE)
_MARKS = "\"'“”‘’«»„‚`"
_GAP = re.compile(r"\s*(?:\[?(?:…|\.{3,})\]?|\(…\))\s*")
_NOTHING = re.compile(r"\W*none\W*", re.IGNORECASE)


class OpenAIModel:
    """The ``InterviewModel`` behind an OpenAI-compatible endpoint. Safe to use from many threads.

    Raises KnowledgeError when a prompt cannot be read. What it is asked raises ModelError and nothing else.
    """

    def __init__(self, client: Client, prompts: Path) -> None:
        self._client = client
        self._assess = load_prompt(prompts, "assess")
        self._acknowledge = load_prompt(prompts, "acknowledge")
        self._speak = load_prompt(prompts, "speak")
        self._grade = load_prompt(prompts, "grade")
        self._info = self._described()

    @property
    def info(self) -> ModelInfo:
        """Named after the model that grades; where others assess or speak, the settings name them."""
        return self._info

    def prepare(self, questions: Sequence[Question]) -> None:
        """Loads what the first call needs, which takes a second or two; the questions need nothing."""
        warm({self._named(purpose) for purpose in EXCHANGE_TOKENS})
        with suppress(ModelError):  # who needs the client next will hear what is wrong with it
            self._client.warm()

    def assess(self, request: AssessRequest) -> Assessment:
        """What the last turn was meant to do, and what the exchange so far said about each criterion."""
        turn, question = request.turns[-1], request.question
        if turn.intent in NEEDS_NO_EAR:
            return Assessment(turn=turn.seq, intent=turn.intent)
        notes = [self._assess.lines["asked" if question.rubric.counts_questions else "stated"]]
        if request.confirming:
            notes.append(self._assess.lines["confirming"])
        messages = self._assess.render(
            question=one_line(question.prompt),
            criteria="\n".join(map(_criterion, question.rubric.criteria)),
            misconceptions=_misconceptions(question.rubric.misconceptions),
            clarifications=_or_none(f"[{n}] {one_line(c.asks[0])}" for n, c in enumerate(question.clarifications)),
            rules="\n".join(notes),
            exchange=self._said(Purpose.ASSESS, request.turns)[0],
        )
        reply = self._client.complete(
            messages,
            purpose=Purpose.ASSESS,
            prompt=self._assess.id,
            schema=AssessReply,
            max_tokens=REPLY_TOKENS[Purpose.ASSESS],
        )
        return _heard(reply, request)

    def acknowledge(self, request: AcknowledgeRequest) -> str:
        """One sentence in the candidate's words, unchecked; nothing where the model has nothing to say."""
        entries = trim([f"#1 candidate: {indented(request.answer)}"], *self._bound(Purpose.ACKNOWLEDGE)).entries
        said = self._client.complete(
            self._acknowledge.render(answer=as_data(entries)),
            purpose=Purpose.ACKNOWLEDGE,
            prompt=self._acknowledge.id,
            max_tokens=REPLY_TOKENS[Purpose.ACKNOWLEDGE],
        )
        said = one_line(said)
        if said[:1] in _MARKS and said[-1:] in _MARKS:
            said = said.strip(_MARKS)
        return "" if _NOTHING.fullmatch(said) else said

    def speak(self, request: SpeakRequest) -> Words:
        """The move in the model's own phrasing, in pieces as they come. Closed, it hangs up, from whichever thread."""
        lines = self._speak.lines
        wording = "\n".join(filter(None, (one_line(request.note), one_line(request.substance))))
        quotes = dict.fromkeys(one_line(quote)[:MOST_CHARACTERS_QUOTED] for quote in request.quotes if request.earned)
        messages = self._speak.render(
            move=lines.get(request.manner) or lines[request.kind.value],
            wording=wording or "(none)",
            right=as_data(f'"{quote}"' for quote in quotes) if quotes else "(nothing)",
            earlier=self._earlier(request.last_turns),
        )
        return Words(
            lambda stopped: self._client.stream(
                messages,
                purpose=Purpose.SPEAK,
                prompt=self._speak.id,
                max_tokens=REPLY_TOKENS[Purpose.SPEAK],
                stopped=stopped,
            )
        )

    def grade(self, request: GradeRequest) -> GradeDraft:
        """A claimed verdict with reason and quotes for every criterion, and what the call took."""
        rubric = request.rubric
        exchange, left_out = self._said(Purpose.GRADE, request.turns)
        messages = self._grade.render(
            question=one_line(request.question),
            criteria="\n".join(_criterion_at_length(criterion) for criterion in rubric.criteria),
            misconceptions=_misconceptions(rubric.misconceptions),
            rules=self._grade.lines["asked" if rubric.counts_questions else "stated"],
            exchange=exchange,
            ids=", ".join(criterion.id for criterion in rubric.criteria),
        )
        try:
            with recording() as calls:
                reply = self._client.complete(
                    messages,
                    purpose=Purpose.GRADE,
                    prompt=self._grade.id,
                    schema=GradeReply,
                    max_tokens=REPLY_TOKENS[Purpose.GRADE]
                    + GRADE_TOKENS_EACH * (len(rubric.criteria) + len(rubric.misconceptions)),
                )
        finally:
            for call in calls:  # whoever listens around this has a right to hear of them, too
                record(call)
        own = [turn.text for turn in request.turns if turn.speaker is Speaker.CANDIDATE]
        usage = Usage.of(calls)
        return GradeDraft(
            verdicts=_verdicts(reply.verdicts, rubric, own),
            misconceptions=tuple(
                MisconceptionDraft(misconception=identifier, quote=_as_said(held.quote, own)[0])
                for identifier, held in _held(reply.misconceptions, rubric).items()
            ),
            flags=tuple(
                flag
                for flag, raised in (
                    ("instruction", any(instructs(text) for text in own)),
                    ("answer_shortened", left_out > 0),
                )
                if raised
            ),
            tokens_in=usage.tokens_in if calls else None,
            tokens_out=usage.tokens_out if calls else None,
            cost=usage.cost,
        )

    def _said(self, purpose: Purpose, turns: Sequence[Turn]) -> tuple[str, int]:
        """The exchange as data, and how many characters of it were left out."""
        trimmed = trim(spoken(turns), *self._bound(purpose))
        return as_data(trimmed.entries), trimmed.left_out

    def _earlier(self, last_turns: Sequence[str]) -> str:
        """The last turns as data, what came before the last in short. Speakers take turns, the candidate was last."""
        if not last_turns:
            return "(nothing yet)"
        entries = []
        for number, text in enumerate(last_turns, start=1):
            speaker = Speaker.INTERVIEWER if (len(last_turns) - number) % 2 else Speaker.CANDIDATE
            said = indented(text) if number == len(last_turns) else _shortened(text, CHARACTERS_EARLIER)
            entries.append(f"#{number} {speaker.value}: {said}")
        return as_data(trim(entries, *self._bound(Purpose.SPEAK)).entries)

    def _bound(self, purpose: Purpose) -> tuple[int, str]:
        return EXCHANGE_TOKENS[purpose], self._named(purpose)

    def _named(self, purpose: Purpose) -> str:
        return self._client.endpoint.model_for(purpose)

    def _described(self) -> ModelInfo:
        prompts = (self._assess, self._acknowledge, self._speak, self._grade)
        named = {f"{purpose.value}_model": self._named(purpose) for purpose in (Purpose.ASSESS, Purpose.SPEAK)}
        name = self._named(Purpose.GRADE)
        settings = {
            "endpoint": self._client.endpoint.label,
            "prompt": self._grade.id,
            **{key: other for key, other in named.items() if other != name},
        }
        made_of = [name, named, settings, [prompt.model_dump(mode="json") for prompt in prompts]]
        bounds = [sorted(EXCHANGE_TOKENS.items()), sorted(REPLY_TOKENS.items()), GRADE_TOKENS_EACH, CONFIDENCE]
        ids = " ".join(prompt.id for prompt in prompts)
        return ModelInfo(
            name=name, version=f"{ids} {content_hash([made_of, bounds])[:8]}", offline=False, settings=dict(settings)
        )


def _criterion(criterion: Criterion) -> str:
    return f"[{criterion.id}] ({criterion.kind.value}) {one_line(criterion.text)}"


def _criterion_at_length(criterion: Criterion) -> str:
    """With one way to say it and one to get it wrong. They are the bank's: what a company's text adds comes later."""
    lines = [_criterion(criterion)]
    lines += [f"    e.g. {one_line(text)}" for text in criterion.statements[:1] if text != criterion.text]
    lines += [f"    not: {one_line(text)}" for text in criterion.contradictions[:1]]
    return "\n".join(lines)


def _misconceptions(misconceptions: Iterable[Misconception]) -> str:
    return _or_none(f"[{misconception.id}] {one_line(misconception.beliefs[0])}" for misconception in misconceptions)


def _or_none(lines: Iterable[str]) -> str:
    return "\n".join(lines) or "(none)"


def _identified(given: str, known: Iterable[str]) -> str | None:
    """The ID that a model means: it may come with brackets, in capitals, with its kind behind it."""
    bare = given.strip().lstrip("[").split("]")[0].split(" (")[0].strip().casefold()
    return next((identifier for identifier in known if identifier.casefold() == bare), None)


def _heard(reply: AssessReply, request: AssessRequest) -> Assessment:
    question = request.question
    intent = request.turns[-1].intent or Intent(reply.intent)
    if intent in (Intent.CONFIRM, Intent.DENY) and not request.confirming:
        intent = Intent.ANSWER
    number = reply.clarification
    answers_it = intent is Intent.CLARIFICATION and number is not None and 0 <= number < len(question.clarifications)
    own = [turn.text for turn in request.turns if turn.speaker is Speaker.CANDIDATE]
    marks: dict[str, HeardMark] = {}
    for mark in reply.marks:
        identifier = _identified(mark.criterion, (criterion.id for criterion in question.rubric.criteria))
        if identifier is not None:
            earlier = marks.get(identifier)
            same = earlier is None or earlier.verdict == mark.verdict
            marks[identifier] = mark if same else mark.model_copy(update={"sure": False})
    return Assessment(
        turn=request.turns[-1].seq,
        intent=intent,
        marks=tuple(_mark(criterion.id, marks.get(criterion.id), own) for criterion in question.rubric.criteria),
        misconceptions=tuple(
            MisconceptionMark(misconception=identifier, quote=_as_said(held.quote, own)[0])
            for identifier, held in _held(reply.misconceptions, question.rubric).items()
        ),
        clarification=number if answers_it else None,
    )


def _mark(identifier: str, heard: HeardMark | None, own: Sequence[str]) -> Mark:
    if heard is None:
        return Mark(criterion=identifier, verdict=Verdict.MISSING, confidence=SURE)
    verdict = Verdict(heard.verdict)
    quote = "" if verdict is Verdict.MISSING else _as_said(heard.quote, own)[0]
    return Mark(criterion=identifier, verdict=verdict, quote=quote, confidence=SURE if heard.sure else UNSURE)


def _verdicts(claims: Iterable[CriterionClaim], rubric: Rubric, own: Sequence[str]) -> tuple[VerdictDraft, ...]:
    """The last claim about each criterion, in the rubric's order; who claims two things of one is not sure of it."""
    last: dict[str, CriterionClaim] = {}
    for claim in claims:
        identifier = _identified(claim.criterion, (criterion.id for criterion in rubric.criteria))
        if identifier is not None:
            earlier = last.get(identifier)
            same = earlier is None or earlier.verdict == claim.verdict
            last[identifier] = claim if same else claim.model_copy(update={"confidence": "low"})
    return tuple(
        VerdictDraft(
            criterion=criterion.id,
            reason=_shortened(last[criterion.id].reason, LONGEST_REASON),
            verdict=Verdict(last[criterion.id].verdict),
            quotes=_quotes(last[criterion.id], own),
            confidence=CONFIDENCE[last[criterion.id].confidence],
        )
        for criterion in rubric.criteria
        if criterion.id in last
    )


def _held(claims: Iterable[HeldMisconception], rubric: Rubric) -> dict[str, HeldMisconception]:
    """The first claim of each misconception that the rubric knows."""
    held: dict[str, HeldMisconception] = {}
    for claim in claims:
        identifier = _identified(claim.misconception, (m.id for m in rubric.misconceptions))
        if identifier is not None:
            held.setdefault(identifier, claim)
    return held


def _quotes(claim: CriterionClaim, own: Sequence[str]) -> tuple[str, ...]:
    if Verdict(claim.verdict) in (Verdict.MISSING, Verdict.NOT_ASSESSED):
        return ()
    quotes = [part for quote in claim.quotes for part in _as_said(quote, own)]
    return tuple(dict.fromkeys(quotes))[:MOST_QUOTES]


def _as_said(quote: str, own: Sequence[str]) -> list[str]:
    """The quote without what models put around the candidate's words, or between them.

    As it came where that is no help: the check of evidence refuses it. Never none.
    """
    quote = quote[:MOST_CHARACTERS_QUOTED]
    folded = [fold(text)[0] for text in own]

    def stands(text: str) -> bool:
        wanted = fold(text)[0]
        return bool(wanted) and any(wanted in turn for turn in folded)

    bare = _LABEL.sub("", quote).strip().strip(_MARKS).strip()
    for one in (quote, bare, bare.rstrip(".,;")):
        if stands(one):
            return [one]
    parts = [part for part in _GAP.split(bare) if len(part.split()) >= 3]
    return parts if len(parts) > 1 and all(map(stands, parts)) else [quote]


def _shortened(text: str, longest: int) -> str:
    text = one_line(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
