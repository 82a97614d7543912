"""What cannot be hidden: how far style alone tells the systems apart, beside what raters could tell."""

from itertools import combinations

from django.utils.translation import gettext as _

from ratings.design.kinds import DISCRIMINATIONS
from ratings.models import Study
from ratings.reports.figure_words import language_in_use
from ratings.reports.numbers import percent
from ratings.reports.trials import trials_of
from ratings.selectors.planning import study_pool
from ratings.services.blinding_audit.rows import AuditRow, measured
from ratings.statistics.results import NotEstimable
from ratings.statistics.style import style_accuracy


def style_rows(study: Study) -> tuple[AuditRow, ...]:
    """A row for each pair of systems and, once the study is closed, one for each part of trials."""
    pool, language = study_pool(study), language_in_use()
    rows = []
    for (a, first), (b, second) in combinations(enumerate(pool.systems), 2):
        title = _("Style of '%(first)s' and '%(second)s'") % {"first": first.label, "second": second.label}
        try:
            found = style_accuracy(
                [texts[a] for texts in pool.texts],
                [texts[b] for texts in pool.texts],
                seed=study.seed % 2**32,
            )
        except NotEstimable as refusal:
            rows.append(measured("style", title, str(refusal)))
            continue
        figure = _("a classifier tells %(share)s of %(pairs)s pairs (chance %(chance)s)") % {
            "share": percent(found.estimate, language),
            "pairs": found.n.items,
            "chance": percent(0.5, language),
        }
        rows.append(measured("style", title, figure))
    return (*rows, *_raters(study))


def _raters(study: Study) -> list[AuditRow]:
    if study.state != Study.State.CLOSED:
        return []
    language = language_in_use()
    return [
        measured(
            "raters",
            _("Raters in part %(part)s") % {"part": part.position},
            _("right in %(share)s of %(trials)s trials (chance %(chance)s)")
            % {
                "share": percent(each.correct / each.count, language),
                "trials": each.count,
                "chance": percent(each.psychometric.chance, language),
            },
        )
        for part in study.parts.filter(kind__in=DISCRIMINATIONS)
        for each in trials_of(part)
        if each.count
    ]
