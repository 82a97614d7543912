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
    """The outputs with the most and the fewest stars, and those that raters see most differently."""
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
            system=row.system,
            source=known[row.item].source,
            text=known[row.item].texts[row.system],
            mean=row.mean,
            spread=row.spread,
            ratings=row.ratings,
        )
        for why, (rows, order) in picked.items()
        for row in sorted(rows, key=order)[:EACH]
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
