"""A loss curve as a picture: where its points, ticks and words stand in an SVG of fixed size."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 36
TABLE_ROWS = 8
TICKS = 4


@dataclass(frozen=True)
class Tick:
    """A number and where it stands, in user units of the picture."""

    value: float
    at: float


@dataclass(frozen=True)
class Curve:
    """`line` is a polyline's points; `table` holds some (step, loss) pairs, both ends among them."""

    line: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    table: tuple[tuple[int, float], ...]

    width, height = WIDTH, HEIGHT
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM

    @property
    def first(self) -> float:
        """The loss at the first step."""
        return self.table[0][1]

    @property
    def last(self) -> float:
        """The loss at the last step."""
        return self.table[-1][1]


def loss_curve(points: Sequence[Sequence[float]]) -> Curve | None:
    """The picture of (step, loss) points with the loss from 0 up; None for fewer than two points."""
    if len(points) < 2:
        return None
    steps = [int(step) for step, _loss in points]
    losses = [float(loss) for _step, loss in points]
    step_of_ticks = _round_step(max(losses) / TICKS)
    top = step_of_ticks * TICKS
    span = max(steps) - min(steps) or 1

    def x(step: float) -> float:
        return round(LEFT + (step - min(steps)) / span * (WIDTH - LEFT - RIGHT), 1)

    def y(loss: float) -> float:
        return round(HEIGHT - BOTTOM - loss / top * (HEIGHT - TOP - BOTTOM), 1)

    stride = max(1, (len(points) - 1) / (TABLE_ROWS - 1))
    rows = sorted({round(number * stride) for number in range(TABLE_ROWS)} & set(range(len(points))))
    rows = sorted({*rows, len(points) - 1})
    return Curve(
        line=" ".join(f"{x(step)},{y(loss)}" for step, loss in zip(steps, losses, strict=True)),
        x_ticks=tuple(Tick(steps[row], x(steps[row])) for row in (0, len(points) // 2, len(points) - 1)),
        y_ticks=tuple(
            Tick(round(part * step_of_ticks, 6), y(part * step_of_ticks)) for part in range(TICKS + 1)
        ),
        table=tuple((steps[row], losses[row]) for row in rows),
    )


def _round_step(least: float) -> float:
    """The least of 1, 2, 2.5, 5 and 10 times a power of ten that is not below `least`; 1 for none."""
    if least <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(least))
    return next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= least)
