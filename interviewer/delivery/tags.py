"""Whether a phrase that rounds something off ("or something") or buys time ("let's see") is a filler here.

Each rule takes the line and the places of the phrase's first and last word. The conventions stand in docs/delivery.md.
"""

from __future__ import annotations

from interviewer.delivery.classes import (
    ARTICLES,
    BE,
    CONJUNCTIONS,
    PREPOSITIONS,
    QUESTION_WORDS,
    SUBJECTS,
    is_adjective,
    is_adverb,
    is_number,
    is_past,
    is_verb,
    listed,
)
from interviewer.delivery.line import Line

_TAG_AFTER = listed("called close else less like more new similar that to which who whose")


def like_that(line: Line, first: int, last: int) -> bool:
    """ "or something like that", "and stuff like that": not as the subject of a verb."""
    return line.mark_after(last) or not is_verb(line.word(last + 1))


def ends_phrase(line: Line, first: int, last: int) -> bool:
    """ "or something", "and stuff", "or whatever", "and all that", "and whatnot": only after what they round off."""
    after = line.word(last + 1)
    if line.mark_after(last) or line.is_pause(last + 1) or line.words(last + 1, 2) == ("you", "know"):
        return True
    if line.word(last) == "something":
        return not (after in _TAG_AFTER or after in ("you", "they") or is_adjective(after))
    if line.word(last) == "whatever":
        return after in CONJUNCTIONS or after in PREPOSITIONS or after in ("just", "then")
    return after in CONJUNCTIONS | PREPOSITIONS | SUBJECTS | {
        "which",
        "when",
        "where",
        "while",
        "yeah",
        "every",
        "each",
        "last",
    } or is_adverb(after)


def always(line: Line, first: int, last: int) -> bool:
    return True


def if_you_will(line: Line, first: int, last: int) -> bool:
    after = line.word(last + 1)
    return line.mark_after(last) or not (
        is_verb(after)
        or is_adverb(after)
        or after in ("be", "allow", "permit", "excuse", "give", "accept", "have", "let", "not", "wait", "need")
    )


def lets_see(line: Line, first: int, last: int) -> bool:
    after = line.word(last + 1)
    if line.mark_after(last) or line.is_pause(last + 1):
        return True
    if after in QUESTION_WORDS or after in ("it", "them", "that", "some"):
        return False
    if after in ARTICLES or after == "one":
        return line.has_own_verb(last + 1)
    return (
        after in SUBJECTS | PREPOSITIONS
        or is_number(after)
        or after in ("so", "maybe", "first", "then")
        or line.has_own_verb(last + 1)
    )


def stalling(line: Line, first: int, last: int) -> bool:
    """ "how do I say", "what's the word" and the like, as an aside."""
    before, after = line.word(line.previous(first)), line.word(last + 1)
    if "?" in line.tokens[last].after and (line.opens(first) or before in CONJUNCTIONS):
        return False
    if before in (
        "know",
        "knew",
        "sure",
        "learn",
        "learned",
        "remember",
        "of",
        "about",
        "on",
        "decide",
        "idea",
        "forgot",
    ) and not line.mark_before(first):
        return False
    if line.mark_after(last) or line.is_pause(last + 1) or (before in ARTICLES | BE and not line.comma_after(last)):
        return True
    if after in QUESTION_WORDS or after in (
        "that",
        "to",
        "for",
        "no",
        "hello",
        "goodbye",
        "thanks",
        "limit",
        "count",
        "embedding",
        "order",
        "vector",
    ):
        return False
    if first - 1 in line.found or before == "like":
        return True
    if line.word(last) == "say":
        return after in SUBJECTS | ARTICLES | PREPOSITIONS or is_adverb(after) or is_adjective(after) or is_past(after)
    return True
