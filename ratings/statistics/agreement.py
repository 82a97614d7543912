"""Agreement between raters: Krippendorff's alpha with bootstrap intervals, and percent agreement.

A unit is one output: what one system said for one item.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ratings.statistics.proportions import check_level
from ratings.statistics.ratings_table import RatingsTable, compact, distinct_scores, kept_with_table
from ratings.statistics.resampling import check_resamples, distinct_weights, percentile_interval
from ratings.statistics.results import Estimate, NotEstimable, signed
from ratings.statistics.single_thread import single_thread

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Metric = Literal["nominal", "ordinal", "interval"]
Over = Literal["items", "raters"]

_MOST_SCORES = 60
_FEWEST_USABLE = 0.9
_RESAMPLES_AT_ONCE = 32
_MANY = 50_000


def krippendorff_alpha(
    table: RatingsTable,
    *,
    metric: Metric = "ordinal",
    confidence: float = 0.95,
    resamples: int | None = None,
    seed: int = 0,
    over: Over = "items",
) -> Estimate:
    """Krippendorff's alpha with missing ratings (2011, "Computing Krippendorff's alpha-reliability", C).

    Units with one rating are dropped. The percentile interval resamples items, with all their outputs, or
    raters; alpha's ordinal metric follows the margins of each resample. A rater drawn twice is not counted as
    agreeing with himself. ``resamples`` are 10,000 unless given, and 1,000 over raters of more than 50,000
    ratings, each of which is counted anew.

    Raises ValueError for an unknown metric; NotEstimable for more than 60 distinct scores, when no output has
    two ratings, all ratings are equal, or there are fewer than 2 items (raters) to resample.
    """
    check_level("confidence", confidence)
    if resamples is None:
        resamples = 1_000 if over == "raters" and len(table.score) > _MANY else 10_000
    check_resamples(resamples)
    counts = count_scores(table)
    alpha = float(_alpha(counts.statistics().sum(axis=0)[None, :], counts.scores, metric)[0])
    if np.isnan(alpha):
        raise NotEstimable(
            f"All ratings that can be compared are {counts.table.score[0]:g}: without variation, agreement "
            "beyond chance is not defined"
        )
    rng = np.random.default_rng(seed)
    resampled = (_over_items if over == "items" else _over_raters)(counts, metric, resamples, rng)
    usable = resampled[~np.isnan(resampled)]
    if len(usable) < _FEWEST_USABLE * resamples:
        raise NotEstimable(
            f"The ratings vary too little: in {resamples - len(usable)} of {resamples} resamples of {over} "
            "all were equal or none could be compared"
        )
    low, high = percentile_interval(usable, confidence)
    return Estimate(
        estimate=alpha,
        ci_low=min(low, alpha),
        ci_high=max(high, alpha),
        confidence=confidence,
        n=counts.table.n,
        method=f"Krippendorff's alpha, {metric}; bootstrap over {over}, percentile",
        signature=signed("alpha", metric=metric, boot=over, b=resamples, seed=seed, conf=confidence),
        generalises_over=over,
    )


def alpha_value(table: RatingsTable, *, metric: Metric = "ordinal") -> float:
    """Krippendorff's alpha without an interval. Raises as ``krippendorff_alpha``."""
    counts = count_scores(table)
    alpha = float(_alpha(counts.statistics().sum(axis=0)[None, :], counts.scores, metric)[0])
    if np.isnan(alpha):
        raise NotEstimable("All ratings that can be compared are equal: alpha is not defined")
    return alpha


