"""Corpora and their examples, as the pages show them."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from generation.models import Dataset, Example, Output, Reference, Run
from generation.selectors.counting import count_of


def datasets_with_counts() -> QuerySet[Dataset]:
    """All datasets, the newest first, with `n_examples`, `n_references`, `n_runs` and `has_outputs`."""
    return Dataset.objects.annotate(
        n_examples=count_of(Example.objects.all(), "dataset"),
        n_references=count_of(Reference.objects.all(), "example__dataset"),
        n_runs=count_of(Run.objects.all(), "dataset"),
        has_outputs=Exists(Output.objects.filter(run__dataset=OuterRef("pk"))),
    ).order_by("-imported_at", "-pk")


def examples_of(dataset: Dataset, *, search: str = "") -> QuerySet[Example]:
    """The examples in their order, with references; those whose input or a reference holds `search`."""
    examples = dataset.examples.order_by("position").prefetch_related("references")
    if not search:
        return examples
    said = Reference.objects.filter(example=OuterRef("pk"), text__icontains=search)
    return examples.filter(Q(source__icontains=search) | Exists(said))
