"""Datasets, their examples and the references that people wrote for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Dataset(models.Model):
    """A corpus as it was imported, whole."""

    class Task(models.TextChoices):
        E2E = "e2e", _("E2E: restaurant descriptions from meaning representations")

    name = models.CharField(max_length=100, unique=True)
    task = models.CharField(max_length=16, choices=Task)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Example(models.Model):
    """One input: for E2E a meaning representation, as text and as [slot, value] pairs."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="examples")
    position = models.PositiveIntegerField()
    source = models.TextField()
    slots = models.JSONField(default=list)

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
