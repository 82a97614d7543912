"""People who came and do not take part: all that is kept of them."""

from django.db import models

from ratings.models.recruitment import OpenLink
from ratings.models.studies import Study


class ScreenOut(models.Model):
    """Somebody who did not pass the quiz and whose place is free again.

    `token_hash` or `digest` know them again, so that they get no second place and find their code; both are
    emptied at closing.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="screen_outs")
    open_link = models.ForeignKey(
        OpenLink, null=True, blank=True, on_delete=models.PROTECT, related_name="screen_outs"
    )
    token_hash = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["study", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~models.Q(token_hash=""), name="one_screen_out_a_link"
            ),
            models.UniqueConstraint(
                fields=["study", "digest"], condition=~models.Q(digest=""), name="one_screen_out_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"screened out of {self.study}"
