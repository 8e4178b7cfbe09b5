"""What a candidate's turn is meant to do, read from how it is said.

An answer may contain any of these phrases ("I'd stop early"), so all but the plainest are believed only in a
short turn, or when they stand at its beginning or end.
"""

from __future__ import annotations

import re

from interviewer.domain.words import Intent
from interviewer.models.offline.text import FILLERS, all_words

SHORT = 14
"""Words; a longer turn than this is an answer unless it says otherwise very plainly."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_POLITE = r"(?:(?:ok(?:ay)?|so|well|sorry|hey|hi|please|thanks|thank you|actually|honestly|um+|uh+|hmm+|oh|yeah|yes|no|and|but|i think|i guess)[\s,.!…]*)*"

_STOP = _any(
    rf"^{_POLITE}(?:let'?s|can we|could we|may we|i(?:'d| would)? (?:want|like|need|have|wish) to|i wanna|i'll|shall we|please|we (?:can|could|should))?\s*(?:just )?"
    r"(?:stop|end|finish|quit|abort|terminate|wrap up|leave|call it a day|be done)(?: (?:the|this|our))?(?: (?:interview|session|it|things?))?"
    r"(?: (?:here|now|there|please|today|up|for today|at this point))*[\s.!]*(?:please)?[\s.!?]*$",
    r"^\W*(?:i'?m|i am) (?:done|finished)(?: (?:with )?(?:the|this) interview| for today| here| now)[\s.!]*$",
    r"^\W*(?:that'?s (?:it|enough|all) for (?:today|now|me))[\s.!]*$",
    r"\b(?:stop|end|quit|terminate) (?:the|this) interview\b",
)
_PAUSE = _any(
    rf"^{_POLITE}(?:can|could|may|shall|let'?s|let us|i(?:'d| would) like to|i need to|i have to|please)?\s*(?:we|i|you)?\s*(?:just |quickly |have to |need to |take )?"
    r"(?:pause|(?:a )?(?:short |quick |little )?break|hold on|(?:brb|be right back))(?: (?:the interview|here|now|please|for .{1,30}|a (?:moment|minute|second|bit)))*[\s.!?]*$",
    r"^\W*(?:i need|give me|let me take|i(?:'d| would) like) (?:a|an?other)? ?(?:short |quick )?(?:break|pause|few minutes|five minutes|minute (?:off|break))\b[^.]{0,40}$",
)
_SKIP = _any(
    rf"^{_POLITE}(?:can|could|may|shall|let'?s|i(?:'d| would) (?:like|rather|prefer) to|i want to|please)?\s*(?:we|i|you)?\s*(?:just |please )?"
    r"(?:skip|pass|move on|go on to the next|next question|go to the next|leave (?:this|that) (?:one )?out)"
    r"(?: (?:this|that|it|the question|to the next(?: (?:one|question))?|on this(?: one)?|question|one|please|for now|here))*[\s.!?]*(?:please)?[\s.!?]*$",
)
_HINT = _any(
    r"\b(?:give|have|get|use|need|want|like|offer|drop) (?:me |us )?(?:a|an?other|some|one|any|the)? ?(?:small |little |quick )?(?:hints?|clues?|tips?|nudge|pointers?)\b",
    rf"^{_POLITE}(?:hint|a hint|clue|help|help me(?: out)?|any hints?|some help)[\s.!?]*(?:please)?[\s.!?]*$",
    r"\b(?:can|could|would) you (?:please )?(?:help me|nudge me|point me|push me)\b",
    r"\bwhere (?:should|do|could) i (?:start|begin)\b",
)
_REPHRASE = _any(
    r"\b(?:say|put|ask|phrase|word|explain) (?:it|that|this|the question) (?:differently|again|another way|in (?:other|different|simpler|plain) words|in another way|more simply|once more)\b",
    r"\b(?:rephrase|reword|reformulate|repeat)\b(?: (?:it|that|this|the question|please))*[\s.!?]*$",
    r"\b(?:i (?:don'?t|do not|didn'?t|did not) (?:quite |really |fully )?(?:understand|get|follow|catch)) (?:the|your|this|that)(?: question)?\b",
    rf"^{_POLITE}(?:what do you mean|come again|pardon|what was the question|i don'?t understand)[\s.!?]*$",
    r"\bin (?:other|different|simpler) words,? please\b",
)
_DONT_KNOW = _any(
    rf"^{_POLITE}(?:i )?(?:really |just |honestly )*(?:don'?t|do not|dont|dunno|wouldn'?t)(?: really| actually| even)? ?(?:know|have (?:a|any) (?:clue|idea)|remember|recall)\b",
    rf"^{_POLITE}(?:i'?ve |i have |i am |i'?m )?(?:got )?(?:no|not a|zero) (?:idea|clue)\b",
    rf"^{_POLITE}(?:dunno|idk|not sure|no clue|i'?m (?:not sure|lost|stuck|blank(?:ing)?)|i am (?:not sure|lost|stuck)|my mind (?:is|went|has gone) blank|i can'?t (?:answer|remember|recall|say)|i couldn'?t (?:say|tell you)|i have never (?:heard|seen|used)|i'?ve never (?:heard|seen|used)|never heard|beats me|i forgot|i'?ve forgotten|nothing comes to mind|i give up)\b",
)
_META = _any(
    r"\b(?:what(?:'s| is| are)|show|tell|give|reveal|print|share|see|read|repeat|output|leak)\b.{0,30}\b(?:rubric|grading|criteria|marking scheme|sample answer|model answer|reference|expected answer|right answer|correct answer|best answer|the answer|system prompt|your (?:prompt|instructions?|rules)|scores?|my (?:grade|score|band)|what to look for)\b",
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:instructions?|prompts?|rules?|rubrics?|previous|above|everything)\b",
    r"\b(?:full|maximum|perfect|top|highest|max) (?:marks?|score|points|grade|band)\b",
    r"\b(?:give|grant|award|grade|score|mark|rate) (?:me|this|my answer|this answer|it|the candidate)\b.{0,25}\b(?:\d+|ten|five|high|highly|full|excellent|met|pass|generous\w*)\b",
    r"\b(?:are you|you are) (?:now )?(?:an? )?(?:ai|bot|chat ?gpt|gpt|llm|robot|machine|language model|real person|human)\b",
    r"^\s*(?:\[?(?:system|assistant|interviewer|developer)\]?\s*[:>])",
    r"\bas (?:an?|the) (?:ai|language model|grader|interviewer)\b",
    r"\b(?:how (?:am i|did i|are you) (?:doing|do|scor\w+|grad\w+))\b",
    r"\b(?:mark|set|consider|treat) (?:all|every|each)\b.{0,20}\bcriteri",
)
_YES = _any(
    rf"^{_POLITE}(?:yes|yep|yeah|yup|sure|i do|i am|i'?m sure|correct|right|definitely|absolutely|ok(?:ay)?|of course|please(?: do)?|exactly|end it|stop|end)\b[^?]{{0,40}}$"
)
_NO = _any(
    r"^\W*(?:(?:oh|sorry|um+|well|actually)[\s,.]*)*(?:no|nope|nah|not (?:yet|now|really)|let'?s (?:go on|continue|keep going|carry on)|go on|continue|keep going|carry on|don'?t|i(?:'d| would) (?:like|rather|prefer) to (?:continue|go on|keep going|carry on)|i changed my mind|never ?mind)\b[^?]{0,60}$"
)
_ASKS = _any(
    r"\?\s*$",
    r"^\W*(?:do you (?:mean|want)|should i|shall i|may i|can i (?:assume|pick|choose|use|take)|am i (?:allowed|right to)|is (?:it|this|that) (?:about|for|ok)|are we|which|what kind|what sort|what exactly do you mean|by .{1,40} do you mean)\b",
)
_INSTRUCTS = _any(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|rules?|rubrics?|previous|above|everything)\b",
    r"\b(?:full|maximum|perfect|top|highest|max) (?:marks?|score|points|grade|band)\b",
    r"\b(?:give|grant|award|grade|score|mark|rate) (?:me|this|my answer|this answer|it|the candidate)\b.{0,25}\b(?:\d+|ten|five|high|highly|full|excellent|met|pass|generous\w*)\b",
    r"^\s*(?:\[?(?:system|assistant|interviewer|developer)\]?\s*[:>])",
    r"\b(?:mark|set|consider|treat) (?:all|every|each)\b.{0,20}\bcriteri",
    r"\b(?:grader|evaluator|grading (?:system|model|script)|examiner)\b.{0,40}\b(?:must|should|please|note|has to|assign|award|credit)\b",
    r"\ball (?:the )?criteria (?:are|were|have been) (?:met|fulfilled|satisfied)\b",
)


def instructs(text: str) -> bool:
    """Whether a stretch of an answer talks to the grader rather than about the question."""
    return bool(_INSTRUCTS.search(text))


def read_intent(text: str, *, confirming: bool = False) -> Intent:
    """The intent of a turn by its wording alone; off-topic needs the question and is judged elsewhere."""
    said = FILLERS.sub(" ", text.replace("’", "'"))
    said = re.sub(r"\s+", " ", said).strip()
    count = len(all_words(said))
    if confirming:
        if _NO.search(said) and count <= SHORT:
            return Intent.DENY
        if (_YES.search(said) or _STOP.search(said)) and count <= SHORT:
            return Intent.CONFIRM
    if instructs(said) and count <= 3 * SHORT:
        return Intent.META
    if count > 2 * SHORT:
        return Intent.ANSWER
    if count <= SHORT:
        for intent, pattern in (
            (Intent.STOP, _STOP),
            (Intent.PAUSE, _PAUSE),
            (Intent.SKIP, _SKIP),
            (Intent.META, _META),
            (Intent.HINT, _HINT),
            (Intent.REPHRASE, _REPHRASE),
        ):
            if pattern.search(said):
                return intent
        if _DONT_KNOW.search(said) and not re.search(
            r"\bbut\b|\bmaybe\b|\bprobably\b|\bi(?:'d| would) (?:guess|say|try)\b", said
        ):
            return Intent.DONT_KNOW
    if _META.search(said) and said.rstrip().endswith("?"):
        return Intent.META
    if _ASKS.search(said):
        return Intent.CLARIFICATION
    return Intent.ANSWER
