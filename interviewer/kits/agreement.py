"""From a kit's ratings and grades to how far people agree with each other, and with the machine. Pure.

What is compared with what, where rubrics have changed since:

- Bands of whole answers always count: the anchors of the five bands are the same under every rubric, and a person's
  band is what they made of the answer. How many were given with another rubric in view than the machine's is said.
- A verdict counts where its criterion stands in the kit's newest version in the same words. One on a criterion that was
  reworded or taken out since is of something else; how many there are is said.

The machine is compared on the answers that people rated, with the newest grade of each. Each model and version that
made one of these is a rater of its own.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from interviewer.calibration import rating_files
from interviewer.calibration.disagreements import Item
from interviewer.calibration.raters import agreement, is_machine
from interviewer.calibration.rating_files import WORDS
from interviewer.calibration.resampling import RESAMPLES
from interviewer.contracts import Agreement, AgreementPart
from interviewer.domain.grade import Grade, Provenance, Ungraded
from interviewer.domain.kit import KitContent, KitVersion
from interviewer.domain.question import Question, content_hash
from interviewer.domain.rating import RATED, Rater, Rating
from interviewer.domain.words import Verdict


@dataclass(frozen=True)
class Basis:
    """What the agreement on a kit is worked out from, and what was left out of it.

    ``ratings`` are as ``interviewer calibrate`` reads them: item "<interview>/<exchange>", candidate the interview,
    criterion None for whole answers (bands 1 to 5), else "<question>/<criterion>" (verdicts as numbers). ``questions``
    has the question of each item, by their IDs. ``machines`` are those of the raters that are none of the people.
    ``imported`` names the people whose ratings came from a file. ``not_ready`` counts ratings of people who have not
    finished their practice, ``reworded`` verdicts on criteria that are no longer there in the same words, ``older``
    bands that were given with another rubric in view than the one that the machine graded by.
    """

    ratings: tuple[rating_files.Rating, ...] = ()
    questions: Mapping[str, str] = field(default_factory=dict)
    machines: tuple[str, ...] = ()
    imported: tuple[str, ...] = ()
    not_ready: int = 0
    reworded: int = 0
    older: int = 0

    @cached_property
    def hash(self) -> str:
        """The content hash of the ratings; the same ratings have the same figures."""
        return content_hash([self.machines, jsonl(self)])

    @property
    def people(self) -> list[str]:
        return sorted({rating.rater for rating in self.ratings} - set(self.machines))

    @property
    def answers(self) -> int:
        """How many answers were rated by anybody."""
        return len({rating.item for rating in self.ratings})

    @property
    def candidates(self) -> int:
        return len({rating.candidate for rating in self.ratings})

    @property
    def compared(self) -> list[int]:
        """For each person beside whom others gave bands to the same answers, of how many candidates these are."""
        of_item: dict[str, set[str]] = {}
        for rating in self.ratings:
            if rating.criterion is None and rating.rater not in self.machines:
                of_item.setdefault(rating.item, set()).add(rating.rater)
        beside: dict[str, set[str]] = {}
        for rating in self.ratings:
            if len(raters := of_item.get(rating.item, set())) > 1 and rating.rater in raters:
                beside.setdefault(rating.rater, set()).add(rating.candidate or rating.item)
        return [len(candidates) for _, candidates in sorted(beside.items())]


@dataclass(frozen=True)
class KitAgreement:
    """``whole`` has whole answers and each criterion, ``questions`` the whole answers to one question each, by its ID:
    those that anybody rated."""

    whole: Agreement
    questions: dict[str, AgreementPart]

    def criterion(self, question: str, criterion: str) -> AgreementPart | None:
        key = _key(question, criterion)
        return next((part for part in self.whole.criteria if part.criterion == key), None)


def basis(
    versions: Sequence[KitVersion],
    raters: Iterable[Rater],
    ratings: Iterable[Rating],
    grades: Mapping[Item, Grade | Ungraded],
) -> Basis:
    """What the ratings and the newest grades of a kit have to compare. ``versions`` are the kit's, oldest first."""
    known = {rater.id: rater for rater in raters}
    submitted = [one for one in ratings if one.submitted_at is not None and one.rater in known]
    that_count = counting(known.values(), submitted)
    questions = versions[-1].content.questions if versions else ()
    kept = [one for one in that_count if one.exchange <= len(questions)]
    items = dict.fromkeys((one.interview_id, one.exchange) for one in kept)
    graded = {item: grade for item in items if isinstance(grade := grades.get(item), Grade)}
    models = _models(grade.provenance for grade in graded.values())
    made: list[rating_files.Rating] = []
    reworded = older = 0
    for one in kept:
        question = questions[one.exchange - 1].question
        verdicts = comparable(versions, one)
        reworded += len({name for name, verdict in one.verdicts.items() if verdict in RATED} - set(verdicts))
        machine = graded.get((one.interview_id, one.exchange))
        if one.band is not None and machine is not None and one.rubric_hash:
            older += one.rubric_hash != machine.provenance.rubric_hash
        made += _lines(question, (one.interview_id, one.exchange), _person(known[one.rater]), one.band, verdicts)
    for item, grade in graded.items():
        question = questions[item[1] - 1].question
        made += _lines(question, item, models[_maker(grade.provenance)], grade.band, _verdicts(question, grade))
    return Basis(
        ratings=tuple(made),
        questions={_name(item): questions[item[1] - 1].question.id for item in items},
        machines=tuple(sorted({models[_maker(grade.provenance)] for grade in graded.values()})),
        imported=tuple(sorted({_person(known[one.rater]) for one in kept if known[one.rater].imported})),
        not_ready=len(submitted) - len(that_count),
        reworded=reworded,
        older=older,
    )


