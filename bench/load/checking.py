"""Hold what the site acknowledged against what its database has, and sum up the times."""

import csv
import statistics
from collections.abc import Sequence
from pathlib import Path


def missing_answers(record: Path, studies: Sequence[int]) -> dict[str, int]:
    """Acknowledged answers, those that the database lacks or has otherwise, and what it has beyond them.

    An answer is known by the key that its rater's browser made for it.
    """
    from ratings.models import Assignment, Judgement, Rating

    ratings = Rating.objects.filter(assignment__rater__study__in=studies).exclude(key="stored")
    found = {
        (assignment, f"stars-{shown}-{criterion}", key): str(stars)
        for assignment, shown, criterion, key, stars in ratings.values_list(
            "assignment__token", "shown__token", "criterion__position", "key", "stars"
        )
    }
    judgements = Judgement.objects.filter(assignment__rater__study__in=studies)
    found |= {
        (assignment, "choice", key): chosen
        for assignment, key, chosen in judgements.values_list("assignment__token", "key", "chosen__token")
    }
    handed = set(
        Assignment.objects.filter(rater__study__in=studies, completed_at__isnull=False).values_list(
            "token", flat=True
        )
    )
    counts = dict.fromkeys(("acknowledged", "stored", "missing", "other", "beyond", "lost on return"), 0)
    counts["stored"] = len(found)
    known = set()
    for kind, assignment, name, value, key in csv.reader((record / "acknowledged.csv").open()):
        if kind == "lost":
            counts["lost on return"] += 1
        elif kind == "handed in":
            counts["missing"] += assignment not in handed
        else:
            counts["acknowledged"] += 1
            stored = found.get((assignment, name, key))
            counts["missing"] += stored is None
            counts["other"] += stored not in {None, value}
            known.add((assignment, name, key))
    counts["beyond"] = len(found.keys() - known)
    return counts


def percentile(times: Sequence[float], share: float) -> float:
    """Of at least one time."""
    if len(times) < 2:
        return times[0]
    return statistics.quantiles(times, n=1000, method="inclusive")[round(1000 * share) - 1]


def times_by_kind(record: Path, *, warm_up: float) -> dict[str, dict[str, float]]:
    """Percentiles in milliseconds, requests a second and refusals by kind of request, and of all raters'.

    What was asked in the first `warm_up` seconds, while raters still arrive, counts for refusals alone.
    """
    rows = [
        (float(when), kind, float(spent), int(status))
        for when, kind, spent, status in csv.reader((record / "requests.csv").open())
    ]
    begin = min(row[0] for row in rows) + warm_up
    last = max(row[0] for row in rows)
    seconds = max(last - begin, 1.0)
    of_raters = [row for row in rows if row[1] not in ("live dashboard", "sign in", "static")]
    kinds = {kind: [row for row in rows if row[1] == kind] for kind in sorted({row[1] for row in rows})}
    return {
        kind: {
            "n": len(steady := [row[2] for row in found if row[0] >= begin]),
            "a second": len(steady) / seconds,
            "p50": percentile(steady, 0.5),
            "p95": percentile(steady, 0.95),
            "p99": percentile(steady, 0.99),
            "most": max(steady),
            "5xx": sum(row[3] >= 500 for row in found),
            "refused": sum(row[3] not in (200, 204) and row[3] < 500 for row in found),
        }
        for kind, found in {"raters": of_raters, **kinds}.items()
        if any(row[0] >= begin for row in found)
    }
