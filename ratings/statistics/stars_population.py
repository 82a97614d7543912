"""From spreads in stars, as people see them, to the latent population that simulations draw from."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from ratings.statistics.mixed_models import distinct_groups, linear_mixed_model
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable
from ratings.statistics.simulated_stars import StarsStudy

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_NARROWEST, _WIDEST = 0.02, 60.0


@dataclass(frozen=True, kw_only=True)
class StarsSpread:
    """Mean stars and standard deviations in stars as rated, on a scale of 1 to ``most``.

    The deviations are those of a mixed model of ratings: between raters, between items, of rater and item
    together, of each one's interaction with the system, and the rest.
    """

    mean: float
    rater: float
    item: float
    rater_by_item: float
    rater_slope: float
    item_slope: float
    rest: float
    most: int = 5

    @property
    def variance(self) -> float:
        """Variance of one rating."""
        parts = (self.rater, self.item, self.rater_by_item, self.rater_slope, self.item_slope, self.rest)
        return math.fsum(part**2 for part in parts)


# What RANKME's population (see ``simulated_stars``) shows on 5 stars instead of 6, as far from the top: the
# test of this module derives it from the ratings.
RANKME_SPREAD = StarsSpread(
    mean=4.82, rater=0.24, item=0.05, rater_by_item=0.18, rater_slope=0.06, item_slope=0.12, rest=0.36
)


def stars_population(spread: StarsSpread) -> StarsStudy:
    """The latent population whose rounded and cut scores have this mean and these spreads.

    Whole stars are a normal score cut at steps, so the covariance of two ratings that share a rater (an item,
    both, …) fixes the covariance of their latent scores (as a polychoric correlation does). Raters and items
    of the result are 0: replace them. Raises ValueError for a mean outside the scale or a variance that whole
    stars with this mean cannot have.
    """
    mean, width = _latent_normal(spread)
    squares = {name: value**2 for name, value in vars(spread).items() if name not in ("mean", "most")}

    def latent(*shared: str) -> float:
        wanted = sum(squares[name] for name in shared)
        return width**2 * _correlation(wanted, mean, width, spread.most)

    rater, item = latent("rater"), latent("item")
    parts = {
        "rater": rater,
        "item": item,
        "rater_by_item": latent("rater", "item", "rater_by_item") - rater - item,
        "rater_slope": latent("rater", "rater_slope") - rater,
        "item_slope": latent("item", "item_slope") - item,
    }
    parts["rest"] = width**2 - sum(max(part, 0.0) for part in parts.values())
    deviations = {name: math.sqrt(max(part, 0.0)) for name, part in parts.items()}
    return StarsStudy(
        raters=0,
        items=0,
        mean=mean,
        most=spread.most,
        rater=deviations["rater"],
        item=deviations["item"],
        rater_by_item=deviations["rater_by_item"],
        rater_slope=deviations["rater_slope"],
        item_slope=deviations["item_slope"],
        rest=deviations["rest"],
    )


def spread_in(study: StarsStudy) -> StarsSpread:
    """The mean and spreads in stars that a latent population shows; the other way of ``stars_population``."""
    width, total = study.spread, study.spread**2

    def covariance(*shared: float) -> float:
        return _covariance(sum(part**2 for part in shared) / total, study.mean, width, study.most)

    rater, item = covariance(study.rater), covariance(study.item)
    parts = {
        "rater": rater,
        "item": item,
        "rater_by_item": covariance(study.rater, study.item, study.rater_by_item) - rater - item,
        "rater_slope": covariance(study.rater, study.rater_slope) - rater,
        "item_slope": covariance(study.item, study.item_slope) - item,
    }
    mean, variance = _moments(study.mean, width, study.most)
    parts["rest"] = variance - sum(parts.values())
    deviations = {name: math.sqrt(max(part, 0.0)) for name, part in parts.items()}
    return StarsSpread(mean=mean, most=study.most, **deviations)


def spread_of(table: RatingsTable, *, lowest: int = 1, highest: int = 5) -> StarsSpread:
    """Mean and spreads of real ratings, by the mixed model of all its systems (REML).

    A scale that starts elsewhere is moved to start at 1. An effect that the plan cannot tell from others is 0
    and its spread stays in the others'. Raises NotEstimable where nothing varies or no effect can be told.
    """
    items, systems = len(table.items), len(table.systems)
    groups = distinct_groups(
        {
            "item": table.item,
            "rater": table.rater,
            "item_slope": table.item * systems + table.system,
            "rater_slope": table.rater * systems + table.system,
            "rater_by_item": table.rater * items + table.item,
        }
    )
    if not groups:
        raise NotEstimable(
            f"{len(table.score)} ratings cannot show how raters and items vary: choose a study in which "
            "raters share items"
        )
    design = (table.system[:, None] == np.unique(table.system)).astype(np.float64)
    variances = linear_mixed_model(table.score, design, groups).variances
    return StarsSpread(
        mean=float(np.mean(table.score)) - lowest + 1,
        most=highest - lowest + 1,
        rest=math.sqrt(variances["residual"]),
        **_deviations(variances, ("rater", "item", "rater_by_item", "rater_slope", "item_slope")),
    )


def _deviations(variances: Mapping[str, float], names: tuple[str, ...]) -> dict[str, float]:
    return {name: math.sqrt(variances.get(name, 0.0)) for name in names}


def _latent_normal(spread: StarsSpread) -> tuple[float, float]:
    """Mean and deviation of the normal score whose whole stars have this mean and variance."""
    if not 1 < spread.mean < spread.most:
        raise ValueError(
            f"The mean is {spread.mean:g} stars on a scale of 1 to {spread.most}: give one between the ends"
        )

    def mean_at(width: float) -> float:
        def excess(mean: float) -> float:
            return _moments(mean, width, spread.most)[0] - spread.mean

        return _root(excess, 1 - 40 * width, spread.most + 40 * width)

    def excess_variance(log_width: float) -> float:
        width = math.exp(log_width)
        return _moments(mean_at(width), width, spread.most)[1] - spread.variance

    low, high = math.log(_NARROWEST), math.log(_WIDEST)
    if excess_variance(low) > 0 or excess_variance(high) < 0:
        raise ValueError(
            f"Whole stars from 1 to {spread.most} with a mean of {spread.mean:g} cannot have a standard "
            f"deviation of {math.sqrt(spread.variance):.2g} in all: change the mean or the spreads"
        )
    width = math.exp(_root(excess_variance, low, high))
    return mean_at(width), width


def _moments(mean: float, width: float, most: int) -> tuple[float, float]:
    """Mean and variance of whole stars cut from a normal score."""
    above = special.ndtr((mean - np.arange(1.5, most)) / width)
    expected = 1 + float(above.sum())
    square = 1 + float(np.sum((2 * np.arange(1, most) + 1) * above))
    return expected, square - expected**2


def _covariance(correlation: float, mean: float, width: float, most: int) -> float:
    """Covariance of the stars of two scores with this correlation, 0 to 1."""
    own = math.sqrt(max(1 - correlation, 1e-9)) * width
    means = mean + math.sqrt(correlation) * width * _NODES
    given = special.ndtr((means[:, None] - np.arange(1.5, most)) / own).sum(axis=1)
    weights = _WEIGHTS / _WEIGHTS.sum()
    return float(weights @ (given - weights @ given) ** 2)


def _correlation(covariance: float, mean: float, width: float, most: int) -> float:
    """The latent correlation that gives two ratings this covariance, at most 1."""
    if covariance <= 0:
        return 0.0
    if covariance >= _covariance(1.0, mean, width, most):
        return 1.0
    return _root(lambda value: _covariance(value, mean, width, most) - covariance, 0.0, 1.0)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    return float(optimize.brentq(function, low, high, xtol=1e-10))
