"""What raters answered: every revision is kept, and at most one is live."""

from django.db import models

from ratings.design.kinds import DISCRIMINATIONS, STRONGEST
from ratings.models.raters import Assignment, ShownText
from ratings.models.studies import Criterion, Part


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
    """The answer to an item of any kind but stars; which fields it fills depends on its part's `kind`.

    In a discrimination trial `chosen` is the text chosen. In a preference it is the better text, none for a
    tie, and `strength` says by how much (0 for a tie). In a label check `own_label` is what the rater would
    label the example, given before a system's label was shown; `accepts` is whether that one is right, empty
    until it is answered. `correct` is worked out by the server and never sent: right choice, or own label as
    the gold label (empty without one).
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="judgements")
    kind = models.CharField(max_length=12, choices=Part.Kind)
    chosen = models.ForeignKey(
        ShownText, null=True, blank=True, on_delete=models.CASCADE, related_name="judgements"
    )
    correct = models.BooleanField(null=True, blank=True)
    strength = models.PositiveSmallIntegerField(null=True, blank=True)
    own_label = models.CharField(max_length=100, blank=True)
    accepts = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["assignment", "revision"]
        constraints = [
            models.CheckConstraint(
                name="a_choice_is_right_or_wrong",
                condition=~models.Q(kind__in=DISCRIMINATIONS)
                | models.Q(
                    chosen__isnull=False,
                    correct__isnull=False,
                    strength__isnull=True,
                    own_label="",
                    accepts__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="a_preference_has_a_strength_or_is_a_tie",
                condition=~models.Q(kind="preference")
                | (
                    models.Q(correct__isnull=True, own_label="", accepts__isnull=True)
                    & (
                        models.Q(chosen__isnull=True, strength=0)
                        | models.Q(chosen__isnull=False, strength__range=(1, STRONGEST))
                    )
                ),
            ),
            models.CheckConstraint(
                name="a_label_check_has_a_label",
                condition=~models.Q(kind="label_check")
                | (models.Q(chosen__isnull=True, strength__isnull=True) & ~models.Q(own_label="")),
            ),
            models.CheckConstraint(name="stars_are_no_judgement", condition=~models.Q(kind="stars")),
            models.UniqueConstraint(
                fields=["assignment"], condition=models.Q(live=True), name="one_live_judgement"
            ),
            models.UniqueConstraint(fields=["assignment", "revision"], name="one_judgement_a_revision"),
            models.UniqueConstraint(fields=["assignment", "key"], name="a_judgement_sent_twice_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.chosen or self.own_label or 'tie'}"


class Remark(Revision):
    """What a rater adds to the answers of an item: how sure they are, where the part asks, and a comment."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="remarks")
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["assignment", "revision"]
        constraints = [
            models.CheckConstraint(
                name="confidence_is_1_to_5",
                condition=models.Q(confidence__isnull=True) | models.Q(confidence__range=(1, 5)),
            ),
            models.UniqueConstraint(
                fields=["assignment"], condition=models.Q(live=True), name="one_live_remark"
            ),
            models.UniqueConstraint(fields=["assignment", "revision"], name="one_remark_a_revision"),
            models.UniqueConstraint(fields=["assignment", "key"], name="a_remark_sent_twice_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.confidence or ''} {self.comment}".strip()
