"""Plan a whole study from its seed: which items each part draws, for practice too, and who sees what."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle, islice

import numpy as np

from ratings.design.assignment import PlannedAssignment, draw_items, plan_part
from ratings.design.kinds import Layouts
from ratings.design.planned_checks import ChecksToPlan, CheckToPresent, Facts, plan_checks, with_extras
from ratings.design.strata import ranked_by_stratum, strata_of
from ratings.errors import StudyPlanInvalid


@dataclass(frozen=True, kw_only=True)
class PartToPlan:
    """What planning needs of a part: the systems it shows (columns of the pool) and how much of what.

    `target` is the column whose text has to differ from all others for an item to be shown, None where any
    item is. `companions`, `layouts` and `training` (labelled examples) are as in `Kind`.
    """

    shown: tuple[int, ...]
    items: int
    practice: int
    ratings_per_item: int
    target: int | None = None
    checks: ChecksToPlan = field(default_factory=ChecksToPlan)
    companions: int = 0
    layouts: Layouts | None = None
    training: int = 0


@dataclass(frozen=True, kw_only=True)
class ItemToPresent:
    """An example (row of the pool) with its distinct texts: `writers[text]` are the systems that wrote it.

    `companions` are further examples, of which each writer's text may stand beside the item's own.
    """

    example: int
    writers: tuple[tuple[int, ...], ...]
    cannot_be_told: bool
    companions: tuple[int, ...] = ()

    @property
    def texts(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Each text as its example and its writers: the item's own, then each companion's."""
        return tuple(
            (example, systems) for example in (self.example, *self.companions) for systems in self.writers
        )


@dataclass(frozen=True, kw_only=True)
class PlannedPart:
    """A part's items, those before them, its checks, and who sees what.

    `training` shows labelled texts, then `practice` is answered; `assignments` number the items that are
    shown, those for checks the checks.
    """

    items: tuple[ItemToPresent, ...]
    practice: tuple[ItemToPresent, ...]
    assignments: tuple[PlannedAssignment, ...]
    checks: tuple[CheckToPresent, ...] = ()
    training: tuple[ItemToPresent, ...] = ()

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
        reserve=sum(part.practice + part.training + part.checks.checks for part in parts),
        rng=rng,
    )
    spare = list(drawn.spare)
    planned: list[PlannedPart] = []
    for part, examples in zip(parts, drawn.parts, strict=True):
        items = tuple(_item(part, example, pool[example]) for example in examples)
        before = _told(part, spare, pool)[: part.training + part.practice]
        spare = _without(spare, {item.example for item in before})
        checks = plan_checks(
            part.checks,
            spare=spare,
            said={example: [pool[example][system] for system in part.shown] for example in spare},
            facts=dict(enumerate(facts)),
            rng=rng,
        )
        spare = _without(spare, {check.example for check in checks})
        planned.append(
            PlannedPart(
                items=items,
                training=before[: part.training],
                practice=before[part.training :],
                assignments=_assignments(part, items, raters, len(checks), rng),
                checks=checks,
            )
        )
    return tuple(
        _with_companions(part, plan, planned, spare, pool) for part, plan in zip(parts, planned, strict=True)
    )


def _assignments(
    part: PartToPlan, items: Sequence[ItemToPresent], raters: int, checks: int, rng: np.random.Generator
) -> tuple[PlannedAssignment, ...]:
    data = plan_part(
        texts=[_names(item) for item in items if not item.cannot_be_told],
        ratings_per_item=part.ratings_per_item,
        raters=raters,
        rng=rng,
        layouts=part.layouts,
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


def _told(part: PartToPlan, spare: Sequence[int], pool: Sequence[Sequence[str]]) -> tuple[ItemToPresent, ...]:
    """The examples outside the study's items from which something can be learnt."""
    items = (_item(part, example, pool[example]) for example in spare)
    return tuple(item for item in items if not item.cannot_be_told)


def _with_companions(
    part: PartToPlan,
    plan: PlannedPart,
    planned: Sequence[PlannedPart],
    unused: Sequence[int],
    pool: Sequence[Sequence[str]],
) -> PlannedPart:
    """Give each item its companions: examples of which the systems' texts differ, none of the part's own.

    Examples that the study uses nowhere come first, then those of other parts; none comes twice before all
    have come once.
    """
    if not part.companions:
        return plan
    own = {item.example for item in (*plan.items, *plan.practice)}
    others = dict.fromkeys(
        example
        for example in (*unused, *(item.example for other in planned for item in other.items))
        if example not in own
    )
    deck = [item.example for item in _told(part, tuple(others), pool)]
    if len(deck) < part.companions:
        raise StudyPlanInvalid(
            f"Each item of this kind needs {part.companions} further examples of which the systems' texts "
            f"differ, and {len(deck)} are left beside its {len(plan.items)} items: ask for fewer items."
        )
    cards = cycle(deck)

    def dealt(items: Sequence[ItemToPresent]) -> tuple[ItemToPresent, ...]:
        return tuple(
            item if item.cannot_be_told else replace(item, companions=tuple(islice(cards, part.companions)))
            for item in items
        )

    return replace(plan, items=dealt(plan.items), practice=dealt(plan.practice))
