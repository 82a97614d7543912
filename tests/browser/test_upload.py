"""A file that a real browser uploads: the line is cut, the device goes offline, the page is reloaded."""

import hashlib
import random
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from generation.models import Upload, UploadedFile
from generation.services.uploads import folder_of, start_upload
from tests.generation.api.cutting import Line, line_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MEBIBYTE = 1 << 20
SIZE = 24 * MEBIBYTE
SPEED = 6 * MEBIBYTE  # bytes a second: slow enough to be cut on the way


@pytest.fixture
def upload(settings, tmp_path: Path) -> Upload:
    settings.UPLOAD_DIR = tmp_path / "uploads"
    settings.UPLOAD_LIMITS = {**settings.UPLOAD_LIMITS, "disk_share_kept_free": 0.0}
    settings.UPLOAD_CHUNK_BYTES = MEBIBYTE
    return start_upload(owner=User.objects.create_superuser("grace"), name="new", adaptation="pretrained")


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    path.write_bytes(random.Random(1).randbytes(SIZE))
    return path


def open_upload(page: Page, line: Line, upload: Upload) -> None:
    client = Client()
    client.force_login(upload.owner)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": line.address}
    page.context.add_cookies([cookie])
    page.goto(f"{line.address}/uploads/{upload.pk}/")


class Network:
    """How a page's requests go: slowly, or not at all."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self.offline(False)

    def offline(self, is_so: bool) -> None:
        conditions = {"offline": is_so, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SPEED}
        self._session.send("Network.enable")
        self._session.send("Network.emulateNetworkConditions", conditions)


def choose(page: Page, weights: Path) -> None:
    page.locator("input[type=file]:not([webkitdirectory])").set_input_files(weights)


def wait_for(bar: Locator, mebibytes: int) -> None:
    bar.page.wait_for_function(
        "([bar, least]) => bar.value >= least", arg=[bar.element_handle(), mebibytes * MEBIBYTE]
    )


def test_three_cuts_and_a_reload_lose_nothing(open_page, live_server, upload: Upload, weights: Path) -> None:
    with line_to(live_server.url) as line:
        page = open_page()
        open_upload(page, line, upload)
        network = Network(page)
        line.cut_after = 3 * MEBIBYTE + 1000
        choose(page, weights)
        row = page.locator(f'[data-file="{weights.name}"]')
        bar = row.locator("progress")
        wait_for(bar, 6)
        assert line.cuts == 1
        network.offline(True)
        expect(row).to_contain_text("goes on by itself")
        stopped = UploadedFile.objects.get().offset
        assert 0 < stopped < SIZE
        network.offline(False)
        wait_for(bar, 12)
        page.reload()
        expect(row).to_contain_text("choose it again")
        assert stopped < bar.evaluate("bar => bar.value") < SIZE
        expect(page.get_by_role("button", name="Hand in for checking")).to_be_disabled()
        line.cut_after = 2 * MEBIBYTE + 1000
        choose(page, weights)
        expect(row).to_contain_text("here", timeout=30_000)
        assert line.cuts == 2
        expect(page.get_by_role("button", name="Hand in for checking")).to_be_enabled()
    arrived = folder_of(upload) / weights.name
    assert UploadedFile.objects.get().is_complete
    assert hashlib.sha256(arrived.read_bytes()).digest() == hashlib.sha256(weights.read_bytes()).digest()


def test_another_file_of_the_same_name_is_not_mixed_in(
    open_page, live_server, upload: Upload, weights: Path
) -> None:
    with line_to(live_server.url) as line:
        page = open_page()
        open_upload(page, line, upload)
        Network(page)
        choose(page, weights)
        row = page.locator(f'[data-file="{weights.name}"]')
        wait_for(row.locator("progress"), 2)
        page.reload()
        weights.write_bytes(b"something else")
        choose(page, weights)
        expect(row).to_contain_text("Another file of that name")
    assert UploadedFile.objects.get().length == SIZE
