"""Planned looks at the results before the end: when each is due, and how they spend alpha."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, cast, get_args

from ratings.design.claim_plan import ClaimPlan
from ratings.errors import StudyPlanInvalid

Spending = Literal["obrien-fleming", "pocock"]
SPENDINGS: tuple[Spending, ...] = get_args(Spending)
MOST_LOOKS = 5
SEEN_BY_LOOKS = ("stars", "aggregate", "p_d")  # what grows with the answers; the rest is known beforehand


@dataclass(frozen=True, kw_only=True)
class LooksPlan:
    """When looks are due: shares of the planned item ratings (below 1), or numbers of item ratings.

    An item rating is an item handed in by a rater. Without any `at` there is no look before the end.
    """

    at: tuple[float, ...] = field(default=())
    spending: Spending = "obrien-fleming"

    def to_json(self) -> dict[str, Any]:
        """The looks as the protocol freezes them; empty where none is planned."""
        return {"at": list(self.at), "spending": self.spending} if self.at else {}


@dataclass(frozen=True, kw_only=True)
class LookedClaim:
    """What a look said of the claim with this number: its verdict at ``alpha``.

    It rests on ``handed_in`` of ``planned`` item ratings; ``alpha`` is None where none was in.
    """

    number: int
    handed_in: int
    planned: int
    alpha: float | None
    verdict: str

    @property
    def stops(self) -> bool:
        """Whether the claim is decided, so that nothing more has to be asked for it."""
        return self.verdict != "undecided"


def looks_from_json(stored: dict[str, Any]) -> LooksPlan:
    """The looks that `to_json` stored."""
    if not stored:
        return LooksPlan()
    return LooksPlan(at=tuple(stored["at"]), spending=cast("Spending", stored["spending"]))


def due_at(looks: LooksPlan, planned: int) -> tuple[int, ...]:
    """How many of the `planned` item ratings make each look due, at least one."""
    return tuple(max(1, round(at * planned)) if at < 1 else round(at) for at in looks.at)


def check_looks(looks: LooksPlan, *, planned: int, claims: Sequence[ClaimPlan]) -> None:
    """Raise StudyPlanInvalid, naming the field, its value and the remedy, unless the looks make sense.

    `planned` is the number of item ratings that the study asks for.
    """
    if not looks.at:
        return
    written = ", ".join(f"{each:g}" for each in looks.at)
    if looks.spending not in SPENDINGS:
        raise StudyPlanInvalid(
            f"'looks.spending' is '{looks.spending}': choose one of {', '.join(SPENDINGS)}."
        )
    if len(looks.at) > MOST_LOOKS:
        raise StudyPlanInvalid(f"'looks.at' has {len(looks.at)} looks: plan at most {MOST_LOOKS}.")
    shares = all(0 < each < 1 for each in looks.at)
    numbers = all(each >= 1 and float(each).is_integer() for each in looks.at)
    if not (shares or numbers):
        raise StudyPlanInvalid(
            f"'looks.at' is {written}: give shares between 0 and 1, or whole numbers of item ratings."
        )
    due = due_at(looks, planned)
    if any(later <= earlier for earlier, later in pairwise(due)):
        raise StudyPlanInvalid(
            f"'looks.at' is {written}: let each look come after more item ratings than the one before."
        )
    if due[-1] >= planned:
        raise StudyPlanInvalid(
            f"'looks.at' is {written}, but the study plans {planned} item ratings: look before the end."
        )
    if not any(claim.measure in SEEN_BY_LOOKS for claim in claims):
        raise StudyPlanInvalid(
            f"'looks.at' is {written}, but no claim rests on what raters answer: state one, or plan no look."
        )
