from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.design.strata import Stratum, strata_of, stratified_order


def test_strata_tell_facts_lengths_and_same_texts_apart():
    pool = [["a", "a"], ["a" * 50, "b" * 50], ["a" * 100, "b" * 100]]
    assert strata_of(pool=pool, slots=[3, 8, 5]) == (
        Stratum(slots=0, length=0, differ=False),
        Stratum(slots=2, length=1, differ=True),
        Stratum(slots=1, length=2, differ=True),
    )


def test_a_pool_that_is_all_alike_is_one_stratum():
    assert len(set(strata_of(pool=[["x", "y"]] * 9, slots=[4] * 9))) == 1
    assert strata_of(pool=[], slots=[]) == ()


@given(st.lists(st.sampled_from("aaabbc"), max_size=80), st.integers(0, 2**32 - 1), st.data())
def test_any_stretch_holds_each_stratum_in_its_share(strata, seed, data):
    order = stratified_order(strata, np.random.default_rng(seed))
    assert sorted(order) == list(range(len(strata)))
    # By the even layout: between two members of a stratum, those of another lie in proportion.
    for one, size in Counter(strata).items():
        at = [place for place, index in enumerate(order) if strata[index] == one]
        for earlier, later in pairwise(at):
            between = Counter(strata[index] for index in order[earlier + 1 : later])
            for other, count in between.items():
                assert count <= -(-Counter(strata)[other] // size) + 1


def test_every_example_is_as_likely_to_be_drawn_as_the_rest_of_its_stratum():
    strata = ["a"] * 6 + ["b"] * 3
    rng = np.random.default_rng(5)
    early = Counter(index for _ in range(4000) for index in stratified_order(strata, rng)[:3])
    for members in (range(6), range(6, 9)):
        counts = [early[index] for index in members]
        # 3 of 9 are drawn, so that about a third of 4000 draws hold each one (standard deviation about 30).
        assert counts == pytest.approx([4000 / 3] * len(counts), abs=150)
