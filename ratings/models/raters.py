"""Who rates what, and in which order: raters, assignments and the texts as shown to one of them."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ratings.models.items import Item, PresentedText
from ratings.models.recruitment import OpenLink
from ratings.models.studies import Part, Study


def fresh_token() -> str:
    """A token that nobody can guess and that says nothing about what it stands for."""
    return secrets.token_urlsafe(16)


def link_hash(token: str) -> str:
    """What is kept of a personal link's token: enough to know it again, not enough to make it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Rater(models.Model):
    """A participant under a pseudonym, in one planned place of a study.

    The personal link is kept as its SHA-256 only. `practised` counts the practice items done. Somebody who
    stayed away gives the place to a rater of its own from `handed_on_at` on; what they answered stays theirs.
    `language` is that of the pages, `consent_language` that of the text agreed to.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="raters")
    place = models.PositiveSmallIntegerField()
    pseudonym = models.CharField(max_length=40)
    language = models.CharField(max_length=16, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    link_expires_at = models.DateTimeField(null=True, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    consent_sha256 = models.CharField(max_length=64, blank=True)
    consent_language = models.CharField(max_length=16, blank=True)
    consent_version = models.PositiveSmallIntegerField(null=True, blank=True)
    practised = models.PositiveSmallIntegerField(default=0)
    quiz_attempts = models.PositiveSmallIntegerField(default=0)
    quiz_passed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    handed_on_at = models.DateTimeField(null=True, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="places"
    )
    open_link = models.ForeignKey(
        OpenLink, null=True, blank=True, on_delete=models.PROTECT, related_name="raters"
    )

    class Meta:
        ordering = ["study", "place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "place"],
                condition=models.Q(handed_on_at__isnull=True),
                name="one_rater_holds_a_place",
            ),
            models.CheckConstraint(
                name="who_finished_keeps_the_place",
                condition=models.Q(handed_on_at__isnull=True)
                | models.Q(finished_at__isnull=True)
                | models.Q(withdrawn_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["study", "pseudonym"], name="one_rater_a_pseudonym"),
            models.UniqueConstraint(
                fields=["study", "account"],
                condition=models.Q(account__isnull=False),
                name="one_place_an_account",
            ),
            models.CheckConstraint(
                name="a_link_expires",
                condition=models.Q(token_hash__isnull=True, link_expires_at__isnull=True)
                | models.Q(token_hash__isnull=False, link_expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="consent_names_its_text",
                condition=models.Q(consented_at__isnull=True, consent_sha256="")
                | (models.Q(consented_at__isnull=False) & ~models.Q(consent_sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def is_simulated(self) -> bool:
        """As the study says: one study holds simulated raters or real ones, never both."""
        return self.study.is_simulated


class Assignment(models.Model):
    """Item × rater, at a position of the rater's whole sequence.

    Results rest on those whose `purpose` is data; a repeat shows an item to the same rater once more.
    `cannot_judge` is the rater's reason why the item has no answer; it then has none that is live.
    """

    class Purpose(models.TextChoices):
        DATA = "data", _("data")
        CHECK = "check", _("check")
        REPEAT = "repeat", _("repeat")

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="assignments")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="assignments")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="assignments")
    position = models.PositiveIntegerField()
    purpose = models.CharField(max_length=6, choices=Purpose, default=Purpose.DATA)
    token = models.CharField(max_length=32, unique=True, default=fresh_token)
    completed_at = models.DateTimeField(null=True, blank=True)
    client_ms = models.PositiveIntegerField(null=True, blank=True)
    cannot_judge = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["rater", "position"]
        constraints = [
            models.CheckConstraint(
                name="what_cannot_be_judged_is_handed_in",
                condition=models.Q(cannot_judge="") | models.Q(completed_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["rater", "item"],
                condition=~models.Q(purpose="repeat"),
                name="one_assignment_a_rater_and_item",
            ),
            models.UniqueConstraint(
                fields=["rater", "item"],
                condition=models.Q(purpose="repeat"),
                name="one_repeat_a_rater_and_item",
            ),
            models.UniqueConstraint(fields=["rater", "position"], name="one_assignment_a_position"),
        ]

    def __str__(self) -> str:
        return f"{self.rater}, {self.position}"


class ShownText(models.Model):
    """A text in the place where one rater sees it; positions count from 1, as the page does."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="shown_texts")
    presented = models.ForeignKey(PresentedText, on_delete=models.CASCADE, related_name="showings")
    position = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=32, unique=True, default=fresh_token)

    class Meta:
        ordering = ["assignment", "position"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "position"], name="one_text_a_position"),
            models.UniqueConstraint(fields=["assignment", "presented"], name="a_text_is_shown_once"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}, text {self.position}"
