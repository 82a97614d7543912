"""A against B in stars: the mean difference within item and rater, for new raters and new items."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ratings.statistics.contrasts import Contrast, sums_by_unit, with_skewness
from ratings.statistics.crossed_mean import CrossedColumns, CrossedMean, plain_mean, start_near
from ratings.statistics.mixed_models import PreparedModel, distinct_groups
from ratings.statistics.proportions import check_level
from ratings.statistics.ratings_table import Floats, Pairs, RatingsTable, compact, count_distinct
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed

# Above this many levels beside the largest group the equations no longer fit a report's seconds.
_MOST_LEVELS = 1500
_FEWEST_UNLIKE_PAIRS = 10


@dataclass(frozen=True, kw_only=True)
class MeanDifference:
    """Mean of ``a`` minus mean of ``b`` in stars.

    ``contrast`` holds the same with its standard error, from which margins are tested; ``components`` the
    variances found (of differences when every rating has its partner, else of ratings), for planning.
    """

    a: str
    b: str
    estimate: Estimate
    contrast: Contrast
    components: Mapping[str, float]

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the two-sided interval at another confidence."""
        return self.contrast.interval(confidence)


def compare_stars(table: RatingsTable, a: str, b: str, *, confidence: float = 0.95) -> MeanDifference:
    """Compare two systems by a linear mixed model with crossed rater and item effects and system slopes.

    Where every rating of one system has its partner by the same rater for the same item, the intercepts
    cancel, and the model is one of the differences with random slopes of raters and items. Else all ratings
    of the two systems enter, with random intercepts of item, rater, item × system, rater × system and, when
    10 pairs differ, item × rater, as far as the plan can tell them apart. REML, Satterthwaite's degrees of
    freedom with the expected information (``LinearMixedModel.contrast``), t lengthened for skewness
    (``Contrast``).

    Raises ValueError when ``a`` is ``b``; NotEstimable when a system has no ratings, with fewer than 2 pairs
    or 3 ratings, and when nothing varies.
    """
    check_level("confidence", confidence)
    fitted = fit_difference(table, a, b)
    low, high = fitted.contrast.interval(confidence)
    contrast = fitted.contrast
    kind = "differences" if fitted.paired else "ratings"
    effects = ", ".join(name for name in fitted.mean.components if name != "residual") or "none"
    return MeanDifference(
        a=a,
        b=b,
        contrast=contrast,
        components=fitted.mean.components,
        estimate=Estimate(
            estimate=contrast.estimate,
            ci_low=low,
            ci_high=high,
            confidence=confidence,
            n=fitted.n,
            method=(
                f"linear mixed model of {kind}, crossed random effects of {effects}; "
                f"{fitted.mean.estimated_by}, "
                f"Satterthwaite t with {contrast.degrees_of_freedom:.1f} degrees of freedom, "
                "lengthened for skewness"
            ),
            signature=signed(
                "stars-difference", model=f"lmm-{kind}", df="satterthwaite", skew="johnson", conf=confidence
            ),
            generalises_over=fitted.mean.generalises_over,
            statistic=contrast.estimate / contrast.standard_error,
            pvalue=contrast.pvalue(),
        ),
    )


def paired_t_over_items(table: RatingsTable, a: str, b: str, *, confidence: float = 0.95) -> MeanDifference:
    """Compare two systems by the paired t test on item means; it holds for new items, not for new raters.

    An item counts when both systems have a rating for it; the raters need not be the same. Raises as
    ``compare_stars``.
    """
    check_level("confidence", confidence)
    means = item_means(table, a, b)
    contrast = plain_mean(means[0] - means[1])
    low, high = contrast.interval(confidence)
    chosen = table.of_systems(a, b)
    return MeanDifference(
        a=a,
        b=b,
        contrast=contrast,
        components={"item": contrast.standard_error**2 * means.shape[1]},
        estimate=Estimate(
            estimate=contrast.estimate,
            ci_low=low,
            ci_high=high,
            confidence=confidence,
            n=Sample(ratings=chosen.n.ratings, items=means.shape[1], raters=chosen.n.raters),
            method="paired t test over item means",
            signature=signed("stars-difference", model="paired-t-items", conf=confidence),
            generalises_over="items",
            statistic=contrast.estimate / contrast.standard_error,
            pvalue=contrast.pvalue(),
        ),
    )


def item_means(table: RatingsTable, *systems: str) -> Floats:
    """Return mean scores (systems, items) for the items that every one of the systems has ratings of."""
    chosen = table.of_systems(*systems)
    rows = []
    for system in systems:
        own = chosen.of_systems(system)
        sums = np.bincount(own.item, weights=own.score, minlength=len(table.items))
        counts = np.bincount(own.item, minlength=len(table.items))
        rows.append(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))
    means = np.stack(rows)
    return np.asarray(means[:, ~np.isnan(means).any(axis=0)])


@dataclass(frozen=True, kw_only=True)
class FittedDifference:
    """Mean of a − ``scale`` · mean of b, as the model has it."""

    mean: CrossedMean
    n: Sample
    paired: bool

    @property
    def contrast(self) -> Contrast:
        """The difference with its standard error."""
        return self.mean.contrast


