from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from interviewer.bank import load_bank
from interviewer.embedding import load_embedder
from interviewer.errors import InterviewerError
from interviewer.models.offline import OfflineModel
from interviewer.models.openai.fake import KEY, MODEL, Delays, FakeServer, Judge, faults, plain_judge
from interviewer.models.openai.fake.judges import HonestJudge, Vice, WorstJudge
from interviewer.resources import knowledge_dir, prompts_dir
from interviewer.settings import Settings

FAULTS = {
    name: getattr(faults, name)
    for name in (
        "unauthorised", "forbidden", "missing_model", "too_many", "quota_spent", "server_error", "unavailable", "stall",
        "cut", "reset", "trickle", "endless", "html", "huge", "invalid_utf8", "empty_choices", "refusal",
        "content_filter", "truncated", "prose_around", "fenced", "doubled_keys", "wrong_schema",
    )
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Serves until it is interrupted or told to end."""
    parser = argparse.ArgumentParser(
        prog="python -m interviewer.models.openai.fake",
        description="A scripted OpenAI-compatible server on this machine's loopback address, for trying things out.",
    )
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--judge", choices=("honest", "worst", "plain"), default="honest", help="who answers")
    parser.add_argument("--vice", choices=[str(vice) for vice in Vice], action="append", help="of the worst judge only")
    parser.add_argument("--delay", type=float, default=0.0, metavar="S", help="seconds before each reply")
    parser.add_argument("--each", type=float, default=0.0, metavar="S", help="seconds between the words of a stream")
    parser.add_argument("--fault", choices=sorted(FAULTS), help="what goes wrong with every chat request")
    parser.add_argument("--hears", metavar="FILE", help="what recordings say, a line each, from the start again")
    parser.add_argument("--key", default=KEY, help="the key it asks for; empty: none")
    given = parser.parse_args(arguments)
    try:
        judge = _judge(given.judge, [Vice(vice) for vice in given.vice or ()])
        server = FakeServer(judge, port=given.port, key=given.key, delays=Delays(given.delay, given.each))
        if given.hears:
            lines = Path(given.hears).read_text(encoding="utf-8").splitlines()
            server.hears(*filter(None, map(str.strip, lines)), again=True)
    except (InterviewerError, OSError, UnicodeDecodeError) as error:
        print(f"The fake server cannot start: {error}", file=sys.stderr)
        return 1
    if given.fault:
        server.always(FAULTS[given.fault](), "chat")
    with server:
        print(f"base URL: {server.url}\nmodel:    {MODEL}\nkey:      {given.key or '(none)'}", flush=True)
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.wait(0.5):  # with a time-out, so that Windows lets the interrupt through
            pass
    return 0


def _judge(name: str, vices: list[Vice]) -> Judge:
    if name == "worst":
        return WorstJudge(*vices)
    if name == "plain":
        return plain_judge
    settings = Settings()
    bank = load_bank(settings.knowledge_dir or knowledge_dir())
    return HonestJudge(OfflineModel(load_embedder(settings), prompts_dir()), bank.questions.values())


if __name__ == "__main__":
    sys.exit(main())
