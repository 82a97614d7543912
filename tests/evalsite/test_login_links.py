"""A one-time link signs one person in, once, by its button, within its time."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.test import Client

from evalsite import login_links

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_superuser("ada")


@pytest.fixture
def path(ada: User) -> str:
    return urlsplit(login_links.link_for(ada)).path


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_looking_at_the_link_uses_nothing_up(client: Client, path: str) -> None:
    for _ in range(2):
        assert client.get(path).status_code == 200
    assert not signed_in(client)


def test_its_button_signs_in_once(client: Client, path: str) -> None:
    assert client.post(path).status_code == 302
    assert signed_in(client)
    other = Client()
    assert other.post(path).status_code == 404
    assert not signed_in(other)


def test_it_is_over_after_its_time(client: Client, path: str, settings) -> None:
    settings.PASSWORD_RESET_TIMEOUT = -int(timedelta(seconds=5).total_seconds())
    assert client.post(path).status_code == 404


def test_a_deactivated_account_stays_out(client: Client, path: str, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert client.post(path).status_code == 404


@pytest.mark.parametrize("uid", ["!", "x" * 300, "OTk5OTk5", "////"])
def test_a_wrong_link_is_refused(uid: str) -> None:
    assert login_links.user_of(uid, "0-0") is None


def test_a_token_to_reset_a_password_signs_nobody_in(ada: User, path: str) -> None:
    uid = path.split("/")[2]
    assert login_links.user_of(uid, default_token_generator.make_token(ada)) is None
