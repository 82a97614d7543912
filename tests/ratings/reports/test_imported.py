"""A report on ratings that were collected elsewhere claims nothing about how they came about."""

import pytest

from ratings.models import Criterion, Rating, Study
from ratings.reports.build import build_report
from ratings.reports.figure_words import FigureWords
from ratings.reports.figures import figures_of
from ratings.reports.presentation import presented


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
