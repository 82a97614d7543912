"""An open study as it runs: counts and times by part and by rater, and nothing about what was answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from django.utils import timezone

from ratings.design.payment import Payment, amount_due, hourly, payment_from_json
from ratings.design.projection import projected_end
from ratings.models import Assignment, Part, Rater, Study
from ratings.selectors.places import places_to_hand_on

ACTIVE = timedelta(minutes=10)
SOONEST = 5
# A second's count is of about 130,000 assignments, so that whoever watches takes some 4 % of one core.
ASSIGNMENTS_A_SECOND = 5_000


class Handed(NamedTuple):
    """One assignment: whose, of which part, when it was handed in and how long it took."""

    rater: int
    part: int
    completed_at: datetime | None
    client_ms: int | None


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Assignments of one part or one rater; `seconds` is the median an item by the browsers' clocks."""

    assigned: int
    completed: int
    seconds: float | None
    last_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class RaterRow:
    """A rater, whether they were active in the last ten minutes, and how far they are.

    `stayed_away` says that somebody else may have the place.
    """

    rater: Rater
    work: Stretch
    active: bool
    stayed_away: bool = False


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What raters are owed so far and once everybody has finished; `hourly` is what an hour pays."""

    payment: Payment
    so_far: float
    whole: float
    hourly: float | None


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """What the study page shows while raters work; raters who withdrew count nowhere but in their row.

    `work` is what those who have the places now were given; `before` what others handed in before they
    stayed away and their places were handed on.
    """

    parts: tuple[tuple[Part, Stretch], ...]
    raters: tuple[RaterRow, ...]
    work: Stretch
    before: int
    ends_at: datetime | None
    cost: Cost | None = None

    @property
    def active(self) -> int:
        return sum(row.active for row in self.raters)

    @property
    def in_study(self) -> tuple[Rater, ...]:
        """The raters who have a place and have not withdrawn."""
        return tuple(row.rater for row in self.raters if _has_place(row.rater))

    @property
    def places(self) -> int:
        """The greatest number of a place."""
        return max((row.rater.place for row in self.raters), default=0)

    @property
    def stayed_away(self) -> int:
        """Places that may be handed on."""
        return sum(row.stayed_away for row in self.raters)

    @property
    def invited(self) -> tuple[Rater, ...]:
        return tuple(rater for rater in self.in_study if rater.token_hash is not None)

    @property
    def consented(self) -> int:
        return sum(rater.consented_at is not None for rater in self.in_study)

    @property
    def finished(self) -> int:
        return sum(rater.finished_at is not None for rater in self.in_study)

    @property
    def free(self) -> int:
        """Places without a link."""
        return len(self.in_study) - len(self.invited)

    @property
    def seconds_until_next(self) -> int:
        """When a page that shows this asks anew: counting a large study takes time that raters need too."""
        return max(SOONEST, self.work.assigned // ASSIGNMENTS_A_SECOND)

    @property
    def left(self) -> int:
        """Items that nobody has handed in yet."""
        return self.work.assigned - self.work.completed


def study_dashboard(study: Study) -> Dashboard:
    """The study's progress; four queries, however many raters and items there are."""
    now = timezone.now()
    raters = list(Rater.objects.filter(study=study).order_by("place", "pk"))
    away = set(places_to_hand_on(study).values_list("pk", flat=True))
    handed = [
        Handed._make(row)
        for row in Assignment.objects.filter(rater__study=study)
        .order_by()
        .values_list("rater", "part", "completed_at", "client_ms")
    ]
    present = {rater.pk for rater in raters if _has_place(rater)}
    withdrawn = {rater.pk for rater in raters if rater.withdrawn_at is not None}
    counted = [row for row in handed if row.rater in present]
    answered = [row for row in handed if row.completed_at and row.rater not in withdrawn]
    whole = _stretch(counted)
    return Dashboard(
        parts=tuple(
            (part, _stretch([row for row in counted if row.part == part.pk])) for part in study.parts.all()
        ),
        raters=tuple(_rater_rows(raters, handed, away, now)),
        work=whole,
        before=len(answered) - whole.completed,
        ends_at=projected_end(
            completed_at=[row.completed_at for row in answered if row.completed_at],
            left=whole.assigned - whole.completed,
            now=now,
        ),
        cost=_cost(study, raters, answered, whole),
    )


def _has_place(rater: Rater) -> bool:
    return rater.withdrawn_at is None and rater.handed_on_at is None


def _cost(study: Study, raters: Sequence[Rater], answered: Sequence[Handed], work: Stretch) -> Cost | None:
    """Items that nobody has handed in yet are taken to last as long as the median one.

    Items of raters whose place was handed on are owed as well; a whole rater's pay is not.
    """
    payment = payment_from_json(study.payment)
    if payment is None:
        return None
    places = [rater for rater in raters if _has_place(rater)]
    left = work.assigned - work.completed
    spent = sum(row.client_ms or 0 for row in answered) / 1000
    typical = work.seconds or 0.0
    return Cost(
        payment=payment,
        so_far=amount_due(
            payment,
            raters=sum(rater.finished_at is not None for rater in places),
            items=len(answered),
            seconds=spent,
        ),
        whole=amount_due(
            payment,
            raters=len(places),
            items=len(answered) + left,
            seconds=spent + typical * left,
        ),
        hourly=hourly(payment, items=work.assigned / max(len(places), 1), seconds=typical),
    )


def _rater_rows(
    raters: Sequence[Rater], handed: Sequence[Handed], away: Collection[int], now: datetime
) -> list[RaterRow]:
    by_rater: dict[int, list[Handed]] = {rater.pk: [] for rater in raters}
    for row in handed:
        by_rater[row.rater].append(row)
    rows = []
    for rater in raters:
        work = _stretch(by_rater[rater.pk])
        seen = max((time for time in (work.last_at, rater.consented_at) if time), default=None)
        working = rater.finished_at is None and _has_place(rater)
        active = working and seen is not None and now - seen <= ACTIVE
        rows.append(RaterRow(rater=rater, work=work, active=active, stayed_away=rater.pk in away))
    return rows


def _stretch(handed: Sequence[Handed]) -> Stretch:
    times = [row.completed_at for row in handed if row.completed_at is not None]
    spent = [row.client_ms for row in handed if row.completed_at and row.client_ms is not None]
    return Stretch(
        assigned=len(handed),
        completed=len(times),
        seconds=median(spent) / 1000 if spent else None,
        last_at=max(times, default=None),
    )
