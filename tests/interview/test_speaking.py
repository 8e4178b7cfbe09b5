"""What a model may add to the bank's wording: a sentence in the candidate's own words, and nothing that helps them."""

from __future__ import annotations

import time
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.bank import load_bank
from interviewer.interview.speaking import MOST_WORDS, acknowledges, covers
from interviewer.resources import knowledge_dir

OWN = (
    "Um, so first I'd hold out a test set, and then I'd, like, compare the training error with the validation error. "
    "If the gap is large it memorises the noise.",
    "I would not drop the rare class. I'd use precision or recall there. L1 doesn't give sparse weights, L2 does. "
    "More noise means bias, variance, the usual.",
    "In my last job we retrained the model every night and watched the drift. We counted the true positives by hand. "
    "You can set it at 0.5, that's the right threshold. A naïve Bayes was a good baseline for tables. "
    "It went well, perfectly. Look at https://example.org/drift and *this*. Is dropout what you want?",
)

GOOD = [
    "You would hold out a test set.",
    "You'd hold out a test set.",
    "So you would hold out a test set.",
    "Okay, you'd hold out a test set.",
    "You described holding out a test set.",
    "I heard you say that you would hold out a test set.",
    "You said you would compare the training error with the validation error.",
    "You would compare the training error with the validation error, thanks.",
    "You talked about the validation error.",
    "I noted your point about the validation error.",
    "You mentioned the noise.",
    "You said that it memorises the noise.",
    "You said that if the gap is large it memorises the noise.",
    "You said “it memorises the noise”.",
    'You said "it memorises the noise".',
    "You talked about the drift and about the training error.",
    "You would not drop the rare class.",
    "You said you wouldn't drop the rare class.",
    "You'd use precision or recall there.",
    "You said that L1 does not give sparse weights.",
    "Thank you for describing how you retrained the model every night.",
    "Thanks, you retrained the model every night and watched the drift.",
    "In your example, you watched the drift.",
    "You told me that you watched the drift",
    "You mentioned the true positives.",
    "You mentioned a naïve Bayes.",
    "You said that a naïve Bayes was a good baseline for tables.",
    "You would set it at 0.5.",
    "  You mentioned the drift.\n",
]

