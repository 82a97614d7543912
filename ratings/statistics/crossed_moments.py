"""Variances of crossed raters and items by moments, in one pass over any number of values."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Variances of ``item``, ``rater`` and ``residual``, none negative, and of the plain mean."""

    item: float
    rater: float
    residual: float
    standard_error: float
    degrees_of_freedom: float


def crossed_moments(values: Floats, *, rater: Codes, item: Codes) -> Moments:
    """Solve the expectations of three sums of squares: within items, within raters, and over all.

    ``values`` (n,) with the codes of their rater and item, at most one value a pair and at least two of each;
    the plan may have gaps. The plain mean's variance follows from the variances and the plan, its degrees of
    freedom by Satterthwaite from the numbers of items and raters.
    Source: Gao & Owen (2017), Efficient moment calculations for variance components in large unbalanced
    crossed random effects models, Electronic Journal of Statistics 11:1235 (equations 8 and 11).
    """
    n = float(len(values))
    centred = values - values.mean()
    total = float(centred @ centred)
    within, squares, levels = {}, {}, {}
    for name, codes in (("item", item), ("rater", rater)):
        counts = np.bincount(codes)
        counts = counts[counts > 0].astype(np.float64)
        sums = np.bincount(codes, weights=centred)[np.unique(codes)]
        within[name] = total - float(np.sum(sums**2 / counts))
        squares[name], levels[name] = float(np.sum(counts**2)), len(counts)
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
    freedoms = np.array([levels["item"] - 1, levels["rater"] - 1, n - levels["item"] - levels["rater"] + 1])
    variance = float(parts.sum())
    return Moments(
        item=of_item,
        rater=of_rater,
        residual=residual,
        standard_error=variance**0.5,
        degrees_of_freedom=variance**2 / float(np.sum(parts**2 / freedoms)),
    )
