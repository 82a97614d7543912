"""A loss curve lies inside its picture, from zero up, with both ends in its table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.views.curve import BOTTOM, HEIGHT, LEFT, RIGHT, TABLE_ROWS, TOP, WIDTH, loss_curve


@pytest.mark.parametrize("points", [[], [[1, 2.0]]])
def test_fewer_than_two_points_are_no_curve(points: list[list[float]]) -> None:
    assert loss_curve(points) is None


def test_points_ticks_and_table() -> None:
    curve = loss_curve([[1, 4.0], [51, 2.0], [101, 1.0]])
    assert curve is not None
    assert curve.line == f"{LEFT}.0,{TOP}.0 340.0,108.0 {WIDTH - RIGHT}.0,156.0"
    assert [tick.value for tick in curve.y_ticks] == [0, 1, 2, 3, 4]
    assert [tick.value for tick in curve.x_ticks] == [1, 51, 101]
    assert curve.table == ((1, 4.0), (51, 2.0), (101, 1.0))
    assert (curve.first, curve.last) == (4.0, 1.0)


@pytest.mark.parametrize(("top", "last_tick"), [(3.98, 4.0), (0.07, 0.08), (4.1, 8.0), (10, 10.0), (0, 4.0)])
def test_ticks_are_round(top: float, last_tick: float) -> None:
    curve = loss_curve([[1, top], [2, 0.0]])
    assert curve is not None
    assert curve.y_ticks[-1].value == last_tick


losses = st.floats(min_value=0, max_value=1e6)


@given(st.lists(losses, min_size=2, max_size=300))
def test_every_point_lies_inside_and_the_table_is_short(values: list[float]) -> None:
    curve = loss_curve([[step, loss] for step, loss in enumerate(values, start=1)])
    assert curve is not None
    points = [tuple(map(float, pair.split(","))) for pair in curve.line.split()]
    assert len(points) == len(values)
    assert all(LEFT <= x <= WIDTH - RIGHT and TOP - 0.1 <= y <= HEIGHT - BOTTOM for x, y in points)
    assert len(curve.table) <= TABLE_ROWS + 1
    assert curve.table[0][0] == 1
    assert curve.table[-1][0] == len(values)
