"""What other programs may rely on: the shapes that commands read and print, as Pydantic models.

``interviewer schema NAME`` prints each as a JSON Schema, and docs/contracts.md is made from them. Within a version
fields may be added; a change to one that exists, or its removal, raises ``VERSION``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, TypeAdapter, model_validator

from interviewer.domain.interview import Setup, Substance
from interviewer.domain.report import Report
from interviewer.domain.words import CriterionKind, Format, Intent, MoveKind, Role, Seniority, Speaker, Stage, Verdict

VERSION = 1

Cosine = Annotated[float, Field(ge=-1, le=1)]
Unit = Annotated[float, Field(ge=0, le=1)]


class Contract(BaseModel):
    model_config = ConfigDict(frozen=True)


class ItemRef(Contract):
    """The place in the source material that a question covers."""

    source: str = Field(description="the article, 000 to 004")
    item: str = Field(description="the item's id in the inventory of that article")


# --- bank ---------------------------------------------------------------------------------------------------


class BankCriterion(Contract):
    id: str
    text: str
    kind: CriterionKind
    weight: float = Field(gt=0)


class BankRubric(Contract):
    hash: str = Field(description="content hash of the whole rubric; every grade names the one it used")
    criteria: list[BankCriterion]


class BankQuestion(Contract):
    """One question of the bank."""

    id: str
    prompt: str
    topic: str
    stage: Stage
    seniority: Seniority
    roles: list[Role]
    format: Format
    minutes: int = Field(ge=1)
    sources: list[ItemRef]
    rubric: BankRubric


# --- search -------------------------------------------------------------------------------------------------


class SearchHit(Contract):
    """A question that was found."""

    id: str
    prompt: str
    score: float = Field(description="orders this list only; its scale may change")
    cosine: Cosine = Field(description="between the query and the nearest passage of the question")
    topic: str
    stage: Stage
    seniority: Seniority
    sources: list[ItemRef]


# --- grade --------------------------------------------------------------------------------------------------


class InputTurn(Contract):
    role: Literal["interviewer", "candidate"]
    text: StrictStr


class GradeInput(Contract):
    """A line to be graded. Other fields are ignored, and ``null`` is the same as leaving a field out.

    What it is graded against is the first present of ``criteria``, ``reference``, ``question_id`` and ``question``.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {"anyOf": [{"required": ["answer"]}, {"required": ["turns"]}]},
                {"anyOf": [{"required": [name]} for name in ("criteria", "reference", "question_id", "question")]},
            ]
        }
    )

    id: StrictStr | StrictInt = Field(description="unique in the file; the output line repeats it")
    answer: StrictStr | None = Field(default=None, description="what the candidate said, in one piece")
    turns: list[InputTurn] | None = Field(default=None, description="or the whole exchange, in order")
    criteria: list[StrictStr] | None = Field(default=None, description="what to look for; all count the same")
    reference: StrictStr | None = Field(default=None, description="a reference answer, from which claims are derived")
    question_id: StrictStr | None = Field(default=None, description="a question of the bank, for its rubric")
    question: StrictStr | None = Field(
        default=None,
        description="what was asked. Alone, it is matched to the bank; with the others, repeating it earns nothing",
    )

    @model_validator(mode="after")
    def _complete(self) -> GradeInput:
        if self.answer is None and self.turns is None:
            raise ValueError("neither `answer` nor `turns` is there")
        if self.answer is not None and self.turns is not None:
            raise ValueError("`answer` and `turns` are both there; one of them is to be given")
        if self.criteria is None and self.reference is None and self.question_id is None and self.question is None:
            raise ValueError("there is nothing to grade against: `criteria`, `reference`, `question_id` or `question`")
        return self


class Quote(Contract):
    """The candidate's own words."""

    turn: int = Field(
        ge=0,
        description="in `grade`, the 0-based place in the line's `turns`, and 0 for an `answer`; "
        "in `ask`, the number of the turn in the interview",
    )
    start: int = Field(ge=0, description="offset in code points of that turn's text")
    end: int = Field(ge=0, description="offset of the first code point after the quote")
    text: str


class GradeVerdict(Contract):
    criterion: str = Field(description="its id: the bank's, or c1, c2 … for given criteria and derived claims")
    text: str
    verdict: Verdict
    confidence: Unit
    doubtful: bool = Field(description="a person should look at it: the confidence is low")
    quotes: list[Quote]
    reason: str


