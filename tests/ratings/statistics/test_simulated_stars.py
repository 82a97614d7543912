"""Simulated studies have the population that they state."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.simulated_stars import RANKME, StarsStudy, draw_study, latent_difference


def test_many_ratings_have_the_stated_means() -> None:
    study = StarsStudy(raters=400, items=400, mean=4.4, difference=-0.5)
    table = draw_study(study, np.random.default_rng(1))
    assert table.of_systems("b").score.mean() == pytest.approx(study.expected_stars(4.4), abs=0.12)
    difference = table.pairs("a", "b").difference.mean()
    assert difference == pytest.approx(study.true_difference, abs=0.05)
    assert set(np.unique(table.score)) == {1, 2, 3, 4, 5}


def test_the_latent_difference_makes_the_wanted_stars() -> None:
    study = StarsStudy(raters=1, items=1, mean=4.7)
    shifted = replace(study, difference=latent_difference(study, -0.2))
    assert shifted.true_difference == pytest.approx(-0.2)
    with pytest.raises(ValueError, match="No latent difference makes 3 stars"):
        latent_difference(study, 3)


def test_a_share_of_the_plan_is_drawn() -> None:
    table = draw_study(StarsStudy(raters=30, items=30, share=0.25), np.random.default_rng(2))
    assert len(table.score) == pytest.approx(0.25 * 1800, rel=0.2)


def test_raters_who_see_both_systems_leave_no_rating_alone() -> None:
    table = draw_study(StarsStudy(raters=20, items=30, share=0.3, together=True), np.random.default_rng(3))
    assert table.pairs("a", "b").n.ratings == len(table.score) > 0


def test_the_population_of_rankme_is_that_of_its_ratings(real_data: Path) -> None:
    with (real_data / "rankme" / "ratings_long.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if (row["setup"], row["method"]) == ("stp1", "likert")]
    for criterion in ("naturalness", "quality"):
        chosen = [row for row in rows if row["criterion"] == criterion]
        real = RatingsTable.from_long(
            rater=[row["rater_id"] for row in chosen],
            item=[row["item_id"] for row in chosen],
            system=[row["system"] for row in chosen],
            score=[float(row["rating"]) for row in chosen],
        )
        drawn = [draw_study(RANKME, stream) for stream in np.random.default_rng(4).spawn(40)]
        assert np.mean([table.score.mean() for table in drawn]) == pytest.approx(real.score.mean(), abs=0.06)
        assert np.mean([table.score.std() for table in drawn]) == pytest.approx(real.score.std(), abs=0.08)
