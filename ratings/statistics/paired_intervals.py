"""Intervals for two proportions on the same examples: difference (Tango, Newcombe) and ratio (Tang)."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import optimize, special

from ratings.statistics.proportions import wilson


@dataclass(frozen=True, kw_only=True)
class PairedCounts:
    """How many examples both classifiers got right, only one of them, or neither."""

    both: int
    only_first: int
    only_second: int
    neither: int

    def __post_init__(self) -> None:
        """Raise ValueError for a negative count."""
        if min(self.both, self.only_first, self.only_second, self.neither) < 0:
            raise ValueError(f"Counts cannot be negative: {self.signature}")

    @property
    def examples(self) -> int:
        """All examples."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def first(self) -> int:
        """Examples that the first got right."""
        return self.both + self.only_first

    @property
    def second(self) -> int:
        """Examples that the second got right."""
        return self.both + self.only_second

    @property
    def difference(self) -> float:
        """Accuracy of first minus accuracy of second."""
        return (self.only_first - self.only_second) / self.examples

    @property
    def signature(self) -> str:
        """The counts as one word: both/only first/only second/neither."""
        return f"{self.both}/{self.only_first}/{self.only_second}/{self.neither}"


def tango_score(counts: PairedCounts, difference: float) -> float:
    """Score statistic of the paired difference (Tango 1998, Statistics in Medicine 17:891, eqs. 3 and 4)."""
    n, b, c = counts.examples, counts.only_first, counts.only_second
    distance = b - c - n * difference
    if distance == 0:
        return 0.0
    linear = -b - c + (2 * n - b + c) * difference
    constant = -c * difference * (1 - difference)
    nuisance = (math.sqrt(max(0.0, linear**2 - 8 * n * constant)) - linear) / (4 * n)
    variance = n * (2 * nuisance + difference * (1 - difference))
    return math.copysign(math.inf, distance) if variance <= 0 else distance / math.sqrt(variance)


def tango_difference(counts: PairedCounts, confidence: float) -> tuple[float, float]:
    """Score interval of the paired difference (Tango 1998)."""
    z, centre = _z(confidence), counts.difference
    low = _root(lambda at: tango_score(counts, at) - z, -1.0, centre)
    high = _root(lambda at: tango_score(counts, at) + z, centre, 1.0)
    return low, high


def newcombe_difference(counts: PairedCounts, confidence: float) -> tuple[float, float]:
    """Square-and-add interval of Wilson limits (Newcombe 1998, Statistics in Medicine 17:2635, method 10)."""
    n = counts.examples
    p1, p2 = counts.first / n, counts.second / n
    (low1, high1), (low2, high2) = (wilson(x, n, confidence) for x in (counts.first, counts.second))
    margins = counts.first * (n - counts.first) * counts.second * (n - counts.second)
    cross: float = counts.both * counts.neither - counts.only_first * counts.only_second
    if cross > 0:
        cross = max(cross - n / 2, 0)
    correlation = cross / math.sqrt(margins) if margins else 0.0

    def reach(toward: float, against: float) -> float:
        return math.sqrt(max(0.0, toward**2 - 2 * correlation * toward * against + against**2))

    return p1 - p2 - reach(p1 - low1, high2 - p2), p1 - p2 + reach(high1 - p1, p2 - low2)


def tang_ratio(counts: PairedCounts, confidence: float) -> tuple[float, float]:
    """Score interval of the ratio first / second (Tang, Tang & Chan 2003, Statistics in Medicine 22:3053).

    Needs ``counts.second > 0``; the upper bound is infinite where no finite ratio is rejected.
    """
    z, reach = _z(confidence), 1e9
    centre = counts.first / counts.second

    def above(log_ratio: float) -> float:
        return _tang_score(counts, math.exp(log_ratio)) + z

    def below(log_ratio: float) -> float:
        return _tang_score(counts, math.exp(log_ratio)) - z

    middle = math.log(centre) if centre > 0 else -math.log(reach)
    low = 0.0 if centre == 0 else math.exp(_root(below, -math.log(reach), middle))
    high = math.inf if above(math.log(reach)) > 0 else math.exp(_root(above, middle, math.log(reach)))
    return min(low, centre), max(high, centre)


def _tang_score(counts: PairedCounts, ratio: float) -> float:
    n = counts.examples
    either = counts.both + counts.only_first + counts.only_second
    distance = counts.first - ratio * counts.second
    if distance == 0:
        return 0.0
    square = n * (1 + ratio)
    linear = counts.second * ratio**2 - (counts.first + 2 * counts.only_second)
    constant = counts.only_second * (1 - ratio) * either / n
    nuisance = (math.sqrt(max(0.0, linear**2 - 4 * square * constant)) - linear) / (2 * square)
    variance = n * (1 + ratio) * nuisance + either * (ratio - 1)
    return math.copysign(math.inf, distance) if variance <= 0 else distance / math.sqrt(variance)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    # At an end of the range the statistic may be infinite or not yet past its quantile: the end is the bound.
    at_low, at_high = function(low), function(high)
    if at_low * at_high >= 0:
        return low if abs(at_low) < abs(at_high) else high
    return float(optimize.brentq(lambda at: max(-1e6, min(1e6, function(at))), low, high, xtol=1e-13))


def _z(confidence: float) -> float:
    return float(special.ndtri((1 + confidence) / 2))
