"""Leaving a study: what goes, what stays, and what a rater can see of it all."""

import pytest
from django.urls import reverse

from ratings.models import (
    Assignment,
    Judgement,
    PlatformIdentity,
    Rater,
    RaterExclusion,
    Rating,
    Remark,
)
from ratings.services.answers import Sent, record_rating
from ratings.services.completion import close_study
from ratings.services.exclusions import exclude_rater
from ratings.services.judgements import record_choice

FORGOTTEN = {
    "token_hash": None,
    "link_expires_at": None,
    "language": "",
    "account_id": None,
    "open_link_id": None,
}
NEVER_CAME = FORGOTTEN | {
    "consented_at": None,
    "consent_sha256": "",
    "consent_language": "",
    "consent_version": None,
    "practised": 0,
    "quiz_attempts": 0,
    "quiz_passed_at": None,
    "finished_at": None,
}


@pytest.fixture
def at(consented):
    return lambda page: reverse(f"ratings:rater_{page}", args=[consented.link])


@pytest.fixture
def answered(consented, researcher):
    """The rater with stars given twice on one item, a choice, an identity and an exclusion."""
    rater = consented.rater
    stars = rater.assignments.filter(part__kind="stars").first()
    shown = stars.shown_texts.first().token
    for value in (2, 5):
        record_rating(
            rater=rater,
            assignment=stars.token,
            shown=shown,
            criterion=1,
            stars=value,
            sent=Sent(key=f"k{value}", client_ms=900),
        )
    trial = rater.assignments.filter(part__kind="two_afc").first()
    record_choice(
        rater=rater,
        assignment=trial.token,
        chosen=trial.shown_texts.first().token,
        sent=Sent(key="k"),
    )
    Remark.objects.create(assignment=stars, revision=1, key="k", comment="I am Ada.")
    Assignment.objects.filter(pk=stars.pk).update(completed_at="2026-01-01T00:00Z", client_ms=900)
    PlatformIdentity.objects.create(study=rater.study, rater=rater, digest="d" * 64)
    exclude_rater(rater=rater, reason="Too fast.", actor=researcher)
    return rater


def left_of(rater):
    held = Rater.objects.filter(pk=rater.pk).values().get()
    return {name: held[name] for name in NEVER_CAME}


def test_before_closing_every_answer_is_really_deleted(client, answered, at):
    page = client.get(at("leave")).content.decode()
    assert "You have handed in 1 item. It is deleted" in page
    assert Rating.objects.count() == 2  # asking deletes nothing
    assert client.post(at("leave"))["Location"] == reverse("ratings:rater_left")
    for model in (Rating, Judgement, Remark, PlatformIdentity, RaterExclusion):
        assert not model.objects.exists(), model
    times = Assignment.objects.filter(rater=answered).values_list("completed_at", "client_ms", "cannot_judge")
    assert set(times) == {(None, None, "")}
    assert left_of(answered) == NEVER_CAME
    assert Rater.objects.get(pk=answered.pk).withdrawn_at is not None
    again = client.post(at("leave"))  # the second of two clicks
    assert again["Location"] == reverse("ratings:rater_left")
    assert b"You have left the study" in client.get(again["Location"]).content
    assert client.get(at("leave")).status_code == client.get(at("next")).status_code == 404


def test_after_closing_answers_stay_and_lead_to_nobody(client, answered, at):
    close_study(study=answered.study)
    assert client.get(at("next")).status_code == 410
    page = client.get(at("leave")).content.decode()
    assert "its results rest on your answers, so they stay" in page
    client.post(at("leave"))
    assert Rating.objects.count() == 2
    assert Judgement.objects.count() == 1
    held = left_of(answered)
    assert {name: held[name] for name in FORGOTTEN} == FORGOTTEN
    assert held["consent_sha256"] == answered.study.consent_sha256
    assert Rater.objects.get(pk=answered.pk).withdrawn_at is None
    assert client.get(at("leave")).status_code == 404


def test_every_page_of_a_rater_leads_to_the_way_out(client, answered, at):
    for page in ("instructions", "leave"):
        assert f'href="{at("leave")}"' in client.get(at(page)).content.decode()
    item = client.get(at("next"), follow=True).content.decode()
    assert f'href="{at("leave")}"' in item
    close_study(study=answered.study)
    assert f'href="{at("leave")}"' in client.get(at("next")).content.decode()


def test_a_rater_sees_all_that_is_held(client, answered, at):
    response = client.get(at("data"))
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert response["Cache-Control"].startswith("max-age=0")
    held = response.json()
    assert held["called"] == "R01"
    assert held["consent"]["version"] == 1
    assert "voluntary" in held["consent"]["text"]
    assert held["platform_name_kept_as_a_hash"] is True
    assert held["left_out_of_the_results_because"] == "Too fast."
    first, trial = held["items"]
    assert [(row["stars"], row["in_force"]) for row in first["stars"]] == [(2, False), (5, True)]
    assert first["remarks"][0]["comment"] == "I am Ada."
    assert trial["choices"][0]["chosen"] == "1"
    assert "right" not in trial["choices"][0]
    assert "CANARY" not in response.content.decode()
    close_study(study=answered.study)
    assert client.get(at("data")).json()["items"][1]["choices"][0]["right"] in (True, False)


def test_what_was_not_answered_yet_is_not_told(client, consented, at):
    assert client.get(at("data")).json()["items"] == []
