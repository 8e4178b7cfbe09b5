"""Runs all rules over questions. What the rules compare, they compare as stems of words and as sentence vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import combinations
from typing import Protocol

import numpy as np

from interviewer.bank.lint.finding import Finding, Rule
from interviewer.bank.lint.wording import denies, hedged, suggests, wording
from interviewer.domain.question import Criterion, Question, Rubric
from interviewer.domain.words import CriterionKind, Verdict
from interviewer.embedding.base import Embedder, Vectors
from interviewer.embedding.lexical import STOP_WORDS, stems
from interviewer.folding import sentences

FEWEST_STATEMENTS = 3
CRITERIA = range(3, 7)
HINTS = range(2, 4)
FEWEST_VARIANTS = 2

SAME_CRITERION = 0.82
"""Cosine of two criteria's texts from which they look for the same thing, whatever their statements say."""

SAME_GROUND = 0.72
"""Mean cosine of two criteria's statements with their nearest, both ways, from which they are about one thing."""

CREDITED = 0.7
"""Share of a criterion's statements that the grader credits to another one, from which both look for the same."""

MARKED, UNMARKED = 0.6, 0.3
"""Shares of wordings with and without a word that tells one of a pair of criteria from the other."""

SAME_WORDS = 0.75

COPY = 0.6
"""Share of stems in common from which two reference statements are one."""

COPY_COSINE = 0.93
COPY_RUN = 5
"""Words in a row that two statements may have in common, short of this many."""

TOLD = 0.6
"""Share of a statement's own stems (those not in the question) in a line from which the line gives it away."""

TOLD_ELSEWHERE = 0.75
"""The same for a line that belongs to another criterion."""

FEWEST_TOLD = 3
TOLD_COSINE = 0.69
TOLD_MEAN = 0.5
"""Cosine of a line with a statement, and its mean cosine with all of them, from which it says what they say."""

TRUTH = 0.75
TRUTH_MARGIN = 0.15
"""Cosine with a statement from which a belief says the same, and how much less near anything wrong must be."""


class Judge(Protocol):
    """Reads a text against a rubric: the verdict for each criterion."""

    def __call__(self, question: Question, rubric: Rubric, text: str) -> Mapping[str, Verdict]: ...


