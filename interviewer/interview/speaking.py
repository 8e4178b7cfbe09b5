"""What a model may add to the bank's wording, and whether it has said that wording: pure checks of texts.

An acknowledgement is shown only if it is a plain "you said" around one or two unbroken stretches of the candidate's own
words. That each word is theirs would not be enough: put in another order, without their "not", or with one of their two
alternatives gone, their own words would correct them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interviewer.folding import fold, sentences, words

MOST_WORDS = 25
MOST_CHARACTERS = 240

BEFORE, AFTER = 6, 4
"""Words around a stretch, within its sentence, among which nothing may stand that turns it round."""

COVERED = 0.6
COVERED_QUESTION = 0.5
"""Shares of a wording's content words, and of those of its question, that a free phrasing of it must have."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


BEING = _set("is are was were be been being am it's that's there's they're you're we're i'm he's she's")

FREE = BEING | _set(
    """a an the i me my mine we us our you your yours it its he she they them their this that these those there do does
    did have has had having would will could can so also i'd i've i'll you'd you've you'll we'd we've we'll they'd
    they've they'll it'd it'll"""
)
"""Words that claim nothing by themselves: said back they may come and go, but "is" only where they said it."""

FILLERS = _set("um uh er erm hmm hm well yeah yes okay ok like just really basically simply honestly literally right")
"""What else may be missing between their words."""

TURNING = _set(
    """not no never none nothing neither nor without hardly scarcely barely rarely unless except instead rather unlike
    or either whether versus vs wrong false opposite contrary fail lack wait"""
)
"""What turns a statement round, or offers another: it is said back too, or nothing of what stands around it is."""

JUDGING = _set(
    """right rightly correct correctly incorrect incorrectly wrong wrongly true truth truly false falsely good great
    excellent perfect perfectly exact exactly precise precisely nice nicely well brilliant solid strong impressive
    smart clever sharp sound valid interesting insightful yes yep yeah indeed sure surely agree agreed agrees certainly
    absolutely definitely obviously actually marks mistake mistaken unfortunately sorry bravo congratulations"""
)
"""Praise, judgement and correction: said only in the midst of what "you said" attributes to the candidate."""

_PLAIN_SENTENCE = re.compile(r"""["“]?[^\W_]+(?:(?:[ ,'’"“”-]+|(?<=\d)\.(?=\d))[^\W_]+)*["”]?\.?["”]?""")
"""Words, commas, hyphens, quotation marks, and a full stop at the end: no second sentence, no link, no markup."""

_RAW_WORD = re.compile(r"[^\W_]+")
_CLOSING = " \"'”’)"
_QUOTED = re.compile(r'["“]([^"“”]*)["”]')
_TERMS = re.compile(r"\b(?:true|false) (?:positive|negative)s?\b")
_UNSAID = _set("cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt couldnt shouldnt hasnt havent hadnt")

_SAID = (
    r"(?:said|say|saying|mention(?:ed|ing)?|describ(?:ed?|ing)|talk(?:ed|ing)?|spoke|speak(?:ing)?|told|tell(?:ing)?"
    r"|explain(?:ed|ing)?|brought|bring(?:ing)?|nam(?:ed?|ing)|shar(?:ed?|ing)|walk(?:ed|ing)? (?:me|us) through)"
)
_LINK = (
    r"(?: (?:me|us|about|of|on|to|up|how|that|why|what|when|where|it|the|a|an|your|you|in|with|for|at|from|through"
    r"|is|are|was|were|would|will|had|have|they|there|this|these|those|them|its|their|you'd|you've|you're|it's"
    r"|they're))*"
)
_YOU_SAID = rf"(?:you|you've|you're|you'd)(?: (?:have|had|were|are|would|did|also|just))* {_SAID}{_LINK}"
_YOU_WOULD = (
    r"(?:you'd|you'll|you would|you will|you)(?: also| just)*(?: want to)?(?: (?:the|a|an|your|with|in|on|for|at))*"
)
_YOUR_WORDS = (
    r"(?:(?:in|from|with|on|for|to) )?"
    r"your (?:answer|words|example|view|case|account|description|story|experience|point|idea)"
    r"(?: (?:about|on|of|with|for|is|was|that|the|a|an|how|where|when|in|to|from|your|you|would|had))*"
)
_I_HEARD = (
    r"i(?:'ve| have)?(?: just| also)? (?:hear|heard|note|noted|take|took|taken|understand|understood|wrote)"
    r"(?: (?:down|that|how|what|from|it))*"
)
_LEAD = re.compile(
    r"(?:(?:okay|ok|so|and|alright|all right|i see|noted|understood|got it|i follow|thanks|thank you) )*"
    rf"(?:(?:(?:{_I_HEARD}|thanks for|thank you for|from|with) )?(?:what )?(?:{_YOU_SAID}|{_YOUR_WORDS})"
    rf"|(?:thanks|thank you) for (?:also )?{_SAID}{_LINK}|(?P<bare>(?:{_I_HEARD} )?{_YOU_WOULD}))(?= |$)"
)
"""How an acknowledgement begins: it says of everything that follows that the candidate said it."""

