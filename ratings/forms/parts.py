"""The two parts of a study's form: stars on criteria, and telling systems apart."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from generation.models import Run
from ratings.design.kinds import KINDS, PartKind
from ratings.design.study_plan import MOST_TRAINING, CriterionPlan, PartPlan, StudyPlan
from ratings.forms.rows import RowForm, RowFormSet, rows_of
from ratings.forms.systems import run_choices, runs_by_label
from ratings.models import Part

MOST_CRITERIA = 20


class PartForm(forms.Form):
    """What every part has: how many items, how often each is rated, practice, and its question."""

    items = forms.IntegerField(label=_("Items"), required=False, min_value=1, max_value=100_000)
    ratings_per_item = forms.IntegerField(
        label=_("Ratings an item"),
        required=False,
        min_value=1,
        max_value=10_000,
    )
    practice = forms.IntegerField(label=_("Practice items"), required=False, min_value=0, max_value=5)
    question = forms.CharField(
        label=_("Question"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What stands above the texts; the usual question where empty."),
    )

    @property
    def asked_for(self) -> bool:
        """Whether the study has this part."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Numbers are needed only of a part that the study has."""
        if self.asked_for:
            for name in ("items", "ratings_per_item", "practice"):
                if self.cleaned_data.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Give a number."))
        return self.cleaned_data

    @staticmethod
    def numbers_of(part: PartPlan) -> dict[str, Any]:
        return {name: getattr(part, name) for name in ("items", "ratings_per_item", "practice", "question")}

    def numbers(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PartForm.base_fields}


class StarsForm(PartForm):
    """The part in which each text gets stars on each criterion."""

    include = forms.BooleanField(label=_("Ask for stars"), required=False)
    checks = forms.IntegerField(
        label=_("Check items"),
        required=False,
        min_value=0,
        max_value=20,
        help_text=_("For every rater: texts with a planted error, and texts that say which stars to give."),
    )
    repeats = forms.IntegerField(
        label=_("Repeats"),
        required=False,
        min_value=0,
        max_value=20,
        help_text=_("Items that each rater is shown once more, to see whether they agree with themselves."),
    )

    @property
    def asked_for(self) -> bool:
        return bool(self.cleaned_data.get("include"))

    @staticmethod
    def initial_of(plan: StudyPlan) -> dict[str, Any]:
        """What the form shows for `plan`."""
        part = next((part for part in plan.parts if part.kind == "stars"), None)
        if part is None:
            return {"include": False}
        extras = {"checks": part.checks, "repeats": part.repeats}
        return {"include": True, **extras, **PartForm.numbers_of(part)}

    def part(self, criteria: Sequence[CriterionPlan]) -> PartPlan:
        """The part of the valid form."""
        return PartPlan(
            kind="stars",
            criteria=tuple(criteria),
            checks=self.cleaned_data["checks"] or 0,
            repeats=self.cleaned_data["repeats"] or 0,
            **self.numbers(),
        )


class TrialForm(PartForm):
    """The part in which raters tell one system from another, or from all others."""

    kind = forms.ChoiceField(
        label=_("Trial"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Part.Kind.TWO_AFC.value, _("which of two: the target's text beside the foil's")),
            (Part.Kind.IDENTIFY.value, _("identify: the target's text among those of all systems")),
            (Part.Kind.ABX.value, _("ABX: is a third text by the one that wrote A, or B?")),
            (Part.Kind.TRIANGLE.value, _("triangle: two texts by one system, one by the other")),
            (Part.Kind.PREFERENCE.value, _("preference: which of two is better, and how much")),
            (Part.Kind.LABEL_CHECK.value, _("label check: one's own label, then is a system's right?")),
            ("", _("none")),
        ],
    )
    target = forms.ChoiceField(
        label=_("Target"), required=False, help_text=_("The system whose text is to be found.")
    )
    foil = forms.ChoiceField(label=_("Foil"), required=False, help_text=_("The other of two systems."))
    confidence_steps = forms.TypedChoiceField(
        label=_("Ask how sure raters are"),
        required=False,
        coerce=int,
        choices=[(0, _("no")), (3, _("on three steps")), (5, _("on five steps"))],
    )
    asks_comment = forms.BooleanField(label=_("Ask for a comment"), required=False)
    training = forms.IntegerField(
        label=_("Labelled examples"),
        required=False,
        min_value=0,
        max_value=MOST_TRAINING,
        help_text=_("Shown before practice, with code names; for “which of two” and “identify”."),
    )
    field_order = ("kind", "target", "foil", *PartForm.base_fields)

    def __init__(self, *args: Any, runs: Sequence[Run], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("target", "foil"):
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = run_choices(runs, empty="–")

    @property
    def asked_for(self) -> bool:
        return bool(self.cleaned_data.get("kind"))

    @staticmethod
    def initial_of(plan: StudyPlan) -> dict[str, Any]:
        """What the form shows for `plan`."""
        part = next((part for part in plan.parts if part.kind != "stars"), None)
        if part is None:
            return {"kind": ""}
        runs = runs_by_label(plan)
        return {
            "kind": part.kind,
            "target": runs[part.target],
            "foil": runs[part.foil],
            "confidence_steps": part.confidence_steps,
            "asks_comment": part.asks_comment,
            "training": part.training,
            **PartForm.numbers_of(part),
        }

    def clean(self) -> dict[str, Any]:
        """A target, and a foil that is another system where there are two."""
        super().clean()
        kind, target, foil = (self.cleaned_data.get(name) for name in ("kind", "target", "foil"))
        roles = KINDS[kind].roles if kind else ()
        if "target" in roles and not target:
            self.add_error("target", _("Choose the system to be found."))
        if "foil" in roles:
            if not foil:
                self.add_error("foil", _("Choose the system to be told from the target."))
            elif foil == target:
                self.add_error("foil", _("This is the target itself: choose another system."))
        if kind and self.cleaned_data.get("training") and not KINDS[kind].learns:
            self.add_error("training", _("This kind begins without labelled examples: leave it empty."))
        return self.cleaned_data

    def part(self, labels: dict[str, str]) -> PartPlan:
        """The part of the valid form; `labels` by run."""
        kind = cast("PartKind", self.cleaned_data["kind"])
        named = {role: labels[self.cleaned_data[role]] for role in KINDS[kind].roles}
        return PartPlan(
            kind=kind,
            target=named.get("target"),
            foil=named.get("foil"),
            training=self.cleaned_data["training"] or 0,
            confidence_steps=self.cleaned_data["confidence_steps"] or 0,
            asks_comment=self.cleaned_data["asks_comment"],
            **self.numbers(),
        )


class CriterionForm(RowForm):
    """One criterion with its anchors."""

    tells = ("name", "question", "low_anchor", "high_anchor")

    name = forms.CharField(label=_("Criterion"), max_length=60)
    question = forms.CharField(label=_("Question"), max_length=300)
    low_anchor = forms.CharField(label=_("1 star means"), max_length=100)
    high_anchor = forms.CharField(label=_("5 stars mean"), max_length=100)

    def plan(self) -> CriterionPlan:
        """The criterion of the valid row."""
        return CriterionPlan(**{name: self.cleaned_data[name] for name in self.tells})


CriterionFormSet: type[RowFormSet] = rows_of(CriterionForm, most=MOST_CRITERIA)


def criteria_of(plan: StudyPlan) -> list[dict[str, str]]:
    """The rows that show the criteria of `plan`."""
    return [
        {name: getattr(criterion, name) for name in CriterionForm.tells}
        for part in plan.parts
        for criterion in part.criteria
    ]
