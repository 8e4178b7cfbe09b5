"""Which answers there are to rate, in what order, and what a rater sees of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import pytest

from interviewer.domain.interview import Exchange, ExchangeStatus, Interview, InterviewStatus, Move, Setup, Turn
from interviewer.domain.kit import KitContent, KitQuestion
from interviewer.domain.words import Intent, MoveKind, Speaker
from interviewer.kits.room import Item, Line, items, next_item, shares
from tests.interview.toys import NOON, make_question

QUESTIONS = (make_question("first"), make_question("second"))
CONTENT = KitContent(questions=tuple(KitQuestion(question=question) for question in QUESTIONS))

CLOSED, OPEN = ExchangeStatus.CLOSED, ExchangeStatus.OPEN
SKIPPED, UNFINISHED = ExchangeStatus.SKIPPED, ExchangeStatus.UNFINISHED

Said = tuple[str, Intent | None] | MoveKind
"""What a candidate said, with the button where it was one; or a move of the interviewer's."""


def an_interview(name: str, *exchanges: tuple[ExchangeStatus, Sequence[Said]]) -> Interview:
    turns: list[Turn] = []
    for number, (_, said) in enumerate(exchanges, 1):
        for one in [MoveKind.ASK, *said]:
            seq = len(turns) + 1
            if isinstance(one, MoveKind):
                move = Move(kind=one)
                turns.append(
                    Turn(
                        seq=seq,
                        exchange=number,
                        speaker=Speaker.INTERVIEWER,
                        text=f"{one} {number}",
                        at=NOON,
                        move=move,
                        by="a model",
                        notice="A notice.",
                    )
                )
            else:
                text, intent = one
                turns.append(
                    Turn(seq=seq, exchange=number, speaker=Speaker.CANDIDATE, text=text, at=NOON, intent=intent)
                )
    return Interview(
        id=name,
        owner="local",
        setup=Setup(questions=2),
        bank_hash="",
        model="",
        status=InterviewStatus.ENDED,
        created_at=NOON,
        plan=QUESTIONS,
        exchanges=tuple(
            Exchange(number=number, question=QUESTIONS[number - 1], status=status, opened_at=NOON)
            for number, (status, _) in enumerate(exchanges, 1)
        ),
        turns=tuple(turns),
    )


def answered(name: str) -> Interview:
    return an_interview(
        name, (CLOSED, [(f"First of {name}.", None)]), (CLOSED, [(f"Second of {name}.", Intent.ANSWER)])
    )


MANY = [answered(f"candidate-{n}") for n in range(8)]


def order(rater: str, kit: str = "kit") -> list[tuple[str, int]]:
    return [item.key for item in items(kit, CONTENT, MANY, rater)]


# --- which


@pytest.mark.parametrize(
    ("status", "said", "rated"),
    [
        (CLOSED, [("It is noise.", None)], True),
        (UNFINISHED, [("It is", None)], True),
        (CLOSED, [("I don't know.", None)], True),  # typed: people judge what it is
        (CLOSED, [("I don't know.", Intent.DONT_KNOW)], False),
        (CLOSED, [("I don't know.", Intent.DONT_KNOW), MoveKind.PROBE, ("Well, noise.", None)], True),
        (OPEN, [("It is noise.", None)], False),
        (SKIPPED, [("It is noise.", None)], False),
        (UNFINISHED, [], False),
        (UNFINISHED, [(" ", None)], False),
    ],
)
def test_answers_to_questions_that_are_over_are_to_be_rated(
    status: ExchangeStatus, said: list[Said], rated: bool
) -> None:
    assert bool(items("kit", CONTENT, [an_interview("one", (status, said))], "rater")) is rated


def test_what_was_practised_on_is_not_rated() -> None:
    left = items("kit", CONTENT, MANY, "rater", practised={("candidate-3", 1)})
    assert len(left) == 15
    assert ("candidate-3", 1) not in [item.key for item in left]


