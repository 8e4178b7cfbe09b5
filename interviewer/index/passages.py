"""The passages that stand for a question or a guide: what a search for it may be worded like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from interviewer.domain.knowledge import Guide
from interviewer.domain.question import Question
from interviewer.index.values import Passage

_PARAGRAPHS = re.compile(r"\n\s*\n")


def question_passages(question: Question, topic_title: str | None = None) -> list[Passage]:
    """The prompt, each variant, each criterion, and the prompt under its topic's title.

    Reference statements and sample answers are not among them: a search finds a question by what it is about.
    """
    texts = {"prompt": question.prompt}
    texts |= {f"variant-{number}": variant for number, variant in enumerate(question.variants, start=1)}
    texts |= {f"criterion-{criterion.id}": criterion.text for criterion in question.rubric.criteria}
    # Not the title alone: all questions of a topic would share that vector, and their order would be chance.
    texts["topic"] = f"{topic_title or question.topic.replace('-', ' ')}: {question.prompt}"
    metadata = {
        "roles": [role.value for role in question.roles],
        "seniority": question.seniority.value,
        "stage": question.stage.value,
        "topic": question.topic,
    }
    return [Passage(f"{question.id}:{part}", question.id, None, text, metadata) for part, text in texts.items()]


def guide_passages(guide: Guide) -> list[Passage]:
    """The title, and each paragraph under it."""
    metadata = {"audience": guide.audience, "when": guide.when}
    paragraphs = [paragraph.strip() for paragraph in _PARAGRAPHS.split(guide.text)]
    texts = {"title": guide.title}
    texts |= {
        f"paragraph-{number}": f"{guide.title}. {paragraph}"
        for number, paragraph in enumerate(paragraphs, start=1)
        if paragraph
    }
    return [Passage(f"guide:{guide.id}:{part}", None, guide.id, text, metadata) for part, text in texts.items()]


def bank_passages(
    questions: Iterable[Question], guides: Iterable[Guide] = (), topic_title: Callable[[str], str] | None = None
) -> Sequence[Passage]:
    """All passages of a bank."""
    found = []
    for question in questions:
        found += question_passages(question, topic_title(question.topic) if topic_title else None)
    for guide in guides:
        found += guide_passages(guide)
    return found
