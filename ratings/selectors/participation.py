"""Who took part in a closed study, how far each came, and which answers count."""

import statistics
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from ratings.models import Assignment, Judgement, Rater, Rating, Study
from ratings.selectors.results import require_unlocked


@dataclass(frozen=True, kw_only=True)
class Participation:
    """One rater of a planned place; ``answers`` are their live ratings and judgements.

    Where the place was handed on, there is one for each who had it; ``handed_on`` are all but the last.
    """

    pseudonym: str
    place: int
    assigned: int
    completed: int
    consented: bool
    finished: bool
    withdrawn: bool
    handed_on: bool
    invited: bool
    answers: int
    seconds_per_item: float | None


def participation(study: Study) -> tuple[Participation, ...]:
    """Every rater of each place of the study, in order; four queries. Raises ResultsLocked before closing."""
    require_unlocked(study)
    answers: dict[int, int] = defaultdict(int)
    for model in (Rating, Judgement):
        live = model.objects.filter(live=True, assignment__rater__study=study)
        for rater, count in live.values_list("assignment__rater").annotate(Count("pk")):
            answers[rater] += count
    spent: dict[int, list[int]] = defaultdict(list)
    timed = Assignment.objects.filter(rater__study=study, client_ms__isnull=False)
    for rater, milliseconds in timed.values_list("rater", "client_ms"):
        spent[rater].append(milliseconds or 0)
    raters = Rater.objects.filter(study=study).annotate(
        assigned=Count("assignments"),
        completed=Count("assignments", filter=Q(assignments__completed_at__isnull=False)),
    )
    return tuple(
        Participation(
            pseudonym=rater.pseudonym,
            place=rater.place,
            assigned=rater.assigned,
            completed=rater.completed,
            consented=rater.consented_at is not None or rater.completed > 0 or rater.withdrawn_at is not None,
            finished=rater.finished_at is not None,
            withdrawn=rater.withdrawn_at is not None,
            handed_on=rater.handed_on_at is not None,
            invited=rater.token_hash is not None or rater.consented_at is not None or rater.completed > 0,
            answers=answers[rater.pk],
            seconds_per_item=statistics.median(spent[rater.pk]) / 1000 if spent[rater.pk] else None,
        )
        for rater in raters.order_by("place", "pk")
    )
