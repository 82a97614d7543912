"""How many more ratings would decide a claim about a difference in stars, if the present estimate held."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scipy import stats

from ratings.statistics.comparison import MeanDifference
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
    around it, with Satterthwaite's degrees of freedom. A difference inside both margins of an equivalence has
    to clear both. Items only, raters only, and both alike are tried, each up to 200 times today's.
    NotEstimable when the estimate lies on the margin or no such plan decides.
    """
    check_level("power", power)
    check_level("2·alpha", 2 * alpha)
    estimate = comparison.contrast.estimate
    bounds = (-margin,) if relation == "non-inferior" else (-margin, margin)
    to_clear = [abs(estimate - bound) for bound in bounds]
    if abs(estimate) >= margin:
        to_clear = [min(to_clear)]
    n = comparison.estimate.n
    parts = _variances(comparison.components)
    # The plan may have gaps, and effects that the projection leaves out: at today's size it must give today's
    # standard error.
    unit = comparison.contrast.standard_error / _projected(parts, n.items, n.raters)[0]

    def decides(items: int, raters: int) -> bool:
        error, freedom = _projected(parts, items, raters)
        error *= unit
        critical = stats.t.ppf(1 - alpha, freedom)
        missed = sum(stats.t.sf(distance / error - critical, freedom) for distance in to_clear)
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
    if min(to_clear) == 0 or not options:
        raise NotEstimable(
            f"The difference lies so near the margin that {_MOST_TIMES} times the ratings would not decide"
        )
    return min(options, key=lambda option: option.further)


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
