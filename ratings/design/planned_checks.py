"""Plan a part's check items and repeats, and weave them into what each rater sees."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ratings.design.assignment import PlannedAssignment
from ratings.design.checks import instructed_text, plant_error, repeat_places, spread_places

CheckKind = Literal["planted", "instructed", "gold"]
Facts = Sequence[tuple[str, str]]
INSTRUCTED_STARS = (1, 2, 4)  # neither end of the scale that hasty raters press throughout, 3 and 5
MOST_FOR_A_PLANTED_ERROR = 3


@dataclass(frozen=True, kw_only=True)
class GoldItem:
    """A text for an example (row of the pool) whose stars on some criteria (from 0) are known to a range."""

    example: int
    text: str
    expected: Mapping[int, tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class ChecksToPlan:
    """How many checks each rater of a part meets, and repeats; `faithful` is the criterion (from 0) that a
    planted error has to cost stars, `criteria` counts all."""

    checks: int = 0
    repeats: int = 0
    faithful: int = 0
    criteria: int = 1
    language: str = "en"
    gold: tuple[GoldItem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CheckToPresent:
    """A check item: the example whose facts are shown, its text, and the stars expected by criterion."""

    kind: CheckKind
    example: int
    text: str
    expected: Mapping[int, tuple[int, int]]


def plan_checks(
    asked: ChecksToPlan,
    *,
    spare: Sequence[int],
    said: Mapping[int, Sequence[str]],
    facts: Mapping[int, Facts],
    rng: np.random.Generator,
) -> tuple[CheckToPresent, ...]:
    """Gold items, then planted errors and instructed answers in turn, each on a `spare` example of its own.

    `said[example]` are the texts an error may be planted in. Where no text of what is left allows an error,
    or no example is left for one, there are fewer planted ones, or fewer checks.
    """
    planned = [
        CheckToPresent(kind="gold", example=gold.example, text=gold.text, expected=gold.expected)
        for gold in asked.gold
    ]
    values: dict[str, list[str]] = defaultdict(list)
    for slot, value in (pair for slots in facts.values() for pair in slots):
        if value not in values[slot]:
            values[slot].append(value)
    left = list(spare)
    for number in range(asked.checks):
        planted = _planted(asked, left, said, facts, values, rng) if number % 2 == 0 else None
        check = planted or (_instructed(asked, left[0], rng) if left else None)
        if check is None:
            break
        planned.append(check)
        left.remove(check.example)
    return tuple(planned)


def with_extras(
    assignments: Sequence[PlannedAssignment], *, checks: int, repeats: int, rng: np.random.Generator
) -> tuple[PlannedAssignment, ...]:
    """Each rater's assignments with all `checks` spread among them, and `repeats` items shown once more.

    A rater with too few items gets as many repeats as half of them, and as many checks as items.
    """
    by_rater: dict[int, list[PlannedAssignment]] = defaultdict(list)
    for assignment in assignments:
        by_rater[assignment.rater].append(assignment)
    woven: list[PlannedAssignment] = []
    for own in by_rater.values():
        own.sort(key=lambda assignment: assignment.position)
        after = [(place, 0.0, row) for place, row in enumerate(own, start=1)]
        after += _checks(own, checks, rng) + _repeats(own, repeats, rng)
        after.sort(key=lambda entry: entry[:2])
        woven += [replace(row, position=position) for position, (*_, row) in enumerate(after)]
    return tuple(woven)


def _checks(
    own: Sequence[PlannedAssignment], checks: int, rng: np.random.Generator
) -> list[tuple[int, float, PlannedAssignment]]:
    shown = rng.permutation(checks)[: len(own)]
    places = spread_places(items=len(own), extras=len(shown), rng=rng)
    rater = own[0].rater
    return [
        (place, 0.5, PlannedAssignment(rater=rater, item=int(check), position=0, order=(0,), purpose="check"))
        for place, check in zip(places, shown, strict=True)
    ]


def _repeats(
    own: Sequence[PlannedAssignment], repeats: int, rng: np.random.Generator
) -> list[tuple[int, float, PlannedAssignment]]:
    again = repeat_places(items=len(own), repeats=min(repeats, len(own) // 2), rng=rng)
    return [
        (
            after,
            0.25,
            replace(own[place], order=tuple(rng.permutation(own[place].order).tolist()), purpose="repeat"),
        )
        for place, after in again
    ]


def _planted(
    asked: ChecksToPlan,
    left: Sequence[int],
    said: Mapping[int, Sequence[str]],
    facts: Mapping[int, Facts],
    values: Mapping[str, Sequence[str]],
    rng: np.random.Generator,
) -> CheckToPresent | None:
    for example in left:
        text = said[example][int(rng.integers(len(said[example])))]
        planted = plant_error(text=text, slots=facts[example], values=values, rng=rng)
        if planted is not None:
            expected = {asked.faithful: (1, MOST_FOR_A_PLANTED_ERROR)}
            return CheckToPresent(kind="planted", example=example, text=planted.text, expected=expected)
    return None


def _instructed(asked: ChecksToPlan, example: int, rng: np.random.Generator) -> CheckToPresent:
    stars = int(rng.choice(INSTRUCTED_STARS))
    return CheckToPresent(
        kind="instructed",
        example=example,
        text=instructed_text(asked.language, stars),
        expected=dict.fromkeys(range(asked.criteria), (stars, stars)),
    )
