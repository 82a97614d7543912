"""Several claims at once: adjusted p-values, and the interval levels that go with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ratings.statistics.proportions import check_level

Floats = NDArray[np.float64]
Correction = Literal["holm", "bonferroni", "benjamini-hochberg"]


@dataclass(frozen=True, kw_only=True)
class Family:
    """The claims of one family, in the order given.

    ``adjusted[i]`` is below alpha exactly where ``rejected[i]``. ``interval_alphas[i]`` is the alpha at which
    the claim's own interval (1 − alpha, or 1 − 2·alpha for one-sided tests) agrees with that decision.
    """

    correction: Correction
    alpha: float
    pvalues: tuple[float | None, ...]
    adjusted: tuple[float | None, ...]
    rejected: tuple[bool, ...]
    interval_alphas: tuple[float, ...]
    method: str


def correct_family(
    pvalues: Sequence[float | None], *, correction: Correction = "holm", alpha: float = 0.05
) -> Family:
    """Adjust the p-values of a family as it was frozen; ``None`` is a claim that could not be tested.

    An untested claim still counts in the family's size, as if its p-value were 1. Holm (1979, Scand. J.
    Statistics 6:65) and Bonferroni hold the chance of any false rejection at alpha, Benjamini-Hochberg (1995,
    JRSS B 57:289) the expected share of false ones. Interval levels: alpha/m for Bonferroni; for Holm the
    step at which the claim was decided (so the intervals agree with the decisions but are not simultaneous);
    for Benjamini-Hochberg R·alpha/m with R rejections (Benjamini & Yekutieli 2005, JASA 100:71). Raises
    ValueError for a p-value not in [0, 1].
    """
    check_level("alpha", alpha)
    for pvalue in pvalues:
        if pvalue is not None and not 0 <= pvalue <= 1:
            raise ValueError(
                f"{pvalue} is no p-value: give a number from 0 to 1, or None for an untested claim"
            )
    raw = np.array([1.0 if pvalue is None else pvalue for pvalue in pvalues], dtype=np.float64)
    adjusted = _ADJUST[correction](raw)
    rejected = adjusted < alpha
    return Family(
        correction=correction,
        alpha=alpha,
        pvalues=tuple(pvalues),
        adjusted=tuple(
            None if pvalue is None else float(value) for pvalue, value in zip(pvalues, adjusted, strict=True)
        ),
        rejected=tuple(bool(each) for each in rejected),
        interval_alphas=tuple(float(each) for each in _interval_alphas(raw, rejected, correction, alpha)),
        method=f"{_NAMES[correction]} over {len(raw)} claims, alpha {alpha:g}",
    )


def _bonferroni(raw: Floats) -> Floats:
    return np.minimum(1.0, raw * len(raw))


def _holm(raw: Floats) -> Floats:
    order = np.argsort(raw, kind="stable")
    stepped = np.maximum.accumulate(raw[order] * np.arange(len(raw), 0, -1))
    adjusted = np.empty_like(raw)
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted


def _benjamini_hochberg(raw: Floats) -> Floats:
    return np.asarray(stats.false_discovery_control(raw, method="bh")) if len(raw) else raw


def _interval_alphas(
    raw: Floats, rejected: NDArray[np.bool_], correction: Correction, alpha: float
) -> Floats:
    size, rejections = len(raw), int(rejected.sum())
    if correction == "bonferroni":
        return np.full(size, alpha / max(size, 1))
    if correction == "benjamini-hochberg":
        return np.full(size, alpha * max(rejections, 1) / max(size, 1))
    step = np.empty(size)
    step[np.argsort(raw, kind="stable")] = np.arange(size)
    return np.asarray(alpha / (size - np.minimum(step, rejections)))


_ADJUST = {"holm": _holm, "bonferroni": _bonferroni, "benjamini-hochberg": _benjamini_hochberg}
_NAMES = {"holm": "Holm", "bonferroni": "Bonferroni", "benjamini-hochberg": "Benjamini-Hochberg"}
