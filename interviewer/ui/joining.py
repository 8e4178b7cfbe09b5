"""What a candidate reads before an interview from a kit: who asks, what happens, what is kept. Pure HTML.

The employer's own words are escaped like any other text that somebody typed.
"""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.domain.kit import KitContent, Pausing, Probing
from interviewer.interview.kit_setup import minutes_of, probes_of
from interviewer.models.openai.endpoint import Endpoint
from interviewer.ui.markup import escaped
from interviewer.ui.when import count
from interviewer.ui.who import named


def software(endpoint: Endpoint | None, audio: Endpoint | None = None) -> tuple[str, ...]:
    """Which software grades, and what is sent where, in sentences for a candidate.

    ``endpoint`` is where a real model is, ``audio`` what hears; None where that is this machine, or the browser.
    """
    if endpoint is None:
        grades = (
            "The software is Interviewer's own offline model. It runs on the machine that serves this page, and your "
            "answers are sent to nobody else for grading."
        )
    else:
        grades = (
            f"The software is {named(endpoint)} at {endpoint.label}. Your answers are sent there, each with its "
            "question and what to look for in it; your name is not sent along."
        )
    if audio is not None and audio.transcribe_model:
        hears = f"If you speak, your recording is sent to {audio.label}, which turns it into text."
    else:
        hears = "If you speak, your browser turns it into text; some browsers send the sound to their maker for that."
    return grades, hears


def announcement(content: KitContent, extra_percent: int = 0, at_work: Iterable[str] = ()) -> str:
    """All that is said before the consent, without the title. ``at_work`` are the sentences of ``software``."""
    welcome = f'<p class="join-welcome">{escaped(content.welcome)}</p>' if content.welcome else ""
    parts = (
        _part("What to expect", _course(content, extra_percent)),
        _part("Who grades your answers", (*_grading(), *at_work)),
        _part("What is kept", _kept(content)),
        _own_part("If another form would suit you better", content.another_way),
    )
    return f'<div class="join">{welcome}{"".join(parts)}</div>'


def asked_by(content: KitContent) -> str:
    """Who asks, in a line above the title."""
    return f'<p class="join-asks"><b>{escaped(content.asks)}</b> asks you to an interview</p>'


def consent(content: KitContent) -> str:
    """The text that a candidate agrees to."""
    return f'<div class="join">{_own_part("Your consent", content.consent)}</div>'


def _course(content: KitContent, extra_percent: int) -> tuple[str, ...]:
    minutes = minutes_of(content, extra_percent)
    extra = ", your extra time included" if extra_percent else ""
    follow_ups = (
        "Everyone gets the same questions, in the same words and the same order."
        if content.probing is Probing.NONE or not any(probes_of(content))
        else "Everyone gets the same questions, in the same words and the same order, and the same follow-ups whatever "
        "they answer. So a follow-up may ask for something that you have said already."
    )
    pausing = (
        "You may pause, and the clock stands still meanwhile. How often you paused is shown with your answers."
        if content.pausing is Pausing.COUNTED
        else "There are no pauses: the clock runs from the moment you begin, also while this page is closed."
    )
    return (
        f"{count(len(content.questions), 'question')}, for which you have {minutes} minutes in all{extra}. When they "
        "are over, you can still send the answer that you are on, and then the interview ends.",
        "You type your answers or say them aloud, as you like; what was understood can be corrected before it counts.",
        follow_ups,
        "There are no hints. You may ask what a question means, skip it, or end the interview at any time.",
        pausing,
    )


def _grading() -> tuple[str, ...]:
    return (
        "Software grades the answers first, by points that were fixed beforehand and are the same for everyone. People "
        "may read and rate them, too, and what a person says stands above what the software says.",
        "Only what you say is graded, not how you say it. The software recommends nobody and ranks nobody.",
    )


def _kept(content: KitContent) -> tuple[str, ...]:
    return (
        "Until you begin, nothing is stored. From then on these are kept: that you agreed and when, the "
        "conversation with its times and pauses, a recording where you choose to keep one, the grades, and what people "
        "make of them.",
        f"All of that is deleted {count(content.keep_days, 'day')} after the interview ends, or after your last answer "
        "if you leave it unfinished. That somebody agreed with this link, and when, stays noted without a name.",
    )


def _part(title: str, sentences: Iterable[str]) -> str:
    items = "".join(f"<li>{escaped(sentence)}</li>" for sentence in sentences)
    return f"<section><h2>{escaped(title)}</h2><ul>{items}</ul></section>"


def _own_part(title: str, text: str) -> str:
    """A part in the employer's own words, with their line breaks."""
    return f'<section><h2>{escaped(title)}</h2><p class="own">{escaped(text)}</p></section>' if text else ""


# --- where a link does not lead to an interview ----------------------------------------------------------------


def calm(title: str, *sentences: str, own: str = "", level: int = 1) -> str:
    """A page of a few sentences; ``own`` are words of the employer's, ``level`` is that of the heading."""
    said = "".join(f"<p>{escaped(sentence)}</p>" for sentence in sentences)
    reach = f'<p class="own">{escaped(own)}</p>' if own else ""
    return f'<div class="join calm"><h{level}>{escaped(title)}</h{level}>{said}{reach}</div>'
