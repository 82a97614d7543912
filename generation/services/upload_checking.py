"""Check an upload that was handed in, by a limited child process, and take it into the store or refuse it."""

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

from django.conf import settings
from django.db import transaction

from evalsite import audit
from evalsite.disk import is_full
from generation.checkpoints.validation import ValidatedFacts
from generation.errors import CheckpointNotRegistered, GenerationError, LeaseLost, UploadRefused
from generation.inference.child import scrubbed_environment
from generation.models import Checkpoint, Upload
from generation.models.checkpoints import Adaptation
from generation.models.leases import WorkState
from generation.services import leases
from generation.services.checkpoints import Intake, record, store_files, system_files
from generation.services.uploads import folder_of

FULL = "The disk is full: once there is room, the check goes on by itself."

logger = logging.getLogger(__name__)


def claim_upload() -> Upload | None:
    """The next upload to check, or None."""
    return leases.claim(Upload.objects.filter(submitted_at__isnull=False).order_by("pk"))


def uploads_waiting() -> bool:
    """Whether an upload could be claimed now."""
    return Upload.objects.filter(leases.claimable(), submitted_at__isnull=False).exists()


def check_upload(*, upload: Upload) -> Checkpoint | None:
    """Check a claimed upload; gives the checkpoint, or None where it was refused or cancelled meanwhile.

    Whatever the end, the uploaded files are gone afterwards; a refusal stays in `error` and in the audit log.
    Where the disk is full they stay, and the check is tried again later.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="evalsite-check-") as out:
            facts = _checked(upload, Path(out))
            intake = Intake(
                name=upload.name,
                adaptation=Adaptation(upload.adaptation),
                base=upload.base,
                architecture=facts.architecture,
                parameters=facts.parameters,
                own_parameters=facts.own_parameters,
                files=store_files(folder_of(upload), kept=facts.kept, rebuilt=Path(out)),
            )
            with transaction.atomic():
                checkpoint = record(intake=intake)
                _settle(upload, WorkState.DONE, checkpoint=checkpoint)
    except LeaseLost:
        return None
    except GenerationError as error:
        _refuse(upload, str(error))
        return None
    except OSError as error:
        if not is_full(error):
            raise
        logger.warning("upload %s waits: the disk is full", upload.pk)
        leases.put_off(upload, FULL)
        return None
    shutil.rmtree(folder_of(upload), ignore_errors=True)
    return checkpoint


def fail_exhausted_uploads() -> int:
    """Refuse uploads whose check ended three times without a word; gives their number."""
    dead = list(Upload.objects.filter(leases.exhausted(), submitted_at__isnull=False))
    for upload in dead:
        _refuse(upload, f"The check ended {settings.MAX_ATTEMPTS} times without a result; upload it again.")
    return len(dead)


def _settle(
    upload: Upload, state: WorkState, *, checkpoint: Checkpoint | None = None, error: str = ""
) -> None:
    settled = leases.held(upload).update(
        state=state, error=error, checkpoint=checkpoint, slot=None, token="", leased_until=None
    )
    if not settled:
        raise LeaseLost(f"{upload} is not held by this worker any more")
    audit.note(
        actor=upload.owner,
        action="checkpoint uploaded" if checkpoint else "upload refused",
        subject=upload.name,
        details={"reason": error} if error else {"digest": checkpoint.digest if checkpoint else ""},
    )


def _refuse(upload: Upload, reason: str) -> None:
    try:
        with transaction.atomic():
            _settle(upload, WorkState.FAILED, error=reason)
    except LeaseLost:
        return
    shutil.rmtree(folder_of(upload), ignore_errors=True)


def _checked(upload: Upload, out: Path) -> ValidatedFacts:
    """Run the child and follow it; raises UploadRefused with its reason."""
    findings: list[str] = []
    for message in _messages(upload, out):
        if "refused" in message:
            raise UploadRefused(message["refused"])
        if "facts" in message:
            return ValidatedFacts.from_message(message["facts"])
        findings.append(message["finding"])
        leases.renew(upload, findings=findings)
    raise UploadRefused("The check ended without a result: the files need more memory or time than it has.")


def _messages(upload: Upload, out: Path) -> Iterator[dict[str, Any]]:
    folder = folder_of(upload)
    size = sum(file.length for file in upload.files.all())
    seconds = settings.VALIDATION_SECONDS + int(settings.VALIDATION_SECONDS_A_GIB * size / 2**30)
    command = [sys.executable, "-m", "generation.checkpoints.validation", str(folder), "--out", str(out)]
    command += ["--memory", str(settings.VALIDATION_MEMORY), "--seconds", str(seconds)]
    if upload.adaptation == Adaptation.LORA and upload.base is not None:
        command += ["--base", system_files(upload.base).checkpoint.folder]
    elif upload.adaptation == Adaptation.LORA:
        raise CheckpointNotRegistered("A LoRA checkpoint needs its base.")
    environment = scrubbed_environment(os.environ, threads=1) | {"OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as child:  # fmt: skip
        watch = Timer(seconds, child.kill)
        watch.start()
        try:
            for line in child.stdout or ():
                yield json.loads(line)
        finally:
            watch.cancel()
            child.kill()
