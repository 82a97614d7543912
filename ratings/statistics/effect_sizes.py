"""Effect sizes of ordinal ratings: Cliff's delta and the probability of superiority."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from ratings.statistics.comparison import fit_difference
from ratings.statistics.crossed_mean import crossed_mean
from ratings.statistics.proportions import check_level
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed

Floats = NDArray[np.float64]


def cliffs_delta(table: RatingsTable, a: str, b: str, *, confidence: float = 0.95) -> Estimate:
    """Cliff's delta of all ratings of ``a`` against all of ``b``, for new raters and new items.

    P(a above b) − P(b above a) for two ratings drawn alone. Its variance is that of the mean placements
    (the rank methods' linearisation), which the crossed model of ``compare_stars`` estimates; the interval is
    Cliff's asymmetric one (1996, eq. 10 of Feng & Cliff 2004) with Satterthwaite's t. Raises as
    ``compare_stars``.
    """
    check_level("confidence", confidence)
    chosen = table.of_systems(a, b)
    is_a = chosen.system == table.code_of(a)
    placement = np.empty(len(chosen.score))
    placement[is_a] = _placements(chosen.score[is_a], chosen.score[~is_a])
    placement[~is_a] = _placements(chosen.score[~is_a], chosen.score[is_a])
    delta = float(np.mean(placement[is_a]))
    fitted = fit_difference(replace(chosen, score=placement), a, b)
    contrast = fitted.contrast
    quantile = float(stats.t.ppf((1 + confidence) / 2, contrast.degrees_of_freedom))
    low, high = _asymmetric(delta, contrast.standard_error, quantile)
    return Estimate(
        estimate=delta,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=fitted.n,
        method="Cliff's delta, crossed mixed model of placements, asymmetric interval",
        signature=signed("cliff", variance="lmm-placements", conf=confidence),
        generalises_over=fitted.mean.generalises_over,
        statistic=delta / contrast.standard_error,
    )


def cliffs_delta_of_samples(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """Cliff's delta of two samples of independent values, such as item means of different items.

    Consistent variance and asymmetric interval as in R's effsize. Ratings that share raters or items are not
    independent: see ``cliffs_delta``. NotEstimable with fewer than 2 values in a sample.
    """
    check_level("confidence", confidence)
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if min(len(x), len(y)) < 2:
        raise NotEstimable(f"{len(x)} and {len(y)} values: each sample needs at least 2")
    row, column = _placements(x, y), -_placements(y, x)
    delta = float(np.mean(row))
    squares = _mean_square(x, y) - delta**2
    n, m = len(x), len(y)
    variance = (
        m**2 * float(np.sum((row - delta) ** 2))
        + n**2 * float(np.sum((column - delta) ** 2))
        - n * m * squares
    ) / (n * m * (n - 1) * (m - 1))
    quantile = float(stats.t.ppf((1 + confidence) / 2, n + m - 2))
    low, high = _asymmetric(delta, math.sqrt(max(variance, 0.0)), quantile)
    return Estimate(
        estimate=delta,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=Sample(ratings=n + m, items=0, raters=0),
        method="Cliff's delta of independent samples, asymmetric interval",
        signature=signed("cliff", variance="independent", conf=confidence),
        generalises_over="values",
    )


def probability_of_superiority(table: RatingsTable, a: str, b: str, *, confidence: float = 0.95) -> Estimate:
    """Probability that a rater gives ``a`` more stars than ``b`` for the same item, ties counting half.

    The plain share of the scored pairs (0, ½, 1), with the variance that a mixed model with crossed rater and
    item effects implies, cut at 0 and 1.
    NotEstimable with fewer than 2 pairs or when all pairs come out alike.
    """
    check_level("confidence", confidence)
    pairs = table.pairs(a, b)
    won = (np.sign(pairs.difference) + 1) / 2
    fitted = crossed_mean(won, rater=pairs.rater, item=pairs.item, weighting="equal")
    low, high = fitted.contrast.interval(confidence)
    return Estimate(
        estimate=fitted.contrast.estimate,
        ci_low=max(low, 0.0),
        ci_high=min(high, 1.0),
        confidence=confidence,
        n=pairs.n,
        method="share of pairs won, ties half; crossed mixed model, Satterthwaite t",
        signature=signed("superiority", model="lmm-pairs", conf=confidence),
        generalises_over=fitted.generalises_over,
        pvalue=fitted.contrast.pvalue(0.5),
    )


def _placements(values: Floats, others: Floats) -> Floats:
    ordered = np.sort(others)
    below = np.searchsorted(ordered, values, side="left")
    above = len(ordered) - np.searchsorted(ordered, values, side="right")
    return np.asarray((below - above) / len(ordered))


def _mean_square(x: Floats, y: Floats) -> float:
    # The mean of sign(x_i − y_j)² is the share of pairs that do not tie.
    ordered = np.sort(y)
    ties = np.searchsorted(ordered, x, side="right") - np.searchsorted(ordered, x, side="left")
    return 1 - float(ties.sum()) / (len(x) * len(y))


def _asymmetric(delta: float, standard_error: float, quantile: float) -> tuple[float, float]:
    spread = (quantile * standard_error) ** 2
    half = quantile * standard_error * math.sqrt((1 - delta**2) ** 2 + spread)
    scale = 1 - delta**2 + spread
    if scale == 0:
        return delta, delta
    low, high = (delta - delta**3 - half) / scale, (delta - delta**3 + half) / scale
    return max(-1.0, min(low, delta)), min(1.0, max(high, delta))
