"""Write texts for prompts, greedily or by beam search; every prompt is answered exactly once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from transformers import (
    GenerationConfig,
    LogitsProcessorList,
    NoRepeatNGramLogitsProcessor,
    StoppingCriteriaList,
)

from generation.inference.batching import make_batches, split_by_length
from generation.inference.greedy import GreedySearch, Row
from generation.inference.limits import BatchLimits, Unanswered, free_memory, is_out_of_memory
from generation.inference.loading import LoadedSystem, end_token_ids
from generation.inference.protocol import Decoding, GeneratedText, Prompt
from generation.inference.stopping import FirstLineEnds, TokenClasses, classify_tokens, find_ending

# Texts are handed on so many at once: each time costs the receiver a transaction.
HANDED_ON = 16

Answers = Iterator[tuple[GeneratedText, ...] | Unanswered]


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
) -> Answers:
    """Give the texts as they are done, some at a time, and each prompt that cannot be answered by itself.

    Where memory runs out half as many are written at once, down to one prompt, which then comes back
    unanswered. With float32 the greedy texts do not depend on how prompts are batched. ``on_token`` is called
    after each step.
    """
    writer = _Writer(system, decoding, limits, on_token)
    room = getattr(system.network.config, "max_position_embeddings", None)
    fitting: list[Row] = []
    for prompt in prompts:
        tokens = encode_prompt(system.tokenizer, prompt.text)
        if room is not None and len(tokens) + decoding.max_new_tokens > room:
            reason = (
                f"{len(tokens)} tokens and {decoding.max_new_tokens} new ones exceed the network's {room}"
            )
            yield Unanswered(prompt.id, reason)
        else:
            fitting.append((prompt.id, tokens))
    yield from writer.greedily(fitting) if decoding.num_beams == 1 else writer.by_beams(fitting)


class _Writer:
    """Writes texts of one system under one configuration."""

    def __init__(
        self, system: LoadedSystem, decoding: Decoding, limits: BatchLimits, on_token: Callable[[], None]
    ) -> None:
        self._network = system.network
        self._tokenizer = system.tokenizer
        self._decoding = decoding
        self._limits = limits
        self._on_token = on_token
        self._end_ids = end_token_ids(system)
        self._classes: TokenClasses = classify_tokens(
            system.tokenizer, vocabulary_size=system.network.config.vocab_size, end_ids=self._end_ids
        )

    def greedily(self, rows: Sequence[Row]) -> Answers:
        """Write rows of like length together, longest first."""
        new = self._decoding.max_new_tokens
        search = GreedySearch(self._network, self._classes, self._decoding, self._on_token)
        held = [len(tokens) + new for _, tokens in rows]
        for part in split_by_length(held):
            room = min(self._limits.rows, max(1, self._limits.tokens // held[part[0]]))
            yield from self._as_many_as_fit(search, [rows[position] for position in part], room)

    def _as_many_as_fit(self, search: GreedySearch, rows: Sequence[Row], room: int) -> Answers:
        """Write ``rows`` with ``room`` of them in work at once, with half as many where memory runs out."""
        left = dict(rows)
        room = min(room, len(left))
        while left:
            done: list[GeneratedText] = []
            try:
                for identity, new in search.run(list(left.items()), room):
                    done.append(self._text(identity, torch.tensor(new)))
                    del left[identity]
                    if len(done) == HANDED_ON:
                        yield tuple(done)
                        done = []
                full = False
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                full = True
            if done:
                yield tuple(done)
            if full:
                # After the except clause: its traceback kept the failed batch's tensors alive.
                free_memory()
                if room == 1:
                    identity = next(iter(left))
                    del left[identity]
                    yield _too_large(identity)
                room = max(1, room // 2)

    def by_beams(self, rows: Sequence[Row]) -> Answers:
        """Write batches of like length, longest first, by the search of transformers."""
        new, beams = self._decoding.max_new_tokens, self._decoding.num_beams
        held = [(len(tokens) + new) * beams for _, tokens in rows]
        most = max(1, self._limits.rows // beams)
        for batch in make_batches(held, token_budget=self._limits.tokens, max_rows=most):
            yield from self._halving([rows[position] for position in batch])

    def _halving(self, rows: Sequence[Row]) -> Answers:
        """Write the rows together or, where memory runs out, in ever smaller parts."""
        texts = self._search_if_it_fits(rows)
        if texts is not None:
            yield texts
        elif len(rows) == 1:
            yield _too_large(rows[0][0])
        else:
            middle = len(rows) // 2
            yield from self._halving(rows[:middle])
            yield from self._halving(rows[middle:])

    def _search_if_it_fits(self, rows: Sequence[Row]) -> tuple[GeneratedText, ...] | None:
        try:
            return self._search(rows)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
        # After the except clause: its traceback kept the failed batch's tensors alive.
        free_memory()
        return None

    @torch.inference_mode()
    def _search(self, rows: Sequence[Row]) -> tuple[GeneratedText, ...]:
        padded = self._tokenizer.pad({"input_ids": [tokens for _, tokens in rows]}, return_tensors="pt")
        padded = padded.to(self._network.device)
        width = padded["input_ids"].shape[1]
        first_line = FirstLineEnds(self._classes, prompt_width=width, on_token=self._on_token)
        size = self._decoding.no_repeat_ngram_size
        constraints = [NoRepeatAmongNew(size, prompt_width=width)] if size else []
        sequences = self._network.generate(
            input_ids=padded["input_ids"],
            attention_mask=padded["attention_mask"],
            generation_config=GenerationConfig(
                do_sample=False,
                num_beams=self._decoding.num_beams,
                length_penalty=self._decoding.length_penalty,
                max_new_tokens=self._decoding.max_new_tokens,
                eos_token_id=self._end_ids,
                pad_token_id=self._tokenizer.pad_token_id,
                use_cache=True,
            ),
            stopping_criteria=StoppingCriteriaList([first_line]),
            logits_processor=LogitsProcessorList(constraints),
        )
        new = sequences[:, width:].cpu()
        return tuple(self._text(identity, row) for (identity, _), row in zip(rows, new, strict=True))

    def _text(self, identity: int, row: torch.Tensor) -> GeneratedText:
        length, finished = find_ending(row, self._classes)
        text = self._tokenizer.decode(
            row[:length], skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return GeneratedText(identity, text.strip().split("\n")[0].strip(), length, finished)


def _too_large(identity: int) -> Unanswered:
    return Unanswered(identity, "out of memory with this prompt alone; use fewer beams or new tokens")


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
