"""Who is left out of the primary results: by a frozen rule, or by hand with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from ratings.design.exclusions import Breach, RaterConduct, breaches, rules_from_json
from ratings.models import Rater, RaterExclusion, Study
from ratings.selectors.conduct import conduct_of


@dataclass(frozen=True, kw_only=True)
class RaterQuality:
    """A rater, what they did, the rules they broke, and the exclusion by hand where there is one."""

    rater: Rater
    conduct: RaterConduct
    broken: tuple[Breach, ...]
    by_hand: RaterExclusion | None

    @property
    def excluded(self) -> bool:
        return bool(self.broken) or self.by_hand is not None

    @property
    def broken_rules(self) -> frozenset[str]:
        """The names of the rules that were broken."""
        return frozenset(breach.rule for breach in self.broken)


def quality_of(study: Study) -> tuple[RaterQuality, ...]:
    """Each rater who began and did not withdraw, in order of places; five queries."""
    rules = rules_from_json(study.exclusion_rules)
    conduct = conduct_of(study)
    by_hand = {row.rater_id: row for row in RaterExclusion.objects.filter(rater__study=study)}
    began = Rater.objects.filter(study=study, withdrawn_at=None, assignments__completed_at__isnull=False)
    return tuple(
        RaterQuality(
            rater=rater,
            conduct=conduct[rater.pk],
            broken=breaches(rules, conduct[rater.pk]),
            by_hand=by_hand.get(rater.pk),
        )
        for rater in began.distinct().order_by("place", "pk")
    )


def excluded_raters(study: Study) -> Mapping[int, RaterQuality]:
    """Those left out of the primary results, by key. Costs nothing where nothing can exclude anybody."""
    if not study.exclusion_rules and not RaterExclusion.objects.filter(rater__study=study).exists():
        return {}
    return {row.rater.pk: row for row in quality_of(study) if row.excluded}
