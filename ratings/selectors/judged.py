"""Preferences, label checks and remarks as tidy rows; locked until the study is closed."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from ratings.models import Judgement, Part, Remark, Study
from ratings.selectors.results import require_unlocked


@dataclass(frozen=True, kw_only=True)
class PreferenceRow:
    """One live answer; `strength` is above 0 where the target's text is better, below where the foil's is."""

    rater: str
    item: int
    strength: int


@dataclass(frozen=True, kw_only=True)
class LabelRow:
    """One live label check of one system; a label that several systems gave has a row for each.

    `gold` is empty where the dataset has none; `accepts` is None where the rater stopped after the own label.
    """

    rater: str
    item: int
    system: str
    shown: str
    own: str
    gold: str
    accepts: bool | None


@dataclass(frozen=True, kw_only=True)
class RemarkRow:
    """How sure a rater was of one item, and the comment; either may be missing."""

    part: int
    kind: str
    rater: str
    item: int
    confidence: int | None
    comment: str


def preference_rows(part: Part, *, without: Collection[int] = ()) -> tuple[PreferenceRow, ...]:
    """The preferences of a part, by rater and item; who withdrew is left out, and those `without` (keys).

    Raises ResultsLocked before closing.
    """
    rows = _live(part, without).values_list(
        "assignment__rater__pseudonym",
        "assignment__item__example__position",
        "chosen__presented__origins__system",
        "strength",
    )
    return tuple(
        PreferenceRow(
            rater=rater, item=item, strength=(strength or 0) * (1 if system == part.target_id else -1)
        )
        for rater, item, system, strength in rows
    )


def label_rows(part: Part, *, without: Collection[int] = ()) -> tuple[LabelRow, ...]:
    """The label checks of a part, by rater, item and system; see `preference_rows`."""
    rows = (
        _live(part, without)
        .order_by(
            "assignment__rater",
            "assignment__position",
            "assignment__shown_texts__presented__origins__system__position",
        )
        .values_list(
            "assignment__rater__pseudonym",
            "assignment__item__example__position",
            "assignment__shown_texts__presented__origins__system__label",
            "assignment__shown_texts__presented__text",
            "own_label",
            "assignment__item__example__label",
            "accepts",
        )
    )
    return tuple(
        LabelRow(rater=rater, item=item, system=system, shown=shown, own=own, gold=gold, accepts=accepts)
        for rater, item, system, shown, own, gold, accepts in rows
    )


def remark_rows(study: Study) -> tuple[RemarkRow, ...]:
    """Every live remark, by part, rater and item; raters who withdrew are left out.

    Raises ResultsLocked before closing.
    """
    require_unlocked(study)
    rows = (
        Remark.objects.filter(
            live=True,
            assignment__rater__study=study,
            assignment__purpose="data",
            assignment__rater__withdrawn_at=None,
        )
        .order_by("assignment__part__position", "assignment__rater", "assignment__position")
        .values_list(
            "assignment__part__position",
            "assignment__part__kind",
            "assignment__rater__pseudonym",
            "assignment__item__example__position",
            "confidence",
            "comment",
        )
    )
    return tuple(
        RemarkRow(part=part, kind=kind, rater=rater, item=item, confidence=confidence, comment=comment)
        for part, kind, rater, item, confidence, comment in rows
    )


def _live(part: Part, without: Collection[int]) -> QuerySet[Judgement]:
    require_unlocked(part.study)
    return (
        Judgement.objects.filter(
            live=True,
            assignment__part=part,
            assignment__purpose="data",
            assignment__rater__withdrawn_at=None,
        )
        .exclude(assignment__rater__in=without)
        .order_by("assignment__rater", "assignment__position")
    )
