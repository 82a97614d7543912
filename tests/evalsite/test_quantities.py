"""Times, shares and counts as people write them."""

import pytest
from django.utils import translation

from evalsite.templatetags.quantities import duration, large, of_five, percent


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0 s"),
        (0.3, "under a second"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (200, "3 min 20 s"),
        (3600, "1 h 0 min"),
        (90_061, "25 h 1 min"),
    ],
)
def test_duration(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(None, "–"), (0, "0 %"), (0.00684, "0.68 %"), (0.0268, "2.7 %"), (0.5, "50 %"), (1.2, "120 %")],
)
def test_percent(share: float | None, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, "–"),
        (999, "999"),
        (921_600, "921,600"),
        (134_515_008, "134.5 million"),
        (7_000_000_000, "7.0 billion"),
    ],
)
def test_large(count: int | None, words: str) -> None:
    assert large(count) == words


def test_numbers_follow_the_language() -> None:
    with translation.override("vi"):
        assert percent(0.0268) == "2,7 %"


def test_stars_are_said_in_the_language_of_the_page() -> None:
    said = {}
    for language in ("en", "vi", "en"):
        with translation.override(language):
            said[language] = of_five(3)
    assert said == {
        "en": '3<span class="visually-hidden"> of 5</span>',
        "vi": '3<span class="visually-hidden"> trên 5</span>',
    }
