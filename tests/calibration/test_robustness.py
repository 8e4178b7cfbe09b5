"""The robustness figures: attacks are what they are called, and what the checks guarantee holds over all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interviewer.bank import Bank, load_bank
from interviewer.calibration.attacks import ALONE, BESIDE, WRAPPINGS, asked, attacks, clean, plain, terms
from interviewer.calibration.court import Court, Origin, court, is_own, origin
from interviewer.calibration.payloads import FAMILIES, Channel
from interviewer.calibration.robustness import (
    JUDGES,
    Counted,
    Setting,
    authors,
    counted,
    drawn,
    heard_out,
    honest,
    unchecked,
)
from interviewer.calibration.trials import Case, cases
from interviewer.domain.grade import Evidence, Grade
from interviewer.domain.interview import Turn
from interviewer.domain.knowledge import AnswerKind
from interviewer.domain.words import Bearing, Speaker, Verdict
from interviewer.embedding.lexical import LexicalEmbedder
from interviewer.embedding.minilm import MiniLMEmbedder
from interviewer.grading.grader import grade
from interviewer.grading.scoring import score_of
from interviewer.models.base import GradeDraft, MisconceptionDraft, VerdictDraft
from interviewer.models.offline import OfflineModel
from interviewer.models.openai.fake import Vice, WorstJudge
from interviewer.resources import knowledge_dir, prompts_dir


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank(knowledge_dir())


@pytest.fixture(scope="module")
def every_case(bank: Bank) -> list[Case]:
    return cases(bank, "all")


@pytest.fixture
def sitting() -> Iterator[Court]:
    """Without a second key: what it guards by itself is the candidate's own words."""
    with court(prompts_dir(), None) as made:
        yield made


def setting(bank: Bank, sitting: Court, answers: int) -> Setting:
    return Setting(bank, OfflineModel(LexicalEmbedder(), prompts_dir()), sitting, answers, lambda items, _: items)


class TestAttacks:
    def test_there_are_many_families_with_several_payloads_each(self) -> None:
        assert len(FAMILIES) >= 25
        assert len({family.name for family in FAMILIES}) == len(FAMILIES)
        for family in FAMILIES:
            assert len(set(family.payloads)) == len(family.payloads) >= 2, family.name

    def test_every_payload_comes_in_every_wrapping(self, every_case: list[Case]) -> None:
        found = Counter((attack.family, attack.wrapping) for attack in attacks(every_case))
        for family in FAMILIES:
            names = list(WRAPPINGS) if family.channel is Channel.ANSWER else [ALONE, BESIDE]
            assert {name: found[family.name, name] for name in names} == dict.fromkeys(names, len(family.payloads))

    def test_nothing_is_left_to_be_filled_in(self, every_case: list[Case]) -> None:
        assert [a.payload for a in attacks(every_case, [ALONE]) if "⟨" in a.payload] == []

    def test_alone_a_payload_is_all_that_is_said_else_the_answer_is_there(self, every_case: list[Case]) -> None:
        for attack in attacks(every_case, families=[f for f in FAMILIES if f.channel is Channel.ANSWER]):
            said = "\n".join(t.text for t in attack.request.turns if t.speaker is Speaker.CANDIDATE)
            assert attack.pure is (attack.case.answer.text[:20] not in said), (attack.family, attack.wrapping)

    def test_what_comes_in_with_the_company_reaches_the_question_or_its_rubric(self, every_case: list[Case]) -> None:
        families = [family for family in FAMILIES if family.channel is not Channel.ANSWER]
        found = list(attacks(every_case, families=families))
        assert {attack.family for attack in found} == {"company's name", "job description"}
        for attack in found:
            request, before = attack.request, plain(attack)
            assert (request.question, request.rubric) != (attack.case.question.prompt, attack.case.question.rubric)
            assert all(attack.payload not in turn.text for turn in request.turns[1:])
            assert "Acme" in before.question or attack.wrapping == ALONE

    def test_keywords_are_the_rubrics_own_and_no_sentence_of_it(self, every_case: list[Case]) -> None:
        for case in every_case[::40]:
            rubric = case.question.rubric
            texts = " ".join(criterion.text for criterion in rubric.criteria).casefold()
            assert terms(rubric)
            assert all(term in texts for term in terms(rubric))

    def test_instructions_are_no_clean_answers(self, every_case: list[Case]) -> None:
        kinds = {case.answer.kind for case in clean(every_case)}
        assert kinds == set(AnswerKind) - {AnswerKind.INSTRUCTION}

    def test_what_is_drawn_is_spread_over_everything(self) -> None:
        assert drawn(range(10), 4) == [0, 2, 5, 7]
        assert drawn(range(3), 9) == [0, 1, 2]


def said(seq: int, speaker: Speaker, text: str) -> Turn:
    return Turn(seq=seq, exchange=1, speaker=speaker, text=text, at=datetime(2026, 1, 1, tzinfo=UTC))


TURNS = (
    said(1, Speaker.INTERVIEWER, "What is overfitting?"),
    said(2, Speaker.CANDIDATE, "So: what is overfitting? It learns the noise."),
    said(3, Speaker.INTERVIEWER, "And the cure?"),
)


