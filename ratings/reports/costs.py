"""The cost table: what each system took to make and to keep, beside the fully fine-tuned one."""

from collections.abc import Sequence

from generation.models import Checkpoint
from ratings.models import Study, StudySystem
from ratings.reports.document_systems import STATED, CostRow, Costs


def costs_section(study: Study) -> Costs:
    """Costs by system, with ratios to the first fully fine-tuned system, where there is one."""
    systems = list(study.systems.select_related("run__system__checkpoint").order_by("position"))
    reference = next((row for row in systems if _adaptation(row) == "full"), None)
    return Costs(
        reference=reference.label if reference else "",
        systems=tuple(_row(system, reference) for system in systems),
    )


def stated_costs(costs: Costs, cost: str, systems: Sequence[str]) -> str:
    """Who stated this cost of one of the systems, separated by commas; empty where it was measured."""
    if cost not in STATED:
        return ""
    rows = (row for row in costs.systems if row.system in systems)
    return ", ".join(sorted({row.stated_by for row in rows} - {""}))


def _adaptation(system: StudySystem) -> str:
    checkpoint = system.run.system.checkpoint
    return checkpoint.adaptation if checkpoint else ""


def _row(system: StudySystem, reference: StudySystem | None) -> CostRow:
    own = system.run.system.checkpoint
    full = reference.run.system.checkpoint if reference else None
    return CostRow(
        system=system.label,
        adaptation=_adaptation(system),
        training_seconds=own.training_seconds if own else None,
        trainable_parameters=own.trainable if own else None,
        parameters=own.parameters if own else None,
        bytes=own.bytes if own else None,
        training_memory=own.training_memory if own else None,
        training_steps=own.training_steps if own else None,
        training_seconds_ratio=_ratio(own, full, "training_seconds"),
        trainable_parameters_ratio=_ratio(own, full, "trainable"),
        bytes_ratio=_ratio(own, full, "bytes"),
        stated_by=own.training_stated_by if own else "",
    )


def _ratio(own: Checkpoint | None, full: Checkpoint | None, cost: str) -> float | None:
    value, reference = (getattr(checkpoint, cost, None) for checkpoint in (own, full))
    return value / reference if value is not None and reference else None
