"""Stored weights, and the fine-tuning jobs that make them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.checkpoints.allowlist import has_classification_head
from generation.models.corpora import Dataset
from generation.models.leases import LeasedWork


class Adaptation(models.TextChoices):
    PRETRAINED = "pretrained", _("pretrained")
    FULL = "full", _("full fine-tuning")
    LORA = "lora", _("LoRA")


class Checkpoint(models.Model):
    """Weights in the content-addressed store, with what it cost to train them where that is known.

    `parameters` counts what the checkpoint itself holds together with its base (the network that runs);
    `trainable` counts what fine-tuning changed. `bytes` is what this checkpoint adds on disk.
    """

    name = models.CharField(max_length=100, unique=True)
    adaptation = models.CharField(max_length=10, choices=Adaptation)
    base = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="derived")
    architecture = models.CharField(max_length=40)
    parameters = models.PositiveBigIntegerField()
    trainable = models.PositiveBigIntegerField(null=True, blank=True)
    bytes = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    registered_at = models.DateTimeField(auto_now_add=True)
    training_seconds = models.FloatField(null=True, blank=True)
    training_memory = models.PositiveBigIntegerField(null=True, blank=True)
    training_steps = models.PositiveIntegerField(null=True, blank=True)
    training_record = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["registered_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_adapter_has_a_base",
                condition=~models.Q(adaptation="lora") | models.Q(base__isnull=False),
                violation_error_message=_("A LoRA checkpoint needs its base."),
            ),
            models.CheckConstraint(
                name="a_pretrained_checkpoint_has_no_base",
                condition=~models.Q(adaptation="pretrained") | models.Q(base__isnull=True),
                violation_error_message=_("A pretrained checkpoint is a base itself and has none."),
            ),
            models.CheckConstraint(
                name="training_takes_time",
                condition=models.Q(training_seconds__isnull=True) | models.Q(training_seconds__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_classification_head(self) -> bool:
        """Whether it brings a trained head for labels; without one a run initialises a fresh head."""
        return has_classification_head(self.architecture)

    @property
    def training_stated_by(self) -> str:
        """Who typed in what training cost; empty where it was measured here, or is not known."""
        return str(self.training_record.get("stated_by", ""))

    @property
    def training_is_measured(self) -> bool:
        """Whether it was fine-tuned here, so that its costs are measured."""
        return self.training_seconds is not None and not self.training_stated_by

    @property
    def is_adapter(self) -> bool:
        return self.adaptation == Adaptation.LORA


class CheckpointFile(models.Model):
    """One file of a checkpoint; its bytes lie in the store under their SHA-256."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["checkpoint", "name"]
        constraints = [models.UniqueConstraint(fields=["checkpoint", "name"], name="one_file_a_name")]

    def __str__(self) -> str:
        return self.name


class FinetuneJob(LeasedWork):
    """A fine-tuning that is asked for, under way or over; it ends in a checkpoint of the same name.

    `worker` holds it, or held it last.
    """

    base = models.ForeignKey(Checkpoint, on_delete=models.CASCADE, related_name="finetune_jobs")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="finetune_jobs")
    adaptation = models.CharField(max_length=10, choices=Adaptation)
    name = models.CharField(max_length=100, unique=True)
    steps = models.PositiveIntegerField()
    seed = models.PositiveIntegerField(default=1)
    step = models.PositiveIntegerField(default=0)
    loss_curve = models.JSONField(default=list, blank=True)
    seconds = models.FloatField(default=0)
    worker = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    checkpoint = models.OneToOneField(
        Checkpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="finetune_job"
    )

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="finetuning_is_full_or_lora", condition=models.Q(adaptation__in=["full", "lora"])
            ),
            models.CheckConstraint(name="finetuning_takes_time", condition=models.Q(seconds__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name
