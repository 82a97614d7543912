"""How each rater agrees with the mean of the others on the same texts: whom the rest contradicts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, kw_only=True)
class WithRest:
    """Pearson's correlation over the `n` units that the rater shares with others.

    None where there are fewer than three such units, or one side of them does not vary.
    """

    n: int
    correlation: float | None


def agreement_with_rest(rater: ArrayLike, unit: ArrayLike, score: ArrayLike) -> Mapping[int, WithRest]:
    """The corrected item–total correlation with raters as the items of the test.

    Three columns (n,): whole-number codes of raters and of units (a text and a criterion), and scores. For
    each rater the mean of the *other* raters' scores of a unit is what the own score is held against, so
    that nobody agrees with themselves. ValueError for columns of unequal length.

    Source: Nunnally & Bernstein (1994), Psychometric Theory, 3rd ed., ch. 8 (corrected item–total).
    """
    raters, units = np.asarray(rater, dtype=np.int64), np.asarray(unit, dtype=np.int64)
    scores = np.asarray(score, dtype=np.float64)
    if not raters.shape == units.shape == scores.shape or scores.ndim != 1:
        raise ValueError(
            f"Each rating needs a rater, a unit and a score, but the columns hold "
            f"{raters.size}, {units.size} and {scores.size}"
        )
    _, codes = np.unique(units, return_inverse=True)
    totals = np.bincount(codes, weights=scores)
    counts = np.bincount(codes)
    shared = counts[codes] > 1
    rest = np.zeros_like(scores)
    rest[shared] = (totals[codes] - scores)[shared] / (counts[codes] - 1)[shared]
    found = {}
    for one in np.unique(raters):
        mine = shared & (raters == one)
        found[int(one)] = WithRest(n=int(mine.sum()), correlation=_pearson(scores[mine], rest[mine]))
    return found


def _pearson(x: np.ndarray, y: np.ndarray) -> float | None:
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
