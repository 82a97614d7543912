"""The tidy input of every analysis of ratings: who gave which score to which system for which item."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ratings.statistics.results import NotEstimable, Sample

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Duplicates = Literal["refuse", "average"]


@dataclass(frozen=True, kw_only=True, eq=False)
class RatingsTable:
    """Ratings of one criterion in long form, at most one for each rater × item × system.

    ``rater``, ``item`` and ``system`` hold integer codes, one entry a rating: positions in the sorted name
    tuples ``raters``, ``items`` and ``systems``. ``score`` holds the stars, all finite.
    ``from_long`` sorts the rows, so that their order in a file changes no result.
    """

    rater: Codes
    item: Codes
    system: Codes
    score: Floats
    raters: tuple[str, ...]
    items: tuple[str, ...]
    systems: tuple[str, ...]

    @classmethod
    def from_long(
        cls,
        *,
        rater: Sequence[Hashable],
        item: Sequence[Hashable],
        system: Sequence[Hashable],
        score: ArrayLike,
        duplicates: Duplicates = "refuse",
    ) -> Self:
        """Build the table from four columns of equal length; names become strings.

        A rater who scored one output twice is refused, or his scores are averaged. Raises ValueError for
        columns of unequal length, a score that is no finite number, or a refused duplicate; the message
        counts rows from 1.
        """
        scores = np.asarray(score, dtype=np.float64)
        lengths = {"rater": len(rater), "item": len(item), "system": len(system), "score": scores.size}
        if scores.ndim != 1 or len(set(lengths.values())) > 1:
            raise ValueError(f"Each column needs one entry a rating, but their lengths are {lengths}")
        if not np.isfinite(scores).all():
            row = int(np.flatnonzero(~np.isfinite(scores))[0])
            raise ValueError(f"Row {row + 1}: the score is {scores[row]}; leave out ratings that are missing")
        raters, rater_codes = _coded(rater)
        items, item_codes = _coded(item)
        systems, system_codes = _coded(system)
        table = cls(
            rater=rater_codes,
            item=item_codes,
            system=system_codes,
            score=scores,
            raters=raters,
            items=items,
            systems=systems,
        )
        # The order of the rows must not reach the last digit of a sum, nor a resample.
        once = table._without_duplicates(duplicates)
        return once.where(np.lexsort((once.system, once.rater, once.item)))

    @classmethod
    def from_matrix(cls, scores: ArrayLike) -> Self:
        """Build the table of one system from a rater × item matrix in which NaN means missing."""
        matrix = np.asarray(scores, dtype=np.float64)
        if matrix.ndim != 2:
            raise ValueError(f"The matrix must have raters as rows and items as columns, not {matrix.shape}")
        rater, item = np.nonzero(~np.isnan(matrix))
        return cls(
            rater=rater.astype(np.int64),
            item=item.astype(np.int64),
            system=np.zeros(len(rater), dtype=np.int64),
            score=matrix[rater, item],
            raters=tuple(str(number + 1) for number in range(matrix.shape[0])),
            items=tuple(str(number + 1) for number in range(matrix.shape[1])),
            systems=("",),
        )

    @property
    def n(self) -> Sample:
        """How many ratings there are, and how many items and raters have one."""
        return Sample(
            ratings=len(self.score), items=len(np.unique(self.item)), raters=len(np.unique(self.rater))
        )

    def code_of(self, system: str) -> int:
        """Return the code of a system; NotEstimable when it has no rating."""
        if system not in self.systems:
            raise NotEstimable(f"System '{system}' has no ratings; rated are: {', '.join(self.systems)}")
        return self.systems.index(system)

    def where(self, chosen: NDArray[np.bool_] | Codes) -> Self:
        """Return the chosen ratings, by mask or by place; codes and names stay as they are."""
        return type(self)(
            rater=self.rater[chosen],
            item=self.item[chosen],
            system=self.system[chosen],
            score=self.score[chosen],
            raters=self.raters,
            items=self.items,
            systems=self.systems,
        )

    def of_systems(self, *systems: str) -> Self:
        """Return the ratings of these systems; NotEstimable when one of them has none."""
        codes = [self.code_of(system) for system in systems]
        chosen = self.where(np.isin(self.system, codes))
        for code, system in zip(codes, systems, strict=True):
            if not np.any(chosen.system == code):
                raise NotEstimable(f"System '{system}' has no ratings left to analyse")
        return chosen

    def rater_by_item(self, system: str) -> Floats:
        """Return one system's scores as (raters, items), NaN where missing."""
        chosen = self.of_systems(system)
        matrix = np.full((len(self.raters), len(self.items)), np.nan)
        matrix[chosen.rater, chosen.item] = chosen.score
        return matrix

    def cube(self) -> Floats:
        """Return all scores as (systems, raters, items), NaN where missing."""
        cube = np.full((len(self.systems), len(self.raters), len(self.items)), np.nan)
        cube[self.system, self.rater, self.item] = self.score
        return cube

    def pairs(self, a: str, b: str) -> "Pairs":
        """Return the scores of two systems by the raters who scored both for an item.

        NotEstimable when a system has no ratings; ``a`` and ``b`` must differ, else ValueError. The result
        may be empty.
        """
        if a == b:
            raise ValueError(f"'{a}' cannot be compared with itself: name two systems")
        left, right = self.of_systems(a), self.of_systems(b)
        both, at_left, at_right = np.intersect1d(
            left.rater * len(self.items) + left.item,
            right.rater * len(self.items) + right.item,
            assume_unique=True,
            return_indices=True,
        )
        return Pairs(
            rater=both // len(self.items),
            item=both % len(self.items),
            score_a=left.score[at_left],
            score_b=right.score[at_right],
        )

    def _without_duplicates(self, duplicates: Duplicates) -> Self:
        key = (self.rater * len(self.items) + self.item) * len(self.systems) + self.system
        _, first, group, count = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
        if len(first) == len(key):
            return self
        if duplicates == "refuse":
            again = int(np.setdiff1d(np.arange(len(key)), first)[0])
            raise ValueError(
                f"Row {again + 1}: rater '{self.raters[self.rater[again]]}' scored item "
                f"'{self.items[self.item[again]]}' of system '{self.systems[self.system[again]]}' before; "
                "keep one of the scores, or average them with duplicates='average'"
            )
        once = self.where(np.isin(np.arange(len(key)), first))
        mean = np.bincount(group, weights=self.score) / count
        object.__setattr__(once, "score", mean[group[np.sort(first)]])
        return once


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Scores of two systems for the same item by the same rater, one entry a pair."""

    rater: Codes
    item: Codes
    score_a: Floats
    score_b: Floats

    @property
    def difference(self) -> Floats:
        """``score_a`` − ``score_b``."""
        return self.score_a - self.score_b

    @property
    def n(self) -> Sample:
        """Two ratings a pair."""
        return Sample(
            ratings=2 * len(self.score_a), items=len(np.unique(self.item)), raters=len(np.unique(self.rater))
        )


def _coded(column: Sequence[Hashable]) -> tuple[tuple[str, ...], Codes]:
    names = np.asarray([str(value) for value in column], dtype=np.str_)
    unique, codes = np.unique(names, return_inverse=True)
    return tuple(str(name) for name in unique), codes.astype(np.int64)
