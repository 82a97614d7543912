"""Intervals for one binomial proportion: exact, score and likelihood."""

import math
from typing import Literal

from scipy import optimize, special, stats

IntervalKind = Literal["clopper-pearson", "wilson", "likelihood"]


def check_counts(correct: float, trials: float) -> None:
    """Raise ValueError unless ``0 <= correct <= trials``."""
    if not (math.isfinite(correct) and math.isfinite(trials) and 0 <= correct <= trials):
        raise ValueError(
            f"{correct} of {trials} is no count of successes: give 0 <= successes <= trials, both finite"
        )


def check_level(name: str, level: float) -> None:
    """Raise ValueError unless a confidence, power or alpha lies strictly between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError(f"{name} is {level}: give a number between 0 and 1, such as 0.95")


def proportion_interval(
    successes: float, trials: float, confidence: float, kind: IntervalKind = "clopper-pearson"
) -> tuple[float, float]:
    """Two-sided interval for a proportion; ``trials`` must be positive and neither need be whole.

    Clopper & Pearson (1934) through beta quantiles, Wilson (1927) score without continuity correction, or the
    likelihood-ratio interval (the set of p with 2·(l(p̂) − l(p)) at most the χ²₁ quantile).
    """
    check_counts(successes, trials)
    check_level("confidence", confidence)
    if kind == "clopper-pearson":
        return _clopper_pearson(successes, trials, confidence)
    if kind == "wilson":
        return wilson(successes, trials, confidence)
    if kind == "likelihood":
        return _likelihood(successes, trials, confidence)
    raise ValueError(f"no interval '{kind}': use clopper-pearson, wilson or likelihood")


def lower_bound(successes: float, trials: float, alpha: float) -> float:
    """One-sided exact lower bound at level 1 − alpha (Clopper & Pearson 1934)."""
    return 0.0 if successes <= 0 else float(special.betaincinv(successes, trials - successes + 1, alpha))


def upper_bound(successes: float, trials: float, alpha: float) -> float:
    """One-sided exact upper bound at level 1 − alpha (Clopper & Pearson 1934)."""
    if successes >= trials:
        return 1.0
    return float(special.betaincinv(successes + 1, trials - successes, 1 - alpha))


def probability_at_least(successes: float, trials: float, p: float) -> float:
    """P(X >= successes) for X binomial(trials, p); the beta function continues it to counts not whole."""
    return 1.0 if successes <= 0 else float(special.betainc(successes, trials - successes + 1, p))


def probability_at_most(successes: float, trials: float, p: float) -> float:
    """P(X <= successes) for X binomial(trials, p); the beta function continues it to counts not whole."""
    return 1.0 if successes >= trials else float(special.betainc(trials - successes, successes + 1, 1 - p))


def wilson(successes: float, trials: float, confidence: float) -> tuple[float, float]:
    """Score interval without continuity correction (Wilson 1927)."""
    z = float(special.ndtri((1 + confidence) / 2))
    p = successes / trials
    scale = 1 + z * z / trials
    centre = (p + z * z / (2 * trials)) / scale
    half = z / scale * math.sqrt(p * (1 - p) / trials + (z / (2 * trials)) ** 2)
    return (min(max(0.0, centre - half), p), max(min(1.0, centre + half), p))


def _clopper_pearson(successes: float, trials: float, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    return lower_bound(successes, trials, tail), upper_bound(successes, trials, tail)


def _likelihood(successes: float, trials: float, confidence: float) -> tuple[float, float]:
    p_hat = successes / trials
    drop = float(stats.chi2.ppf(confidence, 1)) / 2

    def excess(p: float) -> float:
        loglik = special.xlogy(successes, p) + special.xlogy(trials - successes, 1 - p)
        best = special.xlogy(successes, p_hat) + special.xlogy(trials - successes, 1 - p_hat)
        return float(best - loglik - drop)

    edge = 1e-300
    low = 0.0 if successes <= 0 else float(optimize.brentq(excess, edge, p_hat, xtol=1e-14))
    high = 1.0 if successes >= trials else float(optimize.brentq(excess, p_hat, 1 - 1e-16, xtol=1e-14))
    return low, high
