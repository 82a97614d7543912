"""Cumulative link mixed models of stars: logit link, flexible thresholds, crossed random intercepts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

from ratings.statistics.laplace import LaplaceLikelihood
from ratings.statistics.mixed_models import distinct_groups
from ratings.statistics.proportions import check_level
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import Estimate, NotEstimable, signed
from ratings.statistics.single_thread import single_thread

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

# Log standard deviations: below the first a spread counts as zero, beyond the second the search ends.
_ZERO, _LEAST, _MOST = -6.0, -8.0, 4.0
_MOST_STANDARD_ERROR = 100.0
# No effect or threshold of stars lies this many logits out, unless the scores are separated.
_WIDEST = 25.0
_MOST_RATINGS = 50_000


@dataclass(frozen=True, kw_only=True, eq=False)
class CumulativeLinkModel:
    """P(score <= j) = logistic(``thresholds``[j] − design @ ``coefficients`` − random intercepts).

    ``standard_errors`` are those of the thresholds, then of the coefficients, from the observed information.
    A variance at its edge is 0.
    """

    thresholds: Floats
    coefficients: Floats
    standard_errors: Floats
    variances: Mapping[str, float]
    log_likelihood: float


@single_thread
def cumulative_link_mixed_model(
    response: Codes, design: Floats, groups: Mapping[str, Codes]
) -> CumulativeLinkModel:
    """Fit by maximum likelihood, the random intercepts integrated out by Laplace's approximation.

    ``response`` (n,) holds codes 0 … K−1, each of which occurs; ``design`` (n, p) has no constant column;
    ``groups`` name -> codes (n,), may be empty (then this is the proportional-odds model). The models of
    Christensen's R package ordinal (clm; clmm with nAGQ = 1). Raises NotEstimable when only one score occurs,
    when the scores are separated so that an effect is infinite, or with more than 2,000 intercepts.
    """
    likelihood = LaplaceLikelihood(response, design, groups)
    cuts, fixed = likelihood.cuts, likelihood.fixed

    def objective(free: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood(_ordered(free, cuts))
        # By rating: a search within bounds first goes a whole gradient, which for many ratings leads nowhere.
        value, gradient = value / len(response), gradient / len(response)
        # Threshold k moves all those above it; free[1:] are logs of the gaps.
        beyond = np.cumsum(gradient[:cuts][::-1])[::-1]
        beyond[1:] *= np.exp(free[1:cuts])
        return value, np.concatenate([beyond, gradient[cuts:]])

    first = special.logit(likelihood.cumulated)
    spreads = np.full(len(groups), -0.7)
    start = np.concatenate([first[:1], np.log(np.diff(first)), np.zeros(fixed - cuts), spreads])
    edge = np.full(fixed, _WIDEST)
    found = optimize.minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=optimize.Bounds(
            np.append(-edge, np.full(len(groups), _LEAST)), np.append(edge, np.full(len(groups), _MOST))
        ),
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 1000},
    )
    parameters = _ordered(found.x, cuts)
    value, _ = likelihood(parameters)
    estimated = np.where(parameters[fixed:] > _ZERO, np.exp(2 * parameters[fixed:]), 0.0)
    return CumulativeLinkModel(
        thresholds=parameters[:cuts],
        coefficients=parameters[cuts:fixed],
        standard_errors=_standard_errors(likelihood, parameters),
        variances=dict(zip(groups, estimated.tolist(), strict=True)),
        log_likelihood=-value,
    )


def compare_stars_ordinal(table: RatingsTable, a: str, b: str, *, confidence: float = 0.95) -> Estimate:
    """Log odds ratio of a higher score for ``a`` than for ``b``: cumulative logit, Wald interval.

    Random intercepts of items and raters, no system slopes: the interval takes raters and items to differ in
    level but not in how they see the systems, and is narrow where they do. The primary comparison is
    ``compare_stars``. Of more than 50,000 ratings those of at most 200 raters for 200 items are drawn, which
    the search takes seconds for. Raises NotEstimable as ``cumulative_link_mixed_model``.
    """
    check_level("confidence", confidence)
    if a == b:
        raise ValueError(f"'{a}' cannot be compared with itself: name two systems")
    every = table.of_systems(a, b)
    chosen = every.thinned(_MOST_RATINGS)
    design = (chosen.system == table.code_of(a)).astype(np.float64)[:, None]
    groups = distinct_groups({"item": chosen.item, "rater": chosen.rater})
    response = np.unique(chosen.score, return_inverse=True)[1].astype(np.int64)
    model = cumulative_link_mixed_model(response, design, groups)
    effect, error = float(model.coefficients[0]), float(model.standard_errors[-1])
    half = float(stats.norm.ppf((1 + confidence) / 2)) * error
    return Estimate(
        estimate=effect,
        ci_low=effect - half,
        ci_high=effect + half,
        confidence=confidence,
        n=chosen.n,
        method=(
            "cumulative link mixed model, logit, random intercepts of "
            f"{' and '.join(groups) or 'nothing'}, Laplace; log odds ratio, Wald interval"
            + chosen.named_against(every)
        ),
        signature=signed("stars-clmm", link="logit", laplace=True, most=_MOST_RATINGS, conf=confidence),
        generalises_over="items and raters, levels only",
        statistic=effect / error,
        pvalue=float(2 * stats.norm.sf(abs(effect) / error)),
    )


def _ordered(free: Floats, cuts: int) -> Floats:
    thresholds = free[0] + np.concatenate([[0.0], np.cumsum(np.exp(free[1:cuts]))])
    return np.concatenate([thresholds, free[cuts:]])


def _standard_errors(likelihood: LaplaceLikelihood, parameters: Floats) -> Floats:
    free = np.flatnonzero((np.arange(len(parameters)) < likelihood.fixed) | (parameters > _ZERO))
    hessian = np.empty((len(free), len(free)))
    for row, index in enumerate(free):
        step = np.zeros(len(parameters))
        step[index] = 1e-4
        hessian[row] = (likelihood(parameters + step)[1] - likelihood(parameters - step)[1])[free] / 2e-4
    hessian = (hessian + hessian.T) / 2
    smallest = float(np.linalg.eigvalsh(hessian)[0])
    if smallest <= _MOST_STANDARD_ERROR**-2:
        raise NotEstimable(
            "The scores of the systems overlap too little: an effect or a threshold has no finite estimate"
        )
    return np.sqrt(np.diag(np.linalg.inv(hessian)))[: likelihood.fixed]
