"""Balanced orders of the texts of an item: from Williams' Latin squares, or of a kind's layouts."""

from collections.abc import Sequence
from itertools import cycle

import numpy as np

Order = tuple[int, ...]
Square = tuple[Order, ...]


def williams_squares(m: int) -> tuple[Square, ...]:
    """One Latin square of `m` symbols for an even `m`, two for an odd one (Williams 1949).

    In a square each symbol stands once in each position. Over the square (the pair of squares for an odd
    `m`) each symbol follows each other one equally often. Raises ValueError for m < 1.
    """
    if m < 1:
        raise ValueError(f"a Latin square of {m} symbols does not exist: give at least 1")
    zigzag = [0, *(step for pair in zip(range(1, m), range(m - 1, 0, -1), strict=True) for step in pair)][:m]
    square = tuple(tuple((symbol + shift) % m for symbol in zigzag) for shift in range(m))
    if m % 2 == 0 or m == 1:
        return (square,)
    return (square, tuple(row[::-1] for row in square))


def balanced_orders(loads: Sequence[int], m: int, rng: np.random.Generator) -> tuple[tuple[Order, ...], ...]:
    """For each rater, `loads[rater]` orders of `m` texts.

    How often a text stands in a position differs by at most one between texts and positions, within each
    rater and over all of them together.
    """
    names = rng.permutation(m)
    squares = [[tuple(int(names[s]) for s in row) for row in square] for square in williams_squares(m)]
    # Raters' whole squares are balanced by themselves; what is left over comes from one stream of rows that
    # all raters share, so that the left-overs together are balanced too.
    leftovers = cycle([squares[0][row] for row in rng.permutation(m)])
    plans: list[tuple[Order, ...]] = []
    turn = int(rng.integers(len(squares)))
    for load in loads:
        whole, rest = divmod(load, m)
        orders = [row for block in range(whole) for row in squares[(turn + block) % len(squares)]]
        orders += [next(leftovers) for _ in range(rest)]
        turn += whole
        plans.append(tuple(orders[index] for index in rng.permutation(load)))
    return tuple(plans)


def balanced_layouts(
    loads: Sequence[int], layouts: Sequence[Order], rng: np.random.Generator
) -> tuple[tuple[Order, ...], ...]:
    """For each rater, `loads[rater]` of the `layouts` in random order.

    How often a layout comes differs by at most one between layouts, within each rater and over all of them.
    """
    leftovers = cycle([layouts[index] for index in rng.permutation(len(layouts))])
    plans: list[tuple[Order, ...]] = []
    for load in loads:
        whole, rest = divmod(load, len(layouts))
        planned = [*layouts] * whole + [next(leftovers) for _ in range(rest)]
        plans.append(tuple(planned[index] for index in rng.permutation(load)))
    return tuple(plans)
