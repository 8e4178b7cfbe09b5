"""What the interviewer says, piece by piece, and who found the words.

The substance is the bank's own wording in every case: the script frames it, and where a model may phrase it freely it
is added whenever the model did not come to it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence

from interviewer.domain.interview import SCRIPT
from interviewer.domain.usage import Purpose
from interviewer.errors import ModelError, ModelMisbehaved
from interviewer.interview import speaking
from interviewer.interview.asides import Aside, Asides, Late, Stopped
from interviewer.models.base import InterviewModel, SpeakRequest
from interviewer.models.offline import speech
from interviewer.models.offline.speech import Speech

log = logging.getLogger(__name__)

Sink = Callable[[str], None]

PATIENCE_SECONDS = 0.5
"""How long a reply that is ready otherwise waits for the acknowledgement."""

MOST_SAID = 2_000
"""Characters after which nobody listens to a model any more: a turn is spoken, not read out."""


class Voice:
    """One turn of the interviewer's. Its words go to ``sink`` as they come; ``text`` is all of them."""

    def __init__(self, script: Speech, asides: Asides, sink: Sink) -> None:
        self._script = script
        self._asides = asides
        self._sink = sink
        self._pieces: list[str] = []
        self.by = SCRIPT

    @property
    def text(self) -> str:
        return "".join(self._pieces).strip()

    def scripted(
        self, request: SpeakRequest, acknowledgement: Aside[str] | None = None, said: Sequence[str] = (), by: str = ""
    ) -> None:
        """The script's words, behind the acknowledgement of the model ``by`` if it came in time and may be shown.

        ``said`` are the candidate's turns, of whose words alone it may be made.
        """
        sentence = ""
        if acknowledgement is not None and speech.acknowledges(request):
            sentence = speaking.acknowledges(_came(acknowledgement), said)
        for piece in self._script.say(request, sentence):
            self._say(piece)
        self.by = by if sentence else SCRIPT

    def spoken(self, model: InterviewModel, request: SpeakRequest) -> None:
        """The words of this machine's own model; the script's where it fails."""
        try:
            for piece in model.speak(request):
                self._say(piece)
        except ModelError as error:
            log.warning("speaking fell back to the script: %s", error)
        else:
            if self.text:
                self.by = model.info.named(Purpose.SPEAK)
                return
            log.warning("the model said nothing; the script speaks")
        self._go_on(model, request)

    def phrased(self, model: InterviewModel, request: SpeakRequest) -> ModelError | None:
        """The words of a real model, as they stream in, until it ends, fails or is stopped; gives how it failed.

        What it did not come to is said in the bank's words.
        """
        failure: ModelError | None = None
        stopped = False
        try:
            for piece in self._asides.listen(lambda: model.speak(request)).come():
                self._say(piece)
                if sum(map(len, self._pieces)) > MOST_SAID:
                    log.warning("the model would not stop talking; it was cut short")
                    break
        except Stopped:
            stopped = True
        except ModelError as error:
            failure = error
            log.warning("speaking failed: %s", error)
        if not self.text and not stopped:
            failure = failure or ModelMisbehaved("The model said nothing.")
        if self.text and speaking.covers(self.text, request.substance):
            self.by = model.info.named(Purpose.SPEAK)
            failure = None  # a stream that breaks off behind its last word has cost nobody anything
        elif self.text and failure is None:
            self._add(request.substance)
            self.by = model.info.named(Purpose.SPEAK)
        else:
            self._go_on(model, request)
        return failure

    def _go_on(self, model: InterviewModel, request: SpeakRequest) -> None:
        """The script takes over, wherever the model left off."""
        if not self.text:
            self.scripted(request)
        elif request.substance:
            self._add(request.substance)
            self.by = f"{model.info.named(Purpose.SPEAK)}, {SCRIPT}"
        else:
            self._say("\n\n")
            for piece in self._script.say(request):
                self._say(piece)
            self.by = f"{model.info.named(Purpose.SPEAK)}, {SCRIPT}"

    def _add(self, wording: str) -> None:
        for piece in ("\n\n", *re.findall(r"\S+\s*", wording)):
            self._say(piece)

    def _say(self, piece: str) -> None:
        self._pieces.append(piece)
        self._sink(piece)


def _came(acknowledgement: Aside[str]) -> str:
    try:
        return acknowledgement.one(PATIENCE_SECONDS)
    except (Stopped, Late):
        return ""
    except ModelError as error:
        log.info("there is no acknowledgement: %s", error)
        return ""
