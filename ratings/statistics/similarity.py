"""Is the share of people who can tell below a margin? The similarity test and its verdict."""

from dataclasses import dataclass

from ratings.statistics.discrimination import check_trials
from ratings.statistics.margins import Verdict, verdict
from ratings.statistics.proportions import (
    check_level,
    lower_bound,
    probability_at_least,
    probability_at_most,
    upper_bound,
)
from ratings.statistics.psychometric import Protocol, link
from ratings.statistics.results import Estimate, Sample, signed


@dataclass(frozen=True, kw_only=True)
class Similarity:
    """A test of the claim that at most a share ``margin`` of people-trials can tell.

    ``estimate`` is p_d with its 1 − 2·alpha interval, so that ``ci_high`` is the one-sided upper bound at
    ``alpha``; ``pvalue`` is against p_d >= margin, ``pvalue_refuted`` against p_d <= margin.
    """

    estimate: Estimate
    margin: float
    alpha: float
    pvalue: float
    pvalue_refuted: float
    verdict: Verdict


def similarity_test(
    correct: int,
    trials: int,
    *,
    protocol: Protocol,
    options: float | None = None,
    margin: float,
    alpha: float = 0.05,
    n: Sample | None = None,
) -> Similarity:
    """Exact test of the claim p_d < margin (a share from 0 to 1); as sensR's ``discrim(test="similarity")``.

    Supported when the one-sided Clopper-Pearson upper bound at ``alpha`` lies below the margin, refuted when
    the lower bound lies above it. For a margin in d′ pass
    ``margin=k.discriminators(k.proportion_correct(d))`` with ``k = link(protocol)``. Raises as
    ``proportion_correct``, and ValueError for a margin not in (0, 1).
    """
    check_trials(correct, trials)
    return similarity_of_counts(
        correct,
        trials,
        protocol=protocol,
        options=options,
        margin=margin,
        alpha=alpha,
        n=n or Sample(ratings=trials, items=0, raters=0),
        method="exact binomial similarity test, Clopper-Pearson bounds",
        generalises_over="trials",
    )


def similarity_of_counts(
    correct: float,
    trials: float,
    *,
    protocol: Protocol,
    options: float | None,
    margin: float,
    alpha: float,
    n: Sample,
    method: str,
    generalises_over: str,
) -> Similarity:
    """Test similarity on counts that need not be whole (effective counts of clustered trials)."""
    check_level("alpha", alpha)
    check_level("margin", margin)
    psychometric = link(protocol, options=options)
    at_margin = psychometric.correct_at(margin)
    pvalue = probability_at_most(correct, trials, at_margin)
    pvalue_refuted = probability_at_least(correct, trials, at_margin)
    estimate = Estimate(
        estimate=psychometric.discriminators(correct / trials),
        ci_low=psychometric.discriminators(lower_bound(correct, trials, alpha)),
        ci_high=psychometric.discriminators(upper_bound(correct, trials, alpha)),
        confidence=1 - 2 * alpha,
        n=n,
        method=method,
        signature=signed(
            "similarity",
            protocol=psychometric.protocol.value,
            options=psychometric.options,
            x=correct,
            n=trials,
            margin=margin,
            alpha=alpha,
        ),
        generalises_over=generalises_over,
        statistic=float(correct),
        pvalue=pvalue,
    )
    return Similarity(
        estimate=estimate,
        margin=margin,
        alpha=alpha,
        pvalue=pvalue,
        pvalue_refuted=pvalue_refuted,
        verdict=verdict(pvalue, pvalue_refuted, alpha),
    )
