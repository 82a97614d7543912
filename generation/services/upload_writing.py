"""Append bytes to a file of an upload: one writer at a time, nothing counted that is not on the disk."""

import base64
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from django.db.models import Q
from django.utils import timezone

from evalsite.disk import is_full
from generation.errors import UploadRefused
from generation.models import UploadedFile
from generation.models.leases import over
from generation.services.uploads import DiskFull, TooLarge, folder_of, require_room

BLOCK_BYTES = 1 << 20
WRITER_SECONDS = 60
ALGORITHMS = ("sha1", "sha256", "sha512")


class OffsetConflict(UploadRefused):
    """The chunk does not start where the file ends."""


class UploadBusy(UploadRefused):
    """Another request is writing this file."""


class ChecksumMismatch(UploadRefused):
    """The bytes that came are not the ones that were announced."""


@dataclass(frozen=True)
class Checksum:
    """What the sender says of a chunk's bytes (tus extension checksum)."""

    algorithm: str
    digest: bytes

    @classmethod
    def parse(cls, header: str) -> "Checksum":
        """Read an Upload-Checksum header, "sha256 <base64>"; raises UploadRefused for anything else."""
        algorithm, _, encoded = header.partition(" ")
        if algorithm not in ALGORITHMS:
            raise UploadRefused(
                f"Upload-Checksum names {algorithm[:20]!r}; use one of {', '.join(ALGORITHMS)}."
            )
        try:
            return cls(algorithm, base64.b64decode(encoded, validate=True))
        except ValueError as error:  # not base64, or not even ASCII
            raise UploadRefused(f"Upload-Checksum {encoded[:80]!r} is not base64.") from error


def append(
    *,
    file: UploadedFile,
    offset: int,
    read: Callable[[int], bytes],
    checksum: Checksum | None = None,
) -> int:
    """Append what `read(size)` gives until it gives nothing, and return the new offset.

    A line that is cut (an OSError of `read`) keeps what came, unless a checksum was to vouch for it. Raises
    OffsetConflict, UploadBusy, ChecksumMismatch, DiskFull, and UploadRefused for more bytes than announced;
    of the last two and a wrong checksum nothing of the chunk counts.
    """
    with _sole_writer(file, offset) as writer:
        written = 0
        try:
            written = _write(file, offset, read, checksum, writer)
        finally:
            UploadedFile.objects.filter(pk=file.pk, writer=writer).update(
                offset=offset + written, writer="", writing_until=None
            )
    return offset + written


@contextmanager
def _sole_writer(file: UploadedFile, offset: int) -> Iterator[str]:
    writer, now = secrets.token_hex(16), timezone.now()
    free = Q(writer="") | over("writing_until", lease=timedelta(seconds=WRITER_SECONDS))
    taken = UploadedFile.objects.filter(
        free, pk=file.pk, offset=offset, upload__submitted_at=None, upload__slot__isnull=False,
        upload__expires_at__gt=now,
    ).update(writer=writer, writing_until=now + timedelta(seconds=WRITER_SECONDS))  # fmt: skip
    if not taken:
        raise _why_not(file, offset)
    yield writer


def _why_not(file: UploadedFile, offset: int) -> UploadRefused:
    current = UploadedFile.objects.select_related("upload").filter(pk=file.pk).first()
    if current is None or not current.upload.is_receiving or current.upload.expires_at < timezone.now():
        return UploadRefused(f"{file.name} takes no more bytes; begin a new upload.")
    if current.offset != offset:
        return OffsetConflict(f"{file.name} ends at byte {current.offset:,}, the chunk starts at {offset:,}.")
    return UploadBusy(f"{file.name} is being written by another request; try again in a moment.")


def _write(
    file: UploadedFile, offset: int, read: Callable[[int], bytes], checksum: Checksum | None, writer: str
) -> int:
    """How many bytes of the chunk are on the disk and count."""
    path = folder_of(file.upload) / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    require_room(file.length - offset)
    digest = hashlib.new(checksum.algorithm) if checksum else None
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as target:  # noqa: PTH123 - a mode of its own
        target.truncate(offset)
        target.seek(offset)
        with _room_needed():
            written = _copy(target, read, limit=file.length - offset, digest=digest, writer=writer, file=file)
            target.flush()
            os.fsync(target.fileno())
        if checksum and digest and digest.digest() != checksum.digest:
            target.truncate(offset)
            raise ChecksumMismatch(
                f"{file.name}: the bytes from {offset:,} on have another checksum; send them again."
            )
    return written


@contextmanager
def _room_needed() -> Iterator[None]:
    """Say in a sentence that the disk is full, also where it says so only when all is flushed."""
    try:
        yield
    except OSError as error:
        if not is_full(error):
            raise
        raise DiskFull("The disk is full; make room, then go on with the upload where it stopped.") from error


def _copy(
    target: BinaryIO,
    read: Callable[[int], bytes],
    *,
    limit: int,
    digest: Any,
    writer: str,
    file: UploadedFile,
) -> int:
    written, renewed = 0, time.monotonic()
    while True:
        try:
            block = read(BLOCK_BYTES)
        except OSError:
            if digest is not None:
                raise
            return written
        if not block:
            return written
        if written + len(block) > limit:
            raise TooLarge(
                f"{file.name} was announced with {file.length:,} bytes, and more came; send it anew."
            )
        target.write(block)
        if digest is not None:
            digest.update(block)
        written += len(block)
        if time.monotonic() - renewed > WRITER_SECONDS / 4:
            renewed = time.monotonic()
            UploadedFile.objects.filter(pk=file.pk, writer=writer).update(
                writing_until=timezone.now() + timedelta(seconds=WRITER_SECONDS)
            )
