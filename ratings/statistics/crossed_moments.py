"""Variances of crossed raters and items by moments, in one pass over any number of values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_ROUNDING = 1e-13


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Variances of ``item``, ``rater`` and ``residual``, none negative, and of the plain mean."""

    item: float
    rater: float
    residual: float
    standard_error: float
    degrees_of_freedom: float


@dataclass(frozen=True, kw_only=True, eq=False)
class CrossedSums:
    """All that the moments of columns (n, k), and of every weighted sum of them, need.

    ``means`` (k,); ``products`` (k, k) of the centred columns; for ``item`` and ``rater``, how many values
    each level has (levels,) and their centred sums (levels, k).
    """

    ratings: int
    means: Floats
    products: Floats
    counts: Mapping[str, Floats]
    sums: Mapping[str, Floats]

    @classmethod
    def of(cls, columns: Sequence[Floats], *, rater: Codes, item: Codes) -> "CrossedSums":
        """Add up columns (n,) whose rater and item are given by codes of levels that all occur."""
        means = np.array([float(column.mean()) for column in columns])
        centred = [column - mean for column, mean in zip(columns, means, strict=True)]
        codes = {"item": item, "rater": rater}
        return cls(
            ratings=len(item),
            means=means,
            # Not by BLAS, whose sum of so many depends on how many threads it has.
            products=np.array([[float(np.sum(left * right)) for right in centred] for left in centred]),
            counts={name: np.bincount(own).astype(np.float64) for name, own in codes.items()},
            sums={
                name: np.stack([np.bincount(own, weights=column) for column in centred], axis=1)
                for name, own in codes.items()
            },
        )

    def varies(self, weights: Floats) -> bool:
        """Whether the columns' sum by ``weights`` (k,) has values that differ beyond rounding."""
        total = float(weights @ self.products @ weights)
        return total > _ROUNDING * float(weights**2 @ (np.diag(self.products) + self.ratings * self.means**2))

    def moments(self, weights: Floats) -> Moments:
        """Solve the expectations of three sums of squares: within items, within raters, and over all.

        The plan may have gaps; there is at most one value a pair and there are at least two of each. The
        plain mean's variance follows from the variances and the plan, its degrees of freedom by Satterthwaite
        from the numbers of items and raters.
        Source: Gao & Owen (2017), Efficient moment calculations for variance components in large unbalanced
        crossed random effects models, Electronic Journal of Statistics 11:1235 (equations 8 and 11).
        """
        n = float(self.ratings)
        total = float(weights @ self.products @ weights)
        within = {
            name: total - float(np.sum((sums @ weights) ** 2 / self.counts[name]))
            for name, sums in self.sums.items()
        }
        squares = {name: float(np.sum(counts**2)) for name, counts in self.counts.items()}
        levels = {name: len(counts) for name, counts in self.counts.items()}
        # Within an item, raters and the rest vary; within a rater, items and the rest; over all, everything.
        expectations = np.array(
            [
                [0.0, n - levels["item"], n - levels["item"]],
                [n - levels["rater"], 0.0, n - levels["rater"]],
                [n**2 - squares["item"], n**2 - squares["rater"], n**2 - n],
            ]
        )
        found = np.linalg.solve(expectations, np.array([within["item"], within["rater"], n * total]))
        of_item, of_rater, residual = (max(float(value), 0.0) for value in found)
        parts = np.array([of_item * squares["item"], of_rater * squares["rater"], residual * n]) / n**2
        freedoms = np.array(
            [levels["item"] - 1, levels["rater"] - 1, n - levels["item"] - levels["rater"] + 1]
        )
        variance = float(parts.sum())
        return Moments(
            item=of_item,
            rater=of_rater,
            residual=residual,
            standard_error=variance**0.5,
            degrees_of_freedom=variance**2 / float(np.sum(parts**2 / freedoms)),
        )
