import pytest

from ratings.design.assignment import PlannedAssignment
from ratings.design.balance import Spread, study_balance
from ratings.design.whole_plan import ItemToPresent, PartToPlan, PlannedPart, plan_study

POOL = [("one two three", "four five", "six"), ("alike", "alike", "other"), ("same", "same", "same")]
PAIR = PartToPlan(shown=(0, 1), items=3, practice=0, ratings_per_item=2, target=0)
STARS = PartToPlan(shown=(0, 1, 2), items=2, practice=1, ratings_per_item=1)


def seen(rater, item, *order):
    return PlannedAssignment(rater=rater, item=item, position=0, order=order)


@pytest.fixture
def by_hand():
    """A pair part of which one item is left to show, and a stars part with a merged text."""
    pair = PlannedPart(
        items=(
            ItemToPresent(example=0, writers=((0,), (1,)), cannot_be_told=False),
            ItemToPresent(example=1, writers=((0, 1),), cannot_be_told=True),
            ItemToPresent(example=2, writers=((0, 1),), cannot_be_told=True),
        ),
        practice=(),
        assignments=(seen(0, 0, 0, 1), seen(1, 0, 1, 0)),
    )
    stars = PlannedPart(
        items=(
            ItemToPresent(example=0, writers=((0,), (1,), (2,)), cannot_be_told=False),
            ItemToPresent(example=1, writers=((0, 1), (2,)), cannot_be_told=False),
        ),
        practice=(ItemToPresent(example=2, writers=((0, 1, 2),), cannot_be_told=False),),
        assignments=(seen(0, 0, 2, 0, 1), seen(0, 1, 1, 0)),
    )
    return study_balance(pool=POOL, parts=[PAIR, STARS], questions=[0, 2], planned=[pair, stars], raters=2)


def test_a_part_by_hand(by_hand):
    pair, stars = by_hand.parts
    assert (pair.items, pair.items_shown, pair.cannot_be_told, pair.fewer_texts) == (3, 1, 2, 0)
    assert (pair.ratings_an_item, pair.items_a_rater) == (Spread(2, 2), Spread(1, 1))
    assert (pair.systems, pair.positions) == ((0, 1), ((1, 1), (1, 1)))
    assert (stars.items_shown, stars.fewer_texts, stars.cannot_be_told, stars.practice) == (2, 1, 0, 1)
    assert stars.items_a_rater == Spread(0, 2)
    assert not stars.items_a_rater.is_one
    assert stars.ratings_an_item.is_one
    # The text that systems 0 and 1 share stands second in the second item and counts for both.
    assert stars.positions == ((0, 2, 0), (0, 1, 1), (2, 0, 0))


def test_minutes_go_by_words_and_questions(by_hand):
    assert by_hand.items_a_rater == Spread(1, 3)
    assert by_hand.assignments == 4
    reading = 60 / 238
    pair = 5 + 5 * reading + 5
    stars = (5 + 6 * reading + 3 * 2 * 3) + (5 + 2 * reading + 2 * 2 * 3)
    assert by_hand.minutes_a_rater.low == pytest.approx(pair / 60)
    assert by_hand.minutes_a_rater.high == pytest.approx((pair + stars) / 60)


def test_a_part_whose_trials_nobody_could_tell_is_empty():
    planned = plan_study(pool=[("a", "a")] * 5, facts=[()] * 5, parts=[PAIR], raters=3, seed=1)
    balance = study_balance(pool=[("a", "a")] * 5, parts=[PAIR], questions=[0], planned=planned, raters=3)
    assert balance.parts[0].ratings_an_item == balance.items_a_rater == Spread(0, 0)
    assert balance.minutes_a_rater == Spread(0, 0)


def test_a_whole_plan_is_as_balanced_as_it_says():
    part = PartToPlan(shown=(0, 1, 2), items=24, practice=0, ratings_per_item=3)
    pool = [(f"a{number}", f"b{number}", f"c{number}") for number in range(24)]
    planned = plan_study(pool=pool, facts=[()] * 24, parts=[part], raters=6, seed=9)
    (balance,) = study_balance(pool=pool, parts=[part], questions=[3], planned=planned, raters=6).parts
    assert balance.positions == ((24, 24, 24),) * 3
    assert balance.items_a_rater == Spread(12, 12)
