"""Can people tell the systems apart? Exact analyses of counts: proportion correct, p_d and d′."""

from collections.abc import Callable
from dataclasses import replace

from ratings.statistics.proportions import (
    IntervalKind,
    check_counts,
    check_level,
    probability_at_least,
    proportion_interval,
)
from ratings.statistics.psychometric import Protocol, link
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed

_NAMES = {
    "clopper-pearson": "Clopper-Pearson",
    "wilson": "Wilson",
    "likelihood": "likelihood-ratio",
}


def proportion_correct(
    correct: int,
    trials: int,
    *,
    chance: float,
    confidence: float = 0.95,
    interval: IntervalKind = "clopper-pearson",
    n: Sample | None = None,
) -> Estimate:
    """Proportion of correct trials, its two-sided interval, and the exact one-sided test against chance.

    ``pvalue`` is P(X >= correct) under guessing, as sensR's difference test. The trials count as independent:
    see ``trial_clusters`` for intervals that hold for new raters and items. ``n`` says how many items and
    raters the trials came from (0 where not told). Raises NotEstimable without trials, ValueError for bad
    counts.
    """
    check_trials(correct, trials)
    check_level("chance", chance)
    low, high = proportion_interval(correct, trials, confidence, interval)
    return Estimate(
        estimate=correct / trials,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=n or Sample(ratings=trials, items=0, raters=0),
        method=f"{_NAMES[interval]} interval; exact binomial test against chance {chance:.4g}, one-sided",
        signature=signed(
            "binomial", x=correct, n=trials, chance=chance, interval=interval, confidence=confidence
        ),
        generalises_over="trials",
        statistic=float(correct),
        pvalue=probability_at_least(correct, trials, chance),
    )


def proportion_of_discriminators(
    correct: int,
    trials: int,
    *,
    protocol: Protocol,
    options: float | None = None,
    confidence: float = 0.95,
    interval: IntervalKind = "clopper-pearson",
    n: Sample | None = None,
) -> Estimate:
    """p_d, the share of people-trials that can tell, from 0 to 1; what lies below chance counts as 0.

    The interval is that of the proportion correct, carried through p_c = chance + (1 − chance)·p_d (Brockhoff
    & Christensen 2010, Food Quality and Preference 21). Raises as ``proportion_correct``.
    """
    psychometric = link(protocol, options=options)
    base = proportion_correct(
        correct, trials, chance=psychometric.chance, confidence=confidence, interval=interval, n=n
    )
    return through_link(
        base, psychometric.discriminators, f"p_d of {psychometric.protocol.value}; {base.method}"
    )


def d_prime(
    correct: int,
    trials: int,
    *,
    protocol: Protocol,
    options: float | None = None,
    confidence: float = 0.95,
    interval: IntervalKind = "clopper-pearson",
    n: Sample | None = None,
) -> Estimate:
    """Thurstonian d′ through the protocol's psychometric function; 0 at chance or below.

    Raises NotEstimable when all trials are correct: d′ is then without bound, and the message gives the lower
    bound. Otherwise as ``proportion_correct``.
    """
    psychometric = link(protocol, options=options)
    base = proportion_correct(
        correct, trials, chance=psychometric.chance, confidence=confidence, interval=interval, n=n
    )
    if correct == trials:
        least = psychometric.d_prime(base.ci_low)
        raise NotEstimable(
            f"All {trials} trials were correct, so d′ has no upper bound; it is at least {least:.2f} "
            f"({confidence:.0%} interval)"
        )
    return through_link(base, psychometric.d_prime, f"d′ of {psychometric.protocol.value}; {base.method}")


def check_trials(correct: float, trials: float) -> None:
    """Raise NotEstimable without trials, ValueError when the counts are impossible."""
    if trials == 0:
        raise NotEstimable("There are no trials yet: collect at least one judgement")
    check_counts(correct, trials)


def through_link(base: Estimate, transform: Callable[[float], float], method: str) -> Estimate:
    """Carry an estimate and its bounds through a non-decreasing function."""
    return replace(
        base,
        estimate=transform(base.estimate),
        ci_low=transform(base.ci_low),
        ci_high=transform(base.ci_high),
        method=method,
    )
