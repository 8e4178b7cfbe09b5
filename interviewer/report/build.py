"""From an interview and its grades to the report. Pure: the same values give the same report."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from statistics import mean

from interviewer.bank import Bank
from interviewer.domain.grade import Dispute, Grade, Ungraded
from interviewer.domain.interview import Exchange, ExchangeStatus, Interview, InterviewStatus
from interviewer.domain.report import (
    CompetencyScore,
    EarlierDelivery,
    LookingBack,
    Overall,
    QuestionReport,
    Report,
    ReportDelivery,
    TopicScore,
)
from interviewer.domain.usage import Usage
from interviewer.domain.words import Mode
from interviewer.grading.scoring import band, overall
from interviewer.models.base import ModelInfo
from interviewer.report import letter
from interviewer.report.counting import Standing, left_out, note, standing
from interviewer.report.delivery import report_delivery, spoken_answers
from interviewer.report.study import advice, study_next


def build_report(
    interview: Interview,
    grades: Mapping[int, Grade | Ungraded],
    disputes: Sequence[Dispute],
    notes: Mapping[str, str],
    *,
    bank: Bank,
    model: ModelInfo,
    now: datetime,
    usage: Usage | None = None,
    retrying: Collection[int] = (),
    past: Sequence[EarlierDelivery] = (),
) -> Report:
    """The report of an interview as far as it is graded.

    ``grades`` are by the exchange's number, ``notes`` by the reflection's ID; ``model`` is named where nothing is
    graded yet. ``usage`` is what the interview took of real models, ``retrying`` are the numbers of the questions whose
    failed grade will be tried again by itself, ``past`` is how the same candidate's earlier interviews sounded.
    Questions that were never opened do not appear. An open question shows neither sample answer nor approach: it may
    still be answered.
    """
    delivery = report_delivery(interview, past)
    places = [standing(interview, exchange, grades.get(exchange.number)) for exchange in interview.exchanges]
    questions = _with_graders(
        [
            _question(
                interview,
                exchange,
                place,
                grades.get(exchange.number),
                disputes,
                delivery,
                bank=bank,
                now=now,
                again=exchange.number in retrying,
            )
            for exchange, place in zip(interview.exchanges, places, strict=True)
        ]
    )
    result = _overall(questions, places)
    competencies = _competencies(interview, questions, bank)
    return Report(
        interview_id=interview.id,
        role=interview.setup.role,
        seniority=interview.setup.seniority,
        mode=interview.setup.mode,
        created_at=interview.created_at,
        ended_at=interview.ended_at,
        finished=interview.status is InterviewStatus.ENDED,
        seconds=interview.elapsed_seconds(now),
        overall=result,
        interviewed_by=letter.interviewed_by(interview),
        graded_by=letter.graded_by(questions, model),
        usage=usage if usage is not None and usage.calls else None,
        pending=sum(q.status is not ExchangeStatus.OPEN and q.grade is None for q in questions),
        questions=questions,
        delivery=delivery,
        topics=_topics(questions),
        competencies=competencies,
        basis=letter.basis(competencies),
        reflections=_looking_back(interview, notes, bank),
        study=study_next(questions, bank),
        advice=advice(interview, questions, bank, result.band),
    )


def _question(
    interview: Interview,
    exchange: Exchange,
    place: Standing,
    grade: Grade | Ungraded | None,
    disputes: Sequence[Dispute],
    delivery: ReportDelivery | None,
    *,
    bank: Bank,
    now: datetime,
    again: bool,
) -> QuestionReport:
    question = exchange.question
    tells = interview.setup.mode is Mode.PRACTICE and exchange.status is not ExchangeStatus.OPEN
    return QuestionReport(
        number=exchange.number,
        question_id=question.id,
        prompt=question.prompt,
        topic=question.topic,
        topic_title=bank.topic_title(question.topic),
        stage=question.stage,
        seniority=question.seniority,
        task=question.task,
        status=exchange.status,
        seconds=interview.question_seconds(exchange, now),
        turns=interview.turns_of(exchange.number),
        grade=grade,
        retrying=again and isinstance(grade, Ungraded),
        counted=place is Standing.COUNTED,
        note=note(place, exchange.status, grade, again=again),
        missed=_missed(grade),
        sample_answer=question.sample_answer if tells else None,
        approach=question.approach if tells else None,
        study=question.study,
        sources=question.sources,
        disputes=tuple(dispute for dispute in disputes if dispute.exchange == exchange.number),
        spoken=spoken_answers(interview, exchange.number, delivery),
    )


def _with_graders(questions: Sequence[QuestionReport]) -> tuple[QuestionReport, ...]:
    """The questions with their graders' names, if there is more to say than that the offline model graded them all."""
    names = {q.number: letter.grader(q.grade.provenance) for q in questions if isinstance(q.grade, Grade)}
    if set(names.values()) <= {letter.OFFLINE}:
        return tuple(questions)
    return tuple(question.model_copy(update={"graded_by": names.get(question.number, "")}) for question in questions)


