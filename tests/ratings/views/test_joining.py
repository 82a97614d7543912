import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ratings.models import Assignment, OpenLink, Rater
from ratings.services.completion import close_study
from ratings.services.invitations import create_invitations
from ratings.services.open_links import create_open_link, revoke_open_link


@pytest.fixture
def browser(client, researcher):
    researcher.groups.add(Group.objects.get(name="researcher"))
    client.force_login(researcher)
    return client


def address(study, researcher, **asked):
    return reverse("ratings:join", args=[create_open_link(study=study, actor=researcher, **asked)])


@pytest.fixture
def prolific(study, researcher):
    join = address(study, researcher, platform="prolific", completion_code="C0DE")
    return f"{join}?PROLIFIC_PID=abc123&STUDY_ID=s&SESSION_ID=t"


def agree(study):
    return {"consent": study.consent_sha256}


def test_looking_takes_no_place_and_agreeing_takes_one(client, study, researcher):
    join = address(study, researcher)
    page = client.get(join)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert b"CANARY" not in page.content
    assert not Rater.objects.exclude(token_hash=None).exists()
    response = client.post(join, agree(study))
    assert re.fullmatch(r"/rate/[^/]+/instructions/", response["Location"])
    assert Rater.objects.get(place=1).consented_at is not None
    assert client.get(response["Location"]).status_code == 200


def test_the_same_browser_comes_back_to_its_place_and_another_gets_another(client, study, researcher):
    join = address(study, researcher)
    personal = client.post(join, agree(study))["Location"].replace("instructions", "next")
    assert client.get(join)["Location"] == personal
    assert client.post(join, agree(study))["Location"] == personal
    Client().post(join, agree(study))
    assert Rater.objects.exclude(token_hash=None).count() == 2


def test_an_old_consent_text_is_shown_anew(client, study, prolific):
    assert client.post(prolific, {"consent": "0" * 64})["Location"] == prolific


def test_a_participant_is_known_on_every_device_and_told_the_way_back(client, study, prolific):
    personal = client.post(prolific, agree(study))["Location"]
    assert Client().get(prolific)["Location"] == personal.replace("instructions", "next")
    assert "joined" not in client.cookies
    thanks = personal.replace("instructions", "thanks")
    assert client.get(thanks).status_code == 302
    Assignment.objects.filter(rater__place=1).update(completed_at=timezone.now())
    page = client.get(thanks).content.decode()
    assert 'href="https://app.prolific.com/submissions/complete?cc=C0DE"' in page
    assert "abc123" not in page


@pytest.mark.parametrize("query", ["", "?PROLIFIC_PID=", "?PROLIFIC_PID={{%PROLIFIC_PID%}}", "?workerId=a"])
def test_who_comes_without_the_platforms_name_gets_no_place(client, study, prolific, query):
    join = prolific.split("?")[0] + query
    assert client.post(join, agree(study)).status_code == 400
    assert not Rater.objects.exclude(token_hash=None).exists()


def test_each_refusal_has_its_page(client, study, researcher, prolific):
    assert client.get(reverse("ratings:join", args=["unknown"])).status_code == 404
    client.post(prolific, agree(study))
    create_invitations(study=study, n=3)
    full = client.get(prolific.replace("abc123", "other"))
    assert (full.status_code, b"Every place of this study is taken" in full.content) == (410, True)
    assert client.post(prolific.replace("abc123", "other"), agree(study)).status_code == 410
    close_study(study=study)
    assert b"The study is over" in client.get(prolific).content
    revoke_open_link(link=OpenLink.objects.get(), actor=researcher)
    assert client.get(prolific).status_code == 404


def test_a_researcher_makes_a_link_sees_who_came_and_ends_it(browser, study):
    make = reverse("ratings:open_link_make", args=[study.slug])
    page = browser.post(make, {"platform": "mturk", "days": "30", "completion_code": "C0DE"})
    assert page["Cache-Control"] == "no-store"
    join = re.search(r"http://testserver(/join/[^?]+/)\?workerId=", page.content.decode())[1]
    Client().post(f"{join}?workerId=A1", agree(study))
    shown = browser.get(reverse("ratings:study", args=[study.slug]))
    assert [(link.came, link.finished) for link in shown.context["open_links"]] == [(1, 0)]
    assert join not in shown.content.decode()
    end = reverse("ratings:open_link_end", args=[study.slug])
    browser.post(end, {"link": str(OpenLink.objects.get().pk)})
    assert Client().get(f"{join}?workerId=A2").status_code == 404


@pytest.mark.parametrize("days", ["", "x", "0", "9999"])
def test_a_wrong_form_makes_no_link_and_says_why(browser, study, days):
    make = reverse("ratings:open_link_make", args=[study.slug])
    page = browser.post(make, {"platform": "none", "days": days}, follow=True)
    assert "give 1 to 366" in str(next(iter(page.context["messages"])))
    assert not OpenLink.objects.exists()


def test_another_studys_link_cannot_be_ended(browser, study):
    end = reverse("ratings:open_link_end", args=[study.slug])
    page = browser.post(end, {"link": "0"}, follow=True)
    assert "no such open link" in str(next(iter(page.context["messages"])))