class TestWhoseWords:
    @pytest.mark.parametrize(
        ("quote", "whose"),
        [
            ("It learns the noise", Origin.OWN),
            ("it  LEARNS the noise.", Origin.OWN),
            ("What is overfitting?", Origin.SAID_BACK),
            ("And the cure?", Origin.SHOWN),
            ("It learns no noise", Origin.MADE_UP),
            ("It learns the noi", Origin.OWN),
            ("earns the noise", Origin.MADE_UP),
            ("?!", Origin.SAID_BACK),
        ],
    )
    def test_is_told_by_where_they_stand(self, quote: str, whose: Origin) -> None:
        assert origin(quote, TURNS) is whose

    def test_who_says_it_first_has_said_it(self) -> None:
        foreseen = (*TURNS[:1], said(2, Speaker.CANDIDATE, "And the cure? A penalty."), TURNS[2])
        assert origin("And the cure?", foreseen) is Origin.OWN
        assert origin("And the cure?", (*TURNS, said(4, Speaker.CANDIDATE, "And the cure?"))) is Origin.SAID_BACK

    def test_evidence_is_own_only_to_the_letter_and_where_it_says_that_it_stands(self) -> None:
        text, start = "It learns the noise.", TURNS[1].text.index("It")
        fine = Evidence(turn=2, start=start, end=start + len(text), text=text)
        assert is_own(fine, TURNS)
        for change in ({"turn": 1}, {"turn": 9}, {"start": start - 1}, {"text": "it learns the noise."}):
            assert not is_own(fine.model_copy(update=change), TURNS)
        shown = TURNS[1].text.index("what")
        assert not is_own(Evidence(turn=2, start=shown, end=shown + 20, text="what is overfitting?"), TURNS)


class TestTheWorstJudges:
    def test_give_no_credit_without_own_words_and_no_quote_of_others_counts(self, bank: Bank, sitting: Court) -> None:
        found = counted(setting(bank, sitting, 13))
        assert set(found) == set(JUDGES)
        claimed: Counter[tuple[Origin, bool]] = sum((one.quotes for one in found.values()), Counter())
        for place in (Origin.SAID_BACK, Origin.SHOWN, Origin.MADE_UP):
            assert claimed[place, True] == 0
        assert claimed[Origin.SHOWN, False] > 100
        assert claimed[Origin.MADE_UP, False] > 100
        assert claimed[Origin.OWN, True] > 100  # the judges are believed where only the second key would doubt them
        for name, one in found.items():
            assert one.unfounded == 0, name
            assert one.outcomes.total() > 0, name
        for name in ("all met, quotes made up", "all met, the interviewer quoted", "all met, nothing quoted"):
            assert found[name].earned == 0

    def test_a_credit_that_rests_on_nothing_would_be_counted(self, bank: Bank, sitting: Court) -> None:
        case = clean(cases(bank, "all"))[0]
        heard = sitting.hear(WorstJudge(Vice.ALL_MET), asked(case.question, [case.answer.text]))
        assert isinstance(heard.grade, Grade)
        moved = [
            verdict.model_copy(update={"evidence": tuple(e.model_copy(update={"turn": 1}) for e in verdict.evidence)})
            for verdict in heard.grade.verdicts
        ]
        forged = heard.grade.model_copy(update={"verdicts": tuple(moved)})
        one = Counted()
        one.add(type(heard)(heard.request, forged, heard.draft))
        assert one.unfounded == sum(verdict.verdict.earns for verdict in moved) > 0

    def test_a_second_key_that_sees_no_bearing_leaves_nothing(self, bank: Bank) -> None:
        with court(prompts_dir(), lambda *_: Bearing.NONE) as strict:
            found = counted(setting(bank, strict, 3))
        assert sum(one.earned for one in found.values()) == 0


class TestHonestJudges:
    def test_the_authors_verdicts_and_quotes_go_through_unmoved_on_500_answers(
        self, bank: Bank, sitting: Court, every_case: list[Case]
    ) -> None:
        chosen = drawn(clean(every_case), 500)
        moved = list(heard_out(setting(bank, sitting, 0), authors(chosen), chosen, ""))
        assert len(moved) == 500
        for one in moved:
            assert one.meant == score_of(one.case.question.rubric.criteria, one.case.answer.verdicts)
            assert one.given.score == pytest.approx(one.meant), one.case.answer.id
            assert one.why == ()

    def test_what_the_second_key_takes_away_is_counted_and_explained(self, bank: Bank) -> None:
        with court(prompts_dir(), lambda *_: Bearing.NONE) as strict:
            scores, why = honest(setting(bank, strict, 3))
        row = next(row for row in scores.content()["rows"] if row["judge"] == "the authors, all")
        assert row["score moved"]["value"] > 0.3
        causes = {row["cause"] for row in why.content()["rows"]}
        assert causes <= {
            f"the second key sees no bearing of the quote on the point ({verdict})"
            for verdict in ("met", "partial", "contradicted")
        }
        assert causes

    def test_a_score_without_checks_is_that_of_the_claims(self, every_case: list[Case]) -> None:
        rubric = next(c.question.rubric for c in every_case if c.question.rubric.misconceptions)
        claims = tuple(
            VerdictDraft(criterion=c.id, reason="r", verdict=Verdict.MET, quotes=("nobody said so",))
            for c in rubric.criteria
        )
        assert unchecked(GradeDraft(verdicts=claims), rubric) == 5
        held = MisconceptionDraft(misconception=rubric.misconceptions[0].id, quote="")
        assert unchecked(GradeDraft(verdicts=claims, misconceptions=(held, held)), rubric) == 4.5


@pytest.mark.weights
def test_plain_orders_pleas_and_promises_earn_nothing_offline(weights_folder: Path, every_case: list[Case]) -> None:
    offline = OfflineModel(MiniLMEmbedder(weights_folder), prompts_dir())
    families = [family for family in FAMILIES if family.name in ("plain instruction", "pity", "bribe")]
    for attack in attacks(every_case[::97], [ALONE], families):
        result = grade(offline, attack.request)
        assert isinstance(result, Grade)
        assert result.score == 0, attack.payload
