"""Fits the pair reader: ``python -m scripts.reader.pairs`` writes ``interviewer/models/offline/pairs.safetensors``.

What it learns from, all of it written for this purpose:

- ``claims/*.jsonl``: groups of a claim, the same in other words and in nearly the same, the same turned wrong, and true
  sentences beside it. Without what is nearly the same it learns that whatever is nearly so is wrong. They cover machine
  learning, computer science, science in general and talk of one's own work; their writers knew neither the bank's
  questions nor its calibration answers.
- The rubrics of the questions that ``split.taught`` names: statements state, contradictions and beliefs contradict,
  other criteria's statements are something else.
- The calibration answers to the same questions: their quotes state or contradict what the authors say, pieces outside
  of any quote do not state it.

Only upper layers are adapted: the lower ones are what the sentence encoder makes of each sentence on its own. On two
cores it takes about half an hour; with the same packages and machine it gives the same file. The file that ships was
made in two goes: 2,200 steps before the groups had what is nearly the same, then 700 more with it (``--start`` the
first file, ``--steps 700 --rate 5e-4``).
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from interviewer.bank import load_bank, load_calibration
from interviewer.domain.knowledge import CalibrationAnswer
from interviewer.domain.question import Question
from interviewer.domain.words import Format, Verdict
from interviewer.embedding.graph import EPSILON, HEADS, HIDDEN, LAYERS
from interviewer.embedding.layers import read_weights
from interviewer.embedding.weights import TOKENIZER
from interviewer.models.offline.pairs import CONTRADICTS, OTHER, SHIPPED, STATES
from interviewer.models.offline.text import pieces, plain
from interviewer.resources import knowledge_dir
from interviewer.settings import Settings
from scripts.reader import split

CLAIMS = Path(__file__).with_name("claims")
FIRST = 3
"""The first layer that reads both sentences together."""

RANK = 16
SCALE = 2.0
BATCH = 48
STEPS = 2200
RATE = 1e-3
DROP = 0.1
LENGTHS = (16, 20, 26, 44)
"""Word pieces that sentences of a batch are padded to."""

NOT_STATED = 3
"""The label of a piece that does not state a criterion and may or may not contradict it."""

NAMES = {"q": "query", "k": "key", "v": "value", "o": "mixed", "u": "up", "d": "down"}
SOURCES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "o": "attention.output.dense",
    "u": "intermediate.dense",
    "d": "output.dense",
}
SPOKEN = (
    "um, ", "so, ", "well, ", "I mean, ", "you know, ", "basically, ", "okay so ", "I think ", "like, ", "and ", "but ",
    "because ", "which means ", "the thing is, ",
)  # fmt: skip

Example = tuple[str, str, int]
"""What was said, a reference sentence, and the label."""


# --- the examples -------------------------------------------------------------------------------------------


def spoken(text: str, random: Random) -> str:
    """Every third sentence as somebody says it or a recogniser writes it: fillers, slips, no punctuation."""
    if random.random() >= 0.35:
        return text
    text = text.rstrip(".")
    if random.random() < 0.6 and not text[:2].isupper():
        text = text[:1].lower() + text[1:]
    if random.random() < 0.5:
        text = random.choice(SPOKEN) + text
    words = text.split()
    if random.random() < 0.3:
        words.insert(random.randrange(len(words)), random.choice(("um", "uh", "like", "you know")))
    place = random.randrange(len(words))
    word = words[place]
    if random.random() < 0.25 and len(word) > 4:
        at = random.randrange(1, len(word) - 1)
        lost, swapped = word[:at] + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        words[place] = random.choice((lost, swapped))
    text = " ".join(words)
    return re.sub(r"[,.;]", "", text) if random.random() < 0.4 else text


def of_claims(groups: Sequence[dict[str, Any]], random: Random) -> Example:
    group = random.choice(groups)
    formal = (group["claim"], *group["close"])
    reference = random.choice(formal) if random.random() < 0.5 else random.choice(group["same"])
    draw = random.random()
    if draw < 0.45:
        others = [text for text in (formal if random.random() < 0.5 else group["same"]) if text != reference]
        return random.choice(others or formal), reference, STATES
    if draw < 0.77:
        said, label = random.choice(group["wrong"]), CONTRADICTS
        return (reference, said, label) if random.random() < 0.3 else (said, reference, label)
    if draw < 0.92 and group["near"]:
        return random.choice(group["near"]), reference, OTHER
    if draw < 0.97:
        other = random.choice(groups)
        return random.choice((*other["same"], *other["close"], *other["wrong"])), reference, OTHER
    return reference, reference, STATES


def of_rubric(questions: Sequence[Question], random: Random) -> Example:
    question = random.choice(questions)
    criteria = question.rubric.criteria
    criterion = random.choice(criteria)
    reference = criterion.text if random.random() < 0.2 else random.choice(criterion.statements)
    beliefs = [b for m in question.rubric.misconceptions if m.criterion == criterion.id for b in m.beliefs]
    wrong = [*criterion.contradictions, *beliefs]
    draw = random.random()
    if draw < 0.06:
        shown = (question.prompt, *question.variants, criterion.probe or question.prompt)
        return random.choice(shown), random.choice(criterion.statements), OTHER
    if draw < 0.42:
        return random.choice([s for s in criterion.statements if s != reference]), reference, STATES
    if draw < 0.7 and wrong:
        said = random.choice(wrong)
        return (reference, said, CONTRADICTS) if random.random() < 0.25 else (said, reference, CONTRADICTS)
    if draw < 0.9 and len(criteria) > 1:
        other = random.choice([c for c in criteria if c is not criterion])
        # In talk of one's own work one sentence may well meet two criteria.
        label = NOT_STATED if question.format is Format.EXPERIENCE else OTHER
        return random.choice((*other.statements, *other.contradictions[:2])), reference, label
    elsewhere = random.choice(random.choice(questions).rubric.criteria)
    return random.choice(elsewhere.statements), reference, OTHER if elsewhere is not criterion else STATES


def of_answer(question: Question, answer: CalibrationAnswer, random: Random) -> Iterator[tuple[str, int, int]]:
    """(piece, place of the criterion, label): quotes by their verdicts, some other pieces as not stating it."""
    said = [" ".join((plain(piece.text) or piece.text).split()) for piece in pieces(answer.text)]
    for place, criterion in enumerate(question.rubric.criteria):
        verdict = answer.verdicts[criterion.id]
        quote = " ".join(answer.quotes.get(criterion.id, "").split())
        label = {Verdict.MET: STATES, Verdict.CONTRADICTED: CONTRADICTS}.get(verdict)
        if quote and label is not None:
            yield quote, place, label
            for text in said:
                if quote in text and len(quote) > 0.6 * len(text):
                    yield text, place, label
        quoted = set(quote.lower().split())
        for text in said:
            own = set(text.lower().split())
            outside = verdict is Verdict.MET and len(own & quoted) < 0.5 * len(own) and random.random() < 0.15
            if outside or (verdict is Verdict.MISSING and random.random() < 0.35):
                yield text, place, NOT_STATED


class Examples:
    """An endless stream of examples in batches of about one length."""

    def __init__(self, seed: int = 1) -> None:
        bank = load_bank(knowledge_dir())
        self.random = Random(seed)
        self.questions = [bank.question(name) for name in split.taught(bank)]
        self.groups = [json.loads(line) for path in sorted(CLAIMS.glob("*.jsonl")) for line in path.open()]
        calibration = load_calibration(bank)
        self.answers: list[tuple[Question, dict[int, list[tuple[str, int]]]]] = []
        for question in self.questions:
            by_label: dict[int, list[tuple[str, int]]] = {}
            for answer in calibration[question.id].answers:
                for text, place, label in of_answer(question, answer, self.random):
                    by_label.setdefault(label, []).append((text, place))
            self.answers.append((question, by_label))

    def one(self) -> Example:
        draw = self.random.random()
        if draw < 0.58:
            said, reference, label = of_claims(self.groups, self.random)
        elif draw < 0.8:
            said, reference, label = of_rubric(self.questions, self.random)
        else:
            question, by_label = self.random.choice(self.answers)
            label = self.random.choice([known for known in (1, 1, 2, 3, 3) if known in by_label])
            said, place = self.random.choice(by_label[label])
            criterion = question.rubric.criteria[place]
            reference = criterion.text if self.random.random() < 0.2 else self.random.choice(criterion.statements)
            if self.random.random() < 0.5:
                return said, reference, label
        return spoken(said, self.random), reference, label

    def batches(self, tokenizer: Tokenizer) -> Iterator[tuple[list[Example], int]]:
        while True:
            pool = [self.one() for _ in range(BATCH * 16)]
            sizes = [
                max(len(a.ids), len(b.ids))
                for a, b in zip(
                    tokenizer.encode_batch([said for said, _, _ in pool]),
                    tokenizer.encode_batch([reference for _, reference, _ in pool]),
                    strict=True,
                )
            ]
            order = sorted(range(len(pool)), key=lambda place: sizes[place])
            groups = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
            self.random.shuffle(groups)
            for places in groups:
                longest = max(sizes[place] for place in places)
                yield [pool[place] for place in places], min((n for n in LENGTHS if n >= longest), default=LENGTHS[-1])


# --- the network --------------------------------------------------------------------------------------------


def frozen(folder: Path) -> dict[str, Any]:
    """The encoder's weights as this file uses them."""
    weights = read_weights(folder)
    layers = []
    for number in range(LAYERS):
        name = f"encoder.layer.{number}."
        layer: dict[str, Any] = {}
        for short, full in SOURCES.items():
            layer[short] = jnp.asarray(weights[f"{name}{full}.weight"].T)
            layer[f"{short}_bias"] = jnp.asarray(weights[f"{name}{full}.bias"])
        for short, full in (("first", "attention.output.LayerNorm"), ("second", "output.LayerNorm")):
            layer[short] = (jnp.asarray(weights[f"{name}{full}.weight"]), jnp.asarray(weights[f"{name}{full}.bias"]))
        layers.append(layer)
    start = "embeddings."
    positions = weights[f"{start}position_embeddings.weight"] + weights[f"{start}token_type_embeddings.weight"][0]
    return {
        "words": jnp.asarray(weights[f"{start}word_embeddings.weight"]),
        "positions": jnp.asarray(positions),
        "norm": (jnp.asarray(weights[f"{start}LayerNorm.weight"]), jnp.asarray(weights[f"{start}LayerNorm.bias"])),
        "layers": layers,
    }


