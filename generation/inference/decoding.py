"""Write texts for prompts: batched, left-padded, greedy or beam; every prompt answered exactly once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import (
    GenerationConfig,
    LogitsProcessorList,
    NoRepeatNGramLogitsProcessor,
    StoppingCriteriaList,
)

from generation.inference.batching import make_batches
from generation.inference.loading import LoadedSystem, end_token_ids
from generation.inference.protocol import Decoding, GeneratedText, Prompt
from generation.inference.stopping import FirstLineEnds, TokenClasses, classify_tokens, find_ending

Row = tuple[int, list[int]]

OUT_OF_MEMORY_WORDS = ("out of memory", "can't allocate memory", "not enough memory")


@dataclass(frozen=True)
class BatchLimits:
    """How much is decoded at once: tokens held (prompt and new, padding and beams included), and prompts."""

    tokens: int
    rows: int

    @staticmethod
    def for_device(device: torch.device) -> "BatchLimits":
        """Sizes beyond which more gives little more speed; a batch that does not fit is halved anyway."""
        return BatchLimits(200_000, 128) if device.type == "cuda" else BatchLimits(16_384, 16)


@dataclass(frozen=True)
class Unanswered:
    """A prompt for which no text can be written, and why."""

    id: int
    reason: str


def encode_prompt(tokenizer: Any, text: str) -> list[int]:
    """The prompt's tokens, with the start token where the tokenizer has one. Training must use the same."""
    tokens: list[int] = tokenizer(text)["input_ids"]
    return tokens


def write_texts(
    system: LoadedSystem,
    prompts: Sequence[Prompt],
    decoding: Decoding,
    *,
    limits: BatchLimits,
    on_token: Callable[[], None] = lambda: None,
) -> Iterator[tuple[GeneratedText, ...] | Unanswered]:
    """Give the texts of one batch after another, and each prompt that cannot be answered by itself.

    Where memory runs out the batch is halved, down to one prompt, which then comes back unanswered. With
    float32 the greedy texts do not depend on how prompts are batched. ``on_token`` is called after each step.
    """
    writer = _BatchWriter(system, decoding, on_token)
    encoded = [encode_prompt(system.tokenizer, prompt.text) for prompt in prompts]
    room = getattr(system.network.config, "max_position_embeddings", None)
    fitting = []
    for position, tokens in enumerate(encoded):
        if room is not None and len(tokens) + decoding.max_new_tokens > room:
            reason = (
                f"{len(tokens)} tokens and {decoding.max_new_tokens} new ones exceed the network's {room}"
            )
            yield Unanswered(prompts[position].id, reason)
        else:
            fitting.append(position)
    held = [(len(encoded[position]) + decoding.max_new_tokens) * decoding.num_beams for position in fitting]
    for batch in make_batches(held, token_budget=limits.tokens, max_rows=limits.rows):
        rows = [(prompts[fitting[index]].id, encoded[fitting[index]]) for index in batch]
        yield from writer.halving(rows)


def is_out_of_memory(error: Exception) -> bool:
    """Whether ``error`` says that a batch does not fit in memory."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return any(words in str(error).lower() for words in OUT_OF_MEMORY_WORDS)


class _BatchWriter:
    """Decodes batches of one system under one configuration."""

    def __init__(self, system: LoadedSystem, decoding: Decoding, on_token: Callable[[], None]) -> None:
        self._network = system.network
        self._tokenizer = system.tokenizer
        self._decoding = decoding
        self._on_token = on_token
        end_ids = end_token_ids(system)
        self._classes: TokenClasses = classify_tokens(
            system.tokenizer, vocabulary_size=system.network.config.vocab_size, end_ids=end_ids
        )
        self._configuration = GenerationConfig(
            do_sample=False,
            num_beams=decoding.num_beams,
            length_penalty=decoding.length_penalty if decoding.num_beams > 1 else None,
            max_new_tokens=decoding.max_new_tokens,
            eos_token_id=end_ids,
            pad_token_id=system.tokenizer.pad_token_id,
            use_cache=True,
        )

    def halving(self, rows: Sequence[Row]) -> Iterator[tuple[GeneratedText, ...] | Unanswered]:
        """Write the rows together or, where memory runs out, in ever smaller parts."""
        texts = self._write_if_it_fits(rows)
        if texts is not None:
            yield texts
        elif len(rows) == 1:
            yield Unanswered(
                rows[0][0], "out of memory with this prompt alone; use fewer beams or new tokens"
            )
        else:
            middle = len(rows) // 2
            yield from self.halving(rows[:middle])
            yield from self.halving(rows[middle:])

    def _write_if_it_fits(self, rows: Sequence[Row]) -> tuple[GeneratedText, ...] | None:
        try:
            return self._write(rows)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
        # After the except clause: its traceback kept the failed batch's tensors alive.
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return None

    @torch.inference_mode()
    def _write(self, rows: Sequence[Row]) -> tuple[GeneratedText, ...]:
        padded = self._tokenizer.pad({"input_ids": [tokens for _, tokens in rows]}, return_tensors="pt")
        padded = padded.to(self._network.device)
        width = padded["input_ids"].shape[1]
        first_line = FirstLineEnds(self._classes, prompt_width=width, on_token=self._on_token)
        sequences = self._network.generate(
            input_ids=padded["input_ids"],
            attention_mask=padded["attention_mask"],
            generation_config=self._configuration,
            stopping_criteria=StoppingCriteriaList([first_line]),
            logits_processor=self._constraints(width),
        )
        new = sequences[:, width:].cpu()
        return tuple(self._text(identity, row) for (identity, _), row in zip(rows, new, strict=True))

    def _constraints(self, width: int) -> LogitsProcessorList:
        size = self._decoding.no_repeat_ngram_size
        return LogitsProcessorList([NoRepeatAmongNew(size, prompt_width=width)] if size else [])

    def _text(self, identity: int, row: torch.Tensor) -> GeneratedText:
        length, finished = find_ending(row, self._classes)
        text = self._tokenizer.decode(
            row[:length], skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return GeneratedText(identity, text.strip().split("\n")[0].strip(), length, finished)


class NoRepeatAmongNew:
    """Forbids repeating an n-gram of the text, as the LoRA paper's search does (Hu et al. 2021, appendix D).

    The processor of transformers counts the prompt's n-grams too, which would forbid copying a long name out
    of the meaning representation.
    """

    def __init__(self, size: int, *, prompt_width: int) -> None:
        self._forbid = NoRepeatNGramLogitsProcessor(size)
        self._width = prompt_width

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """The scores with every token that would repeat an n-gram at minus infinity."""
        forbidden: torch.Tensor = self._forbid(input_ids[:, self._width :], scores)
        return forbidden
