"""No web or Celery process imports torch: that is the inference process's, which knows no secret."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import os, sys
from importlib import import_module
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.core.management import get_commands, load_command_class
from django.urls import get_resolver
from evalsite.celery import app

def walk(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            walk(pattern.url_patterns)
        else:
            assert pattern.callback

walk(get_resolver().url_patterns)
app.loader.import_default_modules()
assert any(name.startswith("generation.tasks.") for name in app.tasks), sorted(app.tasks)
for name, package in get_commands().items():
    if package in {"evalsite", "generation", "ratings"}:
        load_command_class(package, name)
import evalsite.wsgi
found = {"torch", "transformers", "peft"} & set(sys.modules)
sys.exit(f"imported: {found}" if found else 0)
"""


def test_urls_tasks_and_commands_import_no_torch() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
