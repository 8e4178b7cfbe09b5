"""Writes a language model that has learnt nothing, for scripts/test-llama.sh: llama_model.py FILE

A llama of two layers with random weights, 260 tokens (every byte, a space, and three that mark things), half a
megabyte. One coordinate stays the same for every token; through it characters are made likelier or rarer, and some are
made to follow others, so that what it writes has letters in it and comes to an end. It needs the package gguf, not
Interviewer.
"""

from __future__ import annotations

import sys

import gguf
import numpy as np

SEED = 23
"""The first whose forms come to an end, and which takes what it hears for an answer that meets a criterion."""
WIDTH, HIDDEN, LAYERS, HEADS = 64, 128, 2, 2
CONTEXT = 32_768

UNKNOWN, BEGIN, END, SPACE = 0, 1, 2, 259
BYTES = 3
"""The token of byte 0; the others follow."""

TOKENS = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁"]
TYPES = [
    gguf.TokenType.UNKNOWN,
    gguf.TokenType.CONTROL,
    gguf.TokenType.CONTROL,
    *[gguf.TokenType.BYTE] * 256,
    gguf.TokenType.NORMAL,
]

LIKELY = {
    "etoinshrdlu": 2.0,
    "cmfwypvbgkqjxz": 1.0,
    " ": 3.0,
    "a": 5.5,
    "]": 3.5,
    "{": 5.0,
    '"': 6.0,
    "}.?": 2.0,
    ",": 0.0,
}
RARE = -4.0
"""How likely a character is, in logits; what stands in no group is RARE, stray bytes included."""

FOLLOWS = [("}", BYTES + ord("]")), ('"', BYTES + ord("z")), ("z", END), (".", END)]
FOLLOWING = 24.0
"""Which token is likely right after which character, so that lists and texts come to an end."""

QUIET = 0.1
"""How much the layers say beside the token that came last: so that it does not depend on the prompt what is likely."""


def liking() -> np.ndarray:
    """The liking for each token."""
    likes = np.full(len(TOKENS), RARE)
    for group, value in LIKELY.items():
        for character in group:
            likes[SPACE if character == " " else BYTES + ord(character)] = value
    likes[END] = 2.0
    return likes


def tensors() -> dict[str, np.ndarray]:
    """All weights by name. Coordinate 0 of the embedding is the one that stays the same."""
    chance = np.random.default_rng(SEED)

    def matrix(rows: int, columns: int) -> np.ndarray:
        return chance.standard_normal((rows, columns)) / np.sqrt(columns)

    def steady(rows: np.ndarray) -> np.ndarray:
        rows[0] = 0.0
        return rows * QUIET

    size = 4.0
    embedding = chance.standard_normal((len(TOKENS), WIDTH))
    embedding[:, 0] = size
    output = matrix(len(TOKENS), WIDTH) * 1.5
    # After the last norm the coordinate is about size / sqrt(mean square of all); the layers add little to that.
    output[:, 0] = liking() / (size / np.sqrt((size**2 + WIDTH) / WIDTH))
    for before, after in FOLLOWS:
        seen = embedding[BYTES + ord(before), 1:]
        output[after, 1:] += FOLLOWING * seen / (seen @ seen)
    made = {"token_embd.weight": embedding, "output_norm.weight": np.ones(WIDTH), "output.weight": output}
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        made |= {
            f"{block}.attn_norm.weight": np.ones(WIDTH),
            f"{block}.attn_q.weight": matrix(WIDTH, WIDTH),
            f"{block}.attn_k.weight": matrix(WIDTH, WIDTH),
            f"{block}.attn_v.weight": matrix(WIDTH, WIDTH),
            f"{block}.attn_output.weight": steady(matrix(WIDTH, WIDTH)),
            f"{block}.ffn_norm.weight": np.ones(WIDTH),
            f"{block}.ffn_gate.weight": matrix(HIDDEN, WIDTH),
            f"{block}.ffn_up.weight": matrix(HIDDEN, WIDTH),
            f"{block}.ffn_down.weight": steady(matrix(WIDTH, HIDDEN)),
        }
    return {name: weights.astype(np.float32) for name, weights in made.items()}


def write(path: str) -> None:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_vocab_size(len(TOKENS))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(TOKENS)
    writer.add_token_scores([0.0] * len(TOKENS))
    writer.add_token_types(TYPES)
    writer.add_unk_token_id(UNKNOWN)
    writer.add_bos_token_id(BEGIN)
    writer.add_eos_token_id(END)
    writer.add_add_space_prefix(False)
    for name, weights in tensors().items():
        writer.add_tensor(name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    write(sys.argv[1])
