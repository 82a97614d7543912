"""The rater's pages in Vietnamese: every fixed sentence has its translation, and the pages show it."""

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from evalsite.preparation import compile_catalogues

CATALOGUE = settings.BASE_DIR / "locale" / "vi" / "LC_MESSAGES" / "django.po"
RATER_TEMPLATES = sorted((settings.BASE_DIR / "templates" / "ratings" / "rater").rglob("*.html"))
FRAME = [settings.BASE_DIR / "templates" / name for name in ("base_rater.html", "_language.html", "503.html")]


@pytest.fixture
def vietnamese():
    """The compiled catalogue, as a start of the site compiles it."""
    compile_catalogues(settings.BASE_DIR / "locale")
    trans_real._translations.clear()
    yield
    translation.activate("en")


@pytest.mark.parametrize("template", [*RATER_TEMPLATES, *FRAME], ids=lambda path: path.name)
def test_every_fixed_sentence_is_translated(template) -> None:
    with CATALOGUE.open("rb") as lines:
        translated = {message.id for message in read_po(lines, locale="vi") if message.string}
    source = template.read_text()
    sentences = set(re.findall(r"""\{% translate ["'](.+?)["'] %\}""", source))
    assert sentences <= translated


def test_a_rater_is_asked_in_vietnamese(client, invited, vietnamese) -> None:
    page = client.get(
        reverse("ratings:rater_landing", args=[invited.link]), headers={"Accept-Language": "vi"}
    ).content.decode()
    assert '<html lang="vi"' in page
    assert "Trước khi bắt đầu" in page
    assert "Tôi đã đọc và đồng ý tham gia." in page


def test_an_item_is_shown_in_vietnamese(client, consented, vietnamese) -> None:
    response = client.get(
        reverse("ratings:rater_next", args=[consented.link]), headers={"Accept-Language": "vi"}, follow=True
    )
    page = response.content.decode()
    for words in ("Mục 1 trên", "Thông tin", "Văn bản", "Tiếp theo", "còn "):
        assert words in page
