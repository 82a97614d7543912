"""The tus protocol by its own words: each request of the specification, and what must not happen."""

import base64
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from generation.models import Upload, UploadedFile
from generation.services import upload_writing
from generation.services.uploads import cancel_upload, expire_uploads

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = "application/offset+octet-stream"


class TusClient:
    """The requests that a tus client makes, as a signed-in admin."""

    def __init__(self, client: Client, upload: Upload) -> None:
        self.client = client
        self.place = reverse("generation:upload_files", args=[upload.pk])

    def create(self, name: str, length: object):
        name_64 = base64.b64encode(name.encode()).decode()
        headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": f"filename {name_64}"}
        return self.client.post(self.place, headers=headers)

    def patch(self, place: str, offset: int, body: bytes, **headers: str):
        sent = {**TUS, "Upload-Offset": str(offset), **headers}
        return self.client.patch(place, body, content_type=CHUNK, headers=sent)

    def offset(self, place: str) -> int:
        return int(self.client.head(place, headers=TUS)["Upload-Offset"])


@pytest.fixture
def tus(admin: User, upload: Upload) -> TusClient:
    client = Client()
    client.force_login(admin)
    return TusClient(client, upload)


@pytest.fixture
def place(tus: TusClient) -> str:
    """Where a file of ten bytes goes."""
    return tus.create("config.json", 10)["Location"]


def test_options_say_what_the_server_can_do(tus: TusClient) -> None:
    answer = tus.client.options(tus.place)
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,checksum,expiration,termination"
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256,sha512"
    assert int(answer["Tus-Max-Size"]) == 20 << 30


def test_a_file_goes_up_in_chunks(tus: TusClient, place: str, upload: Upload, upload_folder: Path) -> None:
    assert tus.offset(place) == 0
    first = tus.patch(place, 0, b"01234")
    assert (first.status_code, first["Upload-Offset"]) == (204, "5")
    assert tus.offset(place) == 5
    assert tus.patch(place, 5, b"56789")["Upload-Offset"] == "10"
    assert (upload_folder / str(upload.pk) / "config.json").read_bytes() == b"0123456789"
    head = tus.client.head(place, headers=TUS)
    assert (head["Upload-Length"], head["Cache-Control"], head["Tus-Resumable"]) == (
        "10",
        "no-store",
        "1.0.0",
    )
    assert head["Upload-Expires"].endswith("GMT")


def test_announcing_a_file_again_finds_it(tus: TusClient, place: str) -> None:
    tus.patch(place, 0, b"01234")
    again = tus.create("config.json", 10)
    assert (again["Location"], again["Upload-Offset"]) == (place, "5")


@pytest.mark.parametrize(
    ("name", "length", "status", "reason"),
    [
        ("pytorch_model.bin", 5, 400, "pickled files can run code"),
        ("../config.json", 5, 400, "not a plain file name"),
        ("a\\b.json", 5, 400, "not a plain file name"),
        ("config.json\0", 5, 400, "not a plain file name"),
        ("config.json", 0, 413, "config.json has 0 bytes"),
        ("config.json", (20 << 30) + 1, 413, "a file has 1 to 21,474,836,480"),
        ("config.json", "5x", 400, "Upload-Length is '5x'"),
        ("config.json", -5, 400, "Upload-Length is '-5'"),
    ],
)
def test_a_file_that_may_not_come_is_refused(
    tus: TusClient, name: str, length: object, status: int, reason: str
) -> None:
    answer = tus.create(name, length)
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert reason in answer.content.decode()
    assert not UploadedFile.objects.exists()


@pytest.mark.parametrize(
    "metadata", ["", "filename", "filename !!!", "name Y29uZmln", "filename /w==", "filename é"]
)
def test_a_file_without_a_name_is_refused(tus: TusClient, metadata: str) -> None:
    answer = tus.client.post(tus.place, headers={**TUS, "Upload-Length": "5", "Upload-Metadata": metadata})
    assert answer.status_code == 400
    assert b"Upload-Metadata" in answer.content or b"not accepted" in answer.content


def test_names_that_differ_by_case_alone_clash(tus: TusClient, place: str) -> None:
    tus.create("model.safetensors", 5)
    answer = tus.create("MODEL.safetensors", 5)
    assert answer.status_code == 400
    assert b"would be one file on some disks" in answer.content


def test_a_gap_and_an_overlap_change_nothing(tus: TusClient, place: str) -> None:
    tus.patch(place, 0, b"01234")
    for offset in (3, 7):
        answer = tus.patch(place, offset, b"xx")
        assert answer.status_code == 409
        assert f"ends at byte 5, the chunk starts at {offset}" in answer.content.decode()
    assert tus.offset(place) == 5


def test_more_than_was_announced_counts_for_nothing(tus: TusClient, place: str) -> None:
    assert tus.patch(place, 0, b"0123456789x").status_code == 413
    assert tus.offset(place) == 0


def test_a_chunk_without_length_is_cut_at_the_announced_end(upload: Upload, place: str) -> None:
    file = UploadedFile.objects.get()
    blocks = iter([b"01234", b"56789", b"more", b""])
    with pytest.raises(upload_writing.TooLarge, match="announced with 10 bytes, and more came"):
        upload_writing.append(file=file, offset=0, read=lambda size: next(blocks))
    assert UploadedFile.objects.get().offset == 0


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_a_checksum_vouches_for_a_chunk(tus: TusClient, place: str, algorithm: str) -> None:
    digest = base64.b64encode(hashlib.new(algorithm, b"01234").digest()).decode()
    good = {"Upload-Checksum": f"{algorithm} {digest}"}
    assert tus.patch(place, 0, b"0123x", **good).status_code == 460
    assert tus.offset(place) == 0
    assert tus.patch(place, 0, b"01234", **good).status_code == 204
    assert tus.offset(place) == 5


