"""Paired bootstrap and approximate randomization of corpus metrics, as one matrix product each."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ratings.statistics.corpus_metrics import Floats, SegmentStatistics
from ratings.statistics.margins import MarginTest, Relation, verdict
from ratings.statistics.proportions import check_level
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed

# A block of resampling weights stays in the processor's cache, and below the size where BLAS starts threads.
_CELLS_IN_BLOCK = 16_384


@dataclass(frozen=True, kw_only=True)
class MetricComparison:
    """Two systems' corpus scores on the same segments.

    ``difference`` is first − second with its percentile interval and the two-sided bootstrap p-value
    P(|d* − d| >= |d|). ``pvalue_randomization`` swaps outputs between the systems (two-sided).
    ``pvalue_sacrebleu`` is the bootstrap p-value as sacrebleu defines it, for comparison with published ones.
    """

    first: Estimate
    second: Estimate
    difference: Estimate
    pvalue_randomization: float
    pvalue_sacrebleu: float


def compare_metric(
    first: SegmentStatistics,
    second: SegmentStatistics,
    *,
    seed: int,
    resamples: int = 10_000,
    confidence: float = 0.95,
) -> MetricComparison:
    """Compare two systems by a corpus metric, segments resampled in pairs; generalises over items.

    Koehn (2004, EMNLP) for the bootstrap, Riezler & Maxwell (2005, ACL workshop) for the randomization.
    Raises NotEstimable with fewer than 2 segments, ValueError for other segments or metrics in second.
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
        metric=first.metric.signature,
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
            method=f"{first.metric.name}, {method}, {resamples} resamples, percentile interval",
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
    first: SegmentStatistics,
    second: SegmentStatistics,
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
        raise ValueError(f"The margin is {margin}: give a positive number of {first.metric.name} points")
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


def bootstrap_scores(
    first: SegmentStatistics, second: SegmentStatistics, *, rng: Generator, resamples: int
) -> tuple[Floats, Floats]:
    """Scores of both systems on the same resamples of segments, each of shape (resamples,)."""
    both = np.hstack([first.values, second.values])
    # Single precision adds whole numbers exactly up to 2^24, and twice as fast.
    whole = bool(np.all(both % 1 == 0)) and len(both) * float(np.abs(both).max()) < 2**24
    rows = both.astype(np.float32 if whole else np.float64)
    weighted = [counts.astype(rows.dtype) @ rows for counts in _resample_counts(rng, len(rows), resamples)]
    sums = np.concatenate(weighted).astype(np.float64)
    width = first.metric.width
    return first.metric.score(sums[:, :width]), second.metric.score(sums[:, width:])


def randomized_differences(
    first: SegmentStatistics, second: SegmentStatistics, *, rng: Generator, resamples: int
) -> Floats:
    """Differences first − second after swapping the systems' outputs in each segment with probability 1/2."""
    gain = second.values - first.values
    total = first.values.sum(axis=0) + second.values.sum(axis=0)
    start = first.values.sum(axis=0)
    swapped = np.concatenate([mask @ gain for mask in _coin_flips(rng, len(gain), resamples)]) + start
    return first.metric.score(swapped) - first.metric.score(total - swapped)


def percentile_interval(draws: Floats, estimate: float, confidence: float) -> tuple[float, float]:
    """Percentile interval, widened to hold the estimate where the draws' bias would leave it out."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return min(float(low), estimate), max(float(high), estimate)


def _resample_counts(rng: Generator, segments: int, resamples: int) -> Iterator[NDArray[np.int64]]:
    block = max(1, _CELLS_IN_BLOCK // segments)
    narrow = np.uint16 if segments * block <= np.iinfo(np.uint16).max else np.int64
    for start in range(0, resamples, block):
        rows = min(block, resamples - start)
        cells: NDArray[np.integer] = rng.integers(segments, size=(rows, segments), dtype=narrow)
        np.add(cells, np.arange(rows)[:, None] * segments, out=cells, casting="unsafe")
        yield np.bincount(cells.ravel(), minlength=rows * segments).reshape(rows, segments)


def _coin_flips(rng: Generator, segments: int, resamples: int) -> Iterator[Floats]:
    block = max(1, _CELLS_IN_BLOCK // segments)
    for start in range(0, resamples, block):
        rows = min(block, resamples - start)
        yield rng.integers(2, size=(rows, segments), dtype=np.uint8).astype(np.float64)


def _exceed(draws: Floats, limit: float) -> float:
    # The sample itself counts as one of the draws. The slack counts draws equal but for rounding.
    slack = 1e-9 * max(1.0, abs(limit))
    return float((np.sum(draws >= limit - slack) + 1) / (len(draws) + 1))


def _sacrebleu_pvalue(differences: Floats, observed: float) -> float:
    absolute = np.abs(differences)
    return float((np.sum(absolute - absolute.mean() > abs(observed)) + 1) / (len(absolute) + 1))


def _require_pair(first: SegmentStatistics, second: SegmentStatistics, resamples: int) -> None:
    if resamples < 1:
        raise ValueError(f"{resamples} resamples are none: give 1,000 or more")
    if first.metric.signature != second.metric.signature:
        raise ValueError(
            "The systems are scored by different metrics: "
            f"{first.metric.signature} and {second.metric.signature}"
        )
    if len(first.values) != len(second.values):
        raise ValueError(
            "The systems must answer the same segments, but have "
            f"{len(first.values)} and {len(second.values)}"
        )
    if len(first.values) < 2:
        raise NotEstimable(
            f"{len(first.values)} segment is too few to resample: {first.metric.name} needs at least 2"
        )


def _sample(statistics: SegmentStatistics) -> Sample:
    return Sample(ratings=len(statistics.values), items=len(statistics.values), raters=0)
