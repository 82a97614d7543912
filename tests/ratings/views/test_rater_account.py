"""A place kept with the rater's account: who finds it, how the tie ends, and who never sees it."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from evalsite.roles import RESEARCHER
from ratings.models import Rater, Study
from ratings.services.completion import close_study
from ratings.services.invitations import create_invitations, renew_invitation
from ratings.services.leaving import withdraw_rater

ACCOUNT = "ada-of-the-raters"


@pytest.fixture
def ada(db) -> User:
    return User.objects.create_user(ACCOUNT)


@pytest.fixture
def kept(client, consented, ada):
    """The rater, whose place is kept with the account of Ada, who is signed in."""
    client.force_login(ada)
    answer = client.post(reverse("ratings:rater_account", args=[consented.link]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("ratings:own_places"))
    return Rater.objects.get(pk=consented.rater.pk)


def at(page, rater):
    return reverse(f"ratings:rater_{page}", args=[f"account.{rater.pk}"])


def test_signing_in_leads_back_to_the_place_and_the_link_stays_good(client, kept, consented):
    page = client.get(reverse("ratings:own_places")).content.decode()
    assert f'href="{at("next", kept)}"' in page
    assert f"0 of {kept.assignments.count()} items are handed in." in page
    assert client.get(at("instructions", kept)).status_code == 200
    assert client.get(at("data", kept)).json()["account"] == ACCOUNT
    assert "name is held as well" in client.get(at("leave", kept)).content.decode()
    assert client.get(reverse("ratings:rater_instructions", args=[consented.link])).status_code == 200


def test_a_second_time_changes_nothing(client, kept, consented, ada):
    client.post(reverse("ratings:rater_account", args=[consented.link]))
    assert Rater.objects.get(account=ada) == kept


def test_nobody_else_comes_in_by_an_account(client, kept, django_user_model):
    for link in (f"account.{kept.pk}", "account.", "account.x", f"account.{'9' * 40}"):
        client.force_login(django_user_model.objects.get_or_create(username="another")[0])
        assert client.get(reverse("ratings:rater_data", args=[link])).status_code == 404
    client.logout()
    answer = client.get(at("data", kept))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))
    token = kept.assignments.first().token
    sent = client.post(reverse("ratings:rater_answer", args=[f"account.{kept.pk}", token]))
    assert sent.status_code == 404  # a way to sign in would seem to have saved it


def test_no_account_stands_for_a_place_without_one(client, consented):
    """Not for who is not signed in either: neither has an account."""
    sent = client.post(reverse("ratings:rater_leave", args=[f"account.{consented.rater.pk}"]))
    assert sent["Location"] == reverse("ratings:rater_left")
    assert Rater.objects.get(pk=consented.rater.pk).withdrawn_at is None


def test_an_account_has_one_place_a_study_and_a_place_one_account(client, kept, consented, ada):
    other = create_invitations(study=kept.study, n=1)[0]
    second = Rater.objects.get(study=kept.study, pseudonym=other.pseudonym)
    Rater.objects.filter(pk=second.pk).update(consented_at=kept.consented_at, consent_sha256="c" * 64)
    answer = client.post(reverse("ratings:rater_account", args=[other.token]))
    assert answer.status_code == 409
    assert "your account has another place in this study" in answer.content.decode()
    client.force_login(User.objects.create_user("another"))
    assert client.post(reverse("ratings:rater_account", args=[consented.link])).status_code == 409
    assert list(Rater.objects.filter(account__isnull=False)) == [kept]


def test_who_has_not_agreed_keeps_nothing(client, invited, ada):
    client.force_login(ada)
    answer = client.post(reverse("ratings:rater_account", args=[invited.link]))
    assert answer["Location"] == reverse("ratings:rater_landing", args=[invited.link])
    assert not Rater.objects.filter(account=ada).exists()


def test_who_is_not_signed_in_is_asked_to(client, consented):
    answer = client.get(reverse("ratings:rater_account", args=[consented.link]))
    assert answer["Location"].startswith(reverse("login"))
    page = client.get(reverse("ratings:rater_instructions", args=[consented.link])).content.decode()
    assert "Keep this place" not in page


def test_letting_go_leaves_the_place_as_it_is(client, kept, consented):
    client.post(reverse("ratings:rater_account", args=[consented.link]), {"release": ""})
    assert Rater.objects.get(pk=kept.pk).account is None
    assert client.get(reverse("ratings:rater_instructions", args=[consented.link])).status_code == 200


@pytest.mark.parametrize("end", [renew_invitation, withdraw_rater])
def test_a_new_link_and_leaving_end_the_tie(client, kept, end):
    end(rater=kept)
    assert client.get(at("data", kept)).status_code == 404


def test_every_state_of_a_study_is_said(client, kept):
    def page() -> str:
        return client.get(reverse("ratings:own_places")).content.decode()

    Study.objects.update(paused_at=kept.consented_at)
    assert "The study is paused and goes on later." in page()
    Study.objects.update(paused_at=None)
    Rater.objects.filter(pk=kept.pk).update(handed_on_at=kept.consented_at)
    assert "Your place went to somebody else" in page()
    Rater.objects.filter(pk=kept.pk).update(handed_on_at=None, finished_at=kept.consented_at)
    assert at("next", kept) not in page()
    close_study(study=kept.study)
    assert "The study is over." in page()


def test_researchers_see_no_account(client, kept, researcher):
    researcher.groups.add(Group.objects.get(name=RESEARCHER))
    client.force_login(researcher)
    for name in ("study", "study_live", "quality", "study_protocol"):
        page = client.get(reverse(f"ratings:{name}", args=[kept.study.slug]))
        assert page.status_code == 200
        assert ACCOUNT not in page.content.decode()
