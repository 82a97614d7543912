"""How much is computed at once, and what is said where even that does not fit in memory."""

from dataclasses import dataclass

import torch

OUT_OF_MEMORY_WORDS = ("out of memory", "can't allocate memory", "not enough memory")


@dataclass(frozen=True)
class BatchLimits:
    """How much is computed at once: tokens held (prompt and new, padding and beams included), and rows.

    A row is a text being written; a prompt under beam search takes as many as there are beams.
    """

    tokens: int
    rows: int

    @staticmethod
    def for_device(device: torch.device) -> "BatchLimits":
        """Sizes beyond which more gives little more speed; what does not fit is halved anyway."""
        return BatchLimits(200_000, 256) if device.type == "cuda" else BatchLimits(16_384, 96)


@dataclass(frozen=True)
class Unanswered:
    """A prompt for which no text can be written, and why."""

    id: int
    reason: str


def is_out_of_memory(error: Exception) -> bool:
    """Whether ``error`` says that a batch does not fit in memory."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return any(words in str(error).lower() for words in OUT_OF_MEMORY_WORDS)


def free_memory() -> None:
    """Give back what the allocator keeps of a batch that did not fit."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
