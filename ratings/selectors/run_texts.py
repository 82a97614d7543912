"""Whether two runs said the same, example by example."""

from dataclasses import dataclass

from django.db.models import Count, Q

from generation.models import Output, Run


@dataclass(frozen=True, kw_only=True)
class AnsweredByBoth:
    """How many examples both of two runs answered, and on how many of these they differ."""

    examples: int
    differ: int


def answered_by_both(a: Run, b: Run) -> AnsweredByBoth:
    """Count without reading a text; one query."""
    said = (
        Output.objects.filter(run__in=[a.pk, b.pk])
        .order_by()
        .values("example")
        .annotate(outputs=Count("pk"), texts=Count("text", distinct=True))
        .filter(outputs=2)
    )
    found = said.aggregate(examples=Count("example"), differ=Count("example", filter=Q(texts=2)))
    return AnsweredByBoth(examples=found["examples"], differ=found["differ"])
