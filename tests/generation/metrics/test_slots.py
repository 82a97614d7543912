"""The slot error rate on real systems, its sensitivity, and the count of each kind of error."""

from pathlib import Path

import pytest

from generation.formats.cleaning import clean_output
from generation.formats.corpus import CorpusExample
from generation.formats.e2e import parse_mr, read_e2e
from generation.formats.outputs import read_outputs
from generation.metrics.slots import Outcome, SlotCheck, SlotErrors, slot_error_rate, slot_errors

MR = "name[The Mill], eatType[pub], food[Thai], priceRange[cheap], near[Café Rouge]"


def _outcomes(mr: str, text: str) -> dict[str, str]:
    return {
        check.slot: check.outcome.value
        for check in slot_errors(parse_mr(mr), text).checks
        if check.outcome is not Outcome.RIGHT
    }


def _system(real_data: Path, name: str) -> list[tuple[CorpusExample, str]]:
    examples = read_e2e(real_data / "e2e" / "test_with_references.csv").examples
    outputs = read_outputs(
        real_data / "e2e_challenge" / "outputs" / f"{name}.tsv", [example.source for example in examples]
    )
    return list(zip(examples, map(clean_output, outputs), strict=True))


@pytest.mark.parametrize(
    ("system", "lowest", "highest"), [("tr2", 0.0, 0.015), ("slug", 0.005, 0.02), ("tgen", 0.02, 0.05)]
)
def test_real_systems_are_as_faithful_as_reading_them_shows(
    real_data: Path, system: str, lowest: float, highest: float
) -> None:
    rate = slot_error_rate(slot_errors(example.slots, text) for example, text in _system(real_data, system))
    assert lowest < rate.value < highest
    assert (rate.n, rate.slots) == (630, 4352)


def test_people_leave_out_more_than_systems(real_data: Path) -> None:
    examples = read_e2e(real_data / "e2e" / "test_with_references.csv").examples
    rate = slot_error_rate(
        slot_errors(example.slots, clean_output(example.references[0])) for example in examples
    )
    assert 0.05 < rate.value < 0.15
    assert rate.missing > rate.wrong > rate.added


OTHER_VALUES = {
    "name": "Zizzi",
    "near": "Avalon",
    "food": "Scottish",
    "area": {"city centre": "riverside", "riverside": "city centre"},
    "familyFriendly": {"yes": "no", "no": "yes"},
    "eatType": {"pub": "coffee shop", "coffee shop": "restaurant", "restaurant": "pub"},
    "priceRange": {
        "cheap": "high",
        "less than £20": "high",
        "moderate": "more than £30",
        "£20-25": "cheap",
        "high": "cheap",
        "more than £30": "£20-25",
    },
    "customer rating": {
        "low": "5 out of 5",
        "1 out of 5": "high",
        "average": "low",
        "3 out of 5": "5 out of 5",
        "high": "1 out of 5",
        "5 out of 5": "average",
    },
}


@pytest.mark.parametrize("system", ["slug", "tr2"])
def test_a_changed_or_dropped_slot_of_a_faithful_output_is_caught(real_data: Path, system: str) -> None:
    swaps, drops = [], []
    for example, text in _system(real_data, system)[::3]:
        if any(check.outcome is not Outcome.RIGHT for check in slot_errors(example.slots, text).checks):
            continue
        for slot, value in example.slots:
            others = OTHER_VALUES[slot]
            other = others[value] if isinstance(others, dict) else others
            rest = tuple(pair for pair in example.slots if pair[0] != slot)
            swapped = slot_errors((*rest, (slot, other)), text)
            swaps.append(slot in {check.slot for check in (*swapped.wrong, *swapped.missing)})
            drops.append(slot in {check.slot for check in slot_errors(rest, text).added})
    assert len(swaps) > 1000
    assert sum(swaps) / len(swaps) > 0.995
    assert sum(drops) / len(drops) > 0.995


