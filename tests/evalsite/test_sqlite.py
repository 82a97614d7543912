"""SQLite's writers wait in one line, in which a refused one leaves its place."""

import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from evalsite.sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db  # which lets connections be made, of which these tests make their own

Connect = Callable[..., DatabaseWrapper]


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    """A function that opens a connection of its own to one database file, or to `name`."""
    opened: list[DatabaseWrapper] = []

    def open_one(name: str = "") -> DatabaseWrapper:
        options = {"timeout": 0.1, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"}
        settings: dict[str, Any] = {**connection.settings_dict, "ENGINE": "evalsite.sqlite"}
        settings |= {"NAME": name or str(tmp_path / "site.sqlite3"), "OPTIONS": options}
        opened.append(DatabaseWrapper(settings, alias=f"line {len(opened)}"))
        opened[-1].connect()
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def begin(database: DatabaseWrapper) -> None:
    database.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def is_free(line: Path) -> bool:
    """Whether nobody is first in line."""
    with line.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_a_writer_asks_as_the_first_in_line_and_leaves_it_for_the_next(
    connect: Connect, tmp_path: Path
) -> None:
    line, writer = tmp_path / "site.sqlite3-line", connect()
    asked: list[bool] = []

    def watch(execute: Callable[..., Any], *arguments: Any) -> Any:
        asked.append(is_free(line))
        return execute(*arguments)

    with writer.execute_wrapper(watch):
        begin(writer)
    assert asked == [False]
    assert is_free(line)


def test_whoever_is_refused_leaves_the_line(connect: Connect) -> None:
    first, second, third = connect(), connect(), connect()
    begin(first)
    with pytest.raises(OperationalError, match="locked"):
        begin(second)
    first.rollback()
    begin(third)


def test_a_database_in_memory_needs_no_line(connect: Connect, tmp_path: Path) -> None:
    begin(connect(":memory:"))
    assert list(tmp_path.iterdir()) == []


def test_a_closed_connection_holds_no_file_open(connect: Connect) -> None:
    writer = connect()
    begin(writer)
    writer.rollback()
    writer.close()
    writer.close()
    writer.connect()
    begin(writer)
