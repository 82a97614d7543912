"""The demo's two studies: one open for people, one filled by simulated raters so that there is a report."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from generation.models import Dataset, System
from ratings.design.claim_plan import founding_claims
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan, StudyPlan, SystemPlan
from ratings.models import Study
from ratings.services.completion import close_study
from ratings.services.drafting import create_study
from ratings.services.invitations import create_invitations
from ratings.services.opening import open_study
from ratings.services.report_jobs import request_report
from ratings.services.simulation import simulate
from ratings.tasks import build_soon

Tell = Callable[[str], None]

FOR_PEOPLE = "Restaurants: LoRA against full fine-tuning"
SIMULATED = "Restaurants: LoRA against full fine-tuning (simulated raters)"
LABELS = ("pretrained", "full", "lora")
SEED = 7


def open_demo_study(*, owner: User, dataset: Dataset, systems: Sequence[System], tell: Tell) -> None:
    """Open the study for people and tell the first rater's link, which nobody can be shown again.

    `systems` are the base, its full and its LoRA fine-tuning, in this order.
    """
    if Study.objects.filter(name=FOR_PEOPLE).exclude(state=Study.State.DRAFT).exists():
        return
    with transaction.atomic():
        plan = _plan(FOR_PEOPLE, dataset, systems, raters=6, stars=12, trials=20, ratings_per_item=3)
        study = open_study(study=_study(owner, plan))
        invitation = create_invitations(study=study, n=1)[0]
    address = settings.SITE_URL + reverse("ratings:rater_landing", args=[invitation.token])
    tell(f"the study '{study}' is open. Rate as its first rater at\n  {address}")


def report_on_simulated_raters(
    *, owner: User, dataset: Dataset, systems: Sequence[System], tell: Tell
) -> None:
    """Open, fill and close the simulated study, and ask for its report."""
    with transaction.atomic():
        plan = _plan(SIMULATED, dataset, systems, raters=12, stars=30, trials=24, ratings_per_item=4)
        study = _study(owner, plan)
        if study.state == Study.State.DRAFT:
            study = open_study(study=study)
        if study.state == Study.State.OPEN:
            simulate(study=study, seed=SEED)
            study = close_study(study=study)
        build_soon(request_report(study=study).pk)
    address = settings.SITE_URL + reverse("ratings:report", args=[study.slug])
    tell(f"simulated raters have filled '{study}'; its report is being built at\n  {address}")


def _study(owner: User, plan: StudyPlan) -> Study:
    return Study.objects.filter(name=plan.name).first() or create_study(owner=owner, plan=plan)


def _plan(
    name: str,
    dataset: Dataset,
    systems: Sequence[System],
    *,
    raters: int,
    stars: int,
    trials: int,
    ratings_per_item: int,
) -> StudyPlan:
    """Stars for all three systems, then "which of two" between the fine-tunings, and the founding claims."""
    _, full, lora = LABELS
    return StudyPlan(
        name=name,
        public_title="Texts about restaurants",
        dataset=dataset.name,
        systems=tuple(
            SystemPlan(system=system.name, label=label) for system, label in zip(systems, LABELS, strict=True)
        ),
        parts=(
            PartPlan(kind="stars", items=stars, ratings_per_item=ratings_per_item, criteria=DEFAULT_CRITERIA),
            PartPlan(
                kind="two_afc",
                items=trials,
                ratings_per_item=ratings_per_item,
                practice=2,
                target=full,
                foil=lora,
            ),
        ),
        claims=founding_claims(lora, full, stars=True, two_afc=True, labels=False, references=True),
        raters=raters,
        seed=SEED,
    )
