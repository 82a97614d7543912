"""By rater, by half, with and without identical pairs."""

import numpy as np
import pytest

from ratings.statistics.discrimination import proportion_of_discriminators
from ratings.statistics.psychometric import Protocol
from ratings.statistics.results import NotEstimable
from ratings.statistics.trial_breakdowns import by_half, by_rater, identical_pairs
from ratings.statistics.trial_clusters import Trials

TRIALS = Trials(
    correct=np.array([1, 0, 1, 1, 1, 0, 0, 1, 1], dtype=bool),
    rater=np.array([7, 7, 7, 7, 3, 3, 3, 3, 3]),
    item=np.array([0, 1, 2, 3, 0, 1, 2, 3, 4]),
    identical=np.array([0, 1, 0, 0, 0, 0, 1, 0, 0], dtype=bool),
    position=np.array([40, 10, 30, 20, 1, 2, 3, 4, 5]),
)


def test_each_rater_has_a_row_in_the_order_of_the_codes() -> None:
    rows = by_rater(TRIALS, chance=0.5)
    assert [(row.rater, row.correct, row.trials) for row in rows] == [(3, 3, 5), (7, 3, 4)]
    assert rows[0].proportion.n.raters == 1
    assert rows[1].proportion.pvalue == pytest.approx(5 / 16)


def test_halves_follow_each_raters_own_order() -> None:
    halves = by_half(TRIALS, chance=0.5)
    # rater 7 saw wrong, right | right, right; rater 3 right, wrong, wrong | right, right
    assert (halves.first.estimate, halves.first.n.ratings) == (pytest.approx(2 / 5), 5)
    assert (halves.second.estimate, halves.second.n.ratings) == (1, 4)
    assert halves.difference.estimate == pytest.approx(3 / 5)
    assert halves.difference.ci_low <= 3 / 5 <= halves.difference.ci_high <= 1
    assert halves.difference.pvalue == pytest.approx(1 / 6)


def test_difference_of_halves_matches_newcombe() -> None:
    # Newcombe (1998), table II(a): 56/70 against 48/80 has 0.0524 to 0.3339 by method 10.
    first, second = np.arange(80) < 48, np.arange(70) < 56
    trials = Trials(
        correct=np.concatenate([first, second]),
        rater=np.concatenate([np.repeat(np.arange(80), 1), np.arange(70)]),
        item=np.zeros(150, dtype=np.int64),
        position=np.concatenate([np.zeros(80, dtype=np.int64), np.ones(70, dtype=np.int64)]),
    )
    difference = by_half(trials, chance=0.5).difference
    assert (difference.ci_low, difference.ci_high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_identical_pairs_count_at_chance() -> None:
    result = identical_pairs(TRIALS, protocol=Protocol.TWO_AFC)
    alone = proportion_of_discriminators(6, 7, protocol=Protocol.TWO_AFC)
    assert (result.identical_trials, result.distinct_trials) == (2, 7)
    assert result.without_identical.estimate == alone.estimate
    assert result.with_identical.estimate == pytest.approx(alone.estimate * 7 / 9)
    assert result.with_identical.ci_high == pytest.approx(alone.ci_high * 7 / 9)
    assert "22.2% of the trials identical" in result.with_identical.method


def test_answers_to_identical_pairs_change_nothing() -> None:
    assert TRIALS.identical is not None
    flipped = Trials(
        correct=TRIALS.correct ^ TRIALS.identical,
        rater=TRIALS.rater,
        item=TRIALS.item,
        identical=TRIALS.identical,
    )
    assert identical_pairs(flipped, protocol=Protocol.TRIANGLE) == identical_pairs(
        TRIALS, protocol=Protocol.TRIANGLE
    )


def test_without_identical_pairs_both_are_the_same() -> None:
    trials = Trials(correct=TRIALS.correct, rater=TRIALS.rater, item=TRIALS.item)
    result = identical_pairs(trials, protocol=Protocol.TWO_AFC)
    assert result.share == 0
    assert result.with_identical.estimate == result.without_identical.estimate


def test_what_cannot_be_broken_down_is_refused() -> None:
    with pytest.raises(NotEstimable, match="order of the trials is unknown"):
        by_half(Trials(correct=TRIALS.correct, rater=TRIALS.rater, item=TRIALS.item), chance=0.5)
    first_of_each = TRIALS.where(np.isin(np.arange(9), [0, 4]))
    with pytest.raises(NotEstimable, match="No rater has two trials"):
        by_half(first_of_each, chance=0.5)
    assert TRIALS.identical is not None
    with pytest.raises(NotEstimable, match="No trial showed outputs that differ"):
        identical_pairs(TRIALS.where(TRIALS.identical), protocol=Protocol.TWO_AFC)
