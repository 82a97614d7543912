"""The project's settings as tests want them: a database file that others can open, plain static files."""

import atexit
import os
import shutil
import tempfile

# A process of pytest-xdist has a folder of its own; processes that tests start go on with their parent's.
_owner = os.environ.get("PYTEST_XDIST_WORKER", "main")
if os.environ.get("EVALSITE_TEST_OWNER") != _owner:
    os.environ["EVALSITE_TEST_OWNER"] = _owner
    os.environ["EVALSITE_VAR"] = tempfile.mkdtemp(prefix=f"evalsite-test-{_owner}-")
    atexit.register(shutil.rmtree, os.environ["EVALSITE_VAR"], ignore_errors=True)
os.environ["EVALSITE_SECRET_KEY"] = "only-for-tests"

from evalsite.settings import *  # noqa: E402, F403 - settings are extended, as Django intends

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"] == "evalsite.sqlite":  # noqa: F405
    # In a file, as in operation: threads that share memory fail on a locked table instead of waiting for it.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