def percent_agreement(table: RatingsTable, *, within: float = 0.0) -> float:
    """Share of pairs of raters, averaged over outputs, whose scores differ by at most ``within`` stars.

    It does not correct for chance. NotEstimable when no output has two ratings.
    """
    counts = count_scores(table)
    near = np.abs(counts.scores[:, None] - counts.scores) <= within + 1e-9
    held = counts.by_unit
    sizes = held.sum(axis=1)
    agreeing = np.einsum("uc,ck,uk->u", held, near.astype(np.float64), held) - sizes
    return float(np.mean(agreeing / (sizes * (sizes - 1))))


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreCounts:
    """How often each of ``scores`` (K, ascending) was given to each output that has two ratings or more.

    ``by_unit`` (U, K); ``item`` (U,) the item of each output, ``unit`` and ``code`` (n,) the output and the
    score of each rating of ``table``.
    """

    table: RatingsTable
    scores: Floats
    by_unit: Floats
    item: NDArray[np.int64]
    unit: NDArray[np.int64]
    code: NDArray[np.int64]

    def statistics(self) -> Floats:
        """Return (U, pairs + K): each output's coincidences of unlike scores c < k, then its margins."""
        return coincidences(self.by_unit, 1 / (self.by_unit.sum(axis=1, keepdims=True) - 1))


@kept_with_table
def count_scores(table: RatingsTable) -> ScoreCounts:
    """Count scores by output; ValueError above 60 distinct scores, NotEstimable if no output has two."""
    output = table.output
    several = np.bincount(output)[output] > 1
    if not several.any():
        raise NotEstimable("No output was rated by two raters, so agreement cannot be seen")
    chosen = table.where(several)
    scores, code = distinct_scores(chosen.score)
    if len(scores) > _MOST_SCORES:
        raise NotEstimable(
            f"Agreement is counted on scales of at most {_MOST_SCORES} different scores, and these "
            f"ratings have {len(scores)}: round them or put them into classes first"
        )
    output = output[several]
    outputs, unit = np.flatnonzero(np.bincount(output)), compact(output)
    by_unit = np.bincount(unit * len(scores) + code, minlength=len(outputs) * len(scores))
    return ScoreCounts(
        table=chosen,
        scores=scores,
        by_unit=by_unit.reshape(len(outputs), len(scores)).astype(np.float64),
        item=outputs // len(table.systems),
        unit=unit,
        code=code,
    )


def without_each_rater(table: RatingsTable, *, metric: Metric = "ordinal") -> Floats:
    """Alpha without each rater in turn, (raters,) by rising code; NaN where the rest cannot be compared.

    What a rater adds is taken from the sums instead of counting everything again. Raises as
    ``count_scores``.
    """
    counts = count_scores(table)
    raters = np.flatnonzero(np.bincount(table.rater))
    # What a rating adds is the same for all ratings of one score to one output.
    unit, code = np.nonzero(counts.by_unit)
    held = counts.by_unit[unit]
    left = held.copy()
    left[np.arange(len(left)), code] -= 1
    before = coincidences(held, 1 / (held.sum(axis=1, keepdims=True) - 1))
    size = left.sum(axis=1, keepdims=True)
    # An output that one rating is left of drops out.
    after = coincidences(left, np.divide(1, size - 1, out=np.zeros_like(size), where=size > 1))
    change = np.where(size > 1, after, 0) - before
    kind_of = np.zeros(counts.by_unit.shape, dtype=np.int64)
    kind_of[unit, code] = np.arange(len(unit))
    kind = kind_of[counts.unit, counts.code]
    place = np.searchsorted(raters, counts.table.rater)
    changes = np.stack(
        [np.bincount(place, weights=column[kind], minlength=len(raters)) for column in change.T], axis=1
    )
    return _alpha(counts.statistics().sum(axis=0) + changes, counts.scores, metric)


def coincidences(counts: Floats, weight: Floats) -> Floats:
    """Return (…, pairs + K) of ``weight`` · n_c · n_k for c < k, then the margins ``counts`` (…, K)."""
    left, right = np.triu_indices(counts.shape[-1], k=1)
    return np.concatenate([weight * counts[..., left] * counts[..., right], counts], axis=-1)


