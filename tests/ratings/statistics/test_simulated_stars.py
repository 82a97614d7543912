"""Simulated studies have the population that they state."""

from dataclasses import replace

import numpy as np
import pytest

from ratings.statistics.simulated_stars import StarsStudy, draw_study, latent_difference


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
