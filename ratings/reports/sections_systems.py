"""Sections about the systems: automatic metrics beside the ratings, and what each system cost."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from generation.metrics.measures import ACCURACY
from ratings.reports.document import Report
from ratings.reports.document_systems import CostRow, MetricDifference
from ratings.reports.figure_words import language_in_use, subject_word
from ratings.reports.metrics import RUN, STUDY
from ratings.reports.numbers import percent, short
from ratings.reports.sections import (
    NONE,
    Column,
    Section,
    Table,
    adaptation_word,
    grouped_reasons,
    statistic_cells,
)


def metrics(report: Report) -> Section:
    """Scores of each system on the whole run and on the rated items, and paired differences."""
    systems = [system.label for system in report.study.systems]
    scopes = _scopes(report)
    scores = Table(
        key="metrics",
        caption=_("Automatic metrics with intervals (95 %); of slot errors, less is better"),
        columns=(
            Column(title=_("metric")),
            Column(title=pgettext("metric over", "over")),
            *(Column(title=system, number=True) for system in systems),
            Column(title=_("examples"), number=True),
        ),
        rows=tuple(_scores(report, systems, scopes)),
        notes=grouped_reasons(
            (metric_word(row.metric), row.system, row.score) for row in report.metrics.scores
        ),
    )
    differences = Table(
        key="metric-differences",
        caption=_("Differences on the same outputs, first minus second"),
        columns=(
            Column(title=_("metric")),
            Column(title=pgettext("metric over", "over")),
            Column(title=_("systems")),
            Column(title=_("difference"), number=True),
            Column(title=_("interval (95 %)"), number=True),
            Column(title="p", number=True),
        ),
        rows=tuple(
            _difference(row)
            for row in report.metrics.differences
            if not row.difference.reason and row.scope in scopes
        ),
    )
    return Section(
        key="metrics",
        title=_("Automatic metrics"),
        sentences=(
            _("Beside what people said: the whole run, and the same outputs that people rated.")
            if len(scopes) > 1
            else _("Beside what people said: all outputs, every one of which people rated."),
            _(
                "Intervals are for new examples: of accuracy by Tango's method with McNemar's test, else by"
                " paired bootstrap."
            )
            if any(row.metric == ACCURACY for row in report.metrics.scores)
            else _("Intervals are for new examples, by paired bootstrap."),
            _("The p-values are of a difference of zero, each for itself, without correction."),
        ),
        tables=tuple(table for table in (scores, differences) if table.rows),
    )


def costs(report: Report) -> Section:
    """The cost table."""
    language = language_in_use()
    reference = report.costs.reference
    ratio = _("ratio to %(system)s") % {"system": reference}
    heads = [_("training time"), _("trainable parameters"), _("storage")]
    columns = [Column(title=_("system")), Column(title=_("adaptation"))]
    for head in heads:
        columns.append(Column(title=head, number=True))
        if reference:
            columns.append(Column(title=ratio, number=True))
    table = Table(
        key="costs",
        caption=_("What each system cost to train and to keep"),
        columns=tuple(columns),
        rows=tuple(_cost(row, language, with_ratio=bool(reference)) for row in report.costs.systems),
        notes=tuple(
            _("* Training of %(system)s: stated by %(who)s, not measured here.")
            % {"system": row.system, "who": row.stated_by}
            for row in report.costs.systems
            if row.stated_by
        ),
    )
    known = any(row.bytes is not None for row in report.costs.systems)
    return Section(
        key="costs",
        title=_("Costs"),
        sentences=(
            _("Measured, not sampled. The storage of an adapter is its own, without its base.")
            if not table.notes
            else _(
                "Not sampled. Measured here, but for what a star marks. The storage of an adapter is its own,"
                " without its base."
            ),
        ),
        tables=(table,) if known else (),
    )


def metric_word(metric: str) -> str:
    """A metric's name as people write it."""
    return subject_word(metric, language_in_use())


def scope_word(scope: str) -> str:
    """Over what a metric was computed."""
    return pgettext("metric over", "whole run") if scope == RUN else pgettext("metric over", "rated items")


def _scopes(report: Report) -> tuple[str, ...]:
    """Both scopes, or only the rated items where these are all that the runs have."""
    sizes: dict[str, set[int]] = {RUN: set(), STUDY: set()}
    for row in report.metrics.scores:
        sizes[row.scope].add(row.score.n.items)
    return (STUDY,) if sizes[RUN] == sizes[STUDY] else (RUN, STUDY)


def _scores(report: Report, systems: Sequence[str], scopes: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """A row a metric and scope, a cell a system: the score and its interval."""
    rows = [row for row in report.metrics.scores if row.scope in scopes]
    found = {(row.metric, row.scope, row.system): row.score for row in rows}
    for metric, scope in dict.fromkeys((row.metric, row.scope) for row in rows):
        own = [found[metric, scope, system] for system in systems]
        if all(score.reason for score in own):
            continue
        cells = []
        for score in own:
            value, bounds = statistic_cells(score, tested=False)
            cells.append(value if bounds == NONE else f"{value} ({bounds})")
        yield (metric_word(metric), scope_word(scope), *cells, str(own[0].n.items))


def _difference(row: MetricDifference) -> tuple[str, ...]:
    return (
        metric_word(row.metric),
        scope_word(row.scope),
        f"{row.a} − {row.b}",
        *statistic_cells(row.difference),
    )


def _cost(row: CostRow, language: str, *, with_ratio: bool) -> tuple[str, ...]:
    star = "*" if row.stated_by else ""
    pairs = (
        (_starred(_duration(row.training_seconds, language), star), row.training_seconds_ratio),
        (_starred(_count(row.trainable_parameters), star), row.trainable_parameters_ratio),
        (_bytes(row.bytes, language), row.bytes_ratio),
    )
    cells: list[str] = [row.system, adaptation_word(row.adaptation)]
    for value, ratio in pairs:
        cells.append(value)
        if with_ratio:
            cells.append(NONE if ratio is None else percent(ratio, language, places=2))
    return tuple(cells)


def _starred(value: str, star: str) -> str:
    return value if value == NONE else f"{value}{star}"


def _duration(seconds: float | None, language: str) -> str:
    if seconds is None:
        return NONE
    if seconds < 90:
        return _("%(number)s s") % {"number": short(round(seconds, 1), language)}
    if seconds < 5400:
        return _("%(number)s min") % {"number": short(round(seconds / 60, 1), language)}
    return _("%(number)s h") % {"number": short(round(seconds / 3600, 1), language)}


def _count(number: int | None) -> str:
    return NONE if number is None else f"{number:,}".replace(",", "\u202f")


def _bytes(number: int | None, language: str) -> str:
    if number is None:
        return NONE
    value, unit = float(number), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{short(round(value, 1), language)} {unit}"
