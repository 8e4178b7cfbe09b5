"""The sentences of the report: headline, gist, how certain it is, who graded. Plain, kind, exact."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.domain.grade import CriterionVerdict, Grade, Provenance
from interviewer.domain.interview import Interview
from interviewer.domain.report import CompetencyScore, QuestionReport
from interviewer.domain.words import CriterionKind, Verdict
from interviewer.grading.scoring import band
from interviewer.models.base import ModelInfo
from interviewer.report.counting import Standing, left_out_in_words
from interviewer.report.wording import blank, count, in_words, joined, passed, points

HEADLINES: dict[int, str] = {
    5: "Strong: you covered the core and went beyond it.",
    4: "Solid: a colleague could rely on most of what you said.",
    3: "Developing: a good part of the core is there, and something that matters is still missing.",
    2: "Fragments: single points are there; the thread between them is what to work on.",
    1: "No evidence yet: the points that these questions look for did not come up in what you said.",
}

LITTLE = "Little evidence yet: few of the points that these questions look for came up in what you said."

GAPS = (Verdict.MISSING, Verdict.PARTIAL, Verdict.CONTRADICTED)
"""The verdicts on points that were missed, wholly or in part."""

OFFLINE = "the offline model"

MISREADS = "such a model can misread an answer"

WIDE = 2.0
"""An interval of at least this many points is called wide."""

TOO_WIDE = 3.0
"""An interval of more points than this says hardly anything, and the letter says so."""

# A rubric says what an answer does ("Says that …", "Names a …"); the letter turns that to the candidate.
_VERBS = {
    "Says": ("say", "said"),
    "Names": ("name", "named"),
    "Explains": ("explain", "explained"),
    "Describes": ("describe", "described"),
    "Mentions": ("mention", "mentioned"),
    "Gives": ("give", "gave"),
    "States": ("state", "stated"),
    "Compares": ("compare", "compared"),
}


def headline(score: float | None, places: Sequence[Standing]) -> str:
    """The overall result (the mean score, 0 to 5) in words, or why there is none."""
    if score is not None:
        step = band(score)
        return LITTLE if step == 1 and score > 0 else HEADLINES[step]
    if Standing.PENDING in places:
        return "The grades are still being made."
    if Standing.UNGRADED in places:
        return "Your answers could not be graded."
    return "There is nothing to grade yet."


def gist(counted: Sequence[QuestionReport]) -> str:
    """Two to four sentences: what carried, what was missed most, mistakes if any, what to do next."""
    graded = [(question, question.grade) for question in counted if isinstance(question.grade, Grade)]
    if not graded:
        return "None of your questions has a grade that counts, so this report judges nothing. What was said is below."
    answered = [pair for pair in graded if not passed(pair[0])]
    best, best_grade = max(answered or graded, key=lambda pair: pair[1].score)
    worst, worst_grade = min(graded, key=lambda pair: pair[1].score)
    mistakes = sum(_mistakes(grade) for _, grade in graded)
    sentences = [_carried(best, best_grade), _missed(answered, best)] if answered else []
    if skipped := [str(question.number) for question, _ in graded if passed(question)]:
        verb = (
            "was skipped; in a real interview that counts as"
            if len(skipped) == 1
            else ("were skipped; in a real interview they count as")
        )
        noun = "Question" if len(skipped) == 1 else "Questions"
        sentences.append(f"{noun} {joined(skipped)} {verb} not answered.")
    if mistakes:
        what = (
            "One statement of yours is"
            if mistakes == 1
            else f"{count(mistakes, 'statement').capitalize()} of yours are"
        )
        sentences.append(f"{what} mistaken and put right below; that is the quickest thing to mend.")
    elif any(v.verdict is Verdict.CONTRADICTED for _, grade in graded for v in grade.verdicts):
        sentences.append("Something you said comes closer to the opposite of what was looked for; it is marked below.")
    sentences.append(_next(worst, worst_grade))
    return " ".join(sentences)


def certainty(score: tuple[float, float, float] | None, places: Sequence[Standing]) -> str:
    """How far the overall result can be trusted, and what is not in it. ``score`` is the mean with its interval."""
    sentences = []
    if score is not None:
        middle, low, high = score
        counted = places.count(Standing.COUNTED)
        between = f"between {points(low)} and {points(high)}"
        if counted == 1:
            sentences.append(
                f"{points(middle)} of 5, and this rests on one question only: your usual result may well lie anywhere "
                f"{between}, so take it as a first impression."
            )
        else:
            sentences.append(
                f"{points(middle)} of 5 is the mean of {count(counted, 'question')}. Your usual result probably "
                f"(four chances in five) lies {between}."
            )
            if high - low > TOO_WIDE:
                sentences.append("So few questions cannot tell more than that; a longer interview would.")
            elif high - low >= WIDE:
                sentences.append("That is a wide range; a longer interview would narrow it.")
    if pending := places.count(Standing.PENDING):
        verb = "is" if pending == 1 else "are"
        sentences.append(f"{count(pending, 'question').capitalize()} {verb} still being graded and not yet in it.")
    if out := left_out_in_words(places):
        sentences.append(f"Left out: {out}.")
    return " ".join(sentences)


def graded_by(questions: Sequence[QuestionReport], model: ModelInfo) -> str:
    """Who graded, what that grader cannot do, and how much of its work is doubtful."""
    graded = [
        (question.number, question.grade)
        for question in questions
        if isinstance(question.grade, Grade) and not blank(question)
    ]
    if not graded:
        who = f"the offline model ({_named(model)})" if model.offline else _named(model)
        return f"No answer has a grade so far; grades are made by {who}."
    by: dict[str, list[int]] = {}
    for number, grade in graded:
        by.setdefault(_maker(grade.provenance, model), []).append(number)
    sentences = []
    if len(by) > 1:
        shares = [
            f"{name} ({'question' if len(numbers) == 1 else 'questions'} {joined([str(number) for number in numbers])})"
            for name, numbers in by.items()
        ]
        sentences.append(f"More than one grader was at work: {joined(shares)}.")
    offline = [grade.provenance for _, grade in graded if _is_offline(grade.provenance, model)]
    if offline:
        sentences.append(
            f"The offline model graded {'this interview' if len(by) == 1 else 'a part of this interview'} "
            f"({offline[0].model}, version {offline[0].version}): a fixed program that compares your words with "
            "reference statements. It follows meaning only roughly: it may overlook a right point in unusual words, "
            "and it cannot weigh depth or experience as a person would."
        )
        if any(str(provenance.settings.get("embedder", "")).startswith("lexical") for provenance in offline):
            sentences.append("It worked without its sentence encoder, from words alone, which makes it coarser still.")
    elif len(by) == 1:
        sentences.append(f"{next(iter(by))} graded this interview, a language model; {MISREADS}.")
    if len(by) > 1 and len(offline) < len(graded):
        sentences.append(f"A language model graded {'the rest' if offline else 'it'}; {MISREADS}.")
    sentences.append("Only your own words earn credit.")
    sentences += _doubt([verdict for _, grade in graded for verdict in grade.verdicts])
    return " ".join(sentences)


def interviewed_by(interview: Interview) -> str:
    """Who interviewed, in a sentence; empty where it was the offline model, as it is without an endpoint."""
    if interview.model.startswith("offline"):
        return ""
    failed = any(turn.notice for turn in interview.turns)
    tail = "; where it could not, the scripted interviewer went on, and the turn says so" if failed else ""
    return f"{interview.model} interviewed you{tail}. The questions are the bank's own."


def grader(provenance: Provenance) -> str:
    """The grader's name in a sentence."""
    return OFFLINE if provenance.model.startswith("offline") else provenance.model


