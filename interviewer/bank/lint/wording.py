"""How records are worded: criteria that are one thing, named exactly, that can be heard in an answer of any length;
questions that leave something to say; beliefs that are plainly false.

Patterns, not grammar: they know the ways in which criteria go wrong in practice. A criterion begins with what the
candidate does ("Says", "Names", "Gives"); that verb and what it governs are what the patterns look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewer.bank.lint.finding import Rule

_MIND_VERB = (
    r"understands?|knows?|reali[sz]es?|believes?|feels?|thinks|appreciates?|grasps?|cares?|likes?|loves?|wants?|intends?|internali[sz]es?|masters?|senses?"
    r"|has|have|had|is|are|was|were|felt|knew|understood|believed|sees (?:why|how|where|what|that|when)|gets (?:why|how|what|that|it)|can|could|would|seems?|appears?|sounds?|comes across|possesses|enjoys?|respects?|values?|trusts?|hopes?|intuits?|perceives?|recogni[sz]es in themselves"
)
_QUALITY = (
    r"(?:understanding|knowledge|awareness|confidence|passion|interest|enthusiasm|curiosity|motivation|mastery|familiarity|maturity|intuition|commitment|talent"
    r"|expertise|competence|intelligence|honesty|integrity|appreciation|grasp|command|mindset|attitude|drive|sensitivity|instinct|fluency|comfort|seriousness|independence|creativity|humility|openness|resilience|calm|enjoyment|pride)"
)
_MIND = re.compile(
    rf"^(?:(?:really |truly |genuinely |fully |clearly |deeply |also )*(?:{_MIND_VERB})\b"
    rf"|(?:shows?|showed|demonstrates?|displays?|exhibits?|conveys?|brings?|radiates?|proves?|reveals?|expresses|communicates|works?|worked|acts?|approaches|behaves?) (?:\w+[ -]){{0,4}}?{_QUALITY}\b"
    r"|(?:does not|doesn't|never) (?:let|lose|give up|panic|mind)|lets? (?:themselves|nothing)|keeps? in mind|bears? in mind|takes? to heart|worked with)|\band (?:understands?|knows?|reali[sz]es?|believes?|feels?|appreciates?|grasps?|cares?)\b"
    r"|\b(?:genuinely|sincerely|has a feel(?:ing)? for|in their (?:heart|mind)|at heart|by nature)\b",
    re.IGNORECASE,
)
"""A criterion whose verb, or what that verb shows, is a state of mind; what a model "knows" further on is no matter."""

_VAGUE = re.compile(
    r"\b(?:(?:good|solid|deep|strong|clear|basic|sound|general|proper|adequate|sufficient|decent|great|firm|reasonable|overall|nice|excellent|high-quality"
    r"|satisfactory|acceptable|insightful|correct|thoughtful|mature|thorough|working) (?:understanding|knowledge|grasp|idea|overview|explanation|answer|command|picture"
    r"|sense|view|description|way|manner|job|awareness|reasoning|approach|insight|points?|treatment|judg[e]?ment|thinking|skills?|coverage|discussion|work)"
    r"|appropriate(?:ly)?|properly|adequate(?:ly)?|suitabl[ey]|sensibly|satisfactor(?:y|ily)|convincing(?:ly)?|meaningful(?:ly)?|competent(?:ly)?|sufficient(?:ly)?"
    r"|(?:something|anything|everything|what is) relevant|relevant (?:aspects?|points?|things?|details?|factors?|considerations?|issues?|topics?|techniques?|tools?|facts?|terms?|parts?|concepts?|metrics?|methods?|steps?|experience|knowledge|examples?|information|material)|nicely|interesting (?:things?|points?|way|aspects?)|insightful(?:ly)?|high quality|intelligent(?:ly)?|professional(?:ly)?|thoughtful(?:ly)?|well enough"
    r"|(?<!foreign )(?<!primary )(?:key|main|important|relevant|essential|necessary|fundamental|core|crucial|major) (?:aspects?|points?|ideas|things?|concepts?|elements?|facts?|considerations?|parts|details?|issues?|factors?"
    r"|topics?|areas?|principles?)|(?:different|various|some|several|certain|other) (?:aspects?|points?|ideas|things?|considerations?|details?|issues?|factors?|topics?)"
    r"|nuanced|balanced (?:view|opinion|picture|account|judg[e]?ment|answer|way|perspective)|helpful|(?:something|anything|things?) useful|useful (?:remarks?|points?|things?|ideas|comments?|details?|information|advice)|worthwhile|impressive|sophisticated|elegant|substantial|of substance|best practices?|the essence|the gist|common sense|makes? sense"
    r"|in an? (?:\w+ )?(?:fashion|manner|way)|(?:the )?right (?:things?|words?|direction|track|way|tone)|as (?:one|you|we) would expect(?: of)?|usual (?:pitfalls?|suspects|points?|caveats?|checks?|things?)"
    r"|(?:necessary|obvious|standard|typical|proper|needed|required) (?:checks?|steps?|measures?|precautions?|caveats?|remarks?|questions?)"
    r"|credible|plausible|solid|decent|proper|robust|shows? that they (?:get|understand|know|grasp)|gets? (?:how|what|why|it)\b|has a (?:clear|good|firm)|hits the nail|makes sense|is on top of"
    r"|etc|and so on|and so forth|and more|and the like|in some way|somehow|as needed|where needed|if needed|as required|in general terms"
    r"|(?:says|mentions|knows|explains|gives|names|describes|adds|offers) (?:something|anything|things|stuff)(?: (?:about|on|of|relevant|useful|interesting|sensible|good)\b|\s*$)"
    r"|understanding of|knowledge of|grasp of|familiarity with|mastery of|the basics of|the topic|the subject|the concept(?: of)? \w+$)\b"
    r"|^(?:explains|describes|answers|discusses|covers|handles|treats|presents|addresses|deals with|speaks about|talks about|uses|communicates)\b.*"
    r"(?<!how )(?<!as )(?<!how )\b(?:well|correctly|clearly|accurately|effectively|smartly|coherently|logically|fluently)\b(?!-| as)"
    r"|^(?!.*\b(?:that|which|who|how|why|what|when|since|because|if|whether)\b).*(?<!how )(?<!as )\b(?:well|correctly|accurately|adequately|precisely|competently|intelligently|soundly|reliably)$",
    re.IGNORECASE,
)  # fmt: skip

_COUNTED = r"(?:examples?|points?|reasons?|details?|facts?|methods?|metrics?|ways?|techniques?|sentences?|words?|aspects?|arguments?|things|ideas|steps|advantages|terms|topics|remedies|applications)"
_LENGTH = re.compile(
    rf"\b(?:at (?:some |great |considerable |sufficient )?length|in (?:\w+ )?(?:detail|depth)|detailed|thorough(?:ly)?|comprehensive(?:ly)?|extensive(?:ly)?|exhaustive(?:ly)?|in-depth"
    r"|lengthy|(?:long|longer|long-form|full|extended|elaborate) (?:answer|explanation|description|account|reply|response|story|discussion)|elaborates?(?:ly)?|expands? (?:up)?on"
    rf"|as (?:many|much) .{{0,40}}\bas possible|(?:many|numerous|plenty of|lots of|a lot of|multiple|a wealth of|a large number of|a great deal of) (?:\w+ )?{_COUNTED}"
    r"|(?:at least|more than|over|a minimum of|no fewer than|not less than|up to|about|around|for) (?:a |an )?(?:\w+|\d+)[ -](?:full |whole |long |complete )?(?:sentences?|words?|minutes?|paragraphs?|pages?|seconds?)"
    r"|(?:\w+|\d+) (?:sentences|paragraphs|pages)|hundred words|(?:speaks?|talks?|goes on|continues?|keeps talking|keeps going) for|talks a lot|says a lot|says (?:as )?much"
    r"|plenty to say|much to say|has a lot to say|dwells? (?:up)?on|in passing|as (?:wide|long|full|broad|large|extensive|complete) (?:a|an) .{0,40} as|as long as|takes (?:their|its|the) time|the whole (?:range|list|story)|at every opportunity"
    r"|more \w+(?: \w+)? than (?:most|others|other candidates|average|usual|expected)|the (?:more|longer) the better|(?:a )?bonus for each|long list|every \w+(?: \w+)? (?:there is|that exists|imaginable)"
    r"|(?:considerable|much|plenty of|a lot of|most of (?:the|their)) time|keep(?:s|ing)? (?:it )?(?:brief|short)|(?:an )?abundance|numerous|plenty of|lots of|dozens of|a wealth of|on and on|a large (?:number|amount|variety) of|wordy|voluble|talkative|expansive"
    r"|explains fully|fully explains|complete(?:ly)? (?:explains?|describes?|answers?|covers?)|verbose|word count|every (?:possible|single|conceivable)|leaves nothing out|without being (?:brief|short)"
    r"|(?:keeps|holds) (?:the )?(?:answer|explanation) (?:long|going))\b",
    re.IGNORECASE,
)  # fmt: skip

_NEVER_NOUNS = (
    "adds admits argues asks assigns chooses cites compares computes connects considers contrasts corrects "
    "defines demonstrates derives describes discusses distinguishes estimates evaluates explains gives identifies "
    "illustrates implements investigates justifies mentions normalises outlines presents proposes proves provides "
    "qualifies quantifies recommends rejects relates removes replaces represents returns says selects separates "
    "solves specifies suggests tells validates "
)
_NOUNS_TOO = (
    "answers applies backs builds calculates checks closes counts designs draws expects extends finds frames "
    "groups handles initialises keeps limits links lists maps marks measures monitors names notes offers orders "
    "picks places plans plots points predicts puts raises ranks reads reasons refers reflects repeats reports "
    "reviews runs scales sets shows sketches sorts splits starts states sums supports takes talks tests ties "
    "traces treats tries tunes updates uses walks warns weighs works writes "
)
_PURE_VERBS = frozenset(_NEVER_NOUNS.split())
_DOES = _PURE_VERBS | frozenset(_NOUNS_TOO.split())
"""What a candidate does when they answer; after an "and", a second one of these is a second thing to look for."""

_AND_ALSO = re.compile(
    r";|\b(?:as well as|and also|and additionally|in addition(?: to)?|and furthermore|and moreover|along with|on top of that|and then|but also|not forgetting"
    r"|plus (?:a|an|the|its|their|how|what|why|some|one)|not only)\b|, (?:then|together with|including (?:how|what|why|a|the)|without forgetting|besides)\b|\bincluding (?:how|what|why|when|which|whether)\b"
    r"|\bwith (?:reasons?|examples?|numbers|an explanation|a justification|arguments)\b|, with (?:(?:a|an|its|their|the|some|one) )?(?:written |clear )?(?:mitigations?|remed(?:y|ies)|reasons?|explanations?|justifications?|summary|consequences?|causes?|cures?|plan|comparison|alternatives?)\b"
    r"|\bwhile (?:also )?(?:outlining|explaining|naming|giving|saying|describing|discussing|mentioning|showing|noting|pointing|keeping|comparing)\b|, (?:justifying|explaining|naming|giving|saying|citing|describing|backing|illustrating|quantifying)\b"
    r"|\band (?:one|another) \w+ to it\b|\band (?:its|their) (?:cause|causes|consequences?|effects?|remed(?:y|ies)|limits?|limitations?|advantages?|disadvantages?|drawbacks?|purpose|cost|costs|reasons?)\b",
    re.IGNORECASE,
)
_AND_QUESTION = re.compile(
    r"\band (?:then |also )?(?:how|why|what|when|where|whether|that|who|whose|to what)\b", re.IGNORECASE
)
_SUBORDINATE = re.compile(r"\b(?:that|which|who|how|why|what|when|where|whether|if|because)\b", re.IGNORECASE)
_LIST = re.compile(
    r"^\w+ (?:the|a|an|one|their|its) [^,]+, (?:the|their|its|what|why|how|and (?:the|what|why|how|its|their)) [^,]+(?:,|$)",
    re.IGNORECASE,
)
_COMMA_VERB = re.compile(r", (\w+s) (?:the|a|an|it|its|their|them|that|what|how|why)\b", re.IGNORECASE)
_HAVING = re.compile(
    r"\b(?:having|while also|besides|before|after) (?:said|explained|named|given|shown|described|mentioned|saying|explaining|naming|giving|describing|mentioning)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"^\w+ (?:\w+ ){0,2}both\b.*\band\b", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|cannot|can't|must|should|will|would|may|might|needs?|makes?|gets?|gives?|takes?|leads?|causes?"
    r"|reduces?|increases?|grows?|falls?|rises?|drops?|helps?|hurts?|means|learns?|uses?|works?|fails?|depends?|counts?|measures?|becomes?|stays?|keeps?)\b",
    re.IGNORECASE,
)
_DIRECT = re.compile(
    r"^(?:names|mentions|lists|defines|gives|describes|explains|states|computes|discusses|covers|shows|identifies|provides|proposes|presents|reports|outlines|compares?) (.+?),? and (.+)",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"\b(?:of|between|from|in|on|to|with|for|over|by|as|into|that|how|why|what|when|where|which|whether|than|such|like|including|e\.g|among|against|across|at|both|rather|because|if|who)\b|:|\(",
    re.IGNORECASE,
)


def wording(text: str) -> Iterator[tuple[Rule, str]]:
    """What is wrong with how a criterion is put, with the reason.

    >>> [rule.value for rule, _ in wording("Shows a good understanding of dropout")]
    ['vague', 'unobservable']
    >>> [rule.value for rule, _ in wording("Says what dropout does and why it helps")]
    ['double_barrelled']
    >>> list(wording("Says that dropout switches off random units during training"))
    []
    """
    if why := _two_things(text):
        yield Rule.DOUBLE_BARRELLED, why
    if match := _VAGUE.search(text):
        yield Rule.VAGUE, f"“{match.group()}” can be read in any way; name what would be said."
    if why := _in_the_mind(text):
        yield Rule.UNOBSERVABLE, why
    if match := _LENGTH.search(text):
        yield Rule.REWARDS_LENGTH, f"“{match.group()}” asks for quantity; a short exact answer must be able to meet it."


def _two_things(text: str) -> str | None:
    if match := _AND_ALSO.search(text):
        return f"“{match.group()}” adds a second thing."
    if match := _AND_QUESTION.search(text):
        return f"“{match.group()} …” adds a second thing."
    if match := _HAVING.search(text):
        return f"“{match.group()}” adds a second thing to do."
    for match in re.finditer(r"\band (?:then |also |thereby |thus )?(\w+)", text, re.IGNORECASE):
        word = match.group(1).lower()
        if word in _PURE_VERBS and not _SUBORDINATE.search(text[: match.start()]):
            return f"“{match.group()} …” is a second thing to do."
        if (word in _DOES or _second_action(text, match)) and _follows_as_verb(text, match.end()):
            return f"“{match.group()} …” is a second thing to do."
    if (
        _LIST.search(text)
        and not _SUBORDINATE.search(text.split(",")[0])
        and not re.search(r"\bor\b|such as|until", text)
    ):
        return "Several things are listed here."
    for match in _COMMA_VERB.finditer(text):
        if match.group(1).lower() in _DOES and not _SUBORDINATE.search(text[: match.start()]):
            return f"“{match.group(1)} …” is a second thing to do."
    if _BOTH.search(text):
        return "“both … and …” are two things."
    if match := _DIRECT.match(text):
        first, second = match.groups()
        if (
            not _PREPOSITION.search(first)
            and "," not in first
            and len(first.split()) <= 6
            and not re.match(r"\w+ (?:or|but)\b", second)
        ):
            return f"“{first}” and “{second}” are two things."
    halves = re.split(r",? and (?=(?:the|a|an|it|its|they|their|this|that|one|each|no|more|\w+) )|, but ", text)
    if (
        len(halves) == 2
        and "between" not in halves[0]
        and _FINITE.search(_last_clause(halves[0]))
        and _own_clause(halves[1])
    ):
        return "Two statements are joined here."
    return None


def _last_clause(half: str) -> str:
    """What stands after the criterion's own verb, and after the last conjunction: "only if precision" has no verb."""
    inner = half.split(maxsplit=1)[1] if " " in half else ""
    return re.split(r"\b(?:if|when|because|since|while|so that|unless|once|where|which|than|how|why)\b", inner)[-1]


