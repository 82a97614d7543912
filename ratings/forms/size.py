"""The form that asks for a size: claims with what is expected of them, spreads, and the payment."""

import re
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ratings.design.kinds import DISCRIMINATIONS
from ratings.design.size_plan import (
    MOST_ITEMS,
    MOST_RATERS,
    Assumptions,
    ClaimToPlan,
    Payment,
    PlannedMeasure,
    SizeQuestion,
    check_question,
)
from ratings.errors import StudyPlanInvalid
from ratings.forms.claims import SUBJECT_WORDS
from ratings.forms.rows import RowForm, RowFormSet, rows_of
from ratings.statistics.stars_population import StarsSpread

MOST_CLAIMS, MOST_NUMBERS = 20, 8
FIRST = ClaimToPlan(measure="stars", relation="non_inferior", margin=0.2)
KINDS = {
    "stars:non_inferior": _("stars: A no worse than B"),
    "stars:equivalent": _("stars: A and B the same"),
    "stars:superior": _("stars: A better than B"),
    "stars:ratio_at_least": _("stars: A at least this ratio of B"),
    "p_d:indistinguishable": _("raters cannot tell A from B"),
    "accuracy:non_inferior": _("accuracy: A no worse than B"),
    "accuracy:equivalent": _("accuracy: A and B the same"),
}


