from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.design.assignment import plan_part
from ratings.design.planned_checks import ChecksToPlan, GoldItem, plan_checks, with_extras
from ratings.design.whole_plan import PartToPlan, plan_study

FACTS = {number: (("name", f"Pub {number}"), ("food", ["Thai", "Greek"][number % 2])) for number in range(6)}
SAID = {number: [f"Pub {number} has {FACTS[number][1][1]} food."] for number in range(6)}


def checks(asked, spare=range(6), said=None, seed=1):
    return plan_checks(
        asked, spare=list(spare), said=said or SAID, facts=FACTS, rng=np.random.default_rng(seed)
    )


def test_planted_errors_and_instructions_take_turns_on_examples_of_their_own():
    planned = checks(ChecksToPlan(checks=4, criteria=3, faithful=1))
    assert [check.kind for check in planned] == ["planted", "instructed", "planted", "instructed"]
    assert len({check.example for check in planned}) == 4
    for check in planned[::2]:
        assert check.text not in SAID[check.example]
        assert check.expected == {1: (1, 3)}
    for check in planned[1::2]:
        (low, high) = check.expected[0]
        assert low == high
        assert check.expected == dict.fromkeys(range(3), (low, high))
        assert str(low) in check.text


def test_where_no_text_allows_an_error_an_instruction_stands_instead():
    planned = checks(ChecksToPlan(checks=2), said={number: ["Nothing."] for number in range(6)})
    assert [check.kind for check in planned] == ["instructed", "instructed"]


def test_there_are_no_more_checks_than_examples_left():
    assert len(checks(ChecksToPlan(checks=5), spare=[0, 1])) == 2
    assert checks(ChecksToPlan(checks=1), spare=[]) == ()


def test_gold_items_come_as_they_were_given():
    gold = GoldItem(example=3, text="A known text.", expected={0: (4, 5)})
    (check,) = checks(ChecksToPlan(gold=(gold,)))
    assert (check.kind, check.example, check.text, check.expected) == ("gold", 3, gold.text, gold.expected)


@settings(deadline=None, max_examples=60)
@given(
    items=st.integers(1, 20),
    raters=st.integers(2, 5),
    n_checks=st.integers(0, 6),
    repeats=st.integers(0, 6),
    seed=st.integers(0, 2**32 - 1),
)
def test_extras_are_woven_in_without_touching_the_data(items, raters, n_checks, repeats, seed):
    rng = np.random.default_rng(seed)
    data = plan_part(texts=[(0, 1, 2)] * items, ratings_per_item=2, raters=raters, rng=rng)
    woven = with_extras(data, checks=n_checks, repeats=repeats, rng=rng)
    kept = [row for row in woven if row.purpose == "data"]
    assert {(row.rater, row.item, row.order) for row in kept} == {
        (row.rater, row.item, row.order) for row in data
    }
    own = defaultdict(list)
    for row in woven:
        own[row.rater].append(row)
    for rows in own.values():
        assert [row.position for row in rows] == list(range(len(rows)))
        assert rows[0].purpose == "data"
        purposes = [row.purpose for row in rows]
        n_data = purposes.count("data")
        assert purposes.count("check") == min(n_checks, n_data)
        assert len({row.item for row in rows if row.purpose == "check"}) == purposes.count("check")
        assert purposes.count("repeat") == min(repeats, n_data // 2)
        first_seen = {row.item: row.position for row in rows if row.purpose == "data"}
        for row in rows:
            if row.purpose == "repeat":
                assert row.position - first_seen[row.item] >= n_data // 2
                assert sorted(row.order) == [0, 1, 2]


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_study_keeps_checks_apart_from_its_items_and_its_practice(seed):
    texts = [[f"Pub {number} has Thai food.", f"Thai at Pub {number}."] for number in range(30)]
    facts = [(("name", f"Pub {number}"), ("food", "Thai")) for number in range(30)]
    gold = GoldItem(example=7, text="A known text.", expected={0: (1, 1)})
    part = PartToPlan(
        shown=(0, 1),
        items=12,
        practice=2,
        ratings_per_item=2,
        checks=ChecksToPlan(checks=3, repeats=2, gold=(gold,)),
    )
    (plan,) = plan_study(pool=texts, facts=facts, parts=[part], raters=4, seed=seed)
    groups = [
        {item.example for item in plan.items},
        {item.example for item in plan.practice},
        {check.example for check in plan.checks},
    ]
    assert len(set.union(*groups)) == 12 + 2 + 4
    assert len(plan.data) == 12 * 2
    assert {row.item for row in plan.assignments if row.purpose == "check"} == set(range(4))
