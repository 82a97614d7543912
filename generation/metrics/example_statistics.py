"""A corpus score taken apart into what each example adds, so that it can be resampled without rescoring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
ScoreOfSums = Callable[[Floats], Floats]


@dataclass(frozen=True, kw_only=True)
class ExampleStatistics:
    """What each example adds to a measure of a whole corpus, and how the sums become the score.

    `values` has shape (examples, width); `score` maps sums of shape (…, width) to scores of shape (…), so one
    call scores any number of resamples. Whatever a measure takes from the references of the whole corpus (the
    weights of NIST and CIDEr) is fixed in `values` and not resampled. Two systems are comparable where their
    signatures are equal.
    """

    name: str
    signature: str
    values: Floats
    score: ScoreOfSums

    def __post_init__(self) -> None:
        """Raise ValueError for values that are no finite table with at least one example."""
        if self.values.ndim != 2 or not len(self.values):
            raise ValueError(f"{self.name} needs one row of numbers an example, not {self.values.shape}")
        if not np.isfinite(self.values).all():
            raise ValueError(f"{self.name}: an example's statistic is not a finite number")

    @property
    def corpus_score(self) -> float:
        """The measure over all examples."""
        return float(self.score(self.values.sum(axis=0)))

    @property
    def example_scores(self) -> Floats:
        """The measure of each example by itself, shape (examples,)."""
        return self.score(self.values)

    def of(self, rows: ArrayLike) -> Self:
        """The same of some examples only, by their places or as a mask. Raises ValueError for none."""
        return replace(self, values=self.values[np.asarray(rows)])


@dataclass(frozen=True, kw_only=True)
class NotComputed:
    """A measure that this machine or these examples do not allow, and why: shown in place of a number."""

    name: str
    reason: str


def ratio_of_sums(sums: Floats) -> Floats:
    """Sum of numerators over sum of denominators; 0 where the denominators sum to 0."""
    below = sums[..., 1]
    return np.asarray(np.where(below > 0, sums[..., 0] / np.where(below > 0, below, 1), 0.0))


def ratio_statistics(
    name: str, signature: str, numerators: ArrayLike, denominators: ArrayLike
) -> ExampleStatistics:
    """Statistics of a measure that is one sum over another.

    Raises ValueError for a denominator below 0, which would let a resample's sum vanish or change its sign.
    """
    below = np.asarray(denominators, dtype=np.float64)
    if np.any(below < 0):
        example = int(np.argmax(below < 0))
        raise ValueError(
            f"{name}: the denominator of example {example + 1} is {below[example]:g}; it must not be negative"
        )
    values = np.column_stack([numerators, denominators]).astype(np.float64)
    return ExampleStatistics(name=name, signature=signature, values=values, score=ratio_of_sums)


def mean_statistics(name: str, signature: str, scores: Sequence[float] | Floats) -> ExampleStatistics:
    """Statistics of a measure that is the mean of its examples' scores."""
    return ratio_statistics(name, signature, scores, np.ones(len(scores)))


def require_references(outputs: Sequence[str], references: Sequence[Sequence[str]]) -> None:
    """Raise ValueError unless there is an output, and at least one reference for each."""
    if len(outputs) != len(references):
        raise ValueError(
            f"there are {len(outputs)} outputs but references for {len(references)}; give one list for each"
        )
    if not outputs:
        raise ValueError("there is no output to score; give at least one")
    for position, texts in enumerate(references):
        if isinstance(texts, str) or not texts:
            raise ValueError(f"output {position} has no reference; leave it out or add one")
