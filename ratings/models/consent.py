"""What raters agree to: every text that a study has asked them with, by language and version."""

import hashlib

from django.db import models

from ratings.models.studies import Study


class ConsentText(models.Model):
    """One version of the consent text in one language; the highest version is what raters agree to now.

    A draft has version 1 of each of its languages. Texts of an opened study are only ever added: each rater's
    row names by SHA-256, language and version the one that was agreed to.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="consent_texts")
    language = models.CharField(max_length=16)
    version = models.PositiveSmallIntegerField(default=1)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["study", "language", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "language", "version"], name="one_consent_text_a_version"
            ),
            models.CheckConstraint(
                name="a_consent_text_says_something", condition=models.Q(version__gte=1) & ~models.Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study}, consent {self.language} {self.version}"


def text_sha256(text: str) -> str:
    """What names a text to the byte: the SHA-256 of its UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()
