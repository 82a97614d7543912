"""How balanced a planned study is, and about how long it takes a rater: what is looked at before opening."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ratings.design.whole_plan import PartToPlan, PlannedPart

WORDS_A_MINUTE = 238  # silent reading of English non-fiction: Brysbaert 2019, J. Mem. Lang. 109, 104047
SECONDS_OF_FACTS = 5.0
SECONDS_A_STAR = 3.0
SECONDS_A_CHOICE = 5.0


@dataclass(frozen=True)
class Spread:
    """The least and the greatest of some counts or minutes; 0 and 0 of none."""

    low: float
    high: float

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Self:
        """The spread of `numbers`."""
        found = list(numbers)
        return cls(min(found, default=0), max(found, default=0))

    @property
    def is_one(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, kw_only=True)
class PartBalance:
    """One part as planned.

    `fewer_texts` of the items shown have two systems' texts in one; `cannot_be_told` trials are not shown.
    `positions[row][place]` counts how often a text of system `systems[row]` (a column of the pool) stands
    at that place, over all raters; a text that several systems wrote counts for each of them. `checks` counts
    check items by kind and `repeats` items shown again; only `assignments` and the minutes count these too.
    """

    items: int
    items_shown: int
    fewer_texts: int
    cannot_be_told: int
    practice: int
    assignments: int
    checks: Mapping[str, int]
    repeats: int
    ratings_an_item: Spread
    items_a_rater: Spread
    systems: tuple[int, ...]
    positions: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class StudyBalance:
    """The whole study as planned; `minutes_a_rater` is an estimate from lengths, without practice."""

    parts: tuple[PartBalance, ...]
    items_a_rater: Spread
    minutes_a_rater: Spread
    assignments: int


def study_balance(
    *,
    pool: Sequence[Sequence[str]],
    parts: Sequence[PartToPlan],
    questions: Sequence[int],
    planned: Sequence[PlannedPart],
    raters: int,
) -> StudyBalance:
    """The balance of `planned`; `questions[part]` are the criteria asked of each text, 0 for a choice."""
    seconds = [0.0] * raters
    loads = [0] * raters
    for plan, asked in zip(planned, questions, strict=True):
        shown = plan.items_shown
        checks = [_seconds([check.text], 1, asked) for check in plan.checks]
        for assignment in plan.assignments:
            if assignment.purpose == "check":
                seconds[assignment.rater] += checks[assignment.item]
            else:
                texts = [shown[assignment.item].texts[text] for text in assignment.order]
                said = [pool[example][systems[0]] for example, systems in texts]
                seconds[assignment.rater] += _seconds(said, len({example for example, _ in texts}), asked)
            loads[assignment.rater] += 1
    balances = tuple(_part(part, plan, raters) for part, plan in zip(parts, planned, strict=True))
    return StudyBalance(
        parts=balances,
        items_a_rater=Spread.of(loads),
        minutes_a_rater=Spread.of(spent / 60 for spent in seconds),
        assignments=sum(balance.assignments for balance in balances),
    )


def _part(part: PartToPlan, plan: PlannedPart, raters: int) -> PartBalance:
    shown = plan.items_shown
    by_item = Counter(assignment.item for assignment in plan.data)
    by_rater = Counter(assignment.rater for assignment in plan.data)
    return PartBalance(
        items=len(plan.items),
        items_shown=len(shown),
        fewer_texts=sum(len(item.writers) < len(part.shown) for item in shown),
        cannot_be_told=len(plan.items) - len(shown),
        practice=len(plan.practice),
        assignments=len(plan.assignments),
        checks=Counter(check.kind for check in plan.checks),
        repeats=sum(row.purpose == "repeat" for row in plan.assignments),
        ratings_an_item=Spread.of(by_item[number] for number in range(len(shown))),
        items_a_rater=Spread.of(by_rater[rater] for rater in range(raters)),
        systems=part.shown,
        positions=_positions(part, plan),
    )


def _positions(part: PartToPlan, plan: PlannedPart) -> tuple[tuple[int, ...], ...]:
    shown = plan.items_shown
    counts = Counter(
        (system, place)
        for assignment in plan.data
        for place, text in enumerate(assignment.order)
        for system in shown[assignment.item].texts[text][1]
    )
    longest = max((len(assignment.order) for assignment in plan.assignments), default=len(part.shown))
    places = range(len(part.shown) if part.layouts is None else longest)
    return tuple(tuple(counts[system, place] for place in places) for system in part.shown)


def _seconds(texts: Sequence[str], examples: int, questions: int) -> float:
    """What one rater spends on an item: reading the texts and the facts of each example, and answering."""
    words = sum(len(text.split()) for text in texts)
    answering = questions * len(texts) * SECONDS_A_STAR if questions else SECONDS_A_CHOICE
    return examples * SECONDS_OF_FACTS + words / WORDS_A_MINUTE * 60 + answering
