from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ratings.design.assignment import draw_items, plan_part
from ratings.errors import StudyPlanInvalid


@st.composite
def parts(draw):
    raters = draw(st.integers(1, 9))
    # Some items have fewer distinct texts than systems, as where two systems wrote the same.
    names = st.sampled_from([(0, 1, 2), (0, 1), (0, 2), (0,)])
    return {
        "texts": draw(st.lists(names, min_size=1, max_size=40)),
        "ratings_per_item": draw(st.integers(1, raters)),
        "raters": raters,
    }


@settings(deadline=None, max_examples=80)
@given(part=parts(), seed=st.integers(0, 2**32))
def test_a_plan_is_complete_fair_and_balanced(part, seed):
    plan = plan_part(**part, rng=np.random.default_rng(seed))
    seen = Counter((a.rater, a.item) for a in plan)
    assert max(seen.values()) == 1, "nobody sees an item twice"
    per_item = Counter(a.item for a in plan)
    assert per_item == dict.fromkeys(range(len(part["texts"])), part["ratings_per_item"])
    loads = Counter(a.rater for a in plan)
    every_load = [loads[rater] for rater in range(part["raters"])]
    assert max(every_load) - min(every_load) <= 1
    positions = defaultdict(list)
    for a in plan:
        positions[a.rater].append(a.position)
        assert sorted(a.order) == list(range(len(part["texts"][a.item])))
    assert all(sorted(p) == list(range(len(p))) for p in positions.values())
    assert_balanced_by_names(plan, part["texts"])


def assert_balanced_by_names(plan, texts):
    counts = defaultdict(Counter)
    for a in plan:
        for slot, text in enumerate(a.order):
            for who in (a.rater, "everyone"):
                counts[who, texts[a.item]][text, slot] += 1
    for (_, names), count in counts.items():
        every = [count[text, slot] for text in range(len(names)) for slot in range(len(names))]
        assert max(every) - min(every) <= 1


def test_position_says_nothing_about_the_system_over_a_whole_plan():
    plan = plan_part(
        texts=[("a", "b", "c")] * 101, ratings_per_item=5, raters=13, rng=np.random.default_rng(3)
    )
    table = np.zeros((3, 3))
    for a in plan:
        for slot, text in enumerate(a.order):
            table[text, slot] += 1
    assert stats.chi2_contingency(table).pvalue > 0.99  # balanced by design, not by luck


def test_raters_meet_in_changing_company():
    plan = plan_part(texts=[("a", "b")] * 60, ratings_per_item=3, raters=6, rng=np.random.default_rng(0))
    groups = {frozenset(a.rater for a in plan if a.item == item) for item in range(60)}
    assert len(groups) > 10


def test_more_ratings_than_raters_is_refused():
    with pytest.raises(StudyPlanInvalid, match="4 ratings an item cannot come from 3 raters"):
        plan_part(texts=[("a",)], ratings_per_item=4, raters=3, rng=np.random.default_rng(0))


@settings(deadline=None, max_examples=80)
@given(
    counts=st.lists(st.integers(1, 12), min_size=1, max_size=3),
    extra=st.integers(0, 40),
    reserve=st.integers(0, 5),
    seed=st.integers(0, 2**32),
)
def test_drawn_items_are_apart_while_the_pool_lasts(counts, extra, reserve, seed):
    pool = max(counts) + reserve + extra
    drawn = draw_items(ranked=range(pool), counts=counts, reserve=reserve, rng=np.random.default_rng(seed))
    assert [len(set(part)) for part in drawn.parts] == counts
    used = [index for part in drawn.parts for index in part]
    assert not set(used) & set(drawn.spare)
    assert set(used) | set(drawn.spare) == set(range(pool))
    assert len(drawn.spare) >= reserve
    if sum(counts) <= pool - reserve:
        assert len(set(used)) == sum(counts), "parts share no item where there are enough"


def test_a_pool_too_small_names_the_numbers():
    with pytest.raises(StudyPlanInvalid, match=r"asks for 9 items, but only 10 examples .* at most 8"):
        draw_items(ranked=range(10), counts=[3, 9], reserve=2, rng=np.random.default_rng(0))
