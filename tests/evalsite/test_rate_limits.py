"""Limits on tries: exact however many try at once, on each engine; kind to people, not in raters' way."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from evalsite import rate_limits
from evalsite.models import AuditEntry, Tries
from evalsite.rate_limits import Limit, address_of, count, forget

FEW = Limit(name="few", tries=3, seconds=60)
PASSWORD = "a long enough password"


@pytest.fixture
def small(monkeypatch):
    """Call with the name of a limit and a number of tries to make it that small, wherever it is used."""

    def make(name: str, tries: int) -> None:
        object.__setattr__(getattr(rate_limits, name), "tries", tries)

    kept = {name: limit.tries for name, limit in vars(rate_limits).items() if isinstance(limit, Limit)}
    yield make
    for name, tries in kept.items():
        make(name, tries)


@pytest.mark.django_db
def test_so_many_tries_pass_and_then_there_is_a_wait() -> None:
    assert [count(FEW, "ada").is_over for _ in range(5)] == [False, False, False, True, True]
    assert 1 <= count(FEW, "ada").wait <= FEW.seconds
    assert not count(FEW, "grace").is_over
    assert not count(Limit(name="another", tries=3, seconds=60), "ada").is_over


@pytest.mark.django_db
def test_after_its_time_a_count_begins_anew_and_old_ones_are_gone() -> None:
    for _ in range(4):
        count(FEW, "ada")
    count(FEW, "grace")
    Tries.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert count(FEW, "ada").tries == 1
    assert Tries.objects.count() == 1


@pytest.mark.django_db
def test_what_is_kept_names_nobody_and_can_be_forgotten() -> None:
    count(FEW, "ada 203.0.113.9")
    assert "ada" not in str(Tries.objects.values().get())
    assert "203" not in Tries.objects.get().who
    forget(FEW, "ada 203.0.113.9")
    assert not Tries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_once_as_many_pass_as_the_limit_says() -> None:
    limit, passed, start = Limit(name="race", tries=10, seconds=60), [], threading.Barrier(8)

    def try_often() -> None:
        start.wait()
        passed.extend(not count(limit, "ada").is_over for _ in range(5))
        connection.close()

    threads = [threading.Thread(target=try_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(passed), len(passed)) == (10, 40)
    assert Tries.objects.get().tries == 40


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "198.51.100.1", "203.0.113.9"),
        (1, "198.51.100.1, 192.0.2.5", "192.0.2.5"),
        (2, "198.51.100.1, 192.0.2.5, 10.0.0.1", "192.0.2.5"),
        (2, "192.0.2.5", "192.0.2.5"),
        (1, "", "203.0.113.9"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        (1, "no address", "no address"),
    ],
)
def test_an_address_is_what_our_outermost_proxy_saw(settings, proxies: int, told: str, address: str) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9", headers={"X-Forwarded-For": told})
    assert address_of(request) == address


@pytest.fixture
def ada(db) -> User:
    return User.objects.create_user("ada", password=PASSWORD)


def sign_in(client, password: str, name: str = "ada", **extra: str):
    return client.post(reverse("login"), {"username": name, "password": password}, **extra)


def test_wrong_passwords_are_held_up_and_noted_once_and_others_go_on(client, ada: User, small) -> None:
    small("SIGN_IN", 3)
    assert [sign_in(client, "wrong").status_code for _ in range(5)] == [200] * 3 + [429] * 2
    held = sign_in(client, PASSWORD)
    assert held.status_code == 429
    assert 0 < int(held["Retry-After"]) <= 900
    assert "Please come back in 15 minutes" in held.text
    assert client.get(reverse("login")).status_code == 200
    assert sign_in(client, PASSWORD, REMOTE_ADDR="192.0.2.7").status_code == 302
    entry = AuditEntry.objects.get(action="sign-in held up")
    assert (entry.subject, entry.details) == ("ada", {"limit": "sign-in of an account from an address"})


def test_signing_in_makes_earlier_mistakes_count_no_more(client, ada: User, small) -> None:
    small("SIGN_IN", 3)
    for _ in range(3):
        for _ in range(2):
            assert sign_in(client, "wrong").status_code == 200
        assert sign_in(client, PASSWORD).status_code == 302
        client.logout()


def test_many_accounts_from_one_address_and_one_account_from_many(client, ada: User, small) -> None:
    small("SIGN_IN_ADDRESS", 2)
    small("SIGN_IN_ACCOUNT", 3)
    found = [sign_in(client, "wrong", f"name {number}").status_code for number in range(3)]
    assert found == [200, 200, 429]
    assert AuditEntry.objects.get(action="sign-in held up").subject == "an unknown account"
    found = [sign_in(client, "wrong", REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(4)]
    assert found == [200, 200, 200, 429]


@pytest.mark.django_db
def test_links_that_are_none_are_counted_and_the_page_speaks_vietnamese(client, small) -> None:
    small("UNKNOWN_LINK", 3)
    addresses = (
        reverse("ratings:rater_landing", args=["none"]),
        reverse("ratings:join", args=["none"]),
        reverse("one_time_sign_in", args=["MQ", "none"]),
    )
    assert [client.get(address).status_code for address in addresses] == [404] * 3
    for address in addresses:
        answer = client.get(address, headers={"Accept-Language": "vi"})
        assert answer.status_code == 429
        assert answer["Retry-After"].isdecimal()
        assert "no-store" in answer["Cache-Control"]
        assert "Xin quay lại sau" in answer.text


@pytest.mark.django_db
def test_tokens_that_are_none_are_counted(client, small) -> None:
    small("UNKNOWN_TOKEN", 2)
    headers = {"Authorization": "Token none"}
    answers = [client.get(reverse("study-list"), headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert int(answers[2]["Retry-After"]) > 0
