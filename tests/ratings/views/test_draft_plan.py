"""How a draft's page tells its parts, of every kind."""

import dataclasses

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from evalsite.roles import RESEARCHER
from generation.models import Dataset
from ratings.design.gold import GoldPlan
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.services.drafting import create_study

FULL, LORA = "CANARY-label-full", "CANARY-label-lora"
ONE = {"items": 2, "ratings_per_item": 2, "practice": 0}
STARS = PartPlan(
    kind="stars",
    criteria=DEFAULT_CRITERIA,
    checks=2,
    repeats=1,
    gold=(GoldPlan(example=2, text="A pub.", expected={"quality": (1, 2)}),),
    one_at_a_time=True,
    **ONE,
)


@pytest.fixture
def page(client, researcher, plan):
    """Call with parts for the page of a draft that has them."""
    researcher.groups.add(Group.objects.get(name=RESEARCHER))
    client.force_login(researcher)

    def of(*parts):
        draft = create_study(owner=researcher, plan=dataclasses.replace(plan, parts=parts, claims=()))
        text = client.get(reverse("ratings:study", args=[draft.slug])).content.decode()
        return " ".join(text.split())

    return of


def test_the_places_of_an_abx_trial_have_its_names(page):
    text = page(PartPlan(kind="abx", target=FULL, foil=LORA, **ONE))
    assert "Part 1: is X as A or as B?" in text
    assert [f'class="number">{name}</th>' in text for name in "ABX"] == [True] * 3


def test_what_a_part_asks_for_beside_its_question_is_told(page):
    comments = PartPlan(
        kind="two_afc",
        target=FULL,
        foil=LORA,
        training=1,
        confidence_steps=3,
        asks_comment=True,
        **ONE,
    )
    text = page(STARS, comments)
    for said in (
        "2 check items a rater",
        "1 known answer",
        "1 repeat a rater",
        "an item&#x27;s texts one at a time",
        "1 labelled example first",
        "how sure raters are, on 3 steps",
        "a comment, if they like",
        "planted error: 1, instructed answer: 1",
        "known answer: 1",
    ):
        assert said in text, said


def test_a_label_check_has_no_target(page):
    Dataset.objects.update(labels=["yes", "no"])
    text = page(PartPlan(kind="label_check", **ONE))
    assert "Raters give a label of their own" in text
    assert "None" not in text
