"""Ask for a fine-tuning, cancel it, and claim it for a worker; `training` carries it out."""

from django.conf import settings
from django.db import IntegrityError, transaction

from generation.checkpoints.allowlist import CLASSIFIERS, can_classify, can_write
from generation.errors import FinetuneRefused
from generation.models import Checkpoint, Dataset, FinetuneJob
from generation.models.checkpoints import Adaptation
from generation.models.leases import WorkState
from generation.services import leases
from generation.services.checkpoints import check_name_free

DEFAULT_STEPS = 200
UNFINISHED = (WorkState.QUEUED, WorkState.RUNNING)


def start_finetune(
    *,
    base: Checkpoint,
    dataset: Dataset,
    adaptation: str,
    name: str,
    steps: int = DEFAULT_STEPS,
    seed: int = 1,
) -> FinetuneJob:
    """Queue the fine-tuning of `base` on the references of `dataset`; it ends in a checkpoint `name`.

    A failed or cancelled job of that name makes way. Raises FinetuneRefused and NameTaken.
    """
    if adaptation not in (Adaptation.FULL, Adaptation.LORA):
        raise FinetuneRefused(f"The adaptation is {adaptation!r}; fine-tuning is full or lora.")
    if base.is_adapter:
        raise FinetuneRefused(
            f"{base.name!r} is a LoRA checkpoint and cannot be a base; choose its base {str(base.base)!r}."
        )
    if steps < 1:
        raise FinetuneRefused(f"The number of steps is {steps}; it has to be at least 1.")
    if seed < 0:
        raise FinetuneRefused(f"The seed is {seed}; it has to be 0 or more.")
    if dataset.is_classification and not can_classify(base.architecture):
        raise FinetuneRefused(
            f"{dataset.name!r} is a classification, which a {base.architecture} does not learn here; "
            f"choose a base of {', '.join(CLASSIFIERS)}."
        )
    if not dataset.is_classification and not can_write(base.architecture):
        raise FinetuneRefused(
            f"{base.name!r}, a {base.architecture}, does not learn to write; choose another."
        )
    if not dataset.is_classification and not dataset.examples.filter(references__isnull=False).exists():
        raise FinetuneRefused(f"Dataset {dataset.name!r} has no references to train on.")
    check_name_free(name=name)
    try:
        with transaction.atomic():
            FinetuneJob.objects.filter(name=name).exclude(state__in=UNFINISHED).delete()
            return FinetuneJob.objects.create(
                base=base, dataset=dataset, adaptation=adaptation, name=name, steps=steps, seed=seed
            )
    except IntegrityError as error:
        raise FinetuneRefused(
            f"A fine-tuning named {name!r} is under way; wait for it, cancel it or choose another name."
        ) from error


def cancel_finetune(*, job: FinetuneJob) -> None:
    """Cancel a job that is not over; the worker that holds it finds its lease gone within about a second."""
    FinetuneJob.objects.filter(pk=job.pk, state__in=UNFINISHED).update(
        state=WorkState.CANCELLED, token="", leased_until=None
    )


def claim_finetune(*, job_id: int | None = None, worker: str = "") -> FinetuneJob | None:
    """The oldest job for `worker` to work on (or job `job_id` alone), or None."""
    candidates = FinetuneJob.objects.select_related("base", "dataset").order_by("pk")
    if job_id is not None:
        candidates = candidates.filter(pk=job_id)
    return leases.claim(candidates, worker=worker)


def start_and_claim(
    *, base: Checkpoint, dataset: Dataset, adaptation: str, name: str, steps: int, seed: int
) -> FinetuneJob:
    """Start a fine-tuning that no other worker can take, for whoever carries it out at once."""
    with transaction.atomic():
        job = start_finetune(
            base=base, dataset=dataset, adaptation=adaptation, name=name, steps=steps, seed=seed
        )
        claimed = claim_finetune(job_id=job.pk)
    if claimed is None:
        raise FinetuneRefused(f"The fine-tuning {name!r} was cancelled as it started.")
    return claimed


def fail_exhausted_finetunes() -> int:
    """Fail jobs whose last attempt's lease ran out; gives their number."""
    return FinetuneJob.objects.filter(leases.exhausted()).update(
        state=WorkState.FAILED,
        token="",
        leased_until=None,
        error=f"The worker ended {settings.MAX_ATTEMPTS} times while it trained this checkpoint.",
    )
