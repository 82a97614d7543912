"""Does something that raters could see go with the system? Tokens, positions and response times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from ratings.statistics.results import NotEstimable

Floats = NDArray[np.float64]
_FEWEST = 20


@dataclass(frozen=True, kw_only=True)
class Leak:
    """How far one thing tells the system: ``effect`` in the test's own unit, ``n`` observations.

    ``pvalue`` is that of no relation, corrected for the comparisons that it is the smallest of.
    """

    effect: float
    pvalue: float
    n: int
    method: str


def token_leak(tokens: Sequence[str], systems: ArrayLike, *, seed: int) -> Leak:
    """How well a classifier tells from a token which system is behind it; ``effect`` is its best AUC.

    Naive Bayes on the character at each place, each system against the rest, learns from one random half and
    is judged on the other; the Mann–Whitney test is one-sided, for AUC above one half (Bonferroni over
    systems). Raises NotEstimable with fewer than 20 tokens or one system.
    """
    codes = np.asarray(systems)
    names = np.unique(codes)
    if len(tokens) < _FEWEST or len(names) < 2:
        raise NotEstimable(
            f"{len(tokens)} tokens of {len(names)} systems cannot show whether they go together: at least "
            f"{_FEWEST} tokens of 2 systems are needed"
        )
    width = max(map(len, tokens))
    characters = np.array([list(token.ljust(width)) for token in tokens])
    found = [_auc(characters, codes == name, seed) for name in names]
    auc, pvalue = min(found, key=lambda pair: pair[1])
    return Leak(
        effect=auc,
        pvalue=min(1.0, pvalue * len(names)),
        n=len(tokens),
        method="AUC of naive Bayes on characters, on held-out tokens; Mann–Whitney",
    )


def position_leak(positions: ArrayLike, systems: ArrayLike) -> Leak:
    """Whether a system stands at some positions more often; ``effect`` is Cramér's V.

    The chi-square test of position × system. A plan that balances by item makes its p-value larger than that
    of independent draws, never smaller. Raises NotEstimable with one position or one system.
    """
    _, rows = np.unique(np.asarray(systems), return_inverse=True)
    _, columns = np.unique(np.asarray(positions), return_inverse=True)
    shape = (int(rows.max(initial=-1)) + 1, int(columns.max(initial=-1)) + 1)
    if min(shape) < 2:
        raise NotEstimable(f"{shape[0]} systems at {shape[1]} positions cannot show whether they go together")
    counts = np.zeros(shape)
    np.add.at(counts, (rows, columns), 1)
    result = stats.chi2_contingency(counts, correction=False)
    effect = np.sqrt(result.statistic / (counts.sum() * (min(shape) - 1)))
    return Leak(
        effect=float(effect), pvalue=float(result.pvalue), n=len(rows), method="chi-square, Cramér's V"
    )


def latency_leak(seconds: Mapping[str, Sequence[float]]) -> Leak:
    """Whether response times differ by system; ``effect`` is the largest difference of medians in seconds.

    Two-sample Kolmogorov–Smirnov for each pair, Bonferroni over pairs. Raises NotEstimable unless two systems
    have two times or more.
    """
    measured = [np.asarray(times, dtype=np.float64) for times in seconds.values() if len(times) > 1]
    pairs = list(combinations(measured, 2))
    if not pairs:
        raise NotEstimable("Response times of two systems are needed, two or more each")
    pvalues = [float(stats.ks_2samp(a, b, method="asymp").pvalue) for a, b in pairs]
    return Leak(
        effect=max(abs(float(np.median(a) - np.median(b))) for a, b in pairs),
        pvalue=min(1.0, min(pvalues) * len(pairs)),
        n=sum(map(len, measured)),
        method="Kolmogorov–Smirnov",
    )


def _auc(characters: NDArray[np.str_], own: NDArray[np.bool_], seed: int) -> tuple[float, float]:
    """AUC on a random half, of a classifier that saw the other half, and its one-sided p-value."""
    order = np.random.default_rng(seed).permutation(len(own))
    # One split, not folds: scores of several folds depend on each other, and chance would pass for a leak.
    seen, held = order[::2], order[1::2]
    scores = _log_odds(characters[seen], own[seen], characters[held])
    first, rest = scores[own[held]], scores[~own[held]]
    if not (len(first) and len(rest)):
        return 0.5, 1.0
    result = stats.mannwhitneyu(first, rest, alternative="greater")
    return float(result.statistic) / (len(first) * len(rest)), float(result.pvalue)


def _log_odds(seen: NDArray[np.str_], own: NDArray[np.bool_], held: NDArray[np.str_]) -> Floats:
    total = np.zeros(len(held))
    for place in range(seen.shape[1]):
        alphabet, codes = np.unique(np.concatenate([seen[:, place], held[:, place]]), return_inverse=True)
        counts = [
            np.bincount(codes[: len(seen)][chosen], minlength=len(alphabet)) + 1.0 for chosen in (own, ~own)
        ]
        total += (np.log(counts[0] / counts[0].sum()) - np.log(counts[1] / counts[1].sum()))[
            codes[len(seen) :]
        ]
    return total
