import csv
import dataclasses
import io
import re
import zipfile

import pytest
from django.utils.translation import override

from ratings.models import Study
from ratings.reports.csv_export import csv_file, zipped
from ratings.reports.exports import FORMATS
from ratings.reports.tidy import TidyTable, tidy_tables


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def exported(closed, report):
    return {name: export.make(report, closed) for name, export in FORMATS.items()}


def test_exports_are_the_same_each_time(closed, report, exported):
    for name, content in exported.items():
        assert FORMATS[name].make(report, closed) == content, name


def test_each_export_says_that_raters_were_simulated(exported):
    assert "a program gave these answers" in exported["html"].decode()
    assert '"simulated": true' in exported["json"].decode()
    with zipfile.ZipFile(io.BytesIO(exported["csv"])) as archive:
        for name in ("statistics.csv", "ratings.csv", "trials.csv"):
            assert {row["simulated"] for row in rows_of(archive.read(name))} == {"true"}


def test_a_real_study_says_nothing_of_simulation(closed, report):
    Study.objects.update(is_simulated=False)
    real = dataclasses.replace(report, study=dataclasses.replace(report.study, simulated=False))
    assert "a program gave these answers" not in FORMATS["html"].make(real, closed).decode()


def test_html_needs_nothing_else(exported):
    page = exported["html"].decode()
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)
    assert "<script" not in page
    assert page.count("data:image/svg+xml;base64,") >= 5


def test_html_speaks_vietnamese_where_asked(closed, report):
    with override("vi"):
        page = FORMATS["html"].make(report, closed).decode()
    assert '<html lang="vi">' in page
    assert report.claims[0].sentence.vi in page


def test_tidy_tables_have_every_answer_and_a_codebook(closed, report):
    tables = {table.name: table for table in tidy_tables(report, closed)}
    assert len(tables["ratings"].rows) == 8 * 3 * 3 * 3
    assert len(tables["trials"].rows) == report.discrimination[0].trials
    described = {(row[0], row[1]) for row in tables["codebook"].rows}
    for name in ("statistics", "ratings", "trials"):
        assert {(name, column) for column in tables[name].columns} <= described
        assert all(len(row) == len(tables[name].columns) for row in tables[name].rows)


def test_every_statistic_of_the_report_is_a_row(closed, report):
    rows = rows_of(csv_file(tidy_tables(report, closed)[0]))
    found = next(
        row
        for row in rows
        if (row["section"], row["criterion"], row["system"], row["statistic"])
        == ("ratings", "quality", "CANARY-label-lora", "mean")
    )
    quality = next(row for row in report.ratings if row.criterion == "quality")
    lora = next(row for row in quality.systems if row.system == "CANARY-label-lora")
    assert float(found["estimate"]) == lora.mean.estimate
    assert {row["section"] for row in rows} >= {"claims", "ratings", "comparisons", "agreement", "metrics"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    table = TidyTable(name="t", columns={"text": "", "number": ""}, rows=[(f"{start}1+1", -1.5)])
    row = rows_of(csv_file(table))[0]
    assert row["text"] == f"'{start}1+1"
    assert row["number"] == "-1.5"


def test_a_zip_has_no_time_of_its_own():
    assert zipped({"a.csv": b"1"}) == zipped({"a.csv": b"1"})


def test_degenerate_reports_can_be_handed_out(degenerate, degenerate_report):
    for export in FORMATS.values():
        assert export.make(degenerate_report, degenerate)
    page = FORMATS["html"].make(degenerate_report, degenerate).decode()
    assert not re.search(r">\s*(nan|inf|None)\b", page, re.IGNORECASE)
