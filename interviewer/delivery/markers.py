"""Whether a word or phrase that often fills a gap fills one here: a rule for each, by the words beside it.

Each rule takes the line and the places of the phrase's first and last word. The conventions stand in docs/delivery.md.
"""

from __future__ import annotations

from itertools import pairwise

from interviewer.delivery.classes import (
    ARTICLES,
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    NEGATIONS,
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
from interviewer.delivery.line import OPENERS, Line

_REACTIONS = frozenset({"ah", "oh", "aha"})

_SAYING = listed("goes said say saying says went")
_TRUE_CLASS = listed(
    "benign defective false fraud fraudulent healthy ill malignant negative positive relevant sick spam true"
)

_ALMOST = listed("all equivalent every identical no nobody none nothing random same zero")

_TAKING = listed(
    "mean means meant read reading reads take taken takes taking took translate translated translates translation"
)

_CONTRAST_BEFORE = listed("but expected thought")

_CONTRAST = listed("although instead surprisingly though")

_RIGHT_BEFORE = BE | listed(
    "a about absolutely actually all always any be bottom completely copy exactly far feel feels felt get gets "
    "getting go goes got half her his human left look looked looks my no not our out own probably prove proved "
    "proven quite seem seemed seems sound sounds the their to top totally turn turned up went what your"
)

_RIGHT_AFTER = listed(
    "after amount answer answers approach at away balance before call censored censoring child choice cohort data "
    "decision direction features from hand here in join joins metric model next now number of off on one order "
    "out own people person place question side size skew skewed tail team than there thing things through time to "
    "tool tools way"
)

_FIXING = listed("did do does doing get gets getting got had have having made make makes put set")

_GETTING = listed("get gets getting got")

_OKAY_BEFORE = BE | listed(
    "a always an be did do does doing even fairly feel feels felt generally go goes just like look looked looks "
    "mostly not only perfectly perform performed performs pretty quite really roughly said say saying says seem "
    "seemed seems somewhat sounded sounds still the totally usually went work worked works"
)

_SO_NEVER = listed("called far few many much that")

_SO_DEGREE = listed("badly early fast frequently hard late little often quickly rarely slowly soon well")

_SO_END_NEVER = listed(
    "and believe did do does doing done even ever every guess her him hope hoped if is just less me more not or "
    "said say says suppose them think thinks thought told us was you"
)

_WELL_TOGETHER = listed(
    "above after balanced before behaved below beyond calibrated conditioned defined designed documented done "
    "enough established into known over posed separated structured suited tested trained tuned under understood "
    "written"
)

_DONE_WELL = listed("all both her him how it me that them these things this those us")

_KNOWING = listed(
    "all anything as before everything how if let once something than that until what whatever when where which who"
)

_NO_CLAUSE_AFTER = BE | PREPOSITIONS | ARTICLES | NEGATIONS | listed("always by him just me only really them us very")
_BELIEVING = listed(
    "assume assumes believe believes feel feels guess guesses hope hopes know knows like made make mean prove "
    "said say says see show shows sure think thinks thought wish"
)

_KNOWN = listed(
    "about all anything better enough everything exactly her him how if it me more nothing of something that them "
    "these this those us what when where whether which who whose why"
)


def you_know(line: Line, first: int, last: int) -> bool:
    before_place = line.previous(first)
    while before_place in line.found and not line.mark_before(before_place + 1):
        before_place -= 1
    before, after = line.word(before_place), line.word(last + 1)
    joined = before_place >= 0 and not line.mark_before(first)
    if joined and before == "that" and line.has_own_verb(last + 1):
        return True
    if joined and before in AUXILIARIES - BE:
        asked = line.word(before_place - 1)
        return asked not in QUESTION_WORDS | CONJUNCTIONS | OPENERS | {""}
    if joined and before in _KNOWING:
        return False
    if joined and before == "more" and line.word(before_place - 1) == "the":
        return False
    if line.comma_after(last) or last + 1 >= len(line.tokens) or line.is_pause(last + 1):
        return True
    if joined and (before in _NO_CLAUSE_AFTER or _takes_object(line, before_place)):
        return True
    if after in _KNOWN:
        own = after in ("this", "these", "those", "it", "all") and is_verb(line.word(last + 2))
        return own or (after in ("these", "those", "this", "more", "all") and line.has_own_verb(last + 1))
    if after in ARTICLES:
        return line.has_own_verb(last + 1) or line.word(last + 2) in ("more", "less")
    return True


def _takes_object(line: Line, place: int) -> bool:
    """Whether a verb stands there that no clause can follow: "we used, you know, a forest"."""
    return is_verb(line.word(place)) and line.word(place) not in _BELIEVING


def i_mean(line: Line, first: int, last: int) -> bool:
    before = line.word(line.previous(first))
    after = line.word(last + 1)
    if after in ("it", "by") and not line.mark_after(last) and not is_verb(line.word(last + 2)):
        return False
    if line.comma_before(first) and line.mark_after(last):
        return True
    behind = {line.word(at) for at in range(max(0, first - 3), first)}
    if before in ("what", "do", "did", "does") or (before == "if" and not line.mark_after(last)):
        return False
    if line.word(first - 2) == "by" or ("by" in behind and bool({"that", "this", "which"} & behind)):
        return False
    earlier = [line.word(at) for at in range(max(0, first - 8), first)]
    if "when" in earlier and "say" in earlier:
        return False
    return after not in ("centre", "center", "centred", "centered", "pool", "impute", "is")


def sort_of(line: Line, first: int, last: int) -> bool:
    before_place = line.previous(first)
    before, after = line.word(before_place), line.word(last + 1)
    if before in DETERMINERS or is_number(before):
        return False
    if (is_adjective(before) or before in ("new", "other")) and line.word(line.previous(before_place)) in ARTICLES:
        return False
    knows = line.words(last + 1, 2) == ("you", "know")
    return knows or not (after in ("you", "them", "him", "her") and before in BE | {"very", "really", "so"})


def kinda(line: Line, first: int, last: int) -> bool:
    return line.word(line.previous(first)) not in ("what", "a", "some", "this", "that", "any", "which", "all")


def basically(line: Line, first: int, last: int) -> bool:
    after = line.word(last + 1)
    if after == "the":
        return line.word(last + 2) not in _ALMOST
    return not (after in _ALMOST or is_number(after))


def literally(line: Line, first: int, last: int) -> bool:
    if line.word(first - 1) in ("not", "n't"):
        return False
    behind = {line.word(at) for at in range(max(0, first - 3), first) if at not in line.found}
    return not (_TAKING & behind or line.word(last + 1) in _TAKING - {"took", "taking", "take", "takes"})


def actually(line: Line, first: int, last: int) -> bool:
    if line.opens(first):
        return True
    before = line.word(first - 1)
    if before in NEGATIONS or before.endswith("n't"):
        return False
    within = line.within(first)
    if line.is_question(first):
        return False
    earlier = [line.word(at) for at in within if at < first]
    everywhere = [line.word(at) for at in within]
    if _CONTRAST_BEFORE & set(earlier) or _CONTRAST & set(everywhere):
        return False
    pairs = list(pairwise(everywhere))
    if ("rather", "than") in pairs or ({("turned", "out"), ("turns", "out")} & set(pairwise(earlier))):
        return False
    if before in ("was", "were", "is", "are") and _true_class(line, first):
        return False
    return not _in_embedded_clause(line, first)


def _true_class(line: Line, place: int) -> bool:
    """ "The ones that were actually spam": what something is, against what it was taken for."""
    after = line.word(place + 1)
    if after in _TRUE_CLASS:
        return True
    of_many = line.word(place - 1) in ("were", "are") and line.word(place - 2) in (
        "that",
        "which",
        "who",
        "half",
        "them",
        "ones",
    )
    return of_many and not (after in ARTICLES or is_adverb(after) or is_past(after) or after in PREPOSITIONS)


def _in_embedded_clause(line: Line, place: int) -> bool:
    """Whether a "what", "how", "whether" or "if" stands before it in its clause; a second subject, or a "was" after a
    verb, is beyond it."""
    verb = False
    words: list[str] = []
    for at in range(place - 1, line.within(place)[0] - 1, -1):
        word = line.word(at)
        if word in ("what", "what's", "how", "whether", "if"):
            inner = words[::-1]
            for step, later in enumerate(inner):
                if verb and (later in SUBJECTS | ARTICLES or (later in BE and step == len(inner) - 1)):
                    return False
                verb = verb or (is_verb(later) and step > 0)
            return True
        if word in ("because", "so", "and", "then") or (word == "that" and line.word(at - 1) not in QUESTION_WORDS):
            return False
        if at not in line.found:
            words.append(word)
            if line.comma_before(at) and (at - 1) not in line.found:
                return False
    return False


def right(line: Line, first: int, last: int) -> bool:
    before_place = line.previous(first)
    while before_place in line.found and not line.mark_before(before_place + 1):
        before_place -= 1
    before, after = line.word(before_place), line.word(last + 1)
    if before in _REACTIONS or line.word(first - 1) in _REACTIONS:
        return False
    if before in _SAYING and not line.tokens[last].ends_sentence:
        return False
    if before in ("and", "or") and line.word(before_place - 1) == "left":
        return False
    if line.opens(first):
        return line.mark_after(last) or after not in _RIGHT_AFTER
    tag = line.mark_after(last)
    if line.comma_before(first):
        return tag or after in CONJUNCTIONS | SUBJECTS
    if after in _RIGHT_AFTER and not tag and not (after == "one" and line.word(last + 2) in BE):
        return False
    if before in _RIGHT_BEFORE | NEGATIONS or line.is_be(before_place):
        return False
    if is_adverb(before) and line.word(line.previous(before_place)) in BE | _FIXING:
        return False
    if (
        before in ("it", "this", "that", "them", "things", "everything", "one")
        and line.word(before_place - 1) in _FIXING
    ):
        return False
    behind = [line.word(at) for at in range(max(0, first - 4), first)]
    if any(verb in _GETTING and noun in ARTICLES for verb, noun in pairwise(behind)) and not tag:
        return False
    if line.punctuated and before in CONJUNCTIONS and tag:
        return True
    if line.punctuated:
        return "?" in line.tokens[last].after and line.word(line.within(first)[0]) not in BE
    if tag and (line.is_question(first) or (line.is_verb(before_place) and not is_past(before))):
        return False
    closes = tag or after in CONJUNCTIONS | SUBJECTS | {"the", "then"} or line.is_pause(last + 1)
    attributive = line.is_verb(before_place) or before in PREPOSITIONS | ARTICLES | CONJUNCTIONS
    return closes or not attributive or (is_past(before) and after in PREPOSITIONS)


def okay(line: Line, first: int, last: int) -> bool:
    before, after = line.word(first - 1), line.word(last + 1)
    if line.tokens[first].quoted or before in _REACTIONS | _SAYING:
        return False
    if line.opens(first):
        return line.mark_after(last) or after not in ("with", "for", "to", "results", "performance")
    if before in ("that", "it", "this") and line.is_question(first):
        return False
    if before in _OKAY_BEFORE and not (
        line.mark_before(first) and line.mark_after(last) and before not in ("said", "like")
    ):
        return False
    if after in ("with", "to", "for", "if", "as") and not line.mark_after(last):
        return False
    if line.comma_before(first) and line.mark_after(last):
        return True
    if line.punctuated:
        marker = before in CONJUNCTIONS | {"then"} and line.mark_after(last)
        return marker or (line.comma_before(first) and after in SUBJECTS | CONJUNCTIONS)
    return (
        before in CONJUNCTIONS
        or before == "then"
        or after in CONJUNCTIONS | SUBJECTS | ARTICLES | {"let", "now", "first", "then"}
        or line.is_pause(last + 1)
        or (after == "" and not is_verb(before) and before not in ("out", "up") and not line.is_question(first))
    )


def all_right(line: Line, first: int, last: int) -> bool:
    return line.opens(first) and (line.mark_after(last) or line.word(last + 1) not in ("angles", "joins", "answers"))


def so(line: Line, first: int, last: int) -> bool:
    before, after = line.word(first - 1), line.word(last + 1)
    if before in _REACTIONS:
        return False
    if after in _SO_NEVER and not line.mark_after(last):
        return False
    if line.opens_text(first):
        gradable = after in _SO_DEGREE or is_adjective(after)
        beyond = line.word(last + 2)
        return not (gradable and (beyond in BE | SUBJECTS | {"that", "to", "did", "does", "do"} or not beyond))
    rest = [line.word(at) for at in range(last + 1, len(line.tokens))]
    if rest not in ([], ["yeah"], ["yeah", "yeah"]):
        return False
    if rest:
        return True
    return line.comma_before(first) or before not in _SO_END_NEVER


def well(line: Line, first: int, last: int) -> bool:
    before, after = line.word(first - 1), line.word(last + 1)
    if line.tokens[first].quoted:
        return False
    together = not line.mark_after(last) and (after in _WELL_TOGETHER or is_past(after))
    if line.opens(first):
        return not together
    if line.comma_before(first) and line.mark_after(last):
        return True
    if before == "as" or after == "as" or (before in ("might", "may", "could") and not line.mark_after(last)):
        return False
    if line.comma_before(first):
        return line.mark_after(last) or (
            not together and after in SUBJECTS | ARTICLES | {"no", "yes", "not", "so", "maybe", "it"}
        )
    if line.mark_after(last) and line.punctuated:
        return before in CONJUNCTIONS | {"then"}
    if together:
        return False
    if before in _REACTIONS:
        return False
    if before == after or first - 1 in line.found:
        return True
    clause = after in SUBJECTS | ARTICLES | {"no", "yes", "so", "that", "not", "maybe", "if"} or line.is_pause(last + 1)
    if after in ("maybe", "perhaps"):
        return True
    verb = line.is_verb(first - 1) and not is_adjective(before)
    return (clause or is_adverb(after)) and not (verb or is_adverb(before) or before in _DONE_WELL)


def _is_noun(line: Line, place: int) -> bool:
    """Whether a word, by what stands before it, is a noun."""
    return line.word(place - 1) in ARTICLES and not line.is_verb(place)
