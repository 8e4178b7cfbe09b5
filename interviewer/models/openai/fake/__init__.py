"""A scripted OpenAI-compatible server for tests, benchmarks and demonstrations, without a key and without a network.

It validates what it is sent (``validation.py``), records it, misbehaves on cue (``faults.py``) and can be an honest or
the worst possible judge (``judges.py``). ``python -m interviewer.models.openai.fake`` runs it by hand.
"""

from interviewer.models.openai.fake import faults
from interviewer.models.openai.fake.judges import HonestJudge, Vice, WorstJudge
from interviewer.models.openai.fake.recorded import Recorded
from interviewer.models.openai.fake.replies import Behaviour, Manner, Reply, Said
from interviewer.models.openai.fake.server import KEY, MODEL, Delays, FakeServer, Judge, plain_judge
from interviewer.models.openai.fake.sound import HEARD, silence, tone

__all__ = [
    "HEARD",
    "KEY",
    "MODEL",
    "Behaviour",
    "Delays",
    "FakeServer",
    "HonestJudge",
    "Judge",
    "Manner",
    "Recorded",
    "Reply",
    "Said",
    "Vice",
    "WorstJudge",
    "faults",
    "plain_judge",
    "silence",
    "tone",
]
