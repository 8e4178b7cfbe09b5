"""What a candidate's turn is meant to do, read from how it is said.

An answer may contain the words of any command ("I'd stop early", "pass the data through"), so a turn is cut at its
punctuation and a command must be a whole part of it, courtesies aside. A plain command ("stop", "I don't know") is
believed only when nothing else is said; one that names its object ("skip this question") also beside something else.

Nothing here is quadratic in the length of a turn: long ones are answers before any pattern is tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from interviewer.domain.words import Intent
from interviewer.folding import sentences
from interviewer.models.offline.instructions import instructs
from interviewer.models.offline.text import FILLERS, all_words, straight

SHORT = 14
"""Words; a longer turn than this is no command, and one of more than twice as many no question."""

LONGEST = 600
"""Characters; a longer turn is an answer, whatever its words are."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_CUT = re.compile(r"[.!?;,…\n]+|\s[-–—]+\s|:\s|\b(?:and|but|so|because)\s", re.IGNORECASE)
_BEFORE = re.compile(
    r"\W*(?:(?:okay|ok|so|well|sorry|hey|hi|hello|please|pls|thanks|thank you|actually|honestly|frankly|um+|uh+|er+m*|hm+"
    r"|oh|ah|sure|yeah|yes|yep|no(?! (?:idea|clue|answer))|and|but|just|then|right|alright|all right|maybe|i think|i guess|i'm afraid|i am afraid"
    r"|to be honest|unfortunately|excuse me)\b\W*)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\W*\b(?:please|pls|thanks|thank you|sorry|here|now|right now|there|then|today|for today|for now|for the moment"
    r"|at this point|if possible|really|actually|honestly|to be honest|i think|i guess|i'm afraid|i am afraid|though"
    r"|if that's ok|if you don't mind)\W*\Z",
    re.IGNORECASE,
)

_WE = (
    r"(?:(?:let's|let us|let me|can we|could we|may we|shall we|should we|can i|could i|may i|can you|could you|would you"
    r"|we can|we could|we should|we have to|i can|i should|i'll|i will|i wanna|i'd rather|i would rather|i need to"
    r"|i have to|i must|i've got to|i(?:'d| would) (?:like|love|prefer) to|i want to|i wish to|i want us to"
    r"|is it ok(?:ay)? (?:if we|to)|do you mind if we) )?(?:please |just |quickly )*"
)
_INTERVIEW = r"(?: (?:the|this|our|with the|with this))?(?: (?:interview|session|conversation|call))"
_QUESTION = r"(?: (?:(?:the|this|that|your|current) )?(?:question|one)| this| that| it)"
_BREAK = r"(?:short |quick |little |brief |five[- ]minute )?(?:break|pause|breather)"
_SPAN = r"(?:a|one|two|five|ten|\d+|a few|a couple of) (?:moment|minute|second|sec|min|bit)s?"
_WHILE = rf"(?: (?:for |of )?{_SPAN})"
_SOME = r"(?:(?:a|an|another|one|one more|some|any|the|a few|me a|me another|me some|me one) )?(?:small |little |quick |tiny )?"
_CLUE = r"(?:hints?|clues?|tips?|nudge|pointers?)"

