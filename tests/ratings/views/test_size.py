"""Planning a size by the pages: asked from a draft, answered by a worker, read as sentences and pictures."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from evalsite.roles import RESEARCHER
from ratings.forms.size import AssumptionsForm, ClaimRow
from ratings.models import SizePlan
from ratings.selectors.size_questions import question_of
from ratings.services.completion import close_study
from ratings.services.drafting import create_study
from ratings.services.simulation import simulate

FORM = reverse("ratings:sizes")
EASY = {"claims-0-margin": "0.4", "ratings_per_item": "", "amount": "15"}


@pytest.fixture
def signed_in(client, researcher):
    researcher.groups.add(Group.objects.get(name=RESEARCHER))
    client.force_login(researcher)
    return client


@pytest.fixture
def draft(researcher, plan):
    return create_study(owner=researcher, plan=plan)


def filled(question, **changes):
    """The form as a browser sends it."""
    rows = question.claims
    data = {"claims-TOTAL_FORMS": len(rows), "claims-INITIAL_FORMS": len(rows)}
    for place, claim in enumerate(rows):
        data |= {f"claims-{place}-{name}": value for name, value in ClaimRow.initial_of(claim).items()}
    shown = AssumptionsForm.initial_of(question)
    data |= {name: "" if value is None else value for name, value in shown.items()}
    return data | {"raters": "12", "most_items": "30"} | changes


def test_a_drafts_claims_stand_in_the_form(signed_in, draft):
    page = signed_in.get(FORM, {"study": draft.slug}).content.decode()
    assert "CANARY-label-lora non_inferior CANARY-label-full" in page
    assert 'value="0.2"' in page
    assert signed_in.get(FORM, {"study": "none"}).status_code == 404


def test_asked_waited_for_and_read(signed_in, draft):
    response = signed_in.post(f"{FORM}?study={draft.slug}", filled(question_of(draft), **EASY))
    asked = SizePlan.objects.get()
    address = reverse("ratings:size", args=[asked.pk])
    assert response["Location"] == address
    assert asked.study == draft
    assert "being simulated" in signed_in.get(address).content.decode()
    state = reverse("ratings:size_state", args=[asked.pk])
    assert signed_in.get(state).json() == {"under_way": True, "steps_done": 0, "steps": 1}
    signed_in.post(reverse("ratings:size_here", args=[asked.pk]))
    page = signed_in.get(address).content.decode()
    assert "The fewest judgements: 12 raters and" in page
    assert "price (€)" in page
    picture = signed_in.get(reverse("ratings:size_figure", args=[asked.pk, "en", 1]))
    assert picture.content.startswith(b"<?xml")
    assert signed_in.get(reverse("ratings:size_figure", args=[asked.pk, "en", 2])).status_code == 404
    assert not signed_in.get(state).json()["under_way"]


def test_another_researchers_size_does_not_exist(signed_in, draft, client, django_user_model):
    signed_in.post(FORM, filled(question_of(draft)))
    key = SizePlan.objects.get().pk
    eve = django_user_model.objects.create_user("eve")
    eve.groups.add(Group.objects.get(name=RESEARCHER))
    client.force_login(eve)
    for name, more in (("size", []), ("size_state", []), ("size_figure", ["en", 1])):
        assert client.get(reverse(f"ratings:{name}", args=[key, *more])).status_code == 404
    assert client.post(reverse("ratings:size_here", args=[key])).status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"raters": "many"}, "Give whole numbers such as 6, 9, 12."),
        ({"raters": "2 3 4 5 6 7 8 9 10"}, "Give at most 8 numbers."),
        ({"raters": "1"}, "&#x27;raters&#x27; is 1: give a number from 2 to 200."),
        ({"rest": "9"}, "cannot have a standard deviation"),
        ({"power": "2"}, "less than or equal to 0.99"),
        ({"claims-0-margin": ""}, "state one claim or more"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_stored(signed_in, draft, changes, sentence):
    response = signed_in.post(FORM, filled(question_of(draft), **changes))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not SizePlan.objects.exists()


def test_the_spreads_of_a_closed_study_are_taken_into_the_form(signed_in, make_study):
    study = close_study(study=simulate(study=make_study(), seed=3))
    posted = filled(question_of(study), take="1", pilot=f"{study.slug}:quality", mean="1.5")
    page = signed_in.post(FORM, posted)
    assert page.status_code == 200
    assert 'name="mean" value="1.5"' not in page.content.decode()
    assert not SizePlan.objects.exists()
    refused = signed_in.post(FORM, posted | {"pilot": f"{study.slug}:none"})
    assert refused.status_code == 422
    assert "has no ratings of" in refused.content.decode()
    assert signed_in.post(FORM, posted | {"pilot": "none:quality"}).status_code == 404


def test_a_failure_is_shown(signed_in, draft):
    signed_in.post(FORM, filled(question_of(draft)))
    SizePlan.objects.update(state="failed", error="ValueError: broken")
    page = signed_in.get(reverse("ratings:size", args=[SizePlan.objects.get().pk])).content.decode()
    assert "The simulation failed: ValueError: broken" in page
