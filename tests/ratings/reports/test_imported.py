"""A report on ratings that were collected elsewhere claims nothing about how they came about."""

from dataclasses import replace

import pytest

from ratings.models import Criterion, Rating, Study
from ratings.reports.build import build_report
from ratings.reports.document_systems import Metrics
from ratings.reports.figure_words import FigureWords
from ratings.reports.figures import figures_of
from ratings.reports.presentation import presented
from ratings.reports.sections import NONE


@pytest.fixture
def imported(make_closed):
    """A closed study that says it was imported, on a scale from 0 to 100."""

    def widen(study):
        Criterion.objects.filter(part__study=study).update(scale_low=0, scale_high=100)
        for stars in range(1, 6):
            Rating.objects.filter(assignment__rater__study=study, stars=stars).update(stars=stars + 90)

    study = make_closed(before_closing=widen)
    protocol = study.protocol | {"imported": {"file": "long.csv"}}
    Study.objects.filter(pk=study.pk).update(protocol=protocol, is_simulated=False)
    study.refresh_from_db()
    return study


def test_nothing_is_said_that_is_not_known(imported):
    report = build_report(imported)
    shown = presented(report, {})
    said = " ".join(
        [
            report.methods.en,
            *(sentence.en for sentence in report.limitations),
            *(entry.answer.en for entry in report.datasheet),
            *(sentence for section in shown.sections for sentence in section.sentences),
        ]
    )
    assert report.study.imported_from == "long.csv"
    for unknown in ("judged blind", "drawn at random", "balanced", "fixed before", "rated once", "agreed to"):
        assert unknown not in said
    assert "The claims were stated after the data" in shown.imported
    assert "collected elsewhere (long.csv)" in said


def test_nobody_is_said_to_have_planned_or_opened_it(imported):
    shown = presented(build_report(imported), {})
    tables = {table.key: table for section in shown.sections for table in section.tables}
    raters = next(section for section in shown.sections if section.key == "raters")
    assert {row[0] for row in tables["study"].rows} == {"dataset", "ratings from", "seed"}
    assert [column.title for column in tables["raters"].columns] == ["rater", "items rated"]
    assert "ratings an item" not in [column.title for column in tables["parts"].columns]
    assert "planned" not in raters.sentences[0]


def test_which_rows_of_the_file_were_read_is_said(imported):
    imported.protocol["imported"]["where"] = {"method": "likert"}
    imported.save()
    report = build_report(imported)
    assert report.study.imported_from == "long.csv (method=likert)"
    assert "read from long.csv (method=likert)." in presented(report, {}).imported


def test_a_scale_that_nobody_stated_is_a_limitation(imported):
    said = "Nobody stated the scale"
    assert not any(said in sentence.en for sentence in build_report(imported).limitations)
    imported.protocol["imported"]["scale_stated"] = False
    imported.save()
    assert any(said in sentence.en for sentence in build_report(imported).limitations)


def test_no_table_has_a_column_of_dashes(imported):
    for section in presented(build_report(imported), {}).sections:
        for table in section.tables:
            for column in zip(*table.rows, strict=True):
                assert set(column) != {NONE}, table.key


def test_metrics_are_stated_once_where_everything_was_rated(imported):
    report = build_report(imported)
    everything = replace(
        report,
        metrics=Metrics(
            scores=tuple(
                replace(row, score=replace(row.score, n=report.metrics.scores[0].score.n))
                for row in report.metrics.scores
            ),
            differences=report.metrics.differences,
        ),
    )
    (once,) = [section for section in presented(everything, {}).sections if section.key == "metrics"]
    assert {row[1] for table in once.tables for row in table.rows} == {"rated items"}
    assert "every one of which people rated" in once.sentences[0]


def test_a_fine_scale_is_honoured(imported):
    report = build_report(imported)
    quality = next(row for row in report.ratings if row.criterion == "quality")
    assert (quality.scale_low, quality.scale_high) == (0, 100)
    assert all(90 < row.mean.estimate <= 100 for row in quality.systems)
    assert sum(quality.systems[0].counts) == quality.systems[0].mean.n.ratings
    ratings = next(section for section in presented(report, {}).sections if section.key == "ratings")
    assert len(ratings.tables[0].columns) == 5
    for draw in figures_of(report).values():
        assert draw(FigureWords.active())
