"""Runs with their progress, and what one run is made of, as the pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from generation.models import Checkpoint, Chunk, Dataset, Output, Run
from generation.models.leases import WorkState
from generation.selectors.progress import RunProgress, measured_progress

ACTIVE = (WorkState.QUEUED, WorkState.RUNNING)
LISTED = 50


@dataclass(frozen=True)
class RunRow:
    """A run and how far it is."""

    run: Run
    progress: RunProgress

    @property
    def is_active(self) -> bool:
        """Whether it waits or works."""
        return self.run.state in ACTIVE

    @property
    def is_resumable(self) -> bool:
        """Whether it stopped before its end."""
        return self.run.state in (WorkState.CANCELLED, WorkState.FAILED)

    @property
    def scores(self) -> dict[str, float]:
        """The values of its metrics by name."""
        return {score.metric: score.value for score in self.run.scores.all()}

    @property
    def device(self) -> str:
        """The device that it ran on, empty before the first batch and for imported outputs."""
        return str(self.run.environment.get("device", ""))


def run_rows(runs: Iterable[Run]) -> tuple[RunRow, ...]:
    """`runs` with their progress; two queries, none for runs that are done."""
    listed = list(runs)
    counted = [run.pk for run in listed if run.state != WorkState.DONE]
    outputs = _count_by_run(Output.objects.filter(run__in=counted)) if counted else {}
    held = Chunk.objects.filter(run__in=counted, state=WorkState.RUNNING, leased_until__gte=timezone.now())
    workers = _count_by_run(held) if counted else {}
    return tuple(
        RunRow(
            run,
            measured_progress(
                run,
                outputs=run.examples if run.state == WorkState.DONE else outputs.get(run.pk, 0),
                workers=workers.get(run.pk, 0),
            ),
        )
        for run in listed
    )


def runs_under_way() -> tuple[RunRow, ...]:
    """Runs that wait or work, oldest first: the order in which they are worked off."""
    return run_rows(_runs().filter(state__in=ACTIVE))


def runs_over() -> tuple[RunRow, ...]:
    """The last runs that are done, failed or cancelled, newest first, with their scores."""
    over = _runs().exclude(state__in=ACTIVE).prefetch_related("scores")
    return run_rows(over.order_by("-created_at", "-pk")[:LISTED])


def run_row(pk: int) -> RunRow | None:
    """One run with its progress, system, checkpoint and scores, or None."""
    found = _runs().filter(pk=pk).prefetch_related("scores")
    return next(iter(run_rows(found)), None)


def runs_of(dataset: Dataset) -> QuerySet[Run]:
    """The run to look at for each system over `dataset`: its newest one that has outputs."""
    with_outputs = Run.objects.filter(
        Exists(Output.objects.filter(run=OuterRef("pk"))), dataset=dataset, system=OuterRef("system")
    )
    newest = Subquery(with_outputs.order_by("-pk").values("pk")[:1])
    return _runs().filter(dataset=dataset, pk=newest).order_by("system__created_at", "system__pk")


def runs_with_checkpoint(checkpoint: Checkpoint) -> QuerySet[Run]:
    """The last runs of the systems that `checkpoint` is part of, newest first."""
    return _runs().filter(system__checkpoint=checkpoint).order_by("-created_at", "-pk")[:LISTED]


def _runs() -> QuerySet[Run]:
    return Run.objects.select_related("system__checkpoint", "system__decoding", "dataset")


def _count_by_run(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("run").annotate(Count("pk")))
