from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.design.whole_plan import PartToPlan, plan_study
from ratings.errors import StudyPlanInvalid

STARS = PartToPlan(shown=(0, 1, 2), items=6, practice=1, ratings_per_item=2)
PAIR = PartToPlan(shown=(1, 2), items=8, practice=2, ratings_per_item=3, target=1)


def pool(examples, shared=()):
    """What three systems said; in `shared` examples the last two say the same."""
    return [
        (f"a {number}", f"b {number}", f"b {number}" if number in shared else f"c {number}")
        for number in range(examples)
    ]


def plan(texts, **asked):
    return plan_study(pool=texts, facts=[[("fact", "x")] * len(said[0]) for said in texts], **asked)


def test_one_seed_gives_one_plan():
    asked = {"texts": pool(30), "parts": [STARS, PAIR], "raters": 4}
    assert plan(**asked, seed=1) == plan(**asked, seed=1)
    assert plan(**asked, seed=1) != plan(**asked, seed=2)


@pytest.mark.parametrize("seed", range(5))
def test_each_part_draws_easy_and_hard_items_in_the_pools_shares(seed):
    """A third of the pool has texts that are the same; a simple random draw of 8 would often have 0 or 5."""
    stars, pair = plan(pool(30, shared=range(0, 30, 3)), parts=[STARS, PAIR], raters=4, seed=seed)
    for part, expected in ((stars, 2), (pair, 8 / 3)):
        same = sum(item.example % 3 == 0 for item in part.items)
        assert abs(same - expected) < 2


def test_texts_alike_are_one_text_of_two_writers_and_no_trial():
    stars, pair = plan(pool(17, shared=range(14)), parts=[STARS, PAIR], raters=4, seed=1)
    for item in stars.items:
        assert item.writers == (((0,), (1, 2)) if item.example < 14 else ((0,), (1,), (2,)))
        assert not item.cannot_be_told
    assert {item.cannot_be_told for item in pair.items if item.example < 14} == {True}
    assert len(pair.items_shown) == sum(item.example >= 14 for item in pair.items)


def test_a_trial_is_told_only_from_the_targets_own_text():
    """Two systems beside the target may say the same: identifying the target still makes sense."""
    identify = PartToPlan(shown=(0, 1, 2), items=5, practice=0, ratings_per_item=1, target=0)
    (part,) = plan(pool(5, shared=range(5)), parts=[identify], raters=2, seed=1)
    assert not any(item.cannot_be_told for item in part.items)


def test_practice_teaches_something_and_is_never_asked_again():
    stars, pair = plan(pool(20, shared=range(0, 20, 2)), parts=[STARS, PAIR], raters=4, seed=5)
    assert not any(item.cannot_be_told for item in pair.practice)
    practice = [item.example for part in (stars, pair) for item in part.practice]
    asked = [item.example for part in (stars, pair) for item in part.items]
    assert len(set(practice)) == len(practice) > 0
    assert not set(practice) & set(asked)


@pytest.mark.parametrize(
    ("examples", "raters", "sentence"),
    [(0, 4, "no example in common"), (9, 4, "asks for 8 items, but only 9"), (30, 2, "3 ratings an item")],
)
def test_what_cannot_be_planned_is_said(examples, raters, sentence):
    with pytest.raises(StudyPlanInvalid, match=sentence):
        plan(pool(examples), parts=[STARS, PAIR], raters=raters, seed=1)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    raters=st.integers(3, 9),
    shared=st.sets(st.integers(0, 29)),
)
def test_each_item_shown_gets_its_ratings_and_each_rater_an_even_share(seed, raters, shared):
    for part, planned in zip(
        (STARS, PAIR),
        plan(pool(30, shared=shared), parts=[STARS, PAIR], raters=raters, seed=seed),
        strict=True,
    ):
        by_item = Counter(assignment.item for assignment in planned.assignments)
        assert by_item == dict.fromkeys(range(len(planned.items_shown)), part.ratings_per_item)
        by_rater = [sum(row.rater == rater for row in planned.assignments) for rater in range(raters)]
        assert max(by_rater) - min(by_rater) <= 1
        for assignment in planned.assignments:
            texts = len(planned.items_shown[assignment.item].writers)
            assert sorted(assignment.order) == list(range(texts))
