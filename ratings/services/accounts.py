"""Keep a place with the rater's account, so that signing in leads back to it; only the rater is told."""

from django.contrib.auth.models import User
from django.db import transaction

from ratings.errors import AccountHasPlace, ConsentMissing
from ratings.models import Rater, Study
from ratings.services.access import require_open, require_place


def keep_place(*, rater: Rater, account: User) -> None:
    """Tie `rater` to `account` until they let go, leave, get a new link or the study's days of keeping end.

    A second time changes nothing. No log names it: researchers must not learn who rates what. Raises
    StudyNotOpen, StudyClosed, PlaceHandedOn, ConsentMissing, and AccountHasPlace where the account has
    another place in the study or the place belongs to another account.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=rater.study_id)  # one place an account
        held = Rater.objects.select_for_update(of=("self",)).get(pk=rater.pk)
        require_open(study)
        require_place(held)
        if held.consented_at is None:
            raise ConsentMissing("Please read and accept the consent text first.")
        if held.account_id not in {None, account.pk}:
            raise AccountHasPlace("This place is kept with another account: sign in with that one.")
        if Rater.objects.filter(study=study, account=account).exclude(pk=held.pk).exists():
            raise AccountHasPlace("Your account has another place in this study: go on with that one.")
        Rater.objects.filter(pk=held.pk).update(account=account)


def release_place(*, rater: Rater, account: User) -> None:
    """Cut the tie again; the answers and the personal link stay. A second time changes nothing."""
    Rater.objects.filter(pk=rater.pk, account=account).update(account=None)
