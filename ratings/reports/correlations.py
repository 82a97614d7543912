"""Automatic metrics against people: do they rise and fall with the stars, output by output?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from generation.metrics.example_statistics import ExampleStatistics
from generation.metrics.measures import (
    BLEU,
    CHRF,
    CIDER,
    LESS_IS_BETTER,
    METEOR,
    NIST,
    ROUGE_L,
    SLOT_ERROR_RATE,
)
from ratings.reports.document_systems import Correlation, MetricContest, OutputMetric, RatedOutput
from ratings.reports.metrics import MetricTables
from ratings.reports.stars import CriterionTable
from ratings.reports.statistic import adjusted, estimated
from ratings.statistics.correlation import compare_metrics, correlate
from ratings.statistics.correlation_resampling import Kind, Level
from ratings.statistics.ratings_table import RatingsTable, compact
from ratings.statistics.results import Estimate, NotEstimable

Floats = NDArray[np.float64]
METRICS = (BLEU, NIST, METEOR, ROUGE_L, CIDER, CHRF, SLOT_ERROR_RATE)
WAYS: tuple[tuple[Kind, Level], ...] = (
    ("pearson", "output"),
    ("spearman", "output"),
    ("kendall", "output"),
    ("pearson", "system"),
)
RESAMPLES = 1000


@dataclass(frozen=True, kw_only=True)
class OutputScores:
    """Metrics of every output, (examples, systems), NaN where there is none; the row of each example."""

    systems: tuple[str, ...]
    row_of: Mapping[str, int]
    scores: Mapping[str, Floats]


def output_scores(tables: MetricTables, systems: Sequence[str]) -> OutputScores:
    """Score each output by itself: smoothed BLEU of a sentence (exp), slot errors in per cent of slots.

    NIST and CIDEr weigh its n-grams by the references of all examples.
    """
    shape = (len(tables.examples), len(systems))
    scores = {metric: np.full(shape, np.nan) for metric in METRICS}
    for column, system in enumerate(systems):
        for metric in METRICS:
            found = tables.measured.get(system, {}).get(metric)
            if isinstance(found, ExampleStatistics):
                scores[metric][:, column] = found.example_scores
    return OutputScores(
        systems=tuple(systems),
        row_of={str(example.position): row for row, example in enumerate(tables.examples)},
        scores=scores,
    )


def correlations_section(
    stars: Sequence[CriterionTable], outputs: OutputScores, *, seed: int
) -> tuple[Correlation, ...]:
    """Each metric against mean stars on each criterion, by output and by system."""
    rows = []
    for each in stars:
        human, places = mean_by_output(each.table, outputs)
        for metric in METRICS:
            for kind, level in WAYS:
                found = partial(_correlated, outputs.scores[metric][places], human, kind, level, seed)
                rows.append(
                    Correlation(
                        metric=metric,
                        criterion=each.criterion.name,
                        kind=kind,
                        level=level,
                        correlation=estimated(found),
                    )
                )
    return tuple(rows)


def contests_section(
    stars: Sequence[CriterionTable], outputs: OutputScores, *, seed: int
) -> tuple[MetricContest, ...]:
    """Which of two metrics follows people better (Williams' test); of slot errors, fewer count as more.

    Only metrics that the outputs have; the p-values of a criterion are corrected by Holm as one family.
    """
    known = [metric for metric in METRICS if np.isfinite(outputs.scores[metric]).any()]
    rows = []
    for each in stars:
        human, places = mean_by_output(each.table, outputs)
        pairs = list(combinations(known, 2))
        found = [
            estimated(
                partial(
                    _contest, _rising(first, outputs)[places], _rising(second, outputs)[places], human, seed
                )
            )
            for first, second in pairs
        ]
        rows += [
            MetricContest(criterion=each.criterion.name, first=first, second=second, difference=difference)
            for (first, second), difference in zip(pairs, adjusted(found), strict=True)
        ]
    return tuple(rows)


def rated_outputs(table: RatingsTable, outputs: OutputScores) -> tuple[RatedOutput, ...]:
    """Every rated output: mean stars over all criteria, their spread between raters, and its metrics."""
    code = table.output
    counts = np.bincount(code)
    rated = np.flatnonzero(counts)
    means = np.bincount(code, weights=table.score)[rated] / counts[rated]
    squares = np.bincount(code, weights=(table.score - means[compact(code)]) ** 2)[rated]
    rows = []
    for each, mean, square in zip(rated.tolist(), means.tolist(), squares.tolist(), strict=True):
        item, system = divmod(each, len(table.systems))
        ratings = int(counts[each])
        rows.append(
            RatedOutput(
                item=int(table.items[item]),
                system=table.systems[system],
                ratings=ratings,
                mean=mean,
                spread=math.sqrt(square / (ratings - 1)) if ratings > 1 else None,
                metrics=_scores_of(outputs, table.items[item], table.systems[system]),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.item, outputs.systems.index(row.system))))


def mean_by_output(table: RatingsTable, outputs: OutputScores) -> tuple[Floats, list[int]]:
    """Mean stars (items, systems), NaN where unrated, and each item's row among the outputs.

    Items of which not every system's output is known are left out.
    """
    unit = table.output
    size = len(table.items) * len(table.systems)
    counts = np.bincount(unit, minlength=size).reshape(len(table.items), len(table.systems))
    sums = np.bincount(unit, weights=table.score, minlength=size).reshape(counts.shape)
    means = np.full((len(table.items), len(outputs.systems)), np.nan)
    for column, system in enumerate(table.systems):
        own = counts[:, column] > 0
        means[own, outputs.systems.index(system)] = sums[own, column] / counts[own, column]
    known = [row for row, item in enumerate(table.items) if item in outputs.row_of]
    return means[known], [outputs.row_of[table.items[row]] for row in known]


def _correlated(metric: Floats, human: Floats, kind: Kind, level: Level, seed: int) -> Estimate:
    if not len(human) or not np.isfinite(metric).any():
        raise NotEstimable("No rated output has a score by this metric")
    return correlate(metric, human, kind=kind, level=level, seed=seed, resamples=RESAMPLES)


def _contest(first: Floats, second: Floats, human: Floats, seed: int) -> Estimate:
    if not len(human) or not np.isfinite(first + second).any():
        raise NotEstimable("No rated output has a score by both metrics")
    return compare_metrics(first, second, human, seed=seed, resamples=RESAMPLES).difference


def _rising(metric: str, outputs: OutputScores) -> Floats:
    return -outputs.scores[metric] if metric in LESS_IS_BETTER else outputs.scores[metric]


def _scores_of(outputs: OutputScores, item: str, system: str) -> tuple[OutputMetric, ...]:
    if item not in outputs.row_of:
        return ()
    place = outputs.row_of[item], outputs.systems.index(system)
    found = {metric: float(outputs.scores[metric][place]) for metric in METRICS}
    return tuple(
        OutputMetric(metric=metric, value=value) for metric, value in found.items() if np.isfinite(value)
    )
