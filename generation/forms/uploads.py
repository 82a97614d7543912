"""What is asked before a checkpoint's files come."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from generation.models import Checkpoint
from generation.models.checkpoints import Adaptation


class NewUploadForm(forms.Form):
    """Name, adaptation and base of a checkpoint that is about to be uploaded."""

    name = forms.CharField(label=_("Name"), max_length=100)
    adaptation = forms.ChoiceField(label=_("What it is"), choices=Adaptation.choices)
    base = forms.ModelChoiceField(
        label=_("Base"),
        required=False,
        queryset=Checkpoint.objects.exclude(adaptation=Adaptation.LORA),
        help_text=_("A LoRA checkpoint needs the checkpoint that it was trained on; a full one may name it."),
    )

    def asked(self) -> dict[str, Any]:
        """The arguments of services.uploads.start_upload."""
        base = self.cleaned_data["base"]
        return {
            "name": self.cleaned_data["name"],
            "adaptation": self.cleaned_data["adaptation"],
            "base_name": base.name if base else None,
        }
