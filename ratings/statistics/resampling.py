"""Bootstrap resamples from sufficient statistics: multinomial weights instead of copies of the ratings."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ratings.statistics.ratings_table import compact, distinct_scores
from ratings.statistics.results import NotEstimable

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

# Larger pieces come from fresh memory each time, which costs more than what is computed in them.
_CHUNK_CELLS = 250_000
# Measured costs of one binomial draw over one draw of an index, for the split in `distinct_weights`.
_BINOMIAL_COST = 18
_SPARSE_BELOW = 0.05
_ROWS_AT_ONCE = 64
# Whole numbers up to here are exact in single precision; a resample may well sum four times the table.
_LARGEST_SINGLE = 2**22


def check_resamples(resamples: int) -> None:
    """Raise ValueError below 100 resamples, where a percentile interval means little."""
    if resamples < 100:
        raise ValueError(f"{resamples} resamples are too few for an interval: use at least 100")


def percentile_interval(resampled: Floats, confidence: float) -> tuple[float, float]:
    """Return the central interval that holds ``confidence`` of the resampled values."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail])
    return float(low), float(high)


def chunks(resamples: int, width: int) -> Iterator[int]:
    """Yield chunk sizes that add up to ``resamples`` and keep size × width within memory."""
    size = max(1, _CHUNK_CELLS // max(width, 1))
    for done in range(0, resamples, size):
        yield min(size, resamples - done)


def distinct_weights(multiplicity: Codes, resamples: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Yield chunks (rows, P) of bootstrap weights for P distinct kinds of unit.

    Kind p occurs ``multiplicity[p]`` times among U = sum units; each row counts the kinds among U draws with
    replacement. Units alike in their statistics need one weight together: frequent kinds get binomial counts,
    the rare rest is drawn unit by unit, whichever is cheaper.
    """
    order = np.argsort(-multiplicity, kind="stable")
    sizes = multiplicity[order]
    units = int(sizes.sum())
    head = int(
        np.argmin(
            _BINOMIAL_COST * np.arange(len(sizes) + 1) + units - np.concatenate([[0], np.cumsum(sizes)])
        )
    )
    rest = units - int(sizes[:head].sum())
    shares = np.append(sizes[:head], rest) / units
    kind_of_unit = np.repeat(np.arange(len(sizes) - head), sizes[head:])
    for rows in chunks(resamples, max(len(sizes), rest)):
        drawn = rng.multinomial(units, shares, size=rows)
        weights = np.empty((rows, len(sizes)))
        weights[:, order[:head]] = drawn[:, :head]
        weights[:, order[head:]] = _drawn_kinds(drawn[:, head], kind_of_unit, len(sizes) - head, rng)
        yield weights


def _drawn_kinds(draws: Codes, kind_of_unit: Codes, kinds: int, rng: np.random.Generator) -> Codes:
    if kinds == 0:
        return np.zeros((len(draws), 0), dtype=np.int64)
    picked = kind_of_unit[rng.integers(0, len(kind_of_unit), size=int(draws.sum()))]
    picked += np.repeat(np.arange(len(draws)) * kinds, draws)
    return np.bincount(picked, minlength=len(draws) * kinds).reshape(len(draws), kinds)


def two_way_sums(
    columns: Sequence[Floats], rater: Codes, item: Codes, resamples: int, rng: np.random.Generator
) -> Floats:
    """Return (resamples, columns) sums under the pigeonhole bootstrap (Owen 2007, Annals of Applied Stat. 1).

    Raters and items are drawn with replacement, each from its own kind, and a rating counts as often as its
    rater times its item was drawn. ``columns``: values (n,) to be summed; ``rater``, ``item``: codes (n,).
    """
    rater, item = compact(rater), compact(item)
    shape = (int(rater.max()) + 1, int(item.max()) + 1)
    if len(rater) < _SPARSE_BELOW * shape[0] * shape[1]:
        summed = _summed_sparsely([sparse.csr_array((values, (rater, item)), shape) for values in columns])
    else:
        summed = _summed(_tabulated(columns, rater, item, shape))
    sums: list[Floats] = []
    for rows in chunks(resamples, shape[0] + 2 * shape[1]):
        by_rater = rng.multinomial(shape[0], np.full(shape[0], 1 / shape[0]), size=rows)
        by_item = rng.multinomial(shape[1], np.full(shape[1], 1 / shape[1]), size=rows)
        sums.append(summed(by_rater, by_item))
    return np.concatenate(sums)


def two_way_counts(
    score: Floats, rater: Codes, item: Codes, resamples: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return the distinct scores (K,), ascending, and (resamples, K) how often each was drawn.

    As ``two_way_sums``, from which all that depends on the scores' distribution follows.
    """
    scores, codes = distinct_scores(score)
    marks = [(codes == code).astype(np.float64) for code in range(len(scores))]
    return scores, two_way_sums(marks, rater, item, resamples, rng)


def resampled_means(scores: Floats, counts: Floats, centre: float) -> Floats:
    """Return the means of ``two_way_counts``; ``centre`` is a number near them, for the sake of digits.

    Resamples in which no rating was drawn, as sparse plans may have, are left out; NotEstimable when they are
    more than one in a hundred.
    """
    size = counts.sum(axis=1)
    drawn = size > 0
    if np.mean(drawn) < 0.99:
        raise NotEstimable(
            "Too few ratings for a two-way bootstrap: many resamples of raters and items hold none at all"
        )
    return np.asarray(centre + counts[drawn] @ (scores - centre) / size[drawn])


def _tabulated(
    columns: Sequence[Floats], rater: Codes, item: Codes, shape: tuple[int, int]
) -> NDArray[np.float32] | Floats:
    """Columns (n,) summed by rater and item as (raters, columns, items).

    In single precision, which is twice as fast, where every number and every sum is whole and small enough to
    be exact in it.
    """
    raters, items = shape
    tables = np.empty((raters, len(columns), items))
    for place, values in enumerate(columns):
        cells = np.bincount(rater * items + item, weights=values, minlength=raters * items)
        tables[:, place] = cells.reshape(shape)
    small = float(np.abs(tables).max()) * raters * items < _LARGEST_SINGLE
    whole = small and all(np.array_equal(values, np.rint(values)) for values in columns)
    return tables.astype(np.float32) if whole else tables


def _summed(tables: NDArray[np.float32] | Floats) -> Callable[[Codes, Codes], Floats]:
    """Return the function of (rows, raters) and (rows, items) weights that sums each table."""
    raters, columns, items = tables.shape
    flat = tables.reshape(raters, -1)
    # Fresh memory for each block would cost more than what is computed in it.
    product = np.empty((_ROWS_AT_ONCE, columns * items), dtype=tables.dtype)

    def summed(by_rater: Codes, by_item: Codes) -> Floats:
        sums = np.empty((len(by_rater), columns))
        left, right = by_rater.astype(tables.dtype), by_item.astype(tables.dtype)
        for first in range(0, len(left), _ROWS_AT_ONCE):
            rows = slice(first, first + _ROWS_AT_ONCE)
            held = np.matmul(left[rows], flat, out=product[: len(left[rows])])
            sums[rows] = (held.reshape(-1, columns, items) @ right[rows, :, None])[:, :, 0]
        return sums

    return summed


def _summed_sparsely(tables: Sequence[sparse.csr_array]) -> Callable[[Codes, Codes], Floats]:
    def summed(by_rater: Codes, by_item: Codes) -> Floats:
        weights = by_rater.astype(np.float64)
        return np.stack([np.sum((weights @ table) * by_item, axis=1) for table in tables], axis=1)

    return summed
