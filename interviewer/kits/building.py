"""Building a kit: questions of one's own, what is still missing before it can be opened, and what a further version
may change. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interviewer.domain.kit import KitContent, KitQuestion, Probing
from interviewer.domain.question import Criterion, Misconception, Question, Rubric
from interviewer.domain.words import CriterionKind, Format, Role, Seniority, Stage
from interviewer.folding import fold

OWN = "own-"
"""How the ID of a question begins that an employer wrote, so that none is taken for one of the bank's."""

TOPIC = "general"
"""The topic of a question that was given none."""

LONGEST_SLUG = 48

OWN_FORMATS = tuple(one for one in Format if one is not Format.CODING)
"""What a question of one's own can be: one that wants code needs a task in writing, which only the bank has."""


# --- questions of one's own -----------------------------------------------------------------------------------


def own_id(prompt: str, taken: Collection[str] = ()) -> str:
    """An ID for a question of one's own, made from its prompt, that is not among those ``taken``.

    >>> own_id("What is a p-value?"), own_id("What is a p-value?", {"own-what-is-a-p-value"})
    ('own-what-is-a-p-value', 'own-what-is-a-p-value-2')
    """
    slug = ""
    for word in _plain_words(prompt):
        if slug and len(slug) + 1 + len(word) > LONGEST_SLUG:
            break
        slug = f"{slug}-{word}" if slug else word[:LONGEST_SLUG]
    base = OWN + (slug or "question")
    return _free(base, taken)


