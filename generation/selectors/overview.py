"""The first stages of a comparison at a glance: corpora, checkpoints, runs, and who works on them."""

from dataclasses import dataclass

from django.db.models import Count, Q

from generation.models import Checkpoint, Dataset, Run, WorkerBeat
from generation.models.checkpoints import Adaptation
from generation.models.leases import WorkState
from generation.selectors.checkpoints import JobProgress, jobs_stopped, jobs_under_way
from generation.selectors.datasets import datasets_with_counts
from generation.selectors.runs import RunRow, runs_under_way
from generation.selectors.workers import listening_workers

SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class GenerationOverview:
    """What is there and what is going on; `comparable` says whether two systems are done over one corpus."""

    datasets: tuple[Dataset, ...]
    n_datasets: int
    n_checkpoints: int
    n_finetuned: int
    jobs: tuple[JobProgress, ...]
    stopped_jobs: tuple[JobProgress, ...]
    runs: tuple[RunRow, ...]
    n_runs_done: int
    n_runs_failed: int
    comparable: bool
    workers: tuple[WorkerBeat, ...]

    @property
    def work_waits(self) -> bool:
        """Whether something is queued or under way."""
        return bool(self.jobs or self.runs)

    @property
    def checkpoints_state(self) -> str:
        """`running` while a fine-tuning is under way, `done` once there is a checkpoint, else `open`."""
        return "running" if self.jobs else "done" if self.n_checkpoints else "open"

    @property
    def runs_state(self) -> str:
        """`running` while a run is under way, `done` once two systems can be compared, else `open`."""
        return "running" if self.runs else "done" if self.comparable else "open"


def generation_overview() -> GenerationOverview:
    """Read it all, by a number of queries that does not depend on how much there is."""
    checkpoints = Checkpoint.objects.aggregate(
        all=Count("pk"), finetuned=Count("pk", filter=~Q(adaptation=Adaptation.PRETRAINED))
    )
    over = Run.objects.aggregate(
        done=Count("pk", filter=Q(state=WorkState.DONE)),
        failed=Count("pk", filter=Q(state=WorkState.FAILED)),
    )
    compared = Run.objects.filter(state=WorkState.DONE).order_by().values("dataset")
    return GenerationOverview(
        datasets=tuple(datasets_with_counts()[:SHOWN]),
        n_datasets=Dataset.objects.count(),
        n_checkpoints=checkpoints["all"],
        n_finetuned=checkpoints["finetuned"],
        jobs=jobs_under_way(),
        stopped_jobs=jobs_stopped(),
        runs=runs_under_way(),
        n_runs_done=over["done"],
        n_runs_failed=over["failed"],
        comparable=compared.annotate(systems=Count("system", distinct=True)).filter(systems__gt=1).exists(),
        workers=tuple(listening_workers()),
    )
