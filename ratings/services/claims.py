"""Store what a study claims."""

from collections.abc import Iterable, Mapping

from ratings.design.claim_plan import ClaimPlan
from ratings.models import Claim, Criterion, Study, StudySystem


def store_claims(
    study: Study,
    plans: Iterable[ClaimPlan],
    *,
    criteria: Mapping[str, Criterion],
    systems: Mapping[str, StudySystem],
) -> None:
    """Store the claims of `study`, which were checked; criteria by name, systems by label."""
    for plan in plans:
        Claim.objects.create(
            study=study,
            measure=plan.measure,
            criterion=criteria[plan.criterion] if plan.criterion else None,
            subject=plan.subject,
            relation=plan.relation,
            system_a=systems[plan.system_a],
            system_b=systems[plan.system_b],
            margin=plan.margin,
            alpha=plan.alpha,
            family=plan.family,
            correction=plan.correction,
        )
