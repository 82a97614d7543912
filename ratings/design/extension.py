"""Plan what further raters of an open study do: the items there are once more, or new ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ratings.design.assignment import PlannedAssignment, plan_part
from ratings.design.kinds import Layouts
from ratings.design.planned_checks import ChecksToPlan, Facts, with_extras
from ratings.design.whole_plan import ItemToPresent, PartToPlan, plan_study
from ratings.errors import StudyPlanInvalid


@dataclass(frozen=True, kw_only=True)
class PartToExtend:
    """A part as it stands; `texts[item]` names each text of an item shown by the first system that wrote it.

    `checks` counts the check items there are, `repeats` those of a rater's own items that come again.
    """

    texts: tuple[tuple[int, ...], ...]
    ratings_per_item: int
    checks: int
    repeats: int
    layouts: Layouts | None = None


@dataclass(frozen=True, kw_only=True)
class PartExtension:
    """New items of a part (none where the old ones are rated once more), and who of the new raters sees what.

    `assignments` number the new items that are shown, the old ones where there are no new.
    """

    items: tuple[ItemToPresent, ...]
    assignments: tuple[PlannedAssignment, ...]


def extension_seed(seed: int, number: int) -> int:
    """The seed of a study's extension of that number (from 1)."""
    return int(np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)[0] >> np.uint64(11))


def more_ratings(
    parts: Sequence[PartToExtend], *, raters_before: int, raters: int, seed: int
) -> tuple[PartExtension, ...]:
    """`raters` new raters of the items there are, each with about as many as a rater had before.

    Each item gets the same number of further ratings, at least one; loads and places are balanced as in
    `plan_part`.
    """
    rng = np.random.default_rng(seed)
    extended = []
    for part in parts:
        further = min(raters, max(1, round(raters * part.ratings_per_item / raters_before)))
        data = plan_part(
            texts=part.texts, ratings_per_item=further, raters=raters, rng=rng, layouts=part.layouts
        )
        woven = with_extras(data, checks=part.checks, repeats=part.repeats, rng=rng)
        extended.append(PartExtension(items=(), assignments=woven))
    return tuple(extended)


def more_items(
    parts: Sequence[PartToExtend],
    *,
    pool: Sequence[Sequence[str]],
    facts: Sequence[Facts],
    planned: Sequence[PartToPlan],
    items: int,
    raters: int,
    seed: int,
) -> tuple[PartExtension, ...]:
    """`items` new ones for each part out of `pool`, which has only unused examples, for `raters` new raters.

    Each gets the part's ratings an item. Raises StudyPlanInvalid where the pool is too small, or raters are
    fewer than ratings an item.
    """
    most = max(part.ratings_per_item for part in parts)
    if raters < most:
        raise StudyPlanInvalid(
            f"'raters' is {raters}, but each new item is rated {most} times and only by new raters: add at "
            f"least {most} raters."
        )
    rng = np.random.default_rng(seed)
    plans = plan_study(
        pool=pool,
        facts=facts,
        parts=[replace(part, items=items, practice=0, training=0, checks=ChecksToPlan()) for part in planned],
        raters=raters,
        seed=seed,
    )
    return tuple(
        PartExtension(
            items=plan.items,
            assignments=with_extras(plan.assignments, checks=part.checks, repeats=part.repeats, rng=rng),
        )
        for part, plan in zip(parts, plans, strict=True)
    )
