"""The claims part of a study's form: what is to be shown of which two systems, fixed before the data."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generation.models import Run
from ratings.design.claim_plan import RELATIONS, SUBJECTS, ClaimPlan, Correction, founding_claims
from ratings.design.study_plan import PartPlan, StudyPlan
from ratings.forms.rows import RowForm, RowFormSet, rows_of
from ratings.forms.systems import run_choices, runs_by_label
from ratings.models import Claim

MOST_CLAIMS = 60
SUBJECT_WORDS: dict[str, str | Promise] = {
    "two_afc": _("which of two"),
    "identify": _("identify one among all"),
    "abx": _("is X as A or as B?"),
    "triangle": _("odd one out of three"),
    "bleu": "BLEU",
    "bleu_lowercased": _("BLEU, lowercased"),
    "nist": "NIST",
    "meteor": "METEOR",
    "rouge_l": "ROUGE-L",
    "cider": "CIDEr",
    "chrf": "chrF2",
    "slot_error_rate": _("slot error rate"),
    "f1": "F1",
    "matthews": _("Matthews' correlation"),
    "bytes": _("bytes on disk"),
    "training_seconds": _("training time"),
    "trainable_parameters": _("trainable parameters"),
}
NOT_CHOSEN = _("This system is not among those chosen above: tick it there, or choose another.")


def measure_choices() -> Iterator[tuple[str, str]]:
    """Every measure with each of its subjects, as `measure:subject`."""
    yield "", "–"
    for measure, subjects in SUBJECTS.items():
        for subject in subjects:
            yield f"{measure}:{subject}", measure_words(measure, subject)


def measure_words(measure: str, subject: str) -> str:
    """What a measure of a subject is called on a page."""
    words = str(Claim.Measure(measure).label)
    return f"{words}: {SUBJECT_WORDS.get(subject, subject)}" if subject else words


class PairForm(forms.Form):
    """The two systems that claims are about unless one names others, and the ready-made set about them."""

    system_a = forms.ChoiceField(
        label=_("System A"),
        required=False,
        help_text=_("The one that is claimed about, such as the LoRA one."),
    )
    system_b = forms.ChoiceField(
        label=_("System B"), required=False, help_text=_("What it is held against, such as the full one.")
    )
    founding = forms.BooleanField(
        label=_("Add the founding claims about A and B"),
        required=False,
        help_text=_(
            "Mean stars within 0.2 and at least 98 %, at most 20 % of people-trials can tell, BLEU within 2 "
            "points, at most 1 % of the storage and 25 % of the training time – as far as the parts can tell."
        ),
    )

    def __init__(self, *args: Any, runs: Sequence[Run], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("system_a", "system_b"):
            cast("forms.ChoiceField", self.fields[name]).choices = run_choices(runs, empty="–")

    @staticmethod
    def initial_of(plan: StudyPlan) -> dict[str, Any]:
        """What the form shows for `plan`: the first claim's systems."""
        if not plan.claims:
            return {}
        runs = runs_by_label(plan)
        return {"system_a": runs[plan.claims[0].system_a], "system_b": runs[plan.claims[0].system_b]}

    def clean(self) -> dict[str, Any]:
        """Two different systems, both of them where the ready-made set is wanted."""
        a, b = self.cleaned_data.get("system_a"), self.cleaned_data.get("system_b")
        if a and a == b:
            self.add_error("system_b", _("This is system A itself: choose another system."))
        if self.cleaned_data.get("founding") and not (a and b):
            self.add_error("founding", _("Choose systems A and B first."))
        return self.cleaned_data


