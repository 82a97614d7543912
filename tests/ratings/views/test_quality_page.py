import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from evalsite.roles import RESEARCHER
from ratings.design.exclusions import ExclusionRules
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.models import Rating
from ratings.services.simulation import simulate

PARTS = (PartPlan(kind="stars", items=6, ratings_per_item=2, checks=2, criteria=DEFAULT_CRITERIA),)


@pytest.fixture
def signed_in(client, researcher):
    researcher.groups.add(Group.objects.get(name=RESEARCHER))
    client.force_login(researcher)
    return client


@pytest.fixture
def answered(make_study):
    study = make_study(parts=PARTS, exclusions=ExclusionRules(checks_failed_at_most=0))
    simulate(study=study, seed=2)
    Rating.objects.filter(assignment__purpose="check", assignment__item__check_kind="planted").update(stars=1)
    Rating.objects.filter(assignment__purpose="check", assignment__rater__place=3).update(stars=5)
    return study


def test_who_fails_the_checks_is_left_out_by_the_frozen_rule(signed_in, answered):
    page = signed_in.get(reverse("ratings:quality", args=[answered.slug])).content.decode()
    assert "Check items failed, at most: 0" in page
    assert page.count("left out</span>") == 1
    assert "2 / 2" in page
    assert "CANARY-label" not in page


def test_leaving_out_by_hand_asks_for_a_reason_and_shows_it(signed_in, answered):
    decide = reverse("ratings:quality_decide", args=[answered.slug])
    page = signed_in.post(decide, {"rater": "R01", "reason": ""}, follow=True).content.decode()
    assert "There is no reason" in page
    page = signed_in.post(decide, {"rater": "R01", "reason": "<b>guessed</b>"}, follow=True).content.decode()
    assert "&lt;b&gt;guessed&lt;/b&gt;" in page
    assert page.count("left out</span>") == 2
    page = signed_in.post(
        decide, {"rater": "R01", "reason": "no", "readmit": ""}, follow=True
    ).content.decode()
    assert page.count("left out</span>") == 1


@pytest.mark.parametrize("rater", ["R09", "x", ""])
def test_an_unknown_place_is_said(signed_in, answered, rater):
    decide = reverse("ratings:quality_decide", args=[answered.slug])
    page = signed_in.post(decide, {"rater": rater, "reason": "r"}, follow=True).content.decode()
    assert "has no such rater" in page


def test_before_anybody_began_the_page_says_so(signed_in, study):
    page = signed_in.get(reverse("ratings:quality", args=[study.slug])).content.decode()
    assert "Nobody has handed in an item yet." in page
    assert "No exclusion rules were frozen" in page
