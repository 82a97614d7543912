"""Preferences and label checks as tidy rows; locked until the study is closed."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from ratings.models import Judgement, Part
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
