"""Characters that PostgreSQL cannot hold are a 400 wherever they come in, on every database."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client, RequestFactory
from django.urls import reverse

from evalsite.plain_text import storable
from generation.models import Dataset
from tests.generation.comparisons import make_corpus

pytestmark = pytest.mark.django_db
NUL = "a\0b"


@pytest.fixture
def researcher() -> Client:
    user = User.objects.create_user("ada")
    user.groups.add(Group.objects.get(name="researcher"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def corpus() -> Dataset:
    return make_corpus(1)


@pytest.mark.parametrize("name", ["dataset", "outputs"])
def test_a_nul_in_a_query(researcher: Client, corpus: Dataset, name: str) -> None:
    answer = researcher.get(reverse(f"generation:{name}", args=[corpus.pk]), {"q": NUL})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert "leave it out" in answer.text
    assert researcher.get(reverse(f"generation:{name}", args=[corpus.pk]), {NUL: "x"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/r/a%00b/", "/sign-in/a%00b/x/", "/uploads/files/a%00b/", "/studies/a%00b/", "/%00/"]
)
def test_a_nul_in_an_address(researcher: Client, path: str) -> None:
    assert researcher.get(path).status_code == 400
    assert Client().get(path).status_code == 400


def test_the_api_says_it_as_a_problem(researcher: Client) -> None:
    answer = researcher.get("/api/v1/datasets/", {"name": NUL})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "ParseError"


def test_a_nul_in_a_form(researcher: Client) -> None:
    for field in ({"name": NUL}, {NUL: "x"}, {"task": NUL}, {"next": NUL}):
        assert researcher.post(reverse("generation:dataset_import"), field).status_code == 400
    signed = Client().post(reverse("login"), {"username": NUL, "password": "x"})
    assert signed.status_code == 400


def test_a_nul_in_the_name_of_a_file_does_not_break_anything(researcher: Client, tmp_path: Path) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\0b.csv"\r\n\r\nmr,ref\r\n'
        b'--x\r\nContent-Disposition: form-data; name="task"\r\n\r\ne2e\r\n--x--\r\n'
    )
    kind = "multipart/form-data; boundary=x"
    answer = researcher.post(reverse("generation:dataset_import"), body, content_type=kind)
    assert answer.status_code in (400, 422)


def test_a_nul_in_a_cookie_or_a_header() -> None:
    client = Client()
    client.cookies["sessionid"] = "aaaaaaaa\0"
    assert client.get(reverse("login")).status_code == 400
    answer = Client().get("/api/v1/datasets/", headers={"Authorization": "Token a\0"})
    assert answer.status_code == 400


def test_other_texts_pass(researcher: Client, corpus: Dataset) -> None:
    for text in ("Café 😀", "\x01\x7f", "\u202e", "%00"):
        assert researcher.get(reverse("generation:dataset", args=[corpus.pk]), {"q": text}).status_code == 200


def test_what_can_be_stored() -> None:
    assert storable("Café 😀 \x01")
    assert not any(storable(text) for text in (NUL, "\0", "\ud800", "a\udfff"))


def test_a_broken_percent_sequence_is_no_error(researcher: Client, corpus: Dataset) -> None:
    address = reverse("generation:dataset", args=[corpus.pk])
    assert researcher.get(f"{address}?q=%ff%c0%80%ed%a0%80").status_code == 200
    assert RequestFactory().get("/%ff%ed%a0%80/").path_info
    assert researcher.get("/%ff%ed%a0%80/").status_code in (400, 404)
