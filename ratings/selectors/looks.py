"""Planned looks of a study: which are due, which were taken and with what result, and on how many answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from ratings.design.looks import LookedClaim, due_at, looks_from_json
from ratings.models import Assignment, Item, Study, StudyEvent


@dataclass(frozen=True, kw_only=True)
class LookTaken:
    """A look that was taken: when, by whom, after how many item ratings, and what it said of each claim."""

    number: int
    at: datetime
    actor_name: str
    handed_in: int
    claims: tuple[LookedClaim, ...]


@dataclass(frozen=True, kw_only=True)
class PlannedLook:
    """A look with the number of item ratings that make it due, and of those that are in."""

    number: int
    due_at: int
    handed_in: int
    taken: LookTaken | None

    @property
    def is_due(self) -> bool:
        """Whether it may be taken now."""
        return self.taken is None and self.handed_in >= self.due_at


@dataclass(frozen=True, kw_only=True)
class ItemRatings:
    """How many item ratings of a part are handed in, and how many its plan asks for."""

    handed_in: int
    planned: int


def item_ratings(study: Study, *, without: Collection[int] = ()) -> Mapping[int, ItemRatings]:
    """By part (key): what raters handed in, but for those who withdrew and those `without`; three queries."""
    handed_in = dict(
        Assignment.objects.filter(
            part__study=study, purpose="data", completed_at__isnull=False, rater__withdrawn_at=None
        )
        .exclude(rater__in=without)
        .order_by()
        .values_list("part")
        .annotate(Count("pk"))
    )
    shown = dict(
        Item.objects.filter(part__study=study, cannot_be_told=False)
        .judged()
        .order_by()
        .values_list("part")
        .annotate(Count("pk"))
    )
    return {
        part: ItemRatings(handed_in=handed_in.get(part, 0), planned=shown.get(part, 0) * each)
        for part, each in study.parts.values_list("pk", "ratings_per_item")
    }


def looks_taken(study: Study) -> tuple[LookTaken, ...]:
    """The looks that were taken, in order."""
    return tuple(
        LookTaken(
            number=int(event.details["look"]),
            at=event.at,
            actor_name=event.actor_name,
            handed_in=int(event.details["handed_in"]),
            claims=tuple(LookedClaim(**claim) for claim in event.details["claims"]),
        )
        for event in study.events.filter(kind=StudyEvent.Kind.LOOKED).order_by("look")
    )


def planned_looks(study: Study) -> tuple[PlannedLook, ...]:
    """Every look that the study plans; costs nothing where it plans none."""
    looks = looks_from_json(study.looks)
    if not looks.at:
        return ()
    parts = item_ratings(study).values()
    taken = {look.number: look for look in looks_taken(study)}
    handed_in = sum(part.handed_in for part in parts)
    return tuple(
        PlannedLook(number=number, due_at=due, handed_in=handed_in, taken=taken.get(number))
        for number, due in enumerate(due_at(looks, sum(part.planned for part in parts)), start=1)
    )
