import pytest
from django.utils.translation import override

from ratings.reports.pdf_export import report_to_pdf


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_tagged_pdf_with_its_fonts_and_language(report, language):
    with override(language):
        document = report_to_pdf(report)
        assert report_to_pdf(report) == document
    assert document.startswith(b"%PDF")
    assert b"/MarkInfo" in document
    assert b"/StructTreeRoot" in document
    assert f"/Lang({language})".encode() in document
    assert b"/FontFile" in document


def test_degenerate_reports_are_set_too(degenerate_report):
    assert report_to_pdf(degenerate_report).startswith(b"%PDF")
