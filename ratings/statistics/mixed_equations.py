"""Henderson's mixed model equations for crossed random intercepts, at given ratios of the variances.

Notation: V = I + Σ ratio_k · Z_k Z_k', where ratio_k is a group's variance over the residual's. The equations
are scaled by the roots of the ratios, so that a ratio near zero does no harm. Groups nested in one container
(item, item × system and item × rater in the items) have block-diagonal equations and are eliminated, which
leaves dense work in the size of the other groups only.
"""

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ratings.statistics.mixed_nesting import Nesting, indicator, nesting

Floats = NDArray[np.float64]


class MixedEquations:
    """The cross-products of one model; ``solve`` evaluates it at given variance ratios.

    A plan's equations serve any number of responses: ``of`` adds the cross-products with one.
    """

    squares: float
    is_degenerate: bool
    ordinary: Floats
    nested_response: Floats
    small_response: Floats

    def __init__(self, design: Floats, groups: Sequence[NDArray[np.int64]]) -> None:
        self.design = design
        self.ratings, self.columns = design.shape
        self.groups = len(groups)
        self.nest: Nesting = nesting(groups)
        self.kept = [k for k in range(len(groups)) if k not in self.nest.groups]
        indicators = [indicator(groups[k]) for k in self.kept]
        small = sparse.hstack([sparse.csr_array(design), *indicators], format="csr")
        self.owner = np.concatenate(
            [
                np.full(self.columns, -1),
                *(np.full(z.shape[1], k) for k, z in zip(self.kept, indicators, strict=True)),
            ]
        ).astype(np.int64)
        self.small_indicator = small
        self.blocks = self.nest.block_products()
        self.cross = self.nest.stacked((self.nest.indicator.T @ small).toarray())
        self.small = (small.T @ small).toarray()

    def of(self, response: Floats) -> Self:
        """Return the equations of this response (ratings,), which share everything else."""
        equations = copy(self)
        ordinary = np.linalg.lstsq(self.design, response, rcond=None)[0]
        equations.ordinary = np.asarray(ordinary, dtype=np.float64)
        residual = response - self.design @ equations.ordinary
        equations.nested_response = self.nest.stacked(self.nest.indicator.T @ residual)
        equations.small_response = self.small_indicator.T @ residual
        equations.squares = float(residual @ residual)
        equations.is_degenerate = equations.squares <= 1e-20 * float(response @ response)
        return equations

    def solve(self, ratios: Floats) -> "Solution":
        """Solve the equations at these ratios, one for each group in the order given."""
        roots = np.append(np.sqrt(ratios), 1.0)
        scale = roots[self.owner]
        # An empty slot has no rating, so that its scale does not matter.
        slots = roots[self.nest.owner]
        blocks = self.blocks * slots[:, :, None] * slots[:, None, :]
        diagonal = blocks + np.eye(blocks.shape[1])
        blocks_inverse = np.linalg.inv(diagonal) if diagonal.shape[1] > 1 else 1 / diagonal
        cross = self.cross * slots[:, :, None] * scale
        eliminated = blocks_inverse @ cross
        flat, flat_eliminated = (part.reshape(-1, len(scale)) for part in (cross, eliminated))
        matrix = self.small * np.outer(scale, scale) + np.diag(self.owner >= 0) - flat.T @ flat_eliminated
        inverse = np.linalg.inv(matrix)
        nested_right = slots * self.nested_response
        right = scale * self.small_response
        small = inverse @ (right - flat_eliminated.T @ nested_right.ravel())
        nested = (blocks_inverse @ nested_right[:, :, None])[:, :, 0] - eliminated @ small
        unexplained = self.squares - float(right @ small + np.sum(nested_right * nested))
        return Solution(
            equations=self,
            ratios=ratios,
            inverse=inverse,
            eliminated=eliminated,
            shrinkage=blocks @ blocks_inverse,
            small=small,
            nested=nested,
            log_determinant=float(np.linalg.slogdet(diagonal)[1].sum() + np.linalg.slogdet(matrix)[1]),
            residual_variance=max(unexplained, 1e-14 * self.squares) / (self.ratings - self.columns),
            fixed=self.ordinary + small[: self.columns],
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """The solved equations, in units of the residual variance.

    ``inverse`` is the inverse's corner of the fixed effects and the groups kept; ``eliminated`` maps it to
    the nested effects; ``shrinkage`` is I − the inverse of the nested blocks alone.
    """

    equations: MixedEquations
    ratios: Floats
    inverse: Floats
    eliminated: Floats
    shrinkage: Floats
    small: Floats
    nested: Floats
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
        explained = self._by_group(self.small**2, self.nested**2)
        return (self._traces() - explained / self.residual_variance) / self.ratios

    def contrast_gradient(self, weights: Floats) -> Floats:
        """Derivative of the variance of ``weights`` @ fixed by each variance, the residual's last."""
        small = self.inverse[:, : self.equations.columns] @ weights
        by_group = self._by_group(small**2, (self.eliminated @ small) ** 2) / self.ratios
        variance = weights @ self.fixed_covariance @ weights
        return np.append(by_group, variance - by_group @ self.ratios)

    def contrast_rows(self, weights: Floats) -> Floats:
        """Return (ratings,) by which ``weights`` @ fixed weighs each rating (generalised least squares)."""
        roots = np.append(np.sqrt(self.ratios), 1.0)
        small = self.inverse[:, : self.equations.columns] @ weights
        nested = roots[self.equations.nest.owner] * (self.eliminated @ small)
        kept = self.equations.small_indicator @ (roots[self.equations.owner] * small)
        return np.asarray(kept - self.equations.nest.indicator @ nested.ravel())

    def information(self) -> Floats:
        """Traces tr(P V_j P V_k), groups first and the residual last; half of it is the information.

        The variances count in units of the residual variance.
        """
        groups = self._group_information()
        single = self._traces() / self.ratios
        with_residual = single - groups @ self.ratios
        free = self.equations.ratings - self.equations.columns
        corner = free - single @ self.ratios - with_residual @ self.ratios
        return np.block([[groups, with_residual[:, None]], [with_residual[None, :], np.array([[corner]])]])

    def variance_covariance(self) -> Floats:
        """Asymptotic covariance of the variances, groups first, in squared units of the residual variance."""
        information = self.information()
        scale = np.sqrt(np.diag(information))
        inverse = np.linalg.pinv(information / np.outer(scale, scale), rtol=1e-9, hermitian=True)
        return np.asarray(2 * inverse / np.outer(scale, scale))

    def _by_group(self, small: Floats, nested: Floats) -> Floats:
        sums = np.zeros(self.equations.groups)
        for owner, values in ((self.equations.owner, small), (self.equations.nest.owner, nested)):
            held = owner >= 0
            sums += np.bincount(owner[held], weights=values[held], minlength=len(sums))
        return sums

    def _traces(self) -> Floats:
        # ratio · tr(P V) = levels − tr(inverse's block)
        taken = np.sum((self.eliminated @ self.inverse) * self.eliminated, axis=2)
        kept = np.diagonal(self.shrinkage, axis1=1, axis2=2) - taken
        return self._by_group(1 - np.diag(self.inverse), kept)

    def _group_information(self) -> Floats:
        size = self.equations.groups
        small = np.eye(size)[:, self.equations.owner] * (self.equations.owner >= 0)
        nested = np.moveaxis(np.eye(size)[:, self.equations.nest.owner], 0, 2)
        nested = nested * (self.equations.nest.owner >= 0)[:, :, None]
        rest = np.diag(self.equations.owner >= 0) - self.inverse
        traces = small @ rest**2 @ small.T
        through = self.eliminated @ self.inverse @ np.swapaxes(self.eliminated, 1, 2)
        within = self.shrinkage**2 - 2 * self.shrinkage * through
        traces += np.einsum("isk,ist,itl->kl", nested, within, nested, optimize=True)
        flat = self.eliminated.reshape(-1, len(self.inverse))
        products = [flat.T @ (flat * nested[:, :, k].reshape(-1, 1)) @ self.inverse for k in range(size)]
        for j, left in enumerate(products):
            mixed = small @ np.diag(self.inverse @ left)
            traces[j] += mixed
            traces[:, j] += mixed
            for k, right in enumerate(products):
                traces[j, k] += np.sum(left * right.T)
        return np.asarray(traces / np.outer(self.ratios, self.ratios))
