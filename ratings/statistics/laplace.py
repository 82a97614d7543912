"""Laplace's likelihood of the cumulative logit model with crossed random intercepts, and its gradient."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

from ratings.statistics.results import NotEstimable

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_MOST_INTERCEPTS = 2000


@dataclass(frozen=True, kw_only=True, eq=False)
class Mode:
    """The joint mode of the random intercepts (in units of their spread) and what was computed there."""

    value: float
    modes: Floats
    upper: Floats
    lower: Floats
    probability: Floats
    hessian: Floats


class LaplaceLikelihood:
    """Negative log-likelihood of parameters (thresholds, coefficients, log standard deviations).

    ``response`` (n,) codes 0 … K−1, each occurs; ``design`` (n, p); ``groups`` name -> codes (n,). Each
    evaluation starts Newton's search at the last mode, so an object serves one search at a time.
    """

    def __init__(self, response: Codes, design: Floats, groups: Mapping[str, Codes]) -> None:
        self.response, self.design = response, design
        counts = np.bincount(response)
        if len(counts) < 2:
            raise NotEstimable("All ratings are equal: an ordinal model needs at least two different scores")
        self.cuts = len(counts) - 1
        self.fixed = self.cuts + design.shape[1]
        self.cumulated = np.cumsum(counts)[:-1] / len(response)
        coded = [np.unique(codes, return_inverse=True)[1] for codes in groups.values()]
        levels = [int(codes.max()) + 1 for codes in coded]
        self.owner = np.repeat(np.arange(len(levels)), levels)
        if len(self.owner) > _MOST_INTERCEPTS:
            raise NotEstimable(
                f"{len(self.owner)} random intercepts are too many for the cumulative link mixed model; the "
                "linear mixed model and the rank tests remain"
            )
        offsets = np.cumsum([0, *levels])
        self.places = [codes + offset for codes, offset in zip(coded, offsets, strict=False)]
        self._crossings = list(combinations(self.places, 2))
        self._last = np.zeros(len(self.owner))

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the value and its gradient; thresholds must ascend."""
        cuts = np.concatenate([[-np.inf], parameters[: self.cuts], [np.inf]])
        linear = self.design @ parameters[self.cuts : self.fixed]
        above, below = cuts[self.response + 1] - linear, cuts[self.response] - linear
        scale = np.exp(parameters[self.fixed :])[self.owner]
        mode = self._search(above, below, scale)
        factor = np.asarray(np.linalg.cholesky(mode.hessian), dtype=np.float64)
        value = mode.value + float(np.log(np.diag(factor)).sum())
        return value, self._gradient(mode, scale, _inverse(factor))

    def _search(self, above: Floats, below: Floats, scale: Floats) -> Mode:
        mode, slope = self._joint(above, below, scale, self._last)
        for _ in range(100):
            step = linalg.solve(mode.hessian, slope, assume_a="pos") if len(slope) else slope
            if float(slope @ step) < 1e-18 * (1 + abs(mode.value)):
                break
            size = 1.0
            found, candidate_slope = self._joint(above, below, scale, mode.modes - step)
            # What rounding makes of the value is no reason to go back.
            while found.value > mode.value + 1e-12 * (1 + abs(mode.value)) and size > 1e-6:
                size /= 2
                found, candidate_slope = self._joint(above, below, scale, mode.modes - size * step)
            mode, slope = found, candidate_slope
        self._last = mode.modes
        return mode

    def _joint(self, above: Floats, below: Floats, scale: Floats, modes: Floats) -> tuple[Mode, Floats]:
        shift = self._summed(scale * modes)
        above, below = above - shift, below - shift
        upper, lower = special.expit(above), special.expit(below)
        # The difference of two logistic values, taken on the side where neither rounds to one.
        mirrored = special.expit(-below) - special.expit(-above)
        probability = np.maximum(np.where(above + below > 0, mirrored, upper - lower), 1e-300)
        slope = modes + scale * self._collected(1 - upper - lower)
        weight = upper * (1 - upper) + lower * (1 - lower)
        size = len(modes)
        cells = np.zeros((size, size))
        for places, others in self._crossings:
            between = np.bincount(places * size + others, weights=weight, minlength=size * size)
            cells += between.reshape(size, size)
        cells += cells.T + np.diag(self._collected(weight))
        mode = Mode(
            value=float(modes @ modes) / 2 - float(np.log(probability).sum()),
            modes=modes,
            upper=upper,
            lower=lower,
            probability=probability,
            hessian=np.eye(size) + cells * np.outer(scale, scale),
        )
        return mode, slope

    def _gradient(self, mode: Mode, scale: Floats, inverse: Floats) -> Floats:
        # The mode moves with the parameters: its part is −(inverse · slope of ½ log det)' d(joint slope).
        density_up, density_low = mode.upper * (1 - mode.upper), mode.lower * (1 - mode.lower)
        bend_up, bend_low = density_up * (1 - 2 * mode.upper), density_low * (1 - 2 * mode.lower)
        scaled = inverse * np.outer(scale, scale)
        leverage = self._summed(np.diag(scaled))
        for places, others in self._crossings:
            leverage += 2 * scaled[places, others]
        moved = inverse @ (scale * self._collected(-leverage * (bend_up + bend_low))) / 2
        moved_rows = self._summed(scale * moved)
        by_upper = -density_up / mode.probability + leverage * bend_up / 2 + moved_rows * density_up
        by_lower = density_low / mode.probability + leverage * bend_low / 2 + moved_rows * density_low
        size = self.cuts + 1
        cuts = (
            np.bincount(self.response, by_upper, size)[:-1] + np.bincount(self.response, by_lower, size)[1:]
        )
        both = by_upper + by_lower
        spreads = []
        for k, places in enumerate(self.places):
            own = self.owner == k
            direct = float(np.sum(1 - np.diag(inverse)[own]) + moved[own] @ mode.modes[own])
            spreads.append(direct - float(both @ (scale * mode.modes)[places]))
        return np.concatenate([cuts, -(self.design.T @ both), spreads])

    def _summed(self, effects: Floats) -> Floats:
        total = np.zeros(len(self.response))
        for places in self.places:
            total += effects[places]
        return total

    def _collected(self, rows: Floats) -> Floats:
        total = np.zeros(len(self.owner))
        for places in self.places:
            total += np.bincount(places, weights=rows, minlength=len(total))
        return total


def _inverse(factor: Floats) -> Floats:
    """The inverse of a matrix from its lower Cholesky factor, empty where it is."""
    if not len(factor):
        return factor
    lower, _ = linalg.lapack.dpotri(factor, lower=1)
    return np.asarray(np.tril(lower) + np.tril(lower, -1).T)
