"""Remove a checkpoint that nothing rests on, and the stored files that no other one has."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ProtectedError

from evalsite.audit import note
from generation.checkpoints.store import Store
from generation.errors import CheckpointInUse
from generation.models import Checkpoint, CheckpointFile, FinetuneJob, Upload
from generation.models.leases import WorkState

UNFINISHED = (WorkState.QUEUED, WorkState.RUNNING)
# Longer than taking in a checkpoint takes: files are put into the store before a table knows them.
SPARED_SECONDS = 3600.0


def remove_checkpoint(*, checkpoint: Checkpoint, actor: User) -> None:
    """Delete `checkpoint` with its record, and note who did it; its files go where no other one has them.

    Raises CheckpointInUse while a system, another checkpoint, a fine-tuning or an upload rests on it. Files
    that were put into the store within the last hour go with the next removal.
    """
    with transaction.atomic():
        busy = FinetuneJob.objects.filter(base=checkpoint, state__in=UNFINISHED).first()
        if busy is not None:
            raise CheckpointInUse(
                f"{checkpoint.name!r} is the base of the fine-tuning {busy.name!r}, which is under way; "
                "cancel it or wait for it."
            )
        upload = Upload.objects.filter(base=checkpoint, slot__isnull=False).first()
        if upload is not None:
            raise CheckpointInUse(
                f"{checkpoint.name!r} is the base of the upload {upload.name!r}; drop that first."
            )
        details = {"digest": checkpoint.digest, "bytes": checkpoint.bytes}
        try:
            checkpoint.delete()
        except ProtectedError as error:
            needed_by = ", ".join(sorted(repr(str(found)) for found in error.protected_objects))
            raise CheckpointInUse(f"{checkpoint.name!r} cannot be deleted: {needed_by} needs it.") from error
        note(actor=actor, action="checkpoint deleted", subject=checkpoint.name, details=details)
        transaction.on_commit(_discard_files)


def _discard_files() -> None:
    wanted = set(CheckpointFile.objects.values_list("sha256", flat=True))
    Store(Path(settings.CHECKPOINT_STORE)).discard_all_but(wanted, older_than=SPARED_SECONDS)
