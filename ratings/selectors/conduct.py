"""What each rater did, as exclusion rules ask: times, sameness, checks, repeats; nothing by system."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ratings.design.exclusions import RaterConduct
from ratings.models import Assignment, Item, Rating, Study
from ratings.statistics.agreement_with_rest import WithRest, agreement_with_rest

Purpose = Assignment.Purpose


@dataclass(frozen=True, kw_only=True)
class Stars:
    """One live rating: whose, of which assignment's purpose and item, text, criterion's position, stars."""

    rater: int
    purpose: str
    item: int
    text: int
    criterion: int
    stars: int


def conduct_of(study: Study) -> Mapping[int, RaterConduct]:
    """The conduct of each rater by key, also while the study is open; three queries."""
    assigned: dict[int, list[tuple[bool, int | None]]] = defaultdict(list)
    for rater, done, spent in Assignment.objects.filter(rater__study=study).values_list(
        "rater", "completed_at", "client_ms"
    ):
        assigned[rater].append((done is not None, spent))
    ratings = _ratings(study)
    by_rater: dict[int, list[Stars]] = defaultdict(list)
    for row in ratings:
        by_rater[row.rater].append(row)
    expected = dict(
        Item.objects.filter(part__study=study).exclude(check_kind="").values_list("pk", "expected")
    )
    data = [row for row in ratings if row.purpose == Purpose.DATA]
    agreement = agreement_with_rest(
        [row.rater for row in data],
        np.unique([(row.text, row.criterion) for row in data], axis=0, return_inverse=True)[1].ravel()
        if data
        else [],
        [row.stars for row in data],
    )
    return {
        rater: _conduct(rows, by_rater[rater], expected, agreement.get(rater))
        for rater, rows in assigned.items()
    }


def _ratings(study: Study) -> list[Stars]:
    live = Rating.objects.filter(live=True, assignment__rater__study=study).order_by()
    rows = live.values_list(
        "assignment__rater",
        "assignment__purpose",
        "assignment__item",
        "shown__presented",
        "criterion__position",
        "stars",
    )
    return [
        Stars(rater=rater, purpose=purpose, item=item, text=text, criterion=criterion, stars=stars)
        for rater, purpose, item, text, criterion, stars in rows
    ]


def _conduct(
    assigned: Sequence[tuple[bool, int | None]],
    ratings: Sequence[Stars],
    expected: Mapping[int, Mapping[str, Sequence[int]]],
    agreement: WithRest | None,
) -> RaterConduct:
    spent = [milliseconds for done, milliseconds in assigned if done and milliseconds is not None]
    data = [row for row in ratings if row.purpose == Purpose.DATA]
    counts = Counter(row.stars for row in data)
    checks = {row.item: True for row in ratings if row.purpose == Purpose.CHECK}
    for row in ratings:
        low, high = expected.get(row.item, {}).get(str(row.criterion), (row.stars, row.stars))
        if row.purpose == Purpose.CHECK and not low <= row.stars <= high:
            checks[row.item] = False
    first = {(row.text, row.criterion): row.stars for row in data}
    apart = [
        abs(row.stars - first[row.text, row.criterion])
        for row in ratings
        if row.purpose == Purpose.REPEAT and (row.text, row.criterion) in first
    ]
    return RaterConduct(
        assigned=len(assigned),
        handed_in=sum(done for done, _ in assigned),
        seconds=statistics.median(spent) / 1000 if spent else None,
        ratings=len(data),
        alike=max(counts.values()) / len(data) if data else None,
        checks=len(checks),
        checks_failed=sum(not passed for passed in checks.values()),
        repeats=len(apart),
        apart=statistics.mean(apart) if apart else None,
        compared=agreement.n if agreement else 0,
        agreement=agreement.correlation if agreement else None,
    )
