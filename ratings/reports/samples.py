"""Outputs to read for oneself: best, worst and most disagreed; and how far style alone gives systems away."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

from ratings.reports.document_systems import RatedOutput, ShownOutput, Style
from ratings.reports.statistic import estimated
from ratings.selectors.study_outputs import ExampleOutputs
from ratings.statistics.style import style_accuracy

EACH = 3


def sample_section(
    rated: Sequence[RatedOutput], examples: Sequence[ExampleOutputs]
) -> tuple[ShownOutput, ...]:
    """The outputs with the most and the fewest stars, and those that raters see most differently.

    Equal ones stand in the order of the dataset. A text that several systems wrote is picked once.
    """
    known = {example.position: example for example in examples}
    rated = [row for row in rated if row.item in known]
    disagreed = [row for row in rated if row.spread]
    picked: Mapping[str, tuple[Sequence[RatedOutput], Callable[[RatedOutput], float]]] = {
        "best": (rated, lambda row: -row.mean),
        "worst": (rated, lambda row: row.mean),
        "disagreed": (disagreed, lambda row: -(row.spread or 0.0)),
    }
    return tuple(
        ShownOutput(
            why=why,
            item=row.item,
            system=_writers(row, rated, known[row.item].texts),
            source=known[row.item].source,
            text=known[row.item].texts[row.system],
            mean=row.mean,
            spread=row.spread,
            ratings=row.ratings,
        )
        for why, (rows, order) in picked.items()
        for row in _first_of_each_text(sorted(rows, key=order), known)
    )


def _first_of_each_text(
    rows: Sequence[RatedOutput], known: Mapping[int, ExampleOutputs]
) -> Sequence[RatedOutput]:
    first: dict[tuple[str, str], RatedOutput] = {}
    for row in rows:
        first.setdefault((known[row.item].source, known[row.item].texts[row.system]), row)
    return list(first.values())[:EACH]


def _writers(row: RatedOutput, rated: Sequence[RatedOutput], texts: Mapping[str, str]) -> str:
    """The systems that wrote this output's text and share its stars, as where it was rated once for all."""
    return ", ".join(
        each.system
        for each in rated
        if (each.item, each.mean) == (row.item, row.mean) and texts[each.system] == texts[row.system]
    )


def style_section(
    examples: Sequence[ExampleOutputs], systems: Sequence[str], *, seed: int
) -> tuple[Style, ...]:
    """For every pair of systems, a classifier's right answers over all outputs."""
    said = {system: [example.texts[system] for example in examples] for system in systems}
    return tuple(
        Style(
            a=a,
            b=b,
            accuracy=estimated(lambda a=a, b=b: style_accuracy(said[a], said[b], seed=seed)),  # type: ignore[misc]
        )
        for a, b in combinations(systems, 2)
    )
