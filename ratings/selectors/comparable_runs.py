"""The runs that a study can compare, and the study that a researcher most likely wants of them."""

from collections.abc import Sequence

from generation.models import Run
from generation.models.checkpoints import Adaptation
from generation.models.leases import WorkState
from ratings.design.claim_plan import ClaimPlan
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan, StudyPlan, SystemPlan

USUAL_ITEMS = 20
USUAL_RATINGS = 3
USUAL_RATERS = 6
USUAL_MARGIN = 0.2
FEW_SYSTEMS = 3


def finished_runs() -> list[Run]:
    """Every finished run with its system, checkpoint and dataset, by dataset and newest first; one query."""
    return list(
        Run.objects.filter(state=WorkState.DONE)
        .select_related("system__checkpoint", "dataset")
        .order_by("dataset__name", "-finished_at", "-pk")
    )


def adaptation_of(run: Run) -> str:
    """How the run's checkpoint was adapted; empty where its outputs were written elsewhere."""
    return run.system.checkpoint.adaptation if run.system.checkpoint else ""


def starting_plan(runs: Sequence[Run], *, seed: int) -> StudyPlan:
    """A plan to start the form from: the newest dataset's systems, LoRA held against full where both ran.

    It has no name yet and, where no dataset has runs of two systems, nothing to compare: it is no valid plan.
    """
    compared = _newest_comparison(runs)
    systems = tuple(SystemPlan(system=run.system.name, label=run.system.name, run=run.pk) for run in compared)
    claimed = _pair(compared)
    target, foil = (claimed[1], claimed[0]) if claimed else (None, None)
    examples = min((run.examples for run in compared), default=USUAL_ITEMS * 3)
    items = max(1, min(USUAL_ITEMS, (examples - 3) // 2))
    return StudyPlan(
        name="",
        public_title="",
        dataset=compared[0].dataset.name if compared else "",
        systems=systems,
        parts=(
            PartPlan(kind="stars", items=items, ratings_per_item=USUAL_RATINGS, criteria=DEFAULT_CRITERIA),
            PartPlan(
                kind="two_afc",
                items=items,
                ratings_per_item=USUAL_RATINGS,
                practice=2,
                target=target,
                foil=foil,
            ),
        ),
        raters=USUAL_RATERS,
        seed=seed,
        claims=tuple(
            ClaimPlan(criterion=criterion.name, system_a=claimed[0], system_b=claimed[1], margin=USUAL_MARGIN)
            for criterion in DEFAULT_CRITERIA
        )
        if claimed
        else (),
    )


def _newest_comparison(runs: Sequence[Run]) -> list[Run]:
    """The newest run of each of up to three systems over one dataset; empty where no dataset has two."""
    latest: dict[int, dict[int, Run]] = {}
    for run in sorted(runs, key=lambda run: run.pk, reverse=True):
        latest.setdefault(run.dataset_id, {}).setdefault(run.system_id, run)
    for by_system in latest.values():
        if len(by_system) > 1:
            order = [Adaptation.LORA, Adaptation.FULL, Adaptation.PRETRAINED]
            ranked = sorted(
                by_system.values(),
                key=lambda run: order.index(Adaptation(kind)) if (kind := adaptation_of(run)) else len(order),
            )
            return sorted(ranked[:FEW_SYSTEMS], key=lambda run: run.system_id)
    return []


def _pair(runs: Sequence[Run]) -> tuple[str, str] | None:
    """The names of the systems to claim about: the LoRA one (A) and the full one (B), else any two."""
    if not runs:
        return None
    a = next((run for run in runs if adaptation_of(run) == Adaptation.LORA), runs[-1])
    others = [run for run in runs if run is not a]
    b = next((run for run in others if adaptation_of(run) == Adaptation.FULL), others[0])
    return a.system.name, b.system.name
