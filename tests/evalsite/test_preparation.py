"""A start brings tables, catalogues and static files up to date, and does nothing where they are."""

import gettext
import os
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from evalsite.preparation import collect_static_files, compile_catalogues, ensure_admin, write_away_page
from evalsite.roles import ADMIN, roles_of

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Runs"
msgstr "Lượt chạy"

#, fuzzy
msgid "Studies"
msgstr "chưa chắc"
"""


def test_a_catalogue_is_compiled_once_without_what_is_uncertain(tmp_path: Path) -> None:
    source = tmp_path / "vi" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE, encoding="utf-8")
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    with source.with_suffix(".mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert words.gettext("Runs") == "Lượt chạy"
    assert words.gettext("Studies") == "Studies"
    assert compile_catalogues(tmp_path) == []
    os.utime(source, ns=(2**62, 2**62))
    assert compile_catalogues(tmp_path) != []


def test_the_proxy_s_page_is_in_both_languages(tmp_path: Path) -> None:
    write_away_page(tmp_path / "away.html")
    page = (tmp_path / "away.html").read_text(encoding="utf-8")
    assert "Not available for a moment" in page
    assert "Tạm thời không dùng được" in page
    assert [path.name for path in tmp_path.iterdir()] == ["away.html"]


def test_static_files_are_collected_again_when_one_changes(tmp_path: Path, settings) -> None:
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    own = tmp_path / "own"
    own.mkdir()
    (own / "page.css").write_text("p { color: black }")
    settings.STATICFILES_DIRS = [own]
    assert collect_static_files()
    assert (tmp_path / "static" / "page.css").exists()
    assert not collect_static_files()
    (own / "page.css").rename(own / "pages.css")
    assert collect_static_files()
    assert not (tmp_path / "static" / "page.css").exists()


@pytest.mark.django_db
def test_the_first_start_makes_an_admin_who_has_no_password() -> None:
    admin = ensure_admin()
    assert ADMIN in roles_of(admin)
    assert not admin.has_usable_password()
    assert ensure_admin() == admin


@pytest.mark.django_db
def test_an_admin_who_is_there_already_is_kept() -> None:
    own = User.objects.create_superuser("ada", password="a long enough secret")
    assert ensure_admin() == own
    assert User.objects.count() == 1