_PLAIN: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (
        Intent.STOP,
        _any(
            rf"(?!(?:let me|can i|could i|may i) (?:just |please )*finish){_WE}"
            r"(?:stop|end|finish|quit|abort|terminate|wrap up|leave|be done)(?: this| that)?"
            rf"(?:{_INTERVIEW}| it(?: all)?| things)?(?: up)?",
            r"i(?:'ve got| have| need|'ll have) to go",
            rf"{_WE}call it a day|exit|(?:good)?bye|enough",
            rf"(?:i'm|i am|we're|we are) (?:done|finished)(?:{_INTERVIEW})?",
            r"that(?:'s| is) (?:it|enough|all)(?: for (?:today|me|now))?",
        ),
    ),
    (
        Intent.SKIP,
        _any(
            rf"{_WE}skip(?:{_QUESTION})?",
            rf"(?:i )?{_WE}pass(?: on)?(?:{_QUESTION})?",
            rf"{_WE}(?:(?:move|go|carry) on(?: to)?|go to|take|have|get|jump to)? ?(?:the |to the )?next(?: (?:one|question))?",
            rf"{_WE}(?:maybe |perhaps )?move on(?: from{_QUESTION})?",
            r"(?:come|go|get) back to (?:this|that|it)(?: one| question)?(?: (?:later|again|at the end|in the end|afterwards))*",
            rf"{_WE}leave(?: (?:this|that|the)(?: one| question)?| it)(?: out)?",
            rf"{_WE}(?:ask me )?(?:something else|another question|a different question|(?:ask )?the next question)",
        ),
    ),
    (
        Intent.PAUSE,
        _any(
            rf"{_WE}pause(?:{_INTERVIEW}| it)?(?:{_WHILE})?",
            rf"{_WE}(?:(?:have|take|need|do|make) )?a {_BREAK}(?:{_WHILE})?",
            rf"(?:i|we)(?: really)? need a {_BREAK}(?:{_WHILE})?",
            rf"(?:i need|give me|wait|just)(?: just)? {_SPAN}(?: (?:off|break))?|(?:a|one) (?:moment|second|sec)",
            rf"{_WE}(?:take|have|give me){_WHILE}|{_WE}take five|pausing",
            rf"{_WE}(?:hold on|hang on|be right back)(?:{_WHILE})?|brb|break",
        ),
    ),
    (
        Intent.HINT,
        _any(
            rf"{_SOME}{_CLUE}",
            rf"{_WE}(?:give|have|get|use|drop|offer|need|take|ask for) {_SOME}{_CLUE}(?: (?:for|on|about){_QUESTION})?",
            rf"i (?:need|want|could use|could do with|(?:would |'d )?(?:like|love|take|appreciate)) {_SOME}{_CLUE}",
            rf"i'd (?:like|love|take|appreciate) {_SOME}{_CLUE}|{_SOME}{_CLUE} (?:would|could|might) help(?: me)?",
            rf"(?:do you have|have you got|is there) {_SOME}{_CLUE}(?: for (?:me|this|us))?",
            rf"{_WE}help(?: (?:me|us))?(?: out)?(?: (?:a bit|a little|with{_QUESTION}))?|some help|i need(?: some)? help",
            rf"{_WE}(?:nudge|point|push) me(?: (?:in|to|towards?) .{{1,30}})?",
            r"where (?:should|do|could|would) (?:i|one) (?:start|begin)",
        ),
    ),
    (
        Intent.REPHRASE,
        _any(
            rf"{_WE}(?:say|put|ask|phrase|word|explain|repeat)(?:{_QUESTION})? (?:differently|again|(?:in )?another way|(?:in|with|using)"
            r" (?:other|different|simpler|plain|easier) (?:words|terms)|more simply|more clearly|more slowly|once more|one more time)",
            rf"{_WE}(?:rephrase|reword|reformulate|repeat|restate|paraphrase)(?:{_QUESTION})?(?: for me)?(?: again)?",
            rf"i (?:don't|do not|didn't|did not|can't|couldn't) (?:quite |really |fully |completely )?(?:understand|get|follow|catch|hear)"
            rf"(?:{_QUESTION}| you| what you(?:'re| are) asking| what you mean)?",
            r"(?:what|how) do you mean(?: by (?:that|this))?|how is that meant|come again|pardon(?: me)?|say (?:that )?again",
            r"(?:what(?:'s| was| is| were))(?: the| your)? question(?: again)?|what does (?:the|this|that|your) question mean|what",
            rf"{_WE}(?:explain|clarify)(?: the| this| that| your) question(?: to me)?|i'm not (?:following|with you)(?:{_QUESTION}| you)?",
            r"(?:in|with) (?:other|different|simpler|plain) words",
            r"i(?:'m| am) not (?:(?:really |quite |fully )?(?:understand\w*|get(?:ting)?|catch(?:ing)?))(?: .{0,40})?",
            rf"{_WE}explain (?:to )?me(?: the| this| that| your) question|{_WE}(?:speak|talk|say it) (?:more )?(?:slower|slowly)",
            r"i (?:don't|do not|didn't|did not) (?:understand|get) .{0,20}question",
        ),
    ),
    (
        Intent.DONT_KNOW,
        _any(
            r"(?:i )?(?:really |just |honestly |simply |still )*(?:don't|do not|dont|wouldn't|didn't)(?: really| actually| even)? "
            r"(?:know|remember|recall|have (?:a|any|an) (?:clue|idea|answer))(?: .{0,80})?",
            r"(?:i've |i have |i )?(?:really |honestly |absolutely )*(?:got )?(?:no|not a|not the slightest|zero) (?:idea|clue|answer)"
            r"(?: (?:about|what|how|why|of|on) .{0,60})?",
            r"(?:i'm |i am )?(?:really |just |honestly )*not (?:really |so |too |very |quite |entirely )?(?:sure|certain)"
            r"(?: (?:about|how|what|why|where|which) .{0,60}| at all| either)?",
            r"(?:i'm |i am )?(?:completely |totally |a bit )?(?:lost|stuck|blank|blanking|drawing a blank|stumped)"
            r"(?: (?:on|with|at) .{1,30})?",
            r"(?:i'm |i am )not (?:so |too |very |really )?familiar with .{1,40}|i haven't (?:a clue|an idea|heard .{1,40})|no answer",
            r"i don't think i (?:know|can answer|remember)(?: .{0,60})?|i(?:'d| would) have to look (?:that|it|this) up|i(?:'m| am) clueless",
            r"i really can't say",
            r"nope|nah|not really|nothing (?:else|more)|that(?:'s| is) all i (?:know|have|remember|can say)(?: .{0,30})?",
            r"i(?:'ve| have) (?:no|little|not much) (?:experience|knowledge)(?: .{0,40})?",
            r"dunno|idk|beats me|i (?:give|gave) up|forgot|i (?:forgot|forget)(?: .{0,30})?|i(?:'ve| have) forgotten(?: .{0,30})?",
            r"my mind (?:is|went|has gone|just went)(?: completely)? blank|nothing comes to mind",
            r"i (?:can't|cannot|couldn't|could not) (?:(?:answer|remember|recall|tell you|think of)(?: .{0,40})?|say(?: (?:much|more|anything|for sure|that|it)(?: (?:about|on|more|here|for) .{0,40})?)?)",
            r"(?:i(?:'ve| have)? )?never (?:heard|learned|learnt|studied|come across|came across)(?: .{0,60})?",
            r"i(?:'ve| have) never (?:used|seen|worked with|done) (?:it|that|this|them|these|those|one)(?: .{0,20})?",
        ),
    ),
    (
        Intent.THINKING,
        _any(
            r"(?:let me|lemme|i'm|i am|i need to|i have to)(?: just)? (?:think|see|thinking)(?: .{0,30})?|(?:hm+|interesting|good question)",
            r"(?:good|great|nice|interesting|tough|hard) (?:one|question)|got it|i see|understood",
            r"(?:nice|good|glad|pleased) to (?:meet|see|be here)(?: .{0,20})?|good (?:morning|afternoon|evening|day)|how are you",
        ),
    ),
)
"""Whole parts of a turn, the intent that counts first where there are several."""

