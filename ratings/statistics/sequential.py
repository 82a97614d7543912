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
    side_alpha = alpha / sides
    spent = _spent(times, side_alpha, spending)
    bounds: list[float] = []
    walk = _Walk(sides)
    for time, step in zip(times, np.diff(spent, prepend=0.0), strict=True):
        bound = walk.bound_for(float(time), float(step))
        walk.advance(float(time), bound)
        bounds.append(bound)
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
