"""Plan a whole study from its seed: which items each part draws, for practice too, and who sees what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ratings.design.assignment import PlannedAssignment, draw_items, plan_part
from ratings.design.strata import ranked_by_stratum, strata_of
from ratings.errors import StudyPlanInvalid


@dataclass(frozen=True, kw_only=True)
class PartToPlan:
    """What planning needs of a part: the systems it shows (columns of the pool) and how much of what.

    `target` is the column that a discrimination trial asks for, None for stars.
    """

    shown: tuple[int, ...]
    items: int
    practice: int
    ratings_per_item: int
    target: int | None = None


@dataclass(frozen=True, kw_only=True)
class ItemToPresent:
    """An example (row of the pool) with its distinct texts: `writers[text]` are the systems that wrote it."""

    example: int
    writers: tuple[tuple[int, ...], ...]
    cannot_be_told: bool


@dataclass(frozen=True, kw_only=True)
class PlannedPart:
    """A part's items, those for practice, and who sees what; assignments count items that are shown."""

    items: tuple[ItemToPresent, ...]
    practice: tuple[ItemToPresent, ...]
    assignments: tuple[PlannedAssignment, ...]

    @property
    def items_shown(self) -> tuple[ItemToPresent, ...]:
        """The items without the trials that nobody could tell: what `assignments` number."""
        return tuple(item for item in self.items if not item.cannot_be_told)


def plan_study(
    *,
    pool: Sequence[Sequence[str]],
    slots: Sequence[int],
    parts: Sequence[PartToPlan],
    raters: int,
    seed: int,
) -> tuple[PlannedPart, ...]:
    """The plan of each part; the same seed, the same plan.

    `pool[example][system]` is what a system said, `slots` counts each example's facts: with the lengths of
    the texts and whether they differ, they are the strata that items are drawn by.
    Raises StudyPlanInvalid where the pool is empty or too small, or raters are fewer than ratings an item.
    """
    if not pool:
        raise StudyPlanInvalid(
            "The systems' runs have no example in common: let each finish a run over them."
        )
    rng = np.random.default_rng(seed)
    drawn = draw_items(
        ranked=ranked_by_stratum(strata_of(pool=pool, slots=slots), rng),
        counts=[part.items for part in parts],
        reserve=sum(part.practice for part in parts),
        rng=rng,
    )
    spare = list(drawn.spare)
    planned: list[PlannedPart] = []
    for part, examples in zip(parts, drawn.parts, strict=True):
        items = tuple(_item(part, example, pool[example]) for example in examples)
        assignments = plan_part(
            texts=[_names(item) for item in items if not item.cannot_be_told],
            ratings_per_item=part.ratings_per_item,
            raters=raters,
            rng=rng,
        )
        practice = _practice(part, spare, pool)
        taken = {item.example for item in practice}
        spare = [example for example in spare if example not in taken]
        planned.append(PlannedPart(items=items, practice=practice, assignments=assignments))
    return tuple(planned)


def _item(part: PartToPlan, example: int, said: Sequence[str]) -> ItemToPresent:
    writers: dict[str, list[int]] = {}
    for system in part.shown:
        writers.setdefault(said[system], []).append(system)
    shares = part.target is not None and len(writers[said[part.target]]) > 1
    return ItemToPresent(
        example=example,
        writers=tuple(tuple(systems) for systems in writers.values()),
        cannot_be_told=shares,
    )


def _names(item: ItemToPresent) -> tuple[int, ...]:
    """Each text by the first system that wrote it, as balancing goes by."""
    return tuple(systems[0] for systems in item.writers)


def _practice(
    part: PartToPlan, spare: Sequence[int], pool: Sequence[Sequence[str]]
) -> tuple[ItemToPresent, ...]:
    """Up to `practice` examples outside the study's items, from which something can be learnt."""
    items = (_item(part, example, pool[example]) for example in spare)
    return tuple(item for item in items if not item.cannot_be_told)[: part.practice]
