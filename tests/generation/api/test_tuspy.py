"""The client that scripts use, against a real server, with the line cut in the middle."""

import hashlib
import random
from pathlib import Path

import pytest
import requests
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
from tusclient import client
from tusclient.exceptions import TusCommunicationError

from generation.models import UploadedFile
from tests.generation.api.cutting import line_to

MEBIBYTE = 1 << 20


@pytest.mark.django_db(transaction=True)
def test_a_file_cut_three_times_arrives_whole(live_server, settings, tmp_path: Path) -> None:
    settings.UPLOAD_DIR = tmp_path / "uploads"
    settings.UPLOAD_LIMITS = {**settings.UPLOAD_LIMITS, "disk_share_kept_free": 0.0}
    path = tmp_path / "model.safetensors"
    path.write_bytes(random.Random(1).randbytes(8 * MEBIBYTE))
    token = Token.objects.create(user=User.objects.create_superuser("grace"))
    headers = {"Authorization": f"Token {token.key}"}
    begun = requests.post(
        f"{live_server.url}/api/v1/uploads/",
        json={"name": "new", "adaptation": "pretrained"},
        headers=headers,
        timeout=30,
    ).json()
    with line_to(live_server.url) as line, path.open("rb") as stream:
        tus = client.TusClient(f"{line.address}/uploads/{begun['id']}/files/", headers=headers)
        uploader = tus.uploader(
            file_stream=stream, chunk_size=2 * MEBIBYTE, metadata={"filename": path.name}, retries=0
        )
        while uploader.offset < path.stat().st_size:
            line.cut_after = 2 * MEBIBYTE + 1000 if line.cuts < 3 else None
            try:
                uploader.upload()
            except (TusCommunicationError, requests.ConnectionError):
                uploader.offset = uploader.get_offset()
    assert line.cuts == 3
    file = UploadedFile.objects.get()
    assert file.is_complete
    arrived = tmp_path / "uploads" / str(begun["id"]) / path.name
    assert hashlib.sha256(arrived.read_bytes()).digest() == hashlib.sha256(path.read_bytes()).digest()
