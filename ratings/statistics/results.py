"""The result types of every analysis: plain frozen dataclasses with the field's own names."""

from dataclasses import dataclass

import numpy as np
import scipy


@dataclass(frozen=True, kw_only=True)
class Sample:
    """How much data a result rests on."""

    ratings: int
    items: int
    raters: int


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number with its uncertainty.

    ``estimate``, ``ci_low`` and ``ci_high`` share the unit of the estimand (stars, proportion, …). The bounds
    may be infinite for a one-sided interval; none of the three is ever NaN. ``method`` is for a reader
    ("two-way bootstrap, percentile"), ``signature`` for a machine: settings, seed and versions that
    reproduce the number. ``generalises_over`` says what was sampled: "items and raters", "items", "trials".
    """

    estimate: float
    ci_low: float
    ci_high: float
    confidence: float
    n: Sample
    method: str
    signature: str
    generalises_over: str
    statistic: float | None = None
    pvalue: float | None = None


class NotEstimable(ValueError):  # noqa: N818 - the field says "not estimable"; it is a refusal, not a fault
    """The data cannot answer this question; the message says why and what would be needed."""


def signed(name: str, **settings: object) -> str:
    """Return a signature, ``name|key:value|…``, that ends with the versions of numpy and scipy."""
    stated = {**settings, "numpy": np.__version__, "scipy": scipy.__version__}
    return "|".join([name, *(f"{key}:{value}" for key, value in stated.items())])
