"""What to do next: things to study, and the guides' advice that fits how the interview went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from statistics import median

from interviewer.bank import Bank
from interviewer.domain.grade import Grade
from interviewer.domain.interview import ExchangeStatus, Interview, InterviewStatus
from interviewer.domain.question import SourceRef
from interviewer.domain.report import Advice, QuestionReport, StudyNext
from interviewer.domain.words import Format, Intent, Mode, Speaker
from interviewer.report.wording import decapital, result

MAX_STUDY = 6
WEAK_BAND = 3
"""Questions up to this band are worth studying."""

MAX_ADVICE = 3
MANY_DONT_KNOWS = 2
SHORT_ANSWER = 25
"""Words; when the answers to half of the questions have fewer, there is more to say aloud."""


def study_next(questions: Sequence[QuestionReport], bank: Bank) -> tuple[StudyNext, ...]:
    """Suggestions for the weak questions, the weakest first, the skipped last; each gets one before any a second."""
    weak = sorted(
        ((question, question.grade) for question in questions if _is_weak(question)),
        key=lambda pair: (not pair[0].counted, pair[1].score if isinstance(pair[1], Grade) else 0.0, pair[0].number),
    )
    rounds = zip_longest(*([(rank, text) for text in question.study] for rank, (question, _) in enumerate(weak)))
    chosen = [entry for entries in rounds for entry in entries if entry is not None][:MAX_STUDY]
    return tuple(
        StudyNext(suggestion=text, why=_why(weak[rank][0]), source=source_titles(weak[rank][0].sources, bank))
        for rank, text in sorted(chosen, key=lambda entry: entry[0])
    )


def advice(
    interview: Interview, questions: Sequence[QuestionReport], bank: Bank, band: int | None
) -> tuple[Advice, ...]:
    """One to three guides, those about what happened before the general one. A bank may lack any of them."""
    fitting = [guide for guide, fits in _what_happened(interview, questions) if fits]
    afterwards: list[str] = []
    if interview.status is InterviewStatus.ENDED:
        # After a good real interview there is little to take apart; otherwise looking back helps more than manners.
        courteous = interview.setup.mode is Mode.REAL and band is not None and band >= 4
        afterwards = ["thank-you-note" if courteous else "reflecting-afterwards"]
    chosen = [guide for guide in fitting if guide in bank.guides][: MAX_ADVICE - 1]
    chosen += [guide for guide in afterwards if guide in bank.guides]
    return tuple(
        Advice(
            guide=guide,
            title=bank.guides[guide].title,
            text=bank.guides[guide].text,
            source=source_titles(bank.guides[guide].sources, bank),
        )
        for guide in chosen
    )


def source_titles(refs: Iterable[SourceRef], bank: Bank) -> str:
    """The titles of the articles that a record was made from, each once."""
    titles = [bank.sources[ref.source].title if ref.source in bank.sources else ref.source for ref in refs]
    return "; ".join(dict.fromkeys(titles))


def _is_weak(question: QuestionReport) -> bool:
    """Low in the result, or skipped; who was not given the time to answer has shown no weakness."""
    return (
        isinstance(question.grade, Grade)
        and question.grade.band <= WEAK_BAND
        and (question.counted or question.status is ExchangeStatus.SKIPPED)
    )


def _why(question: QuestionReport) -> str:
    return f"Question {question.number}, {question.topic_title}: {decapital(result(question))}"


def _what_happened(interview: Interview, questions: Sequence[QuestionReport]) -> list[tuple[str, bool]]:
    """Guides by how pressing they are, each with whether it fits."""
    intents = {assessment.turn: assessment.intent for assessment in interview.assessments}
    lengths = [
        sum(
            len(turn.text.split())
            for turn in question.turns
            if turn.speaker is Speaker.CANDIDATE and intents.get(turn.seq) is Intent.ANSWER
        )
        for question in questions
    ]
    answered = [length for length in lengths if length]
    formats = {exchange.number: exchange.question.format for exchange in interview.exchanges}
    weak = [question for question in questions if question.counted and _is_weak(question)]
    asked = Intent.CLARIFICATION in intents.values()
    open_ones = [q for q in weak if formats[q.number] in (Format.SCENARIO, Format.DESIGN)]
    concepts = [q for q in weak if formats[q.number] is Format.CONCEPT]
    return [
        ("not-knowing", list(intents.values()).count(Intent.DONT_KNOW) >= MANY_DONT_KNOWS),
        ("thinking-aloud", bool(answered) and median(answered) < SHORT_ANSWER),
        ("clarifying-questions", bool(open_ones) and not asked),
        ("preparing-concepts", len(concepts) >= 2),
    ]
