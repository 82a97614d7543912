"""The parts of a study's form, one row each in the order in which raters meet them, and their criteria."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from generation.models import Run
from ratings.design.kinds import KINDS, PartKind
from ratings.design.study_plan import MOST_PARTS, MOST_TRAINING, CriterionPlan, PartPlan, StudyPlan
from ratings.forms.gold import GoldField
from ratings.forms.rows import RowForm, RowFormSet, rows_of
from ratings.forms.systems import run_choices, runs_by_label
from ratings.models import Part

MOST_CRITERIA = 20
KIND_CHOICES = [
    ("", _("none")),
    (Part.Kind.STARS.value, _("stars: each text gets 1 to 5 on each criterion")),
    (Part.Kind.TWO_AFC.value, _("which of two: the target's text beside the foil's")),
    (Part.Kind.IDENTIFY.value, _("identify: the target's text among those of all systems")),
    (Part.Kind.ABX.value, _("ABX: is a third text by the one that wrote A, or B?")),
    (Part.Kind.TRIANGLE.value, _("triangle: two texts by one system, one by the other")),
    (Part.Kind.PREFERENCE.value, _("preference: which of two is better, and how much")),
    (Part.Kind.LABEL_CHECK.value, _("label check: one's own label, then is a system's right?")),
]


def fields_of(kind: PartKind) -> tuple[str, ...]:
    """The fields that a part of `kind` has and not every other."""
    of_stars = ("checks", "repeats", "gold", "one_at_a_time") if kind == "stars" else ()
    return (*KINDS[kind].roles, *of_stars, *(("training",) if KINDS[kind].learns else ()))


class PartForm(RowForm):
    """One part. Target and foil of a kind that names none are passed over."""

    tells = ("kind",)

    kind = forms.ChoiceField(
        label=_("Raters are asked for"),
        choices=KIND_CHOICES,
        widget=forms.Select(attrs={"data-fields": json.dumps({kind: fields_of(kind) for kind in KINDS})}),
    )
    target = forms.ChoiceField(
        label=_("Target"), required=False, help_text=_("The system whose text is to be found.")
    )
    foil = forms.ChoiceField(label=_("Foil"), required=False, help_text=_("The other of two systems."))
    items = forms.IntegerField(label=_("Items"), min_value=1, max_value=100_000)
    ratings_per_item = forms.IntegerField(label=_("Ratings an item"), min_value=1, max_value=10_000)
    practice = forms.IntegerField(label=_("Practice items"), required=False, min_value=0, max_value=5)
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
    one_at_a_time = forms.BooleanField(label=_("Show an item's texts one at a time"), required=False)
    gold = GoldField(
        label=_("Known answers"),
        required=False,
        max_length=20_000,
        help_text=_(
            "Texts of your own that every rater meets as checks, a line each: the example whose facts stand "
            "with it, the stars that pass, the text. 12 | quality 1–2 | The text."
        ),
    )
    training = forms.IntegerField(
        label=_("Labelled examples"),
        required=False,
        min_value=0,
        max_value=MOST_TRAINING,
        help_text=_("Shown before practice, with code names; for “which of two” and “identify”."),
    )
    question = forms.CharField(
        label=_("Question"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What stands above the texts; the usual question where empty."),
    )
    confidence_steps = forms.TypedChoiceField(
        label=_("Ask how sure raters are"),
        required=False,
        coerce=int,
        choices=[(0, _("no")), (3, _("on three steps")), (5, _("on five steps"))],
    )
    asks_comment = forms.BooleanField(label=_("Ask for a comment"), required=False)

    def __init__(self, *args: Any, runs: Sequence[Run], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("target", "foil"):
            cast("forms.ChoiceField", self.fields[name]).choices = run_choices(runs, empty="–")

    def clean(self) -> dict[str, Any]:
        """The systems that the kind names, which differ, and nothing that it does not have."""
        kind: PartKind | None = self.cleaned_data.get("kind") or None
        if kind is None:
            return self.cleaned_data
        target, foil = self.cleaned_data.get("target"), self.cleaned_data.get("foil")
        roles, has = KINDS[kind].roles, fields_of(kind)
        if "target" in roles and not target:
            self.add_error("target", _("Choose the system to be found."))
        if "foil" in roles and not foil:
            self.add_error("foil", _("Choose the system to be told from the target."))
        elif "foil" in roles and foil == target:
            self.add_error("foil", _("This is the target itself: choose another system."))
        for name in ("checks", "repeats", "gold", "one_at_a_time", "training"):
            if self.cleaned_data.get(name) and name not in has:
                self.add_error(name, _("This kind of part has none: leave it empty."))
        return self.cleaned_data

    def part(self, labels: Mapping[str, str], criteria: Iterable[CriterionPlan]) -> PartPlan:
        """The part of the valid row; `labels` by run. Practice is the kind's usual where it is empty."""
        found = self.cleaned_data
        kind = cast("PartKind", found["kind"])
        named = {role: labels[found[role]] for role in KINDS[kind].roles}
        return PartPlan(
            kind=kind,
            items=found["items"],
            ratings_per_item=found["ratings_per_item"],
            practice=KINDS[kind].practice if found["practice"] is None else found["practice"],
            checks=found["checks"] or 0,
            repeats=found["repeats"] or 0,
            gold=found["gold"],
            one_at_a_time=found["one_at_a_time"],
            question=found["question"],
            criteria=tuple(criteria),
            target=named.get("target"),
            foil=named.get("foil"),
            training=found["training"] or 0,
            confidence_steps=found["confidence_steps"] or 0,
            asks_comment=found["asks_comment"],
        )


