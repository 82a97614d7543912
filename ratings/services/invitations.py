"""Personal links, consent and withdrawal: how a rater comes into a study and leaves it."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ratings.errors import NoPlacesLeft, PlacesChanged, SimulatedAndReal
from ratings.models import Rater, Study
from ratings.models.raters import link_hash
from ratings.selectors.places import free_places
from ratings.services.access import locked_rater, require_open, require_place, require_running
from ratings.services.consent import agree
from ratings.services.places import hand_on


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A personal link's token, known only now: the database keeps its hash."""

    pseudonym: str
    token: str


def create_invitations(*, study: Study, n: int, seen_free: int | None = None) -> list[Invitation]:
    """Personal links for the next `n` raters' places that have none.

    `seen_free` is how many free places the person who asks has seen: the same form sent twice then gives no
    second set of links. Raises StudyNotOpen or StudyClosed, SimulatedAndReal, PlacesChanged, or NoPlacesLeft
    where fewer than `n` are free.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=study.pk)
        require_open(study)
        if study.is_simulated:
            raise SimulatedAndReal(
                f"'{study}' holds simulated raters, so real ones cannot join: make a new study for people."
            )
        places = list(free_places(study))
        if seen_free is not None and seen_free != len(places):
            raise PlacesChanged(
                f"Places were given out since the page was shown, and {len(places)} are free now: see who "
                "has a link, then ask again."
            )
        if not 1 <= n <= len(places):
            raise NoPlacesLeft(
                f"{n} links were asked for, and '{study}' has {len(places)} places without one: ask for 1 to "
                f"{len(places)}."
                if places
                else f"Every place of '{study}' has a link: renew one that was lost, or plan another study."
            )
        free = places[:n]
        invitations = [_invite(rater, study) for rater in free]
        Rater.objects.bulk_update(free, ["token_hash", "link_expires_at"])
        if study.invited_at is None:
            study.invited_at = timezone.now()
            study.save(update_fields=["invited_at"])
    return invitations


def renew_invitation(*, rater: Rater) -> Invitation:
    """A new link for a rater who lost theirs; the old one ends, and with it an account's tie to the place.

    Raises PlaceHandedOn, or NoPlacesLeft if there was none.
    """
    with transaction.atomic():
        rater = locked_rater(rater)
        require_open(rater.study)
        require_place(rater)
        if rater.token_hash is None or rater.withdrawn_at is not None:
            raise NoPlacesLeft(f"{rater} was never invited or has withdrawn: invite a free place instead.")
        invitation = _invite(rater, rater.study)
        rater.account = None  # whoever had the old link may have made the tie
        rater.save(update_fields=["token_hash", "link_expires_at", "account"])
    return invitation


def invite_successor(*, rater: Rater) -> Invitation:
    """Hand the place of `rater` on, and make a link for whoever gets it.

    Raises PlaceKept, StudyNotOpen or StudyClosed.
    """
    with transaction.atomic():
        require_open(rater.study)
        successor = hand_on(rater=rater)
        invitation = _invite(successor, successor.study)
        successor.save(update_fields=["token_hash", "link_expires_at"])
    return invitation


def give_consent(*, rater: Rater, consent_sha256: str, language: str) -> Rater:
    """Record that `rater` agreed to the text of that SHA-256; a second time changes nothing.

    Raises StudyNotOpen, StudyClosed or StudyPaused, and ConsentChanged where another text is asked for.
    """
    with transaction.atomic():
        rater = locked_rater(rater)
        require_running(rater.study)
        require_place(rater)
        if rater.consented_at is None:
            agree(rater, sha256=consent_sha256, language=language)
            rater.save()
    return rater


def _invite(rater: Rater, study: Study) -> Invitation:
    token = secrets.token_urlsafe(24)
    rater.token_hash = link_hash(token)
    rater.link_expires_at = timezone.now() + timedelta(days=study.link_days)
    return Invitation(pseudonym=rater.pseudonym, token=token)