class Linter:
    """Finds what is wrong with records.

    ``judge`` is the grader that reads statements and sample answers, thousands of them; ``careful`` may be a slower one
    that is asked once more before a sample answer is said to fail.
    """

    def __init__(self, embedder: Embedder, judge: Judge, careful: Judge | None = None) -> None:
        self._embedder = embedder
        self._judge = judge
        self._careful = careful or judge

    def lint(self, questions: Iterable[Question]) -> Iterator[Finding]:
        """All findings, question by question."""
        for question in questions:
            for rule, where, text, why in self._question(question):
                yield Finding(rule=rule, question=question.id, where=where, text=text, why=why)

    def _question(self, question: Question) -> Iterator[tuple[Rule, str, str, str]]:
        self._embedder.embed(list(_texts(question)))  # together it is quicker; the embedder remembers them
        yield from _incomplete(question)
        for criterion in question.rubric.criteria:
            for rule, why in wording(criterion.text):
                yield rule, criterion.id, criterion.text, why
        yield from self._overlapping(question)
        yield from self._copied(question)
        yield from self._gives_away(question)
        yield from self._sample(question)
        yield from self._beliefs(question)

    def _overlapping(self, question: Question) -> Iterator[tuple[Rule, str, str, str]]:
        criteria = question.rubric.criteria
        texts = self._embedder.embed([c.text for c in criteria])
        grounds = [self._embedder.embed(c.statements) for c in criteria]
        credited = self._credited(question)
        for (i, one), (j, other) in combinations(enumerate(criteria), 2):
            alike = float(texts[i] @ texts[j])
            shared = _overlap(_told(one.text), _told(other.text))
            cosines = grounds[i] @ grounds[j].T
            crossed = min(float(cosines.max(axis=1).mean()), float(cosines.max(axis=0).mean()))
            near = alike >= SAME_CRITERION or shared >= SAME_WORDS or crossed >= SAME_GROUND
            taken = max(credited[one.id, other.id], credited[other.id, one.id])
            if (near or taken >= CREDITED) and not _parallel(one, other):
                why = f"It looks for the same as “{one.text}”, so an answer earns it twice."
                yield Rule.OVERLAPPING, f"{one.id}, {other.id}", other.text, why

    def _credited(self, question: Question) -> dict[tuple[str, str], float]:
        """For pairs of criteria the share of the first's statements that the grader takes for the second.

        The first one is not asked for then, so that a statement goes to whatever else it could mean.
        """
        shares: dict[tuple[str, str], float] = {}
        for one in question.rubric.criteria:
            rest = question.rubric.model_copy(
                update={"criteria": tuple(c for c in question.rubric.criteria if c is not one), "misconceptions": ()}
            )
            if rest.criteria:
                verdicts = [self._judge(question, rest, statement) for statement in one.statements]
                for other in rest.criteria:
                    met = sum(verdict.get(other.id) is Verdict.MET for verdict in verdicts)
                    shares[one.id, other.id] = met / len(verdicts)
        return shares

    def _copied(self, question: Question) -> Iterator[tuple[Rule, str, str, str]]:
        for criterion in question.rubric.criteria:
            vectors = self._embedder.embed(criterion.statements)
            for (i, one), (j, other) in combinations(enumerate(criterion.statements), 2):
                alike = _overlap(_told(one), _told(other)) >= COPY or float(vectors[i] @ vectors[j]) >= COPY_COSINE
                if alike or _run(one, other) >= COPY_RUN:
                    yield Rule.COPIED, criterion.id, other, f"It says “{one}” over again."
        owner: dict[str, Criterion] = {}
        for criterion in question.rubric.criteria:
            for statement in criterion.statements:
                first = owner.setdefault(" ".join(sorted(_told(statement))), criterion)
                if first is not criterion:
                    yield Rule.COPIED, criterion.id, statement, f"It stands under “{first.text}” as well."

    def _gives_away(self, question: Question) -> Iterator[tuple[Rule, str, str, str]]:
        asked = (question.prompt, *question.variants)
        known = frozenset().union(*map(_told, asked))
        statements = [(c, s) for c in question.rubric.criteria for s in (c.text, *c.statements)]
        vectors = self._embedder.embed([s for _, s in statements])
        asked_vectors = self._embedder.embed(asked)
        for where, line in _lines(question):
            told = _told(line)
            vector = self._embedder.embed([line])[0]
            cosines: Vectors = vectors @ vector
            if suggests(line):
                yield Rule.GIVES_AWAY, where, line, "It suggests the answer and leaves only a yes to say."
                continue
            # What is near to the question is near to its answers as well, and gives nothing away by that.
            near_question = float((asked_vectors @ vector).max())
            closest = max(TOLD_COSINE, near_question + 0.1)
            meant = {
                c.id: float(np.mean([x for (o, _), x in zip(statements, cosines, strict=True) if o is c]))
                for c in question.rubric.criteria
            }
            most = max(meant, key=lambda criterion: meant[criterion])
            if meant[most] >= max(TOLD_MEAN, near_question):
                texts = {criterion.id: criterion.text for criterion in question.rubric.criteria}
                yield Rule.GIVES_AWAY, where, line, f"It is close to all that is said for “{texts[most]}”."
                continue
            for (criterion, statement), cosine in zip(statements, cosines, strict=True):
                own = _told(statement) - known
                here = where.startswith(f"{criterion.id},")
                words = FEWEST_TOLD if here and statement != criterion.text else FEWEST_TOLD + 1
                if len(own & told) >= max(words, (TOLD if here else TOLD_ELSEWHERE) * len(own)) or cosine >= closest:
                    yield Rule.GIVES_AWAY, where, line, f"It says “{statement}”, which is looked for."
                    break

    def _sample(self, question: Question) -> Iterator[tuple[Rule, str, str, str]]:
        verdicts = self._judge(question, question.rubric, question.sample_answer)
        again: Mapping[str, Verdict] | None = None
        said_vectors = self._embedder.embed(sentences(question.sample_answer))
        for criterion in question.rubric.criteria:
            verdict = verdicts.get(criterion.id, Verdict.MISSING)
            if verdict is Verdict.CONTRADICTED and criterion.contradictions:
                # The grader may see a denial beside what says it right; then the right one counts.
                said = float((said_vectors @ self._embedder.embed(criterion.statements).T).max())
                denied = float((said_vectors @ self._embedder.embed(criterion.contradictions).T).max())
                if said >= denied:
                    continue
            elif verdict.earns or criterion.kind is CriterionKind.STRONG:
                continue
            again = again or self._careful(question, question.rubric, question.sample_answer)
            if again.get(criterion.id, Verdict.MISSING).earns:
                continue
            why = f"The grader reads it as {verdict.label} on “{criterion.text}”."
            yield Rule.SAMPLE_FAILS, f"sample_answer, {criterion.id}", question.sample_answer, why

    def _beliefs(self, question: Question) -> Iterator[tuple[Rule, str, str, str]]:
        rubric = question.rubric
        right = [text for c in rubric.criteria for text in (c.text, *c.statements)]
        right_vectors = self._embedder.embed(right)
        for misconception in rubric.misconceptions:
            wrong = [text for c in rubric.criteria for text in c.contradictions]
            wrong += [
                belief for other in rubric.misconceptions if other is not misconception for belief in other.beliefs
            ]
            wrong_vectors = self._embedder.embed(wrong or [question.prompt])
            for belief, vector in zip(misconception.beliefs, self._embedder.embed(misconception.beliefs), strict=True):
                if hedge := hedged(belief):
                    why = f"“{hedge}” makes it true of some cases; a misconception is plainly false."
                    yield Rule.TRUE_BELIEF, misconception.id, belief, why
                    continue
                near = np.where([denies(text) == denies(belief) for text in right], right_vectors @ vector, 0.0)
                if near.max() >= TRUTH and near.max() - float((wrong_vectors @ vector).max()) >= TRUTH_MARGIN:
                    yield (
                        Rule.TRUE_BELIEF,
                        misconception.id,
                        belief,
                        f"It says what “{right[int(near.argmax())]}” says.",
                    )


