"""Make systems: named conditions of a checkpoint and a decoding configuration."""

from django.db import IntegrityError, transaction

from generation.errors import NameTaken, SystemRefused
from generation.models import Checkpoint, DecodingConfig, System
from generation.services.runs import GREEDY, decoding_presets


def create_system(*, name: str, checkpoint: Checkpoint, decoding: DecodingConfig) -> System:
    """The system `name` of that checkpoint and decoding, made where it is new; asking twice changes nothing.

    Raises NameTaken where another condition has the name, SystemRefused where the condition has another name
    (one condition under two names would be compared with itself) or the name is empty.
    """
    if not name.strip():
        raise SystemRefused("A system needs a name; raters never see it.")
    try:
        with transaction.atomic():
            system, _made = System.objects.get_or_create(
                checkpoint=checkpoint, decoding=decoding, defaults={"name": name}
            )
    except IntegrityError as error:
        raise NameTaken(
            f"There is a system named {name!r} already, for another condition; choose another name."
        ) from error
    if system.name != name:
        raise SystemRefused(
            f"Checkpoint {checkpoint.name!r} with decoding {decoding.name!r} is system {system.name!r} "
            "already; use that one."
        )
    return system


def ensure_system(*, checkpoint: Checkpoint, decoding: DecodingConfig | None = None) -> System:
    """The system of that checkpoint and decoding (greedy where None), named after them where it is new.

    Raises NameTaken where that name belongs to another condition.
    """
    chosen = decoding or decoding_presets()[GREEDY]
    known = System.objects.filter(checkpoint=checkpoint, decoding=chosen).first()
    if known is not None:
        return known
    name = checkpoint.name if chosen.name == GREEDY else f"{checkpoint.name}, {chosen.name}"
    return create_system(name=name[:100], checkpoint=checkpoint, decoding=chosen)
