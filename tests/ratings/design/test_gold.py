import dataclasses

import pytest

from ratings.design.gold import GoldPlan, check_gold, gold_from_json
from ratings.errors import StudyPlanInvalid

GOLD = GoldPlan(example=3, text="A pub.", expected={"quality": (1, 2)})


def test_what_is_stored_comes_back():
    assert gold_from_json(GOLD.to_json()) == GOLD


def test_known_answers_that_make_sense_pass():
    check_gold((), "parts[1]", ())
    check_gold((GOLD, dataclasses.replace(GOLD, example=4)), "parts[1]", ("quality", "naturalness"))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([{}] * 21, "'parts.1..gold' has 21: give at most 20"),
        ([{"example": 0}], r"gold\[1\].example' is 0: examples are numbered from 1"),
        ([{}, {}], r"gold\[2\].example' is 3 once more"),
        ([{"text": " "}], r"gold\[1\].text' is empty"),
        ([{"expected": {}}], r"gold\[1\].expected' is empty: name at least one criterion"),
        ([{"expected": {"charm": (1, 2)}}], "names 'charm': name one of quality"),
        ([{"expected": {"quality": (0, 2)}}], "has 0 to 2 for 'quality': give stars from 1 to 5"),
        ([{"expected": {"quality": (3, 2)}}], "has 3 to 2"),
        (
            [{"expected": {"quality": (1, 5)}}],
            "has 1 to 5 for 'quality': give stars from 1 to 5, and not all",
        ),
    ],
)
def test_known_answers_that_make_no_sense_are_named(rows, sentence):
    with pytest.raises(StudyPlanInvalid, match=sentence):
        check_gold([dataclasses.replace(GOLD, **row) for row in rows], "parts[1]", ("quality",))