# A report asks for the same fit at many confidences and margins; a table that is gone takes its fits along.
_FITTED: WeakKeyDictionary[RatingsTable, dict[tuple[str, str, float], FittedDifference]] = WeakKeyDictionary()
# What a pair's fits share is as large as its ratings, so that only the last pair's is kept.
_PREPARED: WeakKeyDictionary[RatingsTable, "tuple[str, str, _Prepared]"] = WeakKeyDictionary()


def fit_difference(
    table: RatingsTable, a: str, b: str, *, scale: float = 1.0, near: FittedDifference | None = None
) -> FittedDifference:
    """Fit the model of ``compare_stars`` with b's scores multiplied by ``scale``.

    ``near``: a fit at a like scale, from whose variances the search starts. A fit without one is kept as long
    as its table, which nobody changes.
    """
    if near is not None:
        return _prepared(table, a, b).fit(scale, near)
    known = _FITTED.setdefault(table, {})
    if (a, b, scale) not in known:
        known[a, b, scale] = _prepared(table, a, b).fit(scale, None)
    return known[a, b, scale]


class _Prepared(Protocol):
    """Two systems' ratings, prepared for the mean of a − scale · mean of b at any scale."""

    def fit(self, scale: float, near: FittedDifference | None) -> FittedDifference: ...


def _prepared(table: RatingsTable, a: str, b: str) -> _Prepared:
    known = _PREPARED.get(table)
    if known is None or known[:2] != (a, b):
        pairs = table.pairs(a, b)
        chosen = table.of_systems(a, b)
        paired = pairs.n.ratings == chosen.n.ratings or _is_too_large(chosen, pairs)
        known = (a, b, _OfPairs(pairs) if paired else _OfRatings(chosen, pairs, a, b))
        _PREPARED[table] = known
    return known[2]


class _OfPairs:
    """The differences of pairs, in which rater and item levels cancel."""

    def __init__(self, pairs: Pairs) -> None:
        self._n = pairs.n
        self._columns = CrossedColumns([pairs.score_a, pairs.score_b], rater=pairs.rater, item=pairs.item)

    def fit(self, scale: float, near: FittedDifference | None) -> FittedDifference:
        mean = self._columns.mean((1.0, -scale), near=near.mean if near else None)
        return FittedDifference(mean=mean, n=self._n, paired=True)


class _OfRatings:
    """All ratings of the two systems, of which some have no partner."""

    def __init__(self, chosen: RatingsTable, pairs: Pairs, a: str, b: str) -> None:
        self._groups = _groups(chosen, pairs)
        if not self._groups:
            raise NotEstimable(
                f"{chosen.n.ratings} ratings of '{a}' and '{b}' cannot show how raters and items vary: more "
                "raters for the same items, or more items for the same raters are needed"
            )
        self._n, self._score = chosen.n, chosen.score
        self._is_a = chosen.system == chosen.code_of(a)
        # One order of the columns for both directions, so that exchanging a and b flips the sign exactly.
        order = 1 if chosen.code_of(a) < chosen.code_of(b) else -1
        self._design = np.column_stack([self._is_a, ~self._is_a][::order]).astype(np.float64)
        self._a_minus_b = np.array([1.0, -1.0][::order])
        self._model = PreparedModel(self._design, self._groups)
        codes = {"items": compact(chosen.item), "raters": compact(chosen.rater)}
        self._several = {name: column for name, column in codes.items() if column.max() > 0}

    def fit(self, scale: float, near: FittedDifference | None) -> FittedDifference:
        response = np.where(self._is_a, 1.0, scale) * self._score
        start = start_near(near.mean.components, self._groups) if near else None
        model = self._model.fit(response, start=start)
        residual = response - self._design @ model.fixed
        contributions = model.solution.contrast_rows(self._a_minus_b) * residual
        mean = CrossedMean(
            contrast=with_skewness(
                model.contrast(self._a_minus_b),
                sums_by_unit(contributions, list(self._several.values())),
            ),
            components=model.variances,
            generalises_over=" and ".join(self._several),
        )
        return FittedDifference(mean=mean, n=self._n, paired=False)


def _groups(chosen: RatingsTable, pairs: Pairs) -> dict[str, NDArray[np.int64]]:
    systems, items = len(chosen.systems), len(chosen.items)
    groups: dict[str, NDArray[np.int64]] = {}
    if chosen.n.items > 1:
        groups |= {"item": chosen.item, "item × system": chosen.item * systems + chosen.system}
    if chosen.n.raters > 1:
        groups |= {"rater": chosen.rater, "rater × system": chosen.rater * systems + chosen.system}
    # Pairs that nearly all tie would make the rest of the variance, and with it the interval, vanish.
    if len(groups) > 2 and np.count_nonzero(pairs.difference) >= _FEWEST_UNLIKE_PAIRS:
        groups["item × rater"] = chosen.rater * items + chosen.item
    return distinct_groups(groups)


def _is_too_large(chosen: RatingsTable, pairs: Pairs) -> bool:
    levels = sorted(count_distinct(codes) for codes in _groups(chosen, pairs).values())
    return sum(levels[:-1]) > _MOST_LEVELS and pairs.n.ratings >= chosen.n.ratings / 2
