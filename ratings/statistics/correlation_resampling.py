"""Correlations on many resamples of items at once: weights instead of copies, one row a resample."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Kind = Literal["pearson", "spearman", "kendall"]
Level = Literal["output", "system"]
Floats = NDArray[np.float64]

# Below this many outputs, Kendall's tau is cheapest as one product with the matrix of all pairs.
MOST_PAIRED = 4000
FEWEST = 3
_CELLS = 500_000
_FLAT = 1e-12


def resampled_correlations(
    kind: Kind, level: Level, one: Floats, other: Floats, *, resamples: int, rng: np.random.Generator
) -> Floats:
    """Return (resamples,) correlations of two tables (items, systems), NaN in both where a score is missing.

    Whole items are drawn with replacement. ``output`` correlates all outputs, ``system`` the systems' means.
    NaN where a resample has fewer than 3 outputs (systems) or one side of it does not vary.
    """
    items = len(one)
    size = max(1, _CELLS // max(one.size, 1))
    rows = []
    for start in range(0, resamples, size):
        drawn = rng.integers(items, size=(min(size, resamples - start), items))
        flat = drawn + np.arange(len(drawn))[:, None] * items
        weights = np.bincount(flat.ravel(), minlength=drawn.size).reshape(drawn.shape).astype(np.float64)
        rows.append((_of_outputs if level == "output" else _of_means)(kind, one, other, weights))
    return np.concatenate(rows)


def _of_outputs(kind: Kind, one: Floats, other: Floats, weights: Floats) -> Floats:
    complete = np.isfinite(one)
    item = np.nonzero(complete)[0]
    left, right = one[complete], other[complete]
    each = weights[:, item]
    if kind == "kendall":
        found = _tau(left, right, each)
    elif kind == "spearman":
        found = _weighted_pearson(_weighted_ranks(left, each), _weighted_ranks(right, each), each)
    else:
        found = _weighted_pearson(left[None, :], right[None, :], each)
    return np.where(each.sum(axis=1) < FEWEST, np.nan, found)


def _of_means(kind: Kind, one: Floats, other: Floats, weights: Floats) -> Floats:
    complete = np.isfinite(one)
    counts = weights @ complete
    means = [
        np.divide(
            weights @ np.where(complete, table, 0.0),
            counts,
            out=np.full(counts.shape, np.nan),
            where=counts > 0,
        )
        for table in (one, other)
    ]
    present = counts > 0
    if kind == "kendall":
        return np.array(
            [_single_tau(left[ok], right[ok]) for left, right, ok in zip(*means, present, strict=True)]
        )
    if kind == "spearman":
        means = [stats.rankdata(each, axis=1, nan_policy="omit") for each in means]
    each = present.astype(np.float64)
    left, right = (np.where(present, mean, 0.0) for mean in means)
    found = _weighted_pearson(left, right, each)
    return np.where(each.sum(axis=1) < FEWEST, np.nan, found)


def _weighted_pearson(left: Floats, right: Floats, weights: Floats) -> Floats:
    total = np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
    centred = []
    for values in (left, right):
        mean = np.sum(weights * values, axis=1, keepdims=True) / total
        centred.append(values - mean)
    squares = [np.sum(weights * each**2, axis=1) for each in centred]
    cross = np.sum(weights * centred[0] * centred[1], axis=1)
    # Rounding leaves a sum of squares a little above zero where nothing varies.
    scales = [_FLAT * np.maximum(np.sum(weights * values**2, axis=1), _FLAT) for values in (left, right)]
    varies = (squares[0] > scales[0]) & (squares[1] > scales[1])
    product = np.sqrt(squares[0]) * np.sqrt(squares[1])
    found = np.divide(cross, product, out=np.full(len(cross), np.nan), where=varies)
    return np.asarray(np.clip(found, -1, 1))


def _weighted_ranks(values: Floats, weights: Floats) -> Floats:
    """Return (rows, outputs) mid-ranks of ``values`` (outputs,) where each counts as often as its weight."""
    counts, code = _counts_by_value(values, weights)
    middle = np.cumsum(counts, axis=1) - counts / 2
    return np.asarray(middle[:, code])


def _counts_by_value(values: Floats, weights: Floats) -> tuple[Floats, NDArray[np.int64]]:
    distinct, code = np.unique(values, return_inverse=True)
    order = np.argsort(code, kind="stable")
    starts = np.searchsorted(code[order], np.arange(len(distinct)))
    return np.add.reduceat(weights[:, order], starts, axis=1), code.astype(np.int64)


def _tau(left: Floats, right: Floats, weights: Floats) -> Floats:
    if len(left) > MOST_PAIRED:
        copies = (np.repeat(np.arange(len(left)), row.astype(np.int64)) for row in weights)
        return np.array([_single_tau(left[rows], right[rows]) for rows in copies])
    signs = [np.sign(values[:, None] - values[None, :]).astype(np.float32) for values in (left, right)]
    concordant = signs[0] * signs[1]
    # Whole numbers below 2^24 are exact in single precision, which halves the time.
    small = weights.astype(np.float32)
    net = np.sum((small @ concordant).astype(np.float64) * weights, axis=1) / 2
    total = weights.sum(axis=1)
    pairs = total * (total - 1) / 2
    untied = []
    for values in (left, right):
        counts, _ = _counts_by_value(values, weights)
        untied.append(pairs - np.sum(counts * (counts - 1), axis=1) / 2)
    product = np.sqrt(untied[0]) * np.sqrt(untied[1])
    return np.asarray(np.divide(net, product, out=np.full(len(net), np.nan), where=product > 0))


def _single_tau(left: Floats, right: Floats) -> float:
    if len(left) < FEWEST or np.ptp(left) == 0 or np.ptp(right) == 0:
        return float("nan")
    return float(stats.kendalltau(left, right, method="asymptotic").statistic)
