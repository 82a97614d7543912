"""The section about planned looks before the end: what each said of each claim, and which were not taken."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ratings.reports.document import Report
from ratings.reports.document_looks import Look
from ratings.reports.figure_words import claim_line, language_in_use, verdict_word
from ratings.reports.numbers import small
from ratings.reports.sections import NONE, Column, Section, Table

SPENDINGS = {"obrien-fleming": "O'Brien–Fleming", "pocock": "Pocock"}


def looks(report: Report) -> Section:
    """Nothing where no look was planned."""
    planned = report.looks.planned
    if not planned:
        return Section(key="looks", title="")
    rows = tuple(row for look in planned for row in _rows(report, look))
    table = Table(
        key="looks",
        caption=_("Looks before the end"),
        columns=(
            Column(title=_("look"), number=True),
            Column(title=_("claim")),
            Column(title=_("said")),
            Column(title=_("item ratings"), number=True),
            Column(title=_("alpha"), number=True),
        ),
        rows=rows,
    )
    return Section(
        key="looks",
        title=_("Planned looks before the end"),
        sentences=tuple(_sentences(report)),
        tables=(table,) if rows else (),
        items=tuple(_item(look) for look in planned),
    )


def _sentences(report: Report) -> Iterator[str]:
    yield _(
        "The protocol planned these looks. Each said of each claim whether to stop, and nothing else; alpha "
        "is spent by the %(spending)s type of function (Lan and DeMets)."
    ) % {"spending": SPENDINGS[report.looks.spending]}
    if any(look.taken_at for look in report.looks.planned):
        yield _(
            "The verdicts above rest on all answers, at the alpha that these looks left; where a look said "
            "stop, that held at the look's own alpha."
        )


def _item(look: Look) -> str:
    named = {
        "number": look.number,
        "due": look.due_at,
        "handed_in": look.handed_in,
        "at": _time(look.taken_at),
    }
    if not look.taken_at:
        return _("Look %(number)s, at %(due)s item ratings, was not taken and spent nothing.") % named
    return _("Look %(number)s, planned at %(due)s item ratings, was taken at %(handed_in)s, on %(at)s.") % {
        **named,
        "at": _time(look.taken_at),
    }


def _time(iso: str) -> str:
    """A moment to the minute; the report's times are in UTC."""
    return f"{iso[:16].replace('T', ' ')} UTC"


def _rows(report: Report, look: Look) -> Iterator[tuple[str, ...]]:
    language = language_in_use()
    claims = {claim.number: claim for claim in report.claims}
    for row in look.claims:
        stop = _("stop: %(verdict)s") % {"verdict": verdict_word(row.verdict)}
        yield (
            str(look.number),
            claim_line(claims[row.number], language),
            stop if row.stops else _("go on"),
            f"{row.handed_in} / {row.planned}",
            NONE if row.alpha is None else small(row.alpha, language),
        )
