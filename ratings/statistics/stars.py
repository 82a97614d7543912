"""Stars of one system: mean and median with two-way bootstrap intervals, and the distribution by score."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ratings.statistics.crossed_mean import crossed_mean
from ratings.statistics.proportions import check_level
from ratings.statistics.ratings_table import RatingsTable, kept_with_table
from ratings.statistics.resampling import (
    check_resamples,
    percentile_interval,
    resampled_means,
    two_way_counts,
)
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed


@dataclass(frozen=True, kw_only=True)
class StarsDistribution:
    """How often each score was given to one system; every tuple has one entry a distinct score, ascending."""

    scores: tuple[float, ...]
    counts: tuple[int, ...]
    shares: tuple[float, ...]
    mean: float
    median: float
    n: Sample


def stars_distribution(table: RatingsTable, system: str) -> StarsDistribution:
    """Describe the scores of one system; this needs one rating and never an interval.

    The median of an even number of scores lies halfway. NotEstimable when the system has no ratings.
    """
    chosen = table.of_systems(system)
    scores, counts = np.unique(chosen.score, return_counts=True)
    return StarsDistribution(
        scores=tuple(scores.tolist()),
        counts=tuple(counts.tolist()),
        shares=tuple((counts / counts.sum()).tolist()),
        mean=float(np.mean(chosen.score)),
        median=float(np.median(chosen.score)),
        n=chosen.n,
    )


def mean_stars(
    table: RatingsTable,
    system: str,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
    scale: tuple[float, float] | None = None,
) -> Estimate:
    """Mean stars of one system over its ratings, with a two-way bootstrap interval.

    The pigeonhole bootstrap (Owen 2007) gives the interval its shape. By itself it is too narrow with few
    raters and too wide where neither raters nor items differ, so its deviations are scaled to the t interval
    of a mixed model with crossed rater and item effects (REML, Satterthwaite). ``scale`` holds the ends of
    the answers' scale, beyond which the interval is cut. NotEstimable with fewer than 2 ratings or when all
    are equal (``stars_distribution`` still describes them).
    """
    check_level("confidence", confidence)
    check_resamples(resamples)
    chosen = table.of_systems(system)
    fitted = crossed_mean(chosen.score, rater=chosen.rater, item=chosen.item, weighting="equal")
    contrast = fitted.contrast
    resampled = resampled_means(*_resampled_scores(table, system, resamples, seed), contrast.estimate)
    stretch = contrast.half_width(confidence) / float(
        stats.norm.ppf((1 + confidence) / 2) * np.std(resampled)
    )
    low, high = percentile_interval(contrast.estimate + stretch * (resampled - contrast.estimate), confidence)
    least, most = scale or (-np.inf, np.inf)
    return Estimate(
        estimate=contrast.estimate,
        ci_low=max(min(low, contrast.estimate), least),
        ci_high=min(max(high, contrast.estimate), most),
        confidence=confidence,
        n=chosen.n,
        method=(
            f"two-way bootstrap over {fitted.generalises_over}, scaled to a mixed model's t interval "
            f"({contrast.degrees_of_freedom:.1f} degrees of freedom)"
        ),
        signature=signed(
            "stars-mean", boot="pigeonhole", b=resamples, seed=seed, conf=confidence, scale=scale or "open"
        ),
        generalises_over=fitted.generalises_over,
    )


def median_stars(
    table: RatingsTable, system: str, *, confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> Estimate:
    """Median stars of one system with the percentile interval of the pigeonhole bootstrap.

    The interval moves in half stars, so it is coarse; with fewer than about 10 raters it is also narrow.
    NotEstimable when there are fewer than 2 ratings.
    """
    check_level("confidence", confidence)
    check_resamples(resamples)
    chosen = table.of_systems(system)
    if len(chosen.score) < 2:
        raise NotEstimable("1 rating has no spread: at least 2 are needed for an interval")
    scores, counts = _resampled_scores(table, system, resamples, seed)
    cumulated = np.cumsum(counts[counts.sum(axis=1) > 0], axis=1)
    half = cumulated[:, -1:] / 2
    medians = (scores[np.argmax(cumulated >= half, axis=1)] + scores[np.argmax(cumulated > half, axis=1)]) / 2
    median = float(np.median(chosen.score))
    low, high = percentile_interval(medians, confidence)
    several = [name for name, size in (("items", chosen.n.items), ("raters", chosen.n.raters)) if size > 1]
    return Estimate(
        estimate=median,
        ci_low=min(low, median),
        ci_high=max(high, median),
        confidence=confidence,
        n=chosen.n,
        method="two-way bootstrap over items and raters, percentile",
        signature=signed("stars-median", boot="pigeonhole", b=resamples, seed=seed, conf=confidence),
        generalises_over=" and ".join(several),
    )


@kept_with_table
def _resampled_scores(
    table: RatingsTable, system: str, resamples: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One two-way bootstrap for mean and median: the distinct scores, and how often each was drawn."""
    chosen = table.of_systems(system)
    rng = np.random.default_rng(seed)
    return two_way_counts(chosen.score, chosen.rater, chosen.item, resamples, rng)
