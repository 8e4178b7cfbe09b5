"""A small index and what other processes do with it."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from interviewer.embedding import Vectors
from interviewer.index import Hit, Index, Passage, open_index

BANK = "0123456789abcdef"

Outcome = list[tuple[str, float]]


class ToyEmbedder:
    """Words by hashing: texts with the same words are near. Deterministic, and instant."""

    id = "toy-1"
    dimensions = 64
    notice: str | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            for word in text.lower().split() or ["nothing"]:
                digest = hashlib.sha256(word.encode()).digest()
                row += np.frombuffer(digest + digest, dtype=np.uint8).astype(np.float32) - 127.5
            row /= np.linalg.norm(row)
        return out


SUBJECTS = ["trees", "gradients", "bias", "variance", "dropout", "recall", "kernels", "priors"]


def passages() -> list[Passage]:
    """Eight questions of three passages each, and a guide."""
    found = []
    for number, subject in enumerate(SUBJECTS):
        metadata = {
            "roles": ["data_scientist", "ml_engineer"] if number % 2 else ["ml_engineer"],
            "seniority": ("junior", "mid", "senior")[number % 3],
            "stage": "theory" if number < 6 else "coding",
            "topic": f"topic-{number // 4}",
        }
        for part, text in enumerate((f"what are {subject}", f"explain {subject} to me", f"{subject} in practice")):
            found.append(Passage(f"q-{subject}:{part}", f"q-{subject}", None, text, metadata))
    found.append(Passage("guide:thanks:0", None, "thanks", "writing thanks afterwards", {"when": "after"}))
    return found


def toy_index(root: Path, bank_hash: str = BANK) -> Index:
    return open_index(root, bank_hash=bank_hash, embedder=ToyEmbedder(), passages=passages)


def outcome(hits: Sequence[Hit]) -> Outcome:
    return [(hit.id, hit.cosine) for hit in hits]


def ask(index: Index) -> Outcome:
    """Every subject's question must come first for its own wording; returns one full answer to compare."""
    for subject in SUBJECTS:
        assert index.search(f"what are {subject}", 1)[0].question_id == f"q-{subject}"
    return outcome(index.search("explain recall and bias", 8))


def builds(root: Path) -> list[str]:
    """The folders of builds."""
    return sorted(path.name for path in root.iterdir() if path.is_dir())


def pointed(root: Path, bank_hash: str = BANK) -> str:
    """The folder that the pointer names."""
    return str(json.loads((root / f"{bank_hash}-toy-1.json").read_text())["folder"])


# What other processes run (started afresh, so that they share nothing but the files).


def spawn(target: object, *args: object) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("spawn").Process(target=target, args=args)  # type: ignore[arg-type]
    process.start()
    return process


def open_and_ask(root: Path, log: Path, go: Path) -> None:
    """Waits for ``go``, opens the index, and logs what it finds; logs “built” when it was the one that built."""

    def counted() -> list[Passage]:
        write(log, "built")
        time.sleep(0.5)  # long enough for the others to come and find the lock taken
        return passages()

    write(log, "ready")
    wait_for(go)
    index = open_index(root, bank_hash=BANK, embedder=ToyEmbedder(), passages=counted)
    write(log, json.dumps(ask(index)))


def die_while_building(root: Path, log: Path) -> None:
    """Is killed with its build half done: Chroma's files are there, the pointer is not."""
    from interviewer.index import collection

    def die(*_: object) -> None:
        write(log, "dies")
        os._exit(9)

    collection.Collection.check = die  # type: ignore[assignment, method-assign]
    toy_index(root)


def keep_asking(root: Path, log: Path, stop: Path) -> None:
    """Opens and asks, again and again; logs each different outcome and how often it asked."""
    seen: set[str] = set()
    index = toy_index(root)
    times = 0
    while not stop.exists() or times < 3:
        for found in (ask(index), ask(toy_index(root))):
            if json.dumps(found) not in seen:
                seen.add(json.dumps(found))
                write(log, json.dumps(found))
        times += 1
        if times == 1:
            write(log, "asking")
    write(log, "stopped")


def write(log: Path, line: str) -> None:
    with log.open("a", encoding="utf-8") as out:
        out.write(line + "\n")


def lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def wait_for(path: Path, line: str | None = None, seconds: float = 60) -> None:
    """Until the file exists (and has the line)."""
    deadline = time.monotonic() + seconds
    while not (path.exists() and (line is None or line in lines(path))):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path} {line or ''}")
        time.sleep(0.02)
