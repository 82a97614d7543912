"""A real disk that is full: a sentence says so, nothing is there by half, and all goes on with room again."""

import io
import shutil
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command

from generation.models import UploadedFile
from generation.models.leases import WorkState
from generation.services.upload_checking import check_upload, claim_upload
from generation.services.upload_writing import append
from generation.services.uploads import DiskFull, announce_file, folder_of, start_upload, submit_upload
from ratings.services.completion import close_study
from ratings.services.simulation import simulate
from tests.ratings.conftest import comparison, make_study, plan, researcher
from tests.services.faults.raters import AnsweringRater
from tests.services.faults.servers import until
from tests.services.faults.site import TroubledSite

__all__ = ["comparison", "make_study", "plan", "researcher"]

pytestmark = [pytest.mark.services, pytest.mark.django_db]
LEFT = 100_000
EXAMPLES = 96
OUTPUTS = "SELECT example_id FROM generation_output WHERE run_id IN (SELECT run_id FROM generation_chunk)"


def fill_up(disk: Path, *, left: int = LEFT) -> Path:
    """Write a file until `left` bytes are free; taking it away makes room."""
    ballast = disk / "ballast"
    size = shutil.disk_usage(disk).free - left
    with ballast.open("wb") as stream:
        while size > 0:
            size -= stream.write(b"\0" * min(size, 1 << 20))
    return ballast


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "ballast"]


@pytest.fixture
def upload(small_disk, settings, django_user_model):
    settings.UPLOAD_DIR = small_disk / "uploads"
    settings.UPLOAD_LIMITS = settings.UPLOAD_LIMITS | {"disk_share_kept_free": 0.0}
    owner = django_user_model.objects.create_user("grace")
    return start_upload(owner=owner, name="mine", adaptation="pretrained")


def test_an_upload_stops_with_a_sentence_and_goes_on_where_it_was(upload, small_disk):
    content = bytes(range(256)) * 8192
    file = announce_file(upload=upload, name="model.safetensors", length=len(content))
    sending = io.BytesIO(content)

    def read(size):
        if sending.tell():  # somebody else takes the room after the first block
            fill_up(small_disk)
        return sending.read(size)

    with pytest.raises(DiskFull, match="The disk is full; make room, then go on with the upload"):
        append(file=file, offset=0, read=read)
    file.refresh_from_db()
    assert (file.offset, file.writer) == (0, "")
    with pytest.raises(DiskFull, match="more bytes do not fit"):
        append(file=file, offset=0, read=read)
    (small_disk / "ballast").unlink()
    assert append(file=file, offset=0, read=io.BytesIO(content).read) == len(content)
    assert (folder_of(upload) / file.name).read_bytes() == content


def test_a_check_waits_for_room_in_the_store(upload, small_disk, settings, tiny_gpt2):
    settings.CHECKPOINT_STORE = small_disk / "store"
    for path in sorted(tiny_gpt2.iterdir()):
        blocks = iter([path.read_bytes(), b""])
        file = announce_file(upload=upload, name=path.name, length=path.stat().st_size)
        append(file=file, offset=0, read=lambda _size, blocks=blocks: next(blocks))
    ballast = fill_up(small_disk, left=8_000)
    submit_upload(upload=upload)
    assert check_upload(upload=claim_upload()) is None
    upload.refresh_from_db()
    assert (upload.state, upload.attempts) == (WorkState.RUNNING, 0)
    assert upload.error == "The disk is full: once there is room, the check goes on by itself."
    assert files_of(small_disk / "store" / "scratch") == []
    assert len(files_of(folder_of(upload))) == UploadedFile.objects.filter(upload=upload).count()
    ballast.unlink()
    type(upload).objects.update(leased_until="2026-01-01T00:00Z")
    checkpoint = check_upload(upload=claim_upload())
    assert checkpoint is not None
    upload.refresh_from_db()
    assert (upload.state, upload.error) == (WorkState.DONE, "")


def test_exports_are_there_whole_or_not_at_all(make_study, small_disk):
    study = close_study(study=simulate(study=make_study(), seed=3))
    ballast = fill_up(small_disk, left=8_000)
    refused = r"was not written \(No space left on device\): make room, or name another folder"
    with pytest.raises(CommandError, match=refused):
        call_command("report", study.slug, "--format", "json", "--out", small_disk / "r.json")
    assert files_of(small_disk) == []
    ballast.unlink()
    call_command("report", study.slug, "--format", "json", "--out", small_disk / "r.json")
    assert [path.name for path in files_of(small_disk)] == ["r.json"]


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_there_whole_or_not_at_all(make_study, small_disk):
    make_study()
    ballast = fill_up(small_disk, left=8_000)
    with pytest.raises(CommandError, match=r"There is no backup: .*No space left on device.*Make room"):
        call_command("backup", small_disk / "site.backup")
    assert files_of(small_disk) == []
    ballast.unlink()
    call_command("backup", small_disk / "site.backup")
    call_command("restore", small_disk / "site.backup", "--check")


def test_ratings_and_a_run_wait_for_room_and_lose_nothing(small_disk, tiny_gpt2, write_corpus, tmp_path):
    site = TroubledSite(small_disk / "var")
    try:
        site.fill(raters=1)
        site.begin_run(tiny_gpt2, write_corpus(EXAMPLES))
        site.web.start()
        site.worker.start()
        rater = AnsweringRater(site.address, site.links[0], seed=1)
        rater.start()
        until(lambda: rater.taken and site.rows(OUTPUTS), "both go on")
        ballast = fill_up(small_disk, left=0)
        until(lambda: rater.sent_again > 3, "answers are not taken any more")
        assert not site.run_is_over()
        ready = requests.get(f"{site.address}/health/ready/", timeout=20)
        assert (ready.status_code, ready.json()["disk"]) == (503, False)
        taken = len(rater.taken)
        ballast.unlink()
        until(lambda: len(rater.taken) > taken, "answers are taken again")
        until(site.run_is_over, "the run ends", 120)
        rater.stop()
        said = [answer for (answer,) in site.rows(OUTPUTS)]
        assert len(said) == len(set(said)) == EXAMPLES
        stored = {key for (key,) in site.rows("SELECT key FROM ratings_rating")}
        assert {answer.key for answer in rater.taken} <= stored
        assert rater.unexpected == []
    finally:
        site.end()