LEAKING = {
    "a term that they did not use": "You mentioned overfitting.",
    "a term beside their own": "You would hold out a test set and use regularisation.",
    "an explanation": "You said that it memorises the noise because the model is too complex.",
    "another form that is another word": "You talked about validity.",
    "a compound of one of their words": "You mentioned cross-validation error.",
    "two of their words glued into a term": "You mentioned the training class.",
    "words of two turns glued together": "You retrained the test set.",
    "words of two sentences glued together": "You mentioned the validation error if the gap is large.",
    "a word spelled out": "You mentioned d-r-o-p-o-u-t.",
    "their not is gone": "You would drop the rare class.",
    "their not is gone, and the condition": "You said that L1 gives sparse weights.",
    "a not that they did not say": "You would not hold out a test set.",
    "a never that they did not say": "You never hold out a test set.",
    "one of two alternatives": "You'd use precision.",
    "the other one": "You'd use recall there.",
    "the alternatives made one": "You said that precision is recall.",
    "two things in a row made one": "You said that bias is variance.",
    "subject exchanged": "You said that L2 does not give sparse weights.",
    "subject exchanged, not gone": "You said that L2 gives sparse weights.",
    "objects exchanged": "You would compare the validation error with the training error.",
    "turned round": "You said that the noise memorises it.",
    "other direction": "You said that more noise means variance, bias.",
    "a quantity exchanged": "You said that less noise means bias, variance.",
    "praise": "Good, you would hold out a test set.",
    "praise with their own word": "You did well.",
    "praise with a word of theirs": "You described it perfectly.",
    "praise with a word of theirs alone": "You mentioned good.",
    "praise with words of theirs": "Thank you for describing a good baseline for tables.",
    "agreement with their own word": "You are right.",
    "agreement behind": "You would hold out a test set, that is right.",
    "agreement in small words": "You would hold out a test set, and that is it.",
    "agreement in small words alone": "So it is.",
    "disagreement in small words alone": "It is the other way round.",
    "agreement in front": "You have it, the training error.",
    "affirmation": "Yes, you would hold out a test set.",
    "doubt": "You said that it memorises the noise, supposedly.",
    "a correction announced": "Actually, you would hold out a test set.",
    "an instead": "You would hold out a test set instead.",
    "advice": "You should hold out a test set.",
    "what is missing": "You did not mention the test set.",
    "what is missing, positively": "You have yet to mention the drift.",
    "a statement of its own": "It memorises the noise.",
    "a confirmation": "It is the noise.",
    "no attribution": "The answer is the drift.",
    "habit of others": "We usually hold out a test set.",
    "what they only asked": "You mentioned dropout.",
    "nothing but courtesy": "Thank you.",
    "nothing but hearing": "I see what you said.",
    "a question": "You would hold out a test set?",
    "a question without its mark behind": "You mentioned the drift. How do you watch it",
    "two sentences": "You mentioned the drift. You mentioned the noise.",
    "two sentences without a blank": "You mentioned the drift.You mentioned the noise.",
    "two sentences in one": "You mentioned the drift; you mentioned the noise.",
    "a colon": "You said: it memorises the noise.",
    "a dash": "You mentioned the drift — it memorises the noise.",
    "an exclamation": "You mentioned the drift!",
    "three dots": "You mentioned the drift...",
    "an abbreviation": "You mentioned e.g. the drift.",
    "two lines": "You mentioned the drift\nYou mentioned the noise",
    "a quote that they did not say": "You said “it memorises all the noise”.",
    "a quote of other forms": 'You said "it memorised the noise".',
    "a quote that does not end": "You said “it memorises the noise.",
    "a plain quote that does not end": 'You said "it memorises the noise.',
    "a figure": "You would hold out 20 percent.",
    "another figure": "You would set it at 0.6.",
    "their figure without its point": "You would set it at 05.",
    "a number word": "You would hold out two test sets.",
    "a look-alike letter": "You mentioned drоpout.",
    "a look-alike in a small word": "Yоu mentioned the drift.",
    "wide letters": "You mentioned the ｄｒｉｆｔ.",
    "a letter that folds to a plain one": "You ſaid that it memorises the noise.",
    "a raised figure": "You mentioned the drift².",
    "an invisible character": "You mentioned the dr\u200bift.",
    "text that runs the other way": "You mentioned the \u202etfird.",
    "a no-break blank": "You mentioned\u00a0the drift.",
    "a tab": "You mentioned\tthe drift.",
    "a link that they gave": "You mentioned https://example.org/drift.",
    "a link by its host": "You mentioned example.org.",
    "a mail address": "You mentioned drift@example.org.",
    "bold": "You mentioned the **drift**.",
    "italics": "You mentioned _the drift_.",
    "code": "You mentioned the `drift`.",
    "a heading": "# You mentioned the drift.",
    "a list": "- You mentioned the drift.",
    "a tag": "You mentioned the <b>drift</b>.",
    "a formula": "=HYPERLINK(drift)",
    "an entity": "You mentioned the drift &amp; the noise.",
    "an emoji": "You mentioned the drift 👍.",
    "JSON": '{"said": "You mentioned the drift."}',
    "another language": "Vous avez parlé de drift.",
    "far too long": "You said " + "that you would " * 12 + "hold out a test set.",
    "nothing": "",
    "blanks": "  \n ",
    "a mark": ".",
}


def test_there_are_enough_of_both() -> None:
    assert len(GOOD) + len(LEAKING) >= 100
    assert len(GOOD) >= 25


@pytest.mark.parametrize("sentence", GOOD)
def test_their_own_words_may_be_said_back(sentence: str) -> None:
    assert acknowledges(sentence, OWN) == sentence.strip()


@pytest.mark.parametrize("sentence", LEAKING.values(), ids=LEAKING)
def test_whatever_else_is_in_it_keeps_a_sentence_back(sentence: str) -> None:
    assert acknowledges(sentence, OWN) == ""


@pytest.mark.parametrize("sentence", GOOD)
def test_nothing_is_said_back_to_who_said_nothing(sentence: str) -> None:
    assert acknowledges(sentence, ()) == ""
    assert acknowledges(sentence, ("", "…", "I don't know.")) == ""


@pytest.mark.parametrize(
    "own",
    [
        "I would not, as some people do, hold out a test set.",
        "Never hold out a test set.",
        "Either hold out a test set or cross-validate.",
        "I can't say that I'd hold out a test set.",
        "I'd hold out a test set, no, wait.",
        "Hold out a test set? Nobody said: neither hold out a test set nor anything.",
        "I dont hold out a test set",
    ],
)
def test_what_turns_their_words_round_is_looked_for_around_them(own: str) -> None:
    assert acknowledges("You would hold out a test set.", [own]) == ""


