"""How many messages wake workers: enough for each to come, and no square of them."""

import pytest

from generation.tasks import WAKES_A_SWEEP, wakes


@pytest.mark.parametrize(
    ("pieces", "workers", "messages"), [(0, 0, 1), (5, 0, 1), (1, 3, 1), (2, 3, 2), (9, 3, 3)]
)
def test_each_worker_with_something_to_do_is_told(pieces: int, workers: int, messages: int) -> None:
    assert wakes(pieces, workers) == messages


def test_a_hundred_workers_sweeps_do_not_wake_a_hundred_each() -> None:
    assert wakes(10_000, 100, most=WAKES_A_SWEEP) == WAKES_A_SWEEP
    assert wakes(1, 100, most=WAKES_A_SWEEP) == 1
