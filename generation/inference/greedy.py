"""Greedy search over many prompts: texts that are over make room at once, and waiting prompts take it."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers import NoRepeatNGramLogitsProcessor

from generation.inference.protocol import Decoding
from generation.inference.slots import SlotCache
from generation.inference.stopping import TokenClasses

Row = tuple[int, list[int]]

# Prompts read at once, in tokens: enough for full speed, and what lies between products stays in cache.
READ_TOKENS = 512
# Fewer rows than this are computed by other routines, whose sums differ in the last bits.
LEAST_ROWS = 8
# The share of rows that must be free before waiting prompts are read: reading few at a time is slow.
REFILL_SHARE = 4


@dataclass
class _Text:
    """A text being written: the tokens it has of its own, and whether one of them was not white space."""

    id: int
    prompt: list[int]
    new: list[int] = field(default_factory=list)
    written: bool = False


class GreedySearch:
    """Writes the texts of one network, by its own loop over the network's forward pass.

    Row ``i`` of the cache belongs to text ``i``; those in work are always the first rows, so that the
    network computes nothing for texts that are over. Positions are counted row by row, without padding.
    """

    def __init__(
        self, network: Any, classes: TokenClasses, decoding: Decoding, on_token: Callable[[], None]
    ) -> None:
        self._body, self._head = network.base_model, network.get_output_embeddings()
        self._device = network.device
        self._line_end, self._blank, self._end = (
            marks.tolist() for marks in (classes.line_end, classes.blank, classes.end)
        )
        self._limit = decoding.max_new_tokens
        size = decoding.no_repeat_ngram_size
        self._forbid = NoRepeatNGramLogitsProcessor(size) if size else None
        self._on_token = on_token

    @torch.inference_mode()
    def run(self, rows: Sequence[Row], room: int) -> Iterator[tuple[int, list[int]]]:
        """Give (id, new tokens) of each row as it is over, with at most ``room`` in work at once.

        Which tokens a row gets does not depend on ``room`` or on the other rows, in float32.
        """
        waiting = deque(_Text(identity, prompt) for identity, prompt in rows)
        room = min(room, len(waiting))
        least = LEAST_ROWS if self._device.type == "cpu" else 1
        width = max(len(text.prompt) for text in waiting) + self._limit
        cache = SlotCache(max(room, least), width)
        prefix = self._read_prefix(cache, [text.prompt for text in waiting])
        texts: list[_Text] = []
        while waiting or texts:
            free = room - len(texts)
            if waiting and (not texts or free >= max(1, room // REFILL_SHARE)):
                fresh = [waiting.popleft() for _ in range(min(free, len(waiting)))]
                self._read(cache, prefix, fresh, len(texts))
                texts += fresh
            self._step(cache, texts, least)
            self._on_token()
            yield from self._take_out(cache, texts, prefix)

    def _read_prefix(self, cache: SlotCache, prompts: Sequence[list[int]]) -> int:
        """Read what all prompts begin with, once, into every row; gives how many tokens that is."""
        first, last = min(prompts), max(prompts)
        pairs = enumerate(zip(first, last, strict=False))
        prefix = next((place for place, (one, other) in pairs if one != other), len(first))
        prefix = min(prefix, min(map(len, prompts)) - 1)
        if prefix < LEAST_ROWS:
            return 0
        self._call(cache, [first[:prefix]], 0, 0)
        cache.share_prefix(prefix)
        return prefix

    def _read(self, cache: SlotCache, prefix: int, texts: Sequence[_Text], first: int) -> None:
        """Read the prompts of ``texts`` into the rows from ``first`` on, all but each one's last token."""
        bodies = [text.prompt[prefix:-1] for text in texts]
        start = 0
        while start < len(bodies):
            longest = max(len(body) for body in bodies[start:])
            if not longest:
                return
            part = bodies[start : start + max(1, READ_TOKENS // longest)]
            padded = [body + [0] * (max(map(len, part)) - len(body)) for body in part]
            self._call(cache, padded, first + start, prefix)
            start += len(part)

    def _call(self, cache: SlotCache, tokens: list[list[int]], first: int, start: int) -> None:
        ids = torch.tensor(tokens, device=self._device)
        rows, count = ids.shape
        cache.read_into(first, rows, start, count)
        positions = torch.arange(start, start + count, device=self._device)
        seen = torch.arange(start + count, device=self._device) <= positions[:, None]
        self._forward(cache, ids, positions.expand(rows, -1), seen.expand(rows, 1, -1, -1))

    def _step(self, cache: SlotCache, texts: Sequence[_Text], least: int) -> None:
        """Write one token of each text; rows without a text, up to ``least``, are computed for nothing."""
        idle = max(0, least - len(texts))
        lengths = [len(text.prompt) + len(text.new) - 1 for text in texts]
        newest = [text.new[-1] if text.new else text.prompt[-1] for text in texts]
        longest = max(lengths)
        positions = torch.tensor(lengths + [longest] * idle, device=self._device)
        seen = torch.arange(cache.step(positions, longest), device=self._device) <= positions[:, None]
        ids = torch.tensor(newest + newest[:1] * idle, device=self._device)
        hidden = self._forward(cache, ids[:, None], positions[:, None], seen[:, None, None])
        scores = self._head(hidden[:, -1])[: len(texts)]
        if self._forbid is not None:
            for text, row in zip(texts, scores, strict=True):
                row.copy_(self._forbid(torch.tensor([text.new], device=self._device).long(), row[None])[0])
        for text, token in zip(texts, scores.argmax(dim=-1).tolist(), strict=True):
            text.new.append(token)

    def _forward(
        self, cache: SlotCache, ids: torch.Tensor, positions: torch.Tensor, seen: torch.Tensor
    ) -> torch.Tensor:
        answer = self._body(
            input_ids=ids, position_ids=positions, attention_mask=seen, past_key_values=cache, use_cache=True
        )
        hidden: torch.Tensor = answer.last_hidden_state
        return hidden

    def _take_out(self, cache: SlotCache, texts: list[_Text], prefix: int) -> Iterator[tuple[int, list[int]]]:
        """Give the texts that are over, and move the last row into each gap that they leave."""
        for row in reversed(range(len(texts))):
            text = texts[row]
            if not self._is_over(text):
                continue
            last = texts.pop()
            if last is not text:
                texts[row] = last
                cache.move(len(texts), row, prefix, len(last.prompt) + len(last.new) - 1)
            yield text.id, text.new

    def _is_over(self, text: _Text) -> bool:
        """At an end token, at the end of the first line that is not blank, or at the limit."""
        token = text.new[-1]
        over = self._end[token] or (self._line_end[token] and text.written) or len(text.new) == self._limit
        text.written = text.written or not self._blank[token]
        return bool(over)
