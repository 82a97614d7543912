"""Checkpoints beside each other: what they changed, weigh and cost, and who needs them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from generation.models import Checkpoint, FinetuneJob
from generation.models.checkpoints import Adaptation
from generation.models.leases import WorkState

ACTIVE = (WorkState.QUEUED, WorkState.RUNNING)


@dataclass(frozen=True, kw_only=True)
class CheckpointRow:
    """A checkpoint with its share of trainable parameters, and its bytes as a share of `full`'s.

    `full` is the full fine-tune of the same base; before there is one, the base, which is as large.
    """

    checkpoint: Checkpoint
    full: Checkpoint | None
    systems: int
    derived: int

    @property
    def trainable_share(self) -> float | None:
        """Trainable parameters as a share of all, 0 to 1; None for a network that nobody fine-tuned."""
        if self.checkpoint.trainable is None or not self.checkpoint.parameters:
            return None
        return self.checkpoint.trainable / self.checkpoint.parameters

    @property
    def bytes_share(self) -> float | None:
        """Bytes as a share of the full fine-tune's, 0 to 1 and above."""
        return self.checkpoint.bytes / self.full.bytes if self.full and self.full.bytes else None

    @property
    def seconds_share(self) -> float | None:
        """Seconds of training as a share of the full fine-tune's."""
        if self.full is None or not self.full.training_seconds or self.checkpoint.training_seconds is None:
            return None
        return self.checkpoint.training_seconds / self.full.training_seconds

    @property
    def in_use(self) -> bool:
        """Whether something rests on it, so that it cannot go."""
        return bool(self.systems or self.derived)


@dataclass(frozen=True)
class JobProgress:
    """A fine-tuning job with its last loss and the seconds left at the speed so far, where known."""

    job: FinetuneJob
    loss: float | None
    seconds_left: float | None


def checkpoint_rows() -> tuple[CheckpointRow, ...]:
    """Every checkpoint, oldest first; one query."""
    checkpoints = list(
        Checkpoint.objects.select_related("base").annotate(
            n_systems=Count("systems", distinct=True), n_derived=Count("derived", distinct=True)
        )
    )
    full = _full_of_each_base(checkpoints)
    return tuple(
        CheckpointRow(
            checkpoint=checkpoint,
            full=full.get(checkpoint.base_id or checkpoint.pk),
            systems=checkpoint.n_systems,
            derived=checkpoint.n_derived,
        )
        for checkpoint in checkpoints
    )


def checkpoint_row(pk: int) -> CheckpointRow | None:
    """The row of one checkpoint, or None."""
    return next((row for row in checkpoint_rows() if row.checkpoint.pk == pk), None)


def jobs_under_way() -> tuple[JobProgress, ...]:
    """Fine-tunings that wait or train, oldest first."""
    return _with_progress(FinetuneJob.objects.filter(state__in=ACTIVE))


def jobs_stopped() -> tuple[JobProgress, ...]:
    """Fine-tunings that failed or were cancelled, which can be tried again; the last ten, newest first."""
    stopped = FinetuneJob.objects.filter(state__in=(WorkState.FAILED, WorkState.CANCELLED))
    return _with_progress(stopped.order_by("-pk")[:10])


def _full_of_each_base(checkpoints: Sequence[Checkpoint]) -> dict[int, Checkpoint]:
    full: dict[int, Checkpoint] = {
        checkpoint.pk: checkpoint for checkpoint in checkpoints if not checkpoint.is_adapter
    }
    for checkpoint in reversed(checkpoints):
        if checkpoint.adaptation == Adaptation.FULL and checkpoint.base_id is not None:
            full[checkpoint.base_id] = checkpoint
    return full


def _with_progress(jobs: QuerySet[FinetuneJob]) -> tuple[JobProgress, ...]:
    return tuple(_progress(job) for job in jobs.select_related("base", "dataset", "checkpoint"))


def _progress(job: FinetuneJob) -> JobProgress:
    loss = job.loss_curve[-1][1] if job.loss_curve else None
    left = job.seconds / job.step * (job.steps - job.step) if job.step and job.seconds else None
    return JobProgress(job, loss, left if job.state == WorkState.RUNNING else None)
