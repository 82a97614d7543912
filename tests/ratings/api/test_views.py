"""Studies by script: planned, opened, closed and reported on, by their owner alone."""

import json

import pytest
from django.contrib.auth.models import Group, User
from rest_framework.test import APIClient

from ratings.models import Study
from ratings.services.simulation import simulate
from ratings.tasks import build_now


@pytest.fixture
def api(researcher) -> APIClient:
    researcher.groups.add(Group.objects.get(name="researcher"))
    client = APIClient()
    client.force_login(researcher)
    return client


@pytest.fixture
def asked(comparison) -> dict[str, object]:
    """A study as a script asks for it: the fields of the file."""
    names = {label: run.system.name for label, run in comparison.runs.items()}
    return {
        "name": "By script",
        "public_title": "Texts about restaurants",
        "dataset": comparison.dataset.name,
        "raters": 4,
        "seed": 7,
        "systems": [{"system": names[label], "label": label} for label in ("full", "lora")],
        "parts": [{"kind": "two_afc", "items": 6, "ratings_per_item": 2, "target": "full", "foil": "lora"}],
        "claims": [
            {
                "measure": "p_d",
                "subject": "two_afc",
                "system_a": "lora",
                "system_b": "full",
                "relation": "indistinguishable",
                "margin": 0.2,
            }
        ],
    }


def test_a_study_goes_its_way_by_script(api, asked) -> None:
    made = api.post("/api/v1/studies/", asked, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    assert made.json()["claims"][0]["relation"] == "indistinguishable"
    place = f"/api/v1/studies/{made.json()['slug']}/"
    assert api.post(place + "open/").json()["state"] == "open"
    locked = api.get(place + "report/json/")
    assert (locked.status_code, locked["Content-Type"]) == (409, "application/problem+json")
    study = simulate(study=Study.objects.get(), seed=1)
    assert api.post(place + "close/").json()["state"] == "closed"
    early = api.get(place + "report/json/")
    assert (early.status_code, early.json()["detail"]) == (
        404,
        "This report is not built yet: ask for it by POST.",
    )
    assert api.post(place + "report/").status_code == 202
    build_now(study.report.pk)
    report = json.loads(api.get(place + "report/json/").content)
    assert report["claims"][0]["verdict"] in {"supported", "refuted", "undecided"}
    assert "choose of html" in api.get(place + "report/docx/").json()["detail"]


def test_what_raters_meet_and_are_paid_is_shown(api, asked) -> None:
    stars = {"kind": "stars", "items": 6, "ratings_per_item": 2, "checks": 1, "repeats": 2}
    trial = asked["parts"][0] | {"training": 3, "confidence_steps": 5, "asks_comment": True}
    ruled = {"payment": {"amount": 9, "per": "hour"}, "exclusions": {"alike_at_most": 0.9}}
    made = api.post("/api/v1/studies/", asked | ruled | {"parts": [stars, trial]}, format="json").json()
    extras = ("n_training", "n_checks", "n_repeats", "confidence_steps", "asks_comment")
    assert [tuple(part[name] for name in extras) for part in made["parts"]] == [
        (0, 1, 2, 0, False),
        (3, 0, 0, 5, True),
    ]
    assert made["payment"] == {"amount": 9, "per": "hour", "currency": "EUR"}
    assert made["exclusion_rules"] == {"alike_at_most": 0.9}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"raters": 0}, "'raters' is 0"),
        ({"ratters": 3}, "'ratters' is no field"),
        ({"dataset": "nowhere"}, "which was not imported"),
    ],
)
def test_what_does_not_fit_is_named(api, asked, change, reason) -> None:
    answer = api.post("/api/v1/studies/", asked | change, format="json")
    assert answer.status_code == 400
    assert reason in answer.json()["detail"]
    assert not Study.objects.exists()


def test_a_list_is_no_study(api) -> None:
    assert api.post("/api/v1/studies/", [1], format="json").status_code == 400


def test_others_studies_are_not_there(study) -> None:
    stranger = User.objects.create_user("eve")
    stranger.groups.add(Group.objects.get(name="researcher"))
    client = APIClient()
    client.force_login(stranger)
    assert client.get("/api/v1/studies/").json()["count"] == 0
    assert client.get(f"/api/v1/studies/{study.slug}/").status_code == 404
    assert client.post(f"/api/v1/studies/{study.slug}/close/").status_code == 404


def test_the_list_takes_as_many_queries_for_many_studies(
    api, make_study, study, django_assert_max_num_queries
) -> None:
    for number in range(3):
        make_study(name=f"CANARY-study-{number}")
    with django_assert_max_num_queries(17):
        assert api.get("/api/v1/studies/").json()["count"] == 4
