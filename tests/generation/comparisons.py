"""Small comparisons written straight into the tables, for tests of what reads them: no network is loaded."""

from collections.abc import Sequence

from django.utils import timezone

from generation.models import (
    Checkpoint,
    Dataset,
    DecodingConfig,
    Example,
    Output,
    Reference,
    Run,
    System,
    WorkerBeat,
)


def make_corpus(n: int = 3, *, name: str = "places", references: int = 2) -> Dataset:
    """Places that serve Chinese food, numbered from 0."""
    dataset = Dataset.objects.create(name=name, task="e2e", file_name="places.csv", sha256="5" * 64)
    examples = Example.objects.bulk_create(
        Example(
            dataset=dataset,
            position=position,
            source=f"name[Place {position}], food[Chinese]",
            slots=[["name", f"Place {position}"], ["food", "Chinese"]],
        )
        for position in range(n)
    )
    Reference.objects.bulk_create(
        Reference(example=example, position=number, text=f"Human text {number} on place {example.position}.")
        for example in examples
        for number in range(references)
    )
    return dataset


def make_checkpoint(name: str, adaptation: str = "pretrained", **facts: object) -> Checkpoint:
    """A checkpoint without files: 1,000 parameters, 4,000 bytes, unless told otherwise."""
    values: dict[str, object] = {
        "architecture": "LlamaForCausalLM",
        "parameters": 1000,
        "bytes": 4000,
        "digest": "d" * 64,
    }
    return Checkpoint.objects.create(name=name, adaptation=adaptation, **(values | facts))


def make_run(
    dataset: Dataset,
    texts: Sequence[str],
    *,
    system: str,
    checkpoint: Checkpoint | None = None,
    **facts: object,
) -> Run:
    """A run of `system` that said `texts` for the first examples; done unless told otherwise."""
    decoding = DecodingConfig.objects.get_or_create(name="greedy")[0] if checkpoint else None
    row, _made = System.objects.get_or_create(
        name=system, defaults={"checkpoint": checkpoint, "decoding": decoding}
    )
    values: dict[str, object] = {"state": "done", "examples": dataset.examples.count()}
    run = Run.objects.create(system=row, dataset=dataset, **(values | facts))
    Output.objects.bulk_create(
        Output(run=run, example=example, raw=text, text=text, new_tokens=5)
        for example, text in zip(dataset.examples.order_by("position"), texts, strict=False)
    )
    return run


def right_texts(dataset: Dataset) -> list[str]:
    """What says every slot of every example."""
    return [f"Place {example.position} serves Chinese food." for example in dataset.examples.all()]


def make_worker(name: str = "celery@here") -> WorkerBeat:
    """A worker that was heard of just now."""
    return WorkerBeat.objects.create(worker=name, device="cpu", seen_at=timezone.now())
