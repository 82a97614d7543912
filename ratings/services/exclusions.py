"""Leave a rater out by hand, or take one back: each with a reason, each in the audit log."""

from django.contrib.auth.models import User
from django.db import transaction

from evalsite import audit
from ratings.models import Rater, RaterExclusion
from ratings.selectors.results import are_unlocked
from ratings.services.reasons import required_reason


def exclude_rater(*, rater: Rater, reason: str, actor: User) -> RaterExclusion:
    """Leave `rater` out of the primary results; the answers stay, in the results with all raters.

    Another reason replaces the first. Raises ReasonMissing.
    """
    wording = required_reason(reason)
    with transaction.atomic():
        exclusion, _ = RaterExclusion.objects.update_or_create(
            rater=rater,
            defaults={
                "reason": wording,
                "actor_name": actor.get_username(),
                "results_were_unlocked": are_unlocked(rater.study),
            },
        )
        _note(actor, "excluded a rater", rater, wording)
    return exclusion


def readmit_rater(*, rater: Rater, reason: str, actor: User) -> None:
    """Undo an exclusion by hand; one by a frozen rule cannot be undone. Raises ReasonMissing."""
    wording = required_reason(reason)
    with transaction.atomic():
        deleted, _ = RaterExclusion.objects.filter(rater=rater).delete()
        if deleted:
            _note(actor, "took a rater back", rater, wording)


def _note(actor: User, action: str, rater: Rater, reason: str) -> None:
    details = {"rater": rater.pseudonym, "reason": reason}
    audit.note(actor=actor, action=action, subject=rater.study.name, details=details)
