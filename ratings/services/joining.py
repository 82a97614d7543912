"""Come into a study by an open link: take a place once, and find it again."""

import base64
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ratings.errors import NoPlacesLeft, PlaceKept, ScreenedOut, UnknownToken
from ratings.models import OpenLink, PlatformIdentity, Rater, ScreenOut, Study
from ratings.models.raters import link_hash
from ratings.selectors.places import free_places, places_for_newcomers
from ratings.services.access import require_open, require_place, require_running
from ratings.services.consent import agree
from ratings.services.places import hand_on


def join(*, link: OpenLink, person: str, consent_sha256: str, language: str) -> str:
    """The personal link's token of `person`, who gets a free place with their consent, once.

    `person` is what the platform or the browser calls them; only a keyed hash of it is kept. Who comes again
    gets the link to their place. Where no place is free, that of somebody who stayed away is handed on. The
    study is locked meanwhile, so that the last place goes to one person.
    Raises UnknownToken where the link has ended, StudyClosed, StudyPaused, ConsentChanged where the study's
    text is another, NoPlacesLeft, PlaceHandedOn for who stayed away, and ScreenedOut for who did not pass the
    quiz. Who withdrew is not known any more and may come anew.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=link.study_id)
        require_open(study)
        digest = person_digest(link, person)
        rater = rater_of_person(link, person)
        if rater is not None:
            return _resume(rater, study, digest)
        require_running(study)
        if not OpenLink.objects.filter(pk=link.pk, revoked_at=None, expires_at__gt=timezone.now()).exists():
            raise UnknownToken("There is no such page.")
        rater = free_places(study).first() or _handed_on(study)
        rater.open_link = link
        agree(rater, sha256=consent_sha256, language=language)
        PlatformIdentity.objects.create(study=study, rater=rater, digest=digest)
        return _resume(rater, study, digest)


def resume(*, link: OpenLink, person: str) -> str | None:
    """The personal link's token of who came before, None for others.

    Raises PlaceHandedOn, ScreenedOut or StudyClosed.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=link.study_id)
        require_open(study)
        rater = rater_of_person(link, person)
        return _resume(rater, study, person_digest(link, person)) if rater is not None else None


def _handed_on(study: Study) -> Rater:
    """The place of the first who stayed away, for somebody new."""
    for away in places_for_newcomers(study):
        try:
            return hand_on(rater=away)
        except PlaceKept:  # heard of just now
            continue
    raise NoPlacesLeft(f"Every place of '{study}' is taken.")


def rater_of_person(link: OpenLink, person: str) -> Rater | None:
    """Who came by an open link of this study and platform under that name before. Raises ScreenedOut."""
    digest = person_digest(link, person)
    out = ScreenOut.objects.select_related("open_link").filter(study=link.study_id, digest=digest).first()
    if out is not None:
        raise ScreenedOut(out)
    known = PlatformIdentity.objects.filter(study=link.study_id, digest=digest)
    found = known.select_related("rater").order_by().first()
    return found.rater if found else None


def person_digest(link: OpenLink, person: str) -> str:
    """The keyed hash that `person` is known by in the link's study, and in no other."""
    value = f"{link.study_id}:{link.platform}:{person}"
    return salted_hmac("ratings.platform_identity", value, algorithm="sha256").hexdigest()


def _resume(rater: Rater, study: Study, digest: str) -> str:
    """The token is worked out, so that the link on a first device stays good when a second one comes.

    After the researcher replaced the link it is drawn instead: what they ended stays ended.
    """
    require_place(rater)
    mac = salted_hmac("ratings.open_link.token", digest, algorithm="sha256").digest()
    token = base64.urlsafe_b64encode(mac).decode().rstrip("=")
    if rater.token_hash not in {None, link_hash(token)}:
        token = secrets.token_urlsafe(24)
    rater.token_hash = link_hash(token)
    rater.link_expires_at = timezone.now() + timedelta(days=study.link_days)
    rater.save()
    return token
