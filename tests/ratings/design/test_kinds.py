"""Plans of every kind: sides, sequences and companions are balanced, whatever the seed."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.design.balance import study_balance
from ratings.design.kinds import KINDS, TextShown
from ratings.design.orders import balanced_layouts
from ratings.design.whole_plan import PartToPlan, plan_study
from ratings.errors import StudyPlanInvalid

FACTS = [("name", "x")]


def pool(examples, shared=()):
    """What two systems said; in `shared` examples they say the same."""
    return [(f"a {n}", f"a {n}" if n in shared else f"b {n}") for n in range(examples)]


def part_of(kind, *, items=6, ratings=3, practice=1):
    design = KINDS[kind]
    return PartToPlan(
        shown=(0, 1),
        items=items,
        practice=practice,
        ratings_per_item=ratings,
        target=0 if design.roles else None,
        companions=design.companions,
        layouts=design.layouts,
    )


def planned(kind, *, examples=40, shared=(), raters=4, seed=1, **sizes):
    part = part_of(kind, **sizes)
    said = pool(examples, shared)
    (plan,) = plan_study(pool=said, facts=[FACTS] * examples, parts=[part], raters=raters, seed=seed)
    return part, plan


def as_shown(item, order):
    return [
        TextShown(own=example == item.example, writers=frozenset(writers))
        for example, writers in (item.texts[text] for text in order)
    ]


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32),
    raters=st.integers(3, 7),
    shared=st.sets(st.integers(0, 39), max_size=20),
)
def test_triangles_use_the_six_sequences_evenly_and_never_one_example_twice(seed, raters, shared):
    part, plan = planned("triangle", seed=seed, raters=raters, shared=shared)
    sequences, by_rater = Counter(), Counter()
    for row in plan.data:
        item = plan.items_shown[row.item]
        texts = as_shown(item, row.order)
        right = KINDS["triangle"].right(texts, part.target)
        odd = texts[right].writers
        others = [text.writers for place, text in enumerate(texts) if place != right]
        assert others[0] == others[1] != odd
        assert all(len(text.writers) == 1 for text in texts)
        assert len({item.texts[text][0] for text in row.order}) == 3
        assert not {item.texts[text][0] for text in row.order} & shared
        sequences[right, odd] += 1
        by_rater[row.rater, right, odd] += 1
    counts = [sequences[place, frozenset({system})] for place in range(3) for system in (0, 1)]
    assert max(counts) - min(counts) <= 1
    for rater in range(raters):
        own = [by_rater[rater, place, frozenset({system})] for place in range(3) for system in (0, 1)]
        assert max(own) - min(own) <= 1


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32), shared=st.sets(st.integers(0, 39), max_size=20))
def test_abx_balances_the_sides_and_which_system_supplies_x(seed, shared):
    _, plan = planned("abx", seed=seed, shared=shared)
    cells = Counter()
    for row in plan.data:
        item = plan.items_shown[row.item]
        a, b, x = as_shown(item, row.order)
        assert [a.own, b.own, x.own] == [True, True, False]
        assert a.writers != b.writers
        right = KINDS["abx"].right([a, b, x], 0)
        assert (a, b)[right].writers == x.writers
        cells[right, x.writers] += 1
    counts = [cells[right, frozenset({system})] for right in (0, 1) for system in (0, 1)]
    assert max(counts) - min(counts) <= 1


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(["two_afc", "preference"]))
def test_each_system_stands_first_as_often_as_second(seed, kind):
    _, plan = planned(kind, seed=seed)
    first = Counter(plan.items_shown[row.item].writers[row.order[0]] for row in plan.data)
    assert abs(first[0,] - first[1,]) <= 1


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**32), shared=st.sets(st.integers(0, 39)))
def test_a_label_check_shows_one_label_and_each_systems_as_often(seed, shared):
    _, plan = planned("label_check", seed=seed, shared=shared)
    differing = Counter()
    for row in plan.data:
        item = plan.items_shown[row.item]
        assert len(row.order) == 1
        if len(item.writers) == 2:
            differing[item.writers[row.order[0]]] += 1
    assert abs(differing[0,] - differing[1,]) <= 1
    assert not any(item.cannot_be_told for item in plan.items)


@pytest.mark.parametrize("kind", ["two_afc", "abx", "triangle", "preference"])
def test_identical_texts_are_not_shown(kind):
    _, plan = planned(kind, shared=range(30))
    assert {item.example for item in plan.items if item.cannot_be_told} == {
        item.example for item in plan.items if item.example < 30
    }
    assert all(len(item.companions) == KINDS[kind].companions for item in plan.items_shown)


def test_companions_come_from_outside_the_part_and_practice():
    _, plan = planned("triangle", practice=2)
    own = {item.example for item in (*plan.items, *plan.practice)}
    used = [example for item in (*plan.items, *plan.practice) for example in item.companions]
    assert not own & set(used)
    assert len(used) == len(set(used)) == 2 * len((*plan.items, *plan.practice))


def test_too_few_companions_are_said():
    with pytest.raises(StudyPlanInvalid, match=r"needs 2 further examples .* 1 are left beside its 6"):
        planned("triangle", examples=8)


def test_layouts_are_dealt_evenly_to_raters_of_any_load():
    layouts = KINDS["triangle"].layouts(6)
    plans = balanced_layouts([5, 8, 0, 12], layouts, np.random.default_rng(1))
    assert [len(plan) for plan in plans] == [5, 8, 0, 12]
    counts = Counter(layout for plan in plans for layout in plan)
    assert max(counts.values()) - min(counts.values()) <= 1


def test_balance_counts_texts_at_each_place_and_the_facts_of_each_example():
    part, plan = planned("triangle", items=6, ratings=4)
    said = pool(40)
    (balance,) = study_balance(pool=said, parts=[part], questions=[0], planned=[plan], raters=4).parts
    assert np.array(balance.positions).shape == (2, 3)
    assert np.array(balance.positions).sum(axis=0).tolist() == [24, 24, 24]


def test_training_comes_first_and_is_told_apart():
    part = PartToPlan(shown=(0, 1), items=4, practice=2, training=3, ratings_per_item=2, target=0)
    (plan,) = plan_study(pool=pool(20, shared=range(8)), facts=[FACTS] * 20, parts=[part], raters=2, seed=3)
    before = [*plan.training, *plan.practice]
    assert (len(plan.training), len(plan.practice)) == (3, 2)
    assert not any(item.cannot_be_told for item in before)
    assert len({item.example for item in before}) == 5
