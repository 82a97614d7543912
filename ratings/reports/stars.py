"""The stars of a report: means and distributions by system, every pair compared, and agreement."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import numpy as np

from ratings.models import Criterion, Part
from ratings.reports.document_people import (
    Agreement,
    Comparison,
    CriterionRatings,
    SystemRatings,
    WithinSystem,
    WithoutOneRater,
)
from ratings.reports.statistic import adjusted, estimated, value_or_none
from ratings.selectors import StarsTable, stars_table
from ratings.statistics.agreement import krippendorff_alpha, percent_agreement
from ratings.statistics.agreement_chance import gwet_ac
from ratings.statistics.agreement_icc import intraclass_correlation
from ratings.statistics.agreement_stability import leave_one_rater_out
from ratings.statistics.comparison import compare_stars
from ratings.statistics.effect_sizes import cliffs_delta, probability_of_superiority
from ratings.statistics.equivalence import smallest_non_inferiority_margin
from ratings.statistics.ordinal_models import compare_stars_ordinal
from ratings.statistics.rank_tests import sign_flip_test, wilcoxon_signed_rank
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.ratios import fieller_ratio
from ratings.statistics.results import NotEstimable
from ratings.statistics.stars import mean_stars, median_stars

ALPHA = 0.025


@dataclass(frozen=True, kw_only=True)
class CriterionTable:
    """A criterion with its ratings; `systems` are the study's, in its order, rated or not."""

    criterion: Criterion
    systems: tuple[str, ...]
    table: RatingsTable

    @property
    def scale(self) -> tuple[int, int]:
        """The ends of the scale."""
        return self.criterion.scale_low, self.criterion.scale_high


def criterion_tables(parts: Iterable[Part], *, without: Collection[int] = ()) -> tuple[CriterionTable, ...]:
    """One table a criterion of the `stars` parts, `without` some raters (keys); ResultsLocked if open."""
    return tuple(
        CriterionTable(
            criterion=criterion, systems=stars.systems, table=ratings_of(stars, stars.criterion == index)
        )
        for part in parts
        if part.kind == Part.Kind.STARS
        for stars in [stars_table(part, without=without)]
        for index, criterion in enumerate(part.criteria.order_by("position"))
    )


def ratings_of(stars: StarsTable, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> RatingsTable:
    """The chosen rows as the statistics take them, by pseudonym, example's position and label."""
    return RatingsTable.from_codes(
        rater=stars.rater[chosen],
        item=stars.item[chosen],
        system=stars.system[chosen],
        raters=stars.raters,
        items=stars.items,
        systems=stars.systems,
        score=stars.stars[chosen].astype(np.float64),
    )


def ratings_section(tables: Sequence[CriterionTable], *, seed: int) -> tuple[CriterionRatings, ...]:
    """Means, medians and distributions of every criterion and system."""
    return tuple(
        CriterionRatings(
            criterion=each.criterion.name,
            question=each.criterion.question,
            low_anchor=each.criterion.low_anchor,
            high_anchor=each.criterion.high_anchor,
            scale_low=each.scale[0],
            scale_high=each.scale[1],
            systems=tuple(_system(each, system, seed) for system in each.systems),
        )
        for each in tables
    )


def comparisons_section(
    tables: Sequence[CriterionTable], *, claimed: Sequence[tuple[str, str]], seed: int
) -> tuple[Comparison, ...]:
    """Every pair of systems on every criterion, p-values of the differences corrected by Holm over all.

    A pair is taken in the direction of a claim about it (`claimed`, first and second system), else the later
    system of the study against the earlier.
    """
    found = [
        _comparison(each, *direction(pair, claimed), seed)
        for each in tables
        for pair in combinations(each.systems, 2)
    ]
    corrected = adjusted([comparison.difference for comparison in found])
    return tuple(
        replace(comparison, difference=difference)
        for comparison, difference in zip(found, corrected, strict=True)
    )


def direction(pair: tuple[str, str], claimed: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """`pair`, earlier system first, as (a, b) of the difference a − b."""
    return pair if pair in claimed else (pair[1], pair[0])


def agreement_section(tables: Sequence[CriterionTable], *, seed: int) -> tuple[Agreement, ...]:
    """Agreement between raters on every criterion."""
    return tuple(_agreement(each, seed) for each in tables)


def _system(each: CriterionTable, system: str, seed: int) -> SystemRatings:
    low, high = each.scale
    scores = tuple(range(low, high + 1))
    known = each.table.systems.index(system) if system in each.table.systems else -1
    own = each.table.score[each.table.system == known]
    return SystemRatings(
        system=system,
        mean=estimated(lambda: mean_stars(each.table, system, seed=seed, scale=(low, high))),
        median=estimated(lambda: median_stars(each.table, system, seed=seed)),
        scores=scores,
        counts=tuple(int(np.sum(own == score)) for score in scores),
    )


def _comparison(each: CriterionTable, a: str, b: str, seed: int) -> Comparison:
    table = each.table
    pairs = table.pairs(a, b) if {a, b} <= set(table.systems) else None
    return Comparison(
        criterion=each.criterion.name,
        a=a,
        b=b,
        pairs=len(pairs.rater) if pairs else 0,
        tied_pairs=int(np.sum(pairs.difference == 0)) if pairs else 0,
        difference=estimated(lambda: compare_stars(table, a, b).estimate),
        margin_supported=value_or_none(
            lambda: smallest_non_inferiority_margin(compare_stars(table, a, b), alpha=ALPHA)
        ),
        ratio=estimated(lambda: fieller_ratio(table, a, b)),
        superiority=estimated(lambda: probability_of_superiority(table, a, b)),
        cliffs_delta=estimated(lambda: cliffs_delta(table, a, b)),
        sign_flips=estimated(lambda: sign_flip_test(table, a, b, seed=seed)),
        signed_ranks=estimated(lambda: wilcoxon_signed_rank(table, a, b)),
        ordinal_log_odds=estimated(lambda: compare_stars_ordinal(table, a, b)),
    )


def _agreement(each: CriterionTable, seed: int) -> Agreement:
    table = each.table
    scale = [float(score) for score in range(each.scale[0], each.scale[1] + 1)]
    alpha = partial(krippendorff_alpha, table, seed=seed)
    return Agreement(
        criterion=each.criterion.name,
        alpha_ordinal=estimated(alpha),
        alpha_ordinal_over_raters=estimated(partial(alpha, over="raters")),
        alpha_interval=estimated(partial(alpha, metric="interval")),
        gwet_ac2=estimated(lambda: gwet_ac(table, weights="ordinal", scale=scale)),
        icc_single=estimated(lambda: intraclass_correlation(table, of="single")),
        icc_average=estimated(lambda: intraclass_correlation(table, of="average")),
        percent_agreement=value_or_none(lambda: percent_agreement(table)),
        without_one_rater=_without_one(table),
        within_systems=tuple(_within(table, system, scale, seed) for system in table.systems),
    )


def _within(table: RatingsTable, system: str, scale: Sequence[float], seed: int) -> WithinSystem:
    own = table.of_systems(system)
    return WithinSystem(
        system=system,
        alpha_ordinal=estimated(lambda: krippendorff_alpha(own, seed=seed)),
        gwet_ac2=estimated(lambda: gwet_ac(own, weights="ordinal", scale=scale)),
        percent_agreement=value_or_none(lambda: percent_agreement(own)),
    )


def _without_one(table: RatingsTable) -> tuple[WithoutOneRater, ...]:
    try:
        return tuple(WithoutOneRater(rater=row.rater, alpha=row.alpha) for row in leave_one_rater_out(table))
    except NotEstimable:
        return ()
