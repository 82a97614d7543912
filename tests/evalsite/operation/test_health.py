import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from evalsite.operation import health


@pytest.mark.django_db
def test_a_site_that_can_serve_is_ready(client):
    response = client.get(reverse("ready"))
    assert response.status_code == 200
    assert response.json() == {"database": True, "migrations": True, "disk": True}


@pytest.mark.django_db
def test_a_missing_migration_is_named(client):
    MigrationRecorder.Migration.objects.filter(app="ratings").order_by("-name").first().delete()
    response = client.get(reverse("ready"))
    assert response.status_code == 503
    assert response.json() == {"database": True, "migrations": False, "disk": True}


@pytest.mark.django_db
def test_a_full_disk_is_named(client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_BYTES_FREE", 1 << 60)
    response = client.get(reverse("ready"))
    assert (response.status_code, response.json()["disk"]) == (503, False)


@pytest.mark.django_db
def test_a_database_that_is_down_is_named_and_the_process_lives(client):
    def refuse(*_):
        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        response = client.get(reverse("ready"))
        assert client.get(reverse("health")).json() == {"alive": True}
    assert response.status_code == 503
    assert response.json() == {"database": False, "migrations": False, "disk": True}
