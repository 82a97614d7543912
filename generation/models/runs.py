"""Systems under comparison, their runs over datasets, and what came out."""

from django.db import models

from generation.models.checkpoints import Checkpoint
from generation.models.corpora import Dataset, Example
from generation.models.leases import LeasedWork, WorkState


class DecodingConfig(models.Model):
    """How a text is searched for; greedy is one beam."""

    name = models.CharField(max_length=100, unique=True)
    num_beams = models.PositiveSmallIntegerField(default=1)
    length_penalty = models.FloatField(default=1.0)
    no_repeat_ngram_size = models.PositiveSmallIntegerField(default=0)
    max_new_tokens = models.PositiveSmallIntegerField(default=80)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="at_least_one_beam", condition=models.Q(num_beams__gte=1)),
            models.CheckConstraint(name="at_least_one_token", condition=models.Q(max_new_tokens__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name


class System(models.Model):
    """A named condition under comparison: a checkpoint with a decoding configuration.

    A system whose outputs were written elsewhere has neither.
    """

    name = models.CharField(max_length=100, unique=True)
    checkpoint = models.ForeignKey(
        Checkpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="systems"
    )
    decoding = models.ForeignKey(
        DecodingConfig, null=True, blank=True, on_delete=models.PROTECT, related_name="systems"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "decoding"], name="one_system_a_condition"),
            models.CheckConstraint(
                name="checkpoint_and_decoding_go_together",
                condition=models.Q(checkpoint__isnull=True, decoding__isnull=True)
                | models.Q(checkpoint__isnull=False, decoding__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One execution of a system over a dataset (or over its first `limit` examples)."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="runs")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="runs")
    limit = models.PositiveIntegerField(null=True, blank=True)
    seed = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=WorkState, default=WorkState.QUEUED)
    examples = models.PositiveIntegerField(default=0)
    new_tokens = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    environment = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    scoring_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "dataset"],
                condition=models.Q(state__in=["queued", "running"]),
                name="one_active_run_a_system_and_dataset",
            ),
            models.CheckConstraint(name="a_run_takes_time", condition=models.Q(seconds__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.system} × {self.dataset}"


class Chunk(LeasedWork):
    """The part of a run that a worker claims at once; `worker` on `device` holds it, or held it last."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    example_ids = models.JSONField()
    worker = models.CharField(max_length=200, blank=True)
    device = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["run", "position"]
        indexes = [models.Index(fields=["state", "leased_until"], name="chunk_to_claim")]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="one_chunk_a_position")]

    def __str__(self) -> str:
        return f"{self.run}, chunk {self.position}"


class Output(models.Model):
    """What a run said for one example: as it came, and after the clean-up that all systems share.

    In a classification `text` is the name of the label that was chosen; `label_scores` has each label's
    probability, by its name.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="outputs")
    example = models.ForeignKey(Example, on_delete=models.PROTECT, related_name="outputs")
    raw = models.TextField(blank=True)
    text = models.TextField(blank=True)
    new_tokens = models.PositiveIntegerField(default=0)
    finished = models.BooleanField(default=True)
    label_scores = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["run", "example"]
        constraints = [models.UniqueConstraint(fields=["run", "example"], name="one_output_an_example")]

    def __str__(self) -> str:
        return self.text


class WorkerBeat(models.Model):
    """When a worker was last heard of, so that a page can say that nobody is working."""

    worker = models.CharField(max_length=200, unique=True)
    device = models.CharField(max_length=100, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["worker"]

    def __str__(self) -> str:
        return self.worker
