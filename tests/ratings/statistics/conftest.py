"""The golden layouts as tables: 8 raters × 20 items × 3 systems, complete and with gaps."""

import csv
from pathlib import Path

import pytest

from ratings.statistics.ratings_table import RatingsTable


def _read(path: Path) -> RatingsTable:
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    return RatingsTable.from_long(
        rater=[row["rater"] for row in rows],
        item=[row["item"] for row in rows],
        system=[row["system"] for row in rows],
        score=[float(row["score"]) for row in rows],
    )


@pytest.fixture(scope="session")
def stars(golden: Path) -> RatingsTable:
    """Every rater scored every output."""
    return _read(golden / "data" / "stars.csv")


@pytest.fixture(scope="session")
def stars_missing(golden: Path) -> RatingsTable:
    """A third of the ratings is missing."""
    return _read(golden / "data" / "stars_missing.csv")
