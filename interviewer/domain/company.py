"""The company that a candidate prepares for, and what its own text adds to questions about it."""

from __future__ import annotations

import re
from functools import cached_property

from pydantic import Field

from interviewer.domain.question import COMPANY, Criterion, Line, Question, Value

MAX_COMPANY_CHARACTERS = 20_000
"""A longer text about a company is refused with a sentence, never cut."""

MAX_FACTS = 60
MIN_FACT_WORDS = 4
"""A shorter sentence ("Join us!") says nothing that an answer could refer to."""

_SENTENCES = re.compile(r"(?<=[.!?])\s+|\s*\n+\s*|\s*[•·]\s*")


class Company(Value):
    """A company by name, with a text about it: its own pages, a job description."""

    name: Line = Field(max_length=120)
    text: str = Field(default="", max_length=MAX_COMPANY_CHARACTERS)

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The sentences of the text that say something, each once, at most MAX_FACTS of them.

        >>> Company(name="Ada", text="Join us! We forecast demand for 40 bakeries.").facts
        ('We forecast demand for 40 bakeries.',)
        """
        sentences = (sentence.strip() for sentence in _SENTENCES.split(self.text))
        telling = (s for s in sentences if len(s.split()) >= MIN_FACT_WORDS and not s.endswith("?"))
        return tuple(dict.fromkeys(telling))[:MAX_FACTS]


def about_company(question: Question, company: Company | None) -> Question:
    """The question as it is put to somebody who prepares for ``company``; the same one where that changes nothing.

    Its wordings name the company, and what the company says of itself counts as particular to it.
    """
    if company is None or question.company is None:
        return question
    wording = question.company

    def named(text: str) -> str:
        return text.replace(COMPANY, company.name)

    def informed(criterion: Criterion) -> Criterion:
        if not criterion.about_company:
            return criterion
        return criterion.model_copy(update={"statements": (*criterion.statements, *company.facts)})

    rubric = question.rubric.model_copy(
        update={"criteria": tuple(informed(criterion) for criterion in question.rubric.criteria)}
    )
    return question.model_copy(
        update={
            "prompt": named(wording.prompt),
            "variants": tuple(named(variant) for variant in wording.variants),
            "rubric": rubric,
            "company": None,
        }
    )
