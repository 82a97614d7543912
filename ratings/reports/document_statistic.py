"""The two things that every part of the report is made of: statistics and sentences."""

from dataclasses import dataclass

from ratings.statistics.results import Sample


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One statement in each language of the interface."""

    en: str
    vi: str


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """A number with its uncertainty, or the reason why there is none.

    ``estimate`` is None exactly where ``reason`` says why. A bound that is None beside an estimate means that
    none is stated or that the interval is open on that side. ``pvalue_adjusted`` is corrected for the family
    that ``method`` or the section names.
    """

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    confidence: float | None
    pvalue: float | None
    pvalue_adjusted: float | None
    n: Sample
    method: str
    signature: str
    generalises_over: str
    reason: str
