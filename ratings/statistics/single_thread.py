"""Small linear algebra on one thread: BLAS threads that wait for each other cost more than they give."""

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

P = ParamSpec("P")
R = TypeVar("R")


def single_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Run ``function`` with the process's BLAS on one thread, and give the threads back afterwards.

    The mixed models solve thousands of small systems. With two threads on a machine that is busy with other
    work, each solution waits for a core, and a fit takes up to twenty times as long.
    """

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        with _controller().limit(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return limited


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
