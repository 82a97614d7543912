"""Sections about the study itself: design, raters, exclusions, deviations, software."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratings.reports.document import PartFacts, Report, StudyFacts
from ratings.reports.document_people import Flow, PartAttrition, RaterRow, Raters
from ratings.reports.document_statistic import Sentence
from ratings.reports.figure_words import language_in_use
from ratings.reports.sections import NONE, Column, Section, Table, adaptation_word, kind_word, number

MOST_FLAGS = 100  # more are in the exports


def conduct_sections(report: Report) -> tuple[Section, ...]:
    """Design, conduct and software, in this order."""
    return _design(report), _raters(report), _software(report)


def said(sentence: Sentence) -> str:
    """A sentence in the active language."""
    return sentence.vi if language_in_use() == "vi" else sentence.en


def _facts(study: StudyFacts) -> Table:
    """What can be said of the study; of ratings from elsewhere neither title nor times are known."""
    rated_here = (
        (_("title for raters"), study.public_title),
        (_("opened"), study.opened_at),
        (_("closed"), study.closed_at),
        (_("hypotheses"), study.hypotheses),
        (_("stopping rule"), study.stopping_rule),
        (_("payment"), said(study.payment) if study.payment else ""),
        (_("seed"), str(study.seed)),
        (_("protocol, SHA-256"), study.protocol_sha256),
    )
    rated_elsewhere = ((_("ratings from"), study.imported_from), (_("seed"), str(study.seed)))
    return Table(
        key="study",
        caption=_("The study"),
        columns=(Column(title=_("field")), Column(title=_("value"))),
        rows=(
            (_("dataset"), study.dataset),
            *(row for row in (rated_elsewhere if study.imported_from else rated_here) if row[1]),
        ),
    )


def _design(report: Report) -> Section:
    study = report.study
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
            (
                row.label,
                row.system if row.system != row.label else NONE,
                adaptation_word(row.adaptation),
                row.checkpoint or NONE,
                row.decoding or NONE,
            )
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
        rows=tuple(_part(part, planned=not study.imported_from) for part in study.parts),
    )
    return Section(key="design", title=_("Design"), tables=(_facts(study), systems, parts))


def _part(part: PartFacts, *, planned: bool) -> tuple[str, ...]:
    return (
        str(part.position),
        kind_word(part.kind),
        part.question,
        str(part.items),
        str(part.ratings_per_item) if planned else NONE,
        str(part.identical_items),
        f"{part.completed} / {part.assignments}" if planned else NONE,
    )


def _raters(report: Report) -> Section:
    if report.study.imported_from:
        return _raters_elsewhere(report)
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
            _took_part(raters)
            % {"took_part": raters.took_part, "planned": raters.planned, "finished": raters.finished},
            *_screened_out(report),
            *(said(row.sentence) for row in report.exclusions),
            *(said(row.sentence) for row in report.deviations),
            *_nothing_to_say(report),
        ),
        figures=("flow",),
        captions={"flow": _("How many raters came how far; the table gives the same numbers.")},
        tables=(*_how_far(raters), table, *_cannot_judge(report)),
    )


def _took_part(raters: Raters) -> str:
    if any(row.handed_on for row in raters.rows):
        return _("%(took_part)s raters took part in %(planned)s planned places; %(finished)s finished.")
    return _("%(took_part)s of %(planned)s planned raters took part; %(finished)s finished.")


def flow_rows(flow: Flow) -> tuple[tuple[str, int], ...]:
    """What happened to raters, step by step, each with how many."""
    return (
        (_("places planned"), flow.places),
        (_("raters invited, or come by an open link"), flow.invited),
        (_("took part: consented"), flow.took_part),
        (_("withdrew; no answer is used"), flow.withdrew),
        (_("answered nothing"), flow.silent),
        (_("finished"), flow.finished),
        (_("stayed away; place handed on"), flow.handed_on),
        (_("not finished at closing"), flow.stopped),
        (_("left out by rule or by hand"), flow.left_out),
        (_("in the primary results"), flow.analysed),
    )


def _how_far(raters: Raters) -> tuple[Table, ...]:
    return _flow_table(raters.flow), _attrition_table(raters.attrition)


def _flow_table(flow: Flow) -> Table:
    return Table(
        key="flow",
        caption=_("How far raters came"),
        columns=(Column(title=_("step")), Column(title=_("raters"), number=True)),
        rows=tuple((name, str(count)) for name, count in flow_rows(flow)),
        is_narrow=True,
    )


def _attrition_table(parts: Sequence[PartAttrition]) -> Table:
    titles = (
        _("part"),
        _("raters who began it"),
        _("handed in all of it"),
        _("item ratings handed in"),
        _("ratings an item, from who finished"),
        _("ratings an item, from all"),
    )
    return Table(
        key="attrition",
        caption=_("Where raters stopped, part by part"),
        columns=tuple(Column(title=title, number=True) for title in titles),
        rows=tuple(
            (
                str(row.part),
                str(row.began),
                str(row.finished),
                f"{row.covered} / {row.planned}",
                f"{row.fewest_from_finished}–{row.most_from_finished}",
                f"{row.fewest}–{row.most}",
            )
            for row in parts
        ),
        notes=(
            _(
                "An item that two raters of one place handed in counts once as handed in, and twice among "
                "the ratings an item."
            ),
        ),
    )


def _raters_elsewhere(report: Report) -> Section:
    """Raters of whom only the ratings are known; nobody planned or invited them here."""
    table = Table(
        key="raters",
        caption=_("Raters, under pseudonyms"),
        columns=(Column(title=_("rater")), Column(title=_("items rated"), number=True)),
        rows=tuple((row.rater, str(row.completed)) for row in report.raters.rows),
        is_narrow=True,
    )
    known = _(
        "The file has ratings by %(raters)s raters; how many were asked, or left out, is not known here."
    )
    return Section(
        key="raters",
        title=_("Raters"),
        sentences=(
            known % {"raters": report.raters.took_part},
            *(said(row.sentence) for row in report.exclusions),
            *(said(row.sentence) for row in report.deviations),
        ),
        tables=(table,),
    )


def _screened_out(report: Report) -> Iterator[str]:
    n = report.raters.screened_out
    if n:
        yield ngettext(
            "%(n)s person did not pass the quiz and made room for somebody else.",
            "%(n)s people did not pass the quiz and made room for others.",
            n,
        ) % {"n": n}


def _cannot_judge(report: Report) -> Iterator[Table]:
    """The flagged items with their reasons, where there are any."""
    if report.cannot_judge:
        titles = (_("part"), _("item"), _("rater"), _("reason"))
        yield Table(
            key="cannot_judge",
            caption=_("Items that raters could not judge; they count as missing"),
            columns=tuple(Column(title=title) for title in titles),
            rows=tuple(
                (str(row.part), str(row.item), row.rater, row.reason)
                for row in report.cannot_judge[:MOST_FLAGS]
            ),
        )


def _nothing_to_say(report: Report) -> Iterator[str]:
    """That nobody was excluded and nothing deviates, where it is so."""
    if not report.exclusions:
        yield _("No rater was excluded.")
    if not report.deviations:
        yield _("Nothing deviates from the protocol that was frozen.")


def _rater(row: RaterRow) -> tuple[str, ...]:
    finished = _("withdrew") if row.withdrawn else _("yes") if row.finished else _("no")
    if row.handed_on and not row.withdrawn:
        finished = _("stayed away; place handed on")
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
