"""Which finished runs nobody has scored, and the statistics that scoring stored of the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet

from generation.metrics.example_statistics import ExampleStatistics, NotComputed
from generation.metrics.measures import Measured, restored
from generation.models import MetricScore, Output, Run
from generation.models.leases import WorkState, over

# Longer than METEOR may take, which is given up before.
SCORING_LEASE = timedelta(minutes=30)


@dataclass(frozen=True)
class StoredMeasures:
    """The measures of one run, their rows in the order of `examples` (the examples' ids)."""

    examples: tuple[int, ...]
    measures: Measured


def free_to_score() -> Q:
    """Which runs nobody is scoring."""
    return Q(scoring_until=None) | over("scoring_until", lease=SCORING_LEASE)


def unscored_runs() -> QuerySet[Run]:
    """Finished runs that have outputs and no metric yet, and that nobody is scoring."""
    found = Run.objects.filter(
        free_to_score(), state=WorkState.DONE, scores__isnull=True, outputs__isnull=False
    )
    return found.distinct()


def stored_measures(runs: Iterable[int]) -> dict[int, StoredMeasures]:
    """What scoring stored of each of `runs`, by their ids; two queries. Runs without scores are left out."""
    scores = MetricScore.objects.filter(run__in=runs).select_related("statistics").order_by("run", "pk")
    by_run: dict[int, Measured] = {}
    examples: dict[int, list[int]] = {}
    rows = Output.objects.filter(run__in=runs).order_by("example__position").values_list("run", "example")
    for run, example in rows:
        examples.setdefault(run, []).append(example)
    for score in scores:
        by_run.setdefault(score.run_id, {})[score.metric] = _measure(score)
    return {run: StoredMeasures(tuple(examples[run]), measures) for run, measures in by_run.items()}


def _measure(score: MetricScore) -> ExampleStatistics | NotComputed:
    if score.value is None:
        return NotComputed(name=score.metric, reason=score.reason)
    values = score.statistics.table(score.examples)
    return restored(score.metric, signature=score.signature, values=values)
