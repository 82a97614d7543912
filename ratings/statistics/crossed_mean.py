"""The mean of values that cross raters and items, with an interval for new raters and new items."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ratings.statistics.contrasts import Contrast, with_skewness
from ratings.statistics.crossed_moments import crossed_moments
from ratings.statistics.mixed_models import LinearMixedModel, linear_mixed_model
from ratings.statistics.results import NotEstimable

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Weighting = Literal["model", "equal"]

_MOST_BY_LIKELIHOOD = 100_000


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
    its skewness from raters and items.
    Raises NotEstimable with fewer than 2 values or when all are equal.
    """
    _check_spread(values)
    codes = {"rater": rater, "item": item}
    levels = {name: len(np.unique(column)) for name, column in codes.items()}
    several = [name for name in ("item", "rater") if levels[name] > 1]
    groups = {name: column for name, column in codes.items() if 1 < levels[name] < len(values)}
    weights = np.full(len(values), 1 / len(values))
    components: Mapping[str, float]
    by_moments = len(groups) > 1 and len(values) > _MOST_BY_LIKELIHOOD
    if by_moments:
        moments = crossed_moments(values, rater=rater, item=item)
        components = {"item": moments.item, "rater": moments.rater, "residual": moments.residual}
        contrast = Contrast(
            estimate=float(np.mean(values)),
            standard_error=moments.standard_error,
            degrees_of_freedom=moments.degrees_of_freedom,
        )
    elif groups:
        complete = len(values) == levels["rater"] * levels["item"]
        start = _moments(values, rater, item) if len(groups) > 1 and complete else None
        model = linear_mixed_model(values, np.ones((len(values), 1)), groups, start=start)
        components = model.variances
        if weighting == "equal":
            contrast = _average(model, values, groups)
        else:
            contrast = model.contrast(np.ones(1))
            weights = model.solution.contrast_rows(np.ones(1))
    else:
        contrast = plain_mean(values)
        components = {"residual": contrast.standard_error**2 * len(values)}
    contributions = weights * (values - contrast.estimate)
    return CrossedMean(
        contrast=with_skewness(contrast, contributions, [codes[name] for name in several]),
        components=components,
        generalises_over=" and ".join(f"{name}s" for name in several),
        estimated_by="moments" if by_moments else "REML",
    )


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
        raise NotEstimable(
            f"All {len(values)} values are {values[0]:g}, so their spread, and with it an interval, cannot "
            "be estimated: more raters or items are needed"
        )


def _moments(values: Floats, rater: Codes, item: Codes) -> Floats:
    # Mean squares of the complete layout: the answer itself, when no variance lies at its edge.
    matrix = values[np.lexsort((item, rater))].reshape(len(np.unique(rater)), -1)
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
