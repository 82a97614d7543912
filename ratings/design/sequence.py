"""A rater's assignments in order: what comes next, how much is left and about how long it takes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

BLOCK = 20  # items between two pauses that are offered
FEW = 5


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Items done of all, and about how many seconds the rest takes (None while there is nothing to go by)."""

    done: int
    total: int
    seconds_left: float | None

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def is_time_for_a_pause(self) -> bool:
        """After each block of items, unless the rest is no more than a few."""
        return self.done > 0 and self.done % BLOCK == 0 and self.left >= FEW

    @property
    def minutes_left(self) -> int | None:
        """Whole minutes, at least one while something is left."""
        return None if self.seconds_left is None else max(1, round(self.seconds_left / 60))


@dataclass(frozen=True, kw_only=True)
class SequenceStep:
    """One assignment of a rater, without what it shows."""

    token: str
    part_position: int
    kind: str
    completed_at: datetime | None
    client_ms: int | None


@dataclass(frozen=True, kw_only=True)
class RaterSequence:
    """All assignments of a rater in order."""

    steps: tuple[SequenceStep, ...]

    @property
    def next_open(self) -> SequenceStep | None:
        return next((step for step in self.steps if step.completed_at is None), None)

    def has_begun(self, part_position: int) -> bool:
        """Whether an item of the part at that position was handed in."""
        return any(step.completed_at for step in self.steps if step.part_position == part_position)

    def previous(self, token: str) -> str | None:
        """The token of the item before the one of `token`."""
        return next((before.token for before, step in pairwise(self.steps) if step.token == token), None)

    @property
    def progress(self) -> Progress:
        """What is left is timed by the rater's own median, for each kind of part apart."""
        spent = _seconds_by_kind(self.steps)
        every = [seconds for kind in spent.values() for seconds in kind]
        left = [step for step in self.steps if step.completed_at is None]
        return Progress(
            done=len(self.steps) - len(left),
            total=len(self.steps),
            seconds_left=sum(median(spent.get(step.kind) or every) for step in left) if every else None,
        )


def _seconds_by_kind(steps: tuple[SequenceStep, ...]) -> dict[str, list[float]]:
    """Seconds spent on each item done: by the browser's clock, else between two items handed in."""
    done = sorted(
        ((step.completed_at, step) for step in steps if step.completed_at is not None),
        key=lambda pair: pair[0],
    )
    spent: dict[str, list[float]] = defaultdict(list)
    earlier: datetime | None = None
    for completed_at, step in done:
        if step.client_ms is not None:
            spent[step.kind].append(step.client_ms / 1000)
        elif earlier is not None:
            spent[step.kind].append((completed_at - earlier).total_seconds())
        earlier = completed_at
    return spent
