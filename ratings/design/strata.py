"""Draw items so that short and long, easy and hard, same and different texts come in the pool's shares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True, order=True)
class Stratum:
    """Examples alike in what a study should not get too much of.

    `slots` and `length` count thirds of the pool from 0 (by facts to say and by the texts' mean length in
    characters); `texts` counts distinct texts, fewer where systems said the same.
    """

    texts: int
    slots: int
    length: int


def strata_of(*, pool: Sequence[Sequence[str]], slots: Sequence[int]) -> tuple[Stratum, ...]:
    """The stratum of each example; `pool[example][system]` is a text, `slots` counts facts."""
    lengths = [sum(len(text) for text in said) / len(said) for said in pool]
    return tuple(
        Stratum(slots=facts, length=length, texts=len(set(said)))
        for said, facts, length in zip(pool, _thirds(slots), _thirds(lengths), strict=True)
    )


def ranked_by_stratum(strata: Sequence[Stratum], rng: np.random.Generator) -> tuple[int, ...]:
    """The indices sorted by stratum, in random order within each: what `evenly_drawn` draws from."""
    return tuple(sorted(rng.permutation(len(strata)).tolist(), key=lambda index: strata[index]))


def evenly_drawn(ranked: Sequence[int], count: int, rng: np.random.Generator) -> tuple[int, ...]:
    """`count` of `ranked`, in random order, from a random start at even steps.

    Any run of `ranked`, so each stratum, but also all with so many texts, is hit in its share to within one.
    Each index is as likely as any other.
    Source: systematic sampling from an ordered list (Cochran 1977, Sampling Techniques, ch. 8).
    """
    places = np.floor((rng.random() + np.arange(count)) * len(ranked) / max(count, 1)).astype(np.int64)
    return tuple(ranked[place] for place in rng.permutation(places))


def _thirds(numbers: Sequence[float]) -> list[int]:
    """Each number's third of all of them, 0 to 2; equal numbers share a third."""
    low, high = np.quantile(np.asarray(numbers, dtype=np.float64), (1 / 3, 2 / 3)) if numbers else (0.0, 0.0)
    return [int(number > low) + int(number > high) for number in numbers]
