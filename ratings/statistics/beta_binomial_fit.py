"""The likelihood of the (chance-corrected) beta-binomial: its maximum, Wald and profile bounds."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

Floats = NDArray[np.float64]
_EDGE = 1e-6


class BetaBinomialFit:
    """Maximum-likelihood estimates of (mean, spread) with 0 <= both <= 1, and intervals for either."""

    def __init__(self, correct: Floats, trials: Floats, chance: float) -> None:
        """Fit whole counts of at least two raters; ``chance`` is 0 without chance correction."""
        self.correct, self.trials, self.chance = correct, trials, chance
        self._combinations = float(np.sum(_log_choose(trials, correct)))
        self._told = np.arange(int(correct.max()) + 1, dtype=np.float64)
        self._guesses = self._log_guesses() if chance else np.zeros((len(correct), 1))
        self.mean, self.spread, self.loglik = self._maximise()

    def _log_guesses(self) -> Floats:
        # Of the correct trials, some were told and the rest guessed: one column for each number told.
        correct, told = self.correct[:, None], self._told
        guessed = np.maximum(correct - told, 0)
        logs = (
            _log_choose(correct, np.minimum(told, correct))
            + guessed * math.log(self.chance)
            + (self.trials[:, None] - guessed) * math.log1p(-self.chance)
        )
        return np.where(told <= correct, logs, -np.inf)

    def log_likelihood(self, mean: float, spread: float) -> float:
        """Log-likelihood; a spread at the edge 0 is the binomial."""
        if spread < _EDGE:
            return self.binomial(min(max(mean, 0.0), 1.0))
        mean = min(max(mean, 1e-12), 1 - 1e-12)
        size = (1 - min(spread, 1 - _EDGE)) / min(spread, 1 - _EDGE)
        a, b = mean * size, (1 - mean) * size
        wrong = self.trials - self.correct
        if self.chance == 0:
            by_rater = special.betaln(a + self.correct, b + wrong) - special.betaln(a, b)
        else:
            by_rater = self._corrected(a, b, wrong)
        return float(np.sum(by_rater)) + self._combinations

    def _corrected(self, a: float, b: float, wrong: Floats) -> Floats:
        beta = special.betaln(a + self._told, b + wrong[:, None]) - special.betaln(a, b)
        return np.asarray(special.logsumexp(self._guesses + beta, axis=1))

    def binomial(self, mean: float) -> float:
        """Log-likelihood when all raters share the mean."""
        p = self.chance + (1 - self.chance) * mean
        total, right = float(self.trials.sum()), float(self.correct.sum())
        loglik = float(special.xlogy(right, p) + special.xlog1py(total - right, -p))
        return loglik + self._combinations

    def _maximise(self) -> tuple[float, float, float]:
        overall = float(self.correct.sum() / self.trials.sum())
        alike = max(0.0, (overall - self.chance) / (1 - self.chance))
        best = (alike, 0.0, self.binomial(alike))
        for start in (0.02, 0.2, 0.6):
            for mean in (max(alike, 0.02), 0.3):
                found = optimize.minimize(
                    self._negative,
                    np.array([min(mean, 0.98), start]),
                    method="Nelder-Mead",
                    bounds=[(0.0, 1.0), (_EDGE, 1 - _EDGE)],
                    options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 2000},
                )
                if -found.fun > best[2] + 1e-8:
                    best = (float(found.x[0]), float(found.x[1]), -float(found.fun))
        return best

    def _negative(self, at: Floats) -> float:
        return -self.log_likelihood(float(at[0]), float(at[1]))

    def wald(self, confidence: float) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """Wald bounds of mean and spread, or None where one lies so near its edge that they mean nothing."""
        at = np.array([self.mean, self.spread])
        step = 1e-4
        information = np.empty((2, 2))
        shifts = np.eye(2) * step
        for i in range(2):
            for j in range(2):
                corners = [
                    sign_i * sign_j * self.log_likelihood(*(at + sign_i * shifts[i] + sign_j * shifts[j]))
                    for sign_i in (1, -1)
                    for sign_j in (1, -1)
                ]
                information[i, j] = -sum(corners) / (4 * step**2)
        near_edge = np.any(at < 3 * step) or np.any(at > 1 - 3 * step)
        if near_edge or np.any(np.linalg.eigvalsh(information) <= 0):
            return None
        half = float(special.ndtri((1 + confidence) / 2)) * np.sqrt(np.diag(np.linalg.inv(information)))
        low, high = np.clip(at - half, 0, 1), np.clip(at + half, 0, 1)
        return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))

    def profile(self, which: int, confidence: float) -> tuple[float, float]:
        """Profile-likelihood bounds of the mean (0) or the spread (1)."""
        drop = float(stats.chi2.ppf(confidence, 1)) / 2
        centre = (self.mean, self.spread)[which]

        def excess(value: float) -> float:
            return self.loglik - self._profiled(which, value) - drop

        low = 0.0 if excess(0.0) <= 0 else float(optimize.brentq(excess, 0.0, centre, xtol=1e-7))
        high = 1.0 if excess(1.0) <= 0 else float(optimize.brentq(excess, centre, 1.0, xtol=1e-7))
        return min(low, centre), max(high, centre)

    def _profiled(self, which: int, value: float) -> float:
        def negative(other: float) -> float:
            mean, spread = (value, other) if which == 0 else (other, value)
            return -self.log_likelihood(mean, spread)

        found = optimize.minimize_scalar(
            negative, bounds=(_EDGE, 1 - _EDGE), method="bounded", options={"xatol": 1e-7}
        )
        edges = (negative(0.0), negative(1.0)) if which == 1 else (negative(0.0),)
        return -min(float(found.fun), *edges)


def _log_choose(total: Floats, chosen: Floats) -> Floats:
    return np.asarray(-np.log1p(total) - special.betaln(total - chosen + 1, chosen + 1))
