"""Generation's measures in the resampling: the same scores, intervals that cover, p-values of sacrebleu."""

import numpy as np
import pytest

from generation.metrics.example_statistics import ExampleStatistics, mean_statistics
from generation.metrics.labels import f1_statistics, matthews_statistics
from ratings.statistics.example_metrics import metric_estimate, segment_statistics
from ratings.statistics.metric_resampling import compare_metric
from ratings.statistics.results import NotEstimable


def test_scores_and_signatures_are_kept() -> None:
    statistics = f1_statistics(["a", "b", "b"], ["a", "b", "a"], ("a", "b"))
    segments = segment_statistics(statistics)
    assert segments.corpus_score == statistics.corpus_score
    assert (segments.metric.name, segments.metric.signature) == ("F1", statistics.signature)
    assert metric_estimate(statistics, seed=1).n.items == 3


def test_the_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    scores = np.random.default_rng(1).normal(5, 2, size=400)
    estimate = metric_estimate(mean_statistics("score", "score", scores.tolist()), seed=1)
    margin = 1.96 * scores.std() / 20
    assert estimate.estimate == pytest.approx(scores.mean())
    assert estimate.ci_low == pytest.approx(scores.mean() - margin, abs=0.02)
    assert estimate.ci_high == pytest.approx(scores.mean() + margin, abs=0.02)
    assert estimate == metric_estimate(mean_statistics("score", "score", scores.tolist()), seed=1)


def random_labels(share_right: float) -> ExampleStatistics:
    rng, labels = np.random.default_rng(3), ("a", "b", "c")
    gold = [labels[place] for place in rng.integers(3, size=300)]
    given = [
        one if right else labels[other]
        for one, right, other in zip(
            gold, rng.random(300) < share_right, rng.integers(3, size=300), strict=True
        )
    ]
    return matthews_statistics(gold, given, labels)


def test_two_classifiers_are_compared_by_a_measure_that_is_no_mean() -> None:
    compared = compare_metric(
        segment_statistics(random_labels(0.9)), segment_statistics(random_labels(0.6)), seed=1, resamples=2000
    )
    assert compared.difference.ci_low > 0
    assert compared.pvalue_randomization < 0.001
    same = segment_statistics(random_labels(0.9))
    assert compare_metric(same, same, seed=1, resamples=100).pvalue_randomization == 1


def test_one_example_has_no_interval() -> None:
    with pytest.raises(NotEstimable, match="1 example is too few to resample: score needs at least 2"):
        metric_estimate(mean_statistics("score", "score", [1.0]), seed=1)
