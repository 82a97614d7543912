"""Resampling of examples by their statistics: a matrix product each, so that nothing is scored again."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from generation.metrics.example_statistics import ExampleStatistics, Floats

# A block of resampling weights stays in the processor's cache, and below the size where BLAS starts threads.
_CELLS_IN_BLOCK = 16_384


def bootstrap_scores(*systems: ExampleStatistics, rng: Generator, resamples: int) -> tuple[Floats, ...]:
    """Scores of each system on the same resamples of examples (Koehn 2004), each of shape (resamples,)."""
    together = np.hstack([system.values for system in systems])
    # Single precision adds whole numbers exactly up to 2^24, and twice as fast.
    whole = bool(np.all(together % 1 == 0)) and len(together) * float(np.abs(together).max()) < 2**24
    rows = together.astype(np.float32 if whole else np.float64)
    weighted = [counts.astype(rows.dtype) @ rows for counts in _resample_counts(rng, len(rows), resamples)]
    sums = np.concatenate(weighted).astype(np.float64)
    borders = np.cumsum([system.values.shape[1] for system in systems])[:-1]
    parts = np.split(sums, borders, axis=1)
    return tuple(system.score(part) for system, part in zip(systems, parts, strict=True))


def randomized_differences(
    first: ExampleStatistics, second: ExampleStatistics, *, rng: Generator, resamples: int
) -> Floats:
    """Differences first − second after swapping the systems' outputs in each example with probability 1/2."""
    gain = second.values - first.values
    total = first.values.sum(axis=0) + second.values.sum(axis=0)
    start = first.values.sum(axis=0)
    swapped = np.concatenate([mask @ gain for mask in _coin_flips(rng, len(gain), resamples)]) + start
    return first.score(swapped) - first.score(total - swapped)


def percentile_interval(draws: Floats, estimate: float, confidence: float) -> tuple[float, float]:
    """Percentile interval, widened to hold the estimate where the draws' bias would leave it out."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return min(float(low), estimate), max(float(high), estimate)


def bootstrap_interval(
    examples: ExampleStatistics, *, seed: int, resamples: int, confidence: float
) -> tuple[float, float] | None:
    """One system's percentile interval over examples.

    None with fewer than 2 examples, or where every resample scores the same: no error seen, say, is no proof
    that there are none.
    """
    if len(examples.values) < 2:
        return None
    (draws,) = bootstrap_scores(examples, rng=np.random.default_rng(seed), resamples=resamples)
    score = examples.corpus_score
    if np.ptp(draws) <= 1e-9 * max(1.0, abs(score)):
        return None
    return percentile_interval(draws, score, confidence)


def _resample_counts(rng: Generator, examples: int, resamples: int) -> Iterator[NDArray[np.int64]]:
    block = max(1, _CELLS_IN_BLOCK // examples)
    narrow = np.uint16 if examples * block <= np.iinfo(np.uint16).max else np.int64
    for start in range(0, resamples, block):
        rows = min(block, resamples - start)
        cells: NDArray[np.integer] = rng.integers(examples, size=(rows, examples), dtype=narrow)
        np.add(cells, np.arange(rows)[:, None] * examples, out=cells, casting="unsafe")
        yield np.bincount(cells.ravel(), minlength=rows * examples).reshape(rows, examples)


def _coin_flips(rng: Generator, examples: int, resamples: int) -> Iterator[Floats]:
    block = max(1, _CELLS_IN_BLOCK // examples)
    for start in range(0, resamples, block):
        rows = min(block, resamples - start)
        yield rng.integers(2, size=(rows, examples), dtype=np.uint8).astype(np.float64)