def test_a_but_ends_what_bears_on_their_words() -> None:
    own = ["It isn't free but you hold out a test set."]
    assert acknowledges("You hold out a test set.", own)
    assert acknowledges("You said it is free.", own) == ""
    assert acknowledges("You hold out a test set.", ["I hold out a test set but not a second one."])


def test_praise_of_others_does_not_become_praise_of_the_candidate() -> None:
    own = ["Those we had asked gave a good answer to it."]
    assert acknowledges("You gave a good answer.", own) == ""
    assert acknowledges("You said that those you had asked gave a good answer.", own)


def test_stuttering_is_not_in_the_way() -> None:
    own = ["So I'd, I'd hold out, um, out a, a test, test set."]
    assert acknowledges("You'd hold out a test set.", own)


def test_a_word_without_end_is_not_said_back() -> None:
    assert acknowledges(f"You mentioned {'a' * 60}.", ["a" * 60])
    assert acknowledges(f"You mentioned {'a' * 300}.", ["a" * 300]) == ""


def test_one_word_alone_may_be_named_but_not_claimed() -> None:
    own = ["The ground truth is in the labels, so it's the bias."]
    assert acknowledges("You mentioned the bias.", own)
    assert acknowledges("You talked about labels.", own)
    assert acknowledges("You told me the truth.", own) == ""
    assert acknowledges("You said it is bias.", own) == ""


def test_a_long_answer_and_a_long_reply_take_no_time() -> None:
    answer = "it memorises the noise and the noise memorises " * 2_000
    began = time.perf_counter()
    acknowledges("You said that it memorises the noise and the drift and the noise.", [answer])
    acknowledges("you said " * 20_000, [answer])
    acknowledges("so okay " * 20_000, [answer])
    acknowledges("You said " + "a" * 100_000, [answer])
    assert time.perf_counter() - began < 5


# --- laws -----------------------------------------------------------------------------------------------------------

PLAIN = ["trees", "split", "rows", "depth", "leaf", "noise", "errors", "grow", "sample", "vote", "average", "data"]
ALIEN = ["dropout", "bagging", "regularisation", "variance", "42", "кот", "overfit"]
SMALL = ["you", "said", "that", "the", "and", "it", "is", "would", "mentioned", "about", "a", "thank", "for", "your"]
TURNS = ["not", "never", "without", "neither", "or", "don't", "cannot", "isn't", "instead of"]

plain_words = st.lists(st.sampled_from(PLAIN), min_size=2, max_size=8, unique=True)


@settings(max_examples=200)
@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3))
def test_any_text_is_shown_as_it_is_or_not_at_all(sentence: str, own: list[str]) -> None:
    assert acknowledges(sentence, own) in ("", sentence.strip())


@settings(max_examples=300)
@given(plain_words, st.lists(st.sampled_from(PLAIN + ALIEN + SMALL), max_size=10))
def test_no_word_is_shown_that_the_candidate_did_not_say(own: list[str], said: list[str]) -> None:
    shown = acknowledges("You said that " + " ".join(said), [" ".join(own)])
    assert not set(shown.split()) & (set(ALIEN) | (set(PLAIN) - set(own)))


@given(plain_words, st.data())
def test_every_stretch_of_plain_words_may_be_said_back(own: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(own) - 2))
    last = data.draw(st.integers(first + 2, len(own)))
    sentence = f"You said {' '.join(own[first:last])}."
    assert acknowledges(sentence, ["I think the " + ", um, the ".join(own) + "."]) == sentence


@given(plain_words, st.sampled_from(ALIEN), st.data())
def test_one_more_word_that_is_not_theirs_keeps_it_back(own: list[str], alien: str, data: st.DataObject) -> None:
    words = ["You", "said", *own]
    place = data.draw(st.integers(0, len(words)))
    assert acknowledges(" ".join(words), [" ".join(own)])
    assert acknowledges(" ".join([*words[:place], alien, *words[place:]]), [" ".join(own)]) == ""


@given(st.lists(st.sampled_from(PLAIN), min_size=3, max_size=4, unique=True))
def test_no_other_order_of_their_words_is_shown(own: list[str]) -> None:
    for order in permutations(own):
        shown = acknowledges(f"You said {' '.join(order)}.", [" ".join(own)])
        assert bool(shown) == (list(order) == own)


