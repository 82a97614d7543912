"""How often a classifier's labels are the gold ones: accuracy, F1 and Matthews' correlation, by example."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.metrics.example_statistics import (
    ExampleStatistics,
    Floats,
    ratio_statistics,
)


@dataclass(frozen=True, kw_only=True)
class ConfusionMatrix:
    """`counts[i, j]`: examples of gold label `labels[i]` that were given label `labels[j]`."""

    labels: tuple[str, ...]
    counts: NDArray[np.int64]
    signature: str


def confusion_matrix(gold: Sequence[str], given: Sequence[str], labels: Sequence[str]) -> ConfusionMatrix:
    """Count gold labels against given ones. Raises ValueError as `accuracy_statistics`."""
    cells = _cells(gold, given, labels)
    return ConfusionMatrix(
        labels=tuple(labels),
        counts=cells.sum(axis=0).astype(np.int64).reshape(len(labels), len(labels)),
        signature=f"confusion|rows:gold|labels:{','.join(labels)}",
    )


def accuracy_statistics(
    gold: Sequence[str], given: Sequence[str], labels: Sequence[str]
) -> ExampleStatistics:
    """Statistics of the share of examples with the gold label, in per cent.

    Raises ValueError for lists of unequal or no length, fewer than two labels, labels that stand twice, or a
    gold or given label that is not among them.
    """
    cells = _cells(gold, given, labels)
    right = cells[:, :: len(labels) + 1].sum(axis=1)
    signature = f"accuracy|labels:{','.join(labels)}"
    return ratio_statistics("accuracy", signature, 100 * right, np.ones(len(right)))


def f1_statistics(
    gold: Sequence[str], given: Sequence[str], labels: Sequence[str], *, positive: str | None = None
) -> ExampleStatistics:
    """Statistics of F1, in per cent: of the label `positive`, or without one the mean over labels (macro).

    F1 of a label that neither stands in the gold labels nor was given is 0, as in scikit-learn. Raises
    ValueError as `accuracy_statistics`, and for a `positive` that is no label.
    """
    cells = _cells(gold, given, labels)
    if positive is not None and positive not in labels:
        raise ValueError(f"the positive label {positive!r} is not among {', '.join(labels)}")
    kind = "macro" if positive is None else f"positive:{positive}"
    signature = f"f1|{kind}|labels:{','.join(labels)}|undefined:0"
    if positive is None:
        return ExampleStatistics(name="F1", signature=signature, values=cells, score=macro_f1_from_sums)
    place = list(labels).index(positive)
    matrices = _matrix(cells)
    both = matrices[:, place, :].sum(axis=1) + matrices[:, :, place].sum(axis=1)
    return ratio_statistics("F1", signature, 200 * matrices[:, place, place], both)


def matthews_statistics(
    gold: Sequence[str], given: Sequence[str], labels: Sequence[str]
) -> ExampleStatistics:
    """Statistics of Matthews' correlation, −100 to 100: Gorodkin's (2004) form for any number of labels.

    Where all gold labels or all given ones are equal it is undefined, and 0 as in scikit-learn. Raises
    ValueError as `accuracy_statistics`.
    """
    signature = f"mcc|gorodkin|labels:{','.join(labels)}|undefined:0"
    values = _cells(gold, given, labels)
    return ExampleStatistics(
        name="Matthews' correlation", signature=signature, values=values, score=matthews_from_sums
    )


def macro_f1_from_sums(sums: Floats) -> Floats:
    """Mean F1 over labels in per cent, from summed confusion cells (row by row)."""
    matrix = _matrix(sums)
    right = np.diagonal(matrix, axis1=-2, axis2=-1)
    both = matrix.sum(axis=-1) + matrix.sum(axis=-2)
    by_label = np.where(both > 0, 200 * right / np.where(both > 0, both, 1), 0.0)
    return np.asarray(by_label.mean(axis=-1))


def matthews_from_sums(sums: Floats) -> Floats:
    """Matthews' correlation in per cent, from summed confusion cells: Gorodkin (2004), equation 8."""
    matrix = _matrix(sums)
    gold, given = matrix.sum(axis=-1), matrix.sum(axis=-2)
    right, examples = np.trace(matrix, axis1=-2, axis2=-1), matrix.sum(axis=(-2, -1))
    together = right * examples - (gold * given).sum(axis=-1)
    spread = np.sqrt(
        np.maximum(examples**2 - (gold**2).sum(axis=-1), 0)
        * np.maximum(examples**2 - (given**2).sum(axis=-1), 0)
    )
    return np.asarray(np.where(spread > 0, 100 * together / np.where(spread > 0, spread, 1), 0.0))


def _matrix(sums: Floats) -> Floats:
    labels = round(sums.shape[-1] ** 0.5)
    return sums.reshape(*sums.shape[:-1], labels, labels)


def _cells(gold: Sequence[str], given: Sequence[str], labels: Sequence[str]) -> Floats:
    """One row an example, with a 1 in the confusion cell where it falls."""
    if len(gold) != len(given) or not gold:
        raise ValueError(
            f"there are {len(gold)} gold labels and {len(given)} given ones; give one of each an example"
        )
    places = {label: place for place, label in enumerate(labels)}
    if len(places) < 2 or len(places) != len(labels):
        raise ValueError(f"the labels are {', '.join(labels)}; give at least two, each once")
    for kind, names in (("gold", gold), ("given", given)):
        strange = next((name for name in names if name not in places), None)
        if strange is not None:
            raise ValueError(f"the {kind} label {strange!r} is not among {', '.join(labels)}")
    cells = np.zeros((len(gold), len(labels) ** 2))
    rows = [places[one] * len(labels) + places[other] for one, other in zip(gold, given, strict=True)]
    cells[np.arange(len(gold)), rows] = 1
    return cells
