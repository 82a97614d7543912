"""Names and keys that nothing else has, put in the place of the study's own inside a transaction."""

import re
import secrets
from typing import Any, TypeVar

from django.db import models

from generation.models import Checkpoint, Dataset, DecodingConfig, System
from ratings.models import Study, StudySystem

WORD = f"canary{secrets.token_hex(4)}"
FIRST_KEY = 739_100_000_000
_FAR = 10_000  # positions up here are free

M = TypeVar("M", bound=models.Model)


def marks() -> re.Pattern[str]:
    """What must never be in anything that a rater receives."""
    return re.compile(rf"{WORD}|7391\d{{8}}", re.IGNORECASE)


def plant(study: Study) -> None:
    """Give everything that names a system a canary's name, and systems, runs and checkpoints canary keys.

    Only for a transaction that is rolled back.
    """
    for number, old in enumerate(study.systems.select_related("run__system__checkpoint"), start=1):
        _replace(old, number)
    for rows in (Checkpoint.objects.all(), System.objects.all(), DecodingConfig.objects.all()):
        for key in rows.exclude(name__startswith=WORD).values_list("pk", flat=True):
            rows.filter(pk=key).update(name=f"{WORD}-{rows.model.__name__}-{key}")
    Dataset.objects.filter(pk=study.dataset_id).update(name=f"{WORD}-corpus", file_name=f"{WORD}.csv")
    Study.objects.filter(pk=study.pk).update(name=f"{WORD}-study", slug=f"{WORD}-study")


def _replace(old: StudySystem, number: int) -> None:
    key = FIRST_KEY + 1000 * number
    system = old.run.system
    checkpoint = system.checkpoint
    if checkpoint is not None:
        checkpoint = _copied(checkpoint, pk=key, name=f"{WORD}-checkpoint-{number}")
    system = _copied(
        system,
        pk=key + 1,
        name=f"{WORD}-system-{number}",
        checkpoint=checkpoint,
        **_decoding(system, key, number),
    )
    run = _copied(old.run, pk=key + 2, system=system)
    position = old.position
    StudySystem.objects.filter(pk=old.pk).update(position=_FAR + position, label=f"{WORD}-{number}")
    new = _copied(old, pk=key + 3, run=run, label=f"{WORD}-label-{number}", position=position)
    for relation in StudySystem._meta.related_objects:
        field = relation.field
        if not field.many_to_many:
            rows = relation.related_model._base_manager.filter(**{field.name: old.pk})
            rows.update(**{field.name: new.pk})
    StudySystem.objects.filter(pk=old.pk).delete()


def _decoding(system: System, key: int, number: int) -> dict[str, DecodingConfig]:
    if system.decoding is None:
        return {}
    return {"decoding": _copied(system.decoding, pk=key + 4, name=f"{WORD}-decoding-{number}")}


def _copied(row: M, **changes: Any) -> M:
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    copied = type(row)(**kept)
    for name, value in changes.items():
        setattr(copied, name, value)
    copied.save(force_insert=True)
    return copied
