"""How far the style of texts alone tells two systems apart: a bag-of-words classifier, cross-validated."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ratings.statistics.discrimination import proportion_correct
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed

Floats = NDArray[np.float64]
_WORD = re.compile(r"\w+|[^\w\s]")
_FEWEST_PAIRS = 10


def style_accuracy(
    first: Sequence[str], second: Sequence[str], *, seed: int, folds: int = 10, confidence: float = 0.95
) -> Estimate:
    """Share of pairs in which naive Bayes tells which text is the first system's; chance is one half.

    ``first[i]`` and ``second[i]`` answer the same example; pairs that are the same word for word are left
    out. Features are words, punctuation and pairs of neighbouring words in lower case, with add-one
    smoothing. Each pair is judged by a classifier that saw none of its fold, as a rater judges a two-way
    trial. It stands beside the raters: where the classifier tells, a rater who knew the style could. Raises
    ValueError for lists of unequal length, NotEstimable with fewer than 10 pairs that differ.
    """
    if len(first) != len(second):
        raise ValueError(
            f"There are {len(first)} and {len(second)} texts: give one of each system an example"
        )
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if len(pairs) < _FEWEST_PAIRS:
        raise NotEstimable(
            f"{len(pairs)} pairs of texts differ: a classifier of style needs at least {_FEWEST_PAIRS}"
        )
    counts = _counted([text for pair in pairs for text in pair])
    fold = np.random.default_rng(seed).permutation(len(pairs)) % min(folds, len(pairs))
    right = sum(_right(counts, fold == each) for each in range(int(fold.max()) + 1))
    found = proportion_correct(
        right,
        len(pairs),
        chance=0.5,
        confidence=confidence,
        n=Sample(ratings=len(pairs), items=len(pairs), raters=0),
    )
    return Estimate(
        estimate=found.estimate,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        confidence=confidence,
        n=found.n,
        method=(
            f"naive Bayes of words and word pairs, {int(fold.max()) + 1}-fold cross-validation;"
            f" {found.method}"
        ),
        signature=signed("style", folds=folds, seed=seed, features="words+bigrams", confidence=confidence),
        generalises_over="items",
        statistic=found.statistic,
        pvalue=found.pvalue,
    )


def _counted(texts: Sequence[str]) -> Floats:
    """Features of each text, (texts, features)."""
    bags = [Counter(_features(text)) for text in texts]
    places = {feature: place for place, feature in enumerate(sorted(set().union(*bags)))}
    counts = np.zeros((len(texts), len(places)))
    for row, bag in enumerate(bags):
        for feature, count in bag.items():
            counts[row, places[feature]] = count
    return counts


def _features(text: str) -> list[str]:
    words = _WORD.findall(text.casefold())
    return [*words, *(f"{one} {two}" for one, two in pairwise(words))]


def _right(counts: Floats, held_out: NDArray[np.bool_]) -> int:
    """How many held-out pairs are told rightly; of a tie, neither side."""
    first, second = counts[0::2], counts[1::2]
    seen = (first[~held_out].sum(axis=0), second[~held_out].sum(axis=0))
    log_odds = np.log((seen[0] + 1) / (seen[0].sum() + len(seen[0]))) - np.log(
        (seen[1] + 1) / (seen[1].sum() + len(seen[1]))
    )
    return int(np.sum((first[held_out] - second[held_out]) @ log_odds > 0))
