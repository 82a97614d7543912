"""Linear mixed models with crossed random intercepts, by REML with Satterthwaite degrees of freedom."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from ratings.statistics.contrasts import Contrast
from ratings.statistics.mixed_equations import Floats, MixedEquations, Solution
from ratings.statistics.results import NotEstimable
from ratings.statistics.single_thread import single_thread

# Whole stars leave a rounding variance of 1/12 and a spread of at most 4, so larger ratios are not believed.
_SMALLEST, _LARGEST = 1e-8, 1e3
_POLISHING_STEPS, _CONVERGED = 2, 1e-7


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearMixedModel:
    """A fitted model. ``variances`` has one entry a random term and ``residual``; 0 means at its edge."""

    fixed: Floats
    covariance: Floats
    variances: Mapping[str, float]
    reml_deviance: float
    solution: Solution

    @single_thread
    def contrast(self, weights: Floats) -> Contrast:
        """Return ``weights`` @ fixed with Satterthwaite degrees of freedom (Satterthwaite 1946).

        The uncertainty of the variances comes from their expected information (as in SAS's PROC MIXED). A
        variance estimated at zero still counts as estimated, where lmerTest takes it for known; so the
        degrees of freedom stay honest with few raters. At inner solutions of balanced plans both agree.
        """
        standard_error, freedom = self.spread(self.solution.contrast_gradient(weights))
        return Contrast(
            estimate=float(weights @ self.fixed), standard_error=standard_error, degrees_of_freedom=freedom
        )

    @single_thread
    def spread(self, gradient: Floats) -> tuple[float, float]:
        """Return standard error and degrees of freedom of an estimate with this variance gradient.

        ``gradient``: how much the estimate's variance grows with each group's variance, the residual's last.
        """
        variances = np.append(self.solution.ratios, 1.0)
        uncertainty = float(gradient @ self.solution.variance_covariance() @ gradient) / 2
        variance = float(gradient @ variances)
        freedom = max(1.0, variance**2 / uncertainty)
        return math.sqrt(variance * self.solution.residual_variance), freedom


class PreparedModel:
    """A plan's fixed and random effects, prepared once for any number of responses."""

    @single_thread
    def __init__(self, design: Floats, groups: Mapping[str, NDArray[np.int64]]) -> None:
        """Take ``design`` and ``groups`` as ``linear_mixed_model``, and refuse what it refuses of them."""
        _check_groups(groups)
        self._names = tuple(groups)
        self._equations = MixedEquations(design, list(groups.values()))

    @single_thread
    def fit(self, response: Floats, *, start: Floats | None = None) -> LinearMixedModel:
        """Fit the model of this response; as ``linear_mixed_model``."""
        equations = self._equations.of(response)
        if equations.is_degenerate:
            raise NotEstimable("All ratings lie exactly on the fit, so their spread cannot be estimated")
        ratios = _minimise(equations, np.full(len(self._names), 0.5) if start is None else start)
        solution = equations.solve(ratios)
        residual = solution.residual_variance
        estimated = [float(ratio) * residual if ratio > 10 * _SMALLEST else 0.0 for ratio in ratios]
        return LinearMixedModel(
            fixed=solution.fixed,
            covariance=residual * solution.fixed_covariance,
            variances={**dict(zip(self._names, estimated, strict=True)), "residual": residual},
            reml_deviance=solution.deviance,
            solution=solution,
        )


def linear_mixed_model(
    response: Floats, design: Floats, groups: Mapping[str, NDArray[np.int64]]
) -> LinearMixedModel:
    """Fit response = design @ fixed + one random intercept for each level of each group + noise, by REML.

    ``response`` (n,), ``design`` (n, p) of full column rank, ``groups`` name -> codes (n,). The criterion is
    that of Bates, Mächler, Bolker & Walker (2015, J. Statistical Software 67(1), eq. 41), minimised over the
    variance ratios with its analytic gradient, from one half each (``PreparedModel.fit`` takes another
    ``start``). Raises NotEstimable when a group's levels are as many as the ratings or one only, when two
    groups split the ratings alike, or when nothing varies around the fit.
    """
    return PreparedModel(design, groups).fit(response)


def distinct_groups(groups: Mapping[str, NDArray[np.int64]]) -> dict[str, NDArray[np.int64]]:
    """Return the groups whose spread can be told from the residual's and from that of the groups before.

    Left out is a group with one level, with as many levels as ratings, or one that splits the ratings just as
    an earlier group does.
    """
    distinct: dict[bytes, tuple[str, NDArray[np.int64]]] = {}
    for name, codes in groups.items():
        levels, first, canonical = np.unique(codes, return_index=True, return_inverse=True)
        if 1 < len(levels) < len(codes):
            distinct.setdefault(np.argsort(np.argsort(first))[canonical].tobytes(), (name, codes))
    return dict(distinct.values())


def _check_groups(groups: Mapping[str, NDArray[np.int64]]) -> None:
    if not groups:
        raise ValueError("A mixed model needs at least one group; without any it is an ordinary regression")
    for name in groups.keys() - distinct_groups(groups).keys():
        raise NotEstimable(
            f"The spread between levels of '{name}' cannot be estimated: it needs at least 2 levels, one of "
            "them rated twice, and no other group that splits the ratings alike"
        )


def _minimise(equations: MixedEquations, start: Floats) -> Floats:
    def deviance(ratios: Floats) -> tuple[float, Floats]:
        solution = equations.solve(ratios)
        return solution.deviance, solution.gradient()

    result = optimize.minimize(
        deviance,
        np.clip(start, _SMALLEST, _LARGEST),
        jac=True,
        method="L-BFGS-B",
        bounds=[(_SMALLEST, _LARGEST)] * equations.groups,
        options={"ftol": 1e-11, "gtol": 1e-5, "maxiter": 500},
    )
    return _polished(equations, np.asarray(result.x, dtype=np.float64))


def _polished(equations: MixedEquations, ratios: Floats) -> Floats:
    # The quasi-Newton search stops on a flat floor, a few Newton steps short of the digits that we report.
    for _ in range(_POLISHING_STEPS):
        solution = equations.solve(ratios)
        gradient = solution.gradient()
        free = np.flatnonzero((ratios > 10 * _SMALLEST) & (ratios < _LARGEST))
        if np.all(np.abs(gradient * ratios)[free] < _CONVERGED):
            break
        curvature = np.empty((len(free), len(free)))
        for row, k in enumerate(free):
            step = np.zeros(len(ratios))
            step[k] = 1e-4 * ratios[k]
            slopes = [equations.solve(ratios + sign * step).gradient() for sign in (1, -1)]
            curvature[row] = (slopes[0] - slopes[1])[free] / (2 * step[k])
        moved = ratios.copy()
        moved[free] -= np.linalg.lstsq(curvature, gradient[free])[0]
        if np.any(moved <= _SMALLEST) or equations.solve(moved).deviance > solution.deviance + 1e-9:
            break
        ratios = moved
    return ratios
