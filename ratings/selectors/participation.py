"""Who took part in a closed study, how far each came, and which answers count."""

import statistics
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from ratings.models import Assignment, Judgement, Rater, Rating, Study
from ratings.selectors.results import require_closed


@dataclass(frozen=True, kw_only=True)
class Participation:
    """One planned place; ``answers`` are its live ratings and judgements."""

    pseudonym: str
    assigned: int
    completed: int
    consented: bool
    finished: bool
    withdrawn: bool
    answers: int
    seconds_per_item: float | None


def participation(study: Study) -> tuple[Participation, ...]:
    """Every place of the study, in order; four queries. Raises ResultsLocked before closing."""
    require_closed(study)
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
            assigned=rater.assigned,
            completed=rater.completed,
            consented=rater.consented_at is not None or rater.completed > 0,
            finished=rater.finished_at is not None,
            withdrawn=rater.withdrawn_at is not None,
            answers=answers[rater.pk],
            seconds_per_item=statistics.median(spent[rater.pk]) / 1000 if spent[rater.pk] else None,
        )
        for rater in raters.order_by("place")
    )
