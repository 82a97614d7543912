"""What is shown: items, their distinct texts, and which systems wrote each text."""

from collections.abc import Sequence
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.models import Example
from ratings.design.kinds import TextShown
from ratings.models.studies import Part, StudySystem


class ItemQuerySet(models.QuerySet["Item"]):
    """Named reads of items."""

    def judged(self) -> Self:
        """Items that results rest on: neither practice nor checks."""
        return self.filter(is_practice=False, check_kind="")

    def practice(self, study: int) -> Self:
        """The practice items of the study with that key, in the order in which a rater meets them."""
        return self.filter(part__study=study, is_practice=True).order_by("part__position", "position")


class Item(models.Model):
    """An example with the outputs shown together.

    A practice item has no assignments and so never reaches a result; one for training shows its texts with
    the systems' code names and asks nothing. `cannot_be_told` marks a trial whose target wrote the same text
    as another option: it is not shown and counts at chance. A check has one text, which no system wrote, and
    `expected` stars: (lowest, highest) by a criterion's position.
    """

    class Check(models.TextChoices):
        NONE = "", _("no check")
        PLANTED = "planted", _("planted error")
        INSTRUCTED = "instructed", _("instructed answer")
        GOLD = "gold", _("known answer")

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="items")
    example = models.ForeignKey(Example, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    is_practice = models.BooleanField(default=False)
    is_training = models.BooleanField(default=False)
    cannot_be_told = models.BooleanField(default=False)
    check_kind = models.CharField(max_length=10, choices=Check, default=Check.NONE, blank=True)
    expected = models.JSONField(default=dict, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["part", "is_practice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["part", "example"], name="one_item_an_example"),
            models.UniqueConstraint(fields=["part", "is_practice", "position"], name="one_item_a_position"),
            models.CheckConstraint(
                name="a_check_is_no_practice_and_can_be_told",
                condition=models.Q(check_kind="") | models.Q(is_practice=False, cannot_be_told=False),
            ),
            models.CheckConstraint(
                name="training_comes_with_practice",
                condition=models.Q(is_training=False) | models.Q(is_practice=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part}, item {self.position}"


class PresentedText(models.Model):
    """A distinct text of an item, shown once however many systems wrote it.

    `example` is what it was written for: the item's own, or a companion that stands beside it.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="texts")
    example = models.ForeignKey(Example, on_delete=models.PROTECT, related_name="presented_texts")
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    systems = models.ManyToManyField(StudySystem, through="TextOrigin", related_name="presented_texts")

    class Meta:
        ordering = ["item", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "example", "sha256"], name="one_row_a_distinct_text")
        ]

    def __str__(self) -> str:
        return self.text

    def as_shown(self) -> TextShown:
        """Whose text it is and of which example, as the right choice goes by."""
        writers = frozenset(origin.system_id for origin in self.origins.all())
        return TextShown(own=self.example_id == self.item.example_id, writers=writers)


def right_place(part: Part, texts: Sequence[PresentedText]) -> int | None:
    """The place (from 0) of the right one of `texts` as a rater sees them; None where none is."""
    right = part.design.right
    return None if right is None else right([text.as_shown() for text in texts], part.target_id)


class TextOrigin(models.Model):
    """That a system wrote a presented text; a text has as many origins as systems wrote it."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="origins")
    example = models.ForeignKey(Example, on_delete=models.PROTECT, related_name="origins")
    presented = models.ForeignKey(PresentedText, on_delete=models.CASCADE, related_name="origins")
    system = models.ForeignKey(StudySystem, on_delete=models.CASCADE, related_name="origins")

    class Meta:
        ordering = ["item", "system"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "example", "system"], name="one_text_a_system_and_example_of_an_item"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.presented}"
