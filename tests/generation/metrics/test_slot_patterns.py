"""Wordings as people and systems write them, each for the values that it stands for."""

import re

import pytest

from generation.formats.e2e import parse_mr
from generation.metrics.slot_patterns import WORDINGS
from generation.metrics.slot_venues import LANDMARKS, NAMES
from generation.metrics.slots import Outcome, slot_errors


def _says(slot: str, value: str, text: str) -> bool:
    checks = slot_errors(parse_mr(f"{slot}[{value}]"), text).checks
    return next(check for check in checks if check.slot == slot).outcome is Outcome.RIGHT


VALUES = {
    slot: sorted({value for wording in wordings for value in wording.values})
    for slot, wordings in WORDINGS.items()
}


@pytest.mark.parametrize(
    ("slot", "text", "values"),
    [
        ("familyFriendly", "It is a family-friendly pub.", {"yes"}),
        ("familyFriendly", "Kids are welcome.", {"yes"}),
        ("familyFriendly", "It welcomes the whole family.", {"yes"}),
        ("familyFriendly", "It is not expensive and it is kid friendly.", {"yes"}),
        ("familyFriendly", "It isn't really children-friendly.", {"no"}),
        ("familyFriendly", "A non family friendly place.", {"no"}),
        ("familyFriendly", "No kids.", {"no"}),
        ("familyFriendly", "Bringing children is not recommended.", {"no"}),
        ("familyFriendly", "Children should not visit.", {"no"}),
        ("familyFriendly", "Family friendly: no.", {"no"}),
        ("familyFriendly", "Adults only.", {"no"}),
        ("familyFriendly", "It suits kids as well as adults.", {"yes"}),
        ("familyFriendly", "Fast food for you and the kids.", {"yes"}),
        ("familyFriendly", "It is known for its popularity with kids.", {"yes"}),
        ("familyFriendly", "A none kids friendly place.", {"no"}),
        ("familyFriendly", "The staff is friendly.", set()),
        ("customer rating", "It is rated 5 out of 5.", {"high", "5 out of 5"}),
        ("customer rating", "A five star pub.", {"high", "5 out of 5"}),
        ("customer rating", "It has a 3 out of 5 customer rating.", {"average", "3 out of 5"}),
        ("customer rating", "Customers rate it as low.", {"low", "1 out of 5"}),
        ("customer rating", "It has poor customer reviews.", {"low", "1 out of 5"}),
        ("customer rating", "It is not highly rated.", {"low", "1 out of 5"}),
        ("customer rating", "It is well rated.", {"high", "5 out of 5", "average", "3 out of 5"}),
        ("customer rating", "Rated 3 out 5 stars.", {"average", "3 out of 5"}),
        ("customer rating", "Its reviews are not great.", {"low", "1 out of 5"}),
        ("customer rating", "It doesn't have a very good rating.", {"low", "1 out of 5"}),
        ("customer rating", "It has a 4 out of 5 rating.", set()),
        ("customer rating", "Its rating and prices are fine.", set()),
        ("priceRange", "It has a high price range and a low customer rating.", {"high", "more than £30"}),
        ("priceRange", "Prices tend to be moderate.", {"moderate", "£20-25"}),
        ("priceRange", "It is not too expensive.", {"cheap", "less than £20", "moderate", "£20-25"}),
        ("priceRange", "It is not cheap.", {"high", "more than £30", "moderate", "£20-25"}),
        ("priceRange", "The average price of a meal is less than £20.", {"less than £20"}),
        ("priceRange", "Meals cost 20 pounds or less.", {"less than £20"}),
        ("priceRange", "Meals cost £20-£25.", {"£20-25"}),
        ("priceRange", "Meals cost over thirty pounds.", {"more than £30"}),
        ("priceRange", "It has above average pricing.", {"high", "more than £30"}),
        ("priceRange", "It is up market.", {"high", "more than £30"}),
        ("priceRange", "Meals are less than £20 expensive.", {"less than £20"}),
        ("priceRange", "Food is priced on average at more than £30.", {"more than £30"}),
        ("priceRange", "Food for less that £20.", {"less than £20"}),
        ("priceRange", "Reasonable prices.", {"cheap", "less than £20", "moderate", "£20-25"}),
        ("priceRange", "An averagely priced pub.", {"moderate", "£20-25"}),
        ("priceRange", "It has a mid range customer rating.", set()),
        ("priceRange", "It has a reasonable customer rating.", set()),
        ("priceRange", "A highly rated pub.", set()),
        ("area", "It stands in the centre of the city.", {"city centre"}),
        ("area", "A central venue.", {"city centre"}),
        ("area", "It lies north of the city centre.", {"riverside"}),
        ("area", "It lies on the river bank.", {"riverside"}),
        ("food", "It serves British dishes.", {"English"}),
        ("food", "It serves fast-food.", {"Fast food"}),
        ("food", "It serves burgers and fries.", {"Fast food"}),
        ("food", "Meals cost less than 20 British pounds.", set()),
        ("eatType", "A café.", {"coffee shop"}),
        ("eatType", "It serves coffee.", set()),
    ],
)
def test_a_wording_says_these_values_and_no_others(slot: str, text: str, values: set[str]) -> None:
    assert {value for value in VALUES[slot] if _says(slot, value, text)} == values


def test_every_official_value_can_be_said_by_its_own_name() -> None:
    context = {"priceRange": "The price range is {}.", "customer rating": "The customer rating is {}."}
    for slot in ("eatType", "food", "priceRange", "customer rating", "area"):
        for value in VALUES[slot]:
            assert _says(slot, value, context.get(slot, "{}").format(value)), (slot, value)


def test_the_tables_hold_valid_patterns_and_known_slots() -> None:
    for wordings in WORDINGS.values():
        for wording in wordings:
            for pattern in wording.patterns:
                assert re.compile(pattern).search("") is None
    assert len(NAMES) == len(set(NAMES)) == 34
    assert len(LANDMARKS) == len(set(LANDMARKS)) == 19
