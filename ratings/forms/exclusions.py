"""Exclusion rules in words, and the fields that ask for them."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ratings.design.exclusions import ExclusionRules
from ratings.reports.figure_words import language_in_use
from ratings.reports.numbers import short

WORDS = {
    "seconds_at_least": gettext_lazy("Median seconds an item, at least"),
    "alike_at_most": gettext_lazy("Share of ratings that are one and the same score, at most"),
    "checks_failed_at_most": gettext_lazy("Check items failed, at most"),
    "apart_at_most": gettext_lazy("Stars between an item and its repeat on average, at most"),
    "agreement_at_least": gettext_lazy("Correlation with the other raters' mean, at least"),
    "handed_in_at_least": gettext_lazy("Share of the own items handed in, at least"),
}


def rule_words(rules: ExclusionRules) -> list[str]:
    """Each rule that is asked for, with its limit."""
    return [
        _("%(rule)s: %(limit)s") % {"rule": WORDS[name], "limit": short(limit, language_in_use())}
        for name, limit in rules.to_json().items()
    ]


class ExclusionsForm(forms.Form):
    """The limits beyond which a rater is left out; an empty field asks for no such rule."""

    seconds_at_least = forms.FloatField(min_value=0, max_value=3600)
    alike_at_most = forms.FloatField(min_value=0, max_value=1)
    checks_failed_at_most = forms.IntegerField(min_value=0, max_value=100)
    apart_at_most = forms.FloatField(min_value=0, max_value=10)
    agreement_at_least = forms.FloatField(min_value=-1, max_value=1)
    handed_in_at_least = forms.FloatField(min_value=0, max_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = format_lazy("{}", WORDS[name])
            field.required = False
            field.widget.attrs["step"] = "any"

    @staticmethod
    def initial_of(rules: ExclusionRules) -> dict[str, Any]:
        """What the form shows for `rules`."""
        return dict(rules.to_json())

    def rules(self) -> ExclusionRules:
        """The rules of the valid form."""
        return ExclusionRules(**self.cleaned_data)
