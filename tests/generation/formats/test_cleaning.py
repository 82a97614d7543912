"""Nothing but the wording is left of an output."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.formats.cleaning import clean_output


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (" Blue Spice is a pub.", "Blue Spice is a pub."),
        ("Blue Spice\tis  a\u00a0pub. ", "Blue Spice is a pub."),
        ("A pub.\nFacts: name[B]", "A pub."),
        ("\n\nA pub.\r\nAnother.", "A pub."),
        ("<s>\nA pub.</s><pad><pad>", "A pub."),
        ("<|endoftext|>A pub.<|endoftext|>", "A pub."),
        ("<|im_start|>A <|im_end|> pub.", "A pub."),
        ("[CLS] A pub. [SEP]", "A pub."),
        ("Cafe\u0301 Rouge", "Café Rouge"),
        ("A\u200b p\u202eu\u2066b\ufeff.\x00\x07\x7f\ud800", "A pub."),
        ("<|end<s>oftext|>A pub.", "A pub."),
        ("Less than £20 & 3 < 5 > 1 [sic]", "Less than £20 & 3 < 5 > 1 [sic]"),
        ("<|endoftext|>", ""),
    ],
)
def test_artefacts_go_and_words_stay(raw: str, clean: str) -> None:
    assert clean_output(raw) == clean


artefacts = st.sampled_from(
    ["<s>", "</s>", "<|end", "oftext|>", "<|im_end|>", "\u200b", "\u202e", "\n", "e", "\u0301", "\u0338", "<"]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(artefacts | st.text(max_size=5), max_size=12).map("".join))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    cleaned = clean_output(text)
    assert clean_output(cleaned) == cleaned
    assert "\n" not in cleaned
    assert cleaned == cleaned.strip()
