"""Metric against people: Pearson, Spearman and Kendall by output and by system, and Williams' test of two."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from generation.metrics.resampling import percentile_interval
from ratings.statistics.correlation_resampling import FEWEST, Floats, Kind, Level, resampled_correlations
from ratings.statistics.proportions import check_level
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed

_LEAST_USABLE = 0.9


@dataclass(frozen=True, kw_only=True)
class MetricsCompared:
    """Two metrics against the same human scores; ``difference`` is first − second, with Williams' test."""

    first: Estimate
    second: Estimate
    difference: Estimate
    between_metrics: float
    degrees_of_freedom: int


def correlate(
    metric: ArrayLike,
    human: ArrayLike,
    *,
    kind: Kind,
    level: Level = "output",
    seed: int,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> Estimate:
    """Correlation (−1 to 1) of a metric with human scores, percentile interval from resampled items.

    Both arrays have shape (items,) or (items, systems), NaN where an output has no score. ``output``
    correlates all outputs, ``system`` the systems' means; either way whole items are resampled, so the
    interval holds for new items and these systems. ``pvalue`` (scipy's, of no association) only for one
    system's outputs, which are independent. Kendall is tau-b.

    Raises NotEstimable with fewer than 3 outputs or 5 systems, or when one side does not vary. (Of fewer
    systems even the same order by chance is not rare: of 4, one order in 24 is the same, one the reverse.)
    """
    check_level("confidence", confidence)
    tables = _tables(metric, human)
    correlation = _by_level(kind, level)
    value = _require(correlation(*tables), kind, level, tables)
    draws = _usable(
        resampled_correlations(kind, level, *tables, resamples=resamples, rng=np.random.default_rng(seed)),
        resamples,
    )
    low, high = percentile_interval(draws, value, confidence)
    independent = level == "output" and tables[0].shape[1] == 1
    return Estimate(
        estimate=value,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=_sample(tables[0]),
        method=f"{_NAMES[kind]} by {level}, percentile interval of {len(draws)} bootstraps over items",
        signature=signed(
            "correlation", kind=kind, level=level, seed=seed, resamples=resamples, confidence=confidence
        ),
        generalises_over="items",
        pvalue=_pvalue(kind, tables) if independent else None,
    )


def compare_metrics(
    first: ArrayLike,
    second: ArrayLike,
    human: ArrayLike,
    *,
    seed: int,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> MetricsCompared:
    """Does one metric follow people better? Pearson correlations by output with Williams' test.

    Arrays as in ``correlate``; outputs that lack any of the three scores are left out. Raises NotEstimable
    with fewer than 4 outputs, or when one side does not vary or the metrics rise and fall as one.
    """
    check_level("confidence", confidence)
    human_table = _table(human)
    tables = (_table(first), _table(second), human_table)
    if len({table.shape for table in tables}) > 1:
        raise ValueError(f"The three arrays differ in shape: {[table.shape for table in tables]}")
    complete = np.isfinite(sum(tables))
    one, other, human_table = (np.where(complete, table, np.nan) for table in tables)
    settings = {"kind": "pearson", "seed": seed, "resamples": resamples, "confidence": confidence}
    estimates = [correlate(table, human_table, **settings) for table in (one, other)]  # type: ignore[arg-type]
    between = _require(_pooled("pearson", one, other), "pearson", "output", (one, other))
    statistic, pvalue = williams_test(
        estimates[0].estimate, estimates[1].estimate, between, int(complete.sum())
    )
    draws = _usable(_resampled_gaps(one, other, human_table, resamples, seed), resamples)
    value = estimates[0].estimate - estimates[1].estimate
    low, high = percentile_interval(draws, value, confidence)
    return MetricsCompared(
        first=estimates[0],
        second=estimates[1],
        difference=Estimate(
            estimate=value,
            ci_low=low,
            ci_high=high,
            confidence=confidence,
            n=estimates[0].n,
            method="Williams' test; bootstrap over items, percentile interval",
            signature=signed("williams", seed=seed, resamples=resamples, confidence=confidence),
            generalises_over="items",
            statistic=statistic,
            pvalue=pvalue,
        ),
        between_metrics=between,
        degrees_of_freedom=int(complete.sum()) - 3,
    )


def williams_test(first: float, second: float, between: float, outputs: int) -> tuple[float, float]:
    """T statistic and two-sided p-value of two dependent correlations with the same scores (outputs − 3 df).

    ``first`` and ``second`` are the metrics' correlations with people, ``between`` that of one metric with
    the other (Williams 1959, JRSS B 21:396; Steiger 1980, eq. 7). Raises NotEstimable with fewer than 4
    outputs or when the metrics are one and the same up to scale.
    """
    if outputs < FEWEST + 1:
        raise NotEstimable(f"Williams' test needs at least 4 outputs with all three scores, not {outputs}")
    determinant = 1 - first**2 - second**2 - between**2 + 2 * first * second * between
    mean = (first + second) / 2
    spread = 2 * determinant * (outputs - 1) / (outputs - 3) + mean**2 * (1 - between) ** 3
    if 1 - between < 1e-12 or spread <= 1e-15:
        raise NotEstimable(
            "The two metrics rise and fall as one on these outputs, so neither can follow people better"
        )
    statistic = (first - second) * math.sqrt((outputs - 1) * (1 + between) / spread)
    return statistic, float(2 * stats.t.sf(abs(statistic), outputs - 3))


def _tables(metric: ArrayLike, human: ArrayLike) -> tuple[Floats, Floats]:
    one, other = _table(metric), _table(human)
    if one.shape != other.shape:
        raise ValueError(f"Metric and human scores differ in shape: {one.shape} and {other.shape}")
    complete = np.isfinite(one) & np.isfinite(other)
    return np.where(complete, one, np.nan), np.where(complete, other, np.nan)


def _table(scores: ArrayLike) -> Floats:
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim not in (1, 2):
        raise ValueError(f"Scores come as (items,) or (items, systems), not {table.shape}")
    return table.reshape(len(table), -1)


def _by_level(kind: Kind, level: Level) -> Callable[[Floats, Floats], float | None]:
    if level == "output":
        return lambda one, other: _pooled(kind, one, other)
    return lambda one, other: _of_means(kind, one, other)


def _pooled(kind: Kind, one: Floats, other: Floats) -> float | None:
    complete = np.isfinite(one)
    return _coefficient(kind, one[complete], other[complete])


def _of_means(kind: Kind, one: Floats, other: Floats) -> float | None:
    complete = np.isfinite(one)
    counts = complete.sum(axis=0)
    present = counts > 0
    means = [np.where(complete, table, 0).sum(axis=0)[present] / counts[present] for table in (one, other)]
    return _coefficient(kind, *means)


def _coefficient(kind: Kind, one: Floats, other: Floats) -> float | None:
    if len(one) < FEWEST or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    if kind == "kendall":
        return float(stats.kendalltau(one, other, method="asymptotic").statistic)
    if kind == "spearman":
        one, other = stats.rankdata(one), stats.rankdata(other)
    return float(np.clip(np.corrcoef(one, other)[0, 1], -1, 1))


def _require(value: float | None, kind: Kind, level: Level, tables: tuple[Floats, Floats]) -> float:
    entries = int(np.isfinite(tables[0]).sum()) if level == "output" else tables[0].shape[1]
    fewest = FEWEST if level == "output" else FEWEST_SYSTEMS
    if entries < fewest:
        raise NotEstimable(
            f"{_NAMES[kind]} by {level} needs at least {fewest} {level}s with both scores, not {entries}"
        )
    if value is not None:
        return value
    raise NotEstimable(f"One of the two scores is the same for every {level}, so no correlation is defined")


def _resampled_gaps(one: Floats, other: Floats, human: Floats, resamples: int, seed: int) -> Floats:
    """First minus second correlation; the same seed draws the same items for both."""
    first, second = (
        resampled_correlations(
            "pearson", "output", metric, human, resamples=resamples, rng=np.random.default_rng(seed)
        )
        for metric in (one, other)
    )
    return first - second


def _usable(draws: Floats, resamples: int) -> Floats:
    found = draws[~np.isnan(draws)]
    if len(found) < _LEAST_USABLE * resamples or not len(found):
        raise NotEstimable(
            "Many resamples of these items show no variation: the correlation rests on too few outputs"
        )
    return found


def _pvalue(kind: Kind, tables: tuple[Floats, Floats]) -> float:
    complete = np.isfinite(tables[0])
    one, other = tables[0][complete], tables[1][complete]
    if kind == "pearson":
        return float(stats.pearsonr(one, other).pvalue)
    if kind == "spearman":
        return float(stats.spearmanr(one, other).pvalue)
    return float(stats.kendalltau(one, other).pvalue)


def _sample(table: Floats) -> Sample:
    complete = np.isfinite(table)
    return Sample(ratings=int(complete.sum()), items=int(complete.any(axis=1).sum()), raters=0)


FEWEST_SYSTEMS = 5
_NAMES = {"pearson": "Pearson's r", "spearman": "Spearman's rho", "kendall": "Kendall's tau-b"}
