"""The demo comparison: does a LoRA fine-tune write about restaurants as well as a full one?

Each stage looks at what is there and asks for what is missing, so it goes on wherever it was cut off.
"""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from evalsite.audit import note
from evalsite.demo_studies import open_demo_study, report_on_simulated_raters
from evalsite.models import AuditEntry
from generation.models import Checkpoint, Dataset, FinetuneJob, Run
from generation.models.checkpoints import Adaptation
from generation.models.leases import WorkState
from generation.services.corpora import import_dataset
from generation.services.demo_base import register_demo_base
from generation.services.finetunes import start_finetune
from generation.services.runs import start_run
from generation.services.systems import ensure_system
from generation.tasks import wake_workers

SAMPLES = Path(settings.BASE_DIR) / "generation" / "samples"
TRAIN, TEST = "restaurants-train", "restaurants-test"
FULL, LORA = "demo-full", "demo-lora"
FINETUNINGS = ((Adaptation.FULL, FULL), (Adaptation.LORA, LORA))
# Three to four minutes each on two cores, after which both write of restaurants.
STEPS = 75
FINISHED = "demo finished"


class DemoStopped(Exception):  # noqa: N818 - names the event
    """A stage of the demo failed or was cancelled; the message says which, why, and how to go on."""


class Demo:
    """Advances the demo for `owner` and tells each new thing in a line.

    What failed before this object was made is tried once more; what fails under its eyes stops the demo.
    """

    def __init__(self, *, owner: User, tell: Callable[[str], None]) -> None:
        self._owner = owner
        self._tell = tell
        self._asked: set[str] = set()
        self._told: set[str] = set()

    def advance(self) -> bool:
        """Do what can be done now; True once there is nothing left to do.

        Raises DemoStopped, and what the services raise.
        """
        if AuditEntry.objects.filter(action=FINISHED).exists():
            return True
        train, test = self._corpus(TRAIN), self._corpus(TEST)
        base = register_demo_base(tell=self._tell)
        runs = [self._finished_run(base, test)]
        for adaptation, name in FINETUNINGS:
            checkpoint = self._finetuned(base, train, adaptation, name)
            runs.append(self._finished_run(checkpoint, test) if checkpoint else None)
        systems = [run.system for run in runs if run]
        if len(systems) < len(runs):
            return False
        open_demo_study(owner=self._owner, dataset=test, systems=systems, tell=self._tell)
        report_on_simulated_raters(owner=self._owner, dataset=test, systems=systems, tell=self._tell)
        note(actor=None, action=FINISHED, subject=f"{FULL} and {LORA}")
        return True

    def _corpus(self, name: str) -> Dataset:
        known = Dataset.objects.filter(name=name).first()
        if known is not None:
            return known
        path = SAMPLES / f"{name.replace('-', '_')}.csv"
        corpus = import_dataset(task=Dataset.Task.E2E, path=path, name=name)
        self._tell(f"imported the sample corpus {name}.")
        return corpus

    def _finetuned(
        self, base: Checkpoint, corpus: Dataset, adaptation: Adaptation, name: str
    ) -> Checkpoint | None:
        """The fine-tuned checkpoint, or None while it is on its way."""
        known = Checkpoint.objects.filter(name=name).first()
        if known is not None:
            return known
        job = FinetuneJob.objects.filter(name=name).first()
        if job is None or self._tries_again(name, job.state):
            self._asked.add(name)
            with transaction.atomic():
                start_finetune(base=base, dataset=corpus, adaptation=adaptation, name=name, steps=STEPS)
                wake_workers()
            self._tell(f"queued the fine-tuning {name}, {STEPS} steps.")
        elif job.state in (WorkState.FAILED, WorkState.CANCELLED):
            raise DemoStopped(_stopped(f"The fine-tuning {name}", job.state, job.error))
        else:
            self._tell_once(f"fine-tuning {name} is under way.", job.state == WorkState.RUNNING)
        return None

    def _finished_run(self, checkpoint: Checkpoint, corpus: Dataset) -> Run | None:
        """The checkpoint's finished run over the corpus, or None while it is on its way."""
        system = ensure_system(checkpoint=checkpoint)
        runs = Run.objects.filter(system=system, dataset=corpus).select_related("system")
        run = runs.filter(state=WorkState.DONE).first() or runs.order_by("-pk").first()
        if run is None or self._tries_again(f"run of {system}", run.state):
            self._asked.add(f"run of {system}")
            with transaction.atomic():
                start_run(system=system, dataset=corpus)
                wake_workers()
            self._tell(f"queued a run of {system} over {corpus}.")
            return None
        if run.state in (WorkState.FAILED, WorkState.CANCELLED):
            raise DemoStopped(_stopped(f"The run of {system}", run.state, run.error))
        done = run.state == WorkState.DONE
        self._tell_once(f"{system} has written its {run.examples} texts.", done)
        return run if done else None

    def _tries_again(self, what: str, state: str) -> bool:
        return state == WorkState.FAILED and what not in self._asked

    def _tell_once(self, line: str, holds: bool) -> None:  # noqa: FBT001 - reads as a sentence where it is called
        if holds and line not in self._told:
            self._told.add(line)
            self._tell(line)


def _stopped(what: str, state: str, error: str) -> str:
    if state == WorkState.CANCELLED:
        return f"{what} was cancelled. Resume it on its page, or start without the demo: make run DEMO=no"
    return f"{what} failed: {error or 'no reason was given.'} The next start tries it once more."