def counting(raters: Iterable[Rater], ratings: Iterable[Rating]) -> list[Rating]:
    """The submitted ratings of people who have finished their practice round, or whose ratings came from a file."""
    ready = {rater.id for rater in raters if rater.ready_at is not None or rater.imported}
    return [one for one in ratings if one.submitted_at is not None and one.rater in ready]


def comparable(versions: Sequence[KitVersion], rating: Rating) -> dict[str, Verdict]:
    """The verdicts of a rating on criteria that stand in the newest version in the words that the rater had in view.

    A rubric that no version has (as with ratings from a file) is taken to be the newest one.
    """
    question = _question(versions[-1].content, rating.exchange) if versions else None
    if question is None:
        return {}
    seen = _rubric_texts(versions, rating.exchange, rating.rubric_hash)
    return {
        criterion.id: verdict
        for criterion in question.rubric.criteria
        if (verdict := rating.verdicts.get(criterion.id)) in RATED
        and (seen is None or seen.get(criterion.id) == criterion.text)
    }


def rewritten(versions: Sequence[KitVersion], rating: Rating) -> Rating:
    """The rating with the verdicts that can be compared, and no others."""
    return rating.model_copy(update={"verdicts": comparable(versions, rating)})


def kit_agreement(found: Basis, *, seed: int = 0, resamples: int = RESAMPLES) -> KitAgreement:
    """How far the raters agree. The same seed gives the same intervals.

    Raises UsageError for no ratings.
    """
    whole = agreement(found.ratings, machines=found.machines, seed=seed, resamples=resamples)
    by_question: dict[str, list[rating_files.Rating]] = {}
    for rating in found.ratings:
        if rating.criterion is None:
            by_question.setdefault(found.questions[rating.item], []).append(rating)
    questions = {}
    for question, some in by_question.items():
        present = {rating.rater for rating in some}
        machines = [name for name in found.machines if name in present]
        part = agreement(some, machines=machines, seed=seed, resamples=resamples).overall
        if part is not None:
            questions[question] = part
    return KitAgreement(whole, questions)


def jsonl(found: Basis) -> str:
    """The ratings as the lines that ``interviewer calibrate`` reads, in an order of their own."""
    word = {number: name for name, number in WORDS.items()}
    lines = []
    for rating in sorted(found.ratings, key=lambda one: (one.item, one.criterion or "", one.rater)):
        line: dict[str, str | float] = {"item": rating.item, "rater": rating.rater}
        if rating.criterion is not None:
            line["criterion"] = rating.criterion
        line["score"] = word[rating.score] if rating.word else int(rating.score)
        if rating.candidate is not None:
            line["candidate"] = rating.candidate
        lines.append(json.dumps(line, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


# --- pieces ------------------------------------------------------------------------------------------------------


def _question(content: KitContent, number: int) -> Question | None:
    return content.questions[number - 1].question if number <= len(content.questions) else None


def _rubric_texts(versions: Sequence[KitVersion], number: int, rubric: str) -> dict[str, str] | None:
    """What each criterion of a rubric says; None where no version has that rubric."""
    for version in reversed(versions):
        question = _question(version.content, number)
        if question is not None and question.rubric.hash == rubric:
            return {criterion.id: criterion.text for criterion in question.rubric.criteria}
    return None


def _verdicts(question: Question, grade: Grade) -> dict[str, Verdict]:
    """The machine's verdicts on criteria that stand in ``question`` in the words that it graded by."""
    words = {criterion.id: criterion.text for criterion in question.rubric.criteria}
    return {
        one.criterion: one.verdict
        for one in grade.verdicts
        if one.verdict in RATED and words.get(one.criterion) == one.text
    }


def _lines(
    question: Question, item: Item, rater: str, band: int | None, verdicts: Mapping[str, Verdict]
) -> list[rating_files.Rating]:
    made = []
    if band is not None:
        made.append(rating_files.Rating(_name(item), rater, float(band), None, item[0]))
    for criterion, verdict in verdicts.items():
        key = _key(question.id, criterion)
        made.append(rating_files.Rating(_name(item), rater, WORDS[verdict.value], key, item[0], word=True))
    return made


def _name(item: Item) -> str:
    return f"{item[0]}/{item[1]}"


def _key(question: str, criterion: str) -> str:
    return f"{question}/{criterion}"


def _person(rater: Rater) -> str:
    """A person's name; one that would pass for a machine's says that it is a person's."""
    name = unicodedata.normalize("NFC", rater.name)
    return f"person: {name}" if is_machine(name) else name


def _maker(provenance: Provenance) -> tuple[str, str]:
    return (provenance.model, provenance.version)


def _models(made: Iterable[Provenance]) -> dict[tuple[str, str], str]:
    """A name for each model and version; the version is said where a model has several."""
    makers = sorted({_maker(one) for one in made})
    return {
        (model, version): f"machine: {model}"
        + (f" {version}" if sum(model == other for other, _ in makers) > 1 else "")
        for model, version in makers
    }
