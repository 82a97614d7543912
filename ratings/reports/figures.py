"""The report's pictures, each drawn from the document alone; their numbers stand in tables beside them."""

from collections.abc import Callable, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ratings.reports.document import (
    ClaimResult,
    Comparison,
    CriterionRatings,
    Discrimination,
    Report,
)
from ratings.reports.drawing import (
    BAND,
    INK,
    LINE,
    SOFT,
    VERDICT_COLOURS,
    VERDICT_MARKERS,
    clipped,
    svg,
    without_frame,
)
from ratings.reports.figure_words import FigureWords
from ratings.statistics.psychometric import Protocol, link

Drawing = Callable[[FigureWords], bytes]


def figures_of(report: Report) -> dict[str, Drawing]:
    """Every figure that the report's data support, by the name that addresses it."""
    drawn: dict[str, Drawing] = {}
    shown = [claim for claim in report.claims if _has_interval(claim)]
    if shown:
        drawn["claims"] = lambda words: claims_figure(shown, words)
    for number, criterion in enumerate(report.ratings, start=1):
        if any(sum(system.counts) for system in criterion.systems):
            drawn[f"ratings-{number}"] = _of_ratings(criterion)
    compared = [row for row in report.comparisons if row.difference.estimate is not None]
    if compared:
        drawn["comparisons"] = lambda words: comparisons_figure(compared, words)
    for number, row in enumerate(report.discrimination, start=1):
        if row.trials:
            drawn[f"discrimination-{number}"] = _of_trials(row, margin_of(row, report.claims))
    return drawn


def margin_of(row: Discrimination, claims: Sequence[ClaimResult]) -> float | None:
    """The claimed margin of p_d over items that differ, where a claim is about this part."""
    shown = {row.target, row.foil} - {""}
    for claim in claims:
        pair = {claim.system_a, claim.system_b}
        if claim.measure == "p_d" and claim.subject == row.kind and shown <= pair and row.items:
            return min(1.0, claim.margin * (row.items + row.items_cannot_be_told) / row.items)
    return None


def claims_figure(claims: Sequence[ClaimResult], words: FigureWords) -> bytes:
    """One small scale a claim: its margin's side shaded, its estimate and interval over it."""

    def draw(figure: Figure) -> None:
        rows = figure.subplots(len(claims), 1, squeeze=False)[:, 0]
        for axes, claim in zip(rows, claims, strict=True):
            _claim_row(axes, claim, words)

    return svg(draw, height=0.3 + 0.9 * len(claims))


