"""Looks on the study's page and by the API."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from evalsite.roles import RESEARCHER
from ratings.design.looks import LooksPlan
from ratings.models import StudyEvent
from ratings.services.completion import close_study
from ratings.services.simulation import simulate
from tests.ratings.reports.conftest import CLAIMS, PAIRS, STARS


@pytest.fixture
def looked_at(make_study, client):
    study = make_study(parts=(STARS, PAIRS), claims=CLAIMS[:1], raters=6, looks=LooksPlan(at=(0.5,)))
    study.owner.groups.add(Group.objects.get(name=RESEARCHER))
    client.force_login(study.owner)
    return simulate(study=study, seed=3, raters=4)


def test_a_look_is_offered_taken_and_told(client, looked_at):
    page = client.get(reverse("ratings:study", args=[looked_at.slug])).content.decode()
    assert "Take look 1" in page
    taken = client.post(reverse("ratings:study_look", args=[looked_at.slug]), {"number": "1"}, follow=True)
    page = taken.content.decode()
    assert "Look 1 is taken and recorded." in page
    assert "go on" in page
    assert "Take look 1" not in page
    assert "None is recorded." in page  # a planned look departs from nothing


def test_a_look_that_is_not_due_is_refused_in_one_sentence(client, looked_at):
    answer = client.post(reverse("ratings:study_look", args=[looked_at.slug]), {"number": "x"}, follow=True)
    assert "plans no look number 0" in answer.content.decode()


def test_unblinding_asks_for_a_reason_and_opens_the_report(client, looked_at):
    report = reverse("ratings:report", args=[looked_at.slug])
    assert "locked until the study is closed" in client.get(report).content.decode()
    unblind = reverse("ratings:study_unblind", args=[looked_at.slug])
    assert "There is no reason" in client.post(unblind, {"reason": ""}, follow=True).content.decode()
    opened = client.post(unblind, {"reason": "The grant ends."}, follow=True).content.decode()
    assert "The report has not been built yet" in opened
    page = client.get(reverse("ratings:study", args=[looked_at.slug])).content.decode()
    assert "The results are open, although raters still answer" in page
    assert "The grant ends." in page


def test_looks_and_unblinding_by_the_api(client, looked_at):
    look = reverse("study-look", args=[looked_at.slug])
    refused = client.post(look, {"number": 0}, content_type="application/json")
    assert refused.status_code == 400
    taken = client.post(look, {"number": 1}, content_type="application/json").json()
    assert [claim["verdict"] for claim in taken["claims"]] == ["undecided"]
    unblind = reverse("study-unblind", args=[looked_at.slug])
    client.post(unblind, {"reason": "The grant ends."}, content_type="application/json")
    again = client.post(unblind, {"reason": "Again."}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (400, "ResultsUnlocked")
    assert list(StudyEvent.objects.values_list("kind", flat=True)) == ["looked", "unblinded"]


def test_a_look_that_was_not_taken_is_said_so_after_closing(client, looked_at):
    close_study(study=looked_at)
    page = client.get(reverse("ratings:study", args=[looked_at.slug])).content.decode()
    assert "Look 1 was not taken and spent nothing." in page
    assert "Take look 1" not in page
