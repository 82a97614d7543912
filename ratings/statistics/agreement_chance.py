"""Agreement corrected for chance in other ways: Gwet's AC1 and AC2, and weighted kappa by pair of raters."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ratings.statistics.proportions import check_level
from ratings.statistics.ratings_table import RatingsTable, compact
from ratings.statistics.results import Estimate, NotEstimable, signed

Floats = NDArray[np.float64]
Weights = Literal["identity", "ordinal", "linear", "quadratic"]


def agreement_weights(scores: Floats, kind: Weights) -> Floats:
    """Return the (K, K) weights of partial agreement between scores (Gwet 2014, Handbook, chapter 3).

    ``ordinal`` counts ranks, 1 − C(d + 1, 2) / C(K, 2) for scores d ranks apart; it is not Krippendorff's
    ordinal metric. ``linear`` and ``quadratic`` use the distance in stars.
    """
    if kind == "identity":
        return np.eye(len(scores))
    if len(scores) < 2:
        return np.ones((len(scores), len(scores)))
    ranks = np.arange(len(scores))
    if kind == "ordinal":
        apart = np.abs(ranks[:, None] - ranks)
        steps = apart * (apart + 1) / 2
        return np.asarray(1 - steps / steps.max())
    distance = np.abs(scores[:, None] - scores) / float(np.ptp(scores))
    if kind == "linear":
        return np.asarray(1 - distance)
    if kind == "quadratic":
        return np.asarray(1 - distance**2)
    raise ValueError(f"no weights '{kind}': use identity, ordinal, linear or quadratic")


def gwet_ac(
    table: RatingsTable,
    *,
    weights: Weights = "identity",
    scale: Sequence[float] | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Gwet's AC1 (``identity``) or AC2 (other weights) with missing ratings.

    Gwet (2008, British J. of Mathematical and Statistical Psychology 61; 2014, Handbook of Inter-Rater
    Reliability), with his linearised variance over outputs and t interval, cut at −1 and 1. ``scale`` lists
    the scores that could be given (default: those that were), on which chance agreement depends.

    Raises ValueError when a score is not on the scale; NotEstimable with fewer than 2 outputs or 2 scores, or
    when no output has two ratings.
    """
    check_level("confidence", confidence)
    counts, scores = _counts_by_output(table, scale)
    coefficient, deviations = _gwet(counts, agreement_weights(scores, weights))
    outputs = len(counts)
    half = float(
        stats.t.ppf((1 + confidence) / 2, outputs - 1)
        * math.sqrt(np.sum(deviations**2) / (outputs * (outputs - 1)))
    )
    name = "AC1" if weights == "identity" else f"AC2, {weights} weights"
    return Estimate(
        estimate=coefficient,
        ci_low=max(-1.0, coefficient - half),
        ci_high=min(1.0, coefficient + half),
        confidence=confidence,
        n=table.n,
        method=f"Gwet's {name}; linearised variance over outputs, t interval",
        signature=signed("gwet", weights=weights, scale=len(scores), conf=confidence),
        generalises_over="items",
    )


def _counts_by_output(table: RatingsTable, scale: Sequence[float] | None) -> tuple[Floats, Floats]:
    scores = np.unique(table.score if scale is None else np.asarray(scale, dtype=np.float64))
    code = np.searchsorted(scores, table.score)
    known = (code < len(scores)) & (scores[np.minimum(code, len(scores) - 1)] == table.score)
    if not known.all():
        raise ValueError(f"The score {table.score[~known][0]:g} is not on the scale {scores.tolist()}")
    unit = compact(table.output)
    outputs = int(unit.max(initial=-1)) + 1
    counts = np.bincount(unit * len(scores) + code, minlength=outputs * len(scores))
    by_output = counts.reshape(outputs, len(scores)).astype(np.float64)
    if len(scores) < 2:
        raise NotEstimable(
            "All ratings are equal: state the scale, on which chance agreement depends, to estimate AC"
        )
    if outputs < 2 or not np.any(by_output.sum(axis=1) > 1):
        raise NotEstimable("Agreement needs at least 2 outputs, and one of them rated by two raters")
    return by_output, scores


def _gwet(counts: Floats, weights: Floats) -> tuple[float, Floats]:
    size = counts.sum(axis=1)
    several = size > 1
    observed = np.sum(counts * (counts @ weights - 1), axis=1)
    observed = np.divide(observed, size * (size - 1), out=np.zeros_like(size), where=several)
    share_of_several = float(np.mean(several))
    agreement = float(np.mean(observed[several]))
    shares = counts / size[:, None]
    prevalence = shares.mean(axis=0)
    spread = float(weights.sum()) / (len(weights) * (len(weights) - 1))
    chance = spread * float(prevalence @ (1 - prevalence))
    coefficient = (agreement - chance) / (1 - chance)
    by_output = (observed - chance * several) / (1 - chance) / share_of_several
    chance_by_output = spread * shares @ (1 - prevalence)
    linearised = by_output - 2 * (1 - coefficient) * (chance_by_output - chance) / (1 - chance)
    return coefficient, linearised - coefficient


@dataclass(frozen=True, kw_only=True)
class PairAgreement:
    """Weighted kappa of two raters over the outputs both rated.

    None where chance leaves nothing to agree on: one of them gave a single score throughout.
    """

    rater_a: str
    rater_b: str
    outputs: int
    kappa: float | None


def weighted_kappa_by_pair(
    table: RatingsTable, *, weights: Weights = "quadratic"
) -> tuple[PairAgreement, ...]:
    """Cohen's weighted kappa (1968) for each pair of raters with an output in common, in order of names."""
    output = table.item * len(table.systems) + table.system
    scores, code = np.unique(table.score, return_inverse=True)
    own = [np.flatnonzero(table.rater == rater) for rater in range(len(table.raters))]
    pairs = []
    for a, b in combinations(range(len(own)), 2):
        common, left, right = np.intersect1d(
            output[own[a]], output[own[b]], assume_unique=True, return_indices=True
        )
        if len(common):
            kappa = _kappa(code[own[a]][left], code[own[b]][right], scores, weights)
            pairs.append(
                PairAgreement(
                    rater_a=table.raters[a], rater_b=table.raters[b], outputs=len(common), kappa=kappa
                )
            )
    return tuple(pairs)


def weighted_kappa(
    first: NDArray[np.float64], second: NDArray[np.float64], *, weights: Weights = "quadratic"
) -> float | None:
    """Cohen's weighted kappa between two arrays of scores (n,); None where chance leaves nothing to gain."""
    scores, code = np.unique(np.concatenate([first, second]), return_inverse=True)
    return _kappa(code[: len(first)], code[len(first) :], scores, weights)


def _kappa(
    first: NDArray[np.int64], second: NDArray[np.int64], scores: Floats, kind: Weights
) -> float | None:
    used = np.unique(np.concatenate([first, second]))
    weights = agreement_weights(scores[used], kind)
    left, right = np.searchsorted(used, first), np.searchsorted(used, second)
    agreement = float(np.mean(weights[left, right]))
    margins = [np.bincount(side, minlength=len(used)) / len(first) for side in (left, right)]
    chance = float(margins[0] @ weights @ margins[1])
    return None if chance >= 1 - 1e-12 else (agreement - chance) / (1 - chance)
