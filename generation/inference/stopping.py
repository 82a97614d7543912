"""When a text is over: at an end token, or where its first line that is not blank ends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

# How byte-level, SentencePiece byte and plain vocabularies write a line end, and other white space.
LINE_ENDS = ("Ċ", "<0x0A>", "\n")
BLANKS = ("Ġ", "▁", "ĉ", "č", "<0x0D>", "<0x09>", "<0x20>", *LINE_ENDS)


@dataclass(frozen=True)
class TokenClasses:
    """For each token number: does it hold a line end, is it nothing but white space, does it end a text."""

    line_end: torch.Tensor
    blank: torch.Tensor
    end: torch.Tensor


def classify_tokens(tokenizer: Any, *, vocabulary_size: int, end_ids: list[int]) -> TokenClasses:
    """Sort a tokenizer's vocabulary; numbers that only the network has, from padding, are of no class."""
    vocabulary = tokenizer.get_vocab()
    size = max(vocabulary_size, *(number + 1 for number in vocabulary.values()))
    line_end, blank, end = (torch.zeros(size, dtype=torch.bool) for _ in range(3))
    for token, number in vocabulary.items():
        line_end[number] = any(mark in token for mark in LINE_ENDS)
        rest = token
        for mark in BLANKS:
            rest = rest.replace(mark, "")
        blank[number] = not rest.strip()
    end[end_ids] = True
    return TokenClasses(line_end, blank, end)


class FirstLineEnds:
    """A stopping criterion for ``generate``: a row is done once a line end follows something written.

    It keeps no state between steps, since beam search reorders rows. ``prompt_width`` is the number of tokens
    that each row holds before its first new one. ``on_token`` is called at each step.
    """

    def __init__(self, classes: TokenClasses, *, prompt_width: int, on_token: Callable[[], None]) -> None:
        self._classes = classes
        self._width = prompt_width
        self._on_token = on_token

    def __call__(self, input_ids: torch.Tensor, scores: Any, **options: Any) -> torch.Tensor:  # noqa: ARG002 - the interface that transformers calls
        """One truth value a row: whether its newest token ends its first line."""
        self._on_token()
        new = input_ids[:, self._width :].cpu()
        written = ~self._classes.blank[new[:, :-1]]
        return (self._classes.line_end[new[:, -1]] & written.any(dim=1)).to(input_ids.device)


def find_ending(sequence: torch.Tensor, classes: TokenClasses) -> tuple[int, bool]:
    """How many of a row's new tokens are its own, the one that ended it included, and whether one did."""
    written = (~classes.blank[sequence]).cumsum(0) > 0
    over = (classes.end[sequence] | (classes.line_end[sequence] & written)).nonzero()
    if len(over):
        return int(over[0]) + 1, True
    return len(sequence), False
