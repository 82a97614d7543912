"""How much more would decide an undecided claim, if the present estimate held."""

from collections.abc import Callable, Mapping

from scipy import special

from ratings.models import Claim
from ratings.reports import wording
from ratings.reports.claim_tests import (
    Evidence,
    margin_over_distinct,
    ratio_difference,
    stars_of,
    trials_for,
)
from ratings.reports.document import Further
from ratings.reports.document_statistic import Sentence, Statistic
from ratings.statistics.binomial_power import further_trials_needed
from ratings.statistics.comparison import compare_stars
from ratings.statistics.further_ratings import further_ratings
from ratings.statistics.power import further_units_needed
from ratings.statistics.results import NotEstimable
from ratings.statistics.trial_clusters import effective_counts


def further_needed(claim: Claim, evidence: Evidence, statistic: Statistic, alpha: float) -> Further | None:
    """What would decide `claim` at `alpha`; None where the data say nothing about it.

    Where no feasible number would decide, the sentence says so and the numbers are None.
    """
    plan = _PLANS.get(claim.measure)
    if plan is None or statistic.estimate is None:
        return None
    try:
        return plan(claim, evidence, statistic, alpha)
    except NotEstimable:
        return Further(ratings=None, items=None, raters=None, sentence=wording.NO_FURTHER)


def _ratings(claim: Claim, evidence: Evidence, _statistic: Statistic, alpha: float) -> Further:
    table = stars_of(claim, evidence)
    comparison = compare_stars(table, claim.system_a.label, claim.system_b.label)
    margin = {Claim.Relation.SUPERIOR: -claim.margin, Claim.Relation.RATIO_AT_LEAST: 0.0}.get(
        Claim.Relation(claim.relation), claim.margin
    )
    if claim.relation == Claim.Relation.RATIO_AT_LEAST:
        comparison = ratio_difference(table, claim)
    both_sides = claim.relation == Claim.Relation.EQUIVALENT
    plan = further_ratings(
        comparison, relation="equivalent" if both_sides else "non-inferior", margin=margin, alpha=alpha
    )
    return Further(
        ratings=plan.further,
        items=plan.items,
        raters=plan.raters,
        sentence=_filled(wording.FURTHER_RATINGS, further=plan.further, items=plan.items, raters=plan.raters),
    )


def _trials(claim: Claim, evidence: Evidence, _statistic: Statistic, alpha: float) -> Further:
    each = trials_for(claim, evidence)
    try:
        confidence = 1 - 2 * alpha
        counts = effective_counts(each.trials, over="items and raters", confidence=confidence)
        effect = max(1.0, each.count / counts.trials)
    except NotEstimable:
        effect = 1.0
    further = further_trials_needed(
        each.correct,
        each.count,
        protocol=each.protocol,
        options=each.link_options,
        margin=margin_over_distinct(claim, each),
        alpha=alpha,
        design_effect=effect,
    )
    return Further(
        ratings=further, items=None, raters=None, sentence=_filled(wording.FURTHER_TRIALS, further=further)
    )


def _examples(claim: Claim, _evidence: Evidence, statistic: Statistic, alpha: float) -> Further:
    if statistic.estimate is None or statistic.ci_low is None or statistic.ci_high is None:
        raise NotEstimable("The difference has no interval to plan from")
    spread = (statistic.ci_high - statistic.ci_low) / (2 * float(special.ndtri(1 - alpha)))
    bounds = [-claim.margin, claim.margin][: 2 if claim.relation == Claim.Relation.EQUIVALENT else 1]
    distance = min(abs(statistic.estimate - bound) for bound in bounds)
    further = further_units_needed(distance, spread, statistic.n.items, alpha=alpha)
    return Further(
        ratings=further, items=None, raters=None, sentence=_filled(wording.FURTHER_EXAMPLES, further=further)
    )


def _filled(sentence: Sentence, **numbers: int) -> Sentence:
    return Sentence(en=sentence.en.format(**numbers), vi=sentence.vi.format(**numbers))


_PLANS: Mapping[str, Callable[[Claim, Evidence, Statistic, float], Further]] = {
    Claim.Measure.STARS: _ratings,
    Claim.Measure.AGGREGATE: _ratings,
    Claim.Measure.P_D: _trials,
    Claim.Measure.METRIC: _examples,
    Claim.Measure.ACCURACY: _examples,
}
