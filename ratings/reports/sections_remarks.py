"""The sections on how sure raters were, and on what they wrote."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratings.reports.document import Report
from ratings.reports.document_remarks import Confidence
from ratings.reports.figure_words import language_in_use
from ratings.reports.numbers import percent
from ratings.reports.sections import (
    NONE,
    Column,
    Section,
    Table,
    grouped_reasons,
    kind_word,
    number,
    statistic_cells,
)


def confidence(report: Report) -> Section:
    """Right answers by how sure raters were, and how much surer they are when right."""
    return Section(
        key="confidence",
        title=_("Do raters know when they are right?"),
        sentences=(
            _(
                "Confidence runs from 1, a guess, to the highest step, certain. Where it means something,"
                " surer answers are more often right. Shares have Korn–Graubard intervals for new raters and"
                " items."
            ),
            _(
                "How much surer raters are when right is the mean over raters of each rater's own difference,"
                " with its t interval for new raters; it leaves out those who were always right or always"
                " wrong."
            ),
        ),
        tables=tuple(table for row in report.confidence for table in (_by_step(row), _gap(row))),
    )


def comments(report: Report) -> Section:
    """What raters wrote, beside who wrote the texts that they saw."""
    found = report.comments
    table = Table(
        key="comments",
        caption=_("Comments, word for word"),
        columns=(
            Column(title=_("part"), number=True),
            Column(title=_("item"), number=True),
            Column(title=_("texts by their place, and who wrote them")),
            Column(title=_("rater")),
            Column(title=_("comment")),
        ),
        rows=tuple((str(row.part), str(row.item), row.shown, row.rater, row.comment) for row in found.shown),
    )
    some = _("%(shown)s of %(total)s comments, drawn at random; all of them are in the table of remarks.")
    return Section(
        key="comments",
        title=_("What raters wrote"),
        sentences=(
            _("Raters wrote blind. A text's number is its place on the rater's page."),
            *(
                (some % {"shown": len(found.shown), "total": found.total},)
                if len(found.shown) < found.total
                else ()
            ),
        ),
        tables=(table,) if table.rows else (),
    )


def _by_step(row: Confidence) -> Table:
    language = language_in_use()
    words = {"part": row.part, "kind": kind_word(row.kind)}
    caption = (
        _("Part %(part)s (%(kind)s): right answers by confidence") % words
        if row.chance is None
        else _("Part %(part)s (%(kind)s): right answers by confidence; guessing gets %(chance)s")
        % {**words, "chance": percent(row.chance, language)}
    )
    return Table(
        key=f"confidence-{row.part}",
        caption=caption,
        columns=(
            Column(title=_("confidence")),
            Column(title=_("answers"), number=True),
            Column(title=_("right"), number=True),
            Column(title=_("interval (95 %)"), number=True),
        ),
        rows=tuple(
            (str(step.step), str(step.answers), *statistic_cells(step.right, share=True, tested=False))
            for step in row.by_step
        ),
        notes=grouped_reasons(
            (_("confidence %(step)s") % {"step": step.step}, "", step.right)
            for step in row.by_step
            if step.answers
        ),
        is_narrow=True,
    )


def _gap(row: Confidence) -> Table:
    counted = ngettext(
        "%(raters)s rater was right and wrong at least once.",
        "%(raters)s raters were right and wrong at least once.",
        row.gap.n.raters,
    ) % {"raters": row.gap.n.raters}
    return Table(
        key=f"confidence-gap-{row.part}",
        caption=_("Part %(part)s: mean confidence, in steps of %(steps)s")
        % {"part": row.part, "steps": row.steps},
        columns=(
            Column(title=_("quantity")),
            *(Column(title=title, number=True) for title in (_("estimate"), _("interval (95 %)"), "p")),
        ),
        rows=(
            (_("when right"), number(row.mean_right), NONE, NONE),
            (_("when wrong"), number(row.mean_wrong), NONE, NONE),
            (_("surer when right"), *statistic_cells(row.gap)),
        ),
        notes=(
            *grouped_reasons([(_("surer when right"), "", row.gap)]),
            *((counted,) if row.gap.estimate is not None else ()),
        ),
        is_narrow=True,
    )