class Match(Contract):
    """The bank's question that is nearest to the line's `question`; too far is ungraded, but named here."""

    id: str
    cosine: Cosine


class Grader(Contract):
    model: str
    version: str
    rubric_hash: str | None = Field(description="null where there was no rubric to grade against")


class GradeFields(Contract):
    """A grade, or why there is none."""

    status: Literal["graded", "ungraded"]
    question_id: str | None = Field(description="the bank's question whose rubric was used")
    score: Annotated[float, Field(ge=0, le=5)] | None
    band: Annotated[int, Field(ge=1, le=5)] | None
    confidence: Unit | None
    verdicts: list[GradeVerdict]
    flags: list[str]
    grader: Grader
    error: str | None = Field(description="why it is ungraded; null exactly when it is graded")


class _OfLine(Contract):
    id: str | int | None = Field(description="null where the line has no id that can be read")
    match: Match | None = Field(description="only where a free-text `question` was matched to the bank")


class GradeOutput(GradeFields, _OfLine):
    """The result of one input line; there is exactly one for each, in the same order."""


# --- ask ----------------------------------------------------------------------------------------------------


class Event(Contract):
    seq: int = Field(ge=1, description="counts the lines")


class PlannedQuestion(Contract):
    exchange: int = Field(ge=1)
    id: str
    prompt: str


class InterviewEvent(Event):
    """The first line: what was planned."""

    type: Literal["interview"] = "interview"
    id: str
    model: str
    setup: Setup
    questions: list[PlannedQuestion]


class TurnEvent(Event):
    """One utterance of either side. `turn` numbers them from 1 within the interview."""

    type: Literal["turn"] = "turn"
    turn: int = Field(ge=1)
    exchange: int = Field(ge=1)
    question_id: str
    speaker: Speaker
    text: str
    intent: Intent | None = Field(description="what a button or a command said; null for what was typed")


class EventMark(Contract):
    criterion: str
    verdict: Verdict
    quote: str
    confidence: Unit


class EventMisconception(Contract):
    misconception: str
    quote: str


class AssessmentEvent(Event):
    """The quick judgement of the candidate's turn number `turn`."""

    type: Literal["assessment"] = "assessment"
    turn: int = Field(ge=1)
    exchange: int = Field(ge=1)
    intent: Intent
    marks: list[EventMark]
    misconceptions: list[EventMisconception]
    clarification: int | None


class MoveEvent(Event):
    """What the interviewer decided to do; `turn` is the number of the turn that says it."""

    type: Literal["move"] = "move"
    turn: int = Field(ge=1)
    exchange: int = Field(ge=1, description="the exchange that the move leads to")
    kind: MoveKind
    manner: str
    substance: Substance | None


class _OfExchange(Event):
    type: Literal["grade"] = "grade"
    exchange: int = Field(ge=1)


class GradeEvent(GradeFields, _OfExchange):
    """The grade of an exchange, once it is over."""


class ReportEvent(Event):
    """The last line: the whole report."""

    type: Literal["report"] = "report"
    report: Report


AskEvent = Annotated[
    InterviewEvent | TurnEvent | AssessmentEvent | MoveEvent | GradeEvent | ReportEvent,
    Field(discriminator="type"),
]


# --- agreement ----------------------------------------------------------------------------------------------


class Figure(Contract):
    """A statistic with its 95 % interval. Null where it cannot be told, and `why` says why not."""

    value: float | None
    low: float | None
    high: float | None
    items: int = Field(ge=0, description="how many items it is of")
    why: str | None = Field(description="why there is no value, or no interval; null where both are there")


class RaterPair(Contract):
    """Two raters on the items that both rated. Between a person and the machine, `first` is the person."""

    first: str
    second: str
    items: int = Field(ge=1)
    exact: Unit
    within_one: Unit
    kappa: Figure
    difference: float = Field(description="the mean of the second's scores less the first's")


class Confusion(Contract):
    """How often which scores met. People among themselves: `rows` the lower score of a pair, `columns` the higher;
    against the machine: `rows` the person's, `columns` the machine's."""

    rows: Literal["lower", "person"]
    columns: Literal["higher", "machine"]
    scores: list[float]
    counts: list[list[int]]


