"""Begin an upload, announce its files, hand it in for checking, or drop it."""

import secrets
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from evalsite import audit
from generation.checkpoints.allowlist import CheckpointRefused, check_file_name
from generation.errors import UploadRefused
from generation.models import Upload, UploadedFile
from generation.models.leases import WorkState
from generation.services.checkpoints import check_name_free, checked_kind


@dataclass(frozen=True)
class UploadLimits:
    """What one upload may take, from the settings; bytes, files, hours, uploads."""

    file_bytes: int
    upload_bytes: int
    files: int
    hours: int
    at_once: int
    disk_share_kept_free: float

    @classmethod
    def current(cls) -> "UploadLimits":
        """The limits that the settings state now."""
        limits: dict[str, Any] = settings.UPLOAD_LIMITS
        return cls(**limits)


def folder_of(upload: Upload) -> Path:
    """Where the files of `upload` lie until they are checked."""
    return Path(settings.UPLOAD_DIR) / str(upload.pk)


def start_upload(*, owner: User, name: str, adaptation: str, base_name: str | None = None) -> Upload:
    """Begin the upload of checkpoint `name`; it waits for files for `UPLOAD_LIMITS["hours"]`.

    Raises NameTaken, NotFound for the base, CheckpointNotRegistered for a base that does not go with the
    adaptation, and UploadRefused when the owner has as many unfinished uploads as one may have.
    """
    limits = UploadLimits.current()
    check_name_free(name=name)
    kind, base = checked_kind(adaptation, base_name)
    with transaction.atomic():
        taken = set(Upload.objects.filter(owner=owner, slot__isnull=False).values_list("slot", flat=True))
        free = [slot for slot in range(1, limits.at_once + 1) if slot not in taken]
        if not free:
            raise _too_many(limits)
        try:
            with transaction.atomic():
                return Upload.objects.create(
                    owner=owner,
                    slot=free[0],
                    name=name,
                    adaptation=kind,
                    base=base,
                    expires_at=timezone.now() + timedelta(hours=limits.hours),
                )
        except IntegrityError as error:  # another request took the slot in between
            raise _too_many(limits) from error


def announce_file(*, upload: Upload, name: str, length: int) -> UploadedFile:
    """Reserve room for a file of `length` bytes; announcing the same file again gives the one that is there.

    Raises UploadRefused naming the file, the number and the limit; nothing is reserved then.
    """
    limits = UploadLimits.current()
    try:
        check_file_name(name)
    except CheckpointRefused as error:
        audit.note(
            actor=upload.owner, action="upload refused", subject=upload.name, details={"reason": str(error)}
        )
        raise UploadRefused(str(error)) from error
    if not 0 < length <= limits.file_bytes:
        raise TooLarge(f"{name} has {length:,} bytes; a file has 1 to {limits.file_bytes:,} of them.")
    with transaction.atomic():
        held = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        _require_receiving(held)
        known = held.files.filter(name__iexact=name).first()
        if known is not None:
            return _same_file(known, name, length)
        announced = held.files.aggregate(total=Sum("length"))["total"] or 0
        if held.files.count() >= limits.files:
            raise UploadRefused(
                f"{name} would be more than {limits.files} files; leave out what is not needed."
            )
        if announced + length > limits.upload_bytes:
            raise TooLarge(
                f"{name} would make {announced + length:,} bytes in all; an upload has at most "
                f"{limits.upload_bytes:,} of them."
            )
        require_room(length)
        return UploadedFile.objects.create(
            upload=held, token=secrets.token_urlsafe(16), name=name, length=length
        )


def require_room(length: int) -> None:
    """Raise DiskFull unless `length` more bytes leave the share of the disk free that the settings keep."""
    folder = Path(settings.UPLOAD_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    disk = shutil.disk_usage(folder)
    kept = int(disk.total * UploadLimits.current().disk_share_kept_free)
    if disk.free - length < kept:
        raise DiskFull(
            f"{length:,} more bytes do not fit: {disk.free:,} are free and {kept:,} are kept so. "
            "Make room, then go on with the upload where it stopped."
        )


def drop_file(*, file: UploadedFile) -> None:
    """Take a file out of an upload that still receives, with what is there of it."""
    with transaction.atomic():
        held = Upload.objects.select_for_update(of=("self",)).get(pk=file.upload_id)
        _require_receiving(held)
        file.delete()
    (folder_of(held) / file.name).unlink(missing_ok=True)


def cancel_upload(*, upload: Upload) -> None:
    """Drop an upload that is not over, and its files."""
    with transaction.atomic():
        dropped = Upload.objects.filter(pk=upload.pk, slot__isnull=False).update(
            state=WorkState.CANCELLED, slot=None, token="", leased_until=None
        )
        if dropped:
            audit.note(actor=upload.owner, action="upload cancelled", subject=upload.name)
    if dropped:
        shutil.rmtree(folder_of(upload), ignore_errors=True)


def submit_upload(*, upload: Upload) -> Upload:
    """Hand an upload in for checking; a second time changes nothing. UploadRefused while files lack."""
    with transaction.atomic():
        held = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if held.submitted_at is not None:
            return held
        _require_receiving(held)
        files = list(held.files.all())
        if not files:
            raise UploadRefused("There is no file yet; add the checkpoint's files first.")
        lacking = [file.name for file in files if not file.is_complete]
        if lacking:
            raise UploadRefused(f"{lacking[0]} is not here in full yet; let its upload finish.")
        held.submitted_at = timezone.now()
        held.save(update_fields=["submitted_at"])
    return held


def expire_uploads() -> int:
    """Drop uploads that nobody finished in time, and their files; gives their number."""
    late = list(Upload.objects.filter(slot__isnull=False, submitted_at=None, expires_at__lt=timezone.now()))
    for upload in late:
        cancel_upload(upload=upload)
    return len(late)


class TooLarge(UploadRefused):
    """More bytes than there may be."""


class DiskFull(UploadRefused):
    """There is no room for more bytes; the upload goes on once there is."""


def _too_many(limits: UploadLimits) -> UploadRefused:
    return UploadRefused(
        f"You have {limits.at_once} unfinished uploads, as many as one may have; finish or drop one first."
    )


def _require_receiving(upload: Upload) -> None:
    if not upload.is_receiving:
        raise UploadRefused(f"The upload {upload.name!r} takes no more files; begin a new one.")
    if upload.expires_at < timezone.now():
        raise UploadRefused(f"The upload {upload.name!r} has expired; begin a new one.")


def _same_file(known: UploadedFile, name: str, length: int) -> UploadedFile:
    if known.name != name:
        raise UploadRefused(f"{known.name} and {name} would be one file on some disks; keep one of them.")
    if known.length != length:
        raise UploadRefused(
            f"{name} was announced with {known.length:,} bytes, now with {length:,}; drop it there first."
        )
    return known
