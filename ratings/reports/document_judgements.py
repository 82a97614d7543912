"""The report's facts on preferences and label checks."""

from dataclasses import dataclass

from ratings.reports.document_statistic import Statistic


@dataclass(frozen=True, kw_only=True)
class Preference:
    """A part in which raters said which of two systems' texts is better.

    ``strengths`` counts answers from "b much better" over ties to "a much better". ``sign_test`` is a's share
    of the answers that are no ties, ``ties_split`` a's share when each tie counts half for either.
    ``items_identical`` were not shown, because both texts are the same, and count nowhere.
    """

    part: int
    a: str
    b: str
    answers: int
    items_identical: int
    strengths: tuple[int, ...]
    prefers_a: Statistic
    prefers_b: Statistic
    ties: Statistic
    sign_test: Statistic
    ties_split: Statistic


@dataclass(frozen=True, kw_only=True)
class SystemLabels:
    """One system's labels: how often raters accept them, and how often their own is the same."""

    system: str
    accepted: Statistic
    same_as_own: Statistic


@dataclass(frozen=True, kw_only=True)
class LabelCheck:
    """A part in which raters gave a label of their own, then judged a system's.

    ``labels`` are all that could be given. ``right`` is the share of own labels that are the dataset's;
    agreement is between the raters' own labels, given before they saw a system's.
    """

    part: int
    labels: tuple[str, ...]
    answers: int
    right: Statistic
    alpha_nominal: Statistic
    gwet_ac1: Statistic
    systems: tuple[SystemLabels, ...]
