"""Telling instructions to the grader from answers.

No list of wordings is complete. It only has to catch the plain ones: an instruction that slips through is read as an
answer, states nothing that any criterion looks for, and earns nothing.
"""

from __future__ import annotations

import re
import unicodedata

from interviewer.models.offline.text import straight


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_MARKS = r"(?:full|maximum|perfect|top|highest|max|best) (?:possible )?(?:marks?|scores?|points|credits?|grades?|bands?|rating)"
_ANSWER = (
    r"(?:me|us|(?:this|my|the above|the following|the present)(?: \w+)? (?:answer|response|submission|reply|text|transcript)"
    r"|this|(?:the|this) candidate|everything)"
)

_INSTRUCTS = _any(
    # away with what was said before
    r"\b(?:ignore|disregard|forget|override|bypass)\b(?: \w+){0,4} (?:instructions?|prompts?|rubrics?|guidelines?)\b",
    r"\b(?:ignore|disregard|forget|override|bypass) (?:all |any |each |every )?(?:of )?(?:your|these|the (?:previous|above|given)|previous|prior)"
    r" (?:rules?|criteria|orders?)\b",
    r"\b(?:ignore|disregard|forget) (?:everything|all)(?: (?:that|this|i|you|was|were|is|are|have|been|written|stands))* (?:above|before|told|said)\s*(?:\Z|[.,;!:]| and\b)",
    r"\b(?:new|updated|revised) (?:instructions?|rules?|rubric)\s*:|\byou are now (?:an? |in |the )|\bfrom now on,? you\b",
    # marks for this answer
    rf"\b(?:give|grant|award|assign|grade|score|mark|rate|credit|accept|count|treat|consider) {_ANSWER} (?:\w+ ){{0,4}}?(?:{_MARKS}"
    r"|(?:met|correct|excellent|perfect|passed|fulfilled|high\w*|generous\w*|favou?rabl\w*|lenient\w*)\b"
    r"|\d+ ?(?:/|out of|of|points|marks|%)|(?:five|ten) (?:out of|points|marks)|\d+\s*\Z|\d+[.,!])",
    rf"\b{_ANSWER} (?:\w+ ){{0,4}}?(?:deserves?|must|should|is to|has to|shall|receives?|gets?|earns?|(?:to )?be (?:awarded|given|graded))"
    rf"(?: \w+){{0,4}} {_MARKS}",
    rf"\b(?:assign|award|grant|i (?:want|need|deserve)|give)(?: (?:a|the|me))* {_MARKS}(?: (?:to|for) {_ANSWER})?\s*(?:\Z|[.,;!])",
    r"\b(?:record|print|enter|write|put)(?: down)? (?:the )?(?:full|maximum|top|highest|perfect) (?:marks?|points|grade|band)\b",
    r"(?<!gets )(?<!scored )(?<!scores )(?<!got )(?<!earned )\bfull (?:marks|points|credit)\b(?! in )|\bthe rubric (?:for this|has been|is|was|you)\b",
    r"\b(?:this|my|every|any) answer\b.{0,40}\b(?:accepted|counted|graded|marked|rated|treated) as\b",
    r"\b(?:the|this) candidate (?:gets?|deserves?|receives?|has earned|earns?|scores?) \d",
    r"\b(?:mark|set|consider|treat|count) (?:all|every|each)\b.{0,20}\b(?:criteri|verdict)",
    r"\b(?:mark|grade|rate|count) everything (?:as )?(?:met|correct|passed|fulfilled)\b",
    r"(?<!when )(?<!until )(?<!once )(?<!if )\b(?:all|every|each)(?: of)?(?: the)? criteri(?:a|on) (?:(?:are|is|were|was|have|has|must|should|been|be"
    r"|count|counts|confirmed|as|to) )+(?:met|fulfilled|satisfied|passed)\b",
    # a word to whoever grades
    r"\A\W*(?:system|assistant|interviewer|developer|grader|admin)(?: message| prompt| note)?\W{0,2}\s?[:>\]]",
    r"\b(?:note|message|instructions?|memo|dear|attention|hint)(?: to| for)?(?: the| all)? (?:graders?|evaluators?|examiners?|grading (?:system|model|script)"
    r"|language model|ai grader)\b",
    r"\b(?:grader|evaluator|examiner|grading (?:system|model|script))s?\b.{0,20}\b(?:must|should|please|has to|have to|shall)"
    r" (?:now )?(?:assign|award|credit|give|grant|accept|mark|rate|score|ignore|output)\b",
    r"\bas (?:an?|the) (?:ai|language model|ai language model|grader|interviewer|examiner),? you\b",
    # the outcome that is wished for
    r"\b(?:give|put|enter|set|request|ask|kindly|please|confirm|want|output|tick|boxes)\b.{0,60}\b(?:(?:full|top|maximum|highest|perfect) (?:possible )?(?:marks?|grades?)|full points|top score,? please|(?:maximum|full number) of (?:the )?points)",
    r"\b(?:scores?|marks?|grades?|rating|band|result|points|give|put|return|output|write)\b.{0,40}\b(?:five|5|ten|10) (?:out )?(?:of|from) (?:five|5|ten|10)\b(?! \w*(?:folds|runs|cases|models|times|trees|users|people))",
    r"\b(?:rating|score|grade|mark|band)(?: that)?(?: (?:is|to|be|at|of|must|should|as|number)){1,3} (?:a )?five\b(?! (?:stars?|per|out|hundred|thousand))",
    r"\b(?:output|write|return|print|put|give)(?: me)?(?: (?:out|down|only|just|the|a|number|band|for|an overall)){1,5} (?:number |band )?five\b(?! (?:stars?|values|classes|numbers|examples))",
    r"\btick\b(?: \w+){0,3} (?:boxes|criteria|criterion|off for (?:me|this))\b",
    r"\b(?:set|mark|put|count|record|label|coverage of)\b(?: \w+){0,7}? (?:criteri\w+|boxes|fields?|points|verdicts|them|requirements|categories)\b(?: \w+){0,5}? (?:to|as|on|with|at) (?:met|fulfilled|green|complete|perfect|verified|passed|satisfied)\b|\bcoverage of every criterion\b",
    r"\b(?:label|verdict) met\b|\bmet (?:in|for|on|to) (?:each|all|every)\b|\ball of the verdicts\b",
    r"\bcount(?:s|ed|ing)?\b(?: \w+){0,3}? as (?:fulfill?ing|fulfilled|perfect|complete[d]?)\b",
    r"\b(?:answer|response|text|content|transcript|reply)s?\b(?: \w+){0,4}? (?:must|need|should|does|has|is|isn't)(?: \w+)? not (?:to )?(?:be )?(?:checked|analysed|analyzed|examined|graded|quoted|relevant)",
    r"\bleave\b(?: \w+){0,3} examination\b|\bdon't (?:run|do) the (?:usual )?checks\b|\bskip the (?:semantic )?(?:comparison|checks?|grading|analysis)\b",
    r"\bdecide (?:them|it) for the candidate\b|\bin favou?r of the candidate\b|\btreat any gap as\b|\btreat everything after this\b",
    # to whom it is said
    r"\b(?:dear|note(?: to)?|addressed to|heads-? ?up (?:to|for)|(?:quick )?(?:one|thing|word|message|info\w*) (?:to|for)|hello)(?: the| all| our)?(?: automatic| automated| ai)? (?:evaluators?|graders?|scorers?|marker|assessor|system(?: of evaluation)?|(?:evaluation|grading|scoring|assessment|rating) (?:system|pipeline|module|engine|team|bot|model|assistant))\b",
    r"\bwho(?:ever|so?ever)?\b.{0,24}\b(?:scoring|marking|grading|evaluating|assessing|rating) (?:this|it|me|my)\b",
    r"\b(?:model|system|machine|assistant|ai|bot|evaluator|pipeline) (?:that|which|who)(?:'s| is)? (?:now )?(?:(?:read(?:s|ing)|grad(?:es|ing)|scor(?:es|ing)|evaluat(?:es|ing)) this\b|,? ?(?:uh, )?doing the grading)",
    r"\byour (?:evaluation|grading|scoring|marking|assessment) (?:form|sheet|system|grid|instructions|prompt)\b|\byour prompt (?:should|must)\b|\byour instructions say\b",
    r"\b(?:ignore|disregard|forget)\b.{0,30}\byour (?:table|sheet|form|list|instructions|prompt|rubric|criteria)\b",
    r"\b(?:evaluator|grader|grading|scoring|evaluation) module\b|\bswitch to (?:grading|admin|debug|developer) mode\b",
    r"\b(?:each|every|all)(?: of)?(?: the)? (?:criteri(?:on|a)|rubric points?)\b.{0,30}\b(?:counted|complete form|fulfilled|to be met)\b|\bevery criterion of (?:this|the) rubric\b",
)

