"""Looks before the end: alpha spending (Lan & DeMets) and the chance of crossing given bounds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from ratings.statistics.proportions import check_level

Spending = Literal["obrien-fleming", "pocock"]
Floats = NDArray[np.float64]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(160)
_FARTHEST = 8.5
_LEAST, _GREATEST = 1e-9, 0.5


@dataclass(frozen=True, kw_only=True)
class SequentialBounds:
    """One bound a look, at ``fractions`` of the planned sample; ``spent`` is the alpha so far.

    A look's two-sided interval at confidence 1 − ``nominal_alphas[k]`` (for one side: 1 − 2 × that) agrees
    with its bound ``z[k]``.
    """

    fractions: tuple[float, ...]
    spent: tuple[float, ...]
    z: tuple[float, ...]
    nominal_alphas: tuple[float, ...]
    alpha: float
    sides: Literal[1, 2]
    spending: Spending
    method: str


def spending_bounds(
    fractions: Sequence[float],
    *,
    alpha: float = 0.05,
    spending: Spending = "obrien-fleming",
    sides: Literal[1, 2] = 2,
) -> SequentialBounds:
    """Bounds on |z| (or z) at each look, for any timing of the looks (Lan & DeMets 1983, Biometrika 70:659).

    ``fractions`` are the shares of the planned sample at the looks so far, rising, at most 1. The spending is
    theirs: 2 − 2Φ(z_{a/2}/√t) for the O'Brien-Fleming type and a·ln(1 + (e − 1)t) for the Pocock type, with a
    the alpha of one side. Raises ValueError for fractions that do not rise within (0, 1].
    """
    check_level("alpha", alpha)
    times = _checked(fractions)
    spent = _spent(times, alpha / sides, spending)
    bounds = _bounds(times, spent, sides)
    return SequentialBounds(
        fractions=tuple(float(time) for time in times),
        spent=tuple(float(each) * sides for each in spent),
        z=tuple(bounds),
        nominal_alphas=tuple(float(special.ndtr(-bound)) * sides for bound in bounds),
        alpha=alpha,
        sides=sides,
        spending=spending,
        method=f"Lan-DeMets, {_NAMES[spending]} type, {sides}-sided alpha {alpha:g}, {len(times)} looks",
    )


@dataclass(frozen=True, kw_only=True)
class SpendingPath:
    """How one claim's one-sided alpha is spent by the looks at it, up to the one in hand.

    ``shares[k]`` is the share of the planned sample that look k counts as, which says what has been spent by
    then (1 at the end, whatever was collected); ``information[k]`` is what had been collected, in any unit,
    which says how the looks hang together (Lan & DeMets 1989, Statistics in Medicine 8:1191). Both rise; the
    last ones are those of the look in hand. ValueError where they do not.
    """

    shares: tuple[float, ...] = (1.0,)
    information: tuple[float, ...] = (1.0,)
    spending: Spending = "obrien-fleming"

    def __post_init__(self) -> None:
        """Refuse what no looks can have."""
        _checked(self.shares)
        if len(self.information) != len(self.shares):
            raise ValueError("Give what had been collected at each look")
        _checked([each / self.information[-1] for each in self.information])

    @property
    def spends_nothing_before(self) -> bool:
        """Whether all of alpha is for the look in hand."""
        return self.shares == (1.0,)

    def nominal_alpha(self, alpha: float) -> float:
        """The alpha to test the look in hand at, so that all looks together err with chance ``alpha``."""
        if self.spends_nothing_before:
            return alpha
        times = np.asarray(self.information) / self.information[-1]
        bound = _bounds(times, _spent(np.asarray(self.shares), alpha, self.spending), 1)[-1]
        return max(float(special.ndtr(-bound)), _LEAST)

    def overall_pvalue(self, pvalue: float) -> float:
        """The least alpha in all at which the look in hand rejects, given its own one-sided ``pvalue``.

        It can be corrected in a family as any p-value (Maurer & Bretz 2013, Stat. Biopharm. Res. 5:311).
        Above a half it is only said to lie there.
        """
        if self.spends_nothing_before:
            return pvalue
        if pvalue >= self.nominal_alpha(_GREATEST):
            return max(pvalue, _GREATEST)
        if pvalue <= self.nominal_alpha(_LEAST):
            return max(pvalue, _LEAST)
        found = optimize.brentq(
            lambda log: self.nominal_alpha(math.exp(log)) - pvalue, math.log(_LEAST), math.log(_GREATEST)
        )
        return math.exp(float(found))


def crossing_probability(
    bounds: Sequence[float], fractions: Sequence[float], *, sides: Literal[1, 2] = 2
) -> float:
    """Chance that |z| (or z) crosses its bound at some look when there is no difference.

    With every bound at 1.96 it is what unplanned peeking costs. Raises ValueError for unequal lengths.
    """
    times = _checked(fractions)
    if len(bounds) != len(times):
        raise ValueError(f"There are {len(bounds)} bounds for {len(times)} looks: give one bound a look")
    walk = _Walk(sides)
    crossed = 0.0
    for time, bound in zip(times, bounds, strict=True):
        crossed += walk.crossing(float(time), bound) * sides
        walk.advance(float(time), bound)
    return crossed


def _bounds(times: Floats, spent: Floats, sides: int) -> list[float]:
    """The bound at each of `times` that spends, on each side, what `spent` has grown by."""
    bounds: list[float] = []
    walk = _Walk(sides)
    for time, step in zip(times, np.diff(spent, prepend=0.0), strict=True):
        bound = walk.bound_for(float(time), float(step))
        walk.advance(float(time), bound)
        bounds.append(bound)
    return bounds


class _Walk:
    """The density of a Brownian motion that has crossed no bound yet, on a Gauss-Legendre grid."""

    def __init__(self, sides: int) -> None:
        self.sides = sides
        self.time = 0.0
        self.places: Floats = np.zeros(1)
        self.mass: Floats = np.ones(1)

    def crossing(self, time: float, bound: float) -> float:
        """Chance of crossing the upper bound at this look, none before."""
        spread = math.sqrt(time - self.time)
        beyond = special.ndtr((self.places - bound * math.sqrt(time)) / spread)
        return float(self.mass @ beyond)

    def bound_for(self, time: float, alpha: float) -> float:
        """Return the bound that is crossed with chance ``alpha`` at this look."""
        if self.crossing(time, _FARTHEST) >= alpha:
            return _FARTHEST
        return float(
            optimize.brentq(
                lambda bound: self.crossing(time, bound) - alpha, -_FARTHEST, _FARTHEST, xtol=1e-12
            )
        )

    def advance(self, time: float, bound: float) -> None:
        """Go on to the next look with the paths that stayed inside."""
        spread = math.sqrt(time - self.time)
        high = bound * math.sqrt(time)
        low = -high if self.sides == 2 else -_FARTHEST * math.sqrt(time)
        centre, half = (high + low) / 2, (high - low) / 2
        places = centre + half * _NODES
        steps = (places[:, None] - self.places[None, :]) / spread
        density = np.exp(-(steps**2) / 2) / (spread * math.sqrt(2 * math.pi))
        self.mass = half * _WEIGHTS * (density @ self.mass)
        self.places, self.time = places, time


def _spent(times: Floats, side_alpha: float, spending: Spending) -> Floats:
    if spending == "obrien-fleming":
        quantile = -special.ndtri(side_alpha / 2)
        return np.asarray(2 * special.ndtr(-quantile / np.sqrt(times)))
    return np.asarray(side_alpha * np.log1p((math.e - 1) * times))


def _checked(fractions: Sequence[float]) -> Floats:
    times = np.asarray(fractions, dtype=np.float64)
    if times.ndim != 1 or not len(times):
        raise ValueError("Give the fraction of the planned sample at each look, at least one")
    if not (np.all(times > 0) and np.all(times <= 1) and np.all(np.diff(times) > 0)):
        raise ValueError(f"The looks' fractions {list(fractions)} must rise, above 0 and at most 1")
    return times


_NAMES = {"obrien-fleming": "O'Brien-Fleming", "pocock": "Pocock"}