def ratings_figure(criterion: CriterionRatings, words: FigureWords) -> bytes:
    """Diverging stacked bars: the middle of the scale at zero, low scores to the left."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        scores = criterion.systems[0].scores
        colours = mpl.colormaps["PuOr"](np.linspace(0.08, 0.92, len(scores)))
        middle = (scores[0] + scores[-1]) / 2
        for place, system in enumerate(reversed(criterion.systems)):
            total = sum(system.counts)
            if not total:
                continue
            shares = np.array(system.counts) / total
            left = -sum(
                share * (1 if score < middle else 0.5 if score == middle else 0)
                for score, share in zip(scores, shares, strict=True)
            )
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
        _name_rows(axes, [system.system for system in criterion.systems])
        axes.axvline(0, color=SOFT, linewidth=0.9, zorder=0)
        axes.set_xticks([])
        without_frame(axes)
        handles = [mpl.patches.Patch(color=colour) for colour in colours]
        figure.legend(
            handles,
            [str(score) for score in scores],
            loc="outside lower center",
            ncols=min(len(scores), 10),
            frameon=False,
            title="  ←  →  ".join(
                clipped(anchor, most=44) for anchor in (criterion.low_anchor, criterion.high_anchor)
            ),
            title_fontsize=8,
        )

    return svg(draw, height=1.0 + 0.5 * len(criterion.systems))


def comparisons_figure(comparisons: Sequence[Comparison], words: FigureWords) -> bytes:
    """Forest plot of every difference in stars with its 95 % interval, zero marked."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for place, row in enumerate(reversed(comparisons)):
            found = row.difference
            low, high = found.ci_low, found.ci_high
            if found.estimate is not None and low is not None and high is not None:
                axes.plot([low, high], [place, place], color=INK, linewidth=1.6, solid_capstyle="butt")
                axes.plot(found.estimate, place, marker="o", color=INK, markersize=6)
        axes.axvline(0, color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
        _name_rows(axes, [f"{row.criterion}: {row.a} − {row.b}" for row in comparisons])
        axes.set_xlabel(words.difference_in_stars)
        axes.xaxis.set_major_formatter(words.axis_number)
        axes.grid(axis="x", color=LINE, linewidth=0.6)
        axes.set_axisbelow(True)
        without_frame(axes, "bottom")

    return svg(draw, height=0.9 + 0.33 * len(comparisons))


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


def _claim_row(axes: Axes, claim: ClaimResult, words: FigureWords) -> None:
    found = claim.statistic
    estimate = found.estimate or 0.0
    low = estimate if found.ci_low is None else found.ci_low
    high = estimate if found.ci_high is None else found.ci_high
    left, right = _side(claim)
    ends = [low, high, estimate, *(bound for bound in (left, right) if np.isfinite(bound))]
    ends += [0.0] if claim.unit in ("stars", "points") or claim.relation == "at_most" else []
    reach = max(max(ends) - min(ends), 1e-9)
    axes.set_xlim(min(ends) - 0.12 * reach, max(ends) + 0.12 * reach)
    axes.set_ylim(-1, 1)
    axes.axvspan(max(left, axes.get_xlim()[0]), min(right, axes.get_xlim()[1]), color=BAND, alpha=0.22, lw=0)
    for bound in (left, right):
        if np.isfinite(bound):
            axes.axvline(bound, color="#0072b2", linewidth=1.2)
    if claim.unit in ("stars", "points"):
        axes.axvline(0, color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
    colour, marker = VERDICT_COLOURS[claim.verdict], VERDICT_MARKERS[claim.verdict]
    axes.plot([low, high], [0, 0], color=colour, linewidth=2, solid_capstyle="butt")
    axes.plot(estimate, 0, marker=marker, color=colour, markersize=8, clip_on=False)
    axes.set_yticks([])
    axes.set_title(f"{claim.number}. {words.claim(claim)}", loc="left", fontsize=9, color=INK, pad=3)
    axes.set_title(words.verdict(claim.verdict), loc="right", fontsize=9, color=colour, pad=3)
    shares = claim.unit in ("share", "ratio")
    axes.xaxis.set_major_formatter(words.axis_percent if shares else words.axis_number)
    axes.tick_params(axis="x", labelsize=8)
    without_frame(axes, "bottom")


def _is_dark(colour: Sequence[float]) -> bool:
    red, green, blue = colour[:3]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.45


def _side(claim: ClaimResult) -> tuple[float, float]:
    """Where the truth may lie if the claim holds."""
    return {
        "non_inferior": (-claim.margin, np.inf),
        "equivalent": (-claim.margin, claim.margin),
        "superior": (claim.margin, np.inf),
        "ratio_at_least": (claim.margin, np.inf),
        "at_most": (-np.inf, claim.margin),
        "indistinguishable": (-np.inf, claim.margin),
    }[claim.relation]


def _has_interval(claim: ClaimResult) -> bool:
    return claim.statistic.estimate is not None


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), [clipped(name, most=46) for name in reversed(names)])
    axes.set_ylim(-0.6, len(names) - 0.4)


def _of_ratings(criterion: CriterionRatings) -> Drawing:
    return lambda words: ratings_figure(criterion, words)


def _of_trials(row: Discrimination, margin: float | None) -> Drawing:
    return lambda words: discrimination_figure(row, margin, words)
