"""Automatic metrics beside the ratings: over the systems' whole runs, and on the items that people rated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from generation.metrics.example_statistics import ExampleStatistics, NotComputed
from generation.metrics.measures import (
    ACCURACY,
    METEOR,
    OF_LABELS,
    OF_TEXTS,
    SLOT_ERROR_RATE,
    WEIGHTED_BY_CORPUS,
    Expected,
    Measured,
    measures,
)
from generation.selectors.scores import StoredMeasures, stored_measures
from ratings.models import Study
from ratings.reports.document_statistic import Statistic
from ratings.reports.document_systems import MetricDifference, MetricRow, Metrics
from ratings.reports.stars import direction
from ratings.reports.statistic import estimated
from ratings.selectors.study_outputs import ExampleOutputs, study_outputs
from ratings.statistics.classification import accuracy, accuracy_difference, paired_counts
from ratings.statistics.metric_resampling import compare_metric, metric_estimate
from ratings.statistics.results import Estimate, NotEstimable

RUN = "run"
STUDY = "study"
RESAMPLES = 10_000
TEXT_METRICS = (*OF_TEXTS, SLOT_ERROR_RATE)


@dataclass(frozen=True, kw_only=True)
class MetricTables:
    """The statistics of each metric and system over all examples, and which examples raters saw."""

    examples: tuple[ExampleOutputs, ...]
    measured: Mapping[str, Measured]
    rated: np.ndarray[tuple[int], np.dtype[np.bool_]]

    @property
    def is_classification(self) -> bool:
        """Whether the systems chose labels instead of writing texts."""
        return bool(self.examples) and all(example.label for example in self.examples)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics of this kind of dataset."""
        return OF_LABELS if self.is_classification else TEXT_METRICS

    def right(self, system: str) -> list[bool]:
        """For each example whether a system gave the gold label; NotEstimable where there are none."""
        if not self.is_classification:
            raise NotEstimable("The dataset has no gold labels, so outputs are neither right nor wrong")
        return [example.texts[system] == example.label for example in self.examples]

    def of(self, metric: str, system: str, scope: str) -> ExampleStatistics:
        """The statistics of one scope; NotEstimable where the dataset does not support the metric."""
        found = self.measured.get(system, {}).get(metric)
        if found is None:
            raise NotEstimable(_LACKING.get(metric, _NO_REFERENCES))
        if isinstance(found, NotComputed):
            raise NotEstimable(found.reason)
        if scope == RUN:
            return found
        if not self.rated.any():
            raise NotEstimable("No rated item has an output of every system")
        return found.of(self.rated)


NO_METRICS = MetricTables(examples=(), measured={}, rated=np.zeros(0, dtype=np.bool_))


def metric_tables(study: Study) -> MetricTables:
    """The statistics of every metric over the examples that all systems of a closed study answered.

    They are those that scoring stored, where they are there for each system and mean the same over these
    examples; else they are counted anew, but for METEOR. Raises ResultsLocked before closing.
    """
    examples = study_outputs(study)
    runs = dict(study.systems.order_by("position").values_list("label", "run"))
    known = stored_measures(runs.values())
    stored = {label: known[run] for label, run in runs.items() if run in known}
    rated = np.array([example.rated for example in examples], dtype=np.bool_)
    if not examples:
        return MetricTables(examples=examples, measured={}, rated=rated)
    found = _stored(examples, stored) if len(stored) == len(runs) else {label: {} for label in runs}
    wanted = set(OF_LABELS if study.dataset.is_classification else OF_TEXTS) - {METEOR}
    if any(wanted - set(own) for own in found.values()):
        expected = _expected(study, examples)
        found = {
            label: {
                **measures([example.texts[label] for example in examples], expected, meteor=False),
                **{metric: each for metric, each in own.items() if metric == METEOR},
            }
            for label, own in found.items()
        }
    return MetricTables(examples=examples, measured=found, rated=rated)


