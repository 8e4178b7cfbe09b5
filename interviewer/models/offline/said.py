"""What of an exchange can state anything: the candidate's own pieces, without what is no answer."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.domain.interview import Turn
from interviewer.domain.words import Speaker
from interviewer.folding import echoes
from interviewer.models.offline.instructions import about_grading, filled_in, instructs
from interviewer.models.offline.intents import admits_ignorance, asks
from interviewer.models.offline.text import Piece, all_words, lists_keywords, pieces, small_talk

FEW_WORDS = 5
"""Of a bare list of keywords, a stretch of no more words than this is one of them."""


def usable(turns: Sequence[Turn], *, questions: bool = False) -> tuple[list[Piece], list[str]]:
    """The pieces of the candidate's turns that can state anything, with flags for what was left out.

    Left out: courtesies, and what is said again in the same words; instructions to the grader with what else is said
    of the grading beside them, and (unless ``questions`` count) questions, each with all their clauses; "I don't know",
    bare lists of keywords, and echoes of what the candidate was shown.
    """
    kept: list[Piece] = []
    flags: list[str] = []
    shown: list[str] = []
    for turn in turns:
        if turn.speaker is Speaker.INTERVIEWER:
            shown.append(turn.text)
            continue
        cut = pieces(turn.text, turn.seq)
        # A list within an answer is part of it ("use dropout, early stopping, ..."); one between courtesies is not.
        bare = lists_keywords(" ".join(piece.text for piece in _sentences(cut) if not small_talk(piece.text)))
        told = instructs(turn.text)
        again = _said_again(cut)
        objects = filled_in(turn.text)
        left_out = 0  # where the last sentence that was left out ends; its clauses follow it
        for piece in cut:
            if piece.start < left_out:
                continue
            if any(piece.start < end and start < piece.end for start, end in objects):
                flags.append("instruction")
            elif piece in again:
                left_out = piece.end
            elif small_talk(piece.text):
                continue
            elif told and (instructs(piece.text) or about_grading(piece.text)):
                flags.append("instruction")
                left_out = piece.end
            elif piece.text.endswith("?") and not questions:
                # Who asks whether something is so has not said that it is; who says so and adds "right?" has.
                left_out = piece.end if asks(piece.text) else left_out
            elif admits_ignorance(piece.text):
                continue
            elif bare and (lists_keywords(piece.text) or len(all_words(piece.text)) <= FEW_WORDS):
                flags.append("keywords")
            elif shown and echoes(piece.text, shown):
                flags.append("restated")
            else:
                kept.append(piece)
    return kept, list(dict.fromkeys(flags))


def _sentences(cut: Sequence[Piece]) -> list[Piece]:
    """The pieces that are no part of another."""
    whole: list[Piece] = []
    for piece in cut:
        if not whole or piece.start >= whole[-1].end:
            whole.append(piece)
    return whole


def _said_again(cut: Sequence[Piece]) -> set[Piece]:
    """The sentences whose words stand, in this order, in an earlier sentence of the turn."""
    heard: list[str] = []
    again: set[Piece] = set()
    for piece in _sentences(cut):
        spoken = f" {' '.join(all_words(piece.text))} "
        if any(spoken in earlier for earlier in heard):
            again.add(piece)
        heard.append(spoken)
    return again
