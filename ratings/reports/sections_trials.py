"""The section on discrimination: could raters tell the systems apart, and how many at most?"""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratings.reports.document import Report
from ratings.reports.document_people import Discrimination
from ratings.reports.figure_words import language_in_use
from ratings.reports.numbers import percent
from ratings.reports.sections import NONE, Column, Section, Table, kind_word, number, reasons, statistic_cells


def discrimination(report: Report) -> Section:
    """Could raters tell, and how many at most?"""
    names = [f"discrimination-{place}" for place in range(1, len(report.discrimination) + 1)]
    captions = {
        name: _(
            "Part %(part)s: right answers with their exact interval (shaded), on the curve of what each "
            "sensitivity would give."
        )
        % {"part": row.part}
        for name, row in zip(names, report.discrimination, strict=True)
    }
    return Section(
        key="discrimination",
        title=_("Could raters tell them apart?"),
        sentences=(
            _(
                "p_d is the share of people-trials that can tell, when the rest guess. Items whose texts are "
                "the same word for word cannot be told: they are not shown and count with p_d = 0."
            ),
            *_counted_together(report),
        ),
        figures=tuple(names),
        captions=captions,
        tables=tuple(_trials(row, name) for row, name in zip(report.discrimination, names, strict=True)),
    )


def _counted_together(report: Report) -> tuple[str, ...]:
    """Which parts have several tables, and what their claims rest on."""
    tables = Counter(row.part for row in report.discrimination)
    return tuple(
        _(
            "Items of part %(part)s differ in how many texts they show, so each number has a table of its "
            "own. A claim rests on all of them together, with the mean chance."
        )
        % {"part": part}
        for part, count in tables.items()
        if count > 1
    )


def _trials(row: Discrimination, key: str) -> Table:
    language = language_in_use()
    bound = NONE if row.upper_bound is None else percent(row.upper_bound, language)
    lines = [
        (_("right answers, exact interval over trials"), row.proportion, True),
        (_("right answers, for new raters and items"), row.proportion_clustered, True),
        (_("p_d on items that differ, for new raters and items"), row.discriminators_clustered, True),
        (_("p_d over all items, for new raters and items"), row.with_identical, True),
        (_("sensitivity d′"), row.d_prime, False),
        (_("learning: second half minus first, right answers"), row.learning, True),
        (_("overdispersion between raters, gamma"), row.overdispersion, False),
    ]
    told = ngettext(
        "%(count)s item cannot be told.", "%(count)s items cannot be told.", row.items_cannot_be_told
    ) % {"count": row.items_cannot_be_told}
    return Table(
        key=key,
        caption=_(
            "Part %(part)s (%(kind)s, %(options)s options): %(correct)s of %(trials)s trials right, "
            "chance %(chance)s"
        )
        % {
            "part": row.part,
            "kind": kind_word(row.kind),
            "options": row.options,
            "correct": row.correct,
            "trials": row.trials,
            "chance": percent(row.chance, language),
        },
        columns=(
            Column(title=_("quantity")),
            Column(title=_("estimate"), number=True),
            Column(title=_("interval (95 %)"), number=True),
            Column(title="p", number=True),
        ),
        rows=tuple((title, *statistic_cells(found, share=share)) for title, found, share in lines),
        notes=(
            _("At most %(bound)s of people-trials can tell (one-sided 95 %% bound over all items).")
            % {"bound": bound},
            told,
            *(
                (
                    _("Bayes factor for guessing: %(factor)s.")
                    % {"factor": number(row.bayes_factor_for_guessing)},
                )
                if row.bayes_factor_for_guessing is not None
                else ()
            ),
            *reasons({title: found for title, found, _share in lines}),
        ),
        is_narrow=True,
    )
