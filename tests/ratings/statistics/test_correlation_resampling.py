"""Correlations by weights are those of the copied items."""

import numpy as np
import pytest
from scipy import stats

from ratings.statistics import correlation_resampling
from ratings.statistics.correlation_resampling import resampled_correlations

DIRECT = {
    "pearson": lambda x, y: stats.pearsonr(x, y).statistic,
    "spearman": lambda x, y: stats.spearmanr(x, y).statistic,
    "kendall": lambda x, y: stats.kendalltau(x, y).statistic,
}


def scores(items: int, systems: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A metric with ties against stars, a fifth of the outputs without scores."""
    rng = np.random.default_rng(seed)
    metric = np.round(rng.normal(size=(items, systems)), 1)
    human = np.clip(np.round(3 + metric + rng.normal(size=metric.shape)), 1, 5)
    missing = rng.random(metric.shape) < 0.2
    return np.where(missing, np.nan, metric), np.where(missing, np.nan, human)


def copied(kind: str, level: str, one: np.ndarray, other: np.ndarray, rows: np.ndarray) -> float:
    left, right = one[rows], other[rows]
    if level == "system":
        return DIRECT[kind](np.nanmean(left, axis=0), np.nanmean(right, axis=0))
    held = ~np.isnan(left)
    return DIRECT[kind](left[held], right[held])


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
@pytest.mark.parametrize("level", ["output", "system"])
@pytest.mark.parametrize("paired", [True, False])
def test_weights_give_what_copies_give(
    kind: str, level: str, paired: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correlation_resampling, "MOST_PAIRED", 4000 if paired else 10)
    one, other = scores(25, 4, seed=1)
    found = resampled_correlations(kind, level, one, other, resamples=40, rng=np.random.default_rng(2))
    rows = np.random.default_rng(2).integers(25, size=(40, 25))
    assert found == pytest.approx([copied(kind, level, one, other, each) for each in rows], abs=1e-10)


def test_what_does_not_vary_or_is_too_little_has_none() -> None:
    flat = np.full((6, 1), 3.0)
    varied = np.arange(6.0)[:, None]
    for kind in DIRECT:
        for one, other in ((flat, varied), (varied, flat), (flat + 1e9, varied), (varied[:2], varied[:2])):
            found = resampled_correlations(
                kind, "output", one, other, resamples=5, rng=np.random.default_rng(3)
            )
            assert np.isnan(found).all()
        two_systems = np.hstack([varied, varied**2])
        found = resampled_correlations(
            kind, "system", two_systems, two_systems, resamples=5, rng=np.random.default_rng(4)
        )
        assert np.isnan(found).all()
