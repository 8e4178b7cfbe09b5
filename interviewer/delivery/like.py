"""Whether a "like" is a filler: what it otherwise is, is told from the words beside it."""

from __future__ import annotations

import re

from interviewer.delivery.classes import (
    ARTICLES,
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    NEGATIONS,
    PEOPLE,
    PREPOSITIONS,
    QUESTION_WORDS,
    SUBJECTS,
    is_adjective,
    is_adverb,
    is_gerund,
    is_number,
    is_past,
    is_verb,
    listed,
)
from interviewer.delivery.line import Line

_SEEMING = listed(
    "act acted acting acts became become becomes behave behaved behaves behaving exactly feel feeling feels felt "
    "look looked looking looks read reads seem seemed seems smell smells sound sounded sounding sounds stay "
    "stayed stays taste tastes unlike work worked working works"
)
_COMPARING = listed(
    "anything bit different everything exactly just less lot more most much nothing nowhere others quite rather "
    "same similar somebody someone something somewhat stuff such thing things way"
)
_QUOTED = listed(
    "alright are can come could do don't dude fine guys hang hello hey how i i'll i'm is let's man nah no nope oh "
    "ok okay please really seriously sorry sure wait we we'll what when where who why wow yeah yes you"
)
_LIKING_BEFORE = listed(
    "'d also always both clients customers developers did didn't do does doesn't don't engineers especially he'd "
    "i i'd managers may might never not particularly people really she'd still they they'd to users we we'd who "
    "would you you'd"
)
_WHEN = listed("ages all every forever last next tomorrow yesterday")
_STANDING = listed("are did do does had has have is was were")
_ADJECTIVAL = re.compile(r"\w{3,}(?:al|ive|ant|ent|ed)$")
_OBJECTS = listed("back down her him it me out that them then this to up us")
_COMING = listed("began begin came come going grew learn learned seem seemed seems start started tend used want wants")
_LIKED = listed("about being best building having how it most people seeing that them this to when working")
_ADVERBS_AFTER = listed("all at every no not over really so very yes")


def is_filler(line: Line, place: int) -> bool:
    """Whether the "like" at this place is a filler, by the conventions in docs/delivery.md."""
    token, after = line.tokens[place], line.word(place + 1)
    if token.quoted or (token.written == "LIKE" and not line.shouted):
        return False
    if after == "like":
        return is_filler(line, place + 1)
    alone = line.mark_before(place) and line.comma_after(place)
    if is_number(after) or line.words(place + 1, 3) == ("a", "couple", "of") or after in ("hundreds", "thousands"):
        return False
    if line.words(place + 1, 2) in (("a", "hundred"), ("a", "thousand"), ("a", "million"), ("a", "dozen")):
        return False
    before_place = line.previous(place)
    while line.word(before_place) == "like":
        before_place = line.previous(before_place)
    before = line.word(before_place)
    if _compares(line, place, before_place, alone):
        return False
    if is_adverb(before) and not line.mark_before(place) and line.is_be(line.previous(before_place)):
        before_place = line.previous(before_place)
        before = line.word(before_place)
    if line.is_be(before_place):
        return _after_be(line, place, before_place, alone)
    if alone:
        return True
    subject_place = line.previous(before_place)
    if is_adverb(before) and line.word(subject_place) in ("i", "we", "you", "they", "people"):
        before_place = subject_place  # "the one I actually like"
    if _likes(line, place, before_place):
        return False
    if line.is_pause(place + 1) or line.comma_after(place):
        return True
    if before_place < 0 or line.opens(place):
        return _at_opening(line, place)
    if line.comma_before(place) and place - 1 not in line.found:
        return is_adverb(after) or is_past(after) or after in AUXILIARIES | PREPOSITIONS - {"in", "with"}
    return _within(line, place, before)


