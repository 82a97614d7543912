"""From the example statistics of generation's measures to what the resampling here works on."""

import numpy as np

from generation.metrics.example_statistics import ExampleStatistics
from ratings.statistics.corpus_metrics import CorpusMetric, SegmentStatistics
from ratings.statistics.metric_resampling import bootstrap_scores, percentile_interval
from ratings.statistics.proportions import check_level
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed


def segment_statistics(examples: ExampleStatistics) -> SegmentStatistics:
    """The same statistics for `compare_metric` and `metric_margin_test`; an example is a segment."""
    metric = CorpusMetric(
        name=examples.name,
        width=examples.values.shape[1],
        score=examples.score,
        signature=examples.signature,
    )
    return SegmentStatistics(metric=metric, values=examples.values)


def metric_estimate(
    examples: ExampleStatistics, *, seed: int, resamples: int = 10_000, confidence: float = 0.95
) -> Estimate:
    """One system's measure with its percentile bootstrap interval over examples (Koehn 2004, EMNLP).

    Raises NotEstimable with fewer than 2 examples.
    """
    check_level("confidence", confidence)
    own = segment_statistics(examples)
    if len(own.values) < 2:
        raise NotEstimable(
            f"{len(own.values)} example is too few to resample: {examples.name} needs at least 2"
        )
    draws, _ = bootstrap_scores(own, own, rng=np.random.default_rng(seed), resamples=resamples)
    low, high = percentile_interval(draws, own.corpus_score, confidence)
    return Estimate(
        estimate=own.corpus_score,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=Sample(ratings=len(own.values), items=len(own.values), raters=0),
        method=f"{examples.name}, bootstrap, {resamples} resamples, percentile interval",
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
