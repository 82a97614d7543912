"""The forms in which a report is handed out, by the name of the format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ratings.models import Study
from ratings.reports.bundle_export import report_to_bundle
from ratings.reports.csv_export import csv_archive
from ratings.reports.document import Report
from ratings.reports.html_export import report_to_html
from ratings.reports.json_export import report_to_json
from ratings.reports.latex_export import report_to_latex
from ratings.reports.parquet_export import parquet_archive
from ratings.reports.pdf_export import report_to_pdf
from ratings.reports.tidy import tidy_tables


@dataclass(frozen=True, kw_only=True)
class Export:
    """One format: its media type, the ending of its file, and how it is made."""

    media_type: str
    ending: str
    make: Callable[[Report, Study], bytes]


FORMATS: Mapping[str, Export] = {
    "html": Export(
        media_type="text/html; charset=utf-8",
        ending=".html",
        make=lambda report, _study: report_to_html(report),
    ),
    "pdf": Export(
        media_type="application/pdf",
        ending=".pdf",
        make=lambda report, _study: report_to_pdf(report),
    ),
    "json": Export(
        media_type="application/json",
        ending=".json",
        make=lambda report, _study: report_to_json(report).encode(),
    ),
    "csv": Export(
        media_type="application/zip",
        ending="-csv.zip",
        make=lambda report, study: csv_archive(tidy_tables(report, study)),
    ),
    "parquet": Export(
        media_type="application/zip",
        ending="-parquet.zip",
        make=lambda report, study: parquet_archive(tidy_tables(report, study)),
    ),
    "latex": Export(
        media_type="application/x-tex",
        ending=".tex",
        make=lambda report, _study: report_to_latex(report),
    ),
    "bundle": Export(media_type="application/zip", ending="-bundle.zip", make=report_to_bundle),
}
