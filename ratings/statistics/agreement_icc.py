"""Intraclass correlations: how much of the ratings' variance lies between outputs."""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ratings.statistics.mixed_models import linear_mixed_model
from ratings.statistics.proportions import check_level
from ratings.statistics.ratings_table import RatingsTable, compact, kept_with_table
from ratings.statistics.results import Estimate, NotEstimable, signed

Floats = NDArray[np.float64]
Of = Literal["single", "average"]

_OUTPUTS_ALIKE = (
    "The outputs' mean ratings differ less than raters who rate at random would make them, so the intraclass "
    "correlation is not defined"
)
_MOST_RATINGS = 100_000


def intraclass_correlation(table: RatingsTable, *, of: Of = "single", confidence: float = 0.95) -> Estimate:
    """ICC(2,1) of a ``single`` rater or ICC(2,k) of the ``average`` of k, absolute agreement, both random.

    When every rater rated every output: Shrout & Fleiss (1979, Psychological Bulletin 86:420) with the
    interval of McGraw & Wong (1996). With gaps: variances by REML with crossed outputs and raters, k the
    harmonic mean of the ratings an output, and the interval by the delta method on Fisher's z for k. The
    interval is cut at 0, below which the model has none, but holds an estimate that is negative. Of more than
    100,000 ratings with gaps, REML sees those of at most 200 raters for 200 items. Raises
    NotEstimable with fewer than 2 raters or outputs, or when all ratings or all outputs' means are equal.
    """
    check_level("confidence", confidence)
    unit, rater = compact(table.output), compact(table.rater)
    outputs, raters = (int(codes.max(initial=-1)) + 1 for codes in (unit, rater))
    if outputs < 2 or raters < 2:
        raise NotEstimable(
            f"{outputs} outputs and {raters} raters have no intraclass correlation: at least 2 of "
            "each are needed"
        )
    if np.ptp(table.score) == 0:
        raise NotEstimable(f"All ratings are {table.score[0]:g}: there is no variance to divide")
    few = table
    complete = len(table.score) == outputs * raters
    if complete:
        matrix = np.empty((outputs, raters))
        matrix[unit, rater] = table.score
        size, bounds = float(raters), _complete(matrix, confidence)
    else:
        size = float(outputs / np.sum(1 / np.bincount(unit)))
        few = table.thinned(_MOST_RATINGS)
        bounds = _with_gaps(table, size, confidence)
    if of == "average":
        bounds = tuple(_stepped_up(value, size) for value in bounds)
    estimate, low, high = bounds
    if math.isinf(estimate):
        raise NotEstimable(_OUTPUTS_ALIKE)
    return Estimate(
        estimate=estimate,
        ci_low=max(low, min(0.0, estimate)),
        ci_high=max(high, estimate),
        confidence=confidence,
        n=table.n,
        method=(
            f"ICC(2,{'1' if of == 'single' else f'{size:.3g}'}), absolute agreement; "
            + ("mean squares, F interval" if complete else "REML with gaps, delta interval")
            + few.named_against(table)
        ),
        signature=signed("icc2", of=of, by="anova" if complete else "reml", conf=confidence),
        generalises_over="items and raters",
    )


def _complete(matrix: Floats, confidence: float) -> tuple[float, ...]:
    n, k = matrix.shape
    grand = matrix.mean()
    by_output, by_rater = matrix.mean(axis=1), matrix.mean(axis=0)
    residual = matrix - by_output[:, None] - by_rater + grand
    between = k * float(np.sum((by_output - grand) ** 2)) / (n - 1)
    raters = n * float(np.sum((by_rater - grand) ** 2)) / (k - 1)
    error = float(np.sum(residual**2)) / ((n - 1) * (k - 1))
    if between <= 1e-12 * (raters + error):
        raise NotEstimable(_OUTPUTS_ALIKE)
    shared = k * raters + (n * k - k - n) * error
    icc = n * (between - error) / (shared + n * between)
    if error <= 1e-12 * between:
        return (icc, icc, icc) if raters <= 1e-12 * between else _refuse_additive()
    ratio = raters / error
    inner = n * (1 + (k - 1) * icc) - k * icc
    freedom = (k - 1) * (n - 1) * (k * icc * ratio + inner) ** 2
    freedom /= (n - 1) * k**2 * icc**2 * ratio**2 + inner**2
    upper_tail = (1 + confidence) / 2
    f_low, f_high = stats.f.ppf(upper_tail, n - 1, freedom), stats.f.ppf(upper_tail, freedom, n - 1)
    low = n * (between - f_low * error) / (f_low * shared + n * between)
    high = n * (f_high * between - error) / (shared + n * f_high * between)
    return icc, float(low), float(high)


def _stepped_up(single: float, size: float) -> float:
    """Spearman and Brown's correlation of an average of ``size`` raters; −∞ where it is not defined."""
    below = 1 + (size - 1) * single
    return size * single / below if below > 1e-9 else -math.inf


def _refuse_additive() -> tuple[float, ...]:
    raise NotEstimable(
        "The raters order the outputs in exactly the same distances, so the interval of the intraclass "
        "correlation is not defined"
    )


@kept_with_table
def _shares_with_gaps(table: RatingsTable) -> tuple[float, float]:
    """The intraclass correlation of a plan with gaps, and its standard error by the delta method."""
    few = table.thinned(_MOST_RATINGS)
    groups = {"output": compact(few.output), "rater": compact(few.rater)}
    model = linear_mixed_model(few.score, np.ones((len(few.score), 1)), groups)
    parts = np.append(model.solution.ratios, 1.0)
    total = float(parts.sum())
    icc = float(parts[0]) / total
    gradient = np.array([1 - icc, -icc, -icc]) / total
    covariance = model.solution.variance_covariance()
    return icc, float(np.sqrt(gradient @ covariance @ gradient))


def _with_gaps(table: RatingsTable, size: float, confidence: float) -> tuple[float, ...]:
    icc, spread = _shares_with_gaps(table)
    slope = ((size - 1) / (1 + (size - 1) * icc) + 1 / (1 - icc)) / 2
    centre = np.log((1 + (size - 1) * icc) / (1 - icc)) / 2
    half = stats.norm.ppf((1 + confidence) / 2) * slope * spread
    low, high = (np.expm1(2 * z) / (np.exp(2 * z) + size - 1) for z in (centre - half, centre + half))
    return icc, max(float(low), 0.0), float(high)