def _compares(line: Line, place: int, before_place: int, alone: bool) -> bool:
    """Fixed uses: "look like", "things like", "like this", "like I said", "and the like"."""
    before, after = line.word(before_place), line.word(place + 1)
    touching = not line.mark_before(place)
    if before in _SEEMING and touching:
        return not (before.startswith("work") and (after in _WHEN or is_adverb(after)))
    if touching and before == "of" and line.word(before_place - 1) in ("sort", "kind"):
        acts = line.word(place + 2) in ARTICLES | {"it", "them"} and is_verb(after)
        return not (acts or is_past(after) or is_adverb(after))
    if touching and (before in ("sorta", "kinda") or (before == "not" and line.word(before_place - 1) in BE)):
        return True
    if (
        before in _COMPARING
        and touching
        and not (
            before in ("just", "exactly")
            and (
                line.comma_after(place)
                or line.is_pause(place + 1)
                or is_verb(after)
                or line.word(place + 2) in ("it", "them")
            )
        )
    ):
        return True
    if line.comma_after(place) or line.is_pause(place + 1):
        return _asks_what_like(line, place)
    if after in ("this", "that", "these", "those", "if", "when", "crazy", "mad", "hell"):
        return True
    if line.words(place + 1, 2) in {
        (who, verb)
        for who in ("i", "you", "we", "he", "she", "they")
        for verb in ("said", "say", "mentioned", "discussed", "told", "explained", "described")
    }:
        return True
    beyond = line.word(place + 3)
    if (
        after in SUBJECTS
        and line.word(place + 2) in _STANDING
        and (beyond in CONJUNCTIONS | {"", "back", "before", "now"} or line.mark_after(place + 2))
    ):
        return True
    if after == "the" and line.word(place + 2) in ("other", "others"):
        return True
    if after == "before" and (line.mark_after(place + 1) or line.word(place + 2) in CONJUNCTIONS):
        return True
    behind = [line.word(at) for at in range(max(0, place - 6), place)]
    if touching and any(word in ("treat", "treats", "treated", "treating") for word in behind[-4:]):
        return True
    if touching and any(word in ("think", "thinking", "thought") for word in behind) and "of" in behind:
        return True
    return _asks_what_like(line, place)


def _asks_what_like(line: Line, place: int) -> bool:
    """ "What was it like", "if you like", "and the like"."""
    behind = [line.word(at) for at in range(max(0, place - 6), place)]
    if behind[-2:] in (["if", "you"], ["as", "you"], ["whatever", "you"]):
        return True
    asks = any(word in ("what", "what's") for word in behind)
    if (
        asks
        and (BE | {"look", "would"}) & set(behind)
        and line.word(place + 1) in ("to", "at", "in", "there", "when", "for")
    ):
        return True
    if line.comma_before(place) or (place < len(line.tokens) - 1 and not line.tokens[place].marked_after):
        return False
    return asks or behind[-1:] == ["the"] or behind[-2:] == ["would", "you"]


def _after_be(line: Line, place: int, before_place: int, alone: bool) -> bool:
    """ "It was like totally broken" is one; "it was like a maze" and "she was like, wow" are none."""
    after_place = line.next(place)
    after, before = line.word(after_place), line.word(before_place)
    person = line.word(line.previous(before_place)) in PEOPLE or before in (
        "i'm",
        "he's",
        "she's",
        "they're",
        "we're",
        "you're",
    )
    if after == "you" and line.word(after_place + 1) == "know":
        return True
    if person and after in _QUOTED and not (after in ("really", "fine") and not line.comma_after(place)):
        return False
    if line.is_pause(place + 1) or alone or line.word(line.previous(before_place)) == "there" or before == "there's":
        return True
    if line.comma_after(place):
        return not person
    if after in ("in", "on", "at", "under", "over", "with", "from", "off", "out", "up", "down", "all", "no"):
        return True
    if after in ARTICLES or after in SUBJECTS or after in QUESTION_WORDS:
        return False
    return (
        is_adverb(after)
        or is_adjective(after)
        or is_past(after)
        or (
            is_gerund(after)
            and (person or line.word(after_place + 1) not in ("a", "an", "the", "to", "your", "it"))
            and not is_gerund(line.word(before_place - 1))
        )
        or (
            is_verb(after)
            and line.word(after_place + 1) in (ARTICLES | PREPOSITIONS | {"everything", "it", "them"}) - {"of"}
        )
        or (
            is_verb(after)
            and after in ("stuck", "lost", "broken", "gone", "done", "cut", "built", "made", "hurt", "shut")
        )
        or after in _ADVERBS_AFTER
        or (after in PREPOSITIONS and after != "of")
        or bool(_ADJECTIVAL.match(after))
    )


