"""A text's words with a view of their neighbours, which the rules for fillers read."""

from __future__ import annotations

import re
from functools import cached_property

from interviewer.delivery.classes import (
    ARTICLES,
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    NEGATIONS,
    PREPOSITIONS,
    QUESTION_WORDS,
    SUBJECTS,
    is_adjective,
    is_adverb,
    is_gerund,
    is_verb,
    listed,
)
from interviewer.delivery.words import sentences, tokens

_PAUSE = re.compile(r"u+h*m+|u+h+|e+r+m*|h+m+|m{2,}|a+h+|e+h+")
_DRAWN = re.compile(r"([a-ln-z])\1{2,}")  # "sooo"
_MODALS = listed("can can't could did didn't do doesn't don't might must should to will won't would")
_PRONOUNS = listed("he i it she they we which")
_ASKING = listed("are can could did do does has have is should was were will would")
OPENERS = frozenset({"yeah", "yes", "yep", "sure", "no"})


def is_filled_pause(word: str) -> bool:
    """Whether a word is one of um, uh, er, erm, hm, mm, ah, eh, however drawn out.

    >>> [word for word in ("um", "ummm", "errr", "error", "hmm", "mad") if is_filled_pause(word)]
    ['um', 'ummm', 'errr', 'hmm']
    """
    return bool(_PAUSE.fullmatch(word))


def _is_plain_noun(word: str) -> bool:
    """Whether a word may be a noun in the singular, for all that is known of it."""
    known = CONJUNCTIONS | QUESTION_WORDS | AUXILIARIES | NEGATIONS | {"to", ""}
    return not (word in known or word.endswith("s") or is_verb(word) or is_adverb(word) or is_gerund(word))


class Line:
    """The words of a text; ``found`` holds the places already known to belong to fillers."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.text = text
        self.found: set[int] = set()

    @cached_property
    def sentence(self) -> list[int]:
        return sentences(self.tokens)

    @cached_property
    def punctuated(self) -> bool:
        return any(mark in self.text for mark in ",.?!;:")

    @cached_property
    def shouted(self) -> bool:
        return self.text.upper() == self.text

    def word(self, place: int) -> str:
        """The word there; empty beyond either end."""
        return _DRAWN.sub(r"\1", self.tokens[place].word) if 0 <= place < len(self.tokens) else ""

    def words(self, place: int, size: int) -> tuple[str, ...]:
        return tuple(self.word(place + step) for step in range(size))

    def is_pause(self, place: int) -> bool:
        return is_filled_pause(self.word(place))

    def previous(self, place: int) -> int:
        """The place of the word before, filled pauses passed over; -1 where there is none."""
        place -= 1
        while place >= 0 and self.is_pause(place):
            place -= 1
        return place

    def next(self, place: int) -> int:
        """The place of the word after, filled pauses passed over; the number of words where there is none."""
        place += 1
        while place < len(self.tokens) and self.is_pause(place):
            place += 1
        return place

    def mark_before(self, place: int) -> bool:
        """Whether punctuation or the beginning of the text stands before a word."""
        return place <= 0 or self.tokens[place].marked_before

    def mark_after(self, place: int) -> bool:
        return place >= len(self.tokens) - 1 or self.tokens[place].marked_after

    def comma_before(self, place: int) -> bool:
        """Whether punctuation, not merely the beginning, stands before a word."""
        return place > 0 and self.tokens[place].marked_before

    def comma_after(self, place: int) -> bool:
        """Whether punctuation stands after a word, be it at the end."""
        return place < len(self.tokens) and self.tokens[place].marked_after

    def opens(self, place: int) -> bool:
        """Whether a word begins the text or a sentence, with nothing but fillers, yes or no before it there."""
        while place > 0 and self.sentence[place - 1] == self.sentence[place]:
            place -= 1
            if place not in self.found and self.word(place) not in OPENERS:
                return False
        return True

    def opens_text(self, place: int) -> bool:
        return all(before in self.found or self.word(before) in OPENERS for before in range(place))

    def within(self, place: int) -> range:
        """The places of the word's sentence."""
        number = self.sentence[place]
        first = self.sentence.index(number)
        return range(first, first + self.sentence.count(number))

    def is_question(self, place: int) -> bool:
        """Whether a word's sentence ends with a question mark or, where nothing is punctuated, begins as questions
        do."""
        within = self.within(place)
        if "?" in self.tokens[within[-1]].after:
            return True
        first = next((self.word(at) for at in within if at not in self.found), "")
        return not self.punctuated and first in _ASKING

    def has_own_verb(self, place: int) -> bool:
        """Whether the noun phrase that begins here is a subject: a verb follows it within a few words."""
        article = self.word(place) in ARTICLES - {"some", "any", "this", "these", "those"}
        for step in range(1 + article, 5 + article):
            here = place + step
            if here >= len(self.tokens) or self.mark_before(here):
                return False
            word, before = self.word(here), self.word(here - 1)
            if word in CONJUNCTIONS - {"and", "or"} or word in ("i", "we", "you", "he", "she"):
                return False
            if before not in ("that", "which", "who", "to") and is_verb(word):
                return True
        return False

    def is_be(self, place: int) -> bool:
        """Whether a word is a form of "be", or has one in it: "the model's right"."""
        return self.word(place) in BE or (self.word(place).endswith("'s") and self.word(place) != "let's")

    def is_verb(self, place: int) -> bool:
        """Whether a word is a verb by its form, or stands where only a verb can: after a pronoun as the subject."""
        word, before = self.word(place), self.word(place - 1)
        if before in _PRONOUNS or before in _MODALS:
            return True
        if before in ARTICLES | PREPOSITIONS - {"to"} or is_adjective(before):
            return word in AUXILIARIES
        if word.endswith("s") and is_verb(word[:-1]):  # "it tests" and "the tests"
            return (not self.mark_before(place) and before in SUBJECTS) or _is_plain_noun(before)
        return is_verb(word) or is_gerund(word)
