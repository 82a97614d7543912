"""Speed of the statistics of ratings: ratios against peers in one run, and growth with the ratings.

Usage: python bench/ratings_statistics.py
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import krippendorff
import numpy as np
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ratings.statistics.agreement import krippendorff_alpha
from ratings.statistics.comparison import compare_stars
from ratings.statistics.crossed_mean import crossed_mean
from ratings.statistics.rank_tests import sign_flip_test
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.resampling import two_way_counts
from ratings.statistics.simulated_stars import StarsStudy, draw_study
from ratings.statistics.stars import mean_stars

RNG = np.random.default_rng(0)


def seconds(run: Callable[[], object], repeats: int = 3) -> float:
    """Return the fastest of ``repeats`` runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def one_system(raters: int, items: int, share: float = 1.0) -> RatingsTable:
    """Draw the ratings of one system."""
    return draw_study(StarsStudy(raters=raters, items=items, share=share), RNG).of_systems("a")


def alpha_against_a_loop() -> None:
    """10,000 resamples of 100,000 ratings; the peer runs 20 of them and is scaled."""
    for raters, items in ((10, 10_000), (20, 5_000), (3, 33_333), (100, 1_000)):
        table = one_system(raters, items)
        matrix = table.rater_by_item("a")

        def loop(matrix: np.ndarray = matrix, items: int = items) -> None:
            for _ in range(20):
                drawn = matrix[:, RNG.integers(0, items, items)]
                krippendorff.alpha(drawn, level_of_measurement="ordinal")

        ours = seconds(lambda table=table: krippendorff_alpha(table, resamples=10_000))
        theirs = seconds(loop, 1) * 500
        print(
            f"alpha, 10,000 resamples, {raters} raters × {items} items: {ours:.2f} s, "
            f"{theirs / ours:.0f} × faster than krippendorff.alpha in a loop"
        )


def mean_against_scipy() -> None:
    """10,000 resamples of a mean; scipy resamples ratings one way: less work, and too narrow."""
    table = one_system(20, 500)
    ours = seconds(
        lambda: two_way_counts(table.score, table.rater, table.item, 10_000, np.random.default_rng(1))
    )
    theirs = seconds(
        lambda: stats.bootstrap((table.score,), np.mean, n_resamples=10_000, method="percentile", batch=500),
        1,
    )
    print(f"two-way bootstrap, 10,000 ratings: {ours:.3f} s, {theirs / ours:.1f} × scipy.stats.bootstrap")


def sign_flips_against_scipy() -> None:
    """10,000 sign patterns of 500 items."""
    table = draw_study(StarsStudy(raters=5, items=500), RNG)
    differences = table.cube()
    by_item = np.nanmean(differences[0] - differences[1], axis=0)
    ours = seconds(lambda: sign_flip_test(table, "a", "b", resamples=10_000))
    theirs = seconds(
        lambda: stats.permutation_test(
            (by_item,), np.mean, permutation_type="samples", n_resamples=10_000, vectorized=True, batch=1000
        ),
        1,
    )
    print(f"sign flips, 500 items: {ours:.3f} s, {theirs / ours:.1f} × scipy.stats.permutation_test")


def growth() -> None:
    """Seconds with 10^3 … 10^6 ratings of two systems, complete and with a tenth missing."""
    for raters, items in ((10, 50), (10, 500), (50, 1_000), (100, 5_000)):
        table = draw_study(StarsStudy(raters=raters, items=items), RNG)
        gaps = table.where(RNG.random(len(table.score)) > 0.1)
        repeats = 1 if len(table.score) > 50_000 else 2
        pairs = table.pairs("a", "b")
        row = {
            "compare": lambda t=table: compare_stars(t, "a", "b"),
            "compare, gaps": lambda t=gaps: compare_stars(t, "a", "b"),
            "model of differences": lambda p=pairs: crossed_mean(p.difference, rater=p.rater, item=p.item),
            "mean": lambda t=table: mean_stars(t, "a"),
            "alpha": lambda t=table: krippendorff_alpha(t),
        }
        cells = ", ".join(f"{name} {seconds(run, repeats):.2f} s" for name, run in row.items())
        print(f"{len(table.score):>9,} ratings: {cells}")


if __name__ == "__main__":
    alpha_against_a_loop()
    mean_against_scipy()
    sign_flips_against_scipy()
    growth()
