"""From a model's draft to a grade: code, not the model, decides what counts.

The guarantee: no credit without the candidate's own words. A quote must stand in one of their turns and must
not merely repeat what they were shown; a claim without such a quote earns nothing and is flagged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from interviewer.domain.grade import CriterionVerdict, Evidence, Grade, MisconceptionFound, Provenance, Ungraded
from interviewer.domain.interview import Turn
from interviewer.domain.question import Criterion, Rubric
from interviewer.domain.words import Bearing, MoveKind, Speaker, Verdict
from interviewer.errors import ModelError, ModelRejected
from interviewer.folding import echoes
from interviewer.grading.evidence import locate, shown_before
from interviewer.grading.scoring import score
from interviewer.models.base import GradeDraft, GradeRequest, InterviewModel, VerdictDraft
from interviewer.models.offline.instructions import instructs

SecondKey: TypeAlias = Callable[[str, Rubric, str, str], Bearing]
"""(question, rubric, criterion, quote) to how the quote bears on the criterion."""

DOUBT = 0.6
"""A verdict less confident than this is doubtful: it widens the range and asks for a person."""


def grade(model: InterviewModel, request: GradeRequest, key: SecondKey | None = None) -> Grade | Ungraded:
    """Grades a closed exchange. Never raises for what a model does: that is an Ungraded with the reason.

    With a second ``key`` a quote must also bear on its criterion: one that clearly does not earns nothing, a doubtful
    one makes the verdict doubtful. Both are flagged.
    """
    began = time.perf_counter()
    hints = sum(turn.move is not None and turn.move.kind is MoveKind.HINT for turn in request.turns)
    prompt = model.info.settings.get("prompt")
    provenance = Provenance(
        model=model.info.name,
        version=model.info.version,
        rubric_hash=request.rubric.hash,
        prompt_version=None if prompt is None else str(prompt),
        settings=model.info.settings,
    )
    if not any(turn.speaker is Speaker.CANDIDATE and turn.text.strip() for turn in request.turns):
        draft = GradeDraft(
            verdicts=tuple(
                VerdictDraft(criterion=c.id, reason="Nothing was said to this question.", verdict=Verdict.MISSING)
                for c in request.rubric.criteria
            ),
            flags=("no_answer",),
        )
    else:
        try:
            draft = model.grade(request)
        except ModelError as error:
            # Asking again helps against everything but a key, a name or an address that is wrong.
            again = not isinstance(error, ModelRejected)
            return Ungraded(reason=str(error), retryable=again, provenance=provenance)
    flags = list(draft.flags)
    verdicts = tuple(_check(criterion, draft, request, key, flags) for criterion in request.rubric.criteria)
    if all(verdict.verdict is Verdict.NOT_ASSESSED for verdict in verdicts):
        return Ungraded(reason="The model gave no verdict on any criterion.", retryable=True, provenance=provenance)
    misconceptions = _misconceptions(draft, request.rubric, request.turns)
    if misconceptions or any(v.verdict is Verdict.CONTRADICTED for v in verdicts):
        flags.append("mistaken")
    if hints:
        flags.append("assisted")
    if any(verdict.doubtful for verdict in verdicts):
        flags.append("doubtful")
    points = score(verdicts, misconceptions)
    return Grade(
        score=points.score,
        low=points.low,
        high=points.high,
        band=points.band,
        confidence=round(sum(v.confidence * v.weight for v in verdicts) / sum(v.weight for v in verdicts), 4),
        verdicts=verdicts,
        misconceptions=misconceptions,
        flags=tuple(dict.fromkeys(flags)),
        hints_used=hints,
        provenance=provenance.model_copy(
            update={
                "tokens_in": draft.tokens_in,
                "tokens_out": draft.tokens_out,
                "cost": draft.cost,
                "seconds": round(time.perf_counter() - began, 4),
            }
        ),
    )


def own_words(quotes: Sequence[str], turns: Sequence[Turn]) -> tuple[Evidence, ...]:
    """The quotes that are the candidate's own words, located; no inventions, echoes or orders to the grader."""
    found: list[Evidence] = []
    for quote in quotes:
        evidence = locate(quote, turns)
        if evidence is None or instructs(evidence.text):
            continue
        if not echoes(evidence.text, shown_before(turns, evidence.turn)):
            found.append(evidence)
    return tuple(dict.fromkeys(found))


def _check(
    criterion: Criterion, draft: GradeDraft, request: GradeRequest, key: SecondKey | None, flags: list[str]
) -> CriterionVerdict:
    claims = [verdict for verdict in draft.verdicts if verdict.criterion == criterion.id]
    unread = CriterionVerdict(
        criterion=criterion.id,
        text=criterion.text,
        kind=criterion.kind,
        weight=criterion.weight,
        verdict=Verdict.NOT_ASSESSED,
        confidence=0.0,
        reason="The grader said nothing about this point.",
        doubtful=True,
    )
    if not claims:
        flags.append(f"not_assessed:{criterion.id}")
        return unread
    claim = claims[-1]  # the final verdict wins
    evidence = own_words(claim.quotes, request.turns)
    verdict, reason, confidence = claim.verdict, claim.reason, claim.confidence
    if verdict is Verdict.NOT_ASSESSED:
        flags.append(f"not_assessed:{criterion.id}")
    elif verdict is not Verdict.MISSING and not evidence:
        flags.append(f"unsupported:{criterion.id}")
        reason = "The grader claimed this point without words of yours that show it, so it does not count."
        verdict, confidence = Verdict.MISSING, min(confidence, DOUBT / 2)
    elif verdict.earns and key is not None:  # a mistake needs no key: it opens nothing
        bearings = [key(request.question, request.rubric, criterion.id, quote.text) for quote in evidence]
        if all(bearing is Bearing.NONE for bearing in bearings):
            flags.append(f"irrelevant:{criterion.id}")
            reason = "The words that the grader quotes for this point have nothing to do with it, so they do not count."
            verdict, confidence = Verdict.MISSING, min(confidence, DOUBT / 2)
        elif Bearing.CLEAR not in bearings:
            flags.append(f"doubtful_quote:{criterion.id}")
            confidence = min(confidence, DOUBT / 2)
    return unread.model_copy(
        update={
            "verdict": verdict,
            "confidence": confidence,
            "reason": reason,
            "evidence": () if verdict in (Verdict.MISSING, Verdict.NOT_ASSESSED) else evidence,
            "doubtful": confidence < DOUBT or verdict is Verdict.NOT_ASSESSED,
        }
    )


def _misconceptions(draft: GradeDraft, rubric: Rubric, turns: Sequence[Turn]) -> tuple[MisconceptionFound, ...]:
    found: dict[str, MisconceptionFound] = {}
    known = {misconception.id for misconception in rubric.misconceptions}
    for claim in draft.misconceptions:
        evidence = own_words((claim.quote,), turns)
        if claim.misconception in known and evidence and claim.misconception not in found:
            misconception = rubric.misconception(claim.misconception)
            found[claim.misconception] = MisconceptionFound(
                misconception=misconception.id,
                criterion=misconception.criterion,
                correction=misconception.correction,
                evidence=evidence,
            )
    return tuple(found.values())