_MACHINE = _any(
    # another speaker's label, or the marks by which programs tell speakers apart
    r"^\W*(?:system|assistant|interviewer|developer|grader|examiner|evaluator|admin)(?: message| prompt| note)?(?: ?\([^()\n]*\))? ?[:>\]]",
    r"^\W*candidate ?[:>\]]|#\d+ (?:interviewer|candidate)\b",
    r"<\|\w*\|>|\[/?INST\]|<</?SYS>>|</?(?:data|exchange|system|answer|rubric|instructions?)>|<!--|-{3} ?END\b|\bdata-[0-9a-f]{8}\b",
    r"^\W*(?:#+|//|/\*|\*\*)\W*(?:grader|grading|note|system|rubric|developer|score|verdict|result)\b",
    # a form that is filled in already
    r"[\"'](?:criteri(?:on|a)|verdicts?|reason|quotes?|scores?|band|confidence|misconceptions?)[\"']\s*:",
    r"\b(?:score|grade|rating|marks?|band|result)\W{1,6}(?:5|five|10|ten) ?(?:/|out of) ?(?:5|five|10|ten)\b",
    r"(?:\A|[.!?:]\s)\W*(?:five|5|ten|10) ?(?:/|out of) ?(?:five|5|ten|10)\W*\Z",
    r"\bverdicts?\b\W{0,4}(?:met\b|for \w+\W{1,3}met\b)|\bnew (?:rubric|criteria)\s*:|\breturn met\b",
)
_OBJECT = re.compile(r"\{(?=[^{}]{0,200}[\"'][\w -]{1,40}[\"']\s*:)")

