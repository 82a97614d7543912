"""Checkpoints on their way in: an upload, and the files that it consists of."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from generation.models.checkpoints import Adaptation, Checkpoint
from generation.models.leases import LeasedWork


class Upload(LeasedWork):
    """A checkpoint being uploaded, then checked by a worker that holds it by a lease.

    It waits for files until `submitted_at`; after that it is queued, checked, and ends done (a checkpoint) or
    failed (refused, with the reason in `error`). `slot` numbers the unfinished uploads of one owner, so that
    the database itself bounds how many there are. `findings` are the sentences of the check so far.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    slot = models.PositiveSmallIntegerField(null=True, blank=True)
    name = models.CharField(max_length=100)
    adaptation = models.CharField(max_length=10, choices=Adaptation)
    base = models.ForeignKey(
        Checkpoint, null=True, blank=True, on_delete=models.CASCADE, related_name="uploads_on_it"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    findings = models.JSONField(default=list, blank=True)
    checkpoint = models.OneToOneField(
        Checkpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="upload"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "slot"],
                condition=models.Q(slot__isnull=False),
                name="one_unfinished_upload_a_slot",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_receiving(self) -> bool:
        """Whether files may still be added."""
        return self.slot is not None and self.submitted_at is None


class UploadedFile(models.Model):
    """One file of an upload: `offset` of its `length` bytes are on the disk and synced.

    `writer` is the token of the request that writes now, until `writing_until` at the latest.
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="files")
    token = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=255)
    length = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    writer = models.CharField(max_length=32, blank=True)
    writing_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["upload", "name"]
        constraints = [
            models.UniqueConstraint("upload", Lower("name"), name="one_file_a_name_whatever_its_case"),
            models.CheckConstraint(
                name="no_more_bytes_than_announced", condition=models.Q(offset__lte=models.F("length"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_complete(self) -> bool:
        return self.offset == self.length
