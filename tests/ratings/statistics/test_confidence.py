"""Do raters know when they are right: shares by step, and each rater held against himself."""

import numpy as np
import pytest
from scipy import stats

from ratings.statistics.clustered_shares import clustered_share
from ratings.statistics.confidence import SureAnswers, confidence_gap, right_at
from ratings.statistics.results import NotEstimable


def answers(rows):
    """Rows of rater, item, confidence, right."""
    columns = np.array(rows, dtype=np.int64)
    return SureAnswers(
        rater=columns[:, 0], item=columns[:, 1], confidence=columns[:, 2], right=columns[:, 3].astype(bool)
    )


def test_each_rater_is_held_against_himself() -> None:
    """Raters who use other steps do not count as surer: gaps 1, 0.5 and 2, whatever the levels are."""
    found = confidence_gap(
        answers(
            [
                *((0, 0, 5, 1), (0, 1, 4, 0)),
                *((1, 0, 2, 1), (1, 1, 1, 1), (1, 2, 1, 0)),
                *((2, 0, 4, 1), (2, 3, 2, 0)),
                *((3, 0, 1, 0), (3, 1, 1, 0)),
            ]
        )
    )
    wanted = stats.ttest_1samp([1, 0.5, 2], 0)
    low, high = wanted.confidence_interval()
    assert found.estimate == pytest.approx(3.5 / 3)
    assert (found.ci_low, found.ci_high) == (pytest.approx(low), pytest.approx(high))
    assert found.pvalue == pytest.approx(wanted.pvalue)
    assert (found.n.raters, found.n.items, found.n.ratings) == (3, 4, 7)
    assert found.generalises_over == "raters"


def test_the_share_at_a_step_is_a_clustered_share() -> None:
    rng = np.random.default_rng(1)
    rows = [(rater, item, rng.integers(1, 4), rng.random() < 0.7) for rater in range(6) for item in range(9)]
    data = answers(rows)
    own = data.confidence == 2
    codes = [np.unique(column[own], return_inverse=True)[1] for column in (data.rater, data.item)]
    wanted = clustered_share(data.right[own], rater=codes[0], item=codes[1])
    assert right_at(data, 2) == wanted


def test_what_cannot_be_said_is_refused() -> None:
    with pytest.raises(NotEstimable, match="1 raters were right and wrong"):
        confidence_gap(answers([(0, 0, 2, 1), (0, 1, 1, 0), (1, 0, 2, 1)]))
    with pytest.raises(NotEstimable, match="surer by the same"):
        confidence_gap(answers([(0, 0, 2, 1), (0, 1, 1, 0), (1, 0, 3, 1), (1, 1, 2, 0)]))
    with pytest.raises(NotEstimable, match="no trials"):
        right_at(answers([(0, 0, 2, 1)]), 3)
    with pytest.raises(ValueError, match="confidence"):
        confidence_gap(answers([(0, 0, 2, 1)]), confidence=2)
