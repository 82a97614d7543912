"""Plan a whole study from its seed: which items each part draws, for practice too, and who sees what."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ratings.design.assignment import PlannedAssignment, draw_items, plan_part
from ratings.design.planned_checks import ChecksToPlan, CheckToPresent, Facts, plan_checks, with_extras
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
    checks: ChecksToPlan = field(default_factory=ChecksToPlan)


@dataclass(frozen=True, kw_only=True)
class ItemToPresent:
    """An example (row of the pool) with its distinct texts: `writers[text]` are the systems that wrote it."""

    example: int
    writers: tuple[tuple[int, ...], ...]
    cannot_be_told: bool


@dataclass(frozen=True, kw_only=True)
class PlannedPart:
    """A part's items, those for practice, its checks, and who sees what.

    `assignments` number the items that are shown, those for checks the checks.
    """

    items: tuple[ItemToPresent, ...]
    practice: tuple[ItemToPresent, ...]
    assignments: tuple[PlannedAssignment, ...]
    checks: tuple[CheckToPresent, ...] = ()

    @property
    def items_shown(self) -> tuple[ItemToPresent, ...]:
        """The items without the trials that nobody could tell: what `assignments` number."""
        return tuple(item for item in self.items if not item.cannot_be_told)

    @property
    def data(self) -> tuple[PlannedAssignment, ...]:
        """The assignments that results will rest on: neither checks nor repeats."""
        return tuple(row for row in self.assignments if row.purpose == "data")


def plan_study(
    *,
    pool: Sequence[Sequence[str]],
    facts: Sequence[Facts],
    parts: Sequence[PartToPlan],
    raters: int,
    seed: int,
) -> tuple[PlannedPart, ...]:
    """The plan of each part; the same seed, the same plan.

    `pool[example][system]` is what a system said, `facts[example]` its (slot, value) pairs: their number, the
    lengths of the texts and whether they differ are the strata that items are drawn by.
    Raises StudyPlanInvalid where the pool is empty or too small, or raters are fewer than ratings an item.
    """
    if not pool:
        raise StudyPlanInvalid(
            "The systems' runs have no example in common: let each finish a run over them."
        )
    rng = np.random.default_rng(seed)
    strata = strata_of(pool=pool, slots=[len(pairs) for pairs in facts])
    gold = {item.example for part in parts for item in part.checks.gold}
    drawn = draw_items(
        ranked=[example for example in ranked_by_stratum(strata, rng) if example not in gold],
        counts=[part.items for part in parts],
        reserve=sum(part.practice + part.checks.checks for part in parts),
        rng=rng,
    )
    spare = list(drawn.spare)
    planned: list[PlannedPart] = []
    for part, examples in zip(parts, drawn.parts, strict=True):
        items = tuple(_item(part, example, pool[example]) for example in examples)
        practice = _practice(part, spare, pool)
        spare = _without(spare, {item.example for item in practice})
        checks = plan_checks(
            part.checks,
            spare=spare,
            said={example: [pool[example][system] for system in part.shown] for example in spare},
            facts=dict(enumerate(facts)),
            rng=rng,
        )
        spare = _without(spare, {check.example for check in checks})
        assignments = _assignments(part, items, raters, len(checks), rng)
        planned.append(PlannedPart(items=items, practice=practice, assignments=assignments, checks=checks))
    return tuple(planned)


def _assignments(
    part: PartToPlan, items: Sequence[ItemToPresent], raters: int, checks: int, rng: np.random.Generator
) -> tuple[PlannedAssignment, ...]:
    data = plan_part(
        texts=[_names(item) for item in items if not item.cannot_be_told],
        ratings_per_item=part.ratings_per_item,
        raters=raters,
        rng=rng,
    )
    return with_extras(data, checks=checks, repeats=part.checks.repeats, rng=rng)


def _without(examples: Sequence[int], taken: set[int]) -> list[int]:
    return [example for example in examples if example not in taken]


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
