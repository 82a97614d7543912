"""Fixtures that every test may use: where the real data and the golden numbers lie."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.signals import post_migrate
from playwright.sync_api import sync_playwright

from evalsite import append_only
from evalsite.preparation import compile_catalogues
from evalsite.roles import ROLES

# A run that was started in the background ignores Ctrl-C, and so would every process that a test sends it to.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"


def skip_unless_ci(reason: str) -> None:
    """Skip on a developer's machine that lacks something; fail in CI, where nothing may be skipped."""
    if IN_CI:
        pytest.fail(f"{reason} (required in CI)")
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def _catalogues_are_compiled() -> None:
    compile_catalogues(ROOT / "locale")


@pytest.fixture(scope="session", autouse=True)
def _roles_stay() -> Iterator[None]:
    """Put the roles back whenever a test that commits has emptied the tables, as migrations would."""

    def put_back(**_: object) -> None:
        for role in ROLES:
            Group.objects.get_or_create(name=role)

    sender = apps.get_app_config("evalsite")
    post_migrate.connect(put_back, sender=sender)
    yield
    post_migrate.disconnect(put_back, sender=sender)


@pytest.fixture(scope="session", autouse=True)
def _tests_may_empty_the_audit_log() -> Iterator[None]:
    """A test that commits is followed by a flush of all tables, which the audit log's triggers refuse."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def without_triggers(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        with transaction.atomic():
            append_only.unprotect(operations.connection)
            flush(operations, statements)
            append_only.protect(operations.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", without_triggers)
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real corpora, outputs and human ratings (EVALSITE_DATA)."""
    folder = Path(os.environ.get("EVALSITE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        skip_unless_ci(f"no real data at {folder}: set EVALSITE_DATA")
    return folder


@pytest.fixture(scope="session")
def golden(real_data: Path) -> Path:
    """The folder of numbers that R packages gave, beside the real data."""
    folder = real_data.parent / "golden"
    if not folder.is_dir():
        skip_unless_ci(f"no golden numbers at {folder}")
    return folder


@pytest.fixture(scope="module")
def chromium():
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        skip_unless_ci("no Chromium on this machine: apt-get install chromium")
    # Playwright's event loop runs in this thread, where the tests ask the database between its steps.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Call for a page in a browser of its own; afterwards none may have broken a script or the policy."""
    contexts, errors = [], []

    def open_one(**options):
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda told: "Content Security Policy" in told.text and errors.append(told.text))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []
