"""An admin, and where uploads lie while they come in."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from generation.models import Upload
from generation.services.uploads import start_upload
from tests.generation.services.conftest import base, dataset, system

__all__ = ["base", "dataset", "system"]  # the fixtures of the services' tests serve here too


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("grace")


@pytest.fixture
def upload_folder(settings, tmp_path: Path) -> Path:
    settings.UPLOAD_DIR = tmp_path / "uploads"
    # A shared machine's disk may be nearly full; the tests of room set their own share.
    settings.UPLOAD_LIMITS = {**settings.UPLOAD_LIMITS, "disk_share_kept_free": 0.0}
    return settings.UPLOAD_DIR


@pytest.fixture
def upload(admin: User, upload_folder: Path) -> Upload:
    return start_upload(owner=admin, name="incoming", adaptation="pretrained")