def test_each_kind_of_error_with_its_spans() -> None:
    text = "The Mill, a restaurant by the river near café rouge, has Thai food."
    errors = slot_errors(parse_mr(MR), text)
    assert errors.missing == (SlotCheck("priceRange", Outcome.MISSING, "cheap", None, ()),)
    assert errors.wrong == (SlotCheck("eatType", Outcome.WRONG, "pub", "restaurant", ((12, 22),)),)
    assert errors.added == (SlotCheck("area", Outcome.ADDED, None, "river", ((30, 35),)),)
    near = next(check for check in errors.checks if check.slot == "near")
    assert near.outcome is Outcome.RIGHT
    assert [text[slice(*span)] for span in near.spans] == ["café rouge"]
    rate = slot_error_rate([errors, slot_errors(parse_mr("name[Zizzi]"), "Zizzi.")])
    assert (rate.missing, rate.wrong, rate.added, rate.slots, rate.n) == (1, 1, 1, 6, 2)
    assert rate.value == pytest.approx(0.5)
    assert rate.signature.startswith("slots:e2e|errors:missing+added+wrong|per-slot:1|tables:")


def test_a_second_value_beside_the_right_one_is_added() -> None:
    mr = "name[The Mill], customer rating[high]"
    assert _outcomes(mr, "The Mill has a high rating, though it is rated 1 out of 5.") == {
        "customer rating": "added"
    }


def test_venues_are_told_apart_and_hide_the_words_in_them() -> None:
    mr = "name[Cocum], near[The Rice Boat]"
    assert _outcomes(mr, "Cocum is near Rice Boat.") == {}
    assert _outcomes(mr, "Cocum is near Raja Indian Cuisine.") == {"near": "wrong"}
    assert _outcomes(mr, "Zizzi is near the rice boat.") == {"name": "wrong"}
    assert _outcomes("name[Cocum]", "Cocum is near Rainbow Vegetarian Cafe.") == {"near": "added"}
    assert _outcomes("name[The Rice Boat]", "The Rice Boat.") == {}


def test_values_unknown_to_the_tables_are_looked_for_verbatim() -> None:
    mr = "name[Chez Zoë], food[Scottish]"
    assert _outcomes(mr, "CHEZ ZOE serves scottish food.") == {}
    assert _outcomes(mr, "Chez Zoë serves Chinese food.") == {"food": "wrong"}
    assert _outcomes(mr, "Chez Zoëy serves food.") == {"name": "missing", "food": "missing"}


def test_a_restaurant_in_passing_does_not_contradict_the_pub() -> None:
    assert _outcomes("eatType[pub]", "This restaurant is a pub.") == {}
    assert _outcomes("eatType[restaurant]", "This restaurant is a pub.") == {"eatType": "added"}


def test_spans_fit_texts_with_letters_that_change_length_in_lower_case() -> None:
    text = "İİİ Zizzi’s"
    (check,) = slot_errors(parse_mr("name[Zizzi]"), text).checks
    assert [text[slice(*span)] for span in check.spans] == ["Zizzi"]


def test_an_empty_text_misses_every_slot() -> None:
    errors = slot_errors(parse_mr(MR), "")
    assert len(errors.missing) == errors.slots == 5


def test_an_unknown_slot_and_an_empty_corpus_are_refused() -> None:
    with pytest.raises(ValueError, match="slot 'colour' is unknown; the slots are name"):
        slot_errors([("colour", "blue")], "blue")
    with pytest.raises(ValueError, match="there is no slot to count errors in"):
        slot_error_rate([SlotErrors((), 0)])


@pytest.mark.parametrize("unit", ["not ", "rating ", "average price of the ", "kids ", "- ", "£20 "])
@pytest.mark.timeout(20)
def test_long_repetitive_outputs_take_no_long_time(unit: str) -> None:
    slot_errors(parse_mr("familyFriendly[no]"), unit * 1500)
