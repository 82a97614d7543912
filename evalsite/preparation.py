"""What a start brings up to date: the tables, the catalogues, the static files, and somebody to sign in."""

import hashlib
import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import transaction
from django.template.loader import render_to_string

from evalsite.disk import write_whole
from evalsite.roles import ADMIN

ADMIN_NAME = "admin"


def prepare() -> None:
    """Bring everything up to date; where it is already, this takes about a second."""
    call_command("migrate", interactive=False, verbosity=0)
    for folder in settings.LOCALE_PATHS:
        compile_catalogues(Path(folder))
    collect_static_files()
    write_away_page(settings.VAR_DIR / "away.html")


def ensure_admin() -> User:
    """The first admin; where there is none, one named "admin" who signs in by link."""
    with transaction.atomic():
        admin = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        if admin is None:
            admin = User.objects.create_superuser(ADMIN_NAME)
        admin.groups.add(Group.objects.get(name=ADMIN))
    return admin


def compile_catalogues(folder: Path) -> list[Path]:
    """Compile each catalogue below `folder` that is newer than its compiled form; gives what was written.

    Nobody reads half of one, whoever compiles at the same time.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as lines:
            catalogue = read_po(lines, locale=source.parts[-3])
        draft = target.with_suffix(f".{os.getpid()}.tmp")
        with draft.open("wb") as compiled:
            write_mo(compiled, catalogue)
        draft.replace(target)
        written.append(target)
    return written


def write_away_page(path: Path) -> None:
    """Write the page that a proxy shows while no web process answers."""
    write_whole(path, render_to_string("503.html").encode())


def collect_static_files() -> bool:
    """Collect the static files unless they are collected as they stand; gives whether that was needed."""
    stamp = settings.VAR_DIR / "static.sha256"
    now = _static_fingerprint()
    if stamp.exists() and stamp.read_text() == now and Path(settings.STATIC_ROOT).is_dir():
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)
    return True


def _static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
