"""A database that is away is said to be, in both languages; a fault of ours stays one."""

import errno
import re
import sqlite3

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.urls import reverse

from evalsite.operation.away import has_no_room, is_away

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    return client


@pytest.fixture
def database_away():
    def refuse(*_):
        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize("view", ["home", "ratings:rater_landing"])
def test_a_page_says_so_in_both_languages_and_when_to_come_back(visitor, database_away, view):
    visitor.cookies["sessionid"] = "somebody"
    response = visitor.get(reverse(view, args=["a-link"] if "rater" in view else []))
    page = response.content.decode()
    assert response.status_code == 503
    assert (response["Retry-After"], response["Cache-Control"]) == ("30", "no-store")
    assert "Not available for a moment" in page
    assert "Tạm thời không dùng được" in page
    assert re.findall(r'<section lang="(\w+)">', page) == ["en", "vi"]
    assert ("Try again" in page, "send it again" in page) == (True, False)
    assert "Content-Security-Policy" in response.headers


def test_who_sent_something_is_told_to_send_it_again(visitor, database_away):
    page = visitor.post(reverse("ratings:rater_landing", args=["a-link"])).content.decode()
    assert ("Try again" in page, "send it again" in page) == (False, True)


def test_a_program_gets_a_problem_document(visitor, database_away):
    response = visitor.get("/api/v1/runs/", headers={"Authorization": "Token of-somebody"})
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "DatabaseAway"


@pytest.mark.parametrize(("address", "kind"), [("/rate/a-link/", "text/html"), ("/api/v1/runs/", "problem")])
def test_a_full_disk_is_said(visitor, address, kind):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with connection.execute_wrapper(refuse):
        response = visitor.get(address, headers={"Authorization": "Token of-somebody"})
    assert response.status_code == 503
    assert kind in response["Content-Type"]
    assert "no room left" in response.content.decode() or response.json()["code"] == "DiskFull"


def test_a_fault_in_a_query_is_no_absence(visitor):
    def break_it(*_):
        raise ProgrammingError("no such column")

    with connection.execute_wrapper(break_it):
        response = visitor.get(reverse("ratings:rater_landing", args=["a-link"]))
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


def test_sqlite_tells_a_missing_table_from_a_full_disk():
    def of_sqlite(code):
        error = OperationalError()
        error.__cause__ = sqlite3.OperationalError()
        error.__cause__.sqlite_errorcode = code
        return error

    assert not is_away(of_sqlite(sqlite3.SQLITE_ERROR))
    for code in (sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_IOERR_WRITE):
        assert is_away(of_sqlite(code))
    assert has_no_room(of_sqlite(sqlite3.SQLITE_FULL))
    assert not has_no_room(of_sqlite(sqlite3.SQLITE_BUSY))
    assert is_away(InterfaceError("connection already closed"))
    assert not is_away(None)
