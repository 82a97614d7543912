"""A difference against a margin: the test's result and the verdict that follows from its two p-values."""

from dataclasses import dataclass
from typing import Literal

from ratings.statistics.results import Estimate

Verdict = Literal["supported", "refuted", "undecided"]
Relation = Literal["non-inferior", "equivalent"]


@dataclass(frozen=True, kw_only=True)
class MarginTest:
    """A test of the claim that first is no worse than second by ``margin``, or within it on both sides.

    ``estimate`` is the difference first − second with its 1 − 2·alpha interval; ``pvalue`` speaks against the
    claim's being false, ``pvalue_refuted`` against its being true.
    """

    estimate: Estimate
    relation: Relation
    margin: float
    alpha: float
    pvalue: float
    pvalue_refuted: float
    verdict: Verdict


def verdict(pvalue: float, pvalue_refuted: float, alpha: float) -> Verdict:
    """Supported or refuted when the one-sided p-value of that side is below alpha, else undecided."""
    if pvalue < alpha:
        return "supported"
    return "refuted" if pvalue_refuted < alpha else "undecided"
