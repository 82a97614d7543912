"""The stars of a closed study as columns of numbers, a million of them in seconds."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from ratings.models import Assignment, Item, Part, Rating, ShownText, TextOrigin
from ratings.selectors.results import require_unlocked

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class StarsTable:
    """Live ratings of a `stars` part, one row a rater × item × system × criterion.

    `rater`, `item`, `system` and `criterion` index the tuples above them; `stars` is 1 to 5. A text that
    several systems wrote was rated once and has one row for each of them. Rows stand in the order of raters,
    of what each rater met, and of the texts as shown.
    """

    raters: tuple[str, ...]
    items: tuple[int, ...]
    systems: tuple[str, ...]
    criteria: tuple[str, ...]
    rater: Ints
    item: Ints
    system: Ints
    criterion: Ints
    stars: Ints


def stars_table(part: Part, *, without: Collection[int] = ()) -> StarsTable:
    """The ratings of a `stars` part; raters who withdrew are left out, and those `without` (keys).

    Each table is read by itself and joined here: a database that joins seven of them for each rating takes
    several times as long. Raises ResultsLocked before closing.
    """
    require_unlocked(part.study)
    # By key: two raters may have had one place in turn.
    raters = list(part.study.raters.order_by("pk").values_list("pk", "pseudonym"))
    judged = Item.objects.filter(part=part).judged().order_by("position")
    items = list(judged.values_list("pk", "example__position"))
    systems = list(part.study.systems.order_by("position").values_list("pk", "label"))
    criteria = list(part.criteria.order_by("position").values_list("pk", "name"))
    met = _read(_counting(part, without), "pk", "rater", "item", "position")
    shown = _read(ShownText.objects.filter(assignment__part=part), "pk", "presented", "position")
    live = Rating.objects.filter(live=True, criterion__part=part)
    rating, assignment, showing, criterion, stars = _read(
        live, "pk", "assignment", "shown", "criterion", "stars"
    )
    # Who withdrew, and checks and repeats, are in none of the assignments that count.
    counts = np.isin(assignment, met[0])
    rating, showing, criterion, stars = (column[counts] for column in (rating, showing, criterion, stars))
    _, rater, item, place_met = met[:, _places(assignment[counts], met[0])]
    _, presented, place_shown = shown[:, _places(showing, shown[0])]
    row, system = _by_writer(presented, part)
    rater = _places(rater, [key for key, _ in raters])
    order = np.lexsort((system, rating[row], place_shown[row], place_met[row], rater[row]))
    row, system = row[order], system[order]
    return StarsTable(
        raters=tuple(name for _, name in raters),
        items=tuple(example for _, example in items),
        systems=tuple(label for _, label in systems),
        criteria=tuple(name for _, name in criteria),
        rater=rater[row],
        item=_places(item, [key for key, _ in items])[row],
        system=_places(system, [key for key, _ in systems]),
        criterion=_places(criterion, [key for key, _ in criteria])[row],
        stars=stars[row],
    )


def _counting(part: Part, without: Collection[int]) -> QuerySet[Assignment]:
    own = Assignment.objects.filter(part=part, purpose="data", rater__withdrawn_at=None)
    return own.exclude(rater__in=without)


def _by_writer(presented: Ints, part: Part) -> tuple[Ints, Ints]:
    """The row of each text as often as systems wrote it, and the key of the system that did."""
    text, writer = _read(TextOrigin.objects.filter(item__part=part), "presented", "system")
    order = np.argsort(text, kind="stable")
    text, writer = text[order], writer[order]
    first = np.searchsorted(text, presented, side="left")
    times = np.searchsorted(text, presented, side="right") - first
    row = np.repeat(np.arange(len(presented)), times)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    return row, writer[first[row] + nth]


def _read(rows: QuerySet[Any, Any], *columns: str) -> Ints:
    """Columns of whole numbers as (columns, n), also when there are no rows."""
    found = rows.order_by().values_list(*columns).iterator(chunk_size=10_000)
    return np.fromiter(found, dtype=(np.int64, len(columns))).T


def _places(keys: Ints, among: Ints | list[int]) -> Ints:
    """Where each of `keys` (n,) stands `among` keys that differ."""
    known = np.asarray(among, dtype=np.int64)
    order = np.argsort(known, kind="stable")
    return order[np.searchsorted(known, keys, sorter=order)]