_EXPLICIT: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (Intent.STOP, _any(rf"{_WE}(?:stop|end|quit|finish|terminate|abort|leave){_INTERVIEW}.{{0,40}}")),
    (
        Intent.SKIP,
        _any(rf"{_WE}(?:skip|pass on)(?: (?:this|that|the))? (?:question|one).{{0,40}}", r"next question.{0,20}"),
    ),
    (
        Intent.PAUSE,
        _any(
            rf"{_WE}(?:pause|interrupt){_INTERVIEW}.{{0,40}}", rf"{_WE}(?:take|have|need) a {_BREAK}(?! point).{{0,40}}"
        ),
    ),
    (Intent.PAUSE, _any(rf"i need a {_BREAK}.{{0,40}}")),
    (
        Intent.HINT,
        _any(
            rf"(?:can|could|may) i (?:please )?(?:have|get) {_SOME}{_CLUE}.{{0,40}}",
            rf"(?:(?:can|could|would) you )?(?:please )?give {_SOME}{_CLUE}.{{0,30}}",
            rf"{_WE}give me (?:some |a bit of |a little )?help.{{0,20}}",
        ),
    ),
    (
        Intent.REPHRASE,
        _any(rf"{_WE}(?:rephrase|reword|reformulate|repeat|restate) (?:the|this|that|your) question.{{0,40}}"),
    ),
)

