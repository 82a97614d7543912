"""The report's pictures, each drawn from the document alone; their numbers stand in tables beside them."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ratings.reports.document import ClaimResult, Report
from ratings.reports.document_people import Comparison, CriterionRatings, Discrimination
from ratings.reports.drawing import (
    BAND,
    INK,
    LINE,
    SOFT,
    VERDICT_COLOURS,
    VERDICT_MARKERS,
    name_rows,
    svg,
    without_frame,
)
from ratings.reports.figure_words import FigureWords
from ratings.reports.figures_flow import flow_figure
from ratings.reports.figures_ratings import correlations_figure, discrimination_figure, ratings_figure
from ratings.reports.sections_conduct import flow_rows

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
    if any(row.metrics for row in report.outputs):
        drawn["correlations"] = lambda words: correlations_figure(report.outputs, words)
    compared = [row for row in report.comparisons if row.difference.estimate is not None]
    if compared:
        drawn["comparisons"] = lambda words: comparisons_figure(compared, words)
    if report.raters.flow.took_part and not report.study.imported_from:
        drawn["flow"] = lambda _words: flow_figure(flow_rows(report.raters.flow))
    for number, row in enumerate(report.discrimination, start=1):
        if row.trials:
            drawn[f"discrimination-{number}"] = _of_trials(row, margin_of(row, report))
    return drawn


def margin_of(row: Discrimination, report: Report) -> float | None:
    """The claimed margin of p_d over items that differ, where a claim is about this part."""
    shown = {row.target, row.foil} - {""}
    own = [each for each in report.discrimination if each.part == row.part]
    items = sum(each.items for each in own)
    cannot_be_told = sum(each.items_cannot_be_told for each in own)
    for claim in report.claims:
        pair = {claim.system_a, claim.system_b}
        if claim.measure == "p_d" and claim.subject == row.kind and shown <= pair and items:
            return min(1.0, claim.margin * (items + cannot_be_told) / items)
    return None


def claims_figure(claims: Sequence[ClaimResult], words: FigureWords) -> bytes:
    """One small scale a claim: its margin's side shaded, its estimate and interval over it."""

    def draw(figure: Figure) -> None:
        rows = figure.subplots(len(claims), 1, squeeze=False)[:, 0]
        for axes, claim in zip(rows, claims, strict=True):
            _claim_row(axes, claim, words)

    return svg(draw, height=0.3 + 0.9 * len(claims))


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
        name_rows(axes, [f"{row.criterion}: {row.a} − {row.b}" for row in comparisons])
        axes.set_xlabel(words.difference_in_stars)
        axes.xaxis.set_major_formatter(words.axis_number)
        axes.grid(axis="x", color=LINE, linewidth=0.6)
        axes.set_axisbelow(True)
        without_frame(axes, "bottom")

    return svg(draw, height=0.9 + 0.33 * len(comparisons))


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


def _of_ratings(criterion: CriterionRatings) -> Drawing:
    return lambda words: ratings_figure(criterion, words)


def _of_trials(row: Discrimination, margin: float | None) -> Drawing:
    return lambda words: discrimination_figure(row, margin, words)
