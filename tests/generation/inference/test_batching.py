"""Batches hold every prompt once, keep to their limits and waste little on padding."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.inference.batching import make_batches, split_by_length


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 300)), st.integers(1, 2000), st.integers(1, 20))
def test_every_position_is_in_one_batch_within_the_limits(
    lengths: list[int], token_budget: int, max_rows: int
) -> None:
    batches = make_batches(lengths, token_budget=token_budget, max_rows=max_rows)
    assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) <= max_rows
        assert len(batch) == 1 or max(lengths[position] for position in batch) * len(batch) <= token_budget
    in_order = [lengths[position] for batch in batches for position in batch]
    assert in_order == sorted(lengths, reverse=True)


def test_a_batch_is_filled_before_the_next_is_begun() -> None:
    assert make_batches([5, 5, 10, 5], token_budget=20, max_rows=8) == [[2, 0], [1, 3]]
    assert make_batches([5, 5, 5], token_budget=1000, max_rows=2) == [[0, 1], [2]]


def test_a_prompt_over_the_budget_is_alone() -> None:
    assert make_batches([50, 3, 3], token_budget=10, max_rows=8) == [[0], [1, 2]]


@pytest.mark.parametrize(("token_budget", "max_rows"), [(0, 1), (1, 0)])
def test_a_batch_without_room_is_refused(token_budget: int, max_rows: int) -> None:
    with pytest.raises(ValueError, match="room"):
        make_batches([1], token_budget=token_budget, max_rows=max_rows)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 300)))
def test_a_part_holds_nothing_half_as_long_as_its_longest(lengths: list[int]) -> None:
    parts = split_by_length(lengths)
    in_order = [lengths[position] for part in parts for position in part]
    assert in_order == sorted(lengths, reverse=True)
    assert sorted(position for part in parts for position in part) == list(range(len(lengths)))
    for part, after in itertools.pairwise(parts):
        assert 2 * lengths[part[-1]] > lengths[part[0]] >= 2 * lengths[after[0]]
