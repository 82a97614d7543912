"""What training cost that was done elsewhere: stated by an admin, marked so, noted in the audit log."""

from dataclasses import asdict, dataclass

from django.contrib.auth.models import User
from django.db import transaction

from evalsite.audit import note
from generation.errors import FactsRefused
from generation.models import Checkpoint
from generation.models.checkpoints import Adaptation


@dataclass(frozen=True, kw_only=True)
class StatedTraining:
    """Seconds of training, bytes of memory at the peak, steps, parameters trained; device and price in words.

    None, or an empty text, stands for what is not known.
    """

    seconds: float | None = None
    memory: int | None = None
    steps: int | None = None
    trainable: int | None = None
    device: str = ""
    price: str = ""


def state_training(*, checkpoint: Checkpoint, stated: StatedTraining, actor: User) -> Checkpoint:
    """Record what `actor` states of the training of `checkpoint`; trainable parameters stay where None.

    Raises FactsRefused for a checkpoint that nobody fine-tuned, for one that was fine-tuned here (what was
    measured is not overwritten), and for more trainable parameters than there are.
    """
    with transaction.atomic():
        held = Checkpoint.objects.select_for_update(of=("self",)).get(pk=checkpoint.pk)
        _require_statable(held)
        if stated.trainable is not None and stated.trainable > held.parameters:
            raise FactsRefused(
                f"{stated.trainable:,} trainable parameters are more than the {held.parameters:,} of "
                f"{held.name!r}; give those that training changed."
            )
        held.training_seconds = stated.seconds
        held.training_memory = stated.memory
        held.training_steps = stated.steps
        if stated.trainable is not None:
            held.trainable = stated.trainable
        held.training_record = {
            "device": stated.device,
            "price": stated.price,
            "stated_by": actor.get_username(),
        }
        held.save()
        note(actor=actor, action="training facts stated", subject=held.name, details=asdict(stated))
    return held


def _require_statable(checkpoint: Checkpoint) -> None:
    if checkpoint.adaptation == Adaptation.PRETRAINED:
        raise FactsRefused(
            f"{checkpoint.name!r} is a pretrained network; state the training of what was fine-tuned from it."
        )
    if checkpoint.training_is_measured:
        raise FactsRefused(
            f"{checkpoint.name!r} was fine-tuned here; what that cost was measured and is not overwritten."
        )
