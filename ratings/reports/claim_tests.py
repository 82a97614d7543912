"""Each claim's own test: from the evidence and an alpha to an interval, two p-values and a verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from generation.metrics.measures import LESS_IS_BETTER
from ratings.models import Claim
from ratings.reports.costs import stated_costs
from ratings.reports.document_statistic import Statistic
from ratings.reports.document_systems import Costs
from ratings.reports.metrics import RUN, MetricTables
from ratings.reports.stars import CriterionTable
from ratings.reports.statistic import NOBODY, exact, of_estimate, refused
from ratings.reports.trials import PartTrials, together
from ratings.statistics.classification import accuracy_margin_test, paired_counts
from ratings.statistics.comparison import MeanDifference, compare_stars, fit_difference
from ratings.statistics.equivalence import equivalence, non_inferiority
from ratings.statistics.margins import Relation, Verdict, verdict
from ratings.statistics.metric_resampling import metric_margin_test
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.ratios import fieller_ratio
from ratings.statistics.results import NotEstimable
from ratings.statistics.similarity import Similarity, similarity_test
from ratings.statistics.trial_breakdowns import scale_discriminators
from ratings.statistics.trial_clusters import clustered_similarity_test


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that claims are tested on."""

    stars: tuple[CriterionTable, ...]
    trials: tuple[PartTrials, ...]
    metrics: MetricTables
    costs: Costs
    seed: int

    @cached_property
    def aggregate(self) -> RatingsTable:
        """Mean stars over all criteria, by rater, item and system. NotEstimable for scales that differ."""
        if len({each.scale for each in self.stars}) != 1:
            raise NotEstimable("The criteria do not share one scale, so their stars have no mean")
        return RatingsTable.stacked([each.table for each in self.stars])


@dataclass(frozen=True, kw_only=True)
class Tested:
    """A claim's test at one alpha; both p-values are None where it could not be tested or is no sample."""

    statistic: Statistic
    pvalue: float | None
    pvalue_refuted: float | None
    verdict: Verdict


def tested(claim: Claim, evidence: Evidence, alpha: float) -> Tested:
    """Test `claim` at one-sided `alpha`; what the data cannot answer is undecided, with the reason."""
    try:
        return _TESTS[claim.measure](claim, evidence, alpha)
    except NotEstimable as refusal:
        return Tested(statistic=refused(str(refusal)), pvalue=None, pvalue_refuted=None, verdict="undecided")


def stars_of(claim: Claim, evidence: Evidence) -> RatingsTable:
    """The ratings a claim of stars rests on: of its criterion, or every rating's mean over all criteria."""
    if claim.criterion is not None:
        return next(each.table for each in evidence.stars if each.criterion.pk == claim.criterion_id)
    return evidence.aggregate


def ratio_difference(table: RatingsTable, claim: Claim) -> MeanDifference:
    """Mean(A) − ratio · mean(B), whose sign says on which side of the claimed ratio the truth lies."""
    a, b = claim.system_a.label, claim.system_b.label
    fitted = fit_difference(table, a, b, scale=claim.margin)
    return replace(compare_stars(table, a, b), contrast=fitted.contrast, components=fitted.mean.components)


def trials_for(claim: Claim, evidence: Evidence) -> PartTrials:
    """All trials of the part that sets the claim's systems against each other; NotEstimable if none does."""
    pair = {claim.system_a_id, claim.system_b_id}
    for each in evidence.trials:
        shown = {each.part.target_id, each.part.foil_id} - {None}
        if each.part.kind == claim.subject and shown <= pair:
            return together([row for row in evidence.trials if row.part.pk == each.part.pk])
    raise NotEstimable(
        f"No {claim.subject} part of this study sets '{claim.system_a.label}' against "
        f"'{claim.system_b.label}'"
    )


def margin_over_distinct(claim: Claim, each: PartTrials) -> float:
    """The margin for items that differ, so that p_d over all, identical ones at 0, meets the claim's."""
    return claim.margin / (1 - each.identical_share) if each.identical_share < 1 else 1.0


def _of_stars(claim: Claim, evidence: Evidence, alpha: float) -> Tested:
    table = stars_of(claim, evidence)
    a, b = claim.system_a.label, claim.system_b.label
    if claim.relation == Claim.Relation.RATIO_AT_LEAST:
        contrast = ratio_difference(table, claim).contrast
        supported, against = contrast.pvalue_above(0), contrast.pvalue_below(0)
        statistic = of_estimate(fieller_ratio(table, a, b, confidence=1 - 2 * alpha))
        return _tested(statistic, supported, against, alpha)
    comparison = compare_stars(table, a, b, confidence=1 - 2 * alpha)
    if claim.relation == Claim.Relation.SUPERIOR:
        contrast = comparison.contrast
        above, below = contrast.pvalue_above(claim.margin), contrast.pvalue_below(claim.margin)
        return _tested(of_estimate(comparison.estimate), above, below, alpha)
    test = equivalence if claim.relation == Claim.Relation.EQUIVALENT else non_inferiority
    result = test(comparison, margin=claim.margin, alpha=alpha)
    return _tested(of_estimate(result.estimate), result.pvalue, result.pvalue_refuted, alpha)


