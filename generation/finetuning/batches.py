"""Which tokens a fine-tune sees and which of them it learns: pairs to padded batches, in a seeded order."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from generation.finetuning.recipe import FinetuningFailed, TrainingPair
from generation.inference.classifying import EncodedText, encode_text
from generation.inference.decoding import encode_prompt

IGNORED_LABEL = -100
# Batches are cut from pools of this many batches, sorted by length, which leaves little padding.
POOL_BATCHES = 16


@dataclass(frozen=True)
class EncodedPair:
    """The tokens of a prompt and its text with the end token, and the labels: the text's tokens alone."""

    tokens: list[int]
    labels: list[int]


@dataclass(frozen=True)
class LabelledText:
    """A text to classify and the number of its label."""

    text: EncodedText
    label: int

    @property
    def tokens(self) -> list[int]:
        """The tokens, by whose number texts are batched."""
        return self.text.tokens


def encode_labelled(
    pairs: Sequence[TrainingPair], tokenizer: Any, *, labels: Sequence[str], max_length: int
) -> list[LabelledText]:
    """Encode texts as inference does. Raises FinetuningFailed naming a text longer than ``max_length``."""
    numbers = {label: number for number, label in enumerate(labels)}
    encoded = []
    for number, pair in enumerate(pairs, start=1):
        text = encode_text(tokenizer, pair.prompt, pair.second)
        if len(text.tokens) > max_length:
            raise FinetuningFailed(
                f"text {number} has {len(text.tokens)} tokens, over the limit of {max_length}; "
                f"leave it out: {pair.prompt[:80]!r}"
            )
        if pair.text not in numbers:
            raise FinetuningFailed(
                f"text {number} has the label {pair.text!r}, not one of {', '.join(labels)}"
            )
        encoded.append(LabelledText(text, numbers[pair.text]))
    return encoded


def encode_pairs(pairs: Sequence[TrainingPair], tokenizer: Any, *, max_length: int) -> list[EncodedPair]:
    """Encode prompts as inference does. Raises FinetuningFailed naming a pair longer than ``max_length``."""
    encoded = []
    for number, pair in enumerate(pairs, start=1):
        prompt = encode_prompt(tokenizer, pair.prompt)
        text = [*tokenizer(pair.text, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
        if len(prompt) + len(text) > max_length:
            raise FinetuningFailed(
                f"pair {number} has {len(prompt) + len(text)} tokens, over the limit of {max_length}; "
                f"raise the recipe's max_length: {pair.text[:80]!r}"
            )
        encoded.append(EncodedPair(prompt + text, [IGNORED_LABEL] * len(prompt) + text))
    return encoded


def batches_forever(lengths: Sequence[int], *, batch_size: int, seed: int) -> Iterator[list[int]]:
    """Give batches of positions, epoch after epoch without end, each position once an epoch.

    An epoch is shuffled, cut into pools, and each pool sorted by length before it is cut into batches, which
    are then shuffled: little padding, and still a random order.
    """
    order = random.Random(seed)  # noqa: S311 - a reproducible order, not a secret
    while True:
        positions = list(range(len(lengths)))
        order.shuffle(positions)
        pool_size = batch_size * POOL_BATCHES
        epoch = []
        for start in range(0, len(positions), pool_size):
            pool = sorted(positions[start : start + pool_size], key=lambda position: lengths[position])
            epoch += [pool[cut : cut + batch_size] for cut in range(0, len(pool), batch_size)]
        order.shuffle(epoch)
        yield from epoch


def pad(pairs: Sequence[EncodedPair], *, pad_id: int, device: torch.device) -> dict[str, torch.Tensor]:
    """Input ids, attention mask and labels of one batch, padded on the right."""
    width = max(len(pair.tokens) for pair in pairs)
    gaps = [width - len(pair.tokens) for pair in pairs]
    rows = list(zip(pairs, gaps, strict=True))
    columns = {
        "input_ids": [pair.tokens + [pad_id] * gap for pair, gap in rows],
        "attention_mask": [[1] * len(pair.tokens) + [0] * gap for pair, gap in rows],
        "labels": [pair.labels + [IGNORED_LABEL] * gap for pair, gap in rows],
    }
    return {name: torch.tensor(column, device=device) for name, column in columns.items()}
