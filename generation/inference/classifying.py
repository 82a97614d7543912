"""Choose a label for each text or pair of texts: batched by length, every one answered exactly once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from generation.inference.batching import make_batches
from generation.inference.limits import BatchLimits, Unanswered, free_memory, is_out_of_memory
from generation.inference.loading import LoadedSystem
from generation.inference.protocol import GeneratedText, Prompt


@dataclass(frozen=True)
class EncodedText:
    """The tokens of a text, or of two with what stands between them, and which of the two each is of."""

    tokens: list[int]
    kinds: list[int]


def encode_text(tokenizer: Any, text: str, pair: str | None) -> EncodedText:
    """Tokens with the special ones of the tokenizer. Training must use the same."""
    encoded = tokenizer(text, pair, return_token_type_ids=True)
    return EncodedText(encoded["input_ids"], encoded["token_type_ids"])


def positions_of(network: Any) -> int | None:
    """How many tokens the network can read at once; None where it knows no limit."""
    room: int | None = getattr(network.config, "max_position_embeddings", None)
    # RoBERTa counts positions from behind its padding token's number.
    if room is not None and network.config.model_type == "roberta":
        return room - network.config.pad_token_id - 1
    return room


def set_padding(network: Any, tokenizer: Any) -> None:
    """Give a network that names no padding token the tokenizer's: it has to tell padding apart."""
    if network.config.pad_token_id is None:
        network.config.pad_token_id = tokenizer.pad_token_id


def pad_texts(network: Any, texts: Sequence[EncodedText]) -> dict[str, torch.Tensor]:
    """What the network reads for one batch, padded on the right."""
    width = max(len(text.tokens) for text in texts)
    gaps = [width - len(text.tokens) for text in texts]
    pad_id = network.config.pad_token_id
    rows = list(zip(texts, gaps, strict=True))
    columns = {
        "input_ids": [text.tokens + [pad_id] * gap for text, gap in rows],
        "attention_mask": [[1] * len(text.tokens) + [0] * gap for text, gap in rows],
    }
    if getattr(network.config, "type_vocab_size", 0) > 1:
        columns["token_type_ids"] = [text.kinds + [0] * gap for text, gap in rows]
    return {name: torch.tensor(column, device=network.device) for name, column in columns.items()}


def head_labels(network: Any, labels: Sequence[str]) -> list[str]:
    """``labels`` in the order of the head's outputs: the checkpoint's own where it names the same ones."""
    named = [str(network.config.id2label[number]) for number in range(len(labels))]
    spelled = {label.casefold(): label for label in labels}
    if {name.casefold() for name in named} == spelled.keys() and len(spelled) == len(labels):
        return [spelled[name.casefold()] for name in named]
    return list(labels)


def choose_labels(
    system: LoadedSystem,
    prompts: Sequence[Prompt],
    labels: Sequence[str],
    *,
    limits: BatchLimits,
    on_batch: Callable[[], None] = lambda: None,
) -> Iterator[tuple[GeneratedText, ...] | Unanswered]:
    """Give the labels of one batch after another, and each prompt that cannot be answered by itself.

    Where memory runs out the batch is halved, down to one prompt, which then comes back unanswered. With
    float32 the labels do not depend on how prompts are batched. ``on_batch`` is called before each batch.
    """
    network = system.network
    set_padding(network, system.tokenizer)
    ordered = head_labels(network, labels)
    encoded = [encode_text(system.tokenizer, prompt.text, prompt.pair) for prompt in prompts]
    room = positions_of(network)
    fitting = []
    for position, text in enumerate(encoded):
        if room is not None and len(text.tokens) > room:
            reason = f"{len(text.tokens)} tokens exceed the network's {room}"
            yield Unanswered(prompts[position].id, reason)
        else:
            fitting.append(position)
    lengths = [len(encoded[position].tokens) for position in fitting]
    for batch in make_batches(lengths, token_budget=limits.tokens, max_rows=limits.rows):
        on_batch()
        rows = [(prompts[fitting[index]].id, encoded[fitting[index]]) for index in batch]
        yield from _in_parts_that_fit(network, rows, ordered)


def _in_parts_that_fit(
    network: Any, rows: Sequence[tuple[int, EncodedText]], labels: Sequence[str]
) -> Iterator[tuple[GeneratedText, ...] | Unanswered]:
    scores = _scores_if_they_fit(network, [text for _, text in rows])
    if scores is not None:
        yield tuple(_answer(identity, row, labels) for (identity, _), row in zip(rows, scores, strict=True))
    elif len(rows) == 1:
        yield Unanswered(rows[0][0], "out of memory with this text alone")
    else:
        middle = len(rows) // 2
        yield from _in_parts_that_fit(network, rows[:middle], labels)
        yield from _in_parts_that_fit(network, rows[middle:], labels)


@torch.inference_mode()
def _scores_if_they_fit(network: Any, texts: Sequence[EncodedText]) -> list[list[float]] | None:
    """Each text's probability of each label; None where memory runs out."""
    try:
        logits = network(**pad_texts(network, texts)).logits.float()
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
    else:
        scores: list[list[float]] = torch.softmax(logits, dim=-1).cpu().tolist()
        return scores
    # After the except clause: its traceback kept the failed batch's tensors alive.
    free_memory()
    return None


def _answer(identity: int, scores: Sequence[float], labels: Sequence[str]) -> GeneratedText:
    best = max(range(len(labels)), key=scores.__getitem__)
    by_label = dict(zip(labels, scores, strict=True))
    return GeneratedText(identity, labels[best], tokens=0, finished=True, scores=by_label)