def _likes(line: Line, place: int, before_place: int) -> bool:
    """Whether it is the verb: who likes stands before it, what is liked after it."""
    before = line.word(before_place)
    if before not in _LIKING_BEFORE and not before.endswith("'d"):
        return False
    earlier = line.word(line.previous(line.previous(place)))
    if line.mark_before(place) or (before in ("you", "people") and is_verb(earlier) and earlier not in AUXILIARIES):
        return False
    if before == "to" and earlier not in _COMING:
        return False
    after = line.word(place + 1)
    if place == len(line.tokens) - 1 or line.tokens[place].ends_sentence:
        return True
    if after in BE and before in SUBJECTS and place > 1 and line.word(before_place - 1) not in CONJUNCTIONS | {""}:
        return True  # "the one I like is"
    if line.comma_after(place) or line.is_pause(place + 1):
        after = line.word(line.next(place))
        repeated = after == before and line.word(line.next(line.next(place))) == "like"
        wish = after == "to" and (before == "would" or before.endswith("'d"))
        return (
            repeated
            or wish
            or (line.is_pause(place + 1) and not line.comma_after(place) and after in ARTICLES | {"to"})
        )
    if before in ("did", "do") and after in ("a", "an"):
        return False
    if after in ("the", "a", "an", "my", "your", "their", "our", "his", "her") or after in _LIKED or is_gerund(after):
        return True
    if after in SUBJECTS and before in ("would", "'d", "i'd", "we'd", "you'd", "they'd", "don't", "to"):
        return True
    if after in SUBJECTS and after not in ("it", "you"):
        return False
    if before in ("to", "not", "also", "really", "always", "never", "still") and (is_verb(after) or is_adverb(after)):
        return False
    if is_adjective(after):
        return True
    if after in PREPOSITIONS | CONJUNCTIONS:
        return False
    return not (
        is_verb(after)
        or (is_adverb(after) and (after not in ("very", "really") or is_verb(line.word(place + 2))))
        or after in AUXILIARIES
    )


def _at_opening(line: Line, place: int) -> bool:
    """ "Like I knew the theory" is one, "Like most tools, it …" is none."""
    after = line.word(place + 1)
    if after in ("everyone", "everybody") and line.word(place + 2) == "else" and line.punctuated:
        return False
    if after in SUBJECTS or after in QUESTION_WORDS:
        return True
    if after in ("most", "many", "all", "any", "every", "other", "with", "in", "others"):
        return False
    if place - 1 in line.found:
        return True
    if not line.punctuated:
        return (
            after in ("the", "my", "our", "this", "these")
            or line.has_own_verb(place + 1)
            or is_adverb(after)
            or is_verb(after)
        )
    for at in range(place + 1, min(place + 7, len(line.tokens))):
        if line.mark_after(at):
            return line.tokens[at].ends_sentence or at == len(line.tokens) - 1
    return True


def _within(line: Line, place: int, before: str) -> bool:
    """In mid-sentence: no filler between a noun and its example, else one."""
    after = line.word(place + 1)
    if not after:
        return True
    if after in ("you", "it", "they") and not is_verb(line.word(place + 2)) and line.word(place + 2) != "know":
        return before in CONJUNCTIONS | AUXILIARIES  # "people like you"
    if after in SUBJECTS:
        return True
    function = before in CONJUNCTIONS | PREPOSITIONS | QUESTION_WORDS | AUXILIARIES | NEGATIONS | SUBJECTS
    if function or before in ARTICLES or is_adverb(before) or before in _OBJECTS:
        return not (after in ("in", "with") and before not in AUXILIARIES and not function)
    if line.is_verb(line.previous(place)):
        return True
    if is_adjective(after):
        noun = line.word(place + 2)
        return line.mark_after(place + 1) or noun in CONJUNCTIONS | PREPOSITIONS | SUBJECTS or not noun
    if is_adverb(after) or is_past(after) or after in _WHEN:
        return True
    if after in ("in", "with"):
        return False
    if after in PREPOSITIONS or after in CONJUNCTIONS or after in AUXILIARIES:
        return True
    if line.word(place - 2) in ("the", "each", "every", "our", "my") and not before.endswith("s"):
        return True  # a definite one has no examples
    return is_verb(after) and after.endswith("s") != before.endswith("s")