def _missed(grade: Grade | Ungraded | None) -> tuple[str, ...]:
    if not isinstance(grade, Grade):
        return ()
    return tuple(verdict.text for verdict in grade.verdicts if verdict.verdict in letter.GAPS)


def _overall(questions: Sequence[QuestionReport], places: Sequence[Standing]) -> Overall:
    counted = [question for question in questions if question.counted]
    grades = [question.grade for question in counted if isinstance(question.grade, Grade)]
    score = overall(grades) if grades else None
    step = None if score is None else band(score[0])
    return Overall(
        score=score and score[0],
        low=score and score[1],
        high=score and score[2],
        band=step,
        counted=len(counted),
        left_out=len(left_out(places)),
        headline=letter.headline(score and score[0], places),
        gist=letter.gist(counted),
        certainty=letter.certainty(score, places),
    )


def _topics(questions: Sequence[QuestionReport]) -> tuple[TopicScore, ...]:
    """The mean per topic over the questions that count, best first."""
    scores: dict[tuple[str, str], list[float]] = {}
    for question in questions:
        if question.counted and isinstance(question.grade, Grade):
            scores.setdefault((question.topic, question.topic_title), []).append(question.grade.score)
    topics = [
        TopicScore(topic=topic, title=title, score=round(mean(values), 2), questions=len(values))
        for (topic, title), values in scores.items()
    ]
    return tuple(sorted(topics, key=lambda topic: (-topic.score, topic.title)))


def _competencies(interview: Interview, questions: Sequence[QuestionReport], bank: Bank) -> tuple[CompetencyScore, ...]:
    """The mean per competency over the questions that count and were not skipped, in the bank's order."""
    scores: dict[str, dict[int, float]] = {}
    for exchange, question in zip(interview.exchanges, questions, strict=True):
        if question.counted and question.status is not ExchangeStatus.SKIPPED and isinstance(question.grade, Grade):
            for competency in exchange.question.competencies:
                scores.setdefault(competency, {})[question.number] = question.grade.score
    return tuple(
        CompetencyScore(
            id=competency.id,
            title=competency.title,
            looks_for=competency.looks_for,
            score=round(mean(scores[competency.id].values()), 2),
            questions=len(scores[competency.id]),
            numbers=tuple(scores[competency.id]),
        )
        for competency in bank.competencies.values()
        if competency.id in scores
    )


def _looking_back(interview: Interview, notes: Mapping[str, str], bank: Bank) -> tuple[LookingBack, ...]:
    """Nobody looks back on what is still going on; a note that is there already is shown all the same."""
    over = interview.status is InterviewStatus.ENDED
    return tuple(
        LookingBack(id=one.id, prompt=one.prompt, help=one.help, note=notes.get(one.id, ""))
        for one in bank.reflections
        if over or one.id in notes
    )
