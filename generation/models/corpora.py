"""Datasets, their examples and the references that people wrote for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.formats.glue import GLUE_TASKS


class Dataset(models.Model):
    """A corpus as it was imported, whole.

    `labels` are the names of the classes in the order of a classifier's outputs; none for generation.
    """

    class Task(models.TextChoices):
        E2E = "e2e", _("E2E: restaurant descriptions from meaning representations")
        SST2 = "sst2", _("SST-2: is a sentence of a film review positive or negative?")
        MRPC = "mrpc", _("MRPC: do two sentences say the same?")
        RTE = "rte", _("RTE: does a text entail a sentence?")
        MNLI = "mnli", _("MNLI: does a text entail a sentence, contradict it, or neither?")
        GENERATION = "generation", _("texts for inputs of one's own, as JSON lines")
        CLASSIFICATION = "classification", _("classification with labels of one's own, as JSON lines")

    name = models.CharField(max_length=100, unique=True)
    task = models.CharField(max_length=16, choices=Task)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    labels = models.JSONField(default=list, blank=True)
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_classification(self) -> bool:
        """Whether systems choose among labels here, instead of writing texts."""
        return bool(self.labels)

    @property
    def positive_label(self) -> str | None:
        """The label that F1 is about, where GLUE names one; without it F1 is the mean over labels."""
        task = GLUE_TASKS.get(self.task)
        return task.positive if task else None


class Example(models.Model):
    """One input: for E2E a meaning representation, as text and as [slot, value] pairs.

    `text_pair` is the second text where a task compares two, `label` the gold label of a classification; both
    are empty elsewhere.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="examples")
    position = models.PositiveIntegerField()
    source = models.TextField()
    slots = models.JSONField(default=list)
    text_pair = models.TextField(blank=True)
    label = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["dataset", "position"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "position"], name="one_example_a_position"),
        ]

    def __str__(self) -> str:
        return self.source


class Reference(models.Model):
    """A human text for an example."""

    example = models.ForeignKey(Example, on_delete=models.CASCADE, related_name="references")
    position = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["example", "position"]
        constraints = [
            models.UniqueConstraint(fields=["example", "position"], name="one_reference_a_position"),
        ]

    def __str__(self) -> str:
        return self.text
