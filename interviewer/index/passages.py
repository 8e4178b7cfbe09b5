"""The passages that stand for a question or a guide: what a search for it may be worded like.

Short passages are compared by meaning. One long passage holds all of a record's words, answers included, and is
compared by words: who remembers a detail of an answer finds the question that it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from interviewer.domain.knowledge import Guide
from interviewer.domain.question import Question
from interviewer.folding import sentences
from interviewer.index.values import Passage

WHOLE = "whole"


def question_passages(question: Question, topic_title: str | None = None) -> list[Passage]:
    """The prompt, each variant, what people search for it by, each criterion, the prompt under its topic; all words.

    Reference statements and sample answers are not compared by meaning: a search finds a question by what it is about.
    """
    title = topic_title or question.topic.replace("-", " ")
    texts = {"prompt": question.prompt}
    texts |= {f"variant-{number}": variant for number, variant in enumerate(question.variants, start=1)}
    texts |= {f"search-{number}": search for number, search in enumerate(question.searches, start=1)}
    texts |= {f"criterion-{criterion.id}": criterion.text for criterion in question.rubric.criteria}
    # Not the title alone: all questions of a topic would share that vector, and their order would be chance.
    texts["topic"] = f"{title}: {question.prompt}"
    metadata = {
        "roles": [role.value for role in question.roles],
        "seniority": question.seniority.value,
        "stage": question.stage.value,
        "topic": question.topic,
    }
    whole = Passage(f"{question.id}:{WHOLE}", question.id, None, _all_words(question, title), metadata, only_words=True)
    return [
        *(Passage(f"{question.id}:{part}", question.id, None, text, metadata) for part, text in texts.items()),
        whole,
    ]


def _all_words(question: Question, title: str) -> str:
    rubric = question.rubric
    lines = [title, question.prompt, *question.variants, *question.searches, question.approach, question.sample_answer]
    lines += [ask for clarification in question.clarifications for ask in clarification.asks]
    for criterion in rubric.criteria:
        lines += [criterion.text, *criterion.statements, *criterion.hints, criterion.probe or ""]
    return "\n".join([*lines, *question.study])


def guide_passages(guide: Guide) -> list[Passage]:
    """The title, what people search for it by, each sentence under it, and all words."""
    metadata = {"audience": guide.audience, "when": guide.when}
    texts = {"title": guide.title}
    texts |= {f"search-{number}": search for number, search in enumerate(guide.searches, start=1)}
    texts |= {
        f"sentence-{number}": f"{guide.title}. {sentence}"
        for number, sentence in enumerate(sentences(guide.text), start=1)
    }
    words = "\n".join([guide.title, *guide.searches, guide.text])
    whole = Passage(f"guide:{guide.id}:{WHOLE}", None, guide.id, words, metadata, only_words=True)
    return [
        *(Passage(f"guide:{guide.id}:{part}", None, guide.id, text, metadata) for part, text in texts.items()),
        whole,
    ]


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
