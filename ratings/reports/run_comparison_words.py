"""Two runs' metrics as a section to read: both scores, the difference, and what it shows."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from generation.metrics.measures import LESS_IS_BETTER
from ratings.reports.document_statistic import Statistic
from ratings.reports.run_comparison import MetricOfTwo, RunComparison
from ratings.reports.sections import NONE, Column, Section, Table, grouped_reasons, statistic_cells
from ratings.reports.sections_systems import metric_word

ALPHA = 0.05


def comparison_section(found: RunComparison) -> Section:
    """Every metric of both runs in the active language; the systems are named A and B in the sentences."""
    table = Table(
        key="run-comparison",
        caption=_("Metrics on the same examples, with intervals (95 %)"),
        columns=(
            Column(title=_("metric")),
            Column(title=f"A: {found.a.system.name}", number=True),
            Column(title=f"B: {found.b.system.name}", number=True),
            Column(title="A − B", number=True),
            Column(title=_("interval (95 %)"), number=True),
            Column(title="p", number=True),
            Column(title=_("p, Holm"), number=True),
            Column(title=_("what it shows")),
        ),
        rows=tuple(_row(row) for row in found.metrics if not (row.a.reason and row.b.reason)),
        notes=grouped_reasons(
            (metric_word(row.metric), side, statistic)
            for row in found.metrics
            for side, statistic in (("A", row.a), ("B", row.b), ("A − B", row.difference))
        ),
    )
    return Section(
        key="run-comparison",
        title=_("Metrics compared"),
        sentences=(
            _("Intervals are for new examples, by paired bootstrap.")
            if found.labels is None
            else _(
                "Intervals are for new examples: of accuracy by Tango's method with McNemar's test, else by"
                " paired bootstrap."
            ),
            _("p is of a difference of zero; the second p is corrected by Holm over the metrics."),
            _(
                "One is called better where the corrected p is below 0.05. Where it is open, the interval"
                " says how large a difference either way may still be. It never says that the two are the"
                " same."
            ),
            _("Metrics are no people: a blind study says what readers make of the texts."),
        ),
        tables=(table.without_empty_columns(),) if table.rows else (),
        items=() if table.rows else table.notes,
    )


def outputs_sentences(found: RunComparison) -> tuple[str, ...]:
    """How many outputs differ, and which run is right where only one is."""
    answered = found.answered
    said = [
        ngettext(
            "%(differ)s of the outputs for %(examples)s example that both answered differs.",
            "%(differ)s of the outputs for %(examples)s examples that both answered differ.",
            answered.examples,
        )
        % {"differ": answered.differ, "examples": answered.examples}
    ]
    if found.labels is not None:
        said.append(
            _("A alone is right on %(a)s, B alone on %(b)s, both on %(both)s, neither on %(neither)s.")
            % {
                "a": found.labels.only_first,
                "b": found.labels.only_second,
                "both": found.labels.both,
                "neither": found.labels.neither,
            }
        )
    return tuple(said)


def _row(row: MetricOfTwo) -> tuple[str, ...]:
    return (
        metric_word(row.metric),
        _with_interval(row.a),
        _with_interval(row.b),
        *statistic_cells(row.difference, adjusted=True),
        _shown(row),
    )


def _with_interval(score: Statistic) -> str:
    value, bounds = statistic_cells(score, tested=False)
    return value if bounds == NONE else f"{value} ({bounds})"


def _shown(row: MetricOfTwo) -> str:
    """Which system is shown to be better, over all metrics; of some metrics less is better."""
    difference, pvalue = row.difference.estimate, row.difference.pvalue_adjusted
    if difference is None:
        return NONE
    if pvalue is None or pvalue >= ALPHA:
        return pgettext("comparison", "open")
    return _("A better") if (difference > 0) != (row.metric in LESS_IS_BETTER) else _("B better")
