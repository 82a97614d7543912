"""The researcher's study pages: a draft's plan, an open study's progress and actions, no answers."""

import dataclasses
import hashlib
import json
import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from ratings.models import Rater, Study
from ratings.services.completion import close_study
from ratings.services.drafting import create_study
from ratings.services.protocol import protocol_bytes
from ratings.services.simulation import simulate


@pytest.fixture
def member(researcher) -> Client:
    researcher.groups.add(Group.objects.get(name="researcher"))
    client = Client()
    client.force_login(researcher)
    return client


@pytest.fixture
def draft(researcher, plan) -> Study:
    return create_study(owner=researcher, plan=plan)


def address(name: str, study: Study) -> str:
    return reverse(f"ratings:{name}", args=[study.slug])


def post(client: Client, name: str, study: Study, **fields: object) -> str:
    """The page that an action leads to."""
    return client.post(address(name, study), fields, follow=True).content.decode()


def test_a_draft_shows_its_plan_and_stores_nothing(member, draft) -> None:
    page = member.get(address("study", draft)).content.decode()
    assert "Balance of the plan" in page
    assert "CANARY-label-lora" in page
    assert not Rater.objects.exists()
    assert not draft.parts.filter(items__isnull=False).exists()


def test_a_draft_that_cannot_be_carried_out_says_why(member, researcher, plan) -> None:
    parts = (dataclasses.replace(plan.parts[0], items=500),)
    draft = create_study(owner=researcher, plan=dataclasses.replace(plan, parts=parts))
    page = member.get(address("study", draft)).content.decode()
    assert 'role="alert"' in page
    assert "Freeze and open" not in page


def test_opening_freezes_it(member, draft) -> None:
    page = post(member, "study_open", draft)
    assert "its design frozen" in page
    draft.refresh_from_db()
    assert draft.state == "open"
    assert draft.protocol_sha256 in page
    edit = member.get(address("study_edit", draft), follow=True).content.decode()
    assert "which froze its design" in edit
    assert "was opened and is kept" in post(member, "study_delete", draft)
    assert Study.objects.filter(pk=draft.pk).exists()


def test_the_protocol_is_the_bytes_of_its_hash(member, study) -> None:
    response = member.get(address("study_protocol", study))
    assert response["Content-Disposition"].startswith("attachment")
    assert hashlib.sha256(response.content).hexdigest() == study.protocol_sha256
    assert response.content == protocol_bytes(json.loads(response.content))


def test_links_are_shown_once_and_are_those_of_raters(member, study) -> None:
    response = member.post(address("study_invite", study), {"n": "2", "free": "4"})
    assert response["Cache-Control"] == "no-store"
    links = re.findall(r"/rate/([\w-]+)/", response.content.decode())
    assert len(set(links)) == 2
    assert Client().get(f"/rate/{links[0]}/").status_code == 200
    assert links[0] not in member.get(address("study", study)).content.decode()


def test_the_same_form_sent_twice_invites_once(member, study) -> None:
    member.post(address("study_invite", study), {"n": "2", "free": "4"})
    assert "Places were given out since" in post(member, "study_invite", study, n=2, free=4)
    assert Rater.objects.exclude(token_hash=None).count() == 2


@pytest.mark.parametrize("n", ["0", "5", "-1", "x", "9" * 40, ""])
def test_a_number_that_does_not_fit_is_refused_in_words(member, study, n) -> None:
    page = post(member, "study_invite", study, n=n, free=4)
    assert "ask for 1 to 4" in page
    assert not Rater.objects.exclude(token_hash=None).exists()


def test_a_lost_link_is_renewed_and_the_old_one_ends(member, study, invited) -> None:
    page = post(member, "study_renew", study, place=1)
    link = re.search(r"/rate/([\w-]+)/", page)[1]
    assert Client().get(f"/rate/{invited.link}/").status_code == 404
    assert Client().get(f"/rate/{link}/").status_code == 200
    assert "has no such rater" in post(member, "study_renew", study, place=99)


def test_a_withdrawn_rater_is_out(member, study, invited) -> None:
    assert "is out of the study" in post(member, "study_withdraw", study, place=1)
    invited.rater.refresh_from_db()
    assert invited.rater.withdrawn_at is not None
    assert "withdrawn" in member.get(address("study", study)).content.decode()


def test_simulated_answers_are_marked_and_keep_people_out(member, study) -> None:
    page = post(member, "study_simulate", study)
    assert "come from simulated raters" in page
    assert "so real ones cannot join" in post(member, "study_invite", study, n=1, free=4)
    assert "simulated raters" in member.get(reverse("ratings:studies")).content.decode()


def test_no_simulation_beside_people(member, study, invited) -> None:
    assert "has invited real raters" in post(member, "study_simulate", study)


def test_closing_asks_once(member, study) -> None:
    page = post(member, "study_close", study)
    assert "have not been handed in yet" in page
    study.refresh_from_db()
    assert study.state == "open"
    post(member, "study_close", study, sure=1)
    study.refresh_from_db()
    assert study.state == "closed"
    assert "Read the report" in member.get(address("study", study)).content.decode()


def test_nothing_of_the_answers_is_seen_before_closing(member, study) -> None:
    simulate(study=study, seed=1)
    for name in ("study", "study_live"):
        text = re.sub(r"<[^>]+>", " ", member.get(address(name, study)).content.decode())
        assert "CANARY-label" not in text
        assert "correct" not in text


def test_another_researchers_study_is_not_there(study) -> None:
    stranger = User.objects.create_user("eve")
    stranger.groups.add(Group.objects.get(name="researcher"))
    client = Client()
    client.force_login(stranger)
    for name in ("study", "study_edit", "study_live", "study_protocol"):
        assert client.get(address(name, study)).status_code == 404
    for name in ("open", "invite", "renew", "withdraw", "simulate", "close", "delete"):
        assert client.post(address(f"study_{name}", study)).status_code == 404
    assert "CANARY-study" not in client.get(reverse("ratings:studies")).content.decode()


def test_lists_and_pages_take_as_many_queries_for_many_studies(
    member, researcher, make_study, study, django_assert_max_num_queries
) -> None:
    for number in range(4):
        make_study(name=f"CANARY-study-{number}")
    with django_assert_max_num_queries(8):
        member.get(reverse("ratings:studies"))
    with django_assert_max_num_queries(9):
        member.get(address("study", study))
    with django_assert_max_num_queries(9):
        member.get(address("study_live", study))


def test_a_study_like_an_old_one_starts_from_its_plan(member, study) -> None:
    close_study(study=study)
    page = member.get(reverse("ratings:study_new"), {"from": study.slug}).content.decode()
    assert "Texts about restaurants" in page
    assert 'value="CANARY-study"' not in page
