"""What raters answered: every revision is kept, and at most one is live."""

from django.db import models

from ratings.models.raters import Assignment, ShownText
from ratings.models.studies import Criterion


class Revision(models.Model):
    """One answer as it was given. `key` makes sending it twice the same as once.

    `client_ms` is the time from showing the item to answering, by the browser's monotonic clock.
    """

    revision = models.PositiveSmallIntegerField()
    live = models.BooleanField(default=True)
    key = models.CharField(max_length=64)
    client_ms = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Rating(Revision):
    """Stars on one criterion for one shown text, on the criterion's scale."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="ratings")
    shown = models.ForeignKey(ShownText, on_delete=models.CASCADE, related_name="ratings")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="ratings")
    stars = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["assignment", "shown", "criterion", "revision"]
        constraints = [
            models.CheckConstraint(name="stars_are_on_a_scale", condition=models.Q(stars__range=(0, 1000))),
            models.UniqueConstraint(
                fields=["assignment", "criterion", "shown"],
                condition=models.Q(live=True),
                name="one_live_rating",
            ),
            models.UniqueConstraint(fields=["shown", "criterion", "revision"], name="one_rating_a_revision"),
            models.UniqueConstraint(fields=["shown", "criterion", "key"], name="a_rating_sent_twice_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.shown}, {self.criterion}: {self.stars}"


class Judgement(Revision):
    """The answer to a discrimination trial; `correct` is worked out by the server and never sent."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="judgements")
    chosen = models.ForeignKey(ShownText, on_delete=models.CASCADE, related_name="judgements")
    correct = models.BooleanField()
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["assignment", "revision"]
        constraints = [
            models.CheckConstraint(
                name="confidence_is_1_to_5",
                condition=models.Q(confidence__isnull=True) | models.Q(confidence__range=(1, 5)),
            ),
            models.UniqueConstraint(
                fields=["assignment"], condition=models.Q(live=True), name="one_live_judgement"
            ),
            models.UniqueConstraint(fields=["assignment", "revision"], name="one_judgement_a_revision"),
            models.UniqueConstraint(fields=["assignment", "key"], name="a_judgement_sent_twice_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.chosen}"
