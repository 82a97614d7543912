"""Start, cancel and finish runs; take in outputs that were written elsewhere."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from evalsite import audit
from generation.checkpoints.allowlist import ARCHITECTURES, CLASSIFIERS, can_classify, can_write
from generation.errors import OutputsRefused, RunRefused
from generation.formats.corpus import CorpusError
from generation.formats.outputs import clean_output, read_outputs
from generation.models import Checkpoint, Chunk, Dataset, DecodingConfig, Example, Output, Run, System
from generation.models.leases import WorkState

UNFINISHED = (WorkState.QUEUED, WorkState.RUNNING)

GREEDY = "greedy"
LORA_PAPER_E2E = "beam 10 (E2E setting of the LoRA paper)"


def decoding_presets() -> dict[str, DecodingConfig]:
    """The configurations that come with the product, made where missing.

    The beam preset is the one of Hu et al. 2021, arXiv:2106.09685, appendix D: beam 10, length penalty 0.9,
    no repeated 4-gram.
    """
    wanted: dict[str, dict[str, int | float]] = {
        GREEDY: {"num_beams": 1},
        LORA_PAPER_E2E: {"num_beams": 10, "length_penalty": 0.9, "no_repeat_ngram_size": 4},
    }
    return {
        name: DecodingConfig.objects.get_or_create(name=name, defaults=values)[0]
        for name, values in wanted.items()
    }


def start_run(*, system: System, dataset: Dataset, limit: int | None = None, seed: int = 1) -> Run:
    """Queue a run of `system` over the first `limit` examples of `dataset` (over all where None).

    Examples of like length share a chunk, so that a batch decodes little padding. Raises RunRefused.
    """
    if system.checkpoint_id is None:
        raise RunRefused(
            f"System {system.name!r} has no checkpoint: its outputs are imported, not generated."
        )
    if limit is not None and limit < 1:
        raise RunRefused(f"The limit is {limit}; it has to be at least 1.")
    if system.checkpoint is not None:
        _check_fit(system.checkpoint, dataset)
    examples = list(dataset.examples.order_by("position").values_list("pk", "source", "text_pair")[:limit])
    if not examples:
        raise RunRefused(f"Dataset {dataset.name!r} has no examples.")
    ordered = [row[0] for row in sorted(examples, key=lambda row: (len(row[1]) + len(row[2]), row[0]))]
    try:
        with transaction.atomic():
            run = Run.objects.create(
                system=system, dataset=dataset, limit=limit, seed=seed, examples=len(ordered)
            )
            size = settings.CHUNK_SIZE
            Chunk.objects.bulk_create(
                Chunk(run=run, position=number, example_ids=ordered[start : start + size])
                for number, start in enumerate(range(0, len(ordered), size))
            )
    except IntegrityError as error:
        raise RunRefused(
            f"System {system.name!r} is running over {dataset.name!r} already; wait for it or cancel it."
        ) from error
    return run


def _check_fit(checkpoint: Checkpoint, dataset: Dataset) -> None:
    """Raise RunRefused for a network that cannot do what the dataset asks."""
    if dataset.is_classification and not can_classify(checkpoint.architecture):
        raise RunRefused(
            f"{dataset.name!r} is a classification, and {checkpoint.name!r}, a {checkpoint.architecture}, "
            f"does not classify here; choose a checkpoint of {', '.join(CLASSIFIERS)}."
        )
    if dataset.is_classification and checkpoint.is_adapter and not checkpoint.has_classification_head:
        raise RunRefused(
            f"The adapter {checkpoint.name!r} was trained to write and brings no head that chooses labels; "
            "choose one that was fine-tuned on a classification."
        )
    if not dataset.is_classification and not can_write(checkpoint.architecture):
        raise RunRefused(
            f"{dataset.name!r} asks for texts, and {checkpoint.name!r}, a {checkpoint.architecture}, writes "
            f"none; choose a checkpoint of {', '.join(ARCHITECTURES)}."
        )


def cancel_run(*, run: Run) -> None:
    """Cancel what is not done; outputs that are there stay. The holder of a chunk finds its lease gone."""
    with transaction.atomic():
        run.chunks.filter(state__in=UNFINISHED).update(state=WorkState.CANCELLED, token="", leased_until=None)
        Run.objects.filter(pk=run.pk, state__in=UNFINISHED).update(
            state=WorkState.CANCELLED, finished_at=timezone.now()
        )


def resume_run(*, run: Run) -> None:
    """Queue the chunks of a cancelled or failed run again; its finished outputs are kept."""
    again = (WorkState.CANCELLED, WorkState.FAILED)
    try:
        with transaction.atomic():
            if not Run.objects.filter(pk=run.pk, state__in=again).update(
                state=WorkState.QUEUED, error="", finished_at=None
            ):
                raise RunRefused(f"Run {run} is {run.get_state_display()}; only a stopped run is resumed.")
            run.chunks.filter(state__in=again).update(state=WorkState.QUEUED, attempts=0, error="")
    except IntegrityError as error:
        raise RunRefused(f"Another run of {run} is under way; wait for it or cancel it.") from error


def settle_run(*, run_id: int) -> WorkState:
    """Bring a run's state up to date with its chunks; gives the state."""
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.state not in UNFINISHED:
            return WorkState(run.state)
        states = set(run.chunks.values_list("state", flat=True))
        if states & set(UNFINISHED):
            return WorkState(run.state)
        failed = run.chunks.filter(state=WorkState.FAILED).first()
        run.state = WorkState.FAILED if failed else WorkState.DONE
        run.error = failed.error if failed else ""
        run.new_tokens = run.outputs.aggregate(total=Sum("new_tokens"))["total"] or 0
        run.finished_at = timezone.now()
        run.save(update_fields=["state", "error", "new_tokens", "finished_at"])
        return WorkState(run.state)


def import_outputs(*, path: Path, dataset: Dataset, system_name: str) -> Run:
    """Store the outputs in `path` as a finished run of system `system_name`, made where it is new.

    Raises OutputsRefused with file, line and reason; nothing is stored then.
    """
    examples: Sequence[Example] = list(dataset.examples.order_by("position"))
    try:
        texts = read_outputs(path, [example.source for example in examples])
    except CorpusError as error:
        raise OutputsRefused(str(error)) from error
    except OSError as error:
        raise OutputsRefused(f"{path} cannot be read: {error.strerror}.") from error
    with transaction.atomic():
        system, _created = System.objects.get_or_create(name=system_name)
        if system.checkpoint_id is not None:
            raise OutputsRefused(
                f"System {system_name!r} generates its outputs from a checkpoint; "
                "choose another name for outputs written elsewhere."
            )
        now = timezone.now()
        run = Run.objects.create(
            system=system,
            dataset=dataset,
            state=WorkState.DONE,
            examples=len(examples),
            started_at=now,
            finished_at=now,
            environment={"imported_from": path.name},
        )
        Output.objects.bulk_create(
            [
                Output(run=run, example=example, raw=text, text=clean_output(text))
                for example, text in zip(examples, texts, strict=True)
            ],
            batch_size=500,
        )
        details = {"file": path.name, "corpus": dataset.name, "outputs": len(examples)}
        audit.note(actor=None, action="imported outputs", subject=system_name, details=details)
    return run
