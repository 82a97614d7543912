"""Henderson's mixed model equations for crossed random intercepts, with the largest group absorbed.

Notation: V = I + Σ ratio_k · Z_k Z_k', where ratio_k is a group's variance over the residual's. The equations
are scaled by the roots of the ratios, so that a ratio near zero does no harm. The largest group's block is
diagonal and is eliminated, which leaves dense work only in the size of the other groups.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

Floats = NDArray[np.float64]


class MixedEquations:
    """The cross-products of one model; ``solve`` evaluates it at given variance ratios."""

    def __init__(self, response: Floats, design: Floats, groups: Sequence[NDArray[np.int64]]) -> None:
        self.ratings, self.columns = design.shape
        self._ordinary = np.linalg.lstsq(design, response, rcond=None)[0]
        residual = response - design @ self._ordinary
        indicators = [_indicator(codes) for codes in groups]
        self.absorbed = int(np.argmax([matrix.shape[1] for matrix in indicators]))
        self.kept = [k for k in range(len(groups)) if k != self.absorbed]
        large = indicators[self.absorbed]
        small = sparse.hstack([sparse.csr_array(design), *(indicators[k] for k in self.kept)], format="csr")
        self.sizes = [indicators[k].shape[1] for k in self.kept]
        self.counts = np.asarray(large.sum(axis=0), dtype=np.float64)
        self.large_by_small = (large.T @ small).toarray()
        self.small_by_small = (small.T @ small).toarray()
        self.large_by_response = large.T @ residual
        self.small_by_response = small.T @ residual
        self.squares = float(residual @ residual)
        self._scale = float(response @ response)
        self.start = np.full(len(groups), 0.5)

    @property
    def is_degenerate(self) -> bool:
        """Whether the fixed effects explain everything."""
        return self.squares <= 1e-20 * max(self._scale, 1e-300)

    def solve(self, ratios: Floats) -> "Solution":
        """Solve the equations at these ratios, one for each group in the order given."""
        roots = np.sqrt(ratios)
        scale = np.concatenate(
            [
                np.ones(self.columns),
                *(np.full(size, roots[k]) for k, size in zip(self.kept, self.sizes, strict=True)),
            ]
        )
        ridge = np.concatenate([np.zeros(self.columns), np.ones(sum(self.sizes))])
        cross = roots[self.absorbed] * self.large_by_small * scale
        diagonal = 1 + ratios[self.absorbed] * self.counts
        eliminated = cross / diagonal[:, None]
        matrix = self.small_by_small * np.outer(scale, scale) + np.diag(ridge) - cross.T @ eliminated
        large_right = roots[self.absorbed] * self.large_by_response
        right = scale * self.small_by_response - eliminated.T @ large_right
        factor = linalg.cho_factor(matrix, lower=True)
        inverse = linalg.cho_solve(factor, np.eye(len(matrix)))
        small = inverse @ right
        large = large_right / diagonal - eliminated @ small
        unexplained = self.squares - float((scale * self.small_by_response) @ small + large_right @ large)
        return Solution(
            equations=self,
            ratios=ratios,
            inverse=inverse,
            eliminated=eliminated,
            diagonal=diagonal,
            small=small,
            large=large,
            log_determinant=float(np.log(diagonal).sum() + 2 * np.log(np.diag(factor[0])).sum()),
            residual_variance=max(unexplained, 1e-14 * self.squares) / (self.ratings - self.columns),
            fixed=self._ordinary + small[: self.columns],
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """The solved equations at one vector of variance ratios, in units of the residual variance."""

    equations: MixedEquations
    ratios: Floats
    inverse: Floats
    eliminated: Floats
    diagonal: Floats
    small: Floats
    large: Floats
    log_determinant: float
    residual_variance: float
    fixed: Floats

    @property
    def deviance(self) -> float:
        """Minus twice the restricted log-likelihood, profiled over the residual variance."""
        free = self.equations.ratings - self.equations.columns
        return float(self.log_determinant + free * (1 + math.log(2 * math.pi * self.residual_variance)))

    @property
    def fixed_covariance(self) -> Floats:
        """Covariance of the fixed effects over the residual variance."""
        return self.inverse[: self.equations.columns, : self.equations.columns]

    def gradient(self) -> Floats:
        """Derivative of the deviance by each ratio."""
        explained = np.empty(len(self.ratios))
        explained[self.equations.absorbed] = self.large @ self.large
        for k, block in self._blocks():
            explained[k] = self.small[block] @ self.small[block]
        return (self._traces() - explained / self.residual_variance) / self.ratios

    def information(self) -> Floats:
        """Traces tr(P V_j P V_k), groups first and the residual last; half of it is the information.

        The variances count in units of the residual variance.
        """
        size = len(self.ratios)
        traces = np.zeros((size + 1, size + 1))
        traces[:size, :size] = self._group_information()
        single = self._traces() / self.ratios
        with_residual = single - traces[:size, :size] @ self.ratios
        traces[:size, size] = traces[size, :size] = with_residual
        free = self.equations.ratings - self.equations.columns
        traces[size, size] = free - single @ self.ratios - with_residual @ self.ratios
        return traces

    def contrast_gradient(self, weights: Floats) -> Floats:
        """Derivative of the variance of ``weights`` @ fixed by each variance, the residual's last."""
        small = self.inverse[:, : self.equations.columns] @ weights
        large = self.eliminated @ small
        gradient = np.empty(len(self.ratios) + 1)
        gradient[self.equations.absorbed] = large @ large
        for k, block in self._blocks():
            gradient[k] = small[block] @ small[block]
        gradient[:-1] /= self.ratios
        gradient[-1] = weights @ self.fixed_covariance @ weights - gradient[:-1] @ self.ratios
        return gradient

    def _blocks(self) -> list[tuple[int, slice]]:
        ends = self.equations.columns + np.cumsum(self.equations.sizes, dtype=np.int64)
        return [
            (k, slice(int(end) - size, int(end)))
            for k, end, size in zip(self.equations.kept, ends, self.equations.sizes, strict=True)
        ]

    def _traces(self) -> Floats:
        # ratio · tr(P V) = levels − tr(inverse's block)
        traces = np.empty(len(self.ratios))
        shrunk = float(np.sum(1 - 1 / self.diagonal))
        traces[self.equations.absorbed] = shrunk - float(
            np.sum((self.eliminated @ self.inverse) * self.eliminated)
        )
        for k, block in self._blocks():
            traces[k] = np.sum(1 - np.diag(self.inverse)[block])
        return traces

    def _group_information(self) -> Floats:
        traces = np.empty((len(self.ratios), len(self.ratios)))
        absorbed = self.equations.absorbed
        crossed = self.eliminated.T @ self.eliminated
        half = self.inverse @ crossed
        shrunk = 1 - 1 / self.diagonal
        corner = np.sum((self.eliminated @ self.inverse) * self.eliminated * shrunk[:, None])
        traces[absorbed, absorbed] = shrunk @ shrunk - 2 * corner + np.sum(half * half.T)
        for j, rows in self._blocks():
            traces[j, absorbed] = traces[absorbed, j] = np.sum((half @ self.inverse)[rows, rows].diagonal())
            for k, columns in self._blocks():
                block = -self.inverse[rows, columns]
                traces[j, k] = np.sum((block + np.eye(len(block)) if j == k else block) ** 2)
        return traces / np.outer(self.ratios, self.ratios)


def _indicator(codes: NDArray[np.int64]) -> sparse.csr_array:
    _, columns = np.unique(codes, return_inverse=True)
    rows = np.arange(len(codes))
    return sparse.csr_array((np.ones(len(codes)), (rows, columns)))
