"""What sections are made of: why numbers are missing, and tables without empty columns."""

from ratings.reports.document_statistic import Statistic
from ratings.reports.sections import NONE, Column, Table, grouped_reasons
from ratings.reports.statistic import exact, refused
from ratings.statistics.results import Sample

FOUND = exact(1.0, method="", signature="", n=Sample(ratings=1, items=1, raters=1))


def test_a_whole_is_named_once_where_all_of_its_parts_lack_a_number() -> None:
    none, flat = refused("No score."), refused("All are equal")
    rows: list[tuple[str, str, Statistic]] = [
        ("BLEU", "quality", none),
        ("BLEU", "naturalness", none),
        ("NIST", "quality", none),
        ("NIST", "naturalness", FOUND),
        ("chrF2", "quality", flat),
        ("chrF2", "naturalness", FOUND),
        ("METEOR", "quality", FOUND),
    ]
    assert grouped_reasons(rows) == ("BLEU, NIST, quality: No score.", "chrF2, quality: All are equal.")


def test_columns_of_dashes_are_left_out() -> None:
    table = Table(
        key="t",
        caption="",
        columns=(Column(title="system"), Column(title="empty"), Column(title="half")),
        rows=(("a", NONE, NONE), ("b", NONE, "1")),
    )
    kept = table.without_empty_columns()
    assert [column.title for column in kept.columns] == ["system", "half"]
    assert kept.rows == (("a", NONE), ("b", "1"))
    assert Table(key="t", caption="", columns=table.columns, rows=()).without_empty_columns().columns
