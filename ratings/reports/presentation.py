"""The report as a reader meets it: sections of sentences, tables and figures, in the active language.

Pages, PDF and LaTeX show the same sections; each only sets them in its own type.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ratings.reports.document import ClaimResult, Report
from ratings.reports.figure_words import claim_line, language_in_use, verdict_word
from ratings.reports.numbers import short
from ratings.reports.sections import Column, Section, Table, statistic_cells
from ratings.reports.sections_conduct import conduct_sections
from ratings.reports.sections_judgements import label_checks, preferences
from ratings.reports.sections_looks import looks
from ratings.reports.sections_ratings import agreement, comparisons, distributions
from ratings.reports.sections_reading import correlations, limitations, methods, sample, style, uses
from ratings.reports.sections_remarks import comments, confidence
from ratings.reports.sections_systems import costs, metrics
from ratings.reports.sections_trials import discrimination

VERDICTS = ("supported", "refuted", "undecided")


@dataclass(frozen=True, kw_only=True)
class VerdictCard:
    """A claim as it stands at the top of the report."""

    number: int
    title: str
    verdict: str
    word: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """A whole report to be read.

    `simulated` is the notice of a study without people, `imported` that of ratings from elsewhere,
    `unblinded` that of results that were opened before the end; they are empty else.
    """

    title: str
    simulated: str
    imported: str
    unblinded: str
    summary: str
    verdicts: tuple[VerdictCard, ...]
    sections: tuple[Section, ...]


def presented(report: Report, sources: Mapping[str, str]) -> Presentation:
    """The report in the language that is active, with each drawn figure at its address in `sources`."""
    sections = (
        _claims(report),
        looks(report),
        uses(report),
        distributions(report),
        comparisons(report),
        discrimination(report),
        preferences(report),
        label_checks(report),
        confidence(report),
        agreement(report),
        style(report),
        metrics(report),
        correlations(report),
        costs(report),
        sample(report),
        comments(report),
        limitations(report),
        *conduct_sections(report),
        methods(report),
    )
    return Presentation(
        title=report.study.name,
        simulated=simulated_notice() if report.study.simulated else "",
        imported=_imported_notice(report),
        unblinded=_unblinded_notice(report),
        summary=_summary(report),
        verdicts=tuple(_card(claim) for claim in report.claims),
        sections=tuple(section.with_figures_at(sources) for section in sections if not section.is_empty),
    )


def simulated_notice() -> str:
    """What every page and export of a simulated study says."""
    return _(
        "Simulated raters: a program gave these answers, no person did. "
        "Nothing here says anything about the systems."
    )


def _imported_notice(report: Report) -> str:
    file = report.study.imported_from
    if not file:
        return ""
    notice = _("These ratings were collected elsewhere and read from %(file)s.") % {"file": file}
    if not report.claims:
        return notice
    exploratory = _("The claims were stated after the data, so the verdicts are exploratory.")
    return f"{notice} {exploratory}"


def _unblinded_notice(report: Report) -> str:
    reasons = report.looks.unblinded
    if not reasons:
        return ""
    notice = _("The results were opened before the study was closed: %(reasons)s") % {
        "reasons": " ".join(reasons)
    }
    exploratory = _("The verdicts on what raters answered are therefore exploratory.")
    return f"{notice} {exploratory}"


def _summary(report: Report) -> str:
    """How many claims came out how, in a line; empty without claims."""
    if not report.claims:
        return ""
    counts = Counter(claim.verdict for claim in report.claims)
    said = (f"{counts[verdict]} {verdict_word(verdict)}" for verdict in VERDICTS)
    return _("%(claims)s claims: %(counts)s.") % {"claims": len(report.claims), "counts": ", ".join(said)}


def _card(claim: ClaimResult) -> VerdictCard:
    language = language_in_use()
    return VerdictCard(
        number=claim.number,
        title=claim_line(claim, language),
        verdict=claim.verdict,
        word=verdict_word(claim.verdict),
        sentence=claim.sentence.vi if language == "vi" else claim.sentence.en,
    )


def _claims(report: Report) -> Section:
    language = language_in_use()
    columns = (
        Column(title=_("no."), number=True),
        Column(title=_("claim")),
        Column(title=_("verdict")),
        *(Column(title=title, number=True) for title in (_("estimate"), _("interval"), "p", _("p adjusted"))),
        Column(title=_("alpha"), number=True),
    )
    rows = tuple(
        (
            str(claim.number),
            claim_line(claim, language),
            verdict_word(claim.verdict),
            *statistic_cells(claim.statistic, share=claim.unit in ("share", "ratio"), adjusted=True),
            short(claim.alpha, language),
        )
        for claim in report.claims
    )
    return Section(
        key="claims",
        title=_("What the verdicts rest on"),
        sentences=(
            *(
                ()
                if report.study.imported_from
                else (_("Each claim and its margin were fixed before the study was opened."),)
            ),
            _(
                "A claim is supported where its interval lies wholly on its side of the margin, refuted "
                "where it lies wholly on the other, and else undecided. Shaded is where the truth may lie if "
                "the claim holds."
            ),
            _("p speaks against the claim's being false; the claims of a family are corrected together."),
        ),
        figures=("claims",),
        captions={"claims": _("Claims with their margins, estimates and intervals.")},
        tables=(
            *((Table(key="claims", caption=_("Claims"), columns=columns, rows=rows),) if rows else ()),
            *_with_everyone(report, language),
        ),
    )


def _with_everyone(report: Report, language: str) -> tuple[Table, ...]:
    """Each claim beside itself with the excluded raters; nothing where nobody was excluded."""
    rows = tuple(
        (
            str(without.number),
            claim_line(without, language),
            verdict_word(without.verdict),
            verdict_word(everyone.verdict),
            *statistic_cells(everyone.statistic, share=everyone.unit in ("share", "ratio"))[:2],
        )
        for without, everyone in zip(report.claims, report.claims_with_everyone, strict=False)
    )
    titles = (_("without the excluded"), _("with everyone"))
    table = Table(
        key="claims-with-everyone",
        caption=_("The same claims with the raters who were left out"),
        columns=(
            Column(title=_("no."), number=True),
            Column(title=_("claim")),
            *(Column(title=title) for title in titles),
            *(Column(title=title, number=True) for title in (_("estimate"), _("interval"))),
        ),
        rows=rows,
    )
    return (table,) if rows else ()
