"""The tidy table: codes, gaps, duplicates, pairs."""

import numpy as np
import pytest

from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable


def _table(rows: list[tuple[str, str, str, float]], **settings: str) -> RatingsTable:
    rater, item, system, score = zip(*rows, strict=True)
    return RatingsTable.from_long(rater=rater, item=item, system=system, score=score, **settings)


ROWS = [("r2", "i1", "b", 3.0), ("r1", "i1", "a", 5.0), ("r2", "i1", "a", 4.0), ("r1", "i2", "a", 1.0)]


def test_codes_are_places_in_sorted_names() -> None:
    table = _table(ROWS)
    assert (table.raters, table.items, table.systems) == (("r1", "r2"), ("i1", "i2"), ("a", "b"))
    assert [table.raters[code] for code in table.rater] == ["r1", "r2", "r2", "r1"]
    assert table.score.tolist() == [5, 4, 3, 1]
    assert (table.n.ratings, table.n.items, table.n.raters) == (4, 2, 2)


def test_missing_cells_are_nan_only_in_the_pivots() -> None:
    table = _table(ROWS)
    assert np.array_equal(table.rater_by_item("a"), [[5, 1], [4, np.nan]], equal_nan=True)
    cube = table.cube()
    assert cube.shape == (2, 2, 2)
    assert np.count_nonzero(~np.isnan(cube)) == 4
    assert cube[1, 1, 0] == 3


def test_a_duplicate_is_refused_with_its_row_or_averaged() -> None:
    twice = [*ROWS, ("r2", "i1", "b", 4.0)]
    with pytest.raises(ValueError, match="Row 5: rater 'r2' scored item 'i1' of system 'b' before"):
        _table(twice)
    averaged = _table(twice, duplicates="average")
    assert averaged.n.ratings == 4
    assert averaged.rater_by_item("b")[1, 0] == 3.5
    assert averaged.rater_by_item("a")[0, 0] == 5


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_score_that_is_no_number_is_refused_with_its_row(bad: float) -> None:
    with pytest.raises(ValueError, match="Row 2: the score is"):
        _table([ROWS[0], ("r1", "i1", "a", bad)])


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="'score': 1"):
        RatingsTable.from_long(rater=["r", "s"], item=["i", "i"], system=["a", "a"], score=[1.0])


def test_a_matrix_becomes_a_table_of_one_system() -> None:
    table = RatingsTable.from_matrix([[1, np.nan], [2, 3]])
    assert np.array_equal(table.rater_by_item(""), [[1, np.nan], [2, 3]], equal_nan=True)
    with pytest.raises(ValueError, match="raters as rows"):
        RatingsTable.from_matrix([1, 2])


def test_pairs_are_the_same_rater_and_item() -> None:
    pairs = _table(ROWS).pairs("a", "b")
    assert pairs.difference.tolist() == [1.0]
    assert pairs.n.ratings == 2
    with pytest.raises(ValueError, match="cannot be compared with itself"):
        _table(ROWS).pairs("a", "a")


def test_a_system_without_ratings_is_named() -> None:
    with pytest.raises(NotEstimable, match="System 'c' has no ratings; rated are: a, b"):
        _table(ROWS).of_systems("c")
    table = _table(ROWS)
    with pytest.raises(NotEstimable, match="'b' has no ratings left"):
        table.where(table.system == 0).of_systems("b")


def test_codes_make_the_same_table_as_names() -> None:
    names = RatingsTable.from_long(
        rater=["b", "a", "a"], item=[2, 1, 2], system=["x", "y", "x"], score=[1, 2, 3]
    )
    codes = RatingsTable.from_codes(
        rater=np.array([1, 0, 0]),
        item=np.array([2, 1, 2]),
        system=np.array([0, 1, 0]),
        raters=["a", "b", "c"],
        items=[0, 1, 2],
        systems=["x", "y"],
        score=np.array([1.0, 2, 3]),
    )
    for field in ("rater", "item", "system", "score"):
        assert getattr(codes, field).tolist() == getattr(names, field).tolist()
    assert (codes.raters, codes.items, codes.systems) == (names.raters, names.items, names.systems)


def test_stacked_tables_average_what_a_rater_scored_in_several() -> None:
    first = RatingsTable.from_long(rater=["a", "b"], item=[1, 1], system=["x", "x"], score=[1, 2])
    second = RatingsTable.from_long(rater=["a", "c"], item=[1, 2], system=["x", "y"], score=[5, 4])
    stacked = RatingsTable.stacked([first, second])
    assert stacked.raters == ("a", "b", "c")
    assert sorted(stacked.score.tolist()) == [2, 3, 4]


def test_only_a_large_table_is_thinned_and_says_so() -> None:
    rng = np.random.default_rng(1)
    rater, item = (codes.ravel() for codes in np.indices((300, 250)))
    table = RatingsTable.from_long(
        rater=rater, item=item, system=np.zeros(len(rater), int), score=rng.integers(1, 6, len(rater))
    )
    assert table.thinned(len(rater)) is table
    assert table.named_against(table) == ""
    few = table.thinned(1000)
    assert (few.n.raters, few.n.items, few.n.ratings) == (200, 200, 40_000)
    assert few.named_against(table) == "; on the ratings of 200 raters for 200 items, drawn at random"
    assert few.score.tolist() == table.thinned(1000).score.tolist()
