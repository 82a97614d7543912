from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.design.orders import balanced_orders, williams_squares


@pytest.mark.parametrize("m", range(1, 9))
def test_each_square_is_latin_and_the_squares_balance_what_follows_what(m):
    squares = williams_squares(m)
    for square in squares:
        assert len(square) == m
        for line in [*square, *zip(*square, strict=True)]:
            assert sorted(line) == list(range(m))
    follows = Counter(pair for square in squares for row in square for pair in pairwise(row))
    if m > 1:
        assert len(follows) == m * (m - 1)
        assert len(set(follows.values())) == 1


def test_no_square_of_nothing():
    with pytest.raises(ValueError, match="Latin square of 0 symbols"):
        williams_squares(0)


@settings(deadline=None, max_examples=60)
@given(
    loads=st.lists(st.integers(0, 25), min_size=1, max_size=8),
    m=st.integers(1, 6),
    seed=st.integers(0, 2**32),
)
def test_positions_are_balanced_within_raters_and_over_all(loads, m, seed):
    plans = balanced_orders(loads, m, np.random.default_rng(seed))
    assert [len(plan) for plan in plans] == loads
    for orders in [*plans, [order for plan in plans for order in plan]]:
        counts = Counter((text, slot) for order in orders for slot, text in enumerate(order))
        every = [counts[text, slot] for text in range(m) for slot in range(m)]
        assert max(every) - min(every) <= 1


def test_the_seed_decides():
    def plan(seed):
        return balanced_orders([7, 7, 7], 3, np.random.default_rng(seed))

    assert plan(1) == plan(1)
    assert plan(1) != plan(2)
