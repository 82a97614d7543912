"""What is asked of a checkpoint's training where it was done elsewhere."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from generation.models import Checkpoint
from generation.services.training_facts import StatedTraining, state_training

GB = 1 << 30  # as sizes are shown


class TrainingFactsForm(forms.Form):
    """What training cost; each field may stay empty where it is not known."""

    time = forms.DurationField(
        label=_("Time"),
        required=False,
        help_text=_("Hours:minutes:seconds, for example 2:35:00; days in front, for example 1 04:00:00."),
    )
    steps = forms.IntegerField(label=_("Steps"), required=False, min_value=1, max_value=2**31 - 1)
    trainable = forms.IntegerField(
        label=_("Trainable parameters"),
        required=False,
        min_value=1,
        help_text=_("Those that training changed. The number counted from the files stands here already."),
    )
    memory = forms.FloatField(
        label=_("Peak memory in GB"), required=False, min_value=0.001, max_value=1_000_000
    )
    device = forms.CharField(
        label=_("Device"), required=False, max_length=100, help_text=_("For example 2 × NVIDIA A100.")
    )
    price = forms.CharField(
        label=_("Price"),
        required=False,
        max_length=100,
        help_text=_("With its currency, for example 12 EUR."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, checkpoint: Checkpoint) -> None:
        super().__init__(data, initial=_known(checkpoint))
        self._checkpoint = checkpoint

    def clean_time(self) -> timedelta | None:
        """Refuse a time that is none."""
        time: timedelta | None = self.cleaned_data["time"]
        if time is not None and time <= timedelta():
            raise forms.ValidationError(_("Give a time above 0, or none."))
        return time

    def state(self, *, actor: User) -> Checkpoint:
        """Record the valid form's facts; raises GenerationError."""
        given = self.cleaned_data
        return state_training(
            checkpoint=self._checkpoint,
            stated=StatedTraining(
                seconds=given["time"].total_seconds() if given["time"] else None,
                memory=round(given["memory"] * GB) if given["memory"] else None,
                steps=given["steps"],
                trainable=given["trainable"],
                device=given["device"],
                price=given["price"],
            ),
            actor=actor,
        )


def _known(checkpoint: Checkpoint) -> dict[str, object]:
    """What is stated already."""
    seconds, memory = checkpoint.training_seconds, checkpoint.training_memory
    return {
        "time": None if seconds is None else timedelta(seconds=seconds),
        "memory": None if memory is None else round(memory / GB, 3),
        "steps": checkpoint.training_steps,
        "trainable": checkpoint.trainable,
        "device": checkpoint.training_record.get("device", ""),
        "price": checkpoint.training_record.get("price", ""),
    }
