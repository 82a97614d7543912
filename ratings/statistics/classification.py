"""Accuracy of one classifier, and of two on the same examples: McNemar, difference, ratio and margins."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from ratings.statistics.margins import MarginTest, Relation, verdict
from ratings.statistics.paired_intervals import (
    PairedCounts,
    newcombe_difference,
    tang_ratio,
    tango_difference,
    tango_score,
)
from ratings.statistics.proportions import IntervalKind, check_counts, check_level, proportion_interval
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed


@dataclass(frozen=True, kw_only=True)
class McNemar:
    """Two-sided tests that two classifiers are right equally often, where only one of them is right."""

    only_first: int
    only_second: int
    pvalue_exact: float
    pvalue_mid: float
    method: str


def paired_counts(first_correct: ArrayLike, second_correct: ArrayLike) -> PairedCounts:
    """Count from two arrays of right and wrong, one entry an example, in the same order.

    Raises ValueError for arrays of unequal length or entries other than 0 and 1.
    """
    first, second = np.asarray(first_correct), np.asarray(second_correct)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(
            f"Give one entry an example in both arrays, not shapes {first.shape} and {second.shape}"
        )
    if not (np.isin(first, [0, 1]).all() and np.isin(second, [0, 1]).all()):
        raise ValueError("Each entry must be right (1, True) or wrong (0, False)")
    a, b = first.astype(bool), second.astype(bool)
    return PairedCounts(
        both=int(np.sum(a & b)),
        only_first=int(np.sum(a & ~b)),
        only_second=int(np.sum(~a & b)),
        neither=int(np.sum(~a & ~b)),
    )


def accuracy(
    correct: int, examples: int, *, confidence: float = 0.95, interval: IntervalKind = "wilson"
) -> Estimate:
    """Accuracy on ``examples`` with its interval for new examples. Raises NotEstimable without examples."""
    if examples == 0:
        raise NotEstimable("No example has a label yet, so there is no accuracy")
    check_counts(correct, examples)
    low, high = proportion_interval(correct, examples, confidence, interval)
    return Estimate(
        estimate=correct / examples,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=_sample(examples),
        method=f"accuracy, {interval} interval",
        signature=signed("accuracy", x=correct, n=examples, interval=interval, confidence=confidence),
        generalises_over="items",
    )


def mcnemar(counts: PairedCounts) -> McNemar:
    """Exact and mid-p tests (McNemar 1947; Fagerland, Lydersen & Laake 2013, BMC Med Res Meth 13:91).

    Without a discordant example both p-values are 1: nothing speaks for a difference. Raises NotEstimable
    without examples.
    """
    _require_examples(counts)
    discordant, fewer = counts.only_first + counts.only_second, min(counts.only_first, counts.only_second)
    tail = float(stats.binom.cdf(fewer, discordant, 0.5))
    at = float(stats.binom.pmf(fewer, discordant, 0.5))
    balanced = counts.only_first == counts.only_second
    return McNemar(
        only_first=counts.only_first,
        only_second=counts.only_second,
        pvalue_exact=min(1.0, 2 * tail),
        pvalue_mid=1 - at / 2 if balanced and discordant else min(1.0, 2 * tail - at),
        method="McNemar, exact conditional and mid-p, two-sided",
    )


def accuracy_difference(
    counts: PairedCounts, *, confidence: float = 0.95, interval: Literal["tango", "newcombe"] = "tango"
) -> Estimate:
    """Accuracy of first minus second (−1 to 1), paired, with Tango's score or Newcombe's hybrid interval.

    ``pvalue`` is McNemar's exact test. Raises NotEstimable without examples.
    """
    _require_examples(counts)
    check_level("confidence", confidence)
    bounds = {"tango": tango_difference, "newcombe": newcombe_difference}[interval]
    low, high = bounds(counts, confidence)
    return Estimate(
        estimate=counts.difference,
        ci_low=min(low, counts.difference),
        ci_high=max(high, counts.difference),
        confidence=confidence,
        n=_sample(counts.examples),
        method=f"paired difference, {interval.capitalize()} interval; McNemar's exact test",
        signature=signed(
            "paired-difference", counts=counts.signature, interval=interval, confidence=confidence
        ),
        generalises_over="items",
        pvalue=mcnemar(counts).pvalue_exact,
    )


def accuracy_ratio(counts: PairedCounts, *, confidence: float = 0.95) -> Estimate:
    """Accuracy of first over second, paired, with the score interval of Tang, Tang & Chan (2003).

    ``ci_high`` may be infinite when second is hardly ever right. Raises NotEstimable without examples or when
    second is never right.
    """
    _require_examples(counts)
    check_level("confidence", confidence)
    if counts.second == 0:
        raise NotEstimable(
            f"The second system is right on none of {counts.examples} examples, so there is no ratio to it"
        )
    low, high = tang_ratio(counts, confidence)
    return Estimate(
        estimate=counts.first / counts.second,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=_sample(counts.examples),
        method="paired ratio, Tang score interval",
        signature=signed("paired-ratio", counts=counts.signature, interval="tang", confidence=confidence),
        generalises_over="items",
    )


def accuracy_margin_test(
    counts: PairedCounts, *, margin: float, relation: Relation = "non-inferior", alpha: float = 0.05
) -> MarginTest:
    """Test that first is no worse than second by ``margin`` (a proportion), or within it on both sides.

    One-sided score tests at the margin (Tango 1998, Statistics in Medicine 17:891), the larger p-value of the
    two for ``equivalent``; supported exactly when the 1 − 2·alpha Tango interval lies inside the margin,
    refuted when outside. Raises NotEstimable without examples, ValueError for a margin not in (0, 1).
    """
    _require_examples(counts)
    check_level("margin", margin)
    check_level("alpha", 2 * alpha)
    above_low = float(stats.norm.sf(tango_score(counts, -margin)))
    below_high = float(stats.norm.cdf(tango_score(counts, margin)))
    if relation == "non-inferior":
        pvalue, refuted = above_low, 1 - above_low
    else:
        pvalue, refuted = max(above_low, below_high), min(1 - above_low, 1 - below_high)
    return MarginTest(
        estimate=accuracy_difference(counts, confidence=1 - 2 * alpha),
        relation=relation,
        margin=margin,
        alpha=alpha,
        pvalue=pvalue,
        pvalue_refuted=refuted,
        verdict=verdict(pvalue, refuted, alpha),
    )


def _require_examples(counts: PairedCounts) -> None:
    if counts.examples == 0:
        raise NotEstimable("No example was labelled by both systems, so they cannot be compared")


def _sample(examples: int) -> Sample:
    return Sample(ratings=examples, items=examples, raters=0)
