"""What a corpus is once it is read, and the error that refuses a file whole."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class CorpusExample:
    """One input: its text, the same as (slot, value) pairs, and the texts that people wrote for it."""

    source: str
    slots: tuple[tuple[str, str], ...]
    references: tuple[str, ...]


@dataclass(frozen=True)
class Corpus:
    """The examples of a corpus file, in the order of the file."""

    examples: tuple[CorpusExample, ...]


class CorpusError(ValueError):
    """A file cannot be read as it stands; the message names file, line, reason and remedy."""

    @classmethod
    def at(cls, path: Path, line: int | None, reason: str, remedy: str) -> Self:
        """The error for line `line` of `path` (counted from 1; None where no line is to blame)."""
        place = path.name if line is None else f"{path.name}, line {line}"
        return cls(f"{place}: {reason}; {remedy}.")