@pytest.mark.parametrize(
    ("header", "reason"),
    [("md5 AAAA", "names 'md5'"), ("sha256 !", "is not base64"), ("sha256 é", "is not base64")],
)
def test_a_checksum_that_cannot_be_read_is_refused(
    tus: TusClient, place: str, header: str, reason: str
) -> None:
    answer = tus.patch(place, 0, b"01234", **{"Upload-Checksum": header})
    assert answer.status_code == 400
    assert reason in answer.content.decode()


def test_two_writers_on_one_file(tus: TusClient, place: str) -> None:
    """While one request writes, another is turned away, and the first one's bytes stand."""
    file = UploadedFile.objects.get()
    turned_away = []
    blocks = iter([b"01234", b"56789", b""])

    def slow(size: int) -> bytes:
        turned_away.append(tus.patch(place, 0, b"xxxxx").status_code)
        return next(blocks)

    assert upload_writing.append(file=file, offset=0, read=slow) == 10
    assert turned_away == [423, 423, 423]
    assert tus.offset(place) == 10


def test_a_cut_line_keeps_what_came(tus: TusClient, place: str) -> None:
    file = UploadedFile.objects.get()
    blocks = iter([b"0123"])

    def cut(size: int) -> bytes:
        try:
            return next(blocks)
        except StopIteration:
            raise ConnectionResetError from None

    assert upload_writing.append(file=file, offset=0, read=cut) == 4
    assert tus.offset(place) == 4
    assert tus.patch(place, 4, b"456789").status_code == 204


def test_a_writer_that_died_is_forgotten(tus: TusClient, place: str) -> None:
    UploadedFile.objects.update(writer="x" * 32, writing_until=timezone.now() - timedelta(seconds=1))
    assert tus.patch(place, 0, b"01234").status_code == 204


def test_a_full_disk_says_so_and_the_upload_goes_on_later(tus: TusClient, place: str, settings) -> None:
    settings.UPLOAD_LIMITS = {**settings.UPLOAD_LIMITS, "disk_share_kept_free": 1.0}
    answer = tus.patch(place, 0, b"01234")
    assert answer.status_code == 507
    assert b"Make room, then go on" in answer.content
    assert tus.create("merges.txt", 5).status_code == 507
    settings.UPLOAD_LIMITS = {**settings.UPLOAD_LIMITS, "disk_share_kept_free": 0.0}
    assert tus.patch(place, tus.offset(place), b"0123456789").status_code == 204


def test_the_whole_has_a_limit_too(tus: TusClient, settings) -> None:
    settings.UPLOAD_LIMITS = {**settings.UPLOAD_LIMITS, "upload_bytes": 12, "files": 2}
    assert tus.create("config.json", 10).status_code == 201
    answer = tus.create("merges.txt", 3)
    assert answer.status_code == 413
    assert b"would make 13 bytes in all" in answer.content
    assert tus.create("merges.txt", 2).status_code == 201
    assert b"more than 2 files" in tus.create("vocab.json", 1).content


def test_a_file_can_be_taken_back(tus: TusClient, place: str, upload: Upload, upload_folder: Path) -> None:
    tus.patch(place, 0, b"01234")
    assert tus.client.delete(place, headers=TUS).status_code == 204
    assert tus.client.head(place, headers=TUS).status_code == 404
    assert not (upload_folder / str(upload.pk) / "config.json").exists()


def test_an_upload_that_is_over_takes_nothing(tus: TusClient, place: str, upload: Upload) -> None:
    cancel_upload(upload=upload)
    assert tus.patch(place, 0, b"01234").status_code == 400
    assert tus.create("merges.txt", 5).status_code == 400
    assert tus.client.delete(place, headers=TUS).status_code == 400


def test_an_abandoned_upload_goes_away(
    tus: TusClient, place: str, upload: Upload, upload_folder: Path
) -> None:
    tus.patch(place, 0, b"01234")
    assert expire_uploads() == 0
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tus.patch(place, 5, b"5").status_code == 400
    assert expire_uploads() == 1
    upload.refresh_from_db()
    assert upload.state == "cancelled"
    assert not (upload_folder / str(upload.pk)).exists()


def test_only_its_version_is_spoken(tus: TusClient, place: str) -> None:
    answer = tus.client.head(place, headers={"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_another_content_type_is_refused(tus: TusClient, place: str) -> None:
    answer = tus.client.patch(
        place, b"01234", content_type="text/plain", headers={**TUS, "Upload-Offset": "0"}
    )
    assert answer.status_code == 415


def test_nobody_but_its_owner_reaches_an_upload(tus: TusClient, place: str) -> None:
    other = Client()
    assert other.head(place, headers=TUS).status_code in (401, 403)
    other.force_login(User.objects.create_user("rater"))
    assert other.head(place, headers=TUS).status_code == 403
    other.force_login(User.objects.create_superuser("another"))
    assert other.head(place, headers=TUS).status_code == 404
    assert other.post(tus.place, headers={**TUS, "Upload-Length": "5"}).status_code == 404


def test_a_browser_needs_its_csrf_token_and_a_script_its_own(admin: User, place: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin)
    sent = {**TUS, "Upload-Offset": "0"}
    assert strict.patch(place, b"01234", content_type=CHUNK, headers=sent).status_code == 403
    script = Client(enforce_csrf_checks=True)
    token = Token.objects.create(user=admin)
    sent["Authorization"] = f"Token {token.key}"
    assert script.patch(place, b"01234", content_type=CHUNK, headers=sent).status_code == 204
