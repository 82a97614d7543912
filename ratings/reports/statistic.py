"""From the results of `ratings.statistics` to the report's statistics; a refusal becomes its reason."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from ratings.reports.document_statistic import Statistic
from ratings.statistics.multiplicity import correct_family
from ratings.statistics.rank_tests import ItemTest
from ratings.statistics.results import Estimate, NotEstimable, Sample

NOBODY = Sample(ratings=0, items=0, raters=0)


def estimated(analysis: Callable[[], Estimate | ItemTest]) -> Statistic:
    """Run `analysis`; where it refuses (NotEstimable), the statistic holds the reason and no number."""
    try:
        result = analysis()
    except NotEstimable as refusal:
        return refused(str(refusal))
    return of_estimate(result) if isinstance(result, Estimate) else _of_item_test(result)


def of_estimate(result: Estimate) -> Statistic:
    """The statistic of an estimate; infinite bounds become None."""
    return Statistic(
        estimate=result.estimate,
        ci_low=_finite(result.ci_low),
        ci_high=_finite(result.ci_high),
        confidence=result.confidence,
        pvalue=result.pvalue,
        pvalue_adjusted=None,
        n=result.n,
        method=result.method,
        signature=result.signature,
        generalises_over=result.generalises_over,
        reason="",
    )


def exact(value: float, *, method: str, signature: str, n: Sample) -> Statistic:
    """A number that was measured on all there is, so that it has no interval."""
    return Statistic(
        estimate=value,
        ci_low=None,
        ci_high=None,
        confidence=None,
        pvalue=None,
        pvalue_adjusted=None,
        n=n,
        method=method,
        signature=signature,
        generalises_over="",
        reason="",
    )


def refused(reason: str) -> Statistic:
    """No number, and why."""
    return Statistic(
        estimate=None,
        ci_low=None,
        ci_high=None,
        confidence=None,
        pvalue=None,
        pvalue_adjusted=None,
        n=NOBODY,
        method="",
        signature="",
        generalises_over="",
        reason=reason,
    )


def value_or_none(analysis: Callable[[], float]) -> float | None:
    """The number that `analysis` gives, None where it refuses."""
    try:
        return analysis()
    except NotEstimable:
        return None


def adjusted(statistics: Sequence[Statistic]) -> tuple[Statistic, ...]:
    """The same statistics with their p-values corrected by Holm as one family."""
    family = correct_family([statistic.pvalue for statistic in statistics], correction="holm")
    return tuple(
        replace(statistic, pvalue_adjusted=pvalue)
        for statistic, pvalue in zip(statistics, family.adjusted, strict=True)
    )


def _of_item_test(result: ItemTest) -> Statistic:
    return Statistic(
        estimate=result.effect,
        ci_low=None,
        ci_high=None,
        confidence=None,
        pvalue=result.pvalue,
        pvalue_adjusted=None,
        n=result.n,
        method=result.method,
        signature=result.signature,
        generalises_over=result.generalises_over,
        reason="",
    )


def _finite(bound: float) -> float | None:
    return float(bound) if math.isfinite(bound) else None
