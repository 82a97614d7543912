"""A draft's parts as its page shows them, before anything is frozen."""

from dataclasses import dataclass

from ratings.blinding.items import text_name
from ratings.design.balance import PartBalance
from ratings.models import Item, Part
from ratings.selectors.planning import StudyPool


@dataclass(frozen=True, kw_only=True)
class PlannedPart:
    """A part of a draft as its page shows it: how often each system stands at each of the named `places`."""

    part: Part
    row: PartBalance
    places: list[str]
    positions: list[tuple[str, tuple[int, ...]]]
    checks: list[tuple[str, int]]


def planned_part(part: Part, row: PartBalance, pool: StudyPool) -> PlannedPart:
    """One part with its balance, the places called as raters' pages call them."""
    places = range(1, len(row.positions[0]) + 1) if row.positions else ()
    return PlannedPart(
        part=part,
        row=row,
        places=[text_name(part, place) for place in places],
        positions=[
            (pool.systems[column].label, counts)
            for column, counts in zip(row.systems, row.positions, strict=True)
        ],
        checks=[(str(Item.Check(kind).label), count) for kind, count in row.checks.items()],
    )
