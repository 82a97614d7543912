"""Sections about the study itself: design, raters, exclusions, deviations, software."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ratings.reports.document import PartFacts, Report
from ratings.reports.document_people import RaterRow
from ratings.reports.document_statistic import Sentence
from ratings.reports.figure_words import language_in_use
from ratings.reports.sections import NONE, Column, Section, Table, number


def conduct_sections(report: Report) -> tuple[Section, ...]:
    """Design, conduct and software, in this order."""
    return _design(report), _raters(report), _software(report)


def said(sentence: Sentence) -> str:
    """A sentence in the active language."""
    return sentence.vi if language_in_use() == "vi" else sentence.en


def _design(report: Report) -> Section:
    study = report.study
    facts = Table(
        key="study",
        caption=_("The study"),
        columns=(Column(title=_("field")), Column(title=_("value"))),
        rows=(
            (_("dataset"), study.dataset),
            (_("title for raters"), study.public_title),
            (_("opened"), study.opened_at),
            (_("closed"), study.closed_at),
            (_("seed"), str(study.seed)),
            (_("protocol, SHA-256"), study.protocol_sha256),
        ),
    )
    systems = Table(
        key="systems",
        caption=_("Systems"),
        columns=(
            Column(title=_("label")),
            Column(title=_("system")),
            Column(title=_("adaptation")),
            Column(title=_("checkpoint")),
            Column(title=_("decoding")),
        ),
        rows=tuple(
            (row.label, row.system, row.adaptation or NONE, row.checkpoint or NONE, row.decoding or NONE)
            for row in study.systems
        ),
    )
    parts = Table(
        key="parts",
        caption=_("Parts"),
        columns=(
            Column(title=_("part"), number=True),
            Column(title=_("kind")),
            Column(title=_("question")),
            *(
                Column(title=title, number=True)
                for title in (_("items"), _("ratings an item"), _("identical items"), _("handed in"))
            ),
        ),
        rows=tuple(_part(part) for part in study.parts),
    )
    return Section(key="design", title=_("Design"), tables=(facts, systems, parts))


def _part(part: PartFacts) -> tuple[str, ...]:
    return (
        str(part.position),
        part.kind,
        part.question,
        str(part.items),
        str(part.ratings_per_item),
        str(part.identical_items),
        f"{part.completed} / {part.assignments}",
    )


def _raters(report: Report) -> Section:
    raters = report.raters
    table = Table(
        key="raters",
        caption=_("Raters, under pseudonyms"),
        columns=(
            Column(title=_("rater")),
            Column(title=_("handed in"), number=True),
            Column(title=_("finished")),
            Column(title=_("median seconds an item"), number=True),
        ),
        rows=tuple(_rater(row) for row in raters.rows),
    )
    return Section(
        key="raters",
        title=_("Raters, exclusions and deviations"),
        sentences=(
            _("%(took_part)s of %(planned)s planned raters took part; %(finished)s finished.")
            % {"took_part": raters.took_part, "planned": raters.planned, "finished": raters.finished},
            *(said(row.sentence) for row in report.exclusions),
            *(said(row.sentence) for row in report.deviations),
            *_nothing_to_say(report),
        ),
        tables=(table,),
    )


def _nothing_to_say(report: Report) -> Iterator[str]:
    """That nobody was excluded and nothing deviates, where this program can know it."""
    if report.study.imported_from:
        return
    if not report.exclusions:
        yield _("No rater was excluded.")
    if not report.deviations:
        yield _("Nothing deviates from the protocol that was frozen.")


def _rater(row: RaterRow) -> tuple[str, ...]:
    finished = _("withdrew") if row.withdrawn else _("yes") if row.finished else _("no")
    return (
        row.rater,
        f"{row.completed} / {row.assigned}",
        finished,
        number(row.seconds_per_item, places=1),
    )


def _software(report: Report) -> Section:
    table = Table(
        key="software",
        caption=_("What computed this report"),
        columns=(Column(title=_("program")), Column(title=_("version"))),
        rows=tuple((row.name, row.version) for row in report.software.versions),
    )
    return Section(
        key="software",
        title=_("Software and seeds"),
        sentences=(
            _(
                "Every resampling in this report starts from the seed %(seed)s; with the same data and "
                "versions it comes out the same, byte for byte in JSON."
            )
            % {"seed": report.software.seed},
        ),
        tables=(table,),
    )