class ScoreError(Contract):
    score: float
    error: float = Field(ge=0, description="mean absolute difference of the other rating where one gave this score")
    ratings: int = Field(ge=1)


class Agreed(Contract):
    """How far people agree with each other, or with a machine."""

    items: int = Field(ge=0, description="items with at least one pair of ratings")
    raters: list[str] = Field(description="the people, in order")
    exact: Figure
    within_one: Figure = Field(description="pairs of ratings that differ by at most one")
    kappa: Figure = Field(description="quadratically weighted; the mean over pairs of raters")
    alpha: Figure = Field(description="Krippendorff's, ordinal; against a machine, the mean over the people")
    icc_single: Figure = Field(description="ICC(2,1), complete items only; against a machine, the mean over the people")
    icc_mean: Figure = Field(description="ICC(2,k), likewise; against a machine, k is 2")
    macro_error: Figure = Field(description="mean absolute error by score, averaged over scores")
    errors: list[ScoreError]
    confusion: Confusion | None = Field(description="null where there are too many different scores")
    pairs: list[RaterPair]


class AgreedWithMachine(Agreed):
    machine: str
    bias: Figure = Field(description="machine less the mean of the people, by item")
    standardised_bias: Figure = Field(description="the same in standard deviations of the people's scores")
    kappa_gap: Figure = Field(description="the machine's kappa with people less the people's among themselves")


class Leniency(Contract):
    """A rater beside the mean of the other people who rated the same items; above zero is more lenient than they."""

    rater: str
    difference: Figure
    p: Unit | None = Field(description="of no difference; null where it cannot be told")
    p_corrected: Unit | None = Field(description="after Holm's correction over the raters")
    clear: bool | None = Field(description="clear of zero after the correction, at 5 %; null where it cannot be told")


class Finding(Contract):
    """What a figure allows, in a sentence."""

    about: Literal["people", "machine", "leniency"]
    text: str
    met: bool | None = Field(description="whether the threshold is met; null where there is none or it cannot be told")
    source: str | None = Field(description="whose threshold or wording it is")


class AgreementPart(Contract):
    """The agreement on one criterion, or over all."""

    criterion: str | None = Field(description="null for the part over all")
    made_of: Literal["whole answers", "a criterion", "criteria together"]
    items: int = Field(ge=0, description="of criteria together, each criterion of an item counts as one")
    groups: int = Field(ge=0, description="what is drawn again for the intervals: candidates, else items")
    grouped_by: Literal["item", "candidate"]
    ratings: int = Field(ge=0)
    people: Agreed
    machines: list[AgreedWithMachine]
    leniency: list[Leniency]
    findings: list[Finding]


class Agreement(Contract):
    """How far raters agree."""

    people: list[str]
    machines: list[str]
    seed: int
    resamples: int
    words: dict[str, float] | None = Field(
        description="the numbers that verdicts stand for; null where there were none"
    )
    overall: AgreementPart | None = Field(description="null where criteria are on scales that cannot be put together")
    overall_why: str | None = Field(description="why there is no part over all")
    criteria: list[AgreementPart]


# --- the list of them ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Schema:
    """A contract by its name. ``what`` says in a sentence where it is met."""

    name: str
    what: str
    type: Any

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema, of what is printed (or, for an input, of what is read)."""
        mode: Literal["validation", "serialization"] = "validation" if self.name.endswith("-input") else "serialization"
        made = TypeAdapter(self.type).json_schema(mode=mode)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{self.name}, version {VERSION}",
            "description": self.what,
            **{key: value for key, value in made.items() if key not in ("title", "description")},
        }


SCHEMAS = {
    schema.name: schema
    for schema in (
        Schema("bank", "What `interviewer bank --json` prints: all questions.", list[BankQuestion]),
        Schema(
            "search",
            "What `interviewer search QUERY --json` prints, best first; with `--file`, one such array a line.",
            list[SearchHit],
        ),
        Schema("grade-input", "One line of the file that `interviewer grade FILE.jsonl` reads.", GradeInput),
        Schema("grade-output", "One line that `interviewer grade FILE.jsonl` writes.", GradeOutput),
        Schema("report", "What `interviewer report ID --format json` prints.", Report),
        Schema("agreement", "What `interviewer calibrate FILE --json` prints.", Agreement),
        Schema("ask-event", "One line that `interviewer ask --script FILE --json` prints.", AskEvent),
    )
}
