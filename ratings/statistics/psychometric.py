"""The discrimination protocols: chance, and the link between sensitivity d′ and the proportion correct."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from ratings.statistics.results import NotEstimable

Floats = NDArray[np.float64]

# Gauss-Legendre on ±9 standard deviations: the integrands are smooth, so 200 nodes give 14 digits.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)
_REACH = 9.0
_LARGEST_D_PRIME = 60.0


class Protocol(StrEnum):
    """What a rater is asked in one trial."""

    TWO_AFC = "two_afc"
    ABX = "abx"
    TRIANGLE = "triangle"
    DUO_TRIO = "duo_trio"
    TETRAD = "tetrad"
    IDENTIFY = "identify"


@dataclass(frozen=True, kw_only=True)
class Link:
    """The psychometric function of one protocol.

    ``chance`` is the proportion correct of someone who cannot tell, ``options`` the number of outputs shown
    to choose among (the harmonic mean where trials differ in it).
    """

    protocol: Protocol
    options: float
    chance: float

    def proportion_correct(self, d_prime: ArrayLike) -> Floats:
        """Proportion correct at each sensitivity d′ >= 0, in standard deviations of the percept; any shape.

        Sources: 2AFC and m-AFC, Green & Swets (1966); triangle and duo-trio, Ennis (1993), J. Sensory Studies
        8; tetrad, Ennis & Jesionka (2011), J. Sensory Studies 26. ABX follows the differencing model for
        items that change from trial to trial, Macmillan & Creelman (2005), eq. 9.6, which equals duo-trio.
        """
        sensitivity = np.asarray(d_prime, dtype=np.float64)
        if np.any(~(sensitivity >= 0)):
            raise ValueError(f"d′ is {sensitivity.min()}: sensitivity is 0 (cannot tell) or more")
        if self.protocol is Protocol.IDENTIFY:
            return _identify(sensitivity, self.options)
        return _FUNCTIONS[self.protocol](sensitivity)

    def d_prime(self, proportion_correct: float) -> float:
        """Return the d′ at which this proportion is correct; 0 at chance or below.

        Raises NotEstimable when all are correct, because d′ is then without bound.
        """
        if not 0 <= proportion_correct <= 1:
            raise ValueError(f"{proportion_correct} is no proportion: give a number from 0 to 1")
        if proportion_correct <= self.chance:
            return 0.0

        def excess(sensitivity: float) -> float:
            return float(self.proportion_correct(sensitivity)) - proportion_correct

        if excess(_LARGEST_D_PRIME) <= 0:
            raise NotEstimable("d′ has no upper bound when every trial is correct: report its lower bound")
        return float(optimize.brentq(excess, 0.0, _LARGEST_D_PRIME, xtol=1e-12))

    def discriminators(self, proportion_correct: float) -> float:
        """Return p_d, the share that can tell when the rest guess; 0 at chance or below (Abbott)."""
        return max(0.0, (proportion_correct - self.chance) / (1 - self.chance))

    def correct_at(self, discriminators: float) -> float:
        """Return the proportion correct when a share ``discriminators`` can tell and the rest guess."""
        if not 0 <= discriminators <= 1:
            raise ValueError(f"{discriminators} is no share of discriminators: give a number from 0 to 1")
        return self.chance + (1 - self.chance) * discriminators


def link(protocol: Protocol, *, options: float | None = None) -> Link:
    """Return a protocol's psychometric function; only ``identify`` takes ``options``, its number of outputs.

    Where trials differ in their options, pass the harmonic mean: chance is then the mean of the trials' own,
    and the mean proportion correct is exactly chance + (1 − chance) · p_d. The sum of their right answers
    spreads no wider than a binomial of that mean (Hoeffding 1956, Annals of Mathematical Statistics 27:713),
    so that binomial tests of p_d stay valid; d′ is approximate.

    Raises ValueError when ``identify`` comes without options, with fewer than 2, or another protocol with
    any.
    """
    kind = Protocol(protocol)
    if kind is Protocol.IDENTIFY:
        if options is None or options < 2:
            raise ValueError(f"identify among {options} outputs: give options=2 or more")
        return Link(protocol=kind, options=options, chance=1 / options)
    if options is not None:
        raise ValueError(f"{kind.value} has a fixed number of options: leave options out (it is {options})")
    shown, chance = _SHOWN[kind]
    return Link(protocol=kind, options=shown, chance=chance)


def _two_afc(sensitivity: Floats) -> Floats:
    return np.asarray(special.ndtr(sensitivity / np.sqrt(2)))


def _duo_trio(sensitivity: Floats) -> Floats:
    near, far = special.ndtr(sensitivity / np.sqrt(2)), special.ndtr(sensitivity / np.sqrt(6))
    return np.asarray(1 - near - far + 2 * near * far)


def _triangle(sensitivity: Floats) -> Floats:
    z = (_NODES + 1) * _REACH / 2
    shift = sensitivity[..., None] * np.sqrt(2 / 3)
    odd_one_out = special.ndtr(shift - z * np.sqrt(3)) + special.ndtr(-shift - z * np.sqrt(3))
    return np.asarray(_REACH * np.sum(odd_one_out * _density(z) * _WEIGHTS, axis=-1))


def _tetrad(sensitivity: Floats) -> Floats:
    z = _NODES * _REACH
    shifted = special.ndtr(z - sensitivity[..., None])
    wrong = _density(z) * (2 * special.ndtr(z) * shifted - shifted**2)
    return np.asarray(1 - 2 * _REACH * np.sum(wrong * _WEIGHTS, axis=-1))


def _identify(sensitivity: Floats, options: float) -> Floats:
    z = _NODES * _REACH
    beaten = special.ndtr(z + sensitivity[..., None]) ** (options - 1)
    return np.asarray(_REACH * np.sum(beaten * _density(z) * _WEIGHTS, axis=-1))


def _density(z: Floats) -> Floats:
    return np.asarray(np.exp(-z * z / 2) / np.sqrt(2 * np.pi))


_FUNCTIONS: dict[Protocol, Callable[[Floats], Floats]] = {
    Protocol.TWO_AFC: _two_afc,
    Protocol.ABX: _duo_trio,
    Protocol.DUO_TRIO: _duo_trio,
    Protocol.TRIANGLE: _triangle,
    Protocol.TETRAD: _tetrad,
}
_SHOWN = {
    Protocol.TWO_AFC: (2, 1 / 2),
    Protocol.ABX: (2, 1 / 2),
    Protocol.DUO_TRIO: (2, 1 / 2),
    Protocol.TRIANGLE: (3, 1 / 3),
    Protocol.TETRAD: (3, 1 / 3),
}
