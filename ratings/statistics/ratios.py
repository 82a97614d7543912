"""'A is 98 % of B': the ratio of two systems' mean stars."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy import optimize

from ratings.statistics.comparison import fit_difference, item_means
from ratings.statistics.contrasts import Contrast
from ratings.statistics.crossed_mean import plain_mean
from ratings.statistics.margins import Verdict, verdict
from ratings.statistics.proportions import check_level
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.resampling import check_resamples, percentile_interval, two_way_sums
from ratings.statistics.results import Estimate, NotEstimable, signed

_WIDEST = 1e3


def fieller_ratio(table: RatingsTable, a: str, b: str, *, confidence: float = 0.95) -> Estimate:
    """Mean stars of ``a`` over those of ``b``, with the Fieller interval of the mixed model.

    The interval holds every ratio ρ for which mean(a) − ρ·mean(b) = 0 is not rejected (Fieller 1954), tested
    by the model of ``compare_stars`` with b's scores multiplied by ρ. ``pvalue`` is that of ρ = 1. For a
    one-sided claim at level alpha use confidence 1 − 2·alpha and one bound. Raises as ``compare_stars``, and
    NotEstimable when mean(b) is not clearly above zero, so that the interval would have no end.
    """
    check_level("confidence", confidence)
    fitted = fit_difference(table, a, b)

    def contrast(ratio: float) -> Contrast:
        return fit_difference(table, a, b, scale=ratio, near=fitted).contrast

    ratio, low, high = _invert(contrast, confidence, 1e-8)
    return Estimate(
        estimate=ratio,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=fitted.n,
        method="Fieller interval of the ratio of means, linear mixed model with crossed raters and items",
        signature=signed("stars-ratio", interval="fieller-lmm", conf=confidence),
        generalises_over=fitted.mean.generalises_over,
        pvalue=fitted.contrast.pvalue(),
    )


@dataclass(frozen=True, kw_only=True)
class RatioTest:
    """A test of the claim that mean(a) is at least ``ratio`` · mean(b).

    ``estimate`` is the ratio with its 1 − 2·alpha Fieller interval; ``pvalue`` speaks against the claim's
    being false, ``pvalue_refuted`` against its being true.
    """

    estimate: Estimate
    ratio: float
    alpha: float
    pvalue: float
    pvalue_refuted: float
    verdict: Verdict


def ratio_at_least(table: RatingsTable, a: str, b: str, *, ratio: float, alpha: float = 0.05) -> RatioTest:
    """Test 'a's mean stars are at least ``ratio`` of b's': one-sided, by mean(a) − ratio · mean(b).

    The model is that of ``fieller_ratio``, so the claim is supported when the interval lies above ``ratio``
    and refuted when it lies below. ValueError unless ratio > 0; raises as ``fieller_ratio``.
    """
    check_level("2·alpha", 2 * alpha)
    if not 0 < ratio < math.inf:
        raise ValueError(f"The ratio is {ratio}: give a positive number such as 0.98")
    contrast = fit_difference(table, a, b, scale=ratio).contrast
    pvalue, refuted = contrast.pvalue_above(0), contrast.pvalue_below(0)
    return RatioTest(
        estimate=fieller_ratio(table, a, b, confidence=1 - 2 * alpha),
        ratio=ratio,
        alpha=alpha,
        pvalue=pvalue,
        pvalue_refuted=refuted,
        verdict=verdict(pvalue, refuted, alpha),
    )


def fieller_ratio_over_items(table: RatingsTable, a: str, b: str, *, confidence: float = 0.95) -> Estimate:
    """Ratio of means with the paired Fieller interval on item means: for new items, not for new raters.

    Ogawa (1983), as in R's pairedCI. Raises as ``fieller_ratio``.
    """
    check_level("confidence", confidence)
    means = item_means(table, a, b)

    def contrast(ratio: float) -> Contrast:
        return plain_mean(means[0] - ratio * means[1])

    ratio, low, high = _invert(contrast, confidence, 1e-12)
    chosen = table.of_systems(a, b)
    return Estimate(
        estimate=ratio,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=replace(chosen.n, items=means.shape[1]),
        method="paired Fieller interval of the ratio of means, over item means",
        signature=signed("stars-ratio", interval="fieller-items", conf=confidence),
        generalises_over="items",
        pvalue=contrast(1.0).pvalue(),
    )


def bootstrap_ratio(
    table: RatingsTable, a: str, b: str, *, confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> Estimate:
    """Ratio of plain mean stars with the percentile interval of the two-way (pigeonhole) bootstrap.

    Narrow with few raters; the Fieller interval is the primary one. NotEstimable when mean(b) is not above
    zero in every resample, or when a resample holds no rating of a system in more than one case of a hundred.
    """
    check_level("confidence", confidence)
    check_resamples(resamples)
    chosen = table.of_systems(a, b)
    is_a = (chosen.system == table.code_of(a)).astype(np.float64)
    columns = [is_a * chosen.score, is_a, (1 - is_a) * chosen.score, 1 - is_a]
    sums = two_way_sums(columns, chosen.rater, chosen.item, resamples, np.random.default_rng(seed))
    drawn = (sums[:, 1] > 0) & (sums[:, 3] > 0)
    if np.mean(drawn) < 0.99 or np.any(sums[drawn, 2] <= 0):
        raise NotEstimable(f"Too few ratings of '{a}' or '{b}', or a mean of '{b}' near zero, for a ratio")
    resampled = (sums[drawn, 0] / sums[drawn, 1]) / (sums[drawn, 2] / sums[drawn, 3])
    ratio = float(np.mean(chosen.score[is_a == 1]) / np.mean(chosen.score[is_a == 0]))
    low, high = percentile_interval(resampled, confidence)
    return Estimate(
        estimate=ratio,
        ci_low=min(low, ratio),
        ci_high=max(high, ratio),
        confidence=confidence,
        n=chosen.n,
        method="two-way bootstrap of the ratio of means over items and raters, percentile",
        signature=signed("stars-ratio", interval="pigeonhole", b=resamples, seed=seed, conf=confidence),
        generalises_over="items and raters",
    )


def _invert(
    contrast: Callable[[float], Contrast], confidence: float, tolerance: float
) -> tuple[float, float, float]:
    """Return the ratio at which the contrast vanishes, and those at which its interval touches 0.

    Each contrast may be a mixed model's, so the search asks for few: it starts at 1 and steps by the width
    that the interval would have, were its standard error the same everywhere.
    """
    contrast = cache(contrast)

    def estimate(candidate: float) -> float:
        return contrast(candidate).estimate

    def excess(candidate: float) -> float:
        low, high = contrast(candidate).interval(confidence)
        return max(low, -high)

    near, far = _bracket(estimate)
    ratio = float(optimize.brentq(estimate, near, far, xtol=tolerance))
    slope = (estimate(near) - estimate(far)) / (far - near)
    half = contrast(ratio).half_width(confidence) / max(slope, 1e-3)
    bounds = []
    for direction in (-1, 1):
        inner, outer = ratio, ratio + direction * half
        while excess(outer) < 0:
            inner, outer = outer, ratio + 1.5 * (outer - ratio)
            if abs(outer - ratio) > _WIDEST:
                raise NotEstimable(
                    "The ratio has no bounded interval: the mean of the system in the denominator is not "
                    "clearly above zero"
                )
        bounds.append(float(optimize.brentq(excess, inner, outer, xtol=tolerance)))
    return ratio, bounds[0], bounds[1]


def _bracket(estimate: Callable[[float], float]) -> tuple[float, float]:
    """Return two ratios between which the difference changes its sign."""
    step = 0.01
    while step < _WIDEST:
        for other in (1.0 + step, 1.0 - step):
            if estimate(1.0) * estimate(other) <= 0:
                return 1.0, other
        step *= 4
    raise NotEstimable("The mean of the system in the denominator is zero, so there is no ratio")
