"""The tidy input of every analysis of ratings: who gave which score to which system for which item."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Concatenate, Literal, ParamSpec, Self, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ratings.statistics.results import NotEstimable, Sample

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Duplicates = Literal["refuse", "average"]
P = ParamSpec("P")
R = TypeVar("R")

_THINNED = 200
# A table of all cells costs less than sorting unless it is this much larger than the ratings are many.
_SPARSEST = 20


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
        (raters, rater_codes), (items, item_codes), (systems, system_codes) = map(
            _coded, (rater, item, system)
        )
        return cls.from_codes(
            rater=rater_codes,
            item=item_codes,
            system=system_codes,
            raters=raters,
            items=items,
            systems=systems,
            score=scores,
            duplicates=duplicates,
        )

    @classmethod
    def from_codes(
        cls,
        *,
        rater: Codes,
        item: Codes,
        system: Codes,
        score: Floats,
        raters: Sequence[Hashable],
        items: Sequence[Hashable],
        systems: Sequence[Hashable],
        duplicates: Duplicates = "refuse",
    ) -> Self:
        """Build the same table from columns (n,) of places in ``raters``, ``items`` and ``systems``.

        The names may come in any order and more than once; those that no rating has are left out. ``score``
        must be finite. Raises ValueError for a refused duplicate, as ``from_long``.
        """
        raters, rater = _sorted_names(raters, rater)
        items, item = _sorted_names(items, item)
        systems, system = _sorted_names(systems, system)
        table = cls(
            rater=rater, item=item, system=system, score=score, raters=raters, items=items, systems=systems
        )
        # The order of the rows must not reach the last digit of a sum, nor a resample.
        key = (item * len(raters) + rater) * len(systems) + system
        order = np.argsort(key, kind="stable")
        again = np.flatnonzero(np.diff(key[order]) == 0) + 1
        if not len(again):
            return table.where(order)
        if duplicates == "refuse":
            raise ValueError(table._scored_before(int(order[again].min())))
        first = np.delete(np.arange(len(order)), again)
        mean = np.add.reduceat(score[order], first) / np.diff(np.append(first, len(order)))
        return replace(table.where(order[first]), score=mean)

    @classmethod
    def stacked(cls, tables: Sequence["RatingsTable"]) -> Self:
        """Join tables; an output that a rater scored in several of them gets the mean of the scores."""
        return cls.from_codes(
            rater=_joined([table.rater for table in tables], [table.raters for table in tables]),
            item=_joined([table.item for table in tables], [table.items for table in tables]),
            system=_joined([table.system for table in tables], [table.systems for table in tables]),
            raters=[name for table in tables for name in table.raters],
            items=[name for table in tables for name in table.items],
            systems=[name for table in tables for name in table.systems],
            score=np.concatenate([table.score for table in tables]),
            duplicates="average",
        )

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
            ratings=len(self.score), items=count_distinct(self.item), raters=count_distinct(self.rater)
        )

    @property
    def output(self) -> Codes:
        """A code (n,) of the rated output: what one system said for one item."""
        return self.item * len(self.systems) + self.system

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
        given = np.bincount(self.system, minlength=len(self.systems))
        for code, system in zip(codes, systems, strict=True):
            if not given[code]:
                raise NotEstimable(f"System '{system}' has no ratings left to analyse")
        wanted = np.zeros(len(self.systems), dtype=bool)
        wanted[codes] = True
        return self if given[wanted].sum() == len(self.system) else self.where(wanted[self.system])

    def thinned(self, most: int) -> Self:
        """Return all of at most ``most`` ratings, and of more those of a random 200 raters for 200 items.

        For analyses beside the primary one whose cost grows with the cube of raters and items. The draw is
        the same each time.
        """
        if len(self.score) <= most:
            return self
        rng = np.random.default_rng(0)
        kept = np.ones(len(self.score), dtype=bool)
        for codes in (self.rater, self.item):
            members = np.unique(codes)
            kept &= np.isin(codes, rng.permutation(members)[:_THINNED])
        return self.where(kept)

    def named_against(self, every: "RatingsTable") -> str:
        """Say for a method's name that this is a part of ``every``; empty where it is all of it."""
        if self is every:
            return ""
        return f"; on the ratings of {self.n.raters} raters for {self.n.items} items, drawn at random"

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
        keys = [side.rater * len(self.items) + side.item for side in (left, right)]
        both, at_left, at_right = _shared(*keys, cells=len(self.raters) * len(self.items))
        return Pairs(
            rater=both // len(self.items),
            item=both % len(self.items),
            score_a=left.score[at_left],
            score_b=right.score[at_right],
        )

    def _scored_before(self, row: int) -> str:
        return (
            f"Row {row + 1}: rater '{self.raters[self.rater[row]]}' scored item "
            f"'{self.items[self.item[row]]}' of system '{self.systems[self.system[row]]}' before; "
            "keep one of the scores, or average them with duplicates='average'"
        )