def fresh(seed: int = 0) -> dict[str, Any]:
    """The parameters to be fitted: corrections that begin as nothing, and a head that begins as a coin."""
    key = jax.random.key(seed)
    layers = []
    for _ in range(FIRST, LAYERS):
        layer = {}
        for name in NAMES:
            rows, columns = {"u": (HIDDEN, 4 * HIDDEN), "d": (4 * HIDDEN, HIDDEN)}.get(name, (HIDDEN, HIDDEN))
            key, own = jax.random.split(key)
            layer[name] = (jax.random.normal(own, (rows, RANK)) / np.sqrt(rows), jnp.zeros((RANK, columns)))
        layers.append(layer)
    return {
        "sides": jnp.zeros((2, HIDDEN)),
        "layers": layers,
        "weights": jnp.zeros((4 * HIDDEN, 3)),
        "bias": jnp.zeros(3),
    }


def _norm(x: Any, scale_and_shift: tuple[Any, Any]) -> Any:
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(variance + EPSILON) * scale_and_shift[0] + scale_and_shift[1]


def _dense(x: Any, layer: dict[str, Any], name: str, correction: dict[str, Any] | None) -> Any:
    y = x @ layer[name] + layer[f"{name}_bias"]
    if correction is not None:
        down, up = correction[name]
        y = y + (x @ down) @ up * SCALE
    return y


