"""A metric of one system with its interval, and of two by paired bootstrap and approximate randomization."""

import math
from dataclasses import dataclass

import numpy as np

from generation.metrics.example_statistics import ExampleStatistics, Floats
from generation.metrics.resampling import (
    bootstrap_interval,
    bootstrap_scores,
    percentile_interval,
    randomized_differences,
)
from ratings.statistics.margins import MarginTest, Relation, verdict
from ratings.statistics.proportions import check_level
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed


@dataclass(frozen=True, kw_only=True)
class MetricComparison:
    """Two systems' corpus scores on the same examples.

    ``difference`` is first − second with its percentile interval and the two-sided bootstrap p-value
    P(|d* − d| >= |d|). ``pvalue_randomization`` swaps outputs between the systems (two-sided).
    ``pvalue_sacrebleu`` is the bootstrap p-value as sacrebleu defines it, for comparison with published ones.
    """

    first: Estimate
    second: Estimate
    difference: Estimate
    pvalue_randomization: float
    pvalue_sacrebleu: float


def metric_estimate(
    examples: ExampleStatistics, *, seed: int, resamples: int = 10_000, confidence: float = 0.95
) -> Estimate:
    """One system's metric with its percentile bootstrap interval over examples (Koehn 2004, EMNLP).

    The bounds are infinite where all resamples score the same: they say nothing then of the spread. Raises
    NotEstimable with fewer than 2 examples.
    """
    check_level("confidence", confidence)
    _require_two(examples)
    found = bootstrap_interval(examples, seed=seed, resamples=resamples, confidence=confidence)
    low, high = found or (-math.inf, math.inf)
    kind = "percentile interval" if found else "no spread between them, so no bounds"
    return Estimate(
        estimate=examples.corpus_score,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=_sample(examples),
        method=f"{examples.name}, bootstrap, {resamples} resamples, {kind}",
        signature=signed(
            "bootstrap",
            metric=examples.signature,
            seed=seed,
            resamples=resamples,
            confidence=confidence,
        ),
        generalises_over="items",
        pvalue=None,
    )


def compare_metric(
    first: ExampleStatistics,
    second: ExampleStatistics,
    *,
    seed: int,
    resamples: int = 10_000,
    confidence: float = 0.95,
) -> MetricComparison:
    """Compare two systems by a corpus metric, examples resampled in pairs; generalises over items.

    Koehn (2004, EMNLP) for the bootstrap, Riezler & Maxwell (2005, ACL workshop) for the randomization.
    Raises NotEstimable with fewer than 2 examples, ValueError for other examples or metrics in second.
    """
    check_level("confidence", confidence)
    _require_pair(first, second, resamples)
    rng = np.random.default_rng(seed)
    first_scores, second_scores = bootstrap_scores(first, second, rng=rng, resamples=resamples)
    observed = first.corpus_score - second.corpus_score
    differences = first_scores - second_scores
    swapped = randomized_differences(first, second, rng=rng, resamples=resamples)
    signature = signed(
        "paired-resampling",
        metric=first.signature,
        seed=seed,
        resamples=resamples,
        confidence=confidence,
    )

    def estimate(value: float, draws: Floats, pvalue: float | None, method: str) -> Estimate:
        low, high = percentile_interval(draws, value, confidence)
        return Estimate(
            estimate=value,
            ci_low=low,
            ci_high=high,
            confidence=confidence,
            n=_sample(first),
            method=f"{first.name}, {method}, {resamples} resamples, percentile interval",
            signature=signature,
            generalises_over="items",
            pvalue=pvalue,
        )

    return MetricComparison(
        first=estimate(first.corpus_score, first_scores, None, "bootstrap"),
        second=estimate(second.corpus_score, second_scores, None, "bootstrap"),
        difference=estimate(
            observed, differences, _exceed(np.abs(differences - observed), abs(observed)), "paired bootstrap"
        ),
        pvalue_randomization=_exceed(np.abs(swapped), abs(observed)),
        pvalue_sacrebleu=_sacrebleu_pvalue(differences, observed),
    )


def metric_margin_test(
    first: ExampleStatistics,
    second: ExampleStatistics,
    *,
    margin: float,
    relation: Relation = "equivalent",
    alpha: float = 0.05,
    seed: int,
    resamples: int = 10_000,
) -> MarginTest:
    """Test that first is no worse than second by ``margin`` (in the metric's points), or within it.

    The p-values are the shares of resampled differences beyond the margin (the percentile interval turned
    into a test), the larger of the two sides for ``equivalent``. For a metric where less is better, pass the
    systems the other way round. Raises as ``compare_metric``, and ValueError for a margin that is not
    positive.
    """
    check_level("alpha", 2 * alpha)
    if not margin > 0:
        raise ValueError(f"The margin is {margin}: give a positive number of {first.name} points")
    compared = compare_metric(first, second, seed=seed, resamples=resamples, confidence=1 - 2 * alpha)
    one, other = bootstrap_scores(first, second, rng=np.random.default_rng(seed), resamples=resamples)
    differences = one - other
    too_low, low_enough = _exceed(-differences, margin), _exceed(differences, -margin)
    too_high, high_enough = _exceed(differences, margin), _exceed(-differences, -margin)
    if relation == "non-inferior":
        pvalue, refuted = too_low, low_enough
    else:
        pvalue, refuted = max(too_low, too_high), min(low_enough, high_enough)
    return MarginTest(
        estimate=compared.difference,
        relation=relation,
        margin=margin,
        alpha=alpha,
        pvalue=pvalue,
        pvalue_refuted=refuted,
        verdict=verdict(pvalue, refuted, alpha),
    )


def _exceed(draws: Floats, limit: float) -> float:
    # The sample itself counts as one of the draws. The slack counts draws equal but for rounding.
    slack = 1e-9 * max(1.0, abs(limit))
    return float((np.sum(draws >= limit - slack) + 1) / (len(draws) + 1))


def _sacrebleu_pvalue(differences: Floats, observed: float) -> float:
    absolute = np.abs(differences)
    return float((np.sum(absolute - absolute.mean() > abs(observed)) + 1) / (len(absolute) + 1))


def _require_pair(first: ExampleStatistics, second: ExampleStatistics, resamples: int) -> None:
    if resamples < 1:
        raise ValueError(f"{resamples} resamples are none: give 1,000 or more")
    if first.signature != second.signature:
        raise ValueError(
            f"The systems are scored by different metrics: {first.signature} and {second.signature}"
        )
    if len(first.values) != len(second.values):
        raise ValueError(
            "The systems must answer the same examples, but have "
            f"{len(first.values)} and {len(second.values)}"
        )
    _require_two(first)


def _require_two(statistics: ExampleStatistics) -> None:
    if len(statistics.values) < 2:
        raise NotEstimable(
            f"{len(statistics.values)} example is too few to resample: {statistics.name} needs at least 2"
        )


def _sample(statistics: ExampleStatistics) -> Sample:
    return Sample(ratings=len(statistics.values), items=len(statistics.values), raters=0)
