"""Sections for the reader's judgement: metric against people, uses, outputs to read, limits and methods."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ratings.reports.document import Report
from ratings.reports.document_systems import Correlation, ShownOutput
from ratings.reports.sections import (
    Column,
    Section,
    Table,
    grouped_reasons,
    interval,
    number,
    reasons,
    statistic_cells,
)
from ratings.reports.sections_conduct import said
from ratings.reports.sections_systems import metric_word


def correlations(report: Report) -> Section:
    """Automatic metrics against stars, output by output and system by system."""
    table = Table(
        key="correlations",
        caption=_("Correlation of each metric with mean stars"),
        columns=(
            Column(title=_("criterion")),
            Column(title=_("metric")),
            *(Column(title=title, number=True) for title in _correlation_titles()),
        ),
        rows=tuple(_correlation_rows(report)),
        notes=grouped_reasons(
            (metric_word(row.metric), row.criterion, row.correlation)
            for row in sorted(report.correlations, key=lambda row: row.level)
        ),
    )
    contests = Table(
        key="contests",
        caption=_("Does the first metric follow the stars better than the second?"),
        columns=(
            Column(title=_("criterion")),
            Column(title=_("metrics")),
            Column(title=_("difference of r"), number=True),
            Column(title=_("interval (95 %)"), number=True),
            Column(title="p", number=True),
            Column(title=_("p, Holm"), number=True),
        ),
        rows=tuple(
            (
                row.criterion,
                f"{metric_word(row.first)} − {metric_word(row.second)}",
                *statistic_cells(row.difference, adjusted=True),
            )
            for row in report.contests
            if not row.difference.reason
        ),
    )
    known = any(not row.correlation.reason for row in report.correlations)
    return Section(
        key="correlations",
        title=_("Do metrics follow people?"),
        sentences=(
            _(
                "Of slot errors less is better, so that a metric that follows people correlates negatively;"
                " where two metrics are compared, fewer slot errors count as more. Intervals (95 %) are for"
                " new items."
            ),
            _(
                "By output, the outputs of all systems are taken together: a metric that only tells good"
                " systems from bad ones correlates too."
            ),
        ),
        figures=("correlations",),
        captions={
            "correlations": _("Each point is one output: its mean stars over all criteria against a metric.")
        },
        tables=tuple(each for each in (table, contests) if each.rows) if known else (),
    )


def style(report: Report) -> Section:
    """How far the words alone give the systems away."""
    table = Table(
        key="style",
        caption=_("Right answers of a classifier that knows the systems' style"),
        columns=(
            Column(title=_("systems")),
            Column(title=_("right answers"), number=True),
            Column(title=_("interval (95 %)"), number=True),
            Column(title=_("pairs"), number=True),
        ),
        rows=tuple(
            (
                _("%(a)s or %(b)s") % {"a": row.a, "b": row.b},
                *statistic_cells(row.accuracy, share=True, tested=False),
                str(row.accuracy.n.items),
            )
            for row in report.style
            if not row.accuracy.reason
        ),
        notes=reasons({f"{row.a}, {row.b}": row.accuracy for row in report.style}),
    )
    return Section(
        key="style",
        title=_("Style"),
        sentences=(
            _(
                "Which of two texts is whose, told by a bag-of-words classifier that saw other outputs of"
                " both. Style cannot be blinded: where this is far above one half, raters who learn the"
                " style could tell the systems apart, whatever their quality."
            ),
        ),
        tables=(table,) if table.rows else (),
    )


def uses(report: Report) -> Section:
    """The decision table by use."""
    words = {
        "suffices": pgettext("decision", "suffices"),
        "does_not_suffice": pgettext("decision", "does not suffice"),
        "undecided": pgettext("decision", "undecided"),
    }
    table = Table(
        key="uses",
        caption=_("Decisions by use"),
        columns=(
            Column(title=_("use")),
            Column(title=_("loss it can bear, stars"), number=True),
            Column(title=_("difference"), number=True),
            Column(title=_("interval (95 %)"), number=True),
            Column(title=_("decision")),
        ),
        rows=tuple(
            (
                row.use,
                number(row.loss),
                number(row.difference.estimate),
                interval(row.difference),
                words[row.decision],
            )
            for row in report.uses
        ),
    )
    return Section(
        key="uses",
        title=_("What it means for each use"),
        sentences=(
            _("One interval of the difference in mean stars over all criteria answers all uses."),
            *(said(row.sentence) for row in report.uses),
        ),
        tables=(table,) if table.rows else (),
    )


def sample(report: Report) -> Section:
    """Outputs to read."""
    words = {
        "best": pgettext("output", "most stars"),
        "worst": pgettext("output", "fewest stars"),
        "disagreed": pgettext("output", "most disagreed"),
    }
    table = Table(
        key="sample",
        caption=_("Outputs with the most and the fewest stars, and those that raters see most differently"),
        columns=(
            Column(title=_("why")),
            Column(title=_("system")),
            Column(title=_("stars"), number=True),
            Column(title=_("spread"), number=True),
            Column(title=_("input")),
            Column(title=_("output")),
        ),
        rows=tuple(_shown(row, words[row.why]) for row in report.sample),
    )
    return Section(
        key="sample",
        title=_("Read for yourself"),
        sentences=(_("Mean stars over all criteria; spread is the standard deviation between raters."),),
        tables=(table,) if table.rows else (),
    )


def limitations(report: Report) -> Section:
    """What the data themselves say against the conclusions."""
    return Section(
        key="limitations",
        title=_("Limitations"),
        items=tuple(said(sentence) for sentence in report.limitations),
    )


def methods(report: Report) -> Section:
    """The methods text and the datasheet."""
    table = Table(
        key="datasheet",
        caption=_("Datasheet of the human evaluation"),
        columns=(Column(title=_("question")), Column(title=_("answer"))),
        rows=tuple((said(entry.question), said(entry.answer)) for entry in report.datasheet),
    )
    return Section(
        key="methods",
        title=_("Methods, ready to paste"),
        sentences=(said(report.methods),),
        tables=(table,),
    )


def _correlation_titles() -> tuple[str, ...]:
    return (
        _("Pearson, by output"),
        _("Spearman, by output"),
        _("Kendall, by output"),
        _("Pearson, by system"),
    )


def _correlation_rows(report: Report) -> Iterator[tuple[str, ...]]:
    grouped: dict[tuple[str, str], list[Correlation]] = {}
    for row in report.correlations:
        grouped.setdefault((row.criterion, row.metric), []).append(row)
    for (criterion, metric), rows in grouped.items():
        if all(row.correlation.reason for row in rows):
            continue
        yield criterion, metric_word(metric), *(_with_interval(row) for row in rows)


def _with_interval(row: Correlation) -> str:
    value, bounds = statistic_cells(row.correlation, tested=False)
    return value if row.correlation.reason else f"{value} ({bounds})"


def _shown(row: ShownOutput, why: str) -> tuple[str, ...]:
    return why, row.system, number(row.mean), number(row.spread), row.source, row.text
