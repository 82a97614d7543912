"""Bayes factors for a proportion of correct trials against chance."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from scipy import integrate, special, stats

from ratings.statistics.discrimination import check_trials
from ratings.statistics.proportions import check_level
from ratings.statistics.results import NotEstimable

Prior = Literal["uniform", "uniform above chance", "logistic"]
_LOGISTIC_SCALE = 0.5


@dataclass(frozen=True, kw_only=True)
class BayesFactor:
    """Evidence for 'people can tell' over 'people guess': ``bf10`` above 1 speaks for telling."""

    bf10: float
    bf01: float
    prior: Prior
    method: str


def bayes_factor_against_chance(
    correct: int, trials: int, *, chance: float, prior: Prior = "uniform above chance"
) -> BayesFactor:
    """Bayes factor of 'the proportion correct is not chance' over 'it is chance'.

    Priors under the alternative: ``uniform`` on (0, 1); ``uniform above chance`` on (chance, 1), because
    people who can tell are right more often; ``logistic``, logit(p) ~ Logistic(logit(chance), 1/2), the
    'medium' prior of Morey & Rouder's BayesFactor. Raises as ``proportion_correct``.
    """
    check_trials(correct, trials)
    check_level("chance", chance)
    wrong = trials - correct
    null = correct * math.log(chance) + wrong * math.log1p(-chance)
    if prior == "logistic":
        log_marginal = _logistic_marginal(correct, wrong, chance, null)
    else:
        above = chance if prior == "uniform above chance" else 0.0
        share = float(special.betaincc(correct + 1, wrong + 1, above))
        if share == 0:
            raise NotEstimable(
                f"{correct} of {trials} correct lies so far below chance {chance:.3g} that the prior above "
                "chance has no weight there; use prior='uniform'"
            )
        log_marginal = float(special.betaln(correct + 1, wrong + 1)) + math.log(share) - math.log1p(-above)
    log_bf10 = log_marginal - null
    if abs(log_bf10) > 700:
        raise NotEstimable(
            f"The Bayes factor is 10^{log_bf10 / math.log(10):.0f}, too large to state as a number"
        )
    bf10 = math.exp(log_bf10)
    return BayesFactor(bf10=bf10, bf01=1 / bf10, prior=prior, method=f"Bayes factor, prior {prior}")


def _logistic_marginal(correct: int, wrong: int, chance: float, null: float) -> float:
    centre = float(special.logit(chance))

    def relative(logit: float) -> float:
        loglik = correct * special.log_expit(logit) + wrong * special.log_expit(-logit)
        return float(math.exp(loglik - null - offset) * stats.logistic.pdf(logit, centre, _LOGISTIC_SCALE))

    trials = correct + wrong
    peak = float(special.logit((correct + 0.5) / (trials + 1)))
    offset = float(correct * special.log_expit(peak) + wrong * special.log_expit(-peak)) - null
    spread = 12 / math.sqrt(trials + 1) + 1
    pieces = (-math.inf, peak - spread, peak, peak + spread, math.inf)
    total = sum(
        integrate.quad(relative, low, high, epsabs=1e-14, epsrel=1e-10)[0] for low, high in pairwise(pieces)
    )
    return math.log(total) + offset + null
