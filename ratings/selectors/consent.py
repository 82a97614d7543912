"""Consent texts: those that raters agree to now, and the one for a rater's language."""

from collections.abc import Sequence

from django.db.models import Count

from ratings.errors import ConsentChanged
from ratings.models import ConsentText, Study


def current_texts(study: Study) -> Sequence[ConsentText]:
    """The newest text of each language, the study's own language first; one query."""
    newest = {row.language: row for row in study.consent_texts.order_by("language", "version")}
    return sorted(newest.values(), key=lambda row: (row.language != study.language, row.language))


def consent_for(study: Study, language: str) -> ConsentText:
    """What a rater reads whose pages are in `language`: the text in it, else in the study's own language."""
    texts = current_texts(study)
    return next((row for row in texts if row.language == language), texts[0])


def agreed_text(study: Study, sha256: str) -> ConsentText:
    """The current text of that SHA-256. Raises ConsentChanged where there is none, or no more."""
    found = next((row for row in current_texts(study) if row.sha256 == sha256), None)
    if found is None:
        raise ConsentChanged("The consent text has changed since this page was shown: read it again.")
    return found


def agreements(study: Study) -> list[tuple[ConsentText, int]]:
    """Every text of the study with how many raters agreed to it; two queries."""
    counted = study.raters.exclude(consented_at=None).values_list("consent_language", "consent_version")
    found = {(language, version): n for language, version, n in counted.annotate(n=Count("pk")).order_by()}
    return [(row, found.get((row.language, row.version), 0)) for row in study.consent_texts.all()]