def _doubt(verdicts: Sequence[CriterionVerdict]) -> list[str]:
    """How much of the result is doubtful.

    That a point is missing is mostly easy to see, so those verdicts are counted apart: many sure ones would make
    the few that the score rests on look surer than they are.
    """
    resting = [v for v in verdicts if v.verdict.earns or v.verdict is Verdict.CONTRADICTED]
    others = [v for v in verdicts if v not in resting]
    sentences = []
    if not resting:
        sentences.append("No verdict rests on your words, since none of the points was found in them.")
    elif len(resting) == 1:
        sure = "is doubtful and marked so" if resting[0].doubtful else "is not doubtful"
        sentences.append(f"The only verdict that rests on your words {sure}.")
    else:
        doubtful = sum(verdict.doubtful for verdict in resting)
        tail = {0: "none is doubtful", 1: "one is doubtful and marked so"}.get(
            doubtful, f"{in_words(doubtful)} are doubtful and marked so"
        )
        sentences.append(f"Of the {len(resting)} verdicts that rest on your words, {tail}.")
    if doubtful := sum(verdict.doubtful for verdict in others):
        verb = "is" if doubtful == 1 else "are"
        sentences.append(f"Of the {len(others)} on what did not come up, {in_words(doubtful)} {verb} doubtful.")
    return sentences