def _own_clause(half: str) -> bool:
    """Whether the second half has a subject and a verb of its own near its beginning."""
    words = half.split()
    return len(words) >= 4 and bool(_FINITE.search(" ".join(words[1:5])))


def _second_action(text: str, match: re.Match[str]) -> bool:
    """Whether the word after the "and" stands parallel to the criterion's first verb ("Scales … and shuffles the …")."""
    word, before = match.group(1).lower(), text[: match.start()]
    return (
        word.endswith("s")
        and not word.endswith(("ss", "us", "is", "its"))
        and word not in ("its", "this", "theirs", "others", "words", "always", "less")
        and not re.search(r"\b(?:that|which|who|how|why|what|when|where|whether|if|because|as|than|where)\b", before)
    )


def _follows_as_verb(text: str, end: int) -> bool:
    """A noun may look like a verb ("tests and measures"): a verb is followed by its object."""
    return bool(
        re.match(
            r"\s+(?:that|the|a|an|it|its|them|their|what|how|why|one|at|to|which|where|when|for|with|out|why|some|each|two|three|by|on|in|of)\b",
            text[end:],
        )
    )


def _in_the_mind(text: str) -> str | None:
    match = _MIND.search(text)
    return f"“{match.group().strip()}” cannot be heard; say what the candidate would say or do." if match else None


