"""Consent: what a rater agreed to, and texts that change while a study is open."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ratings.errors import ConsentTextInvalid
from ratings.models import ConsentText, Rater, Study, StudyEvent
from ratings.models.consent import text_sha256
from ratings.selectors.consent import agreed_text
from ratings.services.access import require_open
from ratings.services.running import record_event


def store_first_texts(study: Study, texts: Mapping[str, str]) -> None:
    """Give a draft version 1 of its text in each language, in place of those that it had."""
    study.consent_texts.all().delete()
    ConsentText.objects.bulk_create(
        ConsentText(study=study, language=language, text=text, sha256=text_sha256(text))
        for language, text in texts.items()
    )


def agree(rater: Rater, *, sha256: str, language: str) -> None:
    """Note on `rater`, which the caller saves, that they agreed to the text of that SHA-256 just now.

    `language` is that of the pages. Raises ConsentChanged where the study asks with another text by now.
    """
    text = agreed_text(rater.study, sha256)
    rater.consented_at, rater.language = timezone.now(), language
    rater.consent_sha256 = text.sha256
    rater.consent_language, rater.consent_version = text.language, text.version


def amend_consent(*, study: Study, language: str, text: str, reason: str, actor: User) -> ConsentText:
    """Ask raters who come from now on with another text in `language`, as an amendment with a reason.

    Who agreed before stays with what they agreed to. Raises StudyNotOpen (a draft is simply changed),
    StudyClosed, ReasonMissing, and ConsentTextInvalid where the text is empty or the present one.
    """
    wording = text.replace("\r\n", "\n").strip() + "\n"
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=study.pk)
        require_open(study)
        last = study.consent_texts.filter(language=language).order_by("-version").first()
        languages = {*study.consent_texts.values_list("language", flat=True), *dict(settings.LANGUAGES)}
        if language not in languages:
            raise ConsentTextInvalid(
                f"The language is '{language}': choose of {', '.join(sorted(languages))}."
            )
        if wording == "\n":
            raise ConsentTextInvalid("The consent text is empty: write what raters agree to.")
        if last is not None and last.text == wording:
            raise ConsentTextInvalid(
                f"This is the text in use in '{language}' (version {last.version}): change it."
            )
        row = ConsentText.objects.create(
            study=study,
            language=language,
            version=last.version + 1 if last else 1,
            text=wording,
            sha256=text_sha256(wording),
        )
        details = {"consent_language": language, "consent_version": row.version, "consent_sha256": row.sha256}
        record_event(study=study, kind=StudyEvent.Kind.AMENDED, reason=reason, actor=actor, details=details)
    return row
