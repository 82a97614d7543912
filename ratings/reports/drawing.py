"""What all figures of a report share: colours told apart by colour-blind readers, and SVG without a date."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

WIDTH = 7.2  # inches; at 96 dots an inch it fills a page's column
INK = "#1c1d21"
SOFT = "#5a5c63"
LINE = "#d9d8d0"
# Okabe & Ito (2008), and a marker for each, so that no verdict hangs on its colour.
VERDICT_COLOURS = {"supported": "#00735c", "refuted": "#b3430e", "undecided": "#6b5a00"}
VERDICT_MARKERS = {"supported": "o", "refuted": "X", "undecided": "D"}
BAND = "#56b4e9"
SERIES = (
    ("#0072b2", "o"),
    ("#d55e00", "s"),
    ("#009e73", "^"),
    ("#cc79a7", "D"),
    ("#e69f00", "v"),
    ("#56b4e9", "P"),
    ("#1c1d21", "X"),
    ("#8a8a00", "*"),
)

STYLE: dict[str, Any] = {
    "svg.hashsalt": "evalsite",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "xtick.color": SOFT,
    "ytick.color": INK,
    "text.color": INK,
    "text.parse_math": False,
}


def svg(draw: Callable[[Figure], None], *, height: float) -> bytes:
    """What `draw` puts on a figure WIDTH × `height` inches, as SVG; the same drawing gives the same bytes."""
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]  # the stubs want each key literally
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        canvas = FigureCanvasSVG(figure)
        draw(figure)
        stream = io.BytesIO()
        canvas.print_svg(stream, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    return stream.getvalue()


def without_frame(axes: Axes, *keep: str) -> None:
    """Hide all spines but those named, and the ticks of the y axis."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in keep)
    axes.tick_params(axis="y", length=0)


def clipped(text: str, *, most: int = 34) -> str:
    """A label that leaves room for the drawing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Name the rows of a horizontal plot, the first on top."""
    axes.set_yticks(range(len(names)), [clipped(name, most=46) for name in reversed(names)])
    axes.set_ylim(-0.6, len(names) - 0.4)
