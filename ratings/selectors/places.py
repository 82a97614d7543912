"""Places of a study that somebody else may take: nobody had them, or who had them stayed away."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ratings.models import Assignment, Judgement, Rater, Rating, Remark, Study


def free_places(study: Study) -> QuerySet[Rater]:
    """The places that were given to nobody yet, in order."""
    return study.raters.filter(token_hash=None, withdrawn_at=None, handed_on_at=None).order_by("place")


def places_to_hand_on(study: Study) -> QuerySet[Rater]:
    """The raters of an open study whose place somebody else may have, in order.

    These withdrew, or nothing was heard of them for the study's lease: no link, no consent, no answer. While
    the study is paused nobody stays away, and the lease begins anew when it goes on.
    """
    now = timezone.now()
    invited, came = timedelta(hours=study.lease_hours), timedelta(hours=study.open_lease_hours)
    silent = _silent(study, now - invited, now) & Q(open_link=None)
    silent |= _silent(study, now - came, now) & Q(open_link__isnull=False)
    gone = Q(withdrawn_at__isnull=False) | Q(finished_at=None, token_hash__isnull=False) & silent
    if study.state != Study.State.OPEN or study.paused_at is not None:
        return study.raters.none()
    return study.raters.filter(gone, handed_on_at=None).order_by("place")


def places_for_newcomers(study: Study) -> QuerySet[Rater]:
    """Of `places_to_hand_on` those that an open link gives away; the researcher decides on the others."""
    return places_to_hand_on(study).filter(Q(open_link__isnull=False) | Q(withdrawn_at__isnull=False))


def has_room(study: Study) -> bool:
    """Whether somebody who comes by an open link would get a place."""
    return free_places(study).exists() or places_for_newcomers(study).exists()


def _silent(study: Study, since: datetime, now: datetime) -> Q:
    """That nothing was heard of a rater `since` then."""
    if study.resumed_at is not None and study.resumed_at >= since:
        return Q(pk__in=())
    # A link lives `link_days` from when it was given or last found again.
    given = Q(link_expires_at__lt=since + timedelta(days=study.link_days)) | Q(link_expires_at__lte=now)
    consented = Q(consented_at=None) | Q(consented_at__lt=since)
    handed_in = Assignment.objects.filter(rater=OuterRef("pk"), completed_at__gte=since)
    answered = [
        Exists(model.objects.filter(assignment__rater=OuterRef("pk"), created_at__gte=since))
        for model in (Rating, Judgement, Remark)
    ]
    heard = Exists(handed_in) | answered[0] | answered[1] | answered[2]
    return given & consented & ~heard
