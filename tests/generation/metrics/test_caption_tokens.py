"""The words that Stanford's PTBTokenizer finds, as it was seen to find them in E2E texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.metrics.caption_tokens import caption_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Prices start at £30.", "prices start at # 30"),
        ("A kid-friendly, 5-star pub (cheap)!", "a kid-friendly 5-star pub ( cheap )"),
        ("It isn't cheap; it's Zizzi's.", "it is n't cheap it 's zizzi 's"),
        ("They don’t, we'll, I'd", "they do n’t we 'll i 'd"),
        ("20 -25 pounds, 20£-25 or £20-25", "20 -25 pounds 20 # -25 or # 20-25"),
        ("rated 3.5 or 3/5 of 1,000", "rated 3.5 or 3/5 of 1,000"),
        ("on Chesterton Rd. near King St.", "on chesterton rd. near king st."),
        ("city center., nearby", "city center. nearby"),
        ('hors d\'oeuvres, e.g. "eggs" ... or -- none', "hors d'oeuvres e.g. eggs or none"),
        ("Café Adriatic", "café adriatic"),
        (" . ! ", ""),
    ],
)
def test_words(text: str, tokens: str) -> None:
    assert caption_tokens(text) == tokens.split()


@given(st.text())
def test_no_token_holds_white_space(text: str) -> None:
    assert all(token and not any(map(str.isspace, token)) for token in caption_tokens(text))
