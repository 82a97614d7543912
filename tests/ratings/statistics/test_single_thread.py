"""BLAS runs on one thread inside, and as before outside."""

import numpy as np  # noqa: F401 - loads the BLAS whose threads are counted
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from ratings.statistics.single_thread import single_thread


def blas_threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_threads_are_taken_and_given_back_also_after_an_error() -> None:
    @single_thread
    def count(*, fail: bool) -> set[int]:
        if fail:
            raise ValueError("no fit")
        return blas_threads()

    with threadpool_limits(limits=2, user_api="blas"):
        before = blas_threads()
        assert count(fail=False) == {1}
        with pytest.raises(ValueError, match="no fit"):
            count(fail=True)
        assert blas_threads() == before
    assert count.__name__ == "count"