_SECRET = (
    r"(?:rubric|grading(?: criteria| scheme| rules?)?|marking scheme|criteria for grading|scoring criteria|(?:sample|model|reference"
    r"|expected|right|correct|best|ideal|perfect) answer|answer|solution|system prompt|prompt|instructions|reference)s?"
)
_OWN = r"(?:score|grade|band|mark|result|rating|verdict)s?"
_META = _any(
    rf"(?:{_WE})?(?:what(?:'s| is| are| was| would be)|show(?: me| us)?|tell(?: me| us)?|give(?: me| us)?|reveal|print|share|see|read"
    rf"|output|leak|know|display)(?: again)? (?:the|your|my|this|that)(?: \w+)? {_SECRET}(?: (?:for|to|of|of yours|so far)\b.{{0,40}})?",
    rf"(?:{_WE})?(?:what(?:'s| is| are| was| would be)|show me|tell me|give me|see|know) my(?: current| final)? {_OWN}(?: .{{0,30}})?",
    r"what (?:are|is) the (?:grading |scoring )?criteri(?:a|on)|tell me what you want to hear",
    r"what (?:are|were) you looking for(?: .{0,40})?|what do you (?:want|like|expect) (?:to hear|me to say)(?: .{0,20})?",
    r"how (?:am i|did i|are you|do you|will i|will you) (?:be(?:ing)? )?(?:doing|do|scor\w+|grad\w+|mark\w+|rat\w+)(?: .{0,30})?",
    r"(?:are you|you are|you're) (?:now )?(?:really |actually |just )?(?:an? )?(?:ai|bot|chat ?bot|chat ?gpt|gpt|llm|robot|machine"
    r"|language model|computer|real person|human|person)(?: or .{1,30})?",
    r"(?:do|did) i (?:pass|get (?:it|that) right)|(?:is|was) (?:that|this|it) (?:right|correct|enough|ok|okay)",
)

_KIND = (
    r"(?:(?:harder|easier|tougher|simpler|more (?:difficult|advanced|challenging|basic)|different|coding|programming|system[- ]design|design"
    r"|behaviou?ral|theory|theoretical|practical|senior|junior|basic|advanced) ?)+"
)
_REQUEST = _any(
    # a question of some kind, or about something
    rf"(?:{_WE})?(?:ask me|give me|have|get|do|try|take|see|be asked)(?: me)?(?: (?:a|an|some|any|one|two|another|more|few|the next|something|anything))*(?: (?:more|next))?"
    rf" (?:{_KIND})(?:questions?|ones?|problems?|tasks?|stuff)?(?: (?:about|on|around|regarding|from|next|instead|now)\b.{{0,60}})?",
    rf"(?:{_WE})?(?:ask me|give me|have|get|do|try|be asked|discuss|see)(?: (?:a|an|some|any|one|another|more|few|something|anything|things|else|the next))+"
    r"(?: (?:questions?|ones?|problems?|tasks?|topics?))? (?:about|on|around|regarding|related to|to do with)\b.{2,80}",
    r"(?:can|could|may|shall|would|will) (?:we|you|i) (?:please |maybe |perhaps |also )*(?:talk|speak|ask|discuss|cover|practi[sc]e|do|go over|move (?:on )?to"
    r"|switch to|focus on|go deeper (?:into|on))(?: me)?(?: (?:something|anything|more|a bit|questions?))*(?: (?:about|on|around|regarding))? .{2,60}"
    r"(?: (?:instead|next|now|please))",
    r"(?:can|could|may|shall|would|will) (?:we|you) (?:please |maybe |perhaps |also )*(?:talk|speak|ask me|switch|move on|move) (?:more |something |questions? )?(?:about|on|to)"
    r" (?!the next|this|that|it\b|and\b).{2,60}",
    r"ask me (?:something |questions? |more )?(?:about|on) .{2,80}",
    r"(?:i(?:'d| would)? (?:like|love|prefer|want|rather have)|i wanna)(?: to (?:have|get|see|do|practi[sc]e|be asked))?(?: (?:a|an|some|one|another|more|something|anything|questions?))*"
    rf" (?:{_KIND})(?:questions?|ones?|problems?|tasks?)?(?: (?:about|on|from|next|instead|now|please)\b.{{0,60}})?",
    r"(?:i(?:'d| would)? (?:like|love|prefer|want|rather have)|i wanna)(?: to (?:have|get|see|do|be asked|practi[sc]e))?(?: (?:a|an|some|one|another|more|something))*"
    r" (?:questions?|something|more|to be asked)(?: (?:about|on|around|regarding))\b.{2,60}",
    r"(?:i(?:'d| would)? (?:like|love|prefer|want|rather)|let's|let us)(?: to)? (?:talk|speak|practi[sc]e|do|move|switch)(?: (?:about|on|to))? .{2,60} (?:instead|next)",
    r"(?:something|a question|questions|one) (?:that )?(?:a |an )?(?:senior|junior|researcher|data scientist|engineer)\b.{0,60}",
    rf"(?:something|anything) (?:{_KIND})(?: next| instead| now)?",
    rf"(?:(?:a|an|another|one|some|more) )?(?:{_KIND})(?:questions?|ones?|problems?|tasks?)(?: next| instead| now)?",
    r"(?:some |a few )?more (?:questions? )?(?:on|about) .{2,60}",
    r"(?:something|anything|a question|questions) (?:about|on) .{2,60}",
)
"""A wish to be asked something else; seen in a whole short turn only, because answers talk about subjects too."""

