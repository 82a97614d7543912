"""Beta-binomial models of correct trials by rater: do raters differ in how well they can tell?"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from ratings.statistics.beta_binomial_fit import BetaBinomialFit
from ratings.statistics.discrimination import through_link
from ratings.statistics.proportions import check_level
from ratings.statistics.psychometric import Link, Protocol, link
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class BetaBinomial:
    """A fitted model; every interval holds for new raters.

    ``overdispersion`` is gamma = 1/(a + b + 1): 0 when raters are alike, 1 when each is always or never
    right. ``overdispersion_lr`` tests gamma = 0 with χ²₁ as sensR does (cautious: gamma = 0 is an edge);
    ``association_lr`` tests that nobody can tell and raters are alike, with χ²₂.
    """

    proportion_correct: Estimate
    discriminators: Estimate
    overdispersion: Estimate
    log_likelihood: float
    overdispersion_lr: float
    overdispersion_pvalue: float
    association_lr: float
    association_pvalue: float
    chance_corrected: bool


def beta_binomial(
    correct: ArrayLike,
    trials: ArrayLike,
    *,
    protocol: Protocol,
    options: float | None = None,
    chance_corrected: bool = True,
    interval: Literal["profile", "wald"] = "profile",
    confidence: float = 0.95,
    items: int = 0,
) -> BetaBinomial:
    """Fit by maximum likelihood to counts by rater (``correct`` and ``trials``, one entry a rater).

    Uncorrected, each rater's proportion correct is Beta(a, b). Chance-corrected (Brockhoff 2003, Food Quality
    and Preference 14), it is chance + (1 − chance)·Beta(a, b), so that nobody is below chance. ``wald`` is
    sensR's interval and falls back to ``profile`` likelihood where an estimate lies at its edge.

    Raises NotEstimable with fewer than 2 raters or when no rater has 2 trials, ValueError for impossible
    counts.
    """
    check_level("confidence", confidence)
    psychometric = link(protocol, options=options)
    fit = BetaBinomialFit(*_checked(correct, trials), psychometric.chance if chance_corrected else 0.0)
    bounds = fit.wald(confidence) if interval == "wald" else None
    mean_bounds, spread_bounds = bounds or (fit.profile(0, confidence), fit.profile(1, confidence))
    name = "chance-corrected beta-binomial" if chance_corrected else "beta-binomial"
    mean = Estimate(
        estimate=fit.mean,
        ci_low=mean_bounds[0],
        ci_high=mean_bounds[1],
        confidence=confidence,
        n=Sample(ratings=int(fit.trials.sum()), items=items, raters=len(fit.trials)),
        method=f"{name} over raters, {'Wald' if bounds else 'profile likelihood'} interval",
        signature=signed(
            "beta-binomial",
            protocol=psychometric.protocol.value,
            options=psychometric.options,
            chance_corrected=chance_corrected,
            interval="wald" if bounds else "profile",
            confidence=confidence,
        ),
        generalises_over="raters",
    )
    overdispersion = replace(
        mean, estimate=fit.spread, ci_low=spread_bounds[0], ci_high=spread_bounds[1], method=mean.method
    )
    return _result(fit, mean, overdispersion, psychometric, chance_corrected=chance_corrected)


def _result(
    fit: BetaBinomialFit,
    mean: Estimate,
    overdispersion: Estimate,
    psychometric: Link,
    *,
    chance_corrected: bool,
) -> BetaBinomial:
    if chance_corrected:
        discriminators = mean
        correct = through_link(mean, psychometric.correct_at, mean.method)
    else:
        correct = mean
        discriminators = through_link(mean, psychometric.discriminators, mean.method)
    alike = max(0.0, (float(fit.correct.sum() / fit.trials.sum()) - fit.chance) / (1 - fit.chance))
    overdispersion_lr = max(0.0, 2 * (fit.loglik - fit.binomial(alike)))
    guessing = 0.0 if chance_corrected else psychometric.chance
    association_lr = max(0.0, 2 * (fit.loglik - fit.binomial(guessing)))
    return BetaBinomial(
        proportion_correct=correct,
        discriminators=discriminators,
        overdispersion=overdispersion,
        log_likelihood=fit.loglik,
        overdispersion_lr=overdispersion_lr,
        overdispersion_pvalue=float(stats.chi2.sf(overdispersion_lr, 1)),
        association_lr=association_lr,
        association_pvalue=float(stats.chi2.sf(association_lr, 2)),
        chance_corrected=chance_corrected,
    )


def _checked(correct: ArrayLike, trials: ArrayLike) -> tuple[Floats, Floats]:
    right, total = np.asarray(correct, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    if right.ndim != 1 or right.shape != total.shape:
        raise ValueError(f"Give one count a rater in both arrays, not shapes {right.shape} and {total.shape}")
    if np.any(right < 0) or np.any(right > total) or np.any(right % 1) or np.any(total % 1):
        raise ValueError("Each rater's counts must be whole, with 0 <= correct <= trials")
    judged = total > 0
    if judged.sum() < 2:
        raise NotEstimable(
            f"Only {judged.sum()} rater judged any trial: differences between raters need at least 2 raters"
        )
    if total.max() < 2:
        raise NotEstimable("No rater judged two trials, so differences between raters cannot be seen")
    return right[judged], total[judged]
