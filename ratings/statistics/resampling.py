"""Bootstrap resamples from sufficient statistics: multinomial weights instead of copies of the ratings."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ratings.statistics.results import NotEstimable

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_CHUNK_CELLS = 4_000_000
# Measured costs of one binomial draw over one draw of an index, for the split in `distinct_weights`.
_BINOMIAL_COST = 18
_SPARSE_BELOW = 0.05


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
    tables = [_tabulated(values, rater, item) for values in columns]
    raters, items = tables[0].shape
    sums: list[Floats] = []
    for rows in chunks(resamples, raters + 2 * items):
        by_rater = rng.multinomial(raters, np.full(raters, 1 / raters), size=rows).astype(np.float64)
        by_item = rng.multinomial(items, np.full(items, 1 / items), size=rows)
        sums.append(np.stack([np.sum((by_rater @ table) * by_item, axis=1) for table in tables], axis=1))
    return np.concatenate(sums)


def two_way_means(
    values: Floats, rater: Codes, item: Codes, resamples: int, rng: np.random.Generator
) -> Floats:
    """Return resampled means of ``values`` (n,) under the pigeonhole bootstrap.

    Resamples in which no rating was drawn, as sparse plans may have, are left out; NotEstimable when they are
    more than one in a hundred.
    """
    centre = float(np.mean(values))
    sums = two_way_sums([values - centre, np.ones_like(values)], rater, item, resamples, rng)
    drawn = sums[:, 1] > 0
    if np.mean(drawn) < 0.99:
        raise NotEstimable(
            "Too few ratings for a two-way bootstrap: many resamples of raters and items hold none at all"
        )
    return np.asarray(centre + sums[drawn, 0] / sums[drawn, 1])


def _tabulated(values: Floats, rater: Codes, item: Codes) -> Floats | sparse.csr_array:
    _, row = np.unique(rater, return_inverse=True)
    _, column = np.unique(item, return_inverse=True)
    shape = (int(row.max()) + 1, int(column.max()) + 1)
    table = sparse.csr_array((values, (row, column)), shape=shape)
    return table if len(values) < _SPARSE_BELOW * shape[0] * shape[1] else table.toarray()
