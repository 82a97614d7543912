"""The place of somebody who stayed away goes to one other person, and what was answered stays apart."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ratings.errors import NoPlacesLeft, PlaceHandedOn, PlaceKept
from ratings.models import Rater, Rating, ShownText
from ratings.selectors import rater_of_link, stars_table
from ratings.selectors.open_links import open_link_of
from ratings.selectors.participation import participation
from ratings.selectors.places import has_room, places_to_hand_on
from ratings.services.answers import Sent, record_ratings
from ratings.services.completion import close_study
from ratings.services.invitations import (
    create_invitations,
    give_consent,
    invite_successor,
    renew_invitation,
)
from ratings.services.joining import join, resume
from ratings.services.leaving import withdraw_rater
from ratings.services.open_links import create_open_link
from ratings.services.places import hand_on


@pytest.fixture
def link(study, researcher):
    return open_link_of(create_open_link(study=study, actor=researcher))


def come(link, person):
    return join(link=link, person=person, consent_sha256=link.study.consent_sha256, language="en")


def let_pass(study, hours):
    """Move everything that was heard of the study's raters into the past."""
    back = timedelta(hours=hours)
    for rater in study.raters.exclude(token_hash=None):
        rater.link_expires_at -= back
        rater.consented_at = rater.consented_at and rater.consented_at - back
        rater.save()
        for row in Rating.objects.filter(assignment__rater=rater):
            Rating.objects.filter(pk=row.pk).update(created_at=row.created_at - back)
        for row in rater.assignments.exclude(completed_at=None):
            row.completed_at -= back
            row.save()


def answer(rater, key="k", number=0, stars=4):
    """Answer every question of the rater's `number`-th item with stars."""
    item = rater.assignments.filter(part__kind="stars").order_by("position")[number]
    given = {
        (text.token, criterion.position): stars
        for text in item.shown_texts.all()
        for criterion in item.part.criteria.all()
    }
    record_ratings(rater=rater, assignment=item.token, stars=given, sent=Sent(key=key))


def away(study):
    return [rater.pseudonym for rater in places_to_hand_on(study)]


def test_a_place_is_kept_for_the_lease_that_the_study_states(study, consented, link):
    come(link, "ann")
    assert away(study) == []
    let_pass(study, study.open_lease_hours + 1)
    assert away(study) == ["R02"]
    let_pass(study, study.lease_hours)
    assert away(study) == ["R01", "R02"]


def test_an_answer_a_new_link_and_finishing_keep_a_place(study, consented):
    let_pass(study, 200)
    answer(consented.rater)
    assert away(study) == []
    let_pass(study, 200)
    assert away(study) == ["R01"]
    renew_invitation(rater=consented.rater)
    assert away(study) == []
    let_pass(study, 200)
    Rater.objects.filter(pk=consented.rater.pk).update(finished_at=timezone.now())
    assert away(study) == []


def test_who_withdrew_leaves_a_place_at_once(study, invited):
    withdraw_rater(rater=invited.rater)
    assert away(study) == ["R01"]


def test_the_new_rater_gets_the_planned_items_in_their_order_under_new_tokens(study, consented):
    answer(consented.rater)
    let_pass(study, 200)
    successor = rater_of_link(invite_successor(rater=consented.rater).token)
    assert (successor.place, successor.pseudonym, successor.consented_at) == (1, "R01-2", None)

    def plan(rater):
        rows = ShownText.objects.filter(assignment__rater=rater).order_by("assignment__position", "position")
        return list(
            rows.values_list("assignment__item", "assignment__purpose", "presented", "position")
        ), set(rows.values_list("token", "assignment__token"))

    (planned, old_tokens), (copied, new_tokens) = plan(consented.rater), plan(successor)
    assert copied == planned
    old, new = ({token for pair in pairs for token in pair} for pairs in (old_tokens, new_tokens))
    assert not old & new
    assert not Rating.objects.filter(assignment__rater=successor).exists()