def _dropped(x: Any, key: Any) -> Any:
    return x if key is None else x * jax.random.bernoulli(key, 1 - DROP, x.shape) / (1 - DROP)


def _through(x: Any, mask: Any, layers: Sequence[Any], corrections: Sequence[Any] | None, key: Any = None) -> Any:
    size, length = x.shape[:2]
    hidden = jnp.where(mask, 0.0, -1e9)[:, None, None, :]
    for number, layer in enumerate(layers):
        own = corrections[number] if corrections is not None else None
        keys = (None, None) if key is None else jax.random.split(jax.random.fold_in(key, number))
        q, k, v = (_dense(x, layer, n, own).reshape(size, length, HEADS, HIDDEN // HEADS) for n in "qkv")
        looks = jax.nn.softmax(jnp.einsum("bihd,bjhd->bhij", q, k) / np.sqrt(HIDDEN // HEADS) + hidden, -1)
        mixed = jnp.einsum("bhij,bjhd->bihd", looks, v).reshape(size, length, HIDDEN)
        x = _norm(x + _dropped(_dense(mixed, layer, "o", own), keys[0]), layer["first"])
        up = jax.nn.gelu(_dense(x, layer, "u", own), approximate=False)
        x = _norm(x + _dropped(_dense(up, layer, "d", own), keys[1]), layer["second"])
    return x


def logits(fitted: Any, base: Any, said: Any, reference: Any, key: Any = None) -> Any:
    """``said`` and ``reference`` are (ids, mask), each (batch, pieces); the result is (batch, 3)."""
    sides = []
    for side, (ids, mask) in enumerate((said, reference)):
        x = _norm(base["words"][ids] + base["positions"][: ids.shape[1]], base["norm"])
        alone = _through(x, mask, base["layers"][:FIRST], None)
        sides.append(jax.lax.stop_gradient(alone) + fitted["sides"][side])
    mask = jnp.concatenate([said[1], reference[1]], 1)
    x = _through(jnp.concatenate(sides, 1), mask, base["layers"][FIRST:], fitted["layers"], key)
    border = said[0].shape[1]
    u, v = (
        (part * m[..., None]).sum(1) / m.sum(1)[:, None]
        for part, m in ((x[:, :border], said[1]), (x[:, border:], reference[1]))
    )
    return jnp.concatenate([u, v, jnp.abs(u - v) * 4, u * v * 4], -1) @ fitted["weights"] + fitted["bias"]


def loss(fitted: Any, base: Any, said: Any, reference: Any, labels: Any, key: Any) -> Any:
    """Cross-entropy; what is only known not to state it may be either of the other two."""
    log = jax.nn.log_softmax(logits(fitted, base, said, reference, key), -1)
    known = jnp.take_along_axis(log, jnp.minimum(labels, 2)[:, None], 1)[:, 0]
    return -jnp.where(labels == NOT_STATED, jnp.logaddexp(log[:, OTHER], log[:, CONTRADICTS]), known).mean()


def numbers(tokenizer: Tokenizer, texts: Sequence[str], length: int) -> tuple[Any, Any]:
    """(ids, mask), each (texts, length)."""
    ids, mask = np.zeros((len(texts), length), np.int32), np.zeros((len(texts), length), bool)
    for row, encoding in enumerate(tokenizer.encode_batch(list(texts))):
        size = min(length, len(encoding.ids))
        ids[row, :size], mask[row, :size] = encoding.ids[:size], True
    return ids, mask


def fitted_before(path: Path) -> dict[str, Any]:
    """The parameters of a file that ``save`` wrote."""
    tensors = {name: jnp.asarray(value.astype(np.float32)) for name, value in load_file(path).items()}
    layers = [
        {
            short: (tensors[f"layer.{number}.{name}.a"] / SCALE, tensors[f"layer.{number}.{name}.b"])
            for short, name in NAMES.items()
        }
        for number in range(FIRST, LAYERS)
    ]
    return {
        "sides": tensors["sides"],
        "layers": layers,
        "weights": tensors["head.weights"],
        "bias": tensors["head.bias"],
    }


def fit(folder: Path, steps: int, start: Path | None = None, top: float = RATE) -> dict[str, Any]:
    """``start`` is a file to go on from, ``top`` the highest learning rate."""
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_padding()
    base, fitted = frozen(folder), fresh() if start is None else fitted_before(start)
    warm = max(1, steps // 15)
    rate = optax.join_schedules(
        [optax.linear_schedule(top / 20, top, warm), optax.linear_schedule(top, top / 100, steps - warm)], [warm]
    )
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=0.01))
    state = optimiser.init(fitted)

    @jax.jit
    def step(fitted: Any, state: Any, base: Any, said: Any, reference: Any, labels: Any, key: Any) -> Any:
        value, slope = jax.value_and_grad(loss)(fitted, base, said, reference, labels, key)
        change, state = optimiser.update(slope, state, fitted)
        return optax.apply_updates(fitted, change), state, value

    key, began, total = jax.random.key(1), time.time(), 0.0
    for number, (batch, length) in enumerate(Examples().batches(tokenizer), 1):
        key, own = jax.random.split(key)
        said = numbers(tokenizer, [one[0] for one in batch], length)
        reference = numbers(tokenizer, [one[1] for one in batch], length)
        labels = np.array([one[2] for one in batch])
        fitted, state, value = step(fitted, state, base, said, reference, labels, own)
        total += float(value)
        if number % 100 == 0:
            print(f"{number} of {steps} steps, loss {total / 100:.3f}, {time.time() - began:.0f} s", flush=True)
            total = 0.0
        if number >= steps:
            break
    return dict(jax.tree.map(np.asarray, fitted))


def save(fitted: dict[str, Any], path: Path) -> None:
    tensors = {"sides": fitted["sides"], "head.weights": fitted["weights"], "head.bias": fitted["bias"]}
    for number, layer in enumerate(fitted["layers"], FIRST):
        for short, (down, up) in layer.items():
            tensors[f"layer.{number}.{NAMES[short]}.a"] = down * SCALE
            tensors[f"layer.{number}.{NAMES[short]}.b"] = up
    save_file({name: np.ascontiguousarray(value, dtype=np.float16) for name, value in tensors.items()}, path)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the pair reader.")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--start", type=Path, help="a file to go on from instead of beginning afresh")
    parser.add_argument("--rate", type=float, default=RATE)
    given = parser.parse_args()
    save(fit(Settings().weights_path, given.steps, given.start, given.rate), given.out)
    print(f"wrote {given.out}")


if __name__ == "__main__":
    main()
