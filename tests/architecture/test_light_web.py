"""A web process that has drawn nothing holds no library for drawing or for files of a report."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import evalsite.wsgi
from django.urls import get_resolver

def walk(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            walk(pattern.url_patterns)
        else:
            assert pattern.callback

walk(get_resolver().url_patterns)
found = {"matplotlib", "pyarrow", "typst"} & set(sys.modules)
sys.exit(f"imported: {found}" if found else 0)
"""


def test_the_addresses_import_no_library_for_drawing() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