class ClaimRow(RowForm):
    """One claim and what is expected of it."""

    tells = ("margin",)

    kind = forms.ChoiceField(label=_("Claim"), choices=KINDS, initial="stars:non_inferior")
    margin = forms.FloatField(
        label=_("Margin or ratio"),
        help_text=_("In stars, or a share from 0 to 1."),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    alpha = forms.FloatField(label=_("Alpha (one-sided)"), initial=0.025)
    expected = forms.FloatField(
        label=_("Expected"),
        initial=0.0,
        help_text=_("The difference A − B, or the share that can tell."),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    protocol = forms.ChoiceField(
        label=_("Kind of trial"),
        choices=[(kind, SUBJECT_WORDS.get(kind, kind)) for kind in DISCRIMINATIONS],
        initial="two_afc",
    )
    options = forms.IntegerField(
        label=_("Texts to choose among"),
        initial=2,
        min_value=2,
        max_value=20,
        help_text=_("Where one of all is identified."),
    )
    label = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def claim(self) -> ClaimToPlan:
        """The claim of the valid row."""
        measure, relation = self.cleaned_data["kind"].split(":")
        rest = {
            name: self.cleaned_data[name]
            for name in ("margin", "alpha", "expected", "protocol", "options", "label")
        }
        return ClaimToPlan(measure=cast("PlannedMeasure", measure), relation=relation, **rest)

    @staticmethod
    def initial_of(claim: ClaimToPlan) -> dict[str, Any]:
        """What the row shows for `claim`."""
        shown = {name: getattr(claim, name) for name in ("alpha", "expected", "protocol", "options", "label")}
        return shown | {"kind": f"{claim.measure}:{claim.relation}", "margin": claim.margin}


ClaimRows: type[RowFormSet] = rows_of(ClaimRow, most=MOST_CLAIMS)


class AssumptionsForm(forms.Form):
    """What is expected of raters and items, which sizes come into question, and what a judgement costs."""

    power = forms.FloatField(label=_("Power"), min_value=0.5, max_value=0.99)
    raters = forms.CharField(
        label=_("Numbers of raters to try"), max_length=60, help_text=_("Such as 6, 9, 12.")
    )
    ratings_per_item = forms.IntegerField(
        label=_("Ratings an item"),
        required=False,
        min_value=1,
        max_value=MOST_RATERS,
        help_text=_("Empty: every rater judges every item."),
    )
    most_items = forms.IntegerField(label=_("Most items"), min_value=10, max_value=MOST_ITEMS)
    mean = forms.FloatField(label=_("Mean stars of B"))
    most = forms.IntegerField(label=_("Highest star"), min_value=2, max_value=100)
    rater = forms.FloatField(label=_("Between raters"), min_value=0)
    item = forms.FloatField(label=_("Between items"), min_value=0)
    rater_by_item = forms.FloatField(label=_("Rater with item"), min_value=0)
    rater_slope = forms.FloatField(label=_("Rater with system"), min_value=0)
    item_slope = forms.FloatField(label=_("Item with system"), min_value=0)
    rest = forms.FloatField(label=_("The rest"), min_value=0)
    rater_spread = forms.FloatField(label=_("Who can tell, between raters"), min_value=0, max_value=10)
    item_spread = forms.FloatField(label=_("Who can tell, between items"), min_value=0, max_value=10)
    disagreement = forms.FloatField(
        label=_("Labels apart"),
        min_value=0,
        max_value=1,
        help_text=_("The share of examples on which one system alone is right."),
    )
    amount = forms.FloatField(label=_("Payment"), min_value=0)
    per = forms.ChoiceField(label=_("for each"), choices={"hour": _("hour"), "item": _("judged item")})
    seconds = forms.FloatField(label=_("Seconds an item"), min_value=1, max_value=36_000)
    currency = forms.CharField(label=_("Currency"), max_length=8)

    SPREADS = ("mean", "most", "rater", "item", "rater_by_item", "rater_slope", "item_slope", "rest")
    PAYMENT = ("amount", "per", "seconds", "currency")
    PLAIN = ("power", "ratings_per_item", "most_items", "rater_spread", "item_spread", "disagreement")

    def clean_raters(self) -> tuple[int, ...]:
        """Whole numbers, rising, each once."""
        numbers = re.split(r"[\s,;]+", self.cleaned_data["raters"].strip(" ,;"))
        if not all(number.isascii() and number.isdigit() and len(number) < 6 for number in numbers):
            raise forms.ValidationError(_("Give whole numbers such as 6, 9, 12."))
        found = sorted({int(number) for number in numbers})
        if len(found) > MOST_NUMBERS:
            raise forms.ValidationError(_("Give at most %(most)s numbers."), params={"most": MOST_NUMBERS})
        return tuple(found)

    def assumptions(self) -> Assumptions:
        """What the valid form says of people and examples."""
        data = self.cleaned_data
        spread = StarsSpread(**{name: data[name] for name in self.SPREADS})
        return Assumptions(raters=data["raters"], spread=spread, **{name: data[name] for name in self.PLAIN})

    def payment(self) -> Payment:
        """What the valid form says of money."""
        return Payment(**{name: self.cleaned_data[name] for name in self.PAYMENT})

    @classmethod
    def initial_of(cls, question: SizeQuestion) -> dict[str, Any]:
        """What the form shows for `question`."""
        shown = {name: getattr(question.assumptions, name) for name in cls.PLAIN}
        shown["raters"] = ", ".join(map(str, question.assumptions.raters[:MOST_NUMBERS]))
        shown |= cls.spread_fields(question.assumptions.spread)
        return shown | {name: getattr(question.payment, name) for name in cls.PAYMENT}

    @classmethod
    def spread_fields(cls, spread: StarsSpread) -> dict[str, float]:
        """The fields of the spreads, short enough to be read."""
        return {name: round(getattr(spread, name), 3) for name in cls.SPREADS}


class SizeForm:
    """Both together; once `is_valid()` has said yes, `question` is what was asked."""

    question: SizeQuestion

    def __init__(self, question: SizeQuestion, posted: QueryDict | None = None) -> None:
        rows: Sequence[ClaimToPlan] = question.claims or (FIRST,)
        self.claims = ClaimRows(
            posted, initial=[ClaimRow.initial_of(claim) for claim in rows], prefix="claims"
        )
        self.assumptions = AssumptionsForm(posted, initial=AssumptionsForm.initial_of(question))

    def is_valid(self) -> bool:
        """Whether all fields are filled in rightly and the question can be answered."""
        valid = [self.claims.is_valid(), self.assumptions.is_valid()]
        if not all(valid):
            return False
        claims = tuple(cast("ClaimRow", row).claim() for row in self.claims.kept)
        self.question = SizeQuestion(
            claims=claims,
            assumptions=self.assumptions.assumptions(),
            payment=self.assumptions.payment(),
        )
        try:
            check_question(self.question)
        except StudyPlanInvalid as error:
            self.assumptions.add_error(None, str(error))
        return not self.assumptions.errors
