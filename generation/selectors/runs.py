"""Runs with their progress, and what one run is made of, as the pages show them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from generation.models import Checkpoint, Chunk, Dataset, Output, Run
from generation.models.leases import WorkState
from generation.selectors.progress import RunProgress, measured_progress

ACTIVE = (WorkState.QUEUED, WorkState.RUNNING)
LISTED = 50


@dataclass(frozen=True)
class Holder:
    """A worker that holds a part of a run, and its device once that is known."""

    worker: str
    device: str


@dataclass(frozen=True)
class WorkerShare:
    """How many parts of a run a worker did on a device, how many it holds now, how many failed with it."""

    worker: str
    device: str
    done: int
    held: int
    failed: int


@dataclass(frozen=True)
class RunRow:
    """A run, how far it is, and who works on it now."""

    run: Run
    progress: RunProgress
    holders: tuple[Holder, ...] = ()

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
        """The values of its metrics by name, without those that were not computed."""
        return {score.metric: score.value for score in self.run.scores.all() if score.value is not None}

    @property
    def is_being_scored(self) -> bool:
        """Whether a worker computes its metrics now."""
        until = self.run.scoring_until
        return until is not None and until > timezone.now() and not self.run.scores.all()

    @property
    def device(self) -> str:
        """The device that it ran on, empty before the first batch and for imported outputs."""
        return str(self.run.environment.get("device", ""))


def run_rows(runs: Iterable[Run]) -> tuple[RunRow, ...]:
    """`runs` with their progress; two queries, none for runs that are done."""
    listed = list(runs)
    counted = [run.pk for run in listed if run.state != WorkState.DONE]
    outputs = _count_by_run(Output.objects.filter(run__in=counted)) if counted else {}
    holders = _holders(counted) if counted else {}
    return tuple(
        RunRow(
            run,
            measured_progress(
                run,
                outputs=run.examples if run.state == WorkState.DONE else outputs.get(run.pk, 0),
                workers=len(holders.get(run.pk, ())),
            ),
            tuple(holders.get(run.pk, ())),
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


def worker_shares(run: Run) -> tuple[WorkerShare, ...]:
    """Who did how many parts of `run`, by worker and device; parts that nobody took up are left out."""
    by_worker = run.chunks.exclude(worker="").order_by("worker", "device").values("worker", "device")
    counted = by_worker.annotate(
        done=Count("pk", filter=Q(state=WorkState.DONE)),
        held=Count("pk", filter=Q(state=WorkState.RUNNING)),
        failed=Count("pk", filter=Q(state=WorkState.FAILED)),
    )
    return tuple(WorkerShare(**row) for row in counted)


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


def _holders(runs: Iterable[int]) -> dict[int, list[Holder]]:
    held = Chunk.objects.filter(run__in=runs, state=WorkState.RUNNING, leased_until__gte=timezone.now())
    by_run: dict[int, list[Holder]] = defaultdict(list)
    for run, worker, device in held.values_list("run", "worker", "device"):
        by_run[run].append(Holder(worker, device))
    return by_run


def _count_by_run(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("run").annotate(Count("pk")))
