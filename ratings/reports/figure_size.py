"""Power against size: a line for each number of raters, and where each reaches what is wanted."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from ratings.reports.drawing import INK, LINE, SERIES, SOFT, svg, without_frame
from ratings.reports.figure_words import FigureWords
from ratings.statistics.size_planning import SizeCurve


def size_figure(
    curves: Sequence[SizeCurve], power: float, words: FigureWords, *, axis: str, names: Sequence[str]
) -> bytes:
    """Power by items on a logarithmic axis named `axis`, with the simulation's intervals; rings are sizes."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for curve, name, (colour, marker) in zip(curves, names, SERIES, strict=False):
            items = [point.items for point in curve.points]
            axes.fill_between(
                items,
                [point.ci_low for point in curve.points],
                [point.ci_high for point in curve.points],
                color=colour,
                alpha=0.12,
                linewidth=0,
            )
            shown = [point.power for point in curve.points]
            axes.plot(items, shown, color=colour, marker=marker, markersize=4, linewidth=1.6, label=name)
            if curve.needed:
                axes.plot(curve.needed.items, power, marker="o", markersize=10, mfc="none", mec=INK, mew=1.3)
        axes.axhline(power, color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.set_xscale("log")
        ticks = _ticks([point.items for curve in curves for point in curve.points])
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel(axis)
        axes.set_ylim(0, 1)
        axes.set_ylabel(_("Power"))
        axes.yaxis.set_major_formatter(words.axis_percent)
        axes.grid(axis="y", color=LINE, linewidth=0.6)
        axes.set_axisbelow(True)
        without_frame(axes, "bottom")
        if len(curves) > 1:
            axes.legend(loc="lower right", frameon=False)

    return svg(draw, height=3.6)


def _ticks(items: Sequence[int]) -> list[int]:
    """Round numbers over the items' range."""
    rounds = [digit * 10**power for power in range(6) for digit in (1, 2, 5)]
    return [tick for tick in rounds if min(items) <= tick <= max(items)]
