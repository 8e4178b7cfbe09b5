"""What a candidate wants to be asked about, read from their own words.

"Something a senior researcher would get" is about who is asked, "more on transformers" about a subject, "a harder
coding question" about difficulty and stage. What is left when those are taken out is looked up in the index.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviewer.domain.words import Role, Seniority, Stage
from interviewer.folding import sentences


@dataclass(frozen=True)
class Wish:
    """A request, taken apart. ``harder`` is -1, 0 or 1; ``about`` is the subject in the candidate's words, or empty."""

    about: str = ""
    seniority: Seniority | None = None
    role: Role | None = None
    stages: tuple[Stage, ...] = ()
    harder: int = 0

    @property
    def empty(self) -> bool:
        return self == Wish()


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


_PERSON = r"(?: (?:engineer|scientist|researcher|candidate|person|people|role|position|level|one|developer)s?)?"
_SENIORITY = {
    Seniority.SENIOR: _words(rf"(?:senior|staff|principal|lead|experienced|expert){_PERSON}"),
    Seniority.MID: _words(rf"(?:mid|mid[- ]?level|intermediate|medium){_PERSON}"),
    Seniority.JUNIOR: _words(
        rf"(?:junior|entry[- ]level|beginner|graduate|intern|newcomer){_PERSON}s?", "for beginners"
    ),
}
_ROLE = {
    Role.AI_RESEARCHER: _words(r"(?:ai |ml |machine[- ]learning )?(?:researcher|research scientist|research role)s?"),
    Role.DATA_SCIENTIST: _words(r"(?:data scientist|data science|analyst)s?"),
    Role.ML_ENGINEER: _words(r"(?:(?:ml|machine[- ]learning) engineer|mle)s?"),
}
_STAGE = {
    Stage.CODING: _words("coding", "programming", "code", "live[- ]coding", "implementation", "leetcode", "whiteboard"),
    Stage.SYSTEM_DESIGN: _words("system[- ]design", "ml[- ]design", "architecture questions?", "design questions?"),
    Stage.BEHAVIOURAL: _words("behaviou?ral", "soft[- ]skills?", "people questions?", "star questions?"),
    Stage.THEORY: _words("theory", "theoretical", "conceptual", "concepts? questions?"),
    Stage.PROJECT_REVIEW: _words("project[- ]review", "about my projects?", "my own projects?"),
    Stage.SCREENING: _words("screening", "warm[- ]?up", "ice ?breakers?", "small talk"),
    Stage.CLOSING: _words("closing questions?", "closing"),
}
_HARDER = _words(
    "harder",
    "more (?:difficult|challenging|advanced|demanding)",
    "tougher",
    "tough",
    "hard",
    "difficult",
    "advanced",
    "challenging",
)
_EASIER = _words(
    "easier", "(?:more )?(?:basic|basics)", "simpler", "simple", "easy", "less (?:difficult|hard|demanding)", "gentle"
)

_AROUND = _words(
    r"(?:can|could|may|shall|should|would|will) (?:we|you|i)(?: please| maybe| perhaps)?(?: (?:do|have|get|try|go|talk|ask|give|discuss|practi[sc]e"
    r"|cover|look|move|switch|focus|be asked))?(?: me)?",
    r"(?:i(?:'d| would)? (?:like|love|want|prefer|wish|need)|i wanna|let(?:'s| us)|please|give me|ask me|do|try|have|get|show me|practi[sc]e)(?: to)?",
    r"(?:talk|speak|ask me|discuss|be asked|hear|see|practi[sc]e|do|go over|move on|switch|focus)(?: (?:about|on|to|over|into))?",
    r"(?:a(?!/)|an|some|any|one|another|a few|the|few|next|more|most|lots of|plenty of|only|just|mostly|mainly)",
    r"(?:something|anything|things?|stuff|questions?|topics?|ones?|part|subject|round|interview)",
    r"(?:that|which|what|who)? ?(?:a|an)? ?(?:would|could|might|will) (?:get|be asked|face|expect|hear)",
    r"(?:gets?|(?:is|are|gets) asked|faces?|expects?|hears?)(?= about| on|$|[ .?!]*$)|what a",
    r"(?:about|on|around|regarding|concerning|related to|to do with|with|from|for|of|in|into|at|to)",
    r"(?:instead|next|now|please|thanks|thank you|if possible|bit|little|really|rather|also|too|me|us|we|i|it|is|are|be|and|or|but)",
)  # fmt: skip


_ASKS = _words(
    r"(?:can|could|may|shall|would|will) (?:we|you|i)",
    "ask me",
    "give me",
    "more on",
    "more about",
    "i'd like",
    "i want",
    "i would like",
    "something",
    "instead",
    "let's",
)


def _asking(text: str) -> str:
    """Of several sentences the last one that asks for something; else all of them."""
    asking = [sentence for sentence in sentences(text) if _ASKS.search(sentence)]
    return asking[-1] if asking else text


def read_wish(text: str) -> Wish:
    """Takes a request apart.

    >>> read_wish("more on transformers, please")
    Wish(about='transformers', seniority=None, role=None, stages=(), harder=0)
    >>> read_wish("something a senior researcher would get")
    Wish(about='', seniority=<Seniority.SENIOR: 'senior'>, role=<Role.AI_RESEARCHER: 'ai_researcher'>, stages=(), harder=0)
    >>> read_wish("Could you give me a harder coding question?").harder
    1
    """
    rest = _asking(" ".join(text.replace("’", "'").split()))
    roles = [role for role, pattern in _ROLE.items() if pattern.search(rest)]
    ranks = [seniority for seniority, pattern in _SENIORITY.items() if pattern.search(rest)]
    stages = tuple(stage for stage, pattern in _STAGE.items() if pattern.search(rest))
    harder = bool(_HARDER.search(rest)) - bool(_EASIER.search(rest))
    for pattern in (*_ROLE.values(), *_SENIORITY.values(), *_STAGE.values(), _HARDER, _EASIER):
        rest = pattern.sub(" ", rest)
    core = _AROUND.sub(" ", rest)
    about = " ".join(re.sub(r"[^\w+#'/&.-]+", " ", core).split()).strip(" .-'/")
    return Wish(
        about=about if any(len(word) > 1 for word in about.split()) else "",
        seniority=ranks[0] if ranks else None,
        role=roles[0] if roles else None,
        stages=stages,
        harder=harder,
    )
