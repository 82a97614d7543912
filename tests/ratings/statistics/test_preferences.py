import numpy as np
import pytest

from ratings.statistics.preferences import (
    Preferences,
    preference_share,
    sign_test,
    sign_test_with_ties,
    strength_counts,
)
from ratings.statistics.results import NotEstimable

RATER, ITEM = (codes.ravel() for codes in np.indices((10, 15)))


def preferences(seed, lean=0.0, spread=0.0):
    """Strengths of ten raters for fifteen items; raters and items lean by themselves with `spread`."""
    rng = np.random.default_rng(seed)
    own = rng.normal(0, spread, 10)[RATER] + rng.normal(0, spread, 15)[ITEM]
    strength = np.clip(np.round(lean + own + rng.normal(0, 1, len(RATER))), -2, 2).astype(np.int64)
    return Preferences(strength=strength, rater=RATER, item=ITEM)


def swapped(answers):
    return Preferences(strength=-answers.strength, rater=answers.rater, item=answers.item)


def test_shares_and_strengths_are_those_of_all_answers():
    answers = Preferences(
        strength=np.array([2, 1, 1, 0, -1, -2, 0, 1]), rater=np.arange(8) % 2, item=np.arange(8) // 2
    )
    assert [preference_share(answers, sign).estimate for sign in (1, -1, 0)] == [0.5, 0.25, 0.25]
    assert strength_counts(answers, strongest=2) == (1, 1, 2, 3, 1)
    assert sign_test(answers).estimate == pytest.approx(4 / 6)
    assert sign_test_with_ties(answers).estimate == pytest.approx(5 / 8)


def test_ties_pull_towards_one_half():
    answers = preferences(3, lean=0.8)
    without, split = sign_test(answers), sign_test_with_ties(answers)
    assert 0.5 < split.estimate < without.estimate
    assert without.n.ratings == int(np.sum(answers.strength != 0)) < split.n.ratings == 150


@pytest.mark.parametrize("test", [sign_test, sign_test_with_ties])
def test_swapping_the_two_mirrors_the_result(test):
    answers = preferences(4, lean=0.3, spread=0.4)
    found, mirrored = test(answers), test(swapped(answers))
    assert found.pvalue == pytest.approx(mirrored.pvalue)
    assert (found.estimate, found.ci_low, found.ci_high) == pytest.approx(
        (1 - mirrored.estimate, 1 - mirrored.ci_high, 1 - mirrored.ci_low)
    )


@pytest.mark.parametrize("test", [sign_test, sign_test_with_ties])
def test_a_clear_preference_is_found(test):
    found = test(preferences(5, lean=1.2, spread=0.3))
    assert found.ci_low > 0.5
    assert found.pvalue < 0.01


@pytest.mark.parametrize("test", [sign_test, sign_test_with_ties])
def test_no_preference_is_rejected_as_rarely_as_stated(test):
    """Raters and items lean by themselves; 300 studies at 5 % reject at most 28 with probability 0.9993."""
    rejected = sum(test(preferences(seed, spread=0.6)).pvalue < 0.05 for seed in range(300))
    assert rejected <= 28


def test_ties_alone_have_no_sign():
    answers = Preferences(strength=np.zeros(150, dtype=np.int64), rater=RATER, item=ITEM)
    assert preference_share(answers, 0).estimate == 1
    with pytest.raises(NotEstimable, match="Every answer is a tie"):
        sign_test(answers)
    with pytest.raises(NotEstimable):
        sign_test_with_ties(answers)


@pytest.mark.parametrize("test", [sign_test, sign_test_with_ties])
def test_no_answers_are_refused(test):
    none = np.array([], dtype=np.int64)
    with pytest.raises(NotEstimable):
        test(Preferences(strength=none, rater=none, item=none))


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="one entry an answer"):
        Preferences(strength=np.zeros(3, dtype=np.int64), rater=RATER, item=ITEM)
