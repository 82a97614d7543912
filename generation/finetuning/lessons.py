"""What is learnt: writing a text behind a prompt, or choosing a label. One class each, used alike."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import torch

from generation.finetuning.batches import (
    IGNORED_LABEL,
    EncodedPair,
    LabelledText,
    encode_labelled,
    encode_pairs,
    pad,
)
from generation.finetuning.recipe import Recipe, TrainingPair
from generation.inference.classifying import head_labels, pad_texts, positions_of, set_padding
from generation.inference.loading import load_classifier, load_network, load_tokenizer

# The modules on top of the body, which an adapter has to bring whole: a pretrained base has none of them.
HEADS = {
    "bert": ["pooler", "classifier"],
    "deberta-v2": ["pooler", "classifier"],
    "distilbert": ["pre_classifier", "classifier"],
    "gpt2": ["score"],
    "llama": ["score"],
    "roberta": ["classifier"],
}


class Lesson(Protocol):
    """One kind of fine-tuning: the network to train, in float32, what it reads, and its loss."""

    network: Any
    adapter_settings: dict[str, Any]

    def encode(self, pairs: Sequence[TrainingPair]) -> list[Any]:
        """What is read of each pair, with its ``tokens``; FinetuningFailed for one that is too long."""

    def loss(self, batch: Sequence[Any]) -> torch.Tensor:
        """The mean loss of encoded pairs in nats."""


class WritingTexts:
    """Learn the text behind each prompt: nats a token of text."""

    def __init__(self, base: Path, recipe: Recipe, device: torch.device) -> None:
        self.network = load_network(base, device=device, dtype=torch.float32)
        self.adapter_settings: dict[str, Any] = {"task_type": "CAUSAL_LM"}
        self._tokenizer = load_tokenizer(base)
        self._max_length = recipe.max_length

    def encode(self, pairs: Sequence[TrainingPair]) -> list[EncodedPair]:
        return encode_pairs(pairs, self._tokenizer, max_length=self._max_length)

    def loss(self, batch: Sequence[EncodedPair]) -> torch.Tensor:
        pad_id = self._tokenizer.pad_token_id
        return text_loss(self.network, pad(batch, pad_id=pad_id, device=self.network.device))


class ChoosingLabels:
    """Learn the label of each text, with a head that the recipe's seed initialises: nats a text."""

    def __init__(self, base: Path, recipe: Recipe, device: torch.device, labels: Sequence[str]) -> None:
        self.network = load_classifier(
            base, labels=len(labels), head_seed=recipe.seed, device=device, dtype=torch.float32
        )
        self._tokenizer = load_tokenizer(base)
        set_padding(self.network, self._tokenizer)
        config = self.network.config
        self._labels = head_labels(self.network, labels)
        config.id2label = dict(enumerate(self._labels))
        config.label2id = {label: number for number, label in enumerate(self._labels)}
        self.adapter_settings: dict[str, Any] = {
            "task_type": "SEQ_CLS",
            "modules_to_save": HEADS[config.model_type],
        }
        self._max_length = min(positions_of(self.network) or recipe.max_length, recipe.max_length)

    def encode(self, pairs: Sequence[TrainingPair]) -> list[LabelledText]:
        return encode_labelled(pairs, self._tokenizer, labels=self._labels, max_length=self._max_length)

    def loss(self, batch: Sequence[LabelledText]) -> torch.Tensor:
        logits = self.network(**pad_texts(self.network, [row.text for row in batch])).logits
        wanted = torch.tensor([row.label for row in batch], device=logits.device)
        return torch.nn.functional.cross_entropy(logits.float(), wanted)


def text_loss(network: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The mean cross-entropy (nats a token) of the labelled tokens.

    Equals ``network(**batch).loss``, but the output layer, a fifth of a small network's work, is computed
    where there is a label only.
    """
    states = network.base_model(
        input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], use_cache=False
    ).last_hidden_state[:, :-1]
    following = batch["labels"][:, 1:]
    labelled = following != IGNORED_LABEL
    logits = network.get_output_embeddings()(states[labelled])
    return torch.nn.functional.cross_entropy(logits.float(), following[labelled])
