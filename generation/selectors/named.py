"""Find things by the name that a person typed, or say which names there are."""

from typing import TypeVar

from django.db import models

from generation.errors import NotFound
from generation.models import Checkpoint, Dataset, DecodingConfig, System

LISTED = 10
Named = TypeVar("Named", bound=models.Model)


def dataset_named(name: str) -> Dataset:
    """The dataset of that name; raises NotFound with the names there are."""
    return _named(Dataset, "dataset", name, "import one with import_dataset")


def checkpoint_named(name: str) -> Checkpoint:
    """The checkpoint of that name; raises NotFound with the names there are."""
    return _named(Checkpoint, "checkpoint", name, "register one with register_checkpoint")


def system_named(name: str) -> System:
    """The system of that name; raises NotFound with the names there are."""
    return _named(System, "system", name, "make one from a checkpoint and a decoding configuration")


def decoding_named(name: str) -> DecodingConfig:
    """The decoding configuration of that name; raises NotFound with the names there are."""
    return _named(DecodingConfig, "decoding configuration", name, "make one first")


def _named(kind: type[Named], word: str, name: str, remedy: str) -> Named:
    rows = kind._default_manager.all()  # noqa: SLF001 - Django's documented way
    found = rows.filter(name=name).first()
    if found is None:
        names = list(rows.order_by("name").values_list("name", flat=True)[: LISTED + 1])
        known = ", ".join(map(repr, names[:LISTED])) + (", …" if len(names) > LISTED else "")
        what = f"choose one of {known}" if names else f"there is none yet: {remedy}"
        raise NotFound(f"There is no {word} named {name!r}; {what}.")
    return found
