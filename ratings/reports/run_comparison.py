"""Two runs over one corpus held against each other by every metric, without a study and without people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from generation.metrics.example_statistics import ExampleStatistics, NotComputed
from generation.metrics.measures import ACCURACY, WEIGHTED_BY_CORPUS
from generation.models import Run
from generation.selectors.scores import StoredMeasures, stored_measures
from ratings.reports.document_statistic import Statistic
from ratings.reports.metrics import metric_difference, metric_score
from ratings.reports.statistic import adjusted, estimated
from ratings.selectors.run_texts import AnsweredByBoth, answered_by_both
from ratings.statistics.classification import paired_counts
from ratings.statistics.paired_intervals import PairedCounts
from ratings.statistics.results import Estimate, NotEstimable

SEED = 1  # the same two runs give the same numbers each time
RESAMPLES = 2000


@dataclass(frozen=True, kw_only=True)
class MetricOfTwo:
    """One metric of both runs and its difference a − b; the p-value is corrected by Holm over the metrics."""

    metric: str
    a: Statistic
    b: Statistic
    difference: Statistic


@dataclass(frozen=True, kw_only=True)
class RunComparison:
    """What the outputs of two runs show; `labels` counts right and wrong labels of a classification."""

    a: Run
    b: Run
    answered: AnsweredByBoth
    metrics: tuple[MetricOfTwo, ...]
    labels: PairedCounts | None

    @property
    def is_scored(self) -> bool:
        """Whether both runs were scored, so that there is something to compare."""
        return bool(self.metrics)


def compare_runs(a: Run, b: Run) -> RunComparison:
    """Compare two runs over one corpus on the examples that both answered; five queries.

    Metrics are compared by the statistics that scoring stored, if both have them with one signature.
    """
    stored = stored_measures([a.pk, b.pk])
    pairs = _pairs(stored[a.pk], stored[b.pk]) if len(stored) == 2 else {}
    found = [_metric(metric, *pair) for metric, pair in pairs.items()]
    corrected = adjusted([row[2] for row in found])
    return RunComparison(
        a=a,
        b=b,
        answered=answered_by_both(a, b),
        metrics=tuple(
            MetricOfTwo(metric=metric, a=first, b=second, difference=difference)
            for metric, (first, second, _), difference in zip(pairs, found, corrected, strict=True)
        ),
        labels=_right_and_wrong(pairs.get(ACCURACY)),
    )


Pair = tuple[ExampleStatistics | NotComputed, ExampleStatistics | NotComputed]


def _pairs(a: StoredMeasures, b: StoredMeasures) -> dict[str, Pair]:
    """Each metric of both on the examples that both answered, in one order."""
    common = sorted(set(a.examples) & set(b.examples))
    whole = len(common) == len(a.examples) == len(b.examples)
    shared = [metric for metric in a.measures if metric in b.measures]
    return {
        metric: (
            _on(common, a, metric, whole=whole),
            _on(common, b, metric, whole=whole),
        )
        for metric in shared
    }


def _on(
    common: Sequence[int], run: StoredMeasures, metric: str, *, whole: bool
) -> ExampleStatistics | NotComputed:
    found = run.measures[metric]
    if isinstance(found, NotComputed):
        return found
    if metric in WEIGHTED_BY_CORPUS and not whole:
        return NotComputed(name=metric, reason=_OTHER_EXAMPLES)
    places: Mapping[int, int] = {example: place for place, example in enumerate(run.examples)}
    return found.of([places[example] for example in common])


def _metric(
    metric: str, a: ExampleStatistics | NotComputed, b: ExampleStatistics | NotComputed
) -> tuple[Statistic, Statistic, Statistic]:
    def difference() -> Estimate:
        first, second = _computed(a), _computed(b)
        if first.signature != second.signature:
            raise NotEstimable(_OTHER_SETTINGS)
        return metric_difference(metric, first, second, seed=SEED, resamples=RESAMPLES)

    def score(own: ExampleStatistics | NotComputed) -> Estimate:
        return metric_score(metric, _computed(own), seed=SEED, resamples=RESAMPLES)

    return estimated(partial(score, a)), estimated(partial(score, b)), estimated(difference)


def _computed(found: ExampleStatistics | NotComputed) -> ExampleStatistics:
    if isinstance(found, NotComputed):
        raise NotEstimable(found.reason)
    return found


def _right_and_wrong(pair: Pair | None) -> PairedCounts | None:
    if pair is None or any(isinstance(each, NotComputed) for each in pair):
        return None
    first, second = (_computed(each).values[:, 0] > 0 for each in pair)
    return paired_counts(first, second)


_OTHER_EXAMPLES = "The runs answered other examples, and this metric weighs words by the whole corpus"
_OTHER_SETTINGS = "The runs were scored with other settings, as their signatures say: have them scored again"