def _texts(question: Question) -> Iterator[str]:
    """All texts of a record that are compared."""
    yield from (question.prompt, *question.variants, *sentences(question.sample_answer))
    yield from (line for _, line in _lines(question))
    for criterion in question.rubric.criteria:
        yield from (criterion.text, *criterion.statements, *criterion.contradictions)
    for misconception in question.rubric.misconceptions:
        yield from misconception.beliefs


def _incomplete(question: Question) -> Iterator[tuple[Rule, str, str, str]]:
    def lacks(where: str, text: str, why: str) -> tuple[Rule, str, str, str]:
        return Rule.INCOMPLETE, where, text, why

    rubric = question.rubric
    if len(rubric.criteria) not in CRITERIA:
        yield lacks("rubric", question.prompt, f"It has {len(rubric.criteria)} criteria; 3 to 6 can be kept in mind.")
    for kind in CriterionKind:
        if not any(criterion.kind is kind for criterion in rubric.criteria):
            yield lacks("rubric", question.prompt, f"No criterion is {kind.value}.")
    if not rubric.misconceptions:
        yield lacks("rubric", question.prompt, "It names no misconception.")
    if len(question.variants) < FEWEST_VARIANTS:
        yield lacks("variants", question.prompt, "It can hardly be said differently.")
    if not question.clarifications:
        yield lacks("clarifications", question.prompt, "Nothing is ready for a candidate who asks back.")
    for asked in (question.prompt, *question.variants):
        if asked.count("?") > 1:
            yield lacks("prompt", asked, "It asks more than one question.")
    for criterion in rubric.criteria:
        yield from (lacks(criterion.id, criterion.text, why) for why in _lacking(criterion))
    for misconception in rubric.misconceptions:
        if misconception.challenge.count("?") > 1:
            yield lacks(misconception.id, misconception.challenge, "It asks more than one question.")


def _lacking(criterion: Criterion) -> Iterator[str]:
    if len(criterion.statements) < FEWEST_STATEMENTS:
        yield f"It has {len(criterion.statements)} reference statements; the grader needs {FEWEST_STATEMENTS} or more."
    if not criterion.contradictions:
        yield "Nothing says what would be the opposite."
    if len(criterion.hints) not in HINTS:
        yield f"It has {len(criterion.hints)} hints; two or three rise well."
    if criterion.probe is None or criterion.probe.count("?") != 1:
        yield "Its probe is not one question."


def _lines(question: Question) -> Iterator[tuple[str, str]]:
    """What the interviewer may say about a question, with where it stands."""
    for criterion in question.rubric.criteria:
        if criterion.probe is not None:
            yield f"{criterion.id}, probe", criterion.probe
        for number, hint in enumerate(criterion.hints, start=1):
            yield f"{criterion.id}, hint {number}", hint
    for number, clarification in enumerate(question.clarifications, start=1):
        yield f"clarification {number}", clarification.answer


@lru_cache(maxsize=4096)
def _told(text: str) -> frozenset[str]:
    """The stems of a text that carry meaning."""
    return frozenset(stem for stem in stems(text) if stem not in STOP_WORDS and len(stem) > 1) - _FRAME


_FRAME = frozenset(
    stems(
        "says names explains gives describes mentions states points out notes tells one two thing really very much "
        "often also not no don't never always would could might example instance because rather than"
    )
)
"""Stems that say how something is put, not what."""


def _parallel(one: Criterion, other: Criterion) -> bool:
    """Whether two criteria are a pair by design (L1 and L2): one always says a word that the other hardly says."""
    first, second = ([_told(text) for text in (c.text, *c.statements)] for c in (one, other))

    def marked(mine: list[frozenset[str]], theirs: list[frozenset[str]]) -> bool:
        return any(
            sum(stem in told for told in mine) >= MARKED * len(mine)
            and sum(stem in told for told in theirs) <= UNMARKED * len(theirs)
            for stem in frozenset().union(*mine)
        )

    return marked(first, second) or marked(second, first)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard's index of two sets of stems, 0 to 1."""
    return len(one & other) / len(one | other) if one | other else 0.0


def _run(one: str, other: str) -> int:
    """The longest run of words that two texts have in common."""
    first, second = (list(stems(text)) for text in (one, other))
    longest: Counter[int] = Counter()
    best = 0
    for word in first:
        longest = Counter({j: longest[j - 1] + 1 for j, same in enumerate(second) if same == word})
        best = max(best, *longest.values()) if longest else best
    return best
