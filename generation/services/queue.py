"""The queue of record: chunks and fine-tunings that wait for a worker, oldest first."""

from django.conf import settings
from django.db.models import QuerySet

from generation.models import Chunk, FinetuneJob
from generation.services import leases
from generation.services.chunks import claim_chunk, fail_exhausted
from generation.services.finetunes import claim_finetune, fail_exhausted_finetunes
from generation.services.runs import UNFINISHED


def claim_next(*, worker: str = "") -> Chunk | FinetuneJob | None:
    """Claim for `worker` what was asked for first, part of a run or a fine-tuning, or None."""
    job = _waiting_jobs().order_by("created_at").values_list("created_at", flat=True).first()
    run = _waiting_chunks().order_by("run__created_at").values_list("run__created_at", flat=True).first()
    if job is not None and (run is None or job <= run):
        return claim_finetune(worker=worker) or claim_chunk(worker=worker)
    return claim_chunk(worker=worker) or claim_finetune(worker=worker)


def pieces_waiting() -> int:
    """How many pieces of work a worker could claim now."""
    return _waiting_jobs().count() + _waiting_chunks().count()


def give_up_exhausted() -> None:
    """Fail work that was claimed as often as it may be and whose last worker has vanished too."""
    fail_exhausted()
    fail_exhausted_finetunes()


def _waiting_jobs() -> QuerySet[FinetuneJob]:
    return FinetuneJob.objects.filter(leases.claimable())


def _waiting_chunks() -> QuerySet[Chunk]:
    return Chunk.objects.filter(leases.claimable(limit=settings.MAX_CLAIMS), run__state__in=UNFINISHED)
