"""Whoever comes by an open link gets one place, finds it again, and the last place goes to one person."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from ratings.errors import ConsentChanged, NoPlacesLeft, StudyClosed, UnknownToken
from ratings.models import OpenLink, PlatformIdentity, Rater
from ratings.selectors import rater_of_link
from ratings.selectors.open_links import open_link_of
from ratings.services.completion import close_study
from ratings.services.invitations import create_invitations, renew_invitation
from ratings.services.joining import join, resume
from ratings.services.leaving import withdraw_rater
from ratings.services.open_links import create_open_link, revoke_open_link

PID = "5f1a2b3c4d5e6f7a8b9c0d1e"


@pytest.fixture
def link(study, researcher):
    token = create_open_link(study=study, actor=researcher, platform="prolific", completion_code="C0DE")
    return open_link_of(token)


def come(link, person):
    return join(link=link, person=person, consent_sha256=link.study.consent_sha256, language="en")


def test_who_comes_gets_a_place_and_the_consent_is_recorded(link):
    rater = rater_of_link(come(link, PID))
    assert (rater.place, rater.open_link, rater.language) == (1, link, "en")
    assert rater.consent_sha256 == link.study.consent_sha256
    assert rater.consented_at is not None


def test_the_same_person_comes_to_the_same_place_without_ending_the_first_devices_link(link):
    first = come(link, PID)
    assert come(link, PID) == first
    assert resume(link=link, person=PID) == first
    assert resume(link=link, person="somebody else") is None
    assert rater_of_link(come(link, "somebody else")).place == 2


def test_a_link_that_the_researcher_replaced_stays_ended(link):
    first = come(link, PID)
    rater = rater_of_link(first)
    renew_invitation(rater=rater)
    again = resume(link=link, person=PID)
    assert rater_of_link(again) == rater
    with pytest.raises(UnknownToken):
        rater_of_link(first)


def test_a_second_link_of_the_platform_knows_the_person_as_well(link, study, researcher):
    first = come(link, PID)
    other = open_link_of(
        create_open_link(study=study, actor=researcher, platform="prolific", completion_code="X")
    )
    assert come(other, PID) == first
    assert rater_of_link(first).open_link == link


def test_nothing_that_the_platform_calls_a_person_is_kept_and_the_hash_ends_with_the_study(link):
    token = come(link, PID)
    for model in (OpenLink, PlatformIdentity, Rater):
        stored = [str(value) for row in model.objects.values() for value in row.values()]
        assert not any(secret in value for secret in (PID, token) for value in stored)
    assert PlatformIdentity.objects.count() == 1
    close_study(study=link.study)
    assert PlatformIdentity.objects.count() == 0


def test_nobody_new_comes_in_once_the_link_ended_and_who_is_in_goes_on(link, researcher):
    token = come(link, PID)
    revoke_open_link(link=link, actor=researcher)
    with pytest.raises(UnknownToken):
        come(link, "late")
    assert rater_of_link(token).place == 1


def test_an_expired_link_gives_no_place(link):
    OpenLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(UnknownToken):
        come(link, PID)


def test_no_place_without_the_studys_consent_text(link):
    with pytest.raises(ConsentChanged):
        join(link=link, person=PID, consent_sha256="0" * 64, language="en")
    assert not PlatformIdentity.objects.exists()
    assert not Rater.objects.exclude(token_hash=None).exists()


def test_who_withdrew_is_not_known_any_more_and_may_come_anew(link):
    withdraw_rater(rater=rater_of_link(come(link, PID)))
    assert not PlatformIdentity.objects.exists()
    assert rater_of_link(come(link, PID)).place == 2


def test_places_with_personal_links_are_not_given_away_and_places_run_out(link, study):
    create_invitations(study=study, n=3)
    assert rater_of_link(come(link, PID)).place == 4
    with pytest.raises(NoPlacesLeft, match="Every place of 'CANARY-study' is taken"):
        come(link, "one too many")


def test_a_closed_study_takes_nobody(link):
    close_study(study=link.study)
    with pytest.raises(StudyClosed):
        come(link, PID)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [False, True], ids=["six people", "one person six times"])
def test_the_last_place_goes_to_one_person(link, study, same):
    create_invitations(study=study, n=3)
    gate = threading.Barrier(6)
    tokens, refused, errors = [], [], []

    def race(number):
        try:
            gate.wait(timeout=30)
            tokens.append(come(link, PID if same else f"{PID}{number}"))
        except NoPlacesLeft:
            refused.append(number)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    assert (len(tokens), len(refused)) == ((6, 0) if same else (1, 5))
    assert len(set(tokens)) == 1
    assert PlatformIdentity.objects.get().rater.place == 4