def test_a_third_rater_may_follow_and_answers_count_for_who_gave_them(study, consented):
    answer(consented.rater, stars=2)
    for follower in ("R01-2", "R01-3"):
        let_pass(study, 200)
        holder = places_to_hand_on(study).get()
        successor = rater_of_link(invite_successor(rater=holder).token)
        assert successor.pseudonym == follower
    give_consent(rater=successor, consent_sha256=study.consent_sha256, language="en")
    answer(successor, stars=5)
    table = stars_table_of(close_study(study=study))
    assert table == {"R01": {2}, "R01-3": {5}}
    rows = {row.pseudonym: (row.handed_on, row.answers > 0) for row in participation(study_of(study))}
    assert rows["R01"] == (True, True)
    assert rows["R01-2"] == (True, False)
    assert rows["R01-3"] == (False, True)


def study_of(study):
    study.refresh_from_db()
    return study


def stars_table_of(study):
    """The stars that each rater gave, by pseudonym."""
    table = stars_table(study.parts.get(kind="stars"))
    given = {}
    for rater, stars in zip(table.rater, table.stars, strict=True):
        given.setdefault(table.raters[rater], set()).add(int(stars))
    return given


def test_who_comes_back_in_time_goes_on_and_after_that_is_told_so(study, link):
    first = come(link, "ann")
    create_invitations(study=study, n=3)
    let_pass(study, 30)
    assert resume(link=link, person="ann") == first
    let_pass(study, 30)
    assert has_room(study)
    second = rater_of_link(come(link, "bob"))
    assert (second.place, second.pseudonym) == (1, "R01-2")
    with pytest.raises(PlaceHandedOn):
        resume(link=link, person="ann")
    with pytest.raises(PlaceHandedOn):
        come(link, "ann")
    with pytest.raises(PlaceHandedOn):
        answer(rater_of_link(first))
    with pytest.raises(PlaceHandedOn):
        renew_invitation(rater=rater_of_link(first))
    assert not has_room(study)
    with pytest.raises(NoPlacesLeft):
        come(link, "cy")


def test_an_open_link_takes_no_place_of_somebody_who_was_invited(study, link, invited):
    create_invitations(study=study, n=3)
    let_pass(study, 200)
    assert away(study) == ["R01", "R02", "R03", "R04"]
    with pytest.raises(NoPlacesLeft):
        come(link, "ann")


def test_a_place_is_not_handed_on_twice_nor_while_its_rater_works(study, consented):
    with pytest.raises(PlaceKept, match="The place of R01 is not free"):
        hand_on(rater=consented.rater)
    let_pass(study, 200)
    hand_on(rater=consented.rater)
    with pytest.raises(PlaceKept):
        hand_on(rater=consented.rater)


def test_a_place_has_one_holder_in_the_database(study, invited):
    with pytest.raises(IntegrityError), transaction.atomic():
        Rater.objects.create(study=study, place=1, pseudonym="another")
    with pytest.raises(IntegrityError), transaction.atomic():
        Rater.objects.filter(place=1).update(handed_on_at=timezone.now(), finished_at=timezone.now())


def race(*acts):
    """What each of `acts` returned or raised, all started at one moment."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        try:
            gate.wait(timeout=30)
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_handed_on_to_one_of_many(study, link):
    come(link, "ann")
    create_invitations(study=study, n=3)
    let_pass(study, 30)
    results = race(*(lambda person=person: come(link, person) for person in "bcdefg"))
    assert sorted(type(result).__name__ for result in results) == ["NoPlacesLeft"] * 5 + ["str"]
    assert Rater.objects.filter(study=study, place=1).count() == 2
    assert Rater.objects.filter(study=study, place=1, handed_on_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_an_answer_races_the_handing_on_and_one_of_them_holds(study, link, attempt):
    old = rater_of_link(come(link, "ann"))
    create_invitations(study=study, n=3)
    let_pass(study, 30)
    answered, came = race(lambda: answer(old), lambda: come(link, "bob"))
    kept = Rating.objects.filter(assignment__rater=old, live=True).exists()
    if answered is None:
        assert kept
        assert isinstance(came, NoPlacesLeft)
    else:
        assert isinstance(answered, PlaceHandedOn)
        assert not kept
        assert rater_of_link(came).pseudonym == "R01-2"
