"""The forms that a model fills in, as its endpoint is told to check them.

The schemas are the same for every question: an endpoint that compiles them does so once. They fit strict structured
outputs: every field is required, none has a default, nothing else is allowed. In a form the reason comes before the
verdict and the verdict before its quotes, because a model writes in that order. What comes back is read more kindly
than the schema asks for: "Partially met" is a verdict, and what cannot be read is the most cautious of the values.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from interviewer.domain.words import Intent, Verdict

Word = TypeVar("Word", bound=str)


def _word(value: Any) -> str:
    return re.sub(r"[\W_]+", "_", value).strip("_").casefold() if isinstance(value, str) else ""


_VERDICTS: dict[str, Verdict] = {
    "partially_met": Verdict.PARTIAL,
    "partly_met": Verdict.PARTIAL,
    "partially": Verdict.PARTIAL,
    "not_met": Verdict.MISSING,
    "unmet": Verdict.MISSING,
    "absent": Verdict.MISSING,
    "not_mentioned": Verdict.MISSING,
    "contradiction": Verdict.CONTRADICTED,
    "contradicts": Verdict.CONTRADICTED,
    **{verdict.value: verdict for verdict in Verdict},
}

_INTENTS: dict[str, Intent] = {
    "don_t_know": Intent.DONT_KNOW,
    "clarify": Intent.CLARIFICATION,
    **{intent.value: intent for intent in Intent},
}


def _verdict(value: Any) -> str:
    return _VERDICTS.get(_word(value), Verdict.NOT_ASSESSED).value


def _mark(value: Any) -> str:
    verdict = _VERDICTS.get(_word(value), Verdict.MISSING)
    return (Verdict.MISSING if verdict is Verdict.NOT_ASSESSED else verdict).value


def _intent(value: Any) -> str:
    return _INTENTS.get(_word(value), Intent.ANSWER).value


def _confidence(value: Any) -> str:
    word = _word(value)
    return word if word in ("high", "medium", "low") else "low"


def _number(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"\s*\[?\d{1,4}\]?\s*", value):
        return int(value.strip(" []\t\n"))
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    """Some give one quote instead of a list of them, or null for none."""
    given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [text for text in given if isinstance(text, str) and text.strip()]


def _yes(value: Any) -> bool:
    return value is True or _word(value) in ("true", "yes", "sure")


def _entries(value: Any) -> list[Any]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


Text = Annotated[str, BeforeValidator(_text)]


class Reply(BaseModel):
    """What a model sends back. Fields that we do not know are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, json_schema_extra={"additionalProperties": False})


class HeardMark(Reply):
    criterion: str
    reason: Text
    verdict: Annotated[Literal["met", "partial", "missing", "contradicted"], BeforeValidator(_mark)]
    quote: Text
    sure: Annotated[bool, BeforeValidator(_yes)]


class HeldMisconception(Reply):
    misconception: str
    quote: Text


class AssessReply(Reply):
    intent: Annotated[
        Literal[
            "answer",
            "clarification",
            "rephrase",
            "hint",
            "dont_know",
            "skip",
            "pause",
            "off_topic",
            "meta",
            "stop",
            "confirm",
            "deny",
            "thinking",
            "request",
        ],
        BeforeValidator(_intent),
    ]
    clarification: Annotated[int | None, BeforeValidator(_number)]
    marks: Annotated[list[HeardMark], BeforeValidator(_entries)]
    misconceptions: Annotated[list[HeldMisconception], BeforeValidator(_entries)]


class CriterionClaim(Reply):
    criterion: str
    reason: Text
    verdict: Annotated[Literal["met", "partial", "missing", "contradicted", "not_assessed"], BeforeValidator(_verdict)]
    quotes: Annotated[list[str], BeforeValidator(_texts)]
    confidence: Annotated[Literal["high", "medium", "low"], BeforeValidator(_confidence)]


class GradeReply(Reply):
    verdicts: Annotated[list[CriterionClaim], BeforeValidator(_entries)]
    misconceptions: Annotated[list[HeldMisconception], BeforeValidator(_entries)]


SCHEMAS: dict[str, type[Reply]] = {"AssessReply": AssessReply, "GradeReply": GradeReply}
"""The schemas that prompts name in ``feeds``."""