_HEDGED = re.compile(
    r"\b(?:usually|(?<!as )(?<!less )often|tends? to|sometimes|generally|typically|mostly|rarely|partly|at best|in part|no guarantee|not (?:always|necessarily|every|all|only)"
    r"|(?:does|do|is|are)(?: not|n't) (?:always|necessarily|guarantee\w*|sufficient)|in many cases|possibly|can(?:'t| ?not) be (?:sure|certain)|without proving|the least"
    r"|at least|a good deal|can (?:still |also |even |very |easily )?(?:take|lead|help|hurt|cost|go|make|become|get|happen)|may (?:still|well|also)|one of several|among others"
    r"|whatever (?:its|their|the|that|it)\b.*\bmay|for the most part|more likely|less likely|to some extent|up to a point|in its original form|as long as)\b",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(?:always|never|every|all|nothing|only|must|cannot|can't|impossible|guarantees?|irrelevant|unnecessary|no|automatically"
    r"|completely|entirely|enough|so|just|any)\b",
    re.IGNORECASE,
)
_SUGGESTS = re.compile(
    r"^(?:so |but |and |well,? )?(?:isn't|aren't|wasn't|doesn't|don't|wouldn't|won't|couldn't|can't|could|might|would|is|isn't) it (?:not )?(?:be |perhaps |maybe |possibly )*(?:that|because|the case)\b"
    r"|^(?:would you agree|don't you think|do you agree|surely|am i right|is it (?:true|right|correct|fair to say)|you (?:do )?(?:know|agree) that)\b"
    r"|, (?:right|isn't it|don't you think|doesn't it|aren't they|don't they|wouldn't you say)\?$",
    re.IGNORECASE,
)
"""Questions that can only be said yes to."""

_DENIAL = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|nowhere|without|cannot|neither|nor|hardly|less)\b|n't\b", re.IGNORECASE
)


def hedged(belief: str) -> str | None:
    """The words that make a belief true of some cases, where nothing else makes it plainly false.

    >>> hedged("Deep networks often need more data.")
    'often'
    >>> hedged("Deep networks always win, often by far.")
    """
    match = _HEDGED.search(belief)
    return match.group() if match and not _ABSOLUTE.search(belief) else None


def suggests(line: str) -> bool:
    """Whether a question leaves only a yes to say."""
    return bool(_SUGGESTS.search(line))


def denies(text: str) -> bool:
    """Whether a text says that something is not so."""
    return bool(_DENIAL.search(text))
