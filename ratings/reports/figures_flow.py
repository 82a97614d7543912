"""The picture of how many raters came how far, in the manner of CONSORT's flow diagram."""

from collections.abc import Sequence
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ratings.reports.drawing import INK, SOFT, svg

STEP = 1.25  # height of a row of boxes, in the drawing's own units
MIDDLE, ASIDE = 0.24, 0.58  # where the boxes of who goes on have their middle, and the others begin
BOXES = ((0,), (1,), (2,), (5, 6, 7), (9,))  # rows of the flow that go on, from top to bottom
LOST = {2: (3, 4), 3: (8,)}  # after which box raters are lost, and how


def flow_figure(rows: Sequence[tuple[str, int]]) -> bytes:
    """Boxes for who goes on, from top to bottom, and beside them boxes for who does not."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set_xlim(0, 1)
        axes.set_ylim(-(len(BOXES) - 0.6) * STEP, 0.4 * STEP)
        axes.axis("off")
        for place in range(len(BOXES) - 1):
            _arrow(axes, (MIDDLE, -place * STEP), (MIDDLE, -(place + 0.7) * STEP))
        for place, lost in LOST.items():
            height = -(place + 0.5) * STEP
            _arrow(axes, (MIDDLE, height), (ASIDE - 0.015, height))
            _box(axes, ASIDE, height, [rows[row] for row in lost], align="left")
        for place, box in enumerate(BOXES):
            _box(axes, MIDDLE, -place * STEP, [rows[row] for row in box], align="center")

    return svg(draw, height=4.8)


def _box(axes: Axes, across: float, height: float, rows: Sequence[tuple[str, int]], *, align: str) -> None:
    lines = [fill(f"{name}: {count}", width=34) for name, count in rows]
    frame = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": SOFT, "linewidth": 0.9}
    axes.text(
        across, height, "\n".join(lines), ha=align, va="center", color=INK, fontsize=8.5, bbox=frame, zorder=3
    )


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    line = {"arrowstyle": "-|>", "color": SOFT, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=line)
