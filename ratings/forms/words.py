"""The study itself: names, how many raters, the seed, and the words that raters read."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.text import format_lazy
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
    "retention_days",
    "language",
    "consent_text",
    "instructions",
    "completion_note",
)
TRANSLATED = "consent_in_"
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
    retention_days = forms.IntegerField(
        label=_("Days until links are deleted"),
        min_value=0,
        max_value=3660,
        help_text=_("After closing; then nothing leads from answers to people any more."),
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language, name in settings.LANGUAGES:
            self.fields[f"{TRANSLATED}{language}"] = forms.CharField(
                label=format_lazy(_("Consent text in {language}"), language=name),
                required=False,
                widget=forms.Textarea(attrs={"rows": 6, "lang": language}),
                help_text=_("For raters who read the pages in it; empty where the text above is in it."),
            )

    @property
    def translations(self) -> list[forms.BoundField]:
        """The fields of the consent text in the languages of the pages."""
        return [self[name] for name in self.fields if name.startswith(TRANSLATED)]

    @property
    def shows_translations(self) -> bool:
        """Whether one of them is filled in or wrong."""
        return any(field.value() or field.errors for field in self.translations)

    @staticmethod
    def initial_of(plan: StudyPlan) -> dict[str, Any]:
        """What the form shows for `plan`."""
        translated = {f"{TRANSLATED}{language}": text for language, text in plan.consent_translations.items()}
        return {field: getattr(plan, field) for field in FIELDS} | translated

    def clean(self) -> dict[str, Any]:
        """Browsers send line ends as CR LF; the texts are hashed and stored with LF."""
        cleaned = {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
        }
        for name, value in cleaned.items():
            if value and (name in ("consent_text", "instructions") or name.startswith(TRANSLATED)):
                cleaned[name] = value.rstrip() + "\n"
        own = f"{TRANSLATED}{cleaned.get('language', '')}"
        if cleaned.get(own):
            self.add_error(own, _("This is the language of the texts: write it into the field above."))
        return cleaned

    def asked(self) -> dict[str, Any]:
        """The plan's fields of the valid form."""
        words = {name: self.cleaned_data[name] for name in FIELDS}
        translated = {
            language: self.cleaned_data[f"{TRANSLATED}{language}"]
            for language, _name in settings.LANGUAGES
            if self.cleaned_data[f"{TRANSLATED}{language}"]
        }
        return words | {"consent_translations": translated}