@given(plain_words, st.sampled_from(TURNS), st.data())
def test_a_word_that_turns_theirs_round_is_never_lost(own: list[str], turn: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, min(3, len(own) - 2)))
    theirs = [" ".join([*own[:place], turn, *own[place:]])]
    assert acknowledges(f"You said {' '.join(own[place:])}.", theirs) == ""
    assert acknowledges(f"You said {' '.join(own)}.", theirs) == ""


@given(plain_words, st.sampled_from(TURNS), st.data())
def test_nor_is_one_put_in(own: list[str], turn: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(own)))
    said = " ".join([*own[:place], turn, *own[place:]])
    assert acknowledges(f"You said {said}.", [" ".join(own)]) == ""


@given(st.integers(MOST_WORDS - 1, 40))
def test_longer_than_a_breath_is_too_long(count: int) -> None:
    own = [f"{one}{other}t" for one in "bcdfghk" for other in "aeiou"] + [f"{one}ock" for one in "bcdlrst"]
    sentence = "You said " + " ".join(own[: count - 2])
    assert bool(acknowledges(sentence, [" ".join(own)])) == (count <= MOST_WORDS)


# --- covering -------------------------------------------------------------------------------------------------------

ASKS = "How are precision and recall related when you move the threshold?"


@pytest.mark.parametrize(
    "said",
    [
        ASKS,
        "Thanks, I have that. Now, as you move the threshold, how do precision and recall relate?",
        "And if one moves the threshold: what's the relation of precision and recall?",
    ],
)
def test_a_free_phrasing_still_asks_what_was_to_be_asked(said: str) -> None:
    assert covers(said, ASKS)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Thanks, I have that.",
        "Precision and recall are related when you move the threshold.",
        "What is a threshold?",
        "How would you explain a confusion matrix to a child?",
        "Ignore that. What did you have for breakfast, with precision?",
    ],
)
def test_something_else_does_not(said: str) -> None:
    assert not covers(said, ASKS)


def test_a_not_and_a_figure_must_be_heard() -> None:
    assert covers("Which of those would you not scale?", "Which of these would you not scale?")
    wording = "Which features of the table would you never scale before training a tree?"
    assert covers("So which features of a table would you never scale before you train the tree?", wording)
    assert not covers("So which features of a table would you scale before you train the tree?", wording)
    assert covers("Say there are 1000 rows and 3 classes.", "Take 1000 rows with 3 classes.")
    assert not covers("Say there are 100 rows and 3 classes.", "Take 1000 rows with 3 classes.")


def test_the_question_of_a_long_wording_must_be_heard_too() -> None:
    wording = (
        "A shop sells tents, stoves, maps and lamps to two thousand customers a week. Which would you forecast first?"
    )
    assert covers(
        "A shop sells tents, stoves, maps, lamps, two thousand customers a week. Forecast which first?", wording
    )
    assert not covers("A shop sells tents, stoves, maps, lamps, to two thousand customers a week. Fine?", wording)


def test_nothing_to_say_is_always_said() -> None:
    assert covers("", "")
    assert covers("Take your time.", " ")


BANK = [
    [
        *(criterion.probe for criterion in question.rubric.criteria if criterion.probe),
        *(hint for criterion in question.rubric.criteria for hint in criterion.hints),
        *(misconception.challenge for misconception in question.rubric.misconceptions),
        *(clarification.answer for clarification in question.clarifications),
        question.prompt,
    ]
    for question in load_bank(knowledge_dir()).questions.values()
]


def test_the_banks_wording_said_in_full_is_heard_whatever_stands_around_it() -> None:
    for wordings in BANK:
        for wording in wordings:
            assert covers(f"Thank you for that. {wording} Take your time.", wording), wording


def test_one_wording_is_hardly_ever_taken_for_another_of_the_same_question() -> None:
    near = [
        (one, wordings[place - away]) for wordings in BANK for place, one in enumerate(wordings) for away in (1, 2, 3)
    ]
    pairs = [(one, other) for one, other in near if one != other]
    assert len(pairs) > 5_000
    assert sum(covers(one, other) for one, other in pairs) / len(pairs) < 0.01


@settings(max_examples=200)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(said: str, wording: str) -> None:
    assert covers(said, wording) in (True, False)
    assert covers(wording, wording)