def basis(competencies: Sequence[CompetencyScore]) -> str:
    """What the competencies rest on, and how far to trust them; empty where there are none."""
    if not competencies:
        return ""
    sentences = [
        "These are qualities that employers listen for. Each result is the mean of your answers to the questions that "
        "speak to it: it tells about these answers, not about you."
    ]
    thin = [one for one in competencies if one.questions == 1]
    if len(thin) == len(competencies):
        subject = "It rests" if len(thin) == 1 else "Each of them rests"
        sentences.append(f"{subject} on one question only, which is a thin basis: take it as a first impression.")
    elif thin:
        sentences.append("Where it is one question only, that is a thin basis: take it as a first impression.")
    return " ".join(sentences)


def you_did(criterion: str) -> str:
    """A criterion told as what the candidate did.

    >>> you_did("Says that the model learned noise.")
    'you said that the model learned noise'
    >>> you_did("A sketch of the two curves")
    'you met the point “A sketch of the two curves”'
    """
    _, past, rest = _parts(criterion)
    return f"you {past} {rest}" if past else f"you met the point “{rest}”"


def to_do(criterion: str, *, partly: bool = False) -> str:
    """A criterion told as what would have helped; ``partly``: some of it was said.

    >>> to_do("Names a remedy, such as dropout")
    'to name a remedy, such as dropout'
    """
    verb, _, rest = _parts(criterion)
    how = " more clearly" if partly else ""
    return f"to {verb}{how} {rest}" if verb else f"to meet the point “{rest}”{how}"


def _parts(criterion: str) -> tuple[str, str, str]:
    """The verb in its plain and its past form, and the rest; without a known verb both are empty."""
    first, _, rest = criterion.partition(" ")
    plain, past = _VERBS.get(first, ("", ""))
    return plain, past, (rest if plain else criterion).rstrip(".")


def _carried(question: QuestionReport, grade: Grade) -> str:
    earned = [verdict for verdict in grade.verdicts if verdict.verdict.earns]
    earned = [verdict for verdict in earned if not verdict.doubtful] or earned
    if not earned:
        return "The points that these questions look for could not be found in your answers."
    point = max(earned, key=lambda v: (v.verdict is Verdict.MET, v.kind is CriterionKind.CORE, v.weight, v.confidence))
    half = "" if point.verdict is Verdict.MET else "at least in part, "
    where = f"your answer to question {question.number} (“{question.topic_title}”)"
    return f"What carried most is {where}, where {half}{you_did(point.text)}."


def _missed(graded: Sequence[tuple[QuestionReport, Grade]], best: QuestionReport) -> str:
    gaps = [
        (question, verdict)
        for question, grade in sorted(graded, key=lambda pair: pair[1].score)
        for verdict in grade.verdicts
        if verdict.verdict in GAPS
    ]
    if not gaps:
        return "Nothing that the questions look for was missed."
    question, verdict = max(gaps, key=lambda gap: _size(gap[1]))
    helped = f"it would have helped {to_do(verdict.text, partly=verdict.verdict is Verdict.PARTIAL)}."
    if verdict.kind is CriterionKind.STRONG:
        return f"Nothing of the core was missed; to go further in question {question.number}, {helped}"
    same = question == best and any(v.verdict.earns for _, grade in graded for v in grade.verdicts)
    where = "the same answer" if same else f"question {question.number} (“{question.topic_title}”)"
    return f"The largest gap is in {where}: {helped}"


def _size(verdict: CriterionVerdict) -> tuple[bool, bool, float, float]:
    """How large a gap is: core before strong, missing before partial, then by weight and certainty."""
    return (verdict.kind is CriterionKind.CORE, not verdict.verdict.earns, verdict.weight, verdict.confidence)


def _next(worst: QuestionReport, grade: Grade) -> str:
    if grade.band <= 3:
        return f"For next time, begin with “{worst.topic_title}”; the suggestions further down say how."
    return "For next time, take harder questions, or topics that you have not tried yet."


def _mistakes(grade: Grade) -> int:
    """The mistaken statements that the report puts right: misconceptions carry a correction, criteria do not."""
    return len(grade.misconceptions)


def _is_offline(provenance: Provenance, model: ModelInfo) -> bool:
    return provenance.model.startswith("offline") or (model.offline and provenance.model == model.name)


def _maker(provenance: Provenance, model: ModelInfo) -> str:
    """The grader by name; the version of a real model's prompts and settings stands in the details."""
    version = f", version {provenance.version}" if _is_offline(provenance, model) else ""
    return f"{provenance.model}{version}"


def _named(model: ModelInfo) -> str:
    return f"{model.name}, version {model.version}"
