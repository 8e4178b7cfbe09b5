"""Whether an "um" is a pause that somebody filled, or a unit, a name, a part of an answer."""

from __future__ import annotations

from interviewer.delivery.classes import (
    BE,
    CONJUNCTIONS,
    PREPOSITIONS,
    SUBJECTS,
    is_number,
    listed,
)
from interviewer.delivery.line import Line

_AFTER_ER = listed(
    "admission admissions data department diagram diagrams doctor doctors model modeling modelling models "
    "notation nurse patient patients room schema staff triage visit visits wait"
)

_ERM = listed("estimator framework learner minimiser minimizer objective principle problem solution theory")

_HMM = listed(
    "and assumes based can decoder emission for gives has is model models over parameters states tagger training "
    "was with"
)

_LEARNING = listed(
    "a an by called fit fitted from gaussian in my of our simple the to train trained use used using via with"
)


def filled_pause(line: Line, first: int, last: int) -> bool:
    """um, uh, er, erm, hm, mm, ah, eh."""
    token, word = line.tokens[first], line.word(first)
    before, after = line.word(first - 1), line.word(first + 1)
    touching, near = not line.mark_before(first), not line.mark_after(first)
    if token.quoted or (len(word) < 4 and token.written.isupper() and not line.shouted) or before == "word":
        return False
    if touching and before[:1].isdigit() and word in ("um", "mm", "ah"):
        return False
    family = word[0] + word[-1]
    if family == "uh" or word.startswith("u"):
        return not (after in ("huh", "oh") and near)
    if word.startswith("a"):
        return not (
            after in ("okay", "ok", "right", "yes", "no", "so")
            or line.words(first + 1, 2) in (("i", "see"), ("got", "it"))
        )
    if word.startswith("m"):
        return not ((touching and is_number(before)) or after in ("hm", "hmm"))
    if word.startswith("h"):
        if before in ("mm", "mmm") or (token.written == "HMM" and not line.shouted):
            return False
        return not (near and after in _HMM and touching and before in _LEARNING) and not (
            len(word) == 3 and touching and before in _LEARNING and before not in ("to", "in", "of")
        )
    if "m" in word:
        if near and after in _ERM:
            return False
        return not (touching and (before, after) in {("in", "you"), ("in", "we"), ("the", "is")})
    if word.startswith("er"):
        if word == "err" and (before == "to" or after == "on"):
            return False
        if near and after in _AFTER_ER:
            return False
        entered = line.word(first - 2) in ("in", "to", "from", "at", "of") and (
            not near or after in CONJUNCTIONS | SUBJECTS
        )
        place = touching and before in ("the", "an") and (entered or after in BE | PREPOSITIONS)
        return not (place or (token.written == "ER" and not line.shouted))
    return True
