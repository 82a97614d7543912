"""Intervals over raters and items: never narrower than the exact one, wider where clusters matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.discrimination import proportion_correct
from ratings.statistics.psychometric import Protocol
from ratings.statistics.results import NotEstimable
from ratings.statistics.trial_clusters import (
    Over,
    Trials,
    clustered_discriminators,
    clustered_proportion_correct,
    clustered_similarity_test,
    effective_counts,
)

OVERS: tuple[Over, ...] = ("raters", "items", "items and raters")


def crossed(correct: np.ndarray) -> Trials:
    """Trials from a rater × item table of right and wrong."""
    raters, items = correct.shape
    return Trials(
        correct=correct.astype(bool).ravel(),
        rater=np.repeat(np.arange(raters), items),
        item=np.tile(np.arange(items), raters),
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), over=st.sampled_from(OVERS))
def test_interval_is_wider_than_the_exact_one_and_holds_the_estimate(seed: int, over: Over) -> None:
    rng = np.random.default_rng(seed)
    trials = crossed(rng.random((rng.integers(2, 9), rng.integers(2, 9))) < rng.random())
    clustered = clustered_proportion_correct(trials, chance=0.5, over=over)
    exact = proportion_correct(int(trials.correct.sum()), len(trials.correct), chance=0.5)
    assert 0 <= clustered.ci_low <= exact.ci_low + 1e-12
    assert exact.ci_high - 1e-12 <= clustered.ci_high <= 1
    assert clustered.ci_low <= clustered.estimate <= clustered.ci_high
    assert clustered.generalises_over == over


def test_renaming_raters_and_items_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    trials = crossed(rng.random((6, 10)) < 0.6)
    renamed = Trials(correct=trials.correct, rater=70 - 7 * trials.rater, item=trials.item * 13 + 5)
    first, second = (
        effective_counts(each, over="items and raters", confidence=0.9) for each in (trials, renamed)
    )
    assert second.trials == pytest.approx(first.trials)
    assert second.design_effect == pytest.approx(first.design_effect)


def test_design_effect_of_whole_clusters_is_their_size() -> None:
    # Raters who are always or never right: the trials of one rater tell as much as one trial.
    table = np.repeat(np.array([[1], [0]] * 20), 5, axis=1)
    counts = effective_counts(crossed(table), over="raters", confidence=0.95)
    assert counts.design_effect == pytest.approx(5 * 40 / 39)
    assert counts.degrees_of_freedom == 39
    by_item = effective_counts(crossed(table), over="items", confidence=0.95)
    assert by_item.design_effect == 1.0


def test_two_ways_take_both_into_account() -> None:
    rng = np.random.default_rng(5)
    ability, ease = rng.normal(size=(12, 1)), rng.normal(size=(1, 15))
    trials = crossed(rng.random((12, 15)) < 1 / (1 + np.exp(-1.5 * (ability + ease))))
    effects = {over: effective_counts(trials, over=over, confidence=0.95).design_effect for over in OVERS}
    assert effects["items and raters"] >= max(effects["raters"], effects["items"]) > 1.5


def test_similarity_is_harder_to_support_for_new_raters() -> None:
    rng = np.random.default_rng(11)
    trials = crossed(rng.random((8, 60)) < 0.5)
    result = clustered_similarity_test(trials, protocol=Protocol.TWO_AFC, margin=0.3, over="raters")
    share = clustered_discriminators(trials, protocol=Protocol.TWO_AFC, over="raters", confidence=0.9)
    assert result.estimate.ci_high == pytest.approx(share.ci_high, abs=1e-9)
    assert (result.verdict == "supported") == (result.estimate.ci_high < 0.3)
    assert result.estimate.n.raters == 8


def test_all_right_still_has_a_lower_bound() -> None:
    result = clustered_proportion_correct(crossed(np.ones((4, 5))), chance=0.5)
    assert (result.estimate, result.ci_high) == (1, 1)
    assert 0.3 < result.ci_low < 0.9


def test_too_few_clusters_are_refused() -> None:
    one_rater = crossed(np.array([[1, 0, 1, 1]]))
    with pytest.raises(NotEstimable, match="at least 2 are needed"):
        clustered_proportion_correct(one_rater, chance=0.5)
    assert clustered_proportion_correct(one_rater, chance=0.5, over="items").estimate == 0.75
    with pytest.raises(NotEstimable, match="no trials"):
        clustered_proportion_correct(one_rater.where(np.zeros(4, dtype=bool)), chance=0.5)


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one entry a trial"):
        Trials(correct=np.array([True]), rater=np.array([1, 2]), item=np.array([1]))
