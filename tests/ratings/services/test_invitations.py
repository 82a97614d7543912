from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ratings.errors import (
    ConsentChanged,
    NoPlacesLeft,
    PlacesChanged,
    SimulatedAndReal,
    StudyClosed,
    StudyNotOpen,
    UnknownToken,
)
from ratings.models import Rater, Study
from ratings.selectors import rater_of_link
from ratings.services.completion import close_study
from ratings.services.drafting import create_study
from ratings.services.invitations import (
    create_invitations,
    give_consent,
    renew_invitation,
)
from ratings.services.leaving import withdraw_rater


def test_links_are_kept_as_hashes_only(study):
    invitations = create_invitations(study=study, n=2)
    assert [invitation.pseudonym for invitation in invitations] == ["R01", "R02"]
    for invitation in invitations:
        assert rater_of_link(invitation.token).pseudonym == invitation.pseudonym
    stored = [str(value) for row in Rater.objects.values() for value in row.values()]
    assert not any(invitation.token in value for invitation in invitations for value in stored)


def test_places_run_out(study):
    create_invitations(study=study, n=3)
    for n in (0, 2):
        with pytest.raises(NoPlacesLeft, match=f"{n} links were asked for, and .* has 1 places without one"):
            create_invitations(study=study, n=n)
    assert create_invitations(study=study, n=1)[0].pseudonym == "R04"
    with pytest.raises(NoPlacesLeft, match="Every place of 'CANARY-study' has a link"):
        create_invitations(study=study, n=1)


def test_the_same_form_sent_twice_gives_one_set_of_links(study):
    create_invitations(study=study, n=2, seen_free=4)
    with pytest.raises(PlacesChanged, match="2 are free now"):
        create_invitations(study=study, n=2, seen_free=4)
    assert study.raters.exclude(token_hash=None).count() == 2


def test_only_open_studies_invite(researcher, plan, study):
    draft = create_study(owner=researcher, plan=type(plan)(**{**vars(plan), "name": "draft"}))
    with pytest.raises(StudyNotOpen):
        create_invitations(study=draft, n=1)
    close_study(study=study)
    with pytest.raises(StudyClosed):
        create_invitations(study=study, n=1)


def test_a_simulated_study_invites_nobody(study):
    Study.objects.update(is_simulated=True)
    with pytest.raises(SimulatedAndReal, match="make a new study"):
        create_invitations(study=study, n=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Study.objects.update(invited_at=timezone.now())


def test_links_expire_are_replaced_and_end_with_withdrawal(study, invited):
    renewed = renew_invitation(rater=invited.rater)
    assert rater_of_link(renewed.token) == invited.rater
    with pytest.raises(UnknownToken):
        rater_of_link(invited.link)
    Rater.objects.filter(pk=invited.rater.pk).update(link_expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(UnknownToken):
        rater_of_link(renewed.token)
    again = renew_invitation(rater=invited.rater)
    withdrawn = withdraw_rater(rater=invited.rater)
    assert withdraw_rater(rater=invited.rater).withdrawn_at == withdrawn.withdrawn_at
    with pytest.raises(UnknownToken):
        rater_of_link(again.token)
    with pytest.raises(NoPlacesLeft, match="has withdrawn"):
        renew_invitation(rater=invited.rater)


def test_consent_names_the_text_and_is_given_once(invited):
    sha256 = invited.rater.study.consent_sha256
    with pytest.raises(ConsentChanged):
        give_consent(rater=invited.rater, consent_sha256="0" * 64, language="en")
    rater = give_consent(rater=invited.rater, consent_sha256=sha256, language="vi")
    assert (rater.consent_sha256, rater.language) == (sha256, "vi")
    again = give_consent(rater=invited.rater, consent_sha256=sha256, language="en")
    assert (again.consented_at, again.language) == (rater.consented_at, "vi")
