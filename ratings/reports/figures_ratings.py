"""Figures of what raters answered: distributions of stars, the psychometric curve, stars against metrics."""

import math
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ratings.reports.document_people import CriterionRatings, Discrimination, SystemRatings
from ratings.reports.document_systems import RatedOutput
from ratings.reports.drawing import (
    BAND,
    INK,
    LINE,
    SERIES,
    SOFT,
    clipped,
    name_rows,
    svg,
    without_frame,
)
from ratings.reports.figure_words import FigureWords
from ratings.statistics.psychometric import Protocol, link

MOST_NAMED = 11  # scores in a legend; of finer scales only the ends are named


def ratings_figure(criterion: CriterionRatings, words: FigureWords) -> bytes:
    """Diverging stacked bars: the middle of the scale at zero, low scores to the left."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        scores = criterion.systems[0].scores
        colours = [tuple(row) for row in mpl.colormaps["PuOr"](np.linspace(0.08, 0.92, len(scores)))]
        for place, system in enumerate(reversed(criterion.systems)):
            if sum(system.counts):
                _stacked_bar(axes, place, system, colours, words)
        name_rows(axes, [system.system for system in criterion.systems])
        axes.axvline(0, color=SOFT, linewidth=0.9, zorder=0)
        axes.set_xticks([])
        without_frame(axes)
        named = range(len(scores)) if len(scores) <= MOST_NAMED else (0, len(scores) - 1)
        figure.legend(
            [mpl.patches.Patch(color=colours[place]) for place in named],
            [str(scores[place]) for place in named],
            loc="outside lower center",
            ncols=MOST_NAMED,
            frameon=False,
            title="  ←  →  ".join(
                clipped(anchor, most=44) for anchor in (criterion.low_anchor, criterion.high_anchor)
            ),
            title_fontsize=8,
        )

    return svg(draw, height=1.0 + 0.5 * len(criterion.systems))


def discrimination_figure(row: Discrimination, margin: float | None, words: FigureWords) -> bytes:
    """The protocol's psychometric function, and where the raters stand on it, with the exact interval.

    `margin` is a claimed p_d, drawn at the proportion correct that it gives.
    """

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        protocol = Protocol(row.kind)
        options = row.options if protocol is Protocol.IDENTIFY else None
        psychometric = link(protocol, options=options)
        sensitivity = np.linspace(0, 4, 161)
        axes.plot(sensitivity, psychometric.proportion_correct(sensitivity), color=SOFT, linewidth=1.5)
        axes.axhline(row.chance, color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.text(3.98, row.chance + 0.012, words.chance, ha="right", va="bottom", color=SOFT, fontsize=8.5)
        if margin is not None:
            height = psychometric.correct_at(margin)
            axes.axhline(height, color="#0072b2", linewidth=1.2)
            axes.text(3.98, height + 0.012, words.margin, ha="right", color="#0072b2", fontsize=8.5)
        found = row.proportion
        if found.estimate is not None and found.ci_low is not None and found.ci_high is not None:
            axes.axhspan(found.ci_low, found.ci_high, color=BAND, alpha=0.25, linewidth=0)
            certain = found.estimate == 1
            place = 4.0 if certain else min(psychometric.d_prime(found.estimate), 4.0)
            axes.plot([place, place], [found.ci_low, found.ci_high], color=INK, linewidth=1.6)
            axes.plot(place, found.estimate, marker="o", color=INK, markersize=7, clip_on=False)
        axes.set_xlim(-0.08, 4)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel(words.sensitivity)
        axes.set_ylabel(words.proportion_correct)
        axes.yaxis.set_major_formatter(words.axis_percent)
        axes.xaxis.set_major_formatter(words.axis_number)
        axes.grid(color=LINE, linewidth=0.6)
        axes.set_axisbelow(True)

    return svg(draw, height=3.4)


def _stacked_bar(
    axes: Axes, place: int, system: SystemRatings, colours: Sequence[Sequence[float]], words: FigureWords
) -> None:
    """One system's shares, so placed that half of the middle score lies on either side of zero."""
    shares = np.array(system.counts) / sum(system.counts)
    middle = (system.scores[0] + system.scores[-1]) / 2
    below = [1.0 if score < middle else 0.5 if score == middle else 0.0 for score in system.scores]
    left = -float(shares @ np.array(below))
    for share, colour in zip(shares, colours, strict=True):
        axes.barh(place, share, left=left, color=colour, edgecolor="white", height=0.62)
        if share > 0.055:
            axes.text(
                left + share / 2,
                place,
                words.percent(share, places=0),
                ha="center",
                va="center",
                fontsize=8,
                color="white" if _is_dark(colour) else INK,
            )
        left += share


def correlations_figure(outputs: Sequence[RatedOutput], words: FigureWords) -> bytes:
    """Every output's mean stars against each metric, a panel a metric, a colour and a marker a system."""
    metrics = list(dict.fromkeys(each.metric for row in outputs for each in row.metrics))
    columns = min(3, len(metrics))
    lines = math.ceil(len(metrics) / columns)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(lines, columns, sharey=True, squeeze=False)
        systems = list(dict.fromkeys(row.system for row in outputs))
        for axes, metric in zip(panels.flat, metrics, strict=False):
            for system, (colour, marker) in zip(systems, SERIES, strict=False):
                own = [
                    (each.value, row.mean)
                    for row in outputs
                    for each in row.metrics
                    if (row.system, each.metric) == (system, metric)
                ]
                axes.plot(
                    [value for value, _mean in own],
                    [mean for _value, mean in own],
                    linestyle="",
                    marker=marker,
                    markersize=4.5,
                    color=colour,
                    alpha=0.65,
                    label=clipped(system),
                )
            _finish_panel(axes, words.metric(metric), words)
        for axes in panels.flat[len(metrics) :]:
            axes.set_visible(False)
        for line in panels:
            line[0].set_ylabel(words.mean_stars)
        handles, labels = panels[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)

    return svg(draw, height=1.0 + 2.6 * lines)


def _finish_panel(axes: Axes, title: str, words: FigureWords) -> None:
    axes.set_xlabel(title)
    axes.xaxis.set_major_formatter(words.axis_number)
    axes.yaxis.set_major_formatter(words.axis_number)
    axes.grid(color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)


def _is_dark(colour: Sequence[float]) -> bool:
    red, green, blue = colour[:3]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.45
