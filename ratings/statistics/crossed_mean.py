"""The mean of values that cross raters and items, with an interval for new raters and new items."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ratings.statistics.contrasts import Contrast, sums_by_unit, with_skewness
from ratings.statistics.crossed_moments import CrossedSums
from ratings.statistics.mixed_models import LinearMixedModel, PreparedModel
from ratings.statistics.ratings_table import compact
from ratings.statistics.results import NotEstimable

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Weighting = Literal["model", "equal"]

_MOST_BY_LIKELIHOOD = 100_000
_NEAREST = 0.01


@dataclass(frozen=True, kw_only=True)
class CrossedMean:
    """A mean with its small-sample distribution and what was found to vary.

    ``components``: variances by ``rater``, ``item`` and ``residual``; a part that the plan cannot separate is
    absent and stays in the residual. ``generalises_over`` is "items and raters", or only one of them when the
    other has a single member.
    """

    contrast: Contrast
    components: Mapping[str, float]
    generalises_over: str
    estimated_by: str = "REML"


def crossed_mean(values: Floats, *, rater: Codes, item: Codes, weighting: Weighting = "model") -> CrossedMean:
    """Estimate the mean of ``values`` (n,) with crossed random rater and item effects, by REML.

    ``model`` weighs the values as generalised least squares does; ``equal`` takes the plain average and
    gives it the variance that the model implies. Beyond 100,000 values both take the plain average and
    variances by moments: REML would take minutes there for all but the same weights. The contrast carries
    its skewness from raters and items. ``rater`` and ``item`` (n,) are not negative.
    Raises NotEstimable with fewer than 2 values or when all are equal.
    """
    return CrossedColumns([values], rater=rater, item=item).mean((1.0,), weighting=weighting)


class CrossedColumns:
    """Columns (n,) of values that cross raters and items, prepared once for the mean of any sum of them."""

    def __init__(self, columns: Sequence[Floats], *, rater: Codes, item: Codes) -> None:
        """Take columns of equal length and the codes (n,) of their raters and items, not negative."""
        self._columns = columns
        self._size = len(rater)
        self._codes = {"item": compact(item), "rater": compact(rater)}
        self._levels = {name: int(codes.max(initial=-1)) + 1 for name, codes in self._codes.items()}
        self._several = [name for name, levels in self._levels.items() if levels > 1]
        self._groups = {
            name: self._codes[name] for name in ("rater", "item") if 1 < self._levels[name] < self._size
        }

    def mean(
        self, weights: Sequence[float], *, weighting: Weighting = "model", near: CrossedMean | None = None
    ) -> CrossedMean:
        """Estimate the mean of the columns' sum by ``weights`` (k,), as ``crossed_mean``.

        ``near``: the mean of a like sum, from whose variances the search starts where a plan has gaps.
        """
        if len(self._groups) > 1 and self._size > _MOST_BY_LIKELIHOOD:
            return self._by_moments(np.array(weights))
        values = sum((w * column for w, column in zip(weights, self._columns, strict=True)), np.zeros(()))
        _check_spread(values)
        if not self._groups:
            contrast = plain_mean(values)
            components: Mapping[str, float] = {"residual": contrast.standard_error**2 * self._size}
            return self._found(contrast, components, (values - contrast.estimate) / self._size)
        model = self._model.fit(values, start=self._start(values, near))
        if weighting == "equal":
            contrast = _average(model, values, self._groups)
            shares: Floats = np.full(self._size, 1 / self._size)
        else:
            contrast = model.contrast(np.ones(1))
            shares = model.solution.contrast_rows(np.ones(1))
        return self._found(contrast, model.variances, shares * (values - contrast.estimate))

    @cached_property
    def _model(self) -> PreparedModel:
        return PreparedModel(np.ones((self._size, 1)), self._groups)

    @cached_property
    def _sums(self) -> CrossedSums:
        return CrossedSums.of(self._columns, **self._codes)

    def _by_moments(self, weights: Floats) -> CrossedMean:
        estimate = float(weights @ self._sums.means)
        if not self._sums.varies(weights):
            raise _without_spread(self._size, estimate)
        moments = self._sums.moments(weights)
        contrast = Contrast(
            estimate=estimate,
            standard_error=moments.standard_error,
            degrees_of_freedom=moments.degrees_of_freedom,
        )
        sums = [self._sums.sums[name] @ weights / self._size for name in self._several]
        return CrossedMean(
            contrast=with_skewness(contrast, sums),
            components={"item": moments.item, "rater": moments.rater, "residual": moments.residual},
            generalises_over=_over(self._several),
            estimated_by="moments",
        )

    def _start(self, values: Floats, near: CrossedMean | None) -> Floats | None:
        if len(self._groups) > 1 and self._size == self._levels["rater"] * self._levels["item"]:
            matrix = np.empty((self._levels["rater"], self._levels["item"]))
            matrix[self._codes["rater"], self._codes["item"]] = values
            return _moments(matrix)
        return None if near is None else start_near(near.components, self._groups)

    def _found(
        self, contrast: Contrast, components: Mapping[str, float], contributions: Floats
    ) -> CrossedMean:
        sums = sums_by_unit(contributions, [self._codes[name] for name in self._several])
        return CrossedMean(
            contrast=with_skewness(contrast, sums),
            components=components,
            generalises_over=_over(self._several),
        )


def start_near(components: Mapping[str, float], groups: Iterable[str]) -> Floats:
    """Variance ratios from which to search, from the ``components`` of a like fit."""
    # A variance at its edge would not be left again from there.
    return np.array([max(components[name] / components["residual"], _NEAREST) for name in groups])


def _over(several: Sequence[str]) -> str:
    return " and ".join(f"{name}s" for name in several)


def plain_mean(values: Floats) -> Contrast:
    """The mean of independent values (n,) with its t distribution; raises as ``crossed_mean``."""
    _check_spread(values)
    return Contrast(
        estimate=float(np.mean(values)),
        standard_error=float(np.std(values, ddof=1)) / math.sqrt(len(values)),
        degrees_of_freedom=len(values) - 1.0,
    )


def _check_spread(values: Floats) -> None:
    if len(values) < 2:
        raise NotEstimable(f"{len(values)} value cannot show its own spread: at least 2 are needed")
    if np.ptp(values) == 0:
        raise _without_spread(len(values), float(values[0]))


def _without_spread(size: int, value: float) -> NotEstimable:
    return NotEstimable(
        f"All {size} values are {value:g}, so their spread, and with it an interval, cannot be estimated: "
        "more raters or items are needed"
    )


def _moments(matrix: Floats) -> Floats:
    # Mean squares of the complete layout: the answer itself, when no variance lies at its edge.
    raters, items = matrix.shape
    by_rater, by_item = matrix.mean(axis=1), matrix.mean(axis=0)
    residual = matrix - by_rater[:, None] - by_item + matrix.mean()
    error = max(float(np.sum(residual**2)) / ((raters - 1) * (items - 1)), 1e-12)
    return np.array(
        [
            float(np.var(by_rater, ddof=1)) / error - 1 / items,
            float(np.var(by_item, ddof=1)) / error - 1 / raters,
        ]
    )


def _average(model: LinearMixedModel, values: Floats, groups: Mapping[str, Codes]) -> Contrast:
    size = len(values)
    shares = [float(np.sum((np.bincount(codes) / size) ** 2)) for codes in groups.values()]
    standard_error, freedom = model.spread(np.array([*shares, 1 / size]))
    return Contrast(
        estimate=float(np.mean(values)), standard_error=standard_error, degrees_of_freedom=freedom
    )
