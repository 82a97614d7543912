"""How many more ratings would decide a claim about a difference in stars, if the present estimate held."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scipy import stats

from ratings.statistics.comparison import MeanDifference
from ratings.statistics.contrasts import Contrast
from ratings.statistics.margins import Relation
from ratings.statistics.proportions import check_level
from ratings.statistics.results import NotEstimable

_MOST_TIMES = 200


@dataclass(frozen=True, kw_only=True)
class Extension:
    """A plan that would decide: ``items`` and ``raters`` in all, ``further`` ratings beyond today's.

    It has as many ratings for each item and rater as today's. ``how`` names what grows: items, raters, or
    both alike.
    """

    items: int
    raters: int
    further: int
    how: str


def further_ratings(
    comparison: MeanDifference,
    *,
    relation: Relation,
    margin: float,
    alpha: float = 0.05,
    power: float = 0.8,
) -> Extension:
    """Return the extension with the fewest ratings that decides the claim with this power.

    The variances and the difference are taken as found, and the estimate of the larger study is t distributed
    around it, with Satterthwaite's degrees of freedom and ``Contrast``'s lengthening for skewness: what is
    undecided today always needs more. A difference inside both margins of an equivalence has to clear both.
    Items only, raters only, and both alike are tried, each up to 200 times today's.
    NotEstimable when the estimate lies on the margin or no such plan decides.
    """
    check_level("power", power)
    check_level("2·alpha", 2 * alpha)
    bounds = (-margin,) if relation == "non-inferior" else (-margin, margin)
    n = comparison.estimate.n
    today = comparison.contrast
    to_clear = list(bounds)
    if abs(today.estimate) >= margin:
        to_clear = sorted(to_clear, key=lambda bound: abs(today.estimate - bound))[:1]
    project = _projection(comparison)

    def decides(items: int, raters: int) -> bool:
        missed = sum(_missed(project(items, raters), bound, alpha) for bound in to_clear)
        return bool(missed <= 1 - power)

    plans = {
        "items": lambda times: (math.ceil(n.items * times), n.raters),
        "raters": lambda times: (n.items, math.ceil(n.raters * times)),
        "items and raters": lambda times: (
            math.ceil(n.items * math.sqrt(times)),
            math.ceil(n.raters * math.sqrt(times)),
        ),
    }
    options = [found for how, plan in plans.items() if (found := _smallest(how, plan, decides, n.ratings))]
    if today.estimate in bounds or not options:
        raise NotEstimable(
            f"The difference lies so near the margin that {_MOST_TIMES} times the ratings would not decide"
        )
    return min(options, key=lambda option: option.further)


def _projection(comparison: MeanDifference) -> Callable[[int, int], Contrast]:
    """The contrast to expect of so many items and raters, by the variances found; today's size gives today's.

    The plan may have gaps, and effects that the variances leave out: standard error and degrees of freedom
    are therefore scaled. Skewness shrinks with the root of the number of ratings.
    """
    today, n = comparison.contrast, comparison.estimate.n
    parts = _variances(comparison.components)
    error_now, freedom_now = _projected(parts, n.items, n.raters)

    def project(items: int, raters: int) -> Contrast:
        error, freedom = _projected(parts, items, raters)
        return Contrast(
            estimate=today.estimate,
            standard_error=error * today.standard_error / error_now,
            degrees_of_freedom=max(1.0, freedom * today.degrees_of_freedom / freedom_now),
            skewness=today.skewness * math.sqrt(n.items * n.raters / (items * raters)),
        )

    return project


def _missed(expected: Contrast, bound: float, alpha: float) -> float:
    """How likely an estimate around the expected one does not clear the bound."""
    low, high = expected.interval(1 - 2 * alpha)
    above = expected.estimate > bound
    half_width = expected.estimate - low if above else high - expected.estimate
    spare = (abs(expected.estimate - bound) - half_width) / expected.standard_error
    return float(stats.t.sf(spare, expected.degrees_of_freedom))


def _smallest(
    how: str, plan: Callable[[float], tuple[int, int]], decides: Callable[[int, int], bool], ratings: int
) -> Extension | None:
    low, high = 1.0, float(_MOST_TIMES)
    today = plan(1.0)
    if min(plan(high)) < 2 or not decides(*plan(high)):
        return None
    while high / low > 1.001:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if decides(*plan(middle)) else (middle, high)
    items, raters = plan(low) if decides(*plan(low)) else plan(high)
    return Extension(
        items=items,
        raters=raters,
        further=math.ceil(ratings * (items * raters / (today[0] * today[1]) - 1)),
        how=how,
    )


def _variances(components: Mapping[str, float]) -> tuple[float, float, float]:
    """Return the variances of a difference by rater, by item, and of the rest."""
    if "item × system" in components or "rater × system" in components:
        slopes = (components.get(name, 0.0) for name in ("rater × system", "item × system", "residual"))
        rater, item, rest = slopes
        return 2 * rater, 2 * item, 2 * rest
    return components.get("rater", 0.0), components.get("item", 0.0), components.get("residual", 0.0)


def _projected(parts: tuple[float, float, float], items: int, raters: int) -> tuple[float, float]:
    rater, item, rest = parts
    cells = items * raters
    squares = (items * rater + rest, raters * item + rest, rest)
    own = (max(raters - 1, 1), max(items - 1, 1), max((raters - 1) * (items - 1), 1))
    variance = max(squares[0] + squares[1] - squares[2], 1e-12)
    freedom = variance**2 / sum(square**2 / df for square, df in zip(squares, own, strict=True))
    return math.sqrt(variance / cells), max(freedom, 1.0)
