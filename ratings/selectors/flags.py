"""Items that raters could not judge, with their reasons; nothing by system."""

from collections.abc import Collection
from dataclasses import dataclass

from ratings.models import Assignment, Study


@dataclass(frozen=True, kw_only=True)
class FlaggedItem:
    """One item that one rater could not judge; `item` is the example's position in its dataset."""

    part: int
    kind: str
    rater: str
    item: int
    reason: str


def flagged_items(study: Study, *, without: Collection[int] = ()) -> tuple[FlaggedItem, ...]:
    """Those that results would rest on, by part, item and rater, also while the study is open; one query."""
    rows = (
        Assignment.objects.filter(rater__study=study, purpose="data", rater__withdrawn_at=None)
        .exclude(cannot_judge="")
        .exclude(rater__in=without)
        .order_by("part__position", "item__example__position", "rater__place", "rater")
        .values_list(
            "part__position", "part__kind", "rater__pseudonym", "item__example__position", "cannot_judge"
        )
    )
    return tuple(
        FlaggedItem(part=part, kind=kind, rater=rater, item=item, reason=reason)
        for part, kind, rater, item, reason in rows
    )
