"""What a researcher and the raters see when places are handed on."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ratings.models import Rater


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

    again = browser.post(at("study_hand_on", study.slug), {"rater": "R01"}, follow=True).content.decode()
    assert "The place of R01 is not free" in again
    assert "place handed on" in again
