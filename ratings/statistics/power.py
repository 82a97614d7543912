"""How many? Power by simulation with the primary analysis, and closed forms for paired means as a check."""

import math
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.random import Generator
from scipy import integrate, optimize, special, stats

from ratings.statistics.proportions import check_level, proportion_interval
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed

Drawn = TypeVar("Drawn")
_MOST_UNITS = 10_000_000


def simulated_power(
    draw: Callable[[Generator], Drawn],
    supports: Callable[[Drawn], bool],
    *,
    seed: int,
    replicates: int = 1000,
    confidence: float = 0.95,
) -> Estimate:
    """Share of simulated studies in which the primary analysis supports the claim, with its exact interval.

    ``draw`` makes one study from a random generator, ``supports`` runs the analysis on it. A study that the
    analysis refuses with NotEstimable does not support the claim; the method says how many were refused. Each
    replicate has its own stream spawned from ``seed``, so more replicates extend a shorter run. Raises
    ValueError for no replicate.
    """
    if replicates < 1:
        raise ValueError(f"{replicates} replicates are none: give 200 or more")
    supported = refused = 0
    for stream in np.random.default_rng(seed).spawn(replicates):
        try:
            supported += bool(supports(draw(stream)))
        except NotEstimable:
            refused += 1
    low, high = proportion_interval(supported, replicates, confidence)
    return Estimate(
        estimate=supported / replicates,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=Sample(ratings=replicates, items=0, raters=0),
        method=f"simulation of {replicates} studies with the primary analysis, {refused} not estimable",
        signature=signed("simulated-power", seed=seed, replicates=replicates, confidence=confidence),
        generalises_over="simulated studies",
    )


def smallest_size(power_at: Callable[[int], float], *, power: float = 0.8, low: int = 2, high: int) -> int:
    """Smallest size from ``low`` to ``high`` with at least this power, where ``power_at`` rises with size.

    Bisects, so that a costly simulation runs about log2(high − low) times; under simulation noise the answer
    is good to that noise. Raises NotEstimable when ``high`` is not enough.
    """
    check_level("power", power)
    if not 1 <= low <= high:
        raise ValueError(f"Sizes from {low} to {high} are no range: give 1 <= low <= high")
    if power_at(high) < power:
        raise NotEstimable(f"Even a size of {high} has less than {power:.0%} power")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if power_at(middle) >= power else (middle + 1, high)
    return low


def paired_t_power(
    units: float, *, difference: float, sd: float, alpha: float = 0.05, sides: int = 2
) -> float:
    """Power of the paired t test on ``units`` differences of this mean (not 0) and deviation ``sd``.

    Noncentral t, as R's power.t.test (which, two-sided, leaves out rejections on the wrong side, as here).
    For non-inferiority pass the distance from the margin and sides=1.
    """
    _check_paired(units, sd, alpha)
    critical = stats.t.isf(alpha / sides, units - 1)
    return float(stats.nct.sf(critical, units - 1, abs(difference) / sd * math.sqrt(units)))


def paired_tost_power(
    units: float, *, margin: float, difference: float = 0.0, sd: float, alpha: float = 0.05
) -> float:
    """Exact power of the paired TOST within ±``margin`` (Phillips 1990, J. Pharmacokinetics 18:137).

    Both one-sided tests reject when the mean lies within margin − t·s/√n; integrated over the distribution of
    s.
    """
    _check_paired(units, sd, alpha)
    df, scale = units - 1, math.sqrt(units) / sd
    critical = float(stats.t.isf(alpha, df))

    def given(spread: float) -> float:
        high = special.ndtr((margin - difference) * scale - critical * spread)
        low = special.ndtr((-margin - difference) * scale + critical * spread)
        density = 2 * spread * df * stats.chi2.pdf(spread**2 * df, df)
        return float(max(0.0, high - low) * density)

    widest = margin * scale / critical
    centre = min(1.0, widest)
    below, _ = integrate.quad(given, 0, centre, epsabs=1e-12, limit=200)
    above, _ = integrate.quad(given, centre, widest, epsabs=1e-12, limit=200)
    return below + above


def units_needed(power_at: Callable[[float], float], *, power: float = 0.8) -> float:
    """Return the (fractional) number of units, at least 2, at which a rising closed form has this power.

    Round up for a plan. Raises NotEstimable when ten million do not suffice.
    """
    check_level("power", power)
    if power_at(2.0) >= power:
        return 2.0
    high = 4.0
    while power_at(high) < power:
        high *= 2
        if high > _MOST_UNITS:
            raise NotEstimable(f"More than {_MOST_UNITS:,} units would be needed for a power of {power:.0%}")
    return float(
        optimize.brentq(lambda units: power_at(units) - power, high / 2 if high > 4 else 2.0, high, xtol=1e-9)
    )


def further_units_needed(
    distance: float, standard_error: float, units: int, *, alpha: float = 0.05, power: float = 0.8
) -> int:
    """How many more units decide a one-sided claim about a mean if the present estimate held (normal theory).

    ``distance`` of the estimate from the margin, and its ``standard_error`` from ``units`` at hand, which
    shrinks with 1/√units. 0 when there are enough. Raises NotEstimable for an estimate on the margin or
    without a spread.
    """
    check_level("alpha", alpha)
    check_level("power", power)
    if units < 1 or not standard_error > 0:
        raise NotEstimable(
            f"{units} units with a standard error of {standard_error:g} do not tell how many more are needed"
        )
    if distance == 0:
        raise NotEstimable("The estimate lies on the margin: no number of further units would decide")
    both = float(special.ndtri(1 - alpha) + special.ndtri(power))
    total = units * (both * standard_error / distance) ** 2
    if total > _MOST_UNITS:
        raise NotEstimable(
            f"More than {_MOST_UNITS:,} units would be needed: the estimate lies near the margin"
        )
    return max(0, math.ceil(total) - units)


def _check_paired(units: float, sd: float, alpha: float) -> None:
    check_level("alpha", alpha)
    if units <= 1 or not sd > 0:
        raise ValueError(
            f"{units} units with a standard deviation of {sd}: give more than 1 unit and sd above 0"
        )
