"""An estimate with a t distribution, lengthened on the side where skew ratings would make it too sure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

_FEW = 6


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """``estimate`` ± t(``degrees_of_freedom``) · ``standard_error``, in stars.

    ``skewness`` is that of the estimate's own distribution. Where an estimate is skew to one side (ratings at
    a ceiling), its standard error is small just when it lies far to the other, and the plain t interval is
    too short there. That side's quantile t is lengthened by |skewness| · (1/6 + t²/3) (Johnson 1978, J. Am.
    Statistical Association 73:536); the other side is never shortened. 0 leaves the plain t.
    """

    estimate: float
    standard_error: float
    degrees_of_freedom: float
    skewness: float = 0.0

    def half_width(self, confidence: float) -> float:
        """Return t · standard error, without regard to skewness."""
        return float(stats.t.ppf((1 + confidence) / 2, self.degrees_of_freedom)) * self.standard_error

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the two-sided interval."""
        quantile = float(stats.t.ppf((1 + confidence) / 2, self.degrees_of_freedom))
        low, high = (_lengthened(quantile, skew) for skew in (-self.skewness, self.skewness))
        return self.estimate - low * self.standard_error, self.estimate + high * self.standard_error

    def pvalue_above(self, bound: float) -> float:
        """One-sided p-value for the alternative that the true value is above ``bound``."""
        reached = (self.estimate - bound) / self.standard_error
        return float(stats.t.sf(_shortened(reached, -self.skewness), self.degrees_of_freedom))

    def pvalue_below(self, bound: float) -> float:
        """One-sided p-value for the alternative that the true value is below ``bound``."""
        reached = (bound - self.estimate) / self.standard_error
        return float(stats.t.sf(_shortened(reached, self.skewness), self.degrees_of_freedom))

    def pvalue(self, value: float = 0.0) -> float:
        """Two-sided p-value against ``value``."""
        return min(1.0, 2 * min(self.pvalue_above(value), self.pvalue_below(value)))


def with_skewness(contrast: Contrast, unit_sums: Sequence[Floats]) -> Contrast:
    """Return the contrast with the skewness that independent units give it.

    Each of ``unit_sums`` holds, for one kind of sampled unit (raters, items), the sum of each unit's
    weighted residuals. Third moments of these sums, corrected for small samples, add up. Few units understate
    how skew their population is, the more so the fewer they are; the factor 1 + 6/units was chosen by
    simulation (docs/statistics.md).
    """
    third = 0.0
    for sums in unit_sums:
        units = len(sums)
        if units > 2:
            unbiased = units**2 / ((units - 1) * (units - 2)) * float(np.sum(sums**3))
            third += (1 + _FEW / units) * unbiased
    return replace(contrast, skewness=third / contrast.standard_error**3)


def sums_by_unit(contributions: Floats, units: Sequence[NDArray[np.int64]]) -> list[Floats]:
    """Sum ``contributions`` (n,) by each kind of unit, by codes (n,) without gaps, for ``with_skewness``."""
    return [np.bincount(codes, weights=contributions).astype(np.float64) for codes in units]


def _lengthened(quantile: float, skew: float) -> float:
    return quantile + max(skew, 0.0) * (1 / 6 + quantile**2 / 3)


def _shortened(reached: float, skew: float) -> float:
    # The inverse of _lengthened for positive quantiles; below them nothing is claimed, so nothing changes.
    if skew <= 0 or reached <= 0:
        return reached
    beyond = max(0.0, reached - skew / 6)
    return 2 * beyond / (1 + math.sqrt(1 + 4 * skew * beyond / 3))
