"""What a researcher and the raters see when places are handed on and the study is paused."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ratings.models import Rater
from ratings.selectors.places import places_to_hand_on
from ratings.services.completion import close_study
from ratings.services.invitations import create_invitations
from ratings.services.open_links import create_open_link
from ratings.services.running import pause_study, resume_study


@pytest.fixture
def browser(researcher):
    """A client of the researcher who owns the study."""
    client = Client()
    researcher.groups.add(Group.objects.get(name="researcher"))
    client.force_login(researcher)
    return client


def at(page, *arguments):
    return reverse(f"ratings:{page}", args=arguments)


def long_ago(rater):
    past = timezone.now() - timedelta(days=20)
    Rater.objects.filter(pk=rater.pk).update(consented_at=past, link_expires_at=past + timedelta(days=60))


def test_a_place_is_offered_handed_on_and_its_first_rater_told_so(browser, client, study, consented):
    page = browser.get(at("study", study.slug)).content.decode()
    assert "Give the place of" not in page
    long_ago(consented.rater)
    page = browser.get(at("study_live", study.slug)).content.decode()
    assert "Give the place of R01 to somebody else" in page
    assert client.get(at("rater_next", consented.link)).status_code == 302

    page = browser.post(at("study_hand_on", study.slug), {"rater": "R01"}).content.decode()
    link = re.search(r"R01-2\thttp://testserver/rate/([^/]+)/", page).group(1)
    assert client.get(at("rater_landing", link)).status_code == 200
    told = client.get(at("rater_next", consented.link))
    assert told.status_code == 410
    assert b"What you answered is kept" in told.content
    assert "no-store" in told["Cache-Control"]

    browser.post(at("study_pause", study.slug), {"reason": "a typing error"})
    assert client.get(at("rater_next", consented.link)).status_code == 410

    again = browser.post(at("study_hand_on", study.slug), {"rater": "R01"}, follow=True).content.decode()
    assert "The place of R01 is not free" in again
    assert "place handed on" in again


@pytest.fixture
def paused(browser, study, consented):
    browser.post(at("study_pause", study.slug), {"reason": "a typing error in the instructions"})
    return consented


def test_a_paused_study_shows_no_item_and_says_when_to_look_again(browser, client, study, paused):
    item = paused.rater.assignments.order_by("position").first()
    pages = [
        at("rater_next", paused.link),
        at("rater_instructions", paused.link),
        at("rater_practice", paused.link),
        at("rater_item", paused.link, item.token),
    ]
    for page in pages:
        told = client.get(page)
        assert told.status_code == 503
        assert told["Retry-After"] == "900"
        assert b"What you answered is kept" in told.content
        assert b"CANARY" not in told.content
    page = browser.get(at("study", study.slug)).content.decode()
    assert "a typing error in the instructions" in page
    assert "Let it go on" in page
    browser.post(at("study_resume", study.slug), {"reason": "corrected"})
    assert client.get(pages[-1]).status_code == 200


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_answers_in_hand_are_taken_and_the_next_page_is_the_pause(client, paused, script):
    item = paused.rater.assignments.filter(part__kind="stars").order_by("position").first()
    headers = {"X-Rater-Script": "1"} if script else {}
    shown = item.shown_texts.first().token
    queued = {"place": f"stars-{shown}-1", "stars": "2", "key": "k"}
    assert client.post(at("rater_answer", paused.link, item.token), queued).status_code == 200
    stars = {
        f"stars-{text.token}-{criterion.position}": "4"
        for text in item.shown_texts.all()
        for criterion in item.part.criteria.all()
    }
    response = client.post(at("rater_item", paused.link, item.token), stars, headers=headers)
    item.refresh_from_db()
    assert item.completed_at is not None
    assert response.status_code == (204 if script else 302)
    onward = response["Content-Location" if script else "Location"]
    assert client.get(onward).status_code == 503


def test_nobody_comes_in_while_a_study_is_paused(client, study, researcher, paused):
    join = at("join", create_open_link(study=study, actor=researcher))
    invited = create_invitations(study=study, n=1)[0].token
    agreed = {"consent": study.consent_sha256}
    for address in (join, at("rater_landing", invited)):
        assert client.get(address).status_code == 503
        assert client.post(address, agreed).status_code == 503
    assert Rater.objects.exclude(consented_at=None).get() == paused.rater


def test_a_pause_needs_a_reason_happens_once_and_nobody_loses_a_place_by_it(
    browser, study, researcher, paused
):
    page = browser.post(at("study_resume", study.slug), {"reason": " "}, follow=True).content.decode()
    assert "There is no reason" in page
    pause_study(study=study, reason="again", actor=researcher)
    assert [event.kind for event in study.events.all()] == ["paused"]
    long_ago(paused.rater)
    study.refresh_from_db()
    assert not places_to_hand_on(study).exists()
    for _ in range(2):
        resume_study(study=study, reason="corrected", actor=researcher)
    assert [event.kind for event in study.events.all()] == ["paused", "resumed"]
    study.refresh_from_db()
    assert not places_to_hand_on(study).exists()


def test_a_paused_study_can_be_closed(study, paused):
    closed = close_study(study=study)
    assert (closed.state, closed.paused_at) == ("closed", None)
