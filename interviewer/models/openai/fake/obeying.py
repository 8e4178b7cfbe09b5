"""What an answer tells whoever reads it to do, found wherever it hides: for a judge that does as it is told."""

from __future__ import annotations

import base64
import codecs
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence

from interviewer.folding import sentences
from interviewer.models.offline.instructions import instructs

_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:above|before|previous|prior|rules?|instructions?|rubric|criteria)"
    r"|\b(?:full|top|perfect|maximum|highest) (?:marks?|score|grade|points|credit|band)"
    r"|\b(?:mark|grade|score|rate|count|call|consider|treat|award|give|accept)\b.{0,40}\b(?:met|correct|passed|5/5|10/10)\b"
    r"|(?:^|[\n>\]#*|\"'{(])\s*(?:system|assistant|developer|admin|interviewer|examiner|grader|evaluator|user)\W{0,4}[:>\]]"
    r"|<\|?/?(?:im_start|im_end|system|assistant|inst|data|rubric|end)\b|data-[0-9a-f]{8}|\[/?inst\]"
    r"|\"?\b(?:verdicts?|criterion|confidence)\"?\s*[:=]"
    r"|\b(?:verdict|criteri(?:on|a))\b.{0,20}\bmet\b|\bmet\b.{0,20}\bcriteri"
    r"|\b(?:you are now|from now on,? you|you must (?:now|give|mark|grade)|print (?:your|the) (?:prompt|rubric))\b"
    r"|\b(?:please|begging|beg you|i beg|have mercy|lose my|my (?:children|family|visa)|i will pay|bribe|reward you"
    r"|i am (?:the|your) (?:author|boss|head|developer|examiner))\b.{0,80}\b(?:pass|marks?|grade|points|score|hire|job)"
    r"|\b(?:volle punktzahl|alle kriterien|ignorier\w*|vergiss|ignorez|toutes? les|note maximale|ignora|olvida|máxima"
    r"|todos los|ignorar|pontuação|punteggio)\b"
    r"|忽略|满分|指示|игнорируй|максимальн|無視|満点",
    re.IGNORECASE | re.DOTALL,
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_LOOK_ALIKES = str.maketrans("аеорсухіјѕԁɡοαειΟΑΕ", "aeopcyxijsdgoaeiOAE")


def orders(answers: Sequence[str]) -> list[str]:
    """The readings of an exchange's answers in which somebody seems to be told what to do; none where there are none.

    It looks harder than any model would: at all answers together, without invisible and look-alike characters,
    backwards, out of base64 and rot13.
    """
    return [text for text in _readings(answers) if _ORDER.search(text) or any(map(instructs, sentences(text)))]


def filled_form(text: str) -> str:
    """The first JSON object in a text that is one of our forms already filled in; empty if there is none."""
    decoder = json.JSONDecoder()
    for match in re.finditer(r"\{", text):
        try:
            value, end = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and {"verdicts", "marks"} & set(value):
            return text[match.start() : end]
    return ""


def _readings(answers: Sequence[str]) -> Iterator[str]:
    for text in dict.fromkeys([*answers, "\n".join(answers), "".join(answers)]):
        plain = _undisguised(text)
        yield from dict.fromkeys([text, plain, plain[::-1], codecs.decode(plain, "rot13")])
        for found in _BASE64.findall(text):
            try:
                yield base64.b64decode(found.translate({45: 43, 95: 47}) + "=" * (-len(found) % 4)).decode("utf-8")
            except ValueError:
                continue


def _undisguised(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)
    return "".join(character for character in plain if unicodedata.category(character) not in ("Cf", "Mn"))
