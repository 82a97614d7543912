"""Known answers as a form asks for them: a line each, `example | criterion stars, … | text`."""

import re
from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ratings.design.gold import GoldPlan

_LINE = re.compile(r"\s*(\d{1,9})\s*\|([^|]+)\|\s*(\S|\S.*\S)\s*")
_EXPECTED = re.compile(r"\s*(.*\S)\s+([1-5])(?:\s*[-–]\s*([1-5]))?\s*")


class GoldField(forms.CharField):
    """Lines of known answers; its value is a tuple of `GoldPlan`."""

    widget = forms.Textarea(attrs={"rows": 2})
    default_error_messages = {
        "line": _("Line %(number)d is no known answer: write it as 12 | quality 1–2 | The text.")
    }

    def prepare_value(self, value: object) -> object:
        """The lines of what a plan holds; what was typed comes back as it was."""
        return written(value) if isinstance(value, tuple) else value

    def clean(self, value: str) -> tuple[GoldPlan, ...]:
        """The known answers. ValidationError names the first line that is none."""
        lines = enumerate((super().clean(value) or "").splitlines(), start=1)
        return tuple(self._gold(number, line) for number, line in lines if line.strip())

    def _gold(self, number: int, line: str) -> GoldPlan:
        found = _LINE.fullmatch(line)
        stars = [_EXPECTED.fullmatch(each) for each in found[2].split(",")] if found else []
        if found is None or not all(stars):
            raise ValidationError(self.error_messages["line"], params={"number": number})
        expected = {each[1]: (int(each[2]), int(each[3] or each[2])) for each in stars if each}
        return GoldPlan(example=int(found[1]), text=found[3], expected=expected)


def written(gold: Iterable[GoldPlan]) -> str:
    """A line for each."""
    return "\n".join(_line(row) for row in gold)


def _line(gold: GoldPlan) -> str:
    expected = ", ".join(
        f"{name} {low}" if low == high else f"{name} {low}–{high}"
        for name, (low, high) in gold.expected.items()
    )
    return f"{gold.example} | {expected} | {gold.text}"
