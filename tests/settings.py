"""The project's settings as tests want them: a database file that other processes can open, plain static files."""

import os
import tempfile

os.environ.setdefault("EVALSITE_VAR", tempfile.mkdtemp(prefix="evalsite-test-"))
os.environ["EVALSITE_SECRET_KEY"] = "only-for-tests"

from evalsite.settings import *  # noqa: E402, F403 - settings are extended, as Django intends

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
