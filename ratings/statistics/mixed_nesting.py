"""Which groups of a mixed model nest in one container, and their slots in its blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Nesting:
    """Levels of the nested ``groups``, laid out as (containers, slots).

    ``owner`` (containers, slots) holds the group of each slot, −1 where it is empty; ``indicator`` (ratings,
    containers · slots) marks the slots of each rating.
    """

    groups: tuple[int, ...]
    owner: Codes
    indicator: sparse.csr_array

    def stacked(self, rows: Floats) -> Floats:
        """Return rows (containers · slots, …) as (containers, slots, …)."""
        return rows.reshape(*self.owner.shape, *rows.shape[1:])

    def block_products(self) -> Floats:
        """Return the blocks (containers, slots, slots) of indicator' @ indicator."""
        products = (self.indicator.T @ self.indicator).tocoo()
        containers, slots = self.owner.shape
        blocks = np.zeros((containers, slots, slots))
        row, column = products.coords
        blocks[row // slots, row % slots, column % slots] = products.data
        return blocks


def nesting(groups: Sequence[Codes]) -> Nesting:
    """Choose the container that makes the equations cheapest, and lay out the groups nested in it."""
    return min((_nested_in(container, groups) for container in groups), key=lambda nest: _cost(nest, groups))


def indicator(codes: Codes) -> sparse.csr_array:
    """Return the (ratings, levels) matrix with a one at each rating's level."""
    _, columns = np.unique(codes, return_inverse=True)
    return sparse.csr_array((np.ones(len(codes)), (np.arange(len(codes)), columns)))


def _nested_in(container: Codes, groups: Sequence[Codes]) -> Nesting:
    _, container = np.unique(container, return_inverse=True)
    nested = []
    holders, owners, columns = [], [], []
    offset = 0
    for k, codes in enumerate(groups):
        _, first, level = np.unique(codes, return_index=True, return_inverse=True)
        if np.array_equal(container[first][level], container):
            nested.append(k)
            holders.append(container[first])
            owners.append(np.full(len(first), k))
            columns.append(level + offset)
            offset += len(first)
    holder = np.concatenate(holders)
    order = np.argsort(holder, kind="stable")
    starts = np.searchsorted(holder[order], np.arange(int(container.max()) + 1))
    slot = np.empty_like(holder)
    slot[order] = np.arange(len(holder)) - starts[holder[order]]
    slots = int(slot.max()) + 1
    owner = np.full((len(starts), slots), -1, dtype=np.int64)
    owner[holder, slot] = np.concatenate(owners)
    place = holder * slots + slot
    rows = np.tile(np.arange(len(container)), len(nested))
    marks = (np.ones(len(rows)), (rows, place[np.concatenate(columns)]))
    shape = (len(container), owner.size)
    return Nesting(groups=tuple(nested), owner=owner, indicator=sparse.csr_array(marks, shape=shape))


def _cost(nest: Nesting, groups: Sequence[Codes]) -> float:
    containers, slots = nest.owner.shape
    left = sum(len(np.unique(codes)) for k, codes in enumerate(groups) if k not in nest.groups)
    return float(containers * slots * (slots + left) ** 2 + left**3)
