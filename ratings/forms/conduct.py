"""How the study is run and read: hypotheses, when to stop, what is paid, and who is left out."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from ratings.design.payment import Payment
from ratings.design.study_plan import StudyPlan


class ConductForm(forms.Form):
    """What is frozen beside claims and rules; each field may stay empty."""

    hypotheses = forms.CharField(
        label=_("Hypotheses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you expect and why, in your own words; the report quotes it."),
    )
    stopping_rule = forms.CharField(
        label=_("Stopping rule"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("When collecting ends: usually once every place is finished."),
    )
    amount = forms.FloatField(label=_("Payment"), required=False, min_value=0.01, max_value=1_000_000)
    per = forms.ChoiceField(
        label=_("For each"),
        choices=[
            ("rater", _("rater who finishes")),
            ("item", _("item handed in")),
            ("hour", _("hour of work")),
        ],
    )
    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Write its three letters, such as EUR or VND."))],
    )

    @staticmethod
    def initial_of(plan: StudyPlan) -> dict[str, Any]:
        """What the form shows for `plan`."""
        paid = plan.payment.to_json() if plan.payment else {"per": "rater", "currency": "EUR"}
        return {"hypotheses": plan.hypotheses, "stopping_rule": plan.stopping_rule, **paid}

    def clean(self) -> dict[str, Any]:
        """Browsers send line ends as CR LF; what is hashed has LF."""
        cleaned = self.cleaned_data
        for name in ("hypotheses", "stopping_rule"):
            cleaned[name] = cleaned.get(name, "").replace("\r\n", "\n")
        return cleaned

    def asked(self) -> dict[str, Any]:
        """The plan's fields of the valid form."""
        amount = self.cleaned_data["amount"]
        paid = {name: self.cleaned_data[name] for name in ("per", "currency")}
        return {
            "hypotheses": self.cleaned_data["hypotheses"],
            "stopping_rule": self.cleaned_data["stopping_rule"],
            "payment": None if amount is None else Payment(amount=amount, **paid),
        }
