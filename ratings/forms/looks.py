"""Planned looks at the results before the end: the fields that ask for them, and what they are in words."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ratings.design.looks import LooksPlan

SPENDING_WORDS = {
    "obrien-fleming": _("O'Brien–Fleming: little early, nearly all at the end"),
    "pocock": _("Pocock: about as much at every look"),
}
_SEPARATORS = re.compile(r"[;,\s]+")


def look_words(looks: LooksPlan) -> str:
    """When results are looked at before the end; empty where they are not."""
    if not looks.at:
        return ""
    return gettext("At %(at)s of the planned item ratings; %(spending)s.") % {
        "at": _written(looks),
        "spending": SPENDING_WORDS[looks.spending],
    }


class LooksForm(forms.Form):
    """When results may be looked at, and how the looks spend alpha; an empty field plans no look."""

    at = forms.CharField(
        label=_("Planned looks"),
        required=False,
        max_length=100,
        help_text=_(
            "Shares of the planned item ratings, such as 50 %, 75 %, or numbers of them. Each look can be "
            "taken once and says of each claim whether to stop; it costs a little of the claim's alpha. "
            "Empty: results stay locked until closing."
        ),
    )
    spending = forms.ChoiceField(label=_("How looks spend alpha"), choices=list(SPENDING_WORDS.items()))

    @staticmethod
    def initial_of(looks: LooksPlan) -> dict[str, Any]:
        """What the form shows for `looks`."""
        return {"at": _written(looks), "spending": looks.spending}

    def clean_at(self) -> tuple[float, ...]:
        """The numbers, a percentage as its share."""
        written = re.sub(r"\s+%", "%", self.cleaned_data["at"].strip())
        try:
            return tuple(_number(each) for each in _SEPARATORS.split(written) if each)
        except ValueError:
            raise ValidationError(
                _("Write shares such as 50 %%, 75 %%, or numbers such as 60, 90; %(found)s is neither."),
                params={"found": written},
            ) from None

    def looks(self) -> LooksPlan:
        """The looks of the valid form."""
        return LooksPlan(**self.cleaned_data)


def _written(looks: LooksPlan) -> str:
    return ", ".join(f"{100 * each:g} %" if each < 1 else f"{each:g}" for each in looks.at)


def _number(text: str) -> float:
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)
