"""Sections about the stars that people gave: distributions, comparisons, agreement."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from ratings.reports.document import Report
from ratings.reports.document_people import Agreement, Comparison, CriterionRatings
from ratings.reports.document_statistic import Statistic
from ratings.reports.figure_words import language_in_use
from ratings.reports.numbers import decimal, short
from ratings.reports.sections import NONE, Column, Section, Table, number, reasons, statistic_cells

MOST_SCORES = 11  # a column each; finer scales show their means only
ROOM_FOR_SCORES = 5


def distributions(report: Report) -> Section:
    """Means, medians and counts by criterion and system."""
    names = [f"ratings-{place}" for place in range(1, len(report.ratings) + 1)]
    captions = {
        name: _(
            "%(criterion)s: share of each score by system. The middle of the scale stands on the line, "
            "lower scores to its left."
        )
        % {"criterion": criterion.criterion}
        for name, criterion in zip(names, report.ratings, strict=True)
    }
    return Section(
        key="ratings",
        title=_("Stars by system"),
        sentences=(
            _("The intervals (95 %) of the means hold for new raters and new items."),
            *(
                ()
                if report.study.imported_from
                else (_("A text that several systems wrote was rated once and counts for each of them."),)
            ),
        ),
        figures=tuple(names),
        captions=captions,
        tables=tuple(
            _distribution(criterion, name) for criterion, name in zip(report.ratings, names, strict=True)
        ),
    )


def comparisons(report: Report) -> Section:
    """Every pair of systems on every criterion."""
    columns = (
        Column(title=_("criterion")),
        Column(title=_("systems")),
        *(
            Column(title=title, number=True)
            for title in (
                _("difference"),
                _("interval (95 %)"),
                "p",
                _("p adjusted"),
                _("smallest margin"),
                _("ratio of means"),
                _("pairs"),
                _("tied"),
                _("wins, ties half"),
            )
        ),
    )
    table = Table(
        key="comparisons",
        caption=_("Differences in mean stars, first minus second"),
        columns=columns,
        rows=tuple(_comparison(row) for row in report.comparisons),
        notes=(
            *reasons(named(report.comparisons, "difference")),
            *reasons(named(report.comparisons, "superiority")),
        ),
    )
    return Section(
        key="comparisons",
        title=_("Systems compared"),
        sentences=(
            _(
                "Linear mixed model with crossed raters and items; the intervals hold for new ones of both. "
                "A difference that is not significant is no evidence that there is none: the smallest margin "
                "is what the data do show, the least non-inferiority margin that they support at one-sided "
                "alpha 0.025."
            ),
            _("p-values are of a difference of zero, adjusted by Holm over all rows."),
            _(
                "A pair is two ratings by the same rater of the same item; wins are the share of pairs in "
                "which the first system got more."
            ),
        ),
        figures=("comparisons",),
        captions={
            "comparisons": _("Differences in mean stars with intervals (95 %); the dashed line is zero.")
        },
        tables=(table,) if report.comparisons else (),
    )


def agreement(report: Report) -> Section:
    """Agreement between raters, which is no measure of being right."""
    columns = (
        Column(title=_("criterion")),
        *(
            Column(title=title, number=True)
            for title in (
                _("alpha, ordinal"),
                _("interval (95 %), new items"),
                _("interval (95 %), new raters"),
                _("Gwet's AC2"),
                _("ICC(2,1)"),
                _("ICC(2,k)"),
                _("same score"),
            )
        ),
    )
    table = Table(
        key="agreement",
        caption=_("Agreement between raters by criterion"),
        columns=columns,
        rows=tuple(_agreement(row) for row in report.agreement),
        notes=(
            *reasons({row.criterion: row.alpha_ordinal for row in report.agreement}),
            *(note for row in report.agreement for note in _without_one(row)),
        ),
    )
    return Section(
        key="agreement",
        title=_("Agreement between raters"),
        sentences=(
            _(
                "Krippendorff's alpha is 1 where raters agree wholly and 0 where they agree as by chance. "
                "Agreement says how far raters see alike, not whether they are right."
            ),
            _(
                "Where nearly all scores are alike, alpha is low however often raters agree; Gwet's AC2 and "
                "the share of pairs of raters with the same score say more there."
            ),
            _(
                "The first table takes the outputs of all systems together, so differences between systems "
                "raise alpha and ICC; the second is within each system."
            ),
        ),
        tables=(table, _within_systems(report)) if report.agreement else (),
    )


def named(comparisons: Iterable[Comparison], field: str) -> dict[str, Statistic]:
    """One statistic of each comparison, by what it is about."""
    return {f"{row.criterion}, {row.a} − {row.b}": getattr(row, field) for row in comparisons}


def _distribution(criterion: CriterionRatings, key: str) -> Table:
    scores = criterion.systems[0].scores if criterion.systems else ()
    counted = len(scores) <= MOST_SCORES
    return Table(
        key=key,
        caption=_asked(criterion),
        columns=(
            Column(title=_("system")),
            Column(title=_("mean"), number=True),
            Column(title=_("interval (95 %)"), number=True),
            Column(title=_("median"), number=True),
            *(Column(title=str(score), number=True) for score in scores if counted),
            Column(title=_("ratings"), number=True),
        ),
        rows=tuple(
            (
                system.system,
                *statistic_cells(system.mean, tested=False),
                _median(system.median.estimate),
                *(str(count) for count in system.counts if counted),
                str(sum(system.counts)),
            )
            for system in criterion.systems
        ),
        notes=reasons({system.system: system.mean for system in criterion.systems}),
        is_narrow=len(scores) <= ROOM_FOR_SCORES or not counted,
    )


def _asked(criterion: CriterionRatings) -> str:
    """The criterion and its question, unless the question begins with it."""
    name, question = criterion.criterion, criterion.question
    return question if question.casefold().startswith(name.casefold()) else f"{name}: {question}"


def _median(value: float | None) -> str:
    return NONE if value is None else short(value, language_in_use())


def _comparison(row: Comparison) -> tuple[str, ...]:
    return (
        row.criterion,
        f"{row.a} − {row.b}",
        *statistic_cells(row.difference, adjusted=True),
        number(row.margin_supported),
        number(row.ratio.estimate, share=True),
        str(row.pairs),
        str(row.tied_pairs),
        number(row.superiority.estimate, share=True),
    )


def _agreement(row: Agreement) -> tuple[str, ...]:
    return (
        row.criterion,
        *statistic_cells(row.alpha_ordinal, tested=False),
        statistic_cells(row.alpha_ordinal_over_raters, tested=False)[1],
        number(row.gwet_ac2.estimate),
        number(row.icc_single.estimate),
        number(row.icc_average.estimate),
        number(row.percent_agreement, share=True),
    )


def _within_systems(report: Report) -> Table:
    rows = [(row.criterion, each) for row in report.agreement for each in row.within_systems]
    return Table(
        key="agreement-within",
        caption=_("Agreement between raters within each system"),
        columns=(
            Column(title=_("criterion")),
            Column(title=_("system")),
            *(
                Column(title=title, number=True)
                for title in (
                    _("alpha, ordinal"),
                    _("interval (95 %), new items"),
                    _("Gwet's AC2"),
                    _("same score"),
                )
            ),
        ),
        rows=tuple(
            (
                criterion,
                each.system,
                *statistic_cells(each.alpha_ordinal, tested=False),
                number(each.gwet_ac2.estimate),
                number(each.percent_agreement, share=True),
            )
            for criterion, each in rows
        ),
        notes=reasons({f"{criterion}, {each.system}": each.alpha_ordinal for criterion, each in rows}),
    )


def _without_one(row: Agreement) -> tuple[str, ...]:
    """Who moves alpha most, where leaving one out can be seen."""
    known = [each for each in row.without_one_rater if each.alpha is not None]
    if not known or row.alpha_ordinal.estimate is None:
        return ()
    whole, language = row.alpha_ordinal.estimate, language_in_use()
    most = max(known, key=lambda each: abs((each.alpha or 0.0) - whole))
    return (
        _("%(criterion)s: without %(rater)s, who moves it most, alpha is %(alpha)s.")
        % {
            "criterion": row.criterion,
            "rater": most.rater,
            "alpha": decimal(most.alpha or 0.0, language),
        },
    )
