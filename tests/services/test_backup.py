"""The way from one machine onto PostgreSQL and back, by backup and restore."""

import json
import uuid

import psycopg
import pytest
from django.db import connection

from tests.evalsite.installation import SCRIPT, Installation
from tests.evalsite.test_backup import COUNT, WRITE_PAIRS, WRITTEN, contents_of, filled, saved

__all__ = ["filled", "saved"]

pytestmark = [pytest.mark.services, pytest.mark.django_db, pytest.mark.usefixtures("on_postgresql")]


@pytest.fixture
def postgresql(tmp_path):
    """An installation on an empty PostgreSQL database, which goes afterwards."""
    settings = connection.settings_dict
    place = {name: settings[name.upper()] for name in ("host", "port", "user", "password")}
    name = f"evalsite_restored_{uuid.uuid4().hex[:12]}"
    address = psycopg.conninfo.make_conninfo(**place, dbname="postgres")
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield Installation(
            tmp_path / "on-postgresql",
            "postgresql://{user}:{password}@{host}:{port}/".format(**place) + name,
        )
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_sqlite_moves_to_postgresql_and_back(saved, postgresql, tmp_path):
    postgresql.manage("restore", str(saved))
    postgresql.manage("backup", str(tmp_path / "there"))
    assert contents_of(tmp_path / "there") == contents_of(saved)
    postgresql.run("from django.contrib.auth.models import User; User.objects.create_user('grace')")
    back = Installation(tmp_path / "back")
    back.manage("restore", str(tmp_path / "there"))
    back.manage("backup", str(tmp_path / "back.backup"))
    assert contents_of(tmp_path / "back.backup") == contents_of(saved)


def test_a_backup_of_postgresql_is_of_one_moment(saved, postgresql, tmp_path):
    postgresql.manage("restore", str(saved))
    with postgresql.start(*SCRIPT, WRITE_PAIRS) as writer:
        try:
            assert writer.stdout.readline() == "writing\n"
            before = int(postgresql.run(COUNT))
            postgresql.manage("backup", str(tmp_path / "under-load"))
            assert int(postgresql.run(COUNT)) > before
        finally:
            writer.kill()
    other = Installation(tmp_path / "var")
    other.manage("restore", str(tmp_path / "under-load"))
    restored, written = json.loads(other.run(WRITTEN)), json.loads(postgresql.run(WRITTEN))
    assert before <= len(restored) < len(written)
    assert len(restored) % 2 == 0
    assert restored == written[: len(restored)]
