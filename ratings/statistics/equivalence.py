"""A difference in stars against a margin: non-inferiority, equivalence, superiority, and the verdicts."""

import math

from ratings.statistics.comparison import MeanDifference
from ratings.statistics.margins import MarginTest, Verdict, verdict
from ratings.statistics.proportions import check_level
from ratings.statistics.results import Estimate, signed


def interval_verdict(
    ci_low: float, ci_high: float, *, at_least: float = -math.inf, at_most: float = math.inf
) -> Verdict:
    """Judge the claim ``at_least`` <= truth <= ``at_most`` by an interval.

    Supported when the interval lies wholly inside, refuted when it lies wholly outside, else undecided; an
    interval that touches a finite bound lies on neither side. ValueError when no bound is finite or the
    bounds are out of order.
    """
    if math.isinf(at_least) and math.isinf(at_most):
        raise ValueError("The claim has no bound: state the least or the most that the truth may be")
    if not at_least <= at_most:
        raise ValueError(
            f"The claim asks for at least {at_least} and at most {at_most}: nothing satisfies it"
        )
    inside_low = ci_low > at_least or math.isinf(at_least)
    inside_high = ci_high < at_most or math.isinf(at_most)
    if inside_low and inside_high:
        return "supported"
    return "refuted" if ci_high < at_least or ci_low > at_most else "undecided"


def non_inferiority(comparison: MeanDifference, *, margin: float, alpha: float = 0.05) -> MarginTest:
    """Test 'a is no worse than b by ``margin`` stars': one-sided at alpha, the lower 1 − 2·alpha bound.

    Superiority is the claim with margin 0. ValueError for a negative margin.
    """
    _check(margin, alpha, least=0.0)
    contrast = comparison.contrast
    pvalue = contrast.pvalue_above(-margin)
    refuted = contrast.pvalue_below(-margin)
    return MarginTest(
        estimate=_at(comparison, alpha, f"non-inferiority within {margin:g}"),
        relation="non-inferior",
        margin=margin,
        alpha=alpha,
        pvalue=pvalue,
        pvalue_refuted=refuted,
        verdict=verdict(pvalue, refuted, alpha),
    )


def equivalence(comparison: MeanDifference, *, margin: float, alpha: float = 0.05) -> MarginTest:
    """Test '|a − b| < ``margin`` stars' by two one-sided tests (Schuirmann 1987), the 1 − 2·alpha interval.

    It is supported when the interval lies inside the margins, refuted when it lies wholly beyond one of
    them. ValueError unless margin > 0.
    """
    _check(margin, alpha, least=math.ulp(0.0))
    contrast = comparison.contrast
    pvalue = max(contrast.pvalue_above(-margin), contrast.pvalue_below(margin))
    refuted = min(contrast.pvalue_below(-margin), contrast.pvalue_above(margin))
    return MarginTest(
        estimate=_at(comparison, alpha, f"equivalence within {margin:g} (TOST)"),
        relation="equivalent",
        margin=margin,
        alpha=alpha,
        pvalue=pvalue,
        pvalue_refuted=refuted,
        verdict=verdict(pvalue, refuted, alpha),
    )


def smallest_non_inferiority_margin(comparison: MeanDifference, *, alpha: float = 0.05) -> float:
    """The least margin in stars for which non-inferiority would just be supported; 0 if a is shown better."""
    check_level("2·alpha", 2 * alpha)
    return max(0.0, -comparison.interval(1 - 2 * alpha)[0])


def smallest_equivalence_margin(comparison: MeanDifference, *, alpha: float = 0.05) -> float:
    """The least margin in stars for which equivalence would just be supported."""
    check_level("2·alpha", 2 * alpha)
    return max(abs(bound) for bound in comparison.interval(1 - 2 * alpha))


def _check(margin: float, alpha: float, least: float) -> None:
    check_level("2·alpha", 2 * alpha)
    if not least <= margin < math.inf:
        raise ValueError(f"The margin is {margin}: give a positive number of stars")


def _at(comparison: MeanDifference, alpha: float, claim: str) -> Estimate:
    shown = comparison.estimate
    low, high = comparison.interval(1 - 2 * alpha)
    return Estimate(
        estimate=shown.estimate,
        ci_low=low,
        ci_high=high,
        confidence=1 - 2 * alpha,
        n=shown.n,
        method=f"{claim}; {shown.method}",
        signature=signed("stars-margin", of=shown.signature.split("|numpy")[0], alpha=alpha),
        generalises_over=shown.generalises_over,
        statistic=shown.statistic,
    )
