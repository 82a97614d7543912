"""The form that plans a study: what is right makes a draft, what is wrong stands beside its field."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from ratings.models import Claim, Criterion, Study


@pytest.fixture
def member(researcher) -> Client:
    researcher.groups.add(Group.objects.get(name="researcher"))
    client = Client()
    client.force_login(researcher)
    return client


@pytest.fixture
def fields(member, comparison) -> dict[str, str]:
    """What the browser sends when only the names are filled in."""
    response = member.get(reverse("ratings:study_new"))
    form = response.context["form"]
    sections = [form.words, form.systems, form.stars, form.trial, form.pair]
    sections += [form.criteria.management_form, *form.criteria.forms]
    sections += [form.claims.management_form, *form.claims.forms]
    sent: dict[str, str] = {}
    for section in sections:
        for field in section:
            value = field.value()
            if value is True:
                sent[field.html_name] = "on"
            elif value not in (None, False):
                sent[field.html_name] = str(value)
    return sent | {
        "name": "LoRA against full",
        "public_title": "Texts about restaurants",
        "stars-items": "6",
        "trial-items": "6",
    }


def send(client: Client, fields: dict[str, str], **changes: str) -> str:
    response = client.post(reverse("ratings:study_new"), fields | changes, follow=True)
    return response.content.decode()


def test_the_form_as_it_comes_makes_a_draft(member, fields) -> None:
    page = send(member, fields)
    assert "Balance of the plan" in page
    study = Study.objects.get()
    assert (study.name, study.state, study.raters_planned) == ("LoRA against full", "draft", 6)
    assert [part.kind for part in study.parts.all()] == ["stars", "two_afc"]
    assert set(Criterion.objects.values_list("name", flat=True)) == {
        "informativeness",
        "naturalness",
        "quality",
    }
    claim = Claim.objects.first()
    assert (claim.system_a.label, claim.system_b.label) == ("CANARY-system-lora", "CANARY-system-full")
    assert claim.margin == 0.2


def test_the_founding_claims_come_on_one_tick(member, fields) -> None:
    send(member, fields, **{"pair-founding": "on"})
    measures = set(Claim.objects.values_list("measure", "relation"))
    assert {("p_d", "indistinguishable"), ("cost", "at_most")} <= measures
    assert len(measures) >= 5


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": ""}, "This field is required"),
        ({"stars-items": ""}, "Give a number"),
        ({"stars-ratings_per_item": "7"}, "Nobody rates an item twice"),
        ({"trial-foil": ""}, "Choose the system to be told from the target"),
        ({"claims-0-margin": "-1"}, "margin"),
        ({"claims-0-criterion": "elegance"}, "elegance"),
        ({"language": "english please"}, "Write a language tag"),
        ({"stars-include": "", "trial-kind": ""}, "a study has at least one part"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(member, fields, changes, reason) -> None:
    page = send(member, fields, **changes)
    assert "Not stored yet" in page
    assert reason in page
    assert not Study.objects.exists()
    assert "Texts about restaurants" in page  # what was typed is still there


def test_too_few_systems(member, fields) -> None:
    runs = [name for name in fields if name.startswith("run_")]
    page = send(member, {name: value for name, value in fields.items() if name not in runs[:-1]})
    assert "compare 2 to 8" in page
    assert not Study.objects.exists()


def test_a_taken_name_is_said_beside_the_name(member, fields) -> None:
    send(member, fields)
    page = send(member, fields)
    assert "which another study has" in page
    assert Study.objects.count() == 1


def test_a_draft_is_changed(member, fields) -> None:
    send(member, fields)
    Study.objects.update(uses=[{"name": "chatbot", "loss": 0.2}])
    study = Study.objects.get()
    place = reverse("ratings:study_edit", args=[study.slug])
    assert member.get(place).status_code == 200
    response = member.post(place, fields | {"name": "Another name", "raters": "3"}, follow=True)
    assert "The draft is changed" in response.content.decode()
    study.refresh_from_db()
    assert (study.name, study.raters_planned) == ("Another name", 3)
    assert study.uses == [{"name": "chatbot", "loss": 0.2}]  # what the form does not show stays


def test_without_runs_the_page_says_what_to_do(member, db) -> None:
    page = member.get(reverse("ratings:study_new")).content.decode()
    assert "at least two systems" in page
    assert reverse("generation:runs") in page