class ClaimForm(RowForm):
    """One claim. Systems of its own are for a claim about others than A and B."""

    tells = ("about", "criterion", "margin")

    about = forms.ChoiceField(
        label=_("Measure"),
        choices=measure_choices,
        widget=forms.Select(attrs={"data-relations": json.dumps(RELATIONS)}),
    )
    criterion = forms.CharField(
        label=_("Criterion"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"list": "criterion-names"}),
    )
    relation = forms.ChoiceField(
        label=_("A is … B"), choices=Claim.Relation.choices, initial=Claim.Relation.NON_INFERIOR
    )
    margin = forms.FloatField(label=_("Margin or ratio"), widget=forms.NumberInput(attrs={"step": "any"}))
    system_a = forms.ChoiceField(label=_("A, if another"), required=False)
    system_b = forms.ChoiceField(label=_("B, if another"), required=False)
    alpha = forms.FloatField(
        label=_("Alpha (one-sided)"), initial=0.025, widget=forms.NumberInput(attrs={"step": "any"})
    )
    family = forms.CharField(label=_("Family"), max_length=40, initial="claims")
    correction = forms.ChoiceField(
        label=_("Correction"), choices=Claim.Correction.choices, initial=Claim.Correction.HOLM
    )

    def __init__(self, *args: Any, runs: Sequence[Run], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("system_a", "system_b"):
            cast("forms.ChoiceField", self.fields[name]).choices = run_choices(
                runs, empty=gettext("as above")
            )

    def plan(self, pair: Mapping[str, str], labels: Mapping[str, str]) -> ClaimPlan | None:
        """The claim of the valid row; None, with the error on its field, where a system was not chosen."""
        measure, _colon, subject = self.cleaned_data["about"].partition(":")
        systems = {name: self.cleaned_data[name] or pair[name] for name in ("system_a", "system_b")}
        for name, run in systems.items():
            if run not in labels:
                self.add_error(name, NOT_CHOSEN if run else _("Choose a system here, or A and B above."))
        if self.errors:
            return None
        return ClaimPlan(
            system_a=labels[systems["system_a"]],
            system_b=labels[systems["system_b"]],
            margin=self.cleaned_data["margin"],
            criterion=self.cleaned_data["criterion"],
            measure=measure,
            subject=subject,
            relation=self.cleaned_data["relation"],
            alpha=self.cleaned_data["alpha"],
            family=self.cleaned_data["family"],
            correction=cast("Correction", self.cleaned_data["correction"]),
        )


ClaimFormSet: type[RowFormSet] = rows_of(ClaimForm, most=MOST_CLAIMS)


def claims_of(plan: StudyPlan) -> list[dict[str, Any]]:
    """The rows that show the claims of `plan`, whose systems are left empty where they are A and B."""
    runs, pair = runs_by_label(plan), PairForm.initial_of(plan)
    rows = []
    for claim in plan.claims:
        row = {
            name: getattr(claim, name)
            for name in ("criterion", "relation", "margin", "alpha", "family", "correction")
        }
        for name in ("system_a", "system_b"):
            run = runs[getattr(claim, name)]
            row[name] = "" if run == pair[name] else run
        rows.append({"about": f"{claim.measure}:{claim.subject}", **row})
    return rows


def identity_of(claim: ClaimPlan) -> tuple[str, ...]:
    """What makes two claims the same claim, whatever their margins."""
    return (claim.measure, claim.subject, claim.criterion, claim.system_a, claim.system_b, claim.relation)


def missing_founding_claims(
    a: str,
    b: str,
    parts: Iterable[PartPlan],
    claims: Iterable[ClaimPlan],
    *,
    labels: bool,
    costs: bool,
) -> tuple[ClaimPlan, ...]:
    """The founding claims about the systems labelled `a` and `b` that are not among `claims`.

    With `labels` the systems classify, so that accuracy is claimed about in the place of BLEU. Without known
    `costs` those about costs stay out: what cannot be tested only takes power from its family. The others
    take alpha and correction of the claims in their family, which have to agree.
    """
    made = list(claims)
    there = {identity_of(claim) for claim in made}
    asked = [(part.kind, {part.target, part.foil}) for part in parts]
    founding = founding_claims(
        a,
        b,
        stars=any(kind == "stars" for kind, _pair in asked),
        two_afc=("two_afc", {a, b}) in asked,
        labels=labels,
        references=not labels,
    )
    family = next((claim for claim in made if claim.family == ClaimPlan.family), None)
    if family is not None:
        founding = tuple(replace(row, alpha=family.alpha, correction=family.correction) for row in founding)
    return tuple(
        claim
        for claim in founding
        if identity_of(claim) not in there and (costs or claim.measure != Claim.Measure.COST)
    )