def _of_discriminators(claim: Claim, evidence: Evidence, alpha: float) -> Tested:
    each = trials_for(claim, evidence)
    share, margin = each.identical_share, margin_over_distinct(claim, each)
    if margin >= 1:
        method = f"{each.items_cannot_be_told} items show the same text twice, which bounds p_d by itself"
        statistic = exact(1 - share, method=method, signature=f"identical:{share}", n=each.trials.n)
        return Tested(statistic=statistic, pvalue=None, pvalue_refuted=None, verdict="supported")
    result = _similarity(each, margin, alpha)
    estimate = scale_discriminators(result.estimate, share) if share else result.estimate
    return _tested(of_estimate(estimate), result.pvalue, result.pvalue_refuted, alpha)


def _similarity(each: PartTrials, margin: float, alpha: float) -> Similarity:
    """For new raters and items; with a single one of either, the exact test over trials."""
    try:
        return clustered_similarity_test(
            each.trials, protocol=each.protocol, options=each.link_options, margin=margin, alpha=alpha
        )
    except NotEstimable:
        return similarity_test(
            each.correct,
            each.count,
            protocol=each.protocol,
            options=each.link_options,
            margin=margin,
            alpha=alpha,
            n=each.trials.n,
        )


def _of_metric(claim: Claim, evidence: Evidence, alpha: float) -> Tested:
    # Where less is better, no worse means at most that much more: the systems change places.
    less = claim.subject in LESS_IS_BETTER
    order = (claim.system_b, claim.system_a) if less else (claim.system_a, claim.system_b)
    first, second = (evidence.metrics.of(claim.subject, system.label, RUN) for system in order)
    relation: Relation = "equivalent" if claim.relation == Claim.Relation.EQUIVALENT else "non-inferior"
    result = metric_margin_test(
        first, second, margin=claim.margin, relation=relation, alpha=alpha, seed=evidence.seed
    )
    return _tested(of_estimate(result.estimate), result.pvalue, result.pvalue_refuted, alpha)


def _of_accuracy(claim: Claim, evidence: Evidence, alpha: float) -> Tested:
    first, second = (evidence.metrics.right(system.label) for system in (claim.system_a, claim.system_b))
    relation: Relation = "equivalent" if claim.relation == Claim.Relation.EQUIVALENT else "non-inferior"
    result = accuracy_margin_test(
        paired_counts(first, second), margin=claim.margin, relation=relation, alpha=alpha
    )
    return _tested(of_estimate(result.estimate), result.pvalue, result.pvalue_refuted, alpha)


def _of_cost(claim: Claim, evidence: Evidence, _alpha: float) -> Tested:
    rows = {row.system: row for row in evidence.costs.systems}
    costs = []
    for label in (claim.system_a.label, claim.system_b.label):
        cost = getattr(rows[label], claim.subject)
        if cost is None:
            raise NotEstimable(f"The {claim.subject.replace('_', ' ')} of '{label}' were not recorded")
        costs.append(float(cost))
    if not costs[1]:
        raise NotEstimable(f"'{claim.system_b.label}' took none, so there is no ratio to it")
    ratio = costs[0] / costs[1]
    who = stated_costs(evidence.costs, claim.subject, (claim.system_a.label, claim.system_b.label))
    method = f"ratio of costs, stated by {who}" if who else "ratio of measured costs"
    statistic = exact(ratio, method=method, signature=f"cost|{claim.subject}", n=NOBODY)
    return Tested(
        statistic=statistic,
        pvalue=None,
        pvalue_refuted=None,
        verdict="supported" if ratio <= claim.margin else "refuted",
    )


def _tested(statistic: Statistic, pvalue: float, pvalue_refuted: float, alpha: float) -> Tested:
    return Tested(
        statistic=replace(statistic, pvalue=pvalue),
        pvalue=pvalue,
        pvalue_refuted=pvalue_refuted,
        verdict=verdict(pvalue, pvalue_refuted, alpha),
    )


_TESTS: Mapping[str, Callable[[Claim, Evidence, float], Tested]] = {
    Claim.Measure.STARS: _of_stars,
    Claim.Measure.AGGREGATE: _of_stars,
    Claim.Measure.P_D: _of_discriminators,
    Claim.Measure.METRIC: _of_metric,
    Claim.Measure.ACCURACY: _of_accuracy,
    Claim.Measure.COST: _of_cost,
}