def kept_with_table(
    function: Callable[Concatenate[RatingsTable, P], R],
) -> Callable[Concatenate[RatingsTable, P], R]:
    """Keep what ``function`` finds as long as the table, which nobody changes; refusals are not kept.

    The result must not hold the table itself, or neither would ever go.
    """
    known: WeakKeyDictionary[RatingsTable, dict[Hashable, R]] = WeakKeyDictionary()

    @wraps(function)
    def kept(table: RatingsTable, /, *args: P.args, **kwargs: P.kwargs) -> R:
        found = known.setdefault(table, {})
        asked = (args, tuple(kwargs.items()))
        if asked not in found:
            found[asked] = function(table, *args, **kwargs)
        return found[asked]

    return kept


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
            ratings=2 * len(self.score_a), items=count_distinct(self.item), raters=count_distinct(self.rater)
        )


def compact(codes: Codes) -> Codes:
    """Return codes (n,), which are not negative, as places among the distinct ones in rising order.

    It counts instead of sorting, so it is for codes that are not much larger than they are many.
    """
    used = np.bincount(codes) > 0
    return np.asarray((np.cumsum(used) - 1)[codes])


def count_distinct(codes: Codes) -> int:
    """How many distinct codes there are; for the same codes as ``compact``."""
    return int(np.count_nonzero(np.bincount(codes)))


def distinct_scores(score: Floats) -> tuple[Floats, Codes]:
    """Return the distinct scores, ascending, and each score (n,) as its place among them."""
    whole = score.astype(np.int64)
    if not len(score) or np.any(whole != score) or np.ptp(whole) > len(score):
        scores, code = np.unique(score, return_inverse=True)
        return scores, code.astype(np.int64)
    # Whole stars are counted, which takes a tenth of the time of sorting them.
    least = int(whole.min())
    return np.flatnonzero(np.bincount(whole - least)).astype(np.float64) + least, compact(whole - least)


def _shared(left: Codes, right: Codes, *, cells: int) -> tuple[Codes, Codes, Codes]:
    """The keys below ``cells`` that both arrays have, ascending, and where each has them."""
    if cells > _SPARSEST * (len(left) + len(right)):
        return np.intersect1d(left, right, assume_unique=True, return_indices=True)
    places = []
    for keys in (left, right):
        place = np.full(cells, -1, dtype=np.int64)
        place[keys] = np.arange(len(keys))
        places.append(place)
    both = np.flatnonzero((places[0] >= 0) & (places[1] >= 0))
    return both, places[0][both], places[1][both]


def _coded(names: Sequence[Hashable]) -> tuple[list[str], Codes]:
    unique, codes = np.unique([str(name) for name in names], return_inverse=True)
    return unique.tolist(), codes.astype(np.int64)


def _joined(columns: Sequence[Codes], names: Sequence[Sequence[str]]) -> Codes:
    """Columns one below the other, each as places in all ``names`` one after the other."""
    offsets = np.cumsum([0, *(len(each) for each in names)])
    return np.concatenate([column + offset for column, offset in zip(columns, offsets, strict=False)])


def _sorted_names(names: Sequence[Hashable], codes: Codes) -> tuple[tuple[str, ...], Codes]:
    used = np.flatnonzero(np.bincount(codes, minlength=len(names))).tolist()
    unique, place = np.unique([str(names[code]) for code in used], return_inverse=True)
    places = np.zeros(len(names), dtype=np.int64)
    places[used] = place
    return tuple(unique.tolist()), places[codes]
