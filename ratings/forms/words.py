"""The study itself: names, how many raters, the seed, and the words that raters read."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from ratings.design.study_plan import MOST_HOURS, StudyPlan

FIELDS = (
    "name",
    "public_title",
    "raters",
    "seed",
    "link_days",
    "lease_hours",
    "open_lease_hours",
    "language",
    "consent_text",
    "instructions",
    "completion_note",
)
GREATEST_SEED = 2**53 - 1  # what a browser's number field holds exactly


class WordsForm(forms.Form):
    """What a study is called, and what it says to raters."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("For researchers; it may name systems.")
    )
    public_title = forms.CharField(
        label=_("Title for raters"),
        max_length=200,
        help_text=_("The only name that raters see: say what the texts are about, never who wrote them."),
    )
    raters = forms.IntegerField(label=_("Raters"), min_value=1, max_value=10_000)
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=GREATEST_SEED,
        help_text=_("Draws items, raters and orders; the same seed gives the same plan."),
    )
    link_days = forms.IntegerField(label=_("Days a personal link lives"), min_value=1, max_value=366)
    lease_hours = forms.IntegerField(
        label=_("Hours an invited rater may stay away"),
        min_value=1,
        max_value=MOST_HOURS,
        help_text=_("Without any answer for so long, you can give the place to somebody else."),
    )
    open_lease_hours = forms.IntegerField(
        label=_("The same of who came by an open link"),
        min_value=1,
        max_value=MOST_HOURS,
        help_text=_("After that the next who comes by the link gets the place."),
    )
    language = forms.CharField(
        label=_("Language of the texts"),
        max_length=16,
        help_text=_("A language tag such as en or vi; screen readers go by it."),
        validators=[
            RegexValidator(
                r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", _("Write a language tag such as en, vi or pt-BR.")
            )
        ],
    )
    consent_text = forms.CharField(
        label=_("Consent text"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Plain text. Each rater's agreement is kept with the SHA-256 of exactly this text."),
    )
    instructions = forms.CharField(
        label=_("Instructions"), widget=forms.Textarea(attrs={"rows": 10}), help_text=_("Markdown.")
    )
    completion_note = forms.CharField(
        label=_("Completion note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown at the end, for example a code for a payment site."),
    )

    @staticmethod
    def initial_of(plan: StudyPlan) -> dict[str, Any]:
        """What the form shows for `plan`."""
        return {field: getattr(plan, field) for field in FIELDS}

    def clean(self) -> dict[str, Any]:
        """Browsers send line ends as CR LF; the texts are hashed and stored with LF."""
        cleaned = {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
        }
        for name in ("consent_text", "instructions"):
            if name in cleaned:
                cleaned[name] = cleaned[name].rstrip() + "\n"
        return cleaned