_POINTING = re.compile(
    r"(?: (?:mention(?:ed|ing)?|nam(?:ed?|ing)|describ(?:ed?|ing)|about|of|brought up)"
    r"|your (?:example|case|point|idea))"
    r"(?: (?:the|a|an|your|is|was|with|on))*$"
)
"""A beginning after which one word is enough to say; "you told the truth" is no acknowledgement."""

_AND = re.compile(
    r"and(?: (?:also|about|of|on|to|with|for|how|the|a|an|your|you|you'd|would|said|mentioned|described|talked))*"
    r"(?= |$)"
)
_TAIL = re.compile(r" (?:there|here|too|as well|thank you|thanks|you said|in your (?:answer|words|example))$")

_SMALL = FREE | _set(
    """and or of to in on at by for from with about as into if when what which who why how where than then but any some
    let let's say tell think take give make go here now please just more much very still even ever over out up down off
    such other while because until should might may must shall one own same like get gets way"""
)
"""What a wording and a free phrasing of it need not share."""

_DENIALS = _set("not never no without except unless nor")


@dataclass(frozen=True)
class _Said:
    """A word that counts: its root, its sentence, whether a form of "to be" stands between it and the one before."""

    root: str
    sentence: int
    being: bool
    after_but: bool = False


def acknowledges(sentence: str, own: Sequence[str]) -> str:
    """The sentence if it may be shown to the candidate whose turns are ``own``, otherwise nothing.

    It may if it is one plain sentence of at most 25 words that attributes to the candidate one or two stretches of
    their words, each as they said it: in one sentence of theirs, in their order, nothing between left out but fillers,
    with their negations and alternatives. Nothing else is in it: no judgement, no question, no markup, no figure.

    >>> acknowledges("You would check the invoice.", ["well, I'd, um, check the invoice first"])
    'You would check the invoice.'
    >>> acknowledges("You would check the order.", ["well, I'd, um, check the invoice first"])
    ''
    """
    said = sentence.strip()
    if not _is_one_plain_sentence(said) or not _is_written_as_by(said, own):
        return ""
    folded = fold(said)[0]
    tokens = words(folded)
    if len(tokens) > MOST_WORDS:
        return ""
    turns = [tuple(_counting(turn)) for turn in own]
    if not any(all(any(_stands_in(part, turn) for turn in turns) for part in parts) for parts in _readings(tokens)):
        return ""
    quotes = [words(quote) for quote in _QUOTED.findall(said)]
    if not all(any(_contains(words(turn), quote) for turn in own) for quote in quotes):
        return ""
    return said


def covers(said: str, substance: str) -> bool:
    """Whether a freely phrased move still says, or asks, what the bank's wording does. Nothing is always covered.

    >>> covers("Sure. So how are precision and recall related, as you see it?", "How are precision and recall related?")
    True
    >>> covers("Tell me about precision and recall.", "How are precision and recall related?")
    False
    """
    wanted = _content(substance) or _roots(substance)
    heard = _roots(said)
    asked = [_content(sentence) for sentence in sentences(substance) if sentence.rstrip(_CLOSING).endswith("?")]
    return (
        ("?" in said or not asked)
        and (_denies(said) or not _denies(substance))
        and {word for word in words(substance) if word.isdigit()} <= set(words(said))
        and _share(wanted, heard) >= COVERED
        and all(_share(question, heard) >= COVERED_QUESTION for question in asked)
    )


def _is_one_plain_sentence(said: str) -> bool:
    return (
        len(said) <= MOST_CHARACTERS
        and _PLAIN_SENTENCE.fullmatch(said) is not None
        and said.count("“") == said.count("”")
        and said.count('"') % 2 == 0
    )


def _is_written_as_by(said: str, own: Sequence[str]) -> bool:
    """Whether each word with a letter that is not a plain one stands so in the candidate's turns: no look-alikes."""
    odd = {word for word in _RAW_WORD.findall(said) if not word.isascii()}
    return not odd or odd <= {word for turn in own for word in _RAW_WORD.findall(turn)}


def _readings(tokens: Sequence[str]) -> Iterator[tuple[list[str], ...]]:
    """The ways to take an acknowledgement apart: its stretches of the candidate's words, without what leads to them."""
    text = " ".join(tokens)
    lead = _LEAD.match(text)
    if lead is None:
        return
    rest = text[lead.end() :]
    single = _POINTING.search(" " + lead[0]) is not None
    attributed = lead["bare"] is None
    for body in dict.fromkeys((rest, _TAIL.sub("", rest))):
        if _is_stretch(body.split(), single, attributed):
            yield (body.split(),)
        for joint in re.finditer(r"(?<= )and(?= )", body):
            joining = _AND.match(body, joint.start())
            if joining is not None:
                first, second = body[: joint.start()].split(), body[joining.end() :].split()
                if _is_stretch(first, single, attributed) and _is_stretch(second, single, attributed):
                    yield first, second


