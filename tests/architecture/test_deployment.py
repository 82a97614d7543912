"""What is deployed fits what is there: files, settings documented and safe, an image without torch."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
NETWORKS = {"torch", "transformers", "peft", "gguf"}


def settings_read() -> set[str]:
    """Every variable of ours that the project's settings ask the environment for."""
    sources = [ROOT / "evalsite" / name for name in ("settings.py", "environment.py")]
    return {name for path in sources for name in re.findall(r'"(EVALSITE_[A-Z_]+)"', path.read_text())}


def test_every_setting_is_documented():
    documented = set(re.findall(r"EVALSITE_[A-Z_]+", (ROOT / "docs" / "operations.md").read_text()))
    assert settings_read() <= documented


def test_the_example_sets_only_what_is_read():
    lines = (DEPLOY / "example.env").read_text().splitlines()
    names = {line.split("=")[0] for line in lines if line and not line.startswith("#")}
    ours = {name for name in names if name.startswith("EVALSITE_")}
    assert ours <= settings_read()
    assert {"DATABASE_URL", "CELERY_BROKER_URL"} <= names


def test_the_web_server_is_installed_without_networks():
    names = {line.split("==")[0] for line in (ROOT / "requirements-web.txt").read_text().splitlines()}
    assert not names & NETWORKS
    assert "requirements-web.txt" in (ROOT / "requirements.txt").read_text()


def test_what_compose_names_is_there():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    builds = [service["build"] for service in services.values() if "build" in service]
    assert {build["dockerfile"] for build in builds} == {"deploy/web.Dockerfile", "deploy/worker.Dockerfile"}
    for build in builds:
        assert ((DEPLOY / build["context"]).resolve() / build["dockerfile"]).is_file()
    mounted = [volume for service in services.values() for volume in service.get("volumes", ())]
    for volume in mounted:
        if volume.startswith("./"):
            assert (DEPLOY / volume.split(":")[0]).is_file()
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)


@pytest.mark.parametrize("file", sorted(DEPLOY.glob("*.Dockerfile")), ids=lambda path: path.name)
def test_images_copy_what_is_there_and_run_as_nobody_special(file):
    text = file.read_text()
    for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / source).exists() for source in line.split())
    assert "\nUSER evalsite\n" in text


def test_the_example_s_settings_pass_the_check_of_deployment(tmp_path):
    lines = (DEPLOY / "example.env").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    ours = {name: value for name, value in example.items() if name.startswith("EVALSITE_")}
    environment = os.environ | ours | {"EVALSITE_VAR": str(tmp_path)}
    environment |= {
        "EVALSITE_SECRET_KEY": secrets.token_urlsafe(64),
        "DJANGO_SETTINGS_MODULE": "evalsite.settings",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