def _plain_words(text: str) -> list[str]:
    """The words of a text in the letters that an ID may have, accents dropped."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return re.findall(r"[a-z0-9]+", bare.casefold())


def _free(base: str, taken: Collection[str], mark: str = "-") -> str:
    number = 2
    found = base
    while found in taken:
        found = f"{base}{mark}{number}"
        number += 1
    return found


def criterion_id(text: str, taken: Collection[str] = ()) -> str:
    """An ID for a criterion, made from the first words of its text.

    >>> criterion_id("Says that correlation is no cause"), criterion_id("¿?", {"point"})
    ('says_that_correlation_is', 'point_2')
    """
    slug = "_".join(_plain_words(text)[:4])[:LONGEST_SLUG].rstrip("_")
    return _free(slug or "point", taken, "_")


def looked_for(texts: Iterable[str]) -> tuple[Criterion, ...]:
    """Core criteria for the things that an employer looks for, each said in a line.

    The line itself is the first reference statement: until more wordings are added, an answer is compared with that.
    A line that stands there twice is taken once, or it would count twice.
    """
    made: dict[str, Criterion] = {}
    for text in dict.fromkeys(map(str.strip, texts)):
        if text:
            name = criterion_id(text, made)
            made[name] = Criterion(id=name, text=text, statements=(text,))
    return tuple(made.values())


def own_question(
    identifier: str,
    prompt: str,
    criteria: Sequence[Criterion],
    *,
    misconceptions: Sequence[Misconception] = (),
    minutes: int = 5,
    seniority: Seniority = Seniority.MID,
    stage: Stage = Stage.THEORY,
    format: Format = Format.CONCEPT,
    roles: Sequence[Role] = tuple(Role),
    topic: str = TOPIC,
    approach: str = "",
    sample_answer: str = "",
) -> Question:
    """A question that an employer wrote. What is left empty is made from their own words: the approach names what is
    looked for, the sample answer is the first reference statement of each core criterion.

    ``minutes`` is 1 to 60, ``format`` one of OWN_FORMATS. Raises ValueError (Pydantic's) for what cannot be a question.
    """
    rubric = Rubric(criteria=tuple(criteria), misconceptions=tuple(misconceptions))
    return Question(
        id=identifier,
        prompt=prompt,
        topic=topic,
        stage=stage,
        seniority=seniority,
        roles=tuple(roles),
        format=format,
        minutes=minutes,
        approach=approach.strip() or default_approach(rubric),
        rubric=rubric,
        sample_answer=sample_answer.strip() or default_sample(rubric),
    )


def default_approach(rubric: Rubric) -> str:
    return f"Looked for: {'; '.join(criterion.text for criterion in rubric.criteria)}."


def default_sample(rubric: Rubric) -> str:
    """The first reference statement of each core criterion; of each criterion where none is core."""
    core = [one for one in rubric.criteria if one.kind is CriterionKind.CORE] or list(rubric.criteria)
    return " ".join(_sentence(one.statements[0]) for one in core)


def _sentence(text: str) -> str:
    return text if text[-1] in ".!?…" else f"{text}."


def with_rubric(question: Question, rubric: Rubric) -> Question:
    """The question with another rubric. An approach and a sample answer that were made from the old one follow it."""
    update: dict[str, Any] = {"rubric": rubric}
    if question.approach == default_approach(question.rubric):
        update["approach"] = default_approach(rubric)
    if question.sample_answer == default_sample(question.rubric):
        update["sample_answer"] = default_sample(rubric)
    return question.model_copy(update=update)


# --- follow-ups -----------------------------------------------------------------------------------------------


def probes_of(question: Question) -> tuple[str, ...]:
    """The criteria of a question that have a probe, in order: the follow-ups to choose from."""
    return tuple(one.id for one in question.rubric.criteria if one.probe)


def default_probes(question: Question) -> tuple[str, ...]:
    """The follow-up that a question gets until others are chosen: that of the first core criterion that has one."""
    core = [one.id for one in question.rubric.criteria if one.probe and one.kind is CriterionKind.CORE]
    return tuple(core[:1]) or probes_of(question)[:1]


def with_question(one: KitQuestion, question: Question) -> KitQuestion:
    """A kit's question with its record replaced; follow-ups that the new one has no words for are left out."""
    there = probes_of(question)
    return one.model_copy(
        update={"question": question, "probes": tuple(probe for probe in one.probes if probe in there)}
    )


# --- what is missing ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    """What is missing in a kit, in a sentence. ``number`` is the question's, from 1, where it is about one;
    ``stops`` is False for what is only worth knowing."""

    text: str
    number: int | None = None
    stops: bool = True


def problems(content: KitContent) -> list[Problem]:
    """What must be there before a kit can be opened, and then what is worth a second look."""
    return [*_missing(content), *_worth_knowing(content)]


def _missing(content: KitContent) -> Iterator[Problem]:
    needed = (
        (content.title, "It has no title."),
        (content.asks, "It does not say who asks."),
        (content.consent, "There is no text that candidates agree to."),
        (content.another_way, "It does not say how to ask for another way."),
    )
    yield from (Problem(text) for given, text in needed if not given)
    if not content.questions:
        yield Problem("It has no questions.")
    seen: dict[str, int] = {}
    for number, one in enumerate(content.questions, start=1):
        if not one.why:
            yield Problem(f"Question {number} does not say why it belongs to the job.", number)
        first = seen.setdefault(fold(one.question.prompt)[0], number)
        if first != number:
            yield Problem(f"Question {number} asks the same as question {first}.", number)
        if set(one.probes) - set(probes_of(one.question)):
            yield Problem(f"Question {number} has a follow-up without words.", number)


def _worth_knowing(content: KitContent) -> Iterator[Problem]:
    needed = sum(one.question.minutes for one in content.questions)
    if needed > content.minutes:
        yield Problem(
            f"The questions are meant to take {needed} minutes, and there are {content.minutes}: "
            "whoever takes their time may not reach the last one.",
            stops=False,
        )
    for number, one in enumerate(content.questions, start=1):
        if not any(criterion.kind is CriterionKind.CORE for criterion in one.question.rubric.criteria):
            yield Problem(f"No criterion of question {number} is core, so no answer can be solid.", number, False)
    if content.probing is Probing.FIXED and content.questions and not any(one.probes for one in content.questions):
        yield Problem("Follow-ups are on, and no question has one.", stops=False)


# --- a further version ----------------------------------------------------------------------------------------

_SHARED = {
    "title": "the title",
    "asks": "who asks",
    "role": "the role",
    "seniority": "the seniority",
    "welcome": "the welcome",
    "consent": "what candidates agree to",
    "another_way": "how to ask for another way",
    "keep_days": "how long interviews are kept",
    "minutes": "the minutes in all",
    "probing": "whether follow-ups are asked",
    "pausing": "whether one may pause",
}
_UNHEARD = {"variants", "searches", "approach", "rubric", "sample_answer", "study", "sources", "competencies"}
"""What of a question no candidate of a kit ever hears or sees, so that a further version may change it."""

_NAMES = {
    "prompt": "its words",
    "clarifications": "its clarifications",
    "minutes": "its minutes",
    "task": "its task",
    "company": "its words about the company",
}


def same_for_all(old: KitContent, new: KitContent) -> list[str]:
    """What ``new`` changes of what candidates get, in sentences; empty where it may follow ``old``.

    Once there are interviews, a further version may change what their answers are graded by, and the reasons why a
    question belongs to the job. Everything that candidates are told or asked stays, or they could not be compared.
    """
    found = [
        f"It changes {name}, which was the same for everyone so far."
        for field, name in _SHARED.items()
        if getattr(old, field) != getattr(new, field)
    ]
    if [one.question.id for one in old.questions] != [one.question.id for one in new.questions]:
        return [*found, "It changes which questions are asked, or their order."]
    for number, (before, after) in enumerate(zip(old.questions, new.questions, strict=True), start=1):
        found += _heard_differently(number, before, after)
    return found


def _heard_differently(number: int, before: KitQuestion, after: KitQuestion) -> Iterator[str]:
    one, other = before.question, after.question
    for field in type(one).model_fields:
        if field not in _UNHEARD and getattr(one, field) != getattr(other, field):
            name = _NAMES.get(field, f"its {field}")
            yield f"Question {number}: it changes {name}; candidates have had it as it was."
    if before.probes != after.probes:
        yield f"Question {number}: it changes which follow-ups are asked."
    elif _probe_words(before) != _probe_words(after):
        yield f"Question {number}: it changes the words of a follow-up that candidates have heard."


def _probe_words(one: KitQuestion) -> list[str | None]:
    words: Mapping[str, str | None] = {criterion.id: criterion.probe for criterion in one.question.rubric.criteria}
    return [words.get(probe) for probe in one.probes]


# --- what a draft of a rubric changes -------------------------------------------------------------------------


@dataclass(frozen=True)
class Reweighted:
    """A criterion that counts differently than before."""

    before: Criterion
    after: Criterion


@dataclass(frozen=True)
class Reworded:
    """A criterion or a misconception that says something else; ``what`` names the parts of it that do."""

    name: str
    text: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """What differs between two rubrics; criteria are the same ones where their IDs are."""

    added: tuple[Criterion, ...] = ()
    removed: tuple[Criterion, ...] = ()
    reworded: tuple[Reworded, ...] = ()
    reweighted: tuple[Reweighted, ...] = ()
    misconceptions_added: tuple[Misconception, ...] = ()
    misconceptions_removed: tuple[Misconception, ...] = ()
    misconceptions_reworded: tuple[Reworded, ...] = ()
    reordered: bool = False
    counts_questions: bool | None = None

    def __bool__(self) -> bool:
        return self != Changes()

    def sentences(self) -> list[str]:
        """Each change in a sentence."""
        asked = {True: "What candidates ask counts now.", False: "What candidates ask counts no more."}
        return [
            *(f"Added: {one.text}" for one in self.added),
            *(f"Removed: {one.text}" for one in self.removed),
            *(f"Reworded ({', '.join(one.what)}): {one.text}" for one in self.reworded),
            *(f"{_counts(one)}: {one.after.text}" for one in self.reweighted),
            *(f"Misconception added: {one.beliefs[0]}" for one in self.misconceptions_added),
            *(f"Misconception removed: {one.beliefs[0]}" for one in self.misconceptions_removed),
            *(f"Misconception reworded ({', '.join(o.what)}): {o.text}" for o in self.misconceptions_reworded),
            *(["The criteria stand in another order."] if self.reordered else []),
            *([asked[self.counts_questions]] if self.counts_questions is not None else []),
        ]


_PARTS = {
    "text": "text",
    "statements": "statements",
    "contradictions": "contradictions",
    "hints": "hints",
    "probe": "follow-up",
    "about_company": "about the company",
}
_WRONG_PARTS = {
    "beliefs": "beliefs",
    "challenge": "challenge",
    "correction": "correction",
    "criterion": "criterion",
}


def changed(old: Rubric, new: Rubric) -> Changes:
    """What is different in ``new``. A criterion can be both reworded and reweighted."""
    before, after = ({one.id: one for one in rubric.criteria} for rubric in (old, new))
    wrong_before, wrong_after = ({one.id: one for one in rubric.misconceptions} for rubric in (old, new))
    both = [name for name in before if name in after]
    return Changes(
        added=tuple(one for name, one in after.items() if name not in before),
        removed=tuple(one for name, one in before.items() if name not in after),
        reworded=_reworded(before, after, _PARTS, "text"),
        reweighted=tuple(
            Reweighted(before[name], after[name])
            for name in both
            if (before[name].kind, before[name].weight) != (after[name].kind, after[name].weight)
        ),
        misconceptions_added=tuple(one for name, one in wrong_after.items() if name not in wrong_before),
        misconceptions_removed=tuple(one for name, one in wrong_before.items() if name not in wrong_after),
        misconceptions_reworded=_reworded(wrong_before, wrong_after, _WRONG_PARTS, "challenge"),
        reordered=both != [name for name in after if name in before],
        counts_questions=new.counts_questions if new.counts_questions != old.counts_questions else None,
    )


def _reworded(
    before: Mapping[str, Any], after: Mapping[str, Any], parts: Mapping[str, str], shown: str
) -> tuple[Reworded, ...]:
    found = []
    for name in [name for name in before if name in after]:
        one, other = before[name], after[name]
        what = tuple(label for field, label in parts.items() if getattr(one, field) != getattr(other, field))
        if what:
            found.append(Reworded(name, getattr(other, shown), what))
    return tuple(found)


def _counts(one: Reweighted) -> str:
    kinds = one.before.kind.value, one.after.kind.value
    weights = f"{one.before.weight:g}", f"{one.after.weight:g}"
    said = [f"{a} becomes {b}" for a, b in (kinds,) if a != b]
    said += [f"weight {a} becomes {b}" for a, b in (weights,) if a != b]
    told = " and ".join(said)
    return told[:1].upper() + told[1:]
