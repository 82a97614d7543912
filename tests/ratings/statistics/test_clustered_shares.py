import numpy as np
import pytest
from scipy import stats

from ratings.statistics.clustered_shares import clustered_share
from ratings.statistics.results import NotEstimable
from ratings.statistics.trial_clusters import Trials, clustered_proportion_correct

RATER, ITEM = (codes.ravel() for codes in np.indices((8, 12)))


def answers(seed, p=0.6):
    return np.random.default_rng(seed).random(len(RATER)) < p


def test_the_interval_is_that_of_trials():
    holds = answers(1)
    found = clustered_share(holds, rater=RATER, item=ITEM)
    trials = clustered_proportion_correct(Trials(correct=holds, rater=RATER, item=ITEM), chance=0.5)
    assert (found.estimate, found.ci_low, found.ci_high) == (trials.estimate, trials.ci_low, trials.ci_high)
    assert found.pvalue is None
    assert (found.n.ratings, found.n.items, found.n.raters) == (96, 12, 8)


def test_the_test_is_exact_where_the_effective_sample_is_all_there_is():
    """All equal, so no design effect; only the few clusters shrink the sample."""
    found = clustered_share(np.ones(96, dtype=bool), rater=RATER, item=ITEM, against=0.5)
    shrink = (stats.t.ppf(0.975, 95) / stats.t.ppf(0.975, 7)) ** 2
    assert found.pvalue == pytest.approx(2 * 0.5 ** (96 * shrink))
    assert found.ci_high == 1


def test_both_sides_are_alike():
    holds = answers(2)
    share = clustered_share(holds, rater=RATER, item=ITEM, against=0.5)
    other = clustered_share(~holds, rater=RATER, item=ITEM, against=0.5)
    assert share.pvalue == pytest.approx(other.pvalue)
    assert (share.ci_low, share.ci_high) == pytest.approx((1 - other.ci_high, 1 - other.ci_low))


def test_raters_of_one_mind_widen_the_interval():
    alike = RATER % 2 == 0
    mixed = (RATER + ITEM) % 2 == 0
    wide, narrow = (clustered_share(holds, rater=RATER, item=ITEM) for holds in (alike, mixed))
    assert wide.estimate == narrow.estimate == 0.5
    assert wide.ci_high - wide.ci_low > 2 * (narrow.ci_high - narrow.ci_low)


@pytest.mark.parametrize("count", [0, 1])
def test_little_is_refused(count):
    with pytest.raises(NotEstimable):
        clustered_share(np.ones(count, dtype=bool), rater=RATER[:count], item=ITEM[:count])
