"""How well a run's outputs do by each metric, and what it takes to resample that."""

import zlib

import numpy as np
from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.metrics.example_statistics import Floats
from generation.models.runs import Run


class MetricScore(models.Model):
    """A metric of a run's outputs with its interval (95 %), or the reason why it was not computed.

    `signature` reproduces the value, `interval` the bounds. Without bounds, resampling showed no spread.
    """

    class Metric(models.TextChoices):
        BLEU = "bleu", "BLEU"
        BLEU_LOWERCASED = "bleu_lowercased", _("BLEU, lowercased")
        NIST = "nist", "NIST"
        METEOR = "meteor", "METEOR"
        ROUGE_L = "rouge_l", "ROUGE-L"
        CIDER = "cider", "CIDEr"
        CHRF = "chrf", "chrF2"
        SLOT_ERROR_RATE = "slot_error_rate", _("slot errors (%)")
        ACCURACY = "accuracy", _("accuracy (%)")
        F1 = "f1", _("F1 (%)")
        MATTHEWS = "matthews", _("Matthews' correlation (%)")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="scores")
    metric = models.CharField(max_length=40, choices=Metric)
    value = models.FloatField(null=True, blank=True)
    ci_low = models.FloatField(null=True, blank=True)
    ci_high = models.FloatField(null=True, blank=True)
    reason = models.TextField(blank=True)
    signature = models.TextField(blank=True)
    interval = models.TextField(blank=True)
    examples = models.PositiveIntegerField()
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["run", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "metric"], name="one_score_a_metric"),
            models.CheckConstraint(
                name="a_value_or_why_there_is_none",
                condition=models.Q(value__isnull=False, reason="")
                | models.Q(value__isnull=True) & ~models.Q(reason=""),
            ),
            models.CheckConstraint(
                name="both_bounds_or_none",
                condition=models.Q(ci_low__isnull=True, ci_high__isnull=True)
                | models.Q(ci_low__isnull=False, ci_high__isnull=False, value__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.metric if self.value is None else f"{self.metric} {self.value:.2f}"


class MetricStatistics(models.Model):
    """What each example adds to a score, so that it is resampled without scoring again.

    `values` are little-endian doubles, a row an output in the order of the examples, compressed by zlib.
    """

    score = models.OneToOneField(
        MetricScore, on_delete=models.CASCADE, primary_key=True, related_name="statistics"
    )
    values = models.BinaryField()

    def __str__(self) -> str:
        return str(self.score)

    @staticmethod
    def packed(values: Floats) -> bytes:
        """`values`, of shape (examples, width), as they are stored."""
        return zlib.compress(values.astype("<f8").tobytes())

    def table(self, examples: int) -> Floats:
        """The stored values with a row for each of so many examples."""
        return (
            np.frombuffer(zlib.decompress(self.values), dtype="<f8").reshape(examples, -1).astype(np.float64)
        )
