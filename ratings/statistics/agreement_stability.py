"""How agreement hangs on single raters, and how far raters agree with themselves on repeated items."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ratings.statistics.agreement import Metric, without_each_rater
from ratings.statistics.agreement_chance import weighted_kappa
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable


@dataclass(frozen=True, kw_only=True)
class WithoutRater:
    """Alpha when one rater is left out; None when the rest cannot be compared or do not vary."""

    rater: str
    ratings_left_out: int
    alpha: float | None


def leave_one_rater_out(table: RatingsTable, *, metric: Metric = "ordinal") -> tuple[WithoutRater, ...]:
    """Krippendorff's alpha without each rater in turn, in order of names.

    NotEstimable with fewer than 3 raters, when no pair would be left.
    """
    raters = np.unique(table.rater)
    if len(raters) < 3:
        raise NotEstimable(f"{len(raters)} raters: leaving one out needs at least 3, so that a pair remains")
    given = np.bincount(table.rater)
    return tuple(
        WithoutRater(
            rater=table.raters[rater],
            ratings_left_out=int(given[rater]),
            alpha=None if np.isnan(alpha) else float(alpha),
        )
        for rater, alpha in zip(raters, without_each_rater(table, metric=metric), strict=True)
    )


@dataclass(frozen=True, kw_only=True)
class SelfConsistency:
    """How raters scored the same output the second time.

    ``exact`` and ``within_one`` are shares of the repeats, ``mean_shift`` is second − first in stars;
    ``kappa`` is quadratic-weighted, None when the scores did not vary.
    """

    repeats: int
    exact: float
    within_one: float
    mean_absolute_difference: float
    mean_shift: float
    kappa: float | None


def self_consistency(first: ArrayLike, second: ArrayLike) -> SelfConsistency:
    """Compare first and second scores (n,) of the outputs that a rater saw twice.

    ValueError when the lengths differ; NotEstimable without repeats.
    """
    before, after = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if before.shape != after.shape or before.ndim != 1:
        raise ValueError(f"Each repeat needs two scores, but the shapes are {before.shape} and {after.shape}")
    if not len(before):
        raise NotEstimable(
            "No output was shown twice to the same rater: plan repeats to see self-consistency"
        )
    apart = np.abs(after - before)
    return SelfConsistency(
        repeats=len(before),
        exact=float(np.mean(apart == 0)),
        within_one=float(np.mean(apart <= 1)),
        mean_absolute_difference=float(np.mean(apart)),
        mean_shift=float(np.mean(after - before)),
        kappa=weighted_kappa(before, after),
    )