def _alpha(statistics: Floats, scores: Floats, metric: Metric) -> Floats:
    """Alpha for rows of summed statistics; NaN where all scores are equal."""
    left, right = np.triu_indices(len(scores), k=1)
    observed, margins = statistics[:, : len(left)], statistics[:, len(left) :]
    if metric == "nominal":
        distance = np.ones_like(observed)
    elif metric == "interval":
        distance = np.broadcast_to((scores[left] - scores[right]) ** 2, observed.shape)
    elif metric == "ordinal":
        # Krippendorff's ordinal distance is the squared difference of mean ranks.
        ranks = np.cumsum(margins, axis=1) - margins / 2
        distance = (ranks[:, left] - ranks[:, right]) ** 2
    else:
        raise ValueError(f"no metric '{metric}': use nominal, ordinal or interval")
    disagreement = np.einsum("bp,bp->b", observed, distance)
    expected = np.einsum("bp,bp,bp->b", margins[:, left], margins[:, right], distance)
    varies = expected > 1e-12 * np.maximum(margins.sum(axis=1), 1)
    ratio = np.divide(disagreement, expected, out=np.full_like(expected, np.nan), where=varies)
    return np.asarray(1 - (margins.sum(axis=1) - 1) * ratio)


@single_thread  # so that the last digit does not depend on the machine
def _over_items(counts: ScoreCounts, metric: Metric, resamples: int, rng: np.random.Generator) -> Floats:
    items, cluster = np.unique(counts.item, return_inverse=True)
    if len(items) < 2:
        raise NotEstimable("1 item shows nothing about new items: at least 2 with two ratings are needed")
    per_unit = counts.statistics()
    per_item = np.zeros((len(items), per_unit.shape[1]))
    np.add.at(per_item, cluster, per_unit)
    kinds, multiplicity = np.unique(per_item, axis=0, return_counts=True)
    weights = distinct_weights(multiplicity, resamples, rng)
    return np.concatenate([_alpha(rows @ kinds, counts.scores, metric) for rows in weights])


def _over_raters(counts: ScoreCounts, metric: Metric, resamples: int, rng: np.random.Generator) -> Floats:
    rater = compact(counts.table.rater)
    raters = int(rater.max()) + 1
    if raters < 3:
        raise NotEstimable(f"{raters} raters show nothing about new raters: at least 3 are needed")
    units, scores = counts.by_unit.shape
    # Whole numbers of this size are exact in single precision, and their products come in blocks.
    marks = np.zeros((raters, scores * units), dtype=np.float32)
    marks[rater, counts.code * units + counts.unit] = 1
    drawn = rng.multinomial(raters, np.full(raters, 1 / raters), size=resamples).astype(np.float32)
    blocks = _pair_statistics(drawn, marks, (scores, units))
    return np.concatenate([_alpha(block, counts.scores, metric) for block in blocks])


def _pair_statistics(drawn: Singles, marks: Singles, shape: tuple[int, int]) -> Iterator[Floats]:
    """Yield blocks of resamples, summed over outputs: coincidences of different raters, then their margins.

    ``drawn`` (B, raters) how often each was drawn; ``marks`` (raters, K · U) who gave which score to which
    output; ``shape`` (K, U). Pairs of a rater with himself are no evidence of agreement.
    """
    # Fresh memory for each block would cost more than what is computed in it.
    product = np.empty((_RESAMPLES_AT_ONCE, marks.shape[1]), dtype=np.float32)
    held, own, scaled = np.empty((3, _RESAMPLES_AT_ONCE, *shape))
    left, right = np.triu_indices(shape[0], k=1)
    for first in range(0, len(drawn), _RESAMPLES_AT_ONCE):
        weights = drawn[first : first + _RESAMPLES_AT_ONCE]
        rows = slice(len(weights))
        for counted, target in ((weights, held), (weights**2, own)):
            np.matmul(counted, marks, out=product[rows])
            target[rows] = product[rows].reshape(-1, *shape)
        size = held[rows].sum(axis=1)
        pairs = size**2 - own[rows].sum(axis=1)
        weight = np.divide(size, pairs, out=np.zeros_like(pairs), where=pairs > 0)
        np.multiply(held[rows], weight[:, None, :], out=scaled[rows])
        unlike = scaled[rows] @ held[rows].transpose(0, 2, 1)
        margins = scaled[rows] @ size[:, :, None] - own[rows] @ weight[:, :, None]
        yield np.concatenate([unlike[:, left, right], margins[:, :, 0]], axis=1)
