"""Where raters of a closed study stopped, part by part, and how evenly items were rated all the same."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from ratings.models import Assignment, Study
from ratings.selectors.results import require_unlocked


@dataclass(frozen=True, kw_only=True)
class PartCounts:
    """One part; raters who withdrew count in `planned` only.

    `began` and `finished` count raters. `planned` and `covered` count items × places: a place that was handed
    on is one. `of_finished` and `of_all` are the least and most ratings that an item got.
    """

    part: int
    began: int
    finished: int
    planned: int
    covered: int
    of_finished: tuple[int, int]
    of_all: tuple[int, int]


def attrition(study: Study) -> tuple[PartCounts, ...]:
    """Every part that was assigned, in order; three queries, two more a part where places were handed on.

    Raises ResultsLocked before closing or an early look.
    """
    require_unlocked(study)
    handed_in = Q(completed_at__isnull=False, rater__withdrawn_at=None)
    raters = (
        Assignment.objects.filter(rater__study=study, rater__withdrawn_at=None)
        .order_by()
        .values_list("part__position", "rater")
        .annotate(Count("pk"), done=Count("pk", filter=handed_in))
    )
    came: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for part, _rater, assigned, done in raters:
        came[part].append((assigned, done))
    items = (
        Assignment.objects.filter(rater__study=study, purpose=Assignment.Purpose.DATA)
        .order_by()
        .values_list("part__position", "item")
        .annotate(
            Count("pk"),
            done=Count("pk", filter=handed_in),
            by_finished=Count("pk", filter=handed_in & Q(rater__finished_at__isnull=False)),
        )
    )
    rated: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for part, _item, assigned, done, by_finished in items:
        rated[part].append((assigned, done, by_finished))
    shared = study.raters.filter(handed_on_at__isnull=False).exists()
    return tuple(
        PartCounts(
            part=part,
            began=sum(done > 0 for _, done in came[part]),
            finished=sum(done == assigned for assigned, done in came[part]),
            planned=_pairs(study, part) if shared else sum(assigned for assigned, _, _ in rows),
            covered=_pairs(study, part, handed_in) if shared else sum(done for _, done, _ in rows),
            of_finished=_ends([by_finished for *_, by_finished in rows]),
            of_all=_ends([done for _, done, _ in rows]),
        )
        for part, rows in sorted(rated.items())
    )


def _pairs(study: Study, part: int, which: Q | None = None) -> int:
    """How many pairs of an item and a place there are, whoever had the place."""
    found = Assignment.objects.filter(
        which or Q(), rater__study=study, part__position=part, purpose=Assignment.Purpose.DATA
    )
    return found.order_by().values("rater__place", "item").distinct().count()


def _ends(counts: list[int]) -> tuple[int, int]:
    return min(counts, default=0), max(counts, default=0)
