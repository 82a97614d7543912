"""The sections on preferences and label checks."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratings.reports.document import Report
from ratings.reports.document_judgements import LabelCheck, Preference
from ratings.reports.document_statistic import Statistic
from ratings.reports.sections import Column, Section, Table, reasons, statistic_cells


def preferences(report: Report) -> Section:
    """Whose texts did raters like better?"""
    return Section(
        key="preferences",
        title=_("Which texts were preferred?"),
        sentences=(
            _(
                "Raters saw two texts side by side and said which is better and by how much, or that neither "
                "is. An interval that includes one half does not show that the two are equally good."
            ),
        ),
        tables=tuple(table for row in report.preferences for table in (_shares(row), _strengths(row))),
    )


def label_checks(report: Report) -> Section:
    """Do raters find the right labels, and accept those of the systems?"""
    return Section(
        key="label-checks",
        title=_("Were the labels right?"),
        sentences=(
            _(
                "Raters gave a label of their own before they saw a system's, then said whether that one is "
                "right. Agreement is between the labels of their own."
            ),
        ),
        tables=tuple(_labels(row) for row in report.label_checks),
    )


def _shares(row: Preference) -> Table:
    names = {"a": row.a, "b": row.b}
    lines = {
        _("prefers %(system)s") % {"system": row.a}: row.prefers_a,
        _("prefers %(system)s") % {"system": row.b}: row.prefers_b,
        _("tie"): row.ties,
        _("%(a)s before %(b)s, without ties (sign test)") % names: row.sign_test,
        _("%(a)s before %(b)s, each tie half for either") % names: row.ties_split,
    }
    same = ngettext(
        "%(count)s item was not shown, because both texts are the same.",
        "%(count)s items were not shown, because both texts are the same.",
        row.items_identical,
    ) % {"count": row.items_identical}
    caption = _("Part %(part)s: %(a)s or %(b)s, %(answers)s answers") % {
        "part": row.part,
        "answers": row.answers,
        **names,
    }
    return _table(f"preference-{row.part}", caption, lines, notes=(same,) if row.items_identical else ())


def _strengths(row: Preference) -> Table:
    titles = (
        _("%(system)s much better") % {"system": row.b},
        _("%(system)s better") % {"system": row.b},
        _("tie"),
        _("%(system)s better") % {"system": row.a},
        _("%(system)s much better") % {"system": row.a},
    )
    return Table(
        key=f"preference-strength-{row.part}",
        caption=_("Part %(part)s: how strong the preferences are") % {"part": row.part},
        columns=(Column(title=_("answer")), Column(title=_("answers"), number=True)),
        rows=tuple((title, str(count)) for title, count in zip(titles, row.strengths, strict=True)),
        is_narrow=True,
    )


def _labels(row: LabelCheck) -> Table:
    lines = {_("own labels that are the dataset's"): row.right}
    for each in row.systems:
        lines[_("labels of %(system)s accepted") % {"system": each.system}] = each.accepted
        lines[_("labels of %(system)s the same as the rater's own") % {"system": each.system}] = (
            each.same_as_own
        )
    indices = {
        _("agreement, Krippendorff's alpha (nominal)"): row.alpha_nominal,
        _("agreement, Gwet's AC1"): row.gwet_ac1,
    }
    caption = _("Part %(part)s: %(answers)s label checks") % {"part": row.part, "answers": row.answers}
    return _table(f"label-check-{row.part}", caption, lines, indices)


def _table(
    key: str,
    caption: str,
    shares: dict[str, Statistic],
    indices: dict[str, Statistic] | None = None,
    notes: tuple[str, ...] = (),
) -> Table:
    """Shares in per cent, then indices as numbers; p only where something was tested."""
    found = {**shares, **(indices or {})}
    tested = any(statistic.pvalue is not None for statistic in found.values())
    titles = (_("estimate"), _("interval (95 %)"), *(("p",) if tested else ()))
    return Table(
        key=key,
        caption=caption,
        columns=(Column(title=_("quantity")), *(Column(title=title, number=True) for title in titles)),
        rows=tuple(
            (name, *statistic_cells(statistic, share=name in shares, tested=tested))
            for name, statistic in found.items()
        ),
        notes=(*notes, *reasons(found)),
    )
