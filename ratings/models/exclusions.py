"""Raters left out by hand: never without a reason, and never deleted silently (the audit log keeps both)."""

from django.db import models

from ratings.models.raters import Rater


class RaterExclusion(models.Model):
    """That a rater is left out of the primary results, by whom and why.

    `results_were_unlocked` says that whoever did it could have read the results first.
    """

    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="exclusion")
    reason = models.TextField()
    actor_name = models.CharField(max_length=150)
    results_were_unlocked = models.BooleanField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="an_exclusion_has_a_reason", condition=~models.Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"{self.rater}: {self.reason}"
