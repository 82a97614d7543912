"""Draw a study's items and plan a part: which rater sees which item when, with its texts in which order."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ratings.design.orders import Order, balanced_layouts, balanced_orders
from ratings.design.strata import evenly_drawn
from ratings.errors import StudyPlanInvalid

Purpose = Literal["data", "check", "repeat"]


@dataclass(frozen=True, kw_only=True)
class DrawnItems:
    """Indices into the pool: one tuple a part, and the rest in random order."""

    parts: tuple[tuple[int, ...], ...]
    spare: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PlannedAssignment:
    """`rater` sees `item` as the `position`-th of the part; `order[slot]` is the index of the item's text.

    For a check, `item` numbers the part's checks.
    """

    rater: int
    item: int
    position: int
    order: tuple[int, ...]
    purpose: Purpose = "data"


def draw_items(
    *, ranked: Sequence[int], counts: Sequence[int], reserve: int, rng: np.random.Generator
) -> DrawnItems:
    """Stratified samples of `ranked` (see `strata`): `counts[part]` indices each, none twice within a part.

    Parts share items only where the pool is too small for all of them; at least `reserve` indices (for
    practice) stay out of every part. Raises StudyPlanInvalid where the largest part does not fit.
    """
    available = len(ranked) - reserve
    if max(counts) > available:
        raise StudyPlanInvalid(
            f"A part asks for {max(counts)} items, but only {len(ranked)} examples have an output of every "
            f"system, and {reserve} of them are kept for practice: ask for at most {max(available, 0)} items."
        )
    fresh = list(ranked)
    drawn: list[tuple[int, ...]] = []
    for count in counts:
        taken = evenly_drawn(fresh, min(count, len(fresh) - reserve), rng)
        used = [index for index in ranked if index not in set(fresh)]
        drawn.append((*taken, *evenly_drawn(used, count - len(taken), rng)))
        fresh = [index for index in fresh if index not in set(taken)]
    return DrawnItems(parts=tuple(drawn), spare=tuple(rng.permutation(fresh).tolist()))


def plan_part(
    *,
    texts: Sequence[Sequence[Hashable]],
    ratings_per_item: int,
    raters: int,
    rng: np.random.Generator,
    layouts: Callable[[int], Sequence[Order]] | None = None,
) -> tuple[PlannedAssignment, ...]:
    """Who sees which item, when and in which order.

    `texts[item]` names the item's distinct texts by the (first) system that wrote each. Each item gets
    exactly `ratings_per_item` raters, none twice; raters' loads differ by at most one. Among items with the
    same names, how often a name stands in a position differs by at most one, within each rater and over the
    plan; where `layouts` gives the ways of showing so many texts, that holds of how often each way comes.
    Raises StudyPlanInvalid where there are fewer raters than ratings an item.
    """
    if not 1 <= ratings_per_item <= raters:
        raise StudyPlanInvalid(
            f"{ratings_per_item} ratings an item cannot come from {raters} raters, since nobody rates an "
            f"item twice: ask for 1 to {raters} ratings, or plan more raters."
        )
    items_of = _deal(len(texts), ratings_per_item, raters, rng)
    orders = _orders(texts, items_of, rng, layouts)
    return tuple(
        PlannedAssignment(rater=rater, item=item, position=position, order=orders[rater, item])
        for rater, items in enumerate(items_of)
        for position, item in enumerate(items)
    )


def _deal(n_items: int, k: int, raters: int, rng: np.random.Generator) -> list[list[int]]:
    """Each rater's items in random order; the k least loaded raters take an item, ties broken at random."""
    loads = np.zeros(raters, dtype=np.int64)
    items_of: list[list[int]] = [[] for _ in range(raters)]
    for item in range(n_items):
        chosen = np.lexsort((rng.random(raters), loads))[:k]
        loads[chosen] += 1
        for rater in chosen:
            items_of[rater].append(item)
    return [[items[index] for index in rng.permutation(len(items))] for items in items_of]


def _orders(
    texts: Sequence[Sequence[Hashable]],
    items_of: list[list[int]],
    rng: np.random.Generator,
    layouts: Callable[[int], Sequence[Order]] | None,
) -> dict[tuple[int, int], tuple[int, ...]]:
    """Balanced orders by (rater, item), each group of items with the same names on its own."""
    groups: dict[tuple[Hashable, ...], list[list[int]]] = defaultdict(lambda: [[] for _ in items_of])
    for rater, items in enumerate(items_of):
        for item in items:
            groups[tuple(texts[item])][rater].append(item)
    orders: dict[tuple[int, int], tuple[int, ...]] = {}
    for names, group in groups.items():
        loads = [len(items) for items in group]
        planned = (
            balanced_layouts(loads, layouts(len(names)), rng)
            if layouts
            else balanced_orders(loads, len(names), rng)
        )
        for rater, items in enumerate(group):
            orders.update(((rater, item), order) for item, order in zip(items, planned[rater], strict=True))
    return orders