def part_words(part: PartPlan) -> list[str]:
    """What a part asks for beside its question, in words."""
    training, checks, gold, repeats = part.training, part.checks, len(part.gold), part.repeats
    counted = (
        (ngettext("%(n)s labelled example first", "%(n)s labelled examples first", training), training),
        (ngettext("%(n)s check item a rater", "%(n)s check items a rater", checks), checks),
        (ngettext("%(n)s known answer", "%(n)s known answers", gold), gold),
        (ngettext("%(n)s repeat a rater", "%(n)s repeats a rater", repeats), repeats),
        (_("how sure raters are, on %(n)s steps"), part.confidence_steps),
    )
    said = [words % {"n": n} for words, n in counted if n]
    said += [str(_("an item's texts one at a time"))] if part.one_at_a_time else []
    return [*said, *([str(_("a comment, if they like"))] if part.asks_comment else [])]


PartFormSet: type[RowFormSet] = rows_of(PartForm, most=MOST_PARTS)


def parts_of(plan: StudyPlan) -> list[dict[str, Any]]:
    """The rows that show the parts of `plan`."""
    runs = runs_by_label(plan)
    return [
        {name: getattr(part, name) for name in PartForm.base_fields}
        | {"target": runs[part.target], "foil": runs[part.foil]}
        for part in plan.parts
    ]


class CriterionForm(RowForm):
    """One criterion with its anchors; `part` numbers a part's row, empty for the first with stars."""

    tells = ("name", "question", "low_anchor", "high_anchor")

    name = forms.CharField(label=_("Criterion"), max_length=60)
    question = forms.CharField(label=_("Question"), max_length=300)
    low_anchor = forms.CharField(label=_("1 star means"), max_length=100)
    high_anchor = forms.CharField(label=_("5 stars mean"), max_length=100)
    part = forms.TypedChoiceField(
        label=_("Asked in"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("the first part with stars")),
            *(
                (number, format_lazy(_("part {number}"), number=number))
                for number in range(1, MOST_PARTS + 1)
            ),
        ],
    )

    def plan(self) -> CriterionPlan:
        """The criterion of the valid row."""
        return CriterionPlan(**{name: self.cleaned_data[name] for name in self.tells})


CriterionFormSet: type[RowFormSet] = rows_of(CriterionForm, most=MOST_CRITERIA)


def criteria_of(plan: StudyPlan) -> list[dict[str, Any]]:
    """The rows that show the criteria of `plan`."""
    stars = [number for number, part in enumerate(plan.parts, start=1) if part.kind == "stars"]
    return [
        {name: getattr(criterion, name) for name in CriterionForm.tells}
        | {"part": "" if number == stars[0] else number}
        for number in stars
        for criterion in plan.parts[number - 1].criteria
    ]