def _stored(examples: Sequence[ExampleOutputs], stored: Mapping[str, StoredMeasures]) -> dict[str, Measured]:
    """The stored statistics of these examples that every system has with one signature."""
    wanted = [example.pk for example in examples]
    whole = all(list(each.examples) == wanted for each in stored.values())
    found: dict[str, Measured] = {label: {} for label in stored}
    for metric in set.intersection(*(set(each.measures) for each in stored.values())):
        own = {label: each.measures[metric] for label, each in stored.items()}
        signatures = {each.signature for each in own.values() if isinstance(each, ExampleStatistics)}
        if len(signatures) > 1 or (metric in WEIGHTED_BY_CORPUS and not whole):
            continue
        for label, each in own.items():
            places = {example: place for place, example in enumerate(stored[label].examples)}
            rows = [places[example] for example in wanted]
            found[label][metric] = each if isinstance(each, NotComputed) else each.of(rows)
    return found


def _expected(study: Study, examples: Sequence[ExampleOutputs]) -> Expected:
    dataset = study.dataset
    if dataset.is_classification:
        gold = [example.label for example in examples]
        return Expected(gold=gold, labels=dataset.labels, positive=dataset.positive_label)
    with_slots = dataset.task == dataset.Task.E2E
    return Expected(
        references=[example.references for example in examples],
        slots=[example.slots for example in examples] if with_slots else (),
    )


def metrics_section(
    tables: MetricTables, systems: Sequence[str], *, claimed: Sequence[tuple[str, str]], seed: int
) -> Metrics:
    """Scores and paired differences of every metric, over the runs and on the rated items."""
    return Metrics(
        scores=tuple(
            MetricRow(
                system=system, metric=metric, scope=scope, score=score_of(tables, metric, system, scope, seed)
            )
            for scope in (RUN, STUDY)
            for metric in tables.metrics
            for system in systems
        ),
        differences=tuple(
            MetricDifference(
                a=a,
                b=b,
                metric=metric,
                scope=scope,
                difference=difference_of(tables, metric, a, b, scope, seed),
            )
            for scope in (RUN, STUDY)
            for metric in tables.metrics
            for pair in combinations(systems, 2)
            for a, b in [direction(pair, claimed)]
        ),
    )


def score_of(tables: MetricTables, metric: str, system: str, scope: str, seed: int) -> Statistic:
    """Metric of one system with its bootstrap interval; of accuracy with Wilson's."""

    return estimated(lambda: metric_score(metric, tables.of(metric, system, scope), seed=seed))


def difference_of(tables: MetricTables, metric: str, a: str, b: str, scope: str, seed: int) -> Statistic:
    """Metric of a − b with its paired bootstrap interval; of accuracy with Tango's and McNemar's test."""

    def compared() -> Estimate:
        first, second = (tables.of(metric, system, scope) for system in (a, b))
        return metric_difference(metric, first, second, seed=seed)

    return estimated(compared)


def metric_score(metric: str, own: ExampleStatistics, *, seed: int, resamples: int = RESAMPLES) -> Estimate:
    """A metric with its bootstrap interval; accuracy, in per cent, with Wilson's."""
    if metric != ACCURACY:
        return metric_estimate(own, seed=seed, resamples=resamples)
    return in_percent(accuracy(int(np.count_nonzero(own.values[:, 0])), len(own.values)))


def metric_difference(
    metric: str,
    first: ExampleStatistics,
    second: ExampleStatistics,
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> Estimate:
    """First minus second with its paired bootstrap interval; of accuracy with Tango's and McNemar's test."""
    if metric != ACCURACY:
        return compare_metric(first, second, seed=seed, resamples=resamples).difference
    counts = paired_counts(first.values[:, 0] > 0, second.values[:, 0] > 0)
    return in_percent(accuracy_difference(counts))


def in_percent(share: Estimate) -> Estimate:
    """A share from 0 to 1, or a difference of two, in per cent."""
    return replace(
        share,
        estimate=100 * share.estimate,
        ci_low=100 * share.ci_low,
        ci_high=100 * share.ci_high,
        method=f"{share.method}, in per cent",
    )


_NO_REFERENCES = (
    "The dataset has an example without a reference, so outputs cannot be compared with references"
)
_LACKING = {
    SLOT_ERROR_RATE: "The dataset's examples have no slots to count errors in",
    METEOR: "METEOR was not stored for each system's run: have the runs scored where Java is",
}