_ABOUT_GRADING = _any(
    r"\b(?:evaluat|grad(?:er|ing)\b|scor(?:ing|er)\b|assess|rubric|criteri|candidate|panel|examin|approved|reviewed|accredit|administrator)\w*",
    r"\b(?:this|my|the|following) (?:answer|response|text|message|transcript|test case|result|recording|document|attachment|reply|interview)\b",
    r"\b(?:co-?operation|previous round|formality|justification|checks|recorded|instructions?|feed ?back|verdict|my mic|microphone|audio|premium|understanding)\b",
    r"\b(?:confirm(?:ed|ing)?|agreed|judged|pre-?approved|calibration|guidelines?|committee|mark|marks|points|counted|consider)\b",
)
"""What else is said around an instruction to the grader."""


def instructs(text: str) -> bool:
    """Whether a stretch of an answer talks to the grader rather than about the question."""
    tidy = _tidy(text)
    return bool(_INSTRUCTS.search(tidy) or _MACHINE.search(tidy))


def filled_in(text: str) -> list[tuple[int, int]]:
    """Where a text has objects in JSON, or the beginning of one: from and to. Nobody says that aloud."""
    spans: list[tuple[int, int]] = []
    for found in _OBJECT.finditer(text):
        if spans and found.start() < spans[-1][1]:
            continue
        depth, end = 0, len(text)
        for place in range(found.start(), len(text)):
            depth += (text[place] == "{") - (text[place] == "}")
            if depth == 0:
                end = place + 1
                break
        spans.append((found.start(), end))
    return spans


def about_grading(text: str) -> bool:
    """Whether a stretch talks of the grading; beside an instruction it belongs to it, anywhere else it need not."""
    return bool(_ABOUT_GRADING.search(_tidy(text)))


_ALIKE = str.maketrans("аеорсхуѕіјԁһМАЕОРСХНКТВαοερ", "aeopcxysijdhMAEOPCXHKTBaoep")


def _tidy(text: str) -> str:
    """The text as a reader sees it: nothing invisible, one alphabet, no fillers, single spaces."""
    seen = unicodedata.normalize("NFKC", straight(text)).translate(_ALIKE)
    seen = "".join(letter for letter in seen if unicodedata.category(letter) != "Cf")
    seen = re.sub(r"\b(?:um+|uh+|er+m*|hm+)\b,?", " ", seen, flags=re.IGNORECASE)
    return re.sub(r"\s*,(?:\s*,)*", ",", re.sub(r"\s+", " ", seen)).strip()
