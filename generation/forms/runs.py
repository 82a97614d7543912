"""What is asked when runs and fine-tunings are started."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from generation.models import Checkpoint, Dataset, DecodingConfig, FinetuneJob, Run
from generation.models.checkpoints import Adaptation
from generation.services.finetunes import DEFAULT_STEPS, start_finetune
from generation.services.runs import start_run
from generation.services.systems import ensure_system


class StartRunsForm(forms.Form):
    """Which checkpoints generate over which corpus, and how."""

    checkpoints = forms.ModelMultipleChoiceField(
        label=_("Checkpoints"),
        queryset=Checkpoint.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each of them makes a system with the decoding below, and a run of its own."),
    )
    decoding = forms.ModelChoiceField(
        label=_("Decoding"), queryset=DecodingConfig.objects.all(), empty_label=None
    )
    dataset = forms.ModelChoiceField(label=_("Corpus"), queryset=Dataset.objects.all())
    limit = forms.IntegerField(
        label=_("Limit"),
        required=False,
        min_value=1,
        help_text=_("Only the first so many examples; all of them where empty."),
    )

    def start(self) -> list[Run]:
        """Queue the valid form's runs, all or none; raises GenerationError."""
        with transaction.atomic():
            return [
                start_run(
                    system=ensure_system(checkpoint=checkpoint, decoding=self.cleaned_data["decoding"]),
                    dataset=self.cleaned_data["dataset"],
                    limit=self.cleaned_data["limit"],
                )
                for checkpoint in self.cleaned_data["checkpoints"]
            ]


class StartFinetuneForm(forms.Form):
    """Which base learns from which corpus, and how."""

    base = forms.ModelChoiceField(
        label=_("Base"), queryset=Checkpoint.objects.exclude(adaptation=Adaptation.LORA)
    )
    dataset = forms.ModelChoiceField(
        label=_("Corpus"),
        queryset=Dataset.objects.all(),
        help_text=_("Its references are learned; use one that no run will be scored on."),
    )
    adaptation = forms.ChoiceField(
        label=_("Adaptation"),
        widget=forms.RadioSelect,
        choices=[
            (Adaptation.FULL.value, _("full: every weight is trained")),
            (Adaptation.LORA.value, _("LoRA: a small adapter is trained, the base stays")),
        ],
    )
    name = forms.CharField(label=_("Name of the new checkpoint"), max_length=100)
    steps = forms.IntegerField(label=_("Steps"), initial=DEFAULT_STEPS, min_value=1, max_value=100_000)

    def start(self) -> FinetuneJob:
        """Queue the valid form's fine-tuning; raises GenerationError."""
        return start_finetune(**self.cleaned_data)
