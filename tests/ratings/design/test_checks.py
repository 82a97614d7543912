from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.design.checks import (
    instructed_text,
    plant_error,
    repeat_places,
    spread_places,
)

SLOTS = [("name", "The Mill"), ("food", "Italian"), ("area", "riverside")]
VALUES = {"food": ["Italian", "Thai"], "area": ["riverside", "city centre"]}


def plant(text, *, slots=SLOTS, values=VALUES, seed=0):
    return plant_error(text=text, slots=slots, values=values, rng=np.random.default_rng(seed))


def test_one_value_is_replaced_and_the_rest_stays():
    planted = plant("The Mill serves italian food.", values={"food": ["Italian", "Thai"]})
    assert planted.text == "The Mill serves Thai food."
    assert (planted.slot, planted.true, planted.false) == ("food", "Italian", "Thai")


def test_every_slot_that_allows_it_gets_its_turn():
    text = "The Mill serves Italian food in the riverside area."
    assert {plant(text, seed=seed).slot for seed in range(20)} == {"food", "area"}


@pytest.mark.parametrize(
    "text",
    [
        "The Mill is nice.",  # says no value that could be another
        "Italian, very Italian food at The Mill.",  # twice: the other mention would contradict the error
        "Italianate food at The Mill.",  # part of a word
        "Not Thai but Italian food.",  # the other value is said already
    ],
)
def test_a_text_that_allows_no_error_gets_none(text):
    assert plant(text, values={"food": ["Italian", "Thai"], "name": ["The Mill"]}) is None


def test_a_value_with_signs_of_patterns_is_taken_word_for_word():
    planted = plant("It costs £20-25 (cheap).", slots=[("price", "£20-25")], values={"price": ["a.*b"]})
    assert planted.text == "It costs a.*b (cheap)."


def test_the_instruction_names_the_stars_in_the_language_of_the_texts():
    assert "4 stars" in instructed_text("en-GB", 4)
    assert "1 star " in instructed_text("de", 1)
    assert "2 sao" in instructed_text("vi", 2)


sizes = st.integers(1, 60).flatmap(lambda items: st.tuples(st.just(items), st.integers(0, items)))


@given(sizes, st.integers(0, 2**32 - 1))
def test_checks_are_spread_out_and_never_bunched_nor_first(size, seed):
    items, extras = size
    places = spread_places(items=items, extras=extras, rng=np.random.default_rng(seed))
    assert len(places) == extras
    assert all(1 <= place <= items for place in places)
    assert all(later > earlier for earlier, later in pairwise(places))
    for share in range(extras):
        assert share * items / extras - 1 < places[share] <= (share + 1) * items / extras + 1


def test_more_checks_than_items_are_refused():
    with pytest.raises(ValueError, match="3 check items cannot be spread among 2 items"):
        spread_places(items=2, extras=3, rng=np.random.default_rng(0))


@given(
    st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n // 2))), st.integers(0, 99)
)
def test_a_repeat_comes_half_a_sequence_later(size, seed):
    items, repeats = size
    again = repeat_places(items=items, repeats=repeats, rng=np.random.default_rng(seed))
    assert len({place for place, _ in again}) == repeats
    for place, after in again:
        assert after <= items
        assert after - (place + 1) >= items // 2


def test_more_repeats_than_half_of_the_items_are_refused():
    with pytest.raises(ValueError, match="ask for at most 2"):
        repeat_places(items=5, repeats=3, rng=np.random.default_rng(0))
