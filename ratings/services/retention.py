"""Delete what leads from answers to people once a closed study has kept it for as long as it said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from evalsite import audit
from ratings.models import Rater, Study
from ratings.services.leaving import SEVERED

KNOWN = Q(token_hash__isnull=False) | Q(account__isnull=False) | Q(open_link__isnull=False) | ~Q(language="")


@dataclass(frozen=True, kw_only=True)
class Retained:
    """A study whose time is over, and of how many raters something led to the person."""

    study: str
    raters: int


def retain(*, now: datetime | None = None, dry_run: bool = False) -> list[Retained]:
    """Sever every rater of the studies whose `retention_days` since closing are over; a second time nothing.

    `dry_run` only says what would be done.
    """
    moment = now or timezone.now()
    done = []
    for study in Study.objects.filter(state=Study.State.CLOSED).only("name", "closed_at", "retention_days"):
        if study.closed_at is None or study.closed_at + timedelta(days=study.retention_days) > moment:
            continue
        with transaction.atomic():
            known = Rater.objects.filter(KNOWN, study=study)
            row = Retained(study=study.name, raters=known.count())
            if row.raters and not dry_run:
                study.identities.all().delete()
                known.update(**SEVERED)
                details = {"raters": row.raters, "days": study.retention_days}
                audit.note(actor=None, action="deleted rater links", subject=study.name, details=details)
        if row.raters:
            done.append(row)
    return done
