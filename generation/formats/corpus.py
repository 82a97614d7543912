"""What a corpus is once it is read, and the error that refuses a file whole."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class CorpusExample:
    """One input, with what people wrote for it (generation) or the label they gave it (classification).

    `slots` are the (slot, value) pairs that `source` stands for, in E2E only; `pair` is the second text where
    a task compares two; `label` is one of the corpus' labels.
    """

    source: str
    slots: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    pair: str | None = None
    label: str | None = None


@dataclass(frozen=True)
class Corpus:
    """The examples of a corpus file, in the order of the file.

    `labels` are the names of the classes, in the order of a classifier's outputs; none for generation.
    """

    examples: tuple[CorpusExample, ...]
    labels: tuple[str, ...] = ()


class CorpusError(ValueError):
    """A file cannot be read as it stands; the message names file, line, reason and remedy."""

    @classmethod
    def at(cls, path: Path, line: int | None, reason: str, remedy: str) -> Self:
        """The error for line `line` of `path` (counted from 1; None where no line is to blame)."""
        place = path.name if line is None else f"{path.name}, line {line}"
        return cls(f"{place}: {reason}; {remedy}.")
