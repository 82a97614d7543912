"""How many items does a claim need, by number of raters? Power curves, and sizes that were tried out."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from ratings.statistics.claim_power import PlannedClaim
from ratings.statistics.proportions import check_level
from ratings.statistics.results import NotEstimable

_STEP = 1.5
_SMALLEST = {True: 4, False: 50}
_NEARLY_ALWAYS = 0.985
_MOST_TRIES = 6
_GROWTH = 1.06
_CONFIRMED_BY = 2


@dataclass(frozen=True, kw_only=True)
class PowerAt:
    """Simulated power at a number of items, with its 95 % interval for the simulation's own noise."""

    items: int
    power: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, kw_only=True)
class SizeCurve:
    """Power by items for so many raters (0: none needed), and the least size found, or None.

    ``needed`` was simulated anew with twice the studies; it is None where ``most`` items do not suffice.
    """

    raters: int
    points: tuple[PowerAt, ...]
    needed: PowerAt | None
    most: int


def size_curve(
    claim: PlannedClaim,
    *,
    raters: int,
    power: float = 0.8,
    most: int = 400,
    seed: int,
    replicates: int = 300,
    progress: Callable[[], None] = lambda: None,
) -> SizeCurve:
    """Simulate sizes that grow by half until the claim is nearly always supported, or to ``most`` items.

    The size is read off between the two points around ``power``, on the normal scale against log items, and
    then tried out with another seed and twice the replicates; where that falls short, by 6 % more items at a
    time. ``progress`` is called after each simulated size. Raises NotEstimable where the expected truth is
    not on the claim's side: then more items do not help.
    """
    check_level("power", power)
    if not claim.holds:
        raise NotEstimable(
            "No size supports a claim that is expected to be false: the expected value lies on the margin "
            "or beyond it; expect less, or claim less"
        )

    def tried(items: int, seed: int, replicates: int) -> PowerAt:
        found = claim.power(items=items, raters=raters, seed=seed, replicates=replicates)
        progress()
        return PowerAt(items=items, power=found.estimate, ci_low=found.ci_low, ci_high=found.ci_high)

    points: list[PowerAt] = []
    for items in _sizes(_SMALLEST[claim.by_people], most):
        points.append(tried(items, seed, replicates))
        if points[-1].power >= max(_NEARLY_ALWAYS, power):
            break
    guess = _crossing(points, power)
    needed = None
    if guess is not None:
        needed = _confirmed(
            lambda items: tried(items, seed + 1, _CONFIRMED_BY * replicates), guess, most, power
        )
    return SizeCurve(raters=raters, points=tuple(points), needed=needed, most=most)


def _confirmed(tried: Callable[[int], PowerAt], guess: int, most: int, power: float) -> PowerAt | None:
    """The first size from ``guess`` on that has the power when tried; None where none up to ``most`` has."""
    for _ in range(_MOST_TRIES):
        shown = tried(min(guess, most))
        if shown.power >= power:
            return shown
        if guess >= most:
            break
        guess = math.ceil(guess * _GROWTH)
    return None


def _sizes(smallest: int, most: int) -> Iterator[int]:
    size = float(smallest)
    while size < most:
        yield round(size)
        size *= _STEP
    yield most


def _crossing(points: list[PowerAt], power: float) -> int | None:
    """Items at which the curve reaches ``power``, once noise that lets it fall is smoothed out."""
    risen = np.asarray(optimize.isotonic_regression([point.power for point in points]).x, dtype=np.float64)
    place = int(np.searchsorted(risen, power))
    if place == len(points):
        return None
    after = points[place].items
    if place == 0:
        return after
    before = points[place - 1].items
    low, high = _normal(float(risen[place - 1])), _normal(float(risen[place]))
    part = (float(special.ndtri(power)) - low) / (high - low)
    return math.ceil(before * math.exp(part * math.log(after / before)))


def _normal(power: float) -> float:
    return float(special.ndtri(min(max(power, 0.002), 0.998)))
