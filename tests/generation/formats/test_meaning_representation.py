"""Meaning representations: what parses, what is refused and why, and the round trip."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.formats.meaning_representation import SLOT_NAMES, MrSyntaxError, format_mr, parse_mr


def test_all_eight_slots() -> None:
    text = (
        "name[The Golden Curry], eatType[coffee shop], food[Fast food], priceRange[£20-25], "
        "customer rating[5 out of 5], area[city centre], familyFriendly[no], near[Café Rouge]"
    )
    slots = parse_mr(text)
    assert tuple(name for name, _ in slots) == SLOT_NAMES
    assert dict(slots)["priceRange"] == "£20-25"
    assert format_mr(slots) == text


def test_values_hold_commas_and_balanced_brackets() -> None:
    assert parse_mr(" name[Fish, Chips [and] Peas],food[ [x], near[y] ] ") == (
        ("name", "Fish, Chips [and] Peas"),
        ("food", "[x], near[y]"),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", r"slot\[value\] is expected, not ''"),
        ("Blue Spice", r"slot\[value\] is expected, not 'Blue Spice'"),
        ("name[Blue Spice],", r"slot\[value\] is expected, not ''"),
        ("name[Blue Spice], colour[blue]", "slot 'colour' is unknown; the slots are name, eatType"),
        ("Name[Blue Spice]", "slot 'Name' is unknown"),
        ("name[ ]", "slot 'name' has an empty value"),
        ("name[Blue Spice, food[Chinese]", r"slot 'name' has no closing \]"),
        ("name[Blue Spice]]", r"after slot 'name' a comma is expected, not '\]'"),
        ("name[Blue Spice] food[Chinese]", "a comma is expected, not 'food"),
        ("name[Blue Spice], name[Zizzi]", "slot 'name' stands twice"),
    ],
)
def test_refusals_say_why(text: str, reason: str) -> None:
    with pytest.raises(MrSyntaxError, match=reason):
        parse_mr(text)


@pytest.mark.parametrize("value", ["a]", "a[", " a", "x], food[y"])
def test_what_would_read_otherwise_is_not_written(value: str) -> None:
    with pytest.raises(MrSyntaxError):
        format_mr([("name", value)])


plain = st.text(st.characters(exclude_characters="[]", exclude_categories=["Cs"]), min_size=1, max_size=12)
values = st.recursive(
    plain, lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"{parts[0]}[{parts[-1]}]")
).filter(lambda value: value == value.strip())


@settings(deadline=None, max_examples=150)
@given(st.permutations(SLOT_NAMES), st.lists(values, min_size=1, max_size=len(SLOT_NAMES)))
def test_writing_then_parsing_gives_the_slots_back(names: list[str], texts: list[str]) -> None:
    slots = tuple(zip(names, texts, strict=False))
    assert parse_mr(format_mr(slots)) == slots
