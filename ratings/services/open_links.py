"""Make and end links that give a place to whoever comes by them."""

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from evalsite.audit import note
from ratings.errors import OpenLinkInvalid, SimulatedAndReal
from ratings.models import OpenLink, Study
from ratings.models.raters import link_hash
from ratings.services.access import require_open

MOST_DAYS = 366
CODE = re.compile(r"[A-Za-z0-9_-]{0,60}")
CODES = ("completion_code", "declined_code", "screened_out_code")


def create_open_link(
    *, study: Study, actor: User, platform: str = "none", days: int = 60, **codes: str
) -> str:
    """A new open link's token, known only now: the database keeps its hash.

    `codes`, by the names in CODES, are what raters bring back to a platform; those left out are empty.

    Raises StudyNotOpen or StudyClosed, SimulatedAndReal, and OpenLinkInvalid naming the field.
    """
    _check(platform, days, codes)
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=study.pk)
        require_open(study)
        if study.is_simulated:
            raise SimulatedAndReal(
                f"'{study}' holds simulated raters, so real ones cannot join: make a new study for people."
            )
        OpenLink.objects.create(
            study=study,
            platform=platform,
            token_hash=link_hash(token),
            **codes,
            expires_at=timezone.now() + timedelta(days=days),
        )
        details = {"platform": platform, "days": days}
        note(actor=actor, action="open link made", subject=study.name, details=details)
        if study.invited_at is None:
            study.invited_at = timezone.now()
            study.save(update_fields=["invited_at"])
    return token


def revoke_open_link(*, link: OpenLink, actor: User) -> None:
    """End the link: nobody comes in by it any more; raters inside go on by their personal links.

    A second time changes nothing.
    """
    with transaction.atomic():
        if OpenLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now()):
            details = {"platform": link.platform}
            note(actor=actor, action="open link ended", subject=link.study.name, details=details)


def _check(platform: str, days: int, codes: Mapping[str, str]) -> None:
    if platform not in OpenLink.Platform.values:
        known = ", ".join(OpenLink.Platform.values)
        raise OpenLinkInvalid(f"'platform' is '{platform}': choose one of {known}.")
    if not 1 <= days <= MOST_DAYS:
        raise OpenLinkInvalid(f"'days' is {days}: give 1 to {MOST_DAYS}.")
    for name, code in codes.items():
        if not CODE.fullmatch(code):
            words = name.replace("_", " ")
            raise OpenLinkInvalid(f"'{words}' is '{code}': write up to 60 letters, digits, - and _.")
    if platform != OpenLink.Platform.NONE and not codes.get("completion_code"):
        raise OpenLinkInvalid("'completion code' is empty: the platform pays by it, so copy it from there.")