def _is_stretch(part: Sequence[str], single: bool, attributed: bool) -> bool:
    """Whether a part begins and ends with words that count, is not too little to attribute, and judges nobody."""
    if not part or part[0] in FREE or part[-1] in FREE:
        return False
    text = " ".join(part)
    if not single and len(list(_counting(text))) < 2:
        return False
    judging = [place for place, word in enumerate(_TERMS.sub("term term", text).split()) if word in JUDGING]
    return not judging or (attributed and judging[0] > 0 and judging[-1] < len(part) - 1)


def _stands_in(part: Sequence[str], turn: Sequence[_Said]) -> bool:
    wanted = list(_counting(" ".join(part), skip=FREE))
    size = len(wanted)
    for start in range(len(turn) - size + 1):
        stretch = turn[start : start + size]
        if (
            stretch[0].sentence == stretch[-1].sentence
            and all(one.root == other.root for one, other in zip(wanted, stretch, strict=True))
            and all(theirs.being or not mine.being for mine, theirs in zip(wanted[1:], stretch[1:], strict=True))
            and not any(word.root in _TURNING for word in _around(turn, start, start + size))
        ):
            return True
    return False


def _around(turn: Sequence[_Said], start: int, end: int) -> Iterator[_Said]:
    """The words near a stretch that bear on it: those of its sentence, on its side of a "but"."""
    sentence = turn[start].sentence
    for place in range(start - 1, max(-1, start - 1 - BEFORE), -1):
        if turn[place].sentence != sentence or turn[place + 1].after_but:
            break
        yield turn[place]
    for word in turn[end : end + AFTER]:
        if word.sentence != sentence or word.after_but:
            break
        yield word


def _counting(text: str, skip: frozenset[str] = FREE | FILLERS) -> Iterator[_Said]:
    """The words of a text that count, stuttering left out, and what is only asked."""
    before = ""
    being = after_but = False
    for number, sentence in enumerate(sentences(text.replace(";", "."))):
        if sentence.rstrip(_CLOSING).endswith("?"):
            continue
        for word in words(sentence):
            if word in skip:
                being = being or word in BEING
            elif word == "but":
                after_but, before = True, ""
            else:
                root = _root(word)
                if root != before:
                    yield _Said(root, number, being, after_but)
                    being = after_but = False
                before = root
        before = ""


def _root(word: str) -> str:
    """A word without its simple endings, so that "splits" meets "splitting"; every "n't" is a "not".

    >>> [_root(word) for word in ("uses", "using", "mapped", "classes", "caching", "don't", "string", "l1")]
    ['use', 'use', 'map', 'class', 'cach', 'not', 'string', 'l1']
    """
    if word.endswith("n't") or word in _UNSAID:
        return "not"
    word = word.removesuffix("'s")
    if not (word.isascii() and word.isalpha()):
        return word
    cut = word
    if word.endswith(("ies", "ied")) and len(word) > 4:
        cut = word[:-3] + "y"
    elif word.endswith("ing") and len(word) > 4 and re.search("[aeiouy]", word[:-3]):
        cut = word[:-3] if len(word) > 5 else word[:-3] + "e"
    elif word.endswith("ed") and len(word) > 3:
        cut = word[:-2] if len(word) > 4 else word[:-1]
    elif word.endswith("es") and len(word) > 4:
        cut = word[:-2]
    elif word.endswith("s") and len(word) > 3 and word[-2] not in "suia":
        cut = word[:-1]
    if cut != word and len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "sl":
        cut = cut[:-1]
    return cut[:-1] if cut.endswith("e") and len(cut) > 3 else cut


def _contains(turn: Sequence[str], quote: Sequence[str]) -> bool:
    return bool(quote) and any(list(turn[i : i + len(quote)]) == list(quote) for i in range(len(turn) - len(quote) + 1))


def _roots(text: str) -> set[str]:
    return {_root(word) for word in words(text)}


def _content(text: str) -> set[str]:
    """The roots of the words that carry a text."""
    return {_root(word) for word in words(text) if word not in _SMALL}


def _denies(text: str) -> bool:
    return any(_root(word) in _DENIALS for word in words(text))


def _share(wanted: set[str], heard: set[str]) -> float:
    """How many of the roots were heard, if only as other forms of the same word ("relation", "related")."""
    found = sum(root in heard or any(_akin(root, other) for other in heard) for root in wanted)
    return found / len(wanted) if wanted else 1.0


def _akin(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 5 and one[:5] == other[:5]


_TURNING = frozenset(map(_root, TURNING))
