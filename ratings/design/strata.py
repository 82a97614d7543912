"""Draw items so that short and long, easy and hard, same and different texts come in the pool's shares."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True, order=True)
class Stratum:
    """Examples alike in what a study should not get too much of.

    `slots` and `length` count thirds of the pool from 0 (by facts to say and by the texts' mean length in
    characters); `differ` says whether any two systems' texts do.
    """

    slots: int
    length: int
    differ: bool


def strata_of(*, pool: Sequence[Sequence[str]], slots: Sequence[int]) -> tuple[Stratum, ...]:
    """The stratum of each example; `pool[example][system]` is a text, `slots` counts facts."""
    lengths = [sum(len(text) for text in said) / len(said) for said in pool]
    return tuple(
        Stratum(slots=facts, length=length, differ=len(set(said)) > 1)
        for said, facts, length in zip(pool, _thirds(slots), _thirds(lengths), strict=True)
    )


def stratified_order(strata: Sequence[Hashable], rng: np.random.Generator) -> tuple[int, ...]:
    """The indices in a random order of which any stretch holds each stratum in about its share.

    Within a stratum the order is random, and each stratum is laid out evenly from a random start of its own,
    so that every example is as likely as any other of its stratum to come early. A stretch is off a
    stratum's share by at most one example at either end.
    Source: systematic sampling with a random start within strata (Cochran 1977, Sampling Techniques, ch. 8).
    """
    members: dict[Hashable, list[int]] = defaultdict(list)
    for index, stratum in enumerate(strata):
        members[stratum].append(index)
    placed: list[tuple[float, float, int]] = []
    for found in members.values():
        start = float(rng.random())
        placed += [
            ((step + start) / len(found), float(rng.random()), found[member])
            for step, member in enumerate(rng.permutation(len(found)))
        ]
    return tuple(index for *_, index in sorted(placed))


def _thirds(numbers: Sequence[float]) -> list[int]:
    """Each number's third of all of them, 0 to 2; equal numbers share a third."""
    low, high = np.quantile(np.asarray(numbers, dtype=np.float64), (1 / 3, 2 / 3)) if numbers else (0.0, 0.0)
    return [int(number > low) + int(number > high) for number in numbers]
