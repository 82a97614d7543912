"""Passwords and sessions: how they are kept, and when they end."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

PASSWORD = "a long enough password"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada", password=PASSWORD)


def sign_in(client) -> str:
    client.post(reverse("login"), {"username": "ada", "password": PASSWORD})
    return client.cookies["sessionid"].value


def test_a_password_is_hashed_with_argon2(ada: User) -> None:
    assert ada.password.startswith("argon2$argon2id$")
    assert PASSWORD not in ada.password


def test_signing_in_gives_a_new_key_and_signing_out_ends_the_old_one(client, ada: User) -> None:
    first = sign_in(client)
    client.post(reverse("logout"))
    client.cookies["sessionid"] = first
    assert client.get(reverse("home")).status_code == 302
    assert sign_in(client) != first


def test_another_password_ends_every_session(client, ada: User) -> None:
    sign_in(client)
    assert client.get(reverse("home")).status_code == 403  # signed in, and of no role
    ada.set_password("quite another password")
    ada.save()
    assert client.get(reverse("home")).status_code == 302


def test_a_session_ends_after_a_week_and_no_script_reads_it(client, ada: User) -> None:
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (7 * 24 * 3600, True, "Lax")