_YES = _any(
    r"(?:y|yes|yep|yeah|yup|aye|sure|ok|okay|right|correct|exactly|definitely|absolutely|certainly|of course|indeed|affirmative)"
    r"(?: (?:yes|yeah|i do|i am|i'm sure|please|thanks|thank you|sure|let's|absolutely|of course|end it|stop it|stop|end|finish(?: it)?))*",
    r"i do|i am|i'm sure|i am sure|i want (?:to|that)|i did|do it|do that|please do|please|that's (?:right|correct|what i (?:want|mean|meant))",
    r"thanks|thank you|go ahead|confirm(?:ed)?|i confirm(?: that| it)?",
)
_NO = _any(
    r"(?:n|no|nope|nah|not|not (?:yet|now|really|at all))(?: .{0,60})?",
    rf"{_WE}(?:go on|continue|keep going|carry on|go ahead with .{{1,30}}|resume|proceed|stay)(?: .{{0,40}})?",
    r"(?:i )?(?:don't|do not|didn't|did not)(?: (?:want|mean|stop|end|wish|do).{0,40})?|i changed my mind|never ?mind|wait|cancel(?: that)?",
)
_ASKS = _any(
    r".*\?\W*",
    r"(?:do you (?:mean|want)|should i|shall i|may i|can i (?:assume|pick|choose|use|take)|am i (?:allowed|right to)"
    r"|(?:is|are) (?:it|this|that|we|they) (?:about|for|ok)\b|(?:which|what) (?:kind|sort|type|one|of)\b(?=.*\b(?:do|should|shall|would|can|could|is|are|does) (?:you|i|we|it|they|this|that)\b)"
    r"|what exactly do you mean|by .{1,40} do you mean"
    r"|how (?:long|technical|deep|detailed|much detail) (?:should|do|can)).*",
)
_OPENS_QUESTION = re.compile(
    r"\W*(?:(?:so|and|but|or|well|then|okay|ok|um+|uh+|wait|sorry)\W+)*(?:am|is|are|was|were|do|does|did|can|could|would|should"
    r"|will|shall|may|might|has|have|had|isn't|aren't|don't|doesn't|what|why|how|which|when|where|who|whose)\b",
    re.IGNORECASE,
)
_GUESSES = re.compile(
    r"\W*(?:(?:um+|uh+|hm+|well|so|i don't know|i'm not sure|not sure)\W+)*(?:maybe|perhaps|probably|i think|i guess|i'd (?:say|guess))\b",
    re.IGNORECASE,
)


