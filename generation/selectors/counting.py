"""Counts of related rows, each in a subquery of its own, so that several of them do not multiply."""

from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce


def count_of(rows: models.QuerySet[Any], through: str) -> Coalesce:
    """How many of `rows` point by `through` at the row that is annotated with this."""
    counted = rows.filter(**{through: OuterRef("pk")}).order_by().values(through).annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0, output_field=models.IntegerField())
