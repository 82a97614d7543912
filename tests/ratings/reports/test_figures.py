import dataclasses
import xml.etree.ElementTree as ElementTree

import pytest
from django.utils.translation import override

from ratings.reports.figure_words import FigureWords
from ratings.reports.figures import figures_of, margin_of
from ratings.reports.presentation import presented


def test_figures_are_pictures_and_the_same_each_time(report):
    words = FigureWords.active()
    for name, draw in figures_of(report).items():
        picture = draw(words)
        assert ElementTree.fromstring(picture).tag.endswith("svg"), name
        assert picture == draw(words)
        assert b"dc:date" not in picture


def test_every_figure_has_its_numbers_in_a_table_of_the_same_name(report):
    drawn = figures_of(report)
    sections = presented(report, dict.fromkeys(drawn, "address")).sections
    shown = {block.figure.name for section in sections for block in section.blocks if block.figure}
    assert shown == set(drawn)
    assert {"claims", "comparisons", "ratings-1", "discrimination-1"} <= shown


def test_the_margin_is_that_of_items_that_differ(report):
    row = report.discrimination[0]
    claimed = next(claim.margin for claim in report.claims if claim.measure == "p_d")
    assert margin_of(row, report) == pytest.approx(
        claimed * (row.items + row.items_cannot_be_told) / row.items
    )
    assert margin_of(row, dataclasses.replace(report, claims=())) is None


def test_vietnamese_figures_write_a_decimal_comma(report):
    with override("vi"):
        words = FigureWords.active()
    assert words.axis_number(0.5, 0) == "0,5"
    assert words.percent(0.125) == "12,5\u00a0%"


def test_degenerate_reports_draw_what_there_is(degenerate_report):
    for draw in figures_of(degenerate_report).values():
        assert draw(FigureWords.active()).startswith(b"<?xml")
