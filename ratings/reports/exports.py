"""The forms in which a report is handed out, by the name of the format.

What a format needs is loaded when it is made: matplotlib, Arrow and typst would take the web server tens of
megabytes, and raters' pages need none of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ratings.models import Study
from ratings.reports.document import Report
from ratings.reports.json_export import report_to_json


@dataclass(frozen=True, kw_only=True)
class Export:
    """One format: its media type, the ending of its file, and how it is made."""

    media_type: str
    ending: str
    make: Callable[[Report, Study], bytes]


def _html(report: Report, _study: Study) -> bytes:
    from ratings.reports.html_export import report_to_html  # noqa: PLC0415 - see the module

    return report_to_html(report)


def _pdf(report: Report, _study: Study) -> bytes:
    from ratings.reports.pdf_export import report_to_pdf  # noqa: PLC0415 - see the module

    return report_to_pdf(report)


def _json(report: Report, _study: Study) -> bytes:
    return report_to_json(report).encode()


def _csv(report: Report, study: Study) -> bytes:
    from ratings.reports.csv_export import csv_archive  # noqa: PLC0415 - see the module
    from ratings.reports.tidy import tidy_tables  # noqa: PLC0415 - see the module

    return csv_archive(tidy_tables(report, study))


def _parquet(report: Report, study: Study) -> bytes:
    from ratings.reports.parquet_export import parquet_archive  # noqa: PLC0415 - see the module
    from ratings.reports.tidy import tidy_tables  # noqa: PLC0415 - see the module

    return parquet_archive(tidy_tables(report, study))


def _latex(report: Report, _study: Study) -> bytes:
    from ratings.reports.latex_export import report_to_latex  # noqa: PLC0415 - see the module

    return report_to_latex(report)


def _bundle(report: Report, study: Study) -> bytes:
    from ratings.reports.bundle_export import report_to_bundle  # noqa: PLC0415 - see the module

    return report_to_bundle(report, study)


FORMATS: Mapping[str, Export] = {
    "html": Export(media_type="text/html; charset=utf-8", ending=".html", make=_html),
    "pdf": Export(media_type="application/pdf", ending=".pdf", make=_pdf),
    "json": Export(media_type="application/json", ending=".json", make=_json),
    "csv": Export(media_type="application/zip", ending="-csv.zip", make=_csv),
    "parquet": Export(media_type="application/zip", ending="-parquet.zip", make=_parquet),
    "latex": Export(media_type="application/x-tex", ending=".tex", make=_latex),
    "bundle": Export(media_type="application/zip", ending="-bundle.zip", make=_bundle),
}