_POLITE = re.compile(
    r"\W*(?:please|(?:so|but|and|then),? )?(?:can|could|may|shall|would|will|let's|let us|i'd like|i would like|ask me|give me)\b",
    re.IGNORECASE,
)
"""How a sentence begins that asks the interviewer for something."""


def asks(text: str) -> bool:
    """Whether a sentence is put as a question from its beginning, rather than said and then doubted."""
    return text.endswith("?") and bool(_OPENS_QUESTION.match(straight(text)))


def admits_ignorance(text: str) -> bool:
    """Whether a stretch of an answer says no more than that its speaker does not know."""
    if len(text) > LONGEST or len(all_words(text)) > SHORT:
        return False
    return _command(_parts(_tidy(text))) is Intent.DONT_KNOW


def read_intent(text: str, *, confirming: bool = False) -> Intent:
    """The intent of a turn by its wording alone; off-topic needs the question and is judged elsewhere."""
    if len(text) > 20 * LONGEST:
        return Intent.ANSWER
    said = _tidy(text)
    last = _last_word(said)
    if last is not None and not confirming:
        return last
    count = len(all_words(said))
    if len(said) > LONGEST or count > 3 * SHORT:
        return Intent.ANSWER
    if instructs(said):
        return Intent.META
    if count > 2 * SHORT:
        return Intent.ANSWER
    parts = _parts(said)
    if count <= SHORT:
        if confirming:  # a filler such as "yeah" is an answer here
            parts = _parts(re.sub(r"\s+", " ", straight(text)).strip())
        if confirming and parts:
            if _NO.fullmatch(_bare(next((p for p in parts if _bare(p, keep="no")), ""), keep="no")):
                return Intent.DENY
            if all(_YES.fullmatch(part.strip()) or _command([part]) is Intent.STOP for part in parts):
                return Intent.CONFIRM
        command = _command(parts)
        if command is not None:
            return command
    if any(_META.fullmatch(_bare(part)) for part in parts):
        return Intent.META
    if _REQUEST.fullmatch(_bare(said)):
        return Intent.REQUEST
    if _ASKS.fullmatch(said) and not _GUESSES.match(said):
        return Intent.CLARIFICATION
    return Intent.ANSWER


def _last_word(said: str) -> Intent | None:
    """What a longer turn ends by asking for, in a sentence of its own: another subject, other words, a hint, to skip."""
    if len(said) > 20 * LONGEST:
        return None
    *before, end = [one for one in sentences(said) if all_words(one)] or [""]
    if not before or len(all_words(end)) > SHORT or not _POLITE.match(end) or instructs(said):
        return None
    if _REQUEST.fullmatch(_bare(end)):
        return Intent.REQUEST
    command = _command(_parts(end))
    return command if command in (Intent.SKIP, Intent.REPHRASE, Intent.HINT) else None


def _tidy(text: str) -> str:
    """Without fillers, and no mark of punctuation more than once in a row."""
    said = re.sub(r"\s+", " ", FILLERS.sub(" ", straight(text)))
    return re.sub(r"([^\w\s])(?:\s?\1)+", r"\1", said).strip()


def _parts(said: str) -> list[str]:
    return [part for part in _CUT.split(said) if part and all_words(part)]


def _command(parts: Iterable[str]) -> Intent | None:
    """The command that the parts of a turn give: all of them together, or one of them beyond doubt."""
    cores = [core for core in map(_bare, parts) if core]
    for intent, pattern in _EXPLICIT:
        if any(pattern.fullmatch(core) for core in cores):
            return intent
    heard = [next((intent for intent, pattern in _PLAIN if pattern.fullmatch(core)), None) for core in cores]
    if not heard or None in heard:
        return None
    return next(intent for intent, _ in _PLAIN if intent in heard)


def _bare(part: str, keep: str = "") -> str:
    """A part without the courtesies around it."""
    part = part.strip()
    while (match := _BEFORE.match(part)) and match.end() and match[0].strip().lower() != keep:
        part = part[match.end() :]
    while match := _AFTER.search(part):
        part = part[: match.start()]
    return part.strip(" \"'()[]*-–—:")
