"""Take in outputs that came with something else, such as ratings: as examples, systems and finished runs."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from generation.errors import NameTaken, OutputsRefused
from generation.formats.cleaning import clean_output
from generation.formats.meaning_representation import MrSyntaxError, parse_mr
from generation.models import Dataset, Example, Output, Run, System
from generation.models.leases import WorkState


def store_given_dataset(*, name: str, sources: Sequence[str], file_name: str, sha256: str) -> Dataset:
    """Dataset `name` of these inputs, in this order; one that is no meaning representation has no slots.

    Raises NameTaken where there is such a dataset.
    """
    if Dataset.objects.filter(name=name).exists():
        raise NameTaken(f"There is a dataset named {name!r} already; choose another name.")
    with transaction.atomic():
        dataset = Dataset.objects.create(name=name, task=Dataset.Task.E2E, file_name=file_name, sha256=sha256)
        Example.objects.bulk_create(
            [
                Example(dataset=dataset, position=position, source=source, slots=_slots(source))
                for position, source in enumerate(sources)
            ],
            batch_size=500,
        )
    return dataset


def store_given_run(*, system_name: str, dataset: Dataset, texts: Mapping[int, str], file_name: str) -> Run:
    """A finished run of system `system_name` (made where it is new) with these texts by example.

    `texts` may leave examples out. Raises OutputsRefused where the system generates its own.
    """
    with transaction.atomic():
        system, _created = System.objects.get_or_create(name=system_name)
        if system.checkpoint_id is not None:
            raise OutputsRefused(
                f"System {system_name!r} generates its outputs from a checkpoint; rename it in {file_name}."
            )
        now = timezone.now()
        run = Run.objects.create(
            system=system,
            dataset=dataset,
            state=WorkState.DONE,
            examples=len(texts),
            started_at=now,
            finished_at=now,
            environment={"imported_from": file_name},
        )
        Output.objects.bulk_create(
            [
                Output(run=run, example_id=example, raw=text, text=clean_output(text))
                for example, text in texts.items()
            ],
            batch_size=500,
        )
    return run


def _slots(source: str) -> list[list[str]]:
    try:
        return [list(slot) for slot in parse_mr(source)]
    except MrSyntaxError:
        return []