def test_the_rubric_in_view_is_the_newest_versions() -> None:
    shorter = QUESTIONS[0].rubric.model_copy(
        update={"criteria": QUESTIONS[0].rubric.criteria[:1], "misconceptions": ()}
    )
    newest = QUESTIONS[0].model_copy(update={"rubric": shorter})
    content = CONTENT.model_copy(update={"questions": (KitQuestion(question=newest), CONTENT.questions[1])})
    first = items("kit", content, MANY, "rater")[0]
    assert first.question.rubric.hash == shorter.hash != QUESTIONS[0].rubric.hash


# --- in what order


def test_raters_go_question_by_question() -> None:
    assert [place for _, place in order("one")] == [1] * 8 + [2] * 8
    assert [item.number for item in items("kit", CONTENT, MANY, "one")] == list(range(1, 17))


def test_each_rater_has_an_order_of_their_own_and_keeps_it() -> None:
    assert order("one") == order("one")
    assert items("kit", CONTENT, MANY[::-1], "one") == items("kit", CONTENT, MANY, "one")
    assert len({tuple(order(f"rater-{n}")) for n in range(10)}) == 10
    assert order("one", "another kit") != order("one")


def test_the_order_within_one_question_says_nothing_about_the_next() -> None:
    found = order("one")
    assert [name for name, _ in found[:8]] != [name for name, _ in found[8:]]


def test_no_answer_is_favoured_by_its_place() -> None:
    firsts = {order(f"rater-{n}")[0][0] for n in range(200)}
    assert firsts == {interview.id for interview in MANY}


# --- what is seen


def test_nothing_but_what_was_said_is_in_an_item() -> None:
    assert {field.name for field in fields(Item)} == {"key", "number", "question", "said"}
    assert {field.name for field in fields(Line)} == {"speaker", "text", "kind"}
    (first, second) = items("kit", CONTENT, MANY[:1], "rater")
    assert [(line.speaker, line.text) for line in first.said] == [
        (Speaker.INTERVIEWER, "ask 1"),
        (Speaker.CANDIDATE, "First of candidate-0."),
    ]
    assert "candidate-0" not in first.token
    assert first.token != second.token


def test_pauses_are_not_seen() -> None:
    said: list[Said] = [("Noise.", None), ("Let us pause.", Intent.PAUSE), MoveKind.PAUSE, MoveKind.RESUME]
    (found,) = items("kit", CONTENT, [an_interview("one", (CLOSED, [*said, ("And leakage.", None)]))], "rater")
    assert [line.text for line in found.said] == ["ask 1", "Noise.", "And leakage."]
    assert found.answer == "Noise.\n\nAnd leakage."


# --- what comes next


def of(number: int) -> list[Item]:
    return items("kit", CONTENT, MANY, "rater")[:number]


def test_the_next_one_follows_in_order_and_goes_round() -> None:
    a, b, c = of(3)
    assert next_item([a, b, c], ()) == a
    assert next_item([a, b, c], {a.key}, after=a.key) == b
    assert next_item([a, b, c], {c.key}, after=c.key) == a
    assert next_item([a, b, c], {a.key, b.key, c.key}) is None
    assert next_item([a, b, c], (), after=("gone", 1)) == a


def test_what_was_skipped_comes_when_nothing_else_is_left() -> None:
    a, b, c = of(3)
    assert next_item([a, b, c], {b.key}, skipped={a.key}, after=a.key) == c
    assert next_item([a, b, c], {b.key, c.key}, skipped={a.key}, after=c.key) == a


def test_shares_are_counted_by_question() -> None:
    room = items("kit", CONTENT, MANY, "rater")
    rated = {item.key for item in room[:8]} | {room[9].key}
    assert [(share.place, share.rated, share.of) for share in shares(room, rated)] == [(1, 8, 8), (2, 1, 8)]
    assert shares(room, rated)[0].prompt == "What is first?"
