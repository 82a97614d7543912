"""What the study's systems said: over their whole runs, and for the items that raters saw."""

from collections.abc import Mapping
from dataclasses import dataclass

from generation.models import Example, MetricScore, Output, Reference
from ratings.models import Item, Study
from ratings.selectors.results import require_unlocked


@dataclass(frozen=True, kw_only=True)
class ExampleOutputs:
    """One example that every system answered; ``texts`` by the system's label.

    ``label`` is the gold label of a classification, in which the texts are labels too; else empty.
    """

    pk: int
    position: int
    source: str
    slots: tuple[tuple[str, str], ...]
    references: tuple[str, ...]
    label: str
    texts: Mapping[str, str]
    rated: bool


@dataclass(frozen=True, kw_only=True)
class StoredScore:
    """A metric of a system's whole run, as it was scored; without a value where it was not computed."""

    system: str
    metric: str
    value: float | None
    signature: str
    examples: int


def study_outputs(study: Study) -> tuple[ExampleOutputs, ...]:
    """The examples that every system of the study answered, in the dataset's order; four queries.

    `rated` marks those that the study's parts showed. Raises ResultsLocked before closing.
    """
    require_unlocked(study)
    labels = dict(study.systems.values_list("run", "label"))
    texts: dict[int, dict[str, str]] = {}
    for example, run, text in Output.objects.filter(run__in=labels).values_list("example", "run", "text"):
        texts.setdefault(example, {})[labels[run]] = text
    common = {example for example, said in texts.items() if len(said) == len(labels)}
    references: dict[int, list[str]] = {}
    rows = Reference.objects.filter(example__dataset=study.dataset_id).order_by("example", "position")
    for example, text in rows.values_list("example", "text"):
        references.setdefault(example, []).append(text)
    rated = set(Item.objects.filter(part__study=study).judged().values_list("example", flat=True))
    return tuple(
        ExampleOutputs(
            pk=example.pk,
            position=example.position,
            source=example.source,
            slots=tuple((str(slot), str(value)) for slot, value in example.slots),
            references=tuple(references.get(example.pk, ())),
            label=example.label,
            texts=texts[example.pk],
            rated=example.pk in rated,
        )
        for example in Example.objects.filter(dataset=study.dataset_id).order_by("position")
        if example.pk in common
    )


def stored_scores(study: Study) -> tuple[StoredScore, ...]:
    """The metrics that were stored for the study's runs in the order of scoring; two queries."""
    labels = dict(study.systems.values_list("run", "label"))
    rows = MetricScore.objects.filter(run__in=labels).order_by("pk")
    return tuple(
        StoredScore(
            system=labels[row.run_id],
            metric=row.metric,
            value=row.value,
            signature=row.signature,
            examples=row.examples,
        )
        for row in rows
    )
