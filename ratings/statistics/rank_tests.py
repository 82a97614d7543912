"""Tests beside the primary comparison, all on item means: sign flips, signed ranks, Friedman."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ratings.statistics.comparison import item_means
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.resampling import check_resamples, chunks
from ratings.statistics.results import NotEstimable, Sample, signed

Floats = NDArray[np.float64]
Zeros = Literal["pratt", "wilcoxon"]

_MOST_ENUMERATED = 20
_MOST_EXACT_RANKS = 300


@dataclass(frozen=True, kw_only=True)
class ItemTest:
    """A test over items, which says nothing of new raters.

    ``effect`` is the mean difference in stars (sign flips), the matched-pairs rank-biserial correlation
    (signed ranks) or Kendall's W (Friedman).
    """

    statistic: float
    pvalue: float
    effect: float
    n: Sample
    method: str
    signature: str
    generalises_over: str = "items"


def sign_flip_test(
    table: RatingsTable, a: str, b: str, *, resamples: int = 10_000, seed: int = 0
) -> ItemTest:
    """Two-sided permutation test that flips the sign of each item's mean difference a − b.

    All sign patterns are counted up to 20 items; beyond, ``resamples`` random ones, with the observed one
    among them (Phipson & Smyth 2010). NotEstimable when no item has ratings of both systems or all
    differences are zero.
    """
    check_resamples(resamples)
    differences = _differences(table, a, b)
    total = float(differences.sum())
    reached = abs(total) - 1e-9 * float(np.abs(differences).sum())
    exact = len(differences) <= _MOST_ENUMERATED
    if exact:
        sums = np.zeros(1)
        for value in differences:
            sums = np.concatenate([sums + value, sums - value])
        pvalue = float(np.mean(np.abs(sums) >= reached))
    else:
        rng = np.random.default_rng(seed)
        extreme = 0
        for rows in chunks(resamples, len(differences)):
            signs = 2.0 * rng.integers(0, 2, size=(rows, len(differences)), dtype=np.int8) - 1
            extreme += int(np.sum(np.abs(signs @ differences) >= reached))
        pvalue = (extreme + 1) / (resamples + 1)
    how = "all patterns" if exact else f"{resamples} random patterns"
    return ItemTest(
        statistic=total / len(differences),
        effect=total / len(differences),
        pvalue=pvalue,
        n=_sample(table, a, b, items=len(differences)),
        method=f"paired sign-flip permutation test over item means, {how}",
        signature=signed("sign-flip", b="exact" if exact else resamples, seed="none" if exact else seed),
    )


def wilcoxon_signed_rank(table: RatingsTable, a: str, b: str, *, zeros: Zeros = "pratt") -> ItemTest:
    """Two-sided Wilcoxon signed-rank test of the items' mean differences, exact also with ties.

    Pratt (1959): zero differences are ranked and then left out; ``wilcoxon`` drops them first. ``statistic``
    is the sum of the positive ranks; above 300 items the normal approximation without continuity correction
    gives the p-value. Raises as ``sign_flip_test``.
    """
    differences = np.round(_differences(table, a, b), 12)
    if zeros == "wilcoxon":
        differences = differences[differences != 0]
    ranks = stats.rankdata(np.abs(differences))
    used = ranks[differences != 0]
    positive = float(ranks[differences > 0].sum())
    total = float(used.sum())
    exact = len(used) <= _MOST_EXACT_RANKS
    pvalue = (
        _exact_signed_rank(used, positive)
        if exact
        else float(2 * stats.norm.sf(abs(signed_rank_z(used, positive))))
    )
    return ItemTest(
        statistic=positive,
        effect=2 * positive / total - 1,
        pvalue=pvalue,
        n=_sample(table, a, b, items=len(differences)),
        method=f"Wilcoxon signed-rank test over item means, zeros as {zeros.title()}, "
        + ("exact" if exact else "normal approximation"),
        signature=signed("signed-rank", zeros=zeros, exact=exact),
    )


def signed_rank_z(ranks: Floats, positive: float) -> float:
    """Standardise the sum of positive ranks, given the ranks of the differences that are not zero."""
    return (positive - float(ranks.sum()) / 2) / math.sqrt(float(np.sum(ranks**2)) / 4)


def friedman_test(table: RatingsTable, *systems: str) -> ItemTest:
    """Friedman's test (1937) of three or more systems on the means of the items that all have ratings of.

    ``effect`` is Kendall's W. ValueError below three systems; NotEstimable below 2 items or when all tie.
    """
    if len(systems) < 3:
        raise ValueError(f"Friedman's test needs three systems or more, not {len(systems)}")
    means = np.round(item_means(table, *systems), 12)
    if means.shape[1] < 2:
        raise NotEstimable(f"{means.shape[1]} items have ratings of all systems: at least 2 are needed")
    if np.all(np.ptp(means, axis=0) == 0):
        raise NotEstimable("The systems tie on every item: there is nothing to rank")
    result = stats.friedmanchisquare(*means)
    return ItemTest(
        statistic=float(result.statistic),
        effect=float(result.statistic) / (means.shape[1] * (len(systems) - 1)),
        pvalue=float(result.pvalue),
        n=_sample(table, *systems, items=means.shape[1]),
        method=f"Friedman test over item means, {len(systems)} systems",
        signature=signed("friedman", systems=len(systems)),
    )


def _differences(table: RatingsTable, a: str, b: str) -> Floats:
    if a == b:
        raise ValueError(f"'{a}' cannot be compared with itself: name two systems")
    means = item_means(table, a, b)
    differences = np.asarray(means[0] - means[1])
    if not len(differences):
        raise NotEstimable(f"No item has ratings of both '{a}' and '{b}'")
    if np.all(np.abs(differences) < 1e-12):
        raise NotEstimable(
            f"'{a}' and '{b}' have the same mean stars on every item: there is nothing to rank"
        )
    return differences


def _exact_signed_rank(ranks: Floats, positive: float) -> float:
    # Twice the mid-ranks are whole, so that the distribution is a convolution over integers.
    doubled = np.rint(2 * ranks).astype(np.int64)
    ways = np.zeros(int(doubled.sum()) + 1)
    ways[0] = 1.0
    for rank in doubled:
        ways[rank:] = (ways[rank:] + ways[:-rank]) / 2
        ways[:rank] /= 2
    centre = doubled.sum() / 2
    reached = abs(2 * positive - centre) - 1e-9
    return min(1.0, float(ways[np.abs(np.arange(len(ways)) - centre) >= reached].sum()))


def _sample(table: RatingsTable, *systems: str, items: int) -> Sample:
    chosen = table.of_systems(*systems).n
    return Sample(ratings=chosen.ratings, items=items, raters=chosen.raters)
