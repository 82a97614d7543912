"""Spreads in stars and the latent populations that show them."""

import csv
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable
from ratings.statistics.simulated_stars import RANKME, StarsStudy, draw_study
from ratings.statistics.stars_population import (
    RANKME_SPREAD,
    StarsSpread,
    spread_in,
    spread_of,
    stars_population,
)

POPULATIONS = (
    RANKME,
    StarsStudy(raters=0, items=0, mean=3.2),
    StarsStudy(raters=0, items=0, mean=4.6, rater=0.9, rater_slope=0.0, most=7),
)
NONE = {"rater": 0.0, "rater_by_item": 0.0, "rater_slope": 0.0, "item_slope": 0.0, "rest": 0.0}


@pytest.mark.parametrize("study", POPULATIONS)
def test_a_population_comes_back_from_what_it_shows(study: StarsStudy) -> None:
    again = stars_population(spread_in(study))
    for name in ("mean", "rater", "item", "rater_by_item", "rater_slope", "item_slope", "rest"):
        assert getattr(again, name) == pytest.approx(getattr(study, name), abs=1e-4), name
    assert again.most == study.most


def test_what_it_shows_is_what_ratings_of_it_have() -> None:
    study = StarsStudy(raters=40, items=60, mean=4.0, rater_slope=0.4)
    said = spread_in(study)
    found = [spread_of(draw_study(study, stream)) for stream in np.random.default_rng(5).spawn(6)]
    for name, value in asdict(said).items():
        assert np.mean([getattr(each, name) for each in found]) == pytest.approx(value, abs=0.06), name


def test_the_defaults_are_those_of_rankme_on_five_stars() -> None:
    shown = spread_in(replace(RANKME, mean=RANKME.mean - 1, most=5))
    for name, value in asdict(RANKME_SPREAD).items():
        assert value == pytest.approx(getattr(shown, name), abs=0.006), name


def test_rankme_is_what_the_mixed_model_finds_in_its_ratings(real_data: Path) -> None:
    """The mean of both criteria; each by itself differs from it by sampling."""
    with (real_data / "rankme" / "ratings_long.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if (row["setup"], row["method"]) == ("stp1", "likert")]
    populations = []
    for criterion in ("naturalness", "quality"):
        chosen = [row for row in rows if row["criterion"] == criterion]
        table = RatingsTable.from_long(
            rater=[row["rater_id"] for row in chosen],
            item=[row["item_id"] for row in chosen],
            system=[row["system"] for row in chosen],
            score=[float(row["rating"]) for row in chosen],
        )
        populations.append(stars_population(spread_of(table, highest=6)))
    for name in ("mean", "rater", "item", "rater_by_item", "rater_slope", "item_slope", "rest"):
        mean = np.mean([getattr(each, name) for each in populations])
        assert mean == pytest.approx(getattr(RANKME, name), rel=0.22, abs=0.04), name


def test_a_scale_may_start_elsewhere() -> None:
    table = draw_study(StarsStudy(raters=8, items=20, mean=3.5), np.random.default_rng(1))
    moved = RatingsTable.from_long(
        rater=table.rater.tolist(),
        item=table.item.tolist(),
        system=table.system.tolist(),
        score=(table.score - 1).tolist(),
    )
    here, there = spread_of(table), spread_of(moved, lowest=0, highest=4)
    assert there.mean == pytest.approx(here.mean)
    assert there.most == 5
    assert there.rater == pytest.approx(here.rater, rel=1e-4)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match=r"The mean is 5 stars on a scale of 1 to 5"):
        stars_population(replace(RANKME_SPREAD, mean=5))
    with pytest.raises(ValueError, match="cannot have a standard deviation of 9"):
        stars_population(replace(RANKME_SPREAD, rest=9))
    with pytest.raises(ValueError, match=r"cannot have a standard deviation of 0\.1[ :]"):
        stars_population(StarsSpread(mean=4.5, item=0.1, **NONE))


@pytest.mark.parametrize("mean", [2.6, 3.0, 3.3, 4.4])
def test_raters_and_items_that_explain_everything_leave_next_to_no_rest(mean: float) -> None:
    study = stars_population(StarsSpread(mean=mean, item=0.0, **NONE | {"rater": 0.8, "rater_by_item": 0.3}))
    assert study.rest < 0.12 * study.spread
    assert study.rater > study.rater_by_item > 0


def test_one_rater_alone_shows_no_spread_of_raters() -> None:
    alone = RatingsTable.from_long(
        rater=["r", "r", "r"], item=["1", "2", "3"], system=["a", "a", "a"], score=[1, 2, 4]
    )
    with pytest.raises(NotEstimable, match="raters share items"):
        spread_of(alone)
