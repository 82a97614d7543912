"""The whole form of a study: its sections make one plan, and what is wrong stands beside its field."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from generation.models import Run
from ratings.design.claim_plan import ClaimPlan
from ratings.design.kinds import KINDS
from ratings.design.study_plan import PartPlan, StudyPlan, check_plan
from ratings.errors import StudyPlanInvalid
from ratings.forms.claims import (
    NOT_CHOSEN,
    ClaimForm,
    ClaimFormSet,
    PairForm,
    claims_of,
    identity_of,
    missing_founding_claims,
)
from ratings.forms.conduct import ConductForm
from ratings.forms.exclusions import ExclusionsForm
from ratings.forms.parts import CriterionFormSet, PartForm, StarsForm, TrialForm, criteria_of
from ratings.forms.systems import SystemsForm
from ratings.forms.words import WordsForm

_FIELD = re.compile(r"'([a-z_]+)(?:\[(\d+)\])?(?:\.([a-z_]+))?'")
_CLAIM_FIELDS = {"measure": "about", "subject": "about"}


class StudyForm:
    """The sections of the form, filled from `plan` or from what was `posted`.

    Once `is_valid()` has said yes, `plan` is what was asked for; `refuse` shows what a service says of it.
    """

    plan: StudyPlan

    def __init__(self, *, runs: Sequence[Run], plan: StudyPlan, posted: QueryDict | None = None) -> None:
        with_runs: dict[str, Any] = {"runs": runs}
        self._uses = plan.uses  # a file may have listed them; the form shows and changes none
        self.words = WordsForm(posted, initial=WordsForm.initial_of(plan))
        self.systems = SystemsForm(posted, initial=SystemsForm.initial_of(plan), runs=runs)
        self.stars = StarsForm(posted, initial=StarsForm.initial_of(plan), prefix="stars")
        self.criteria = CriterionFormSet(posted, initial=criteria_of(plan), prefix="criteria")
        self.trial = TrialForm(posted, initial=TrialForm.initial_of(plan), prefix="trial", runs=runs)
        self.pair = PairForm(posted, initial=PairForm.initial_of(plan), prefix="pair", runs=runs)
        self.conduct = ConductForm(posted, initial=ConductForm.initial_of(plan), prefix="conduct")
        self.exclusions = ExclusionsForm(
            posted, initial=ExclusionsForm.initial_of(plan.exclusions), prefix="exclusions"
        )
        self.claims = ClaimFormSet(posted, initial=claims_of(plan), prefix="claims", form_kwargs=with_runs)

    def is_valid(self) -> bool:
        """Whether all sections are filled in rightly and hang together."""
        sections = (
            self.words,
            self.systems,
            self.stars,
            self.criteria,
            self.trial,
            self.pair,
            self.conduct,
            self.exclusions,
            self.claims,
        )
        valid = [
            section.is_valid() for section in sections
        ]  # each is asked: all that is wrong is said at once
        if not all(valid):
            return False
        self._check_parts()
        if self.has_errors:
            return False
        parts = self._parts()
        claims = self._claims(parts)
        if self.has_errors:
            return False
        self.plan = self._plan(parts, claims)
        try:
            check_plan(self.plan)
        except StudyPlanInvalid as error:
            self.refuse(error)
        return not self.has_errors

    @property
    def has_errors(self) -> bool:
        """Whether anything is wrong with what was sent."""
        forms_of_sections = (
            self.words,
            self.systems,
            self.stars,
            self.trial,
            self.pair,
            self.conduct,
            self.exclusions,
        )
        rows = (self.criteria, self.claims)
        return any(form.errors for form in forms_of_sections) or any(
            section.non_form_errors() or any(form.errors for form in section.forms)
            for section in rows
            if section.is_bound
        )

    def refuse(self, error: StudyPlanInvalid) -> None:
        """Show `error` beside the field that its sentence names first, or above the form."""
        found = _FIELD.match(str(error))
        form, field = self._place(*found.groups()) if found else (self.words, None)
        form.add_error(field if field in form.fields else None, str(error))

    def _place(self, name: str, number: str | None, field: str | None) -> tuple[forms.BaseForm, str | None]:
        if name == "parts" and number:
            return self._part_forms()[int(number) - 1], field
        if name == "claims" and number and int(number) <= len(self.claims.kept):
            return self.claims.kept[int(number) - 1], _CLAIM_FIELDS.get(field or "", field)
        section: dict[str, forms.BaseForm] = {
            "systems": self.systems,
            "dataset": self.systems,
            "criteria": self.stars,
            "claims": self.pair,
        }
        return section.get(name, self.words), name

    def _part_forms(self) -> list[PartForm]:
        return [form for form in (self.stars, self.trial) if form.asked_for]

    def _check_parts(self) -> None:
        raters, labels = self.words.cleaned_data["raters"], self.systems.labels
        for form in self._part_forms():
            if form.cleaned_data["ratings_per_item"] > raters:
                form.add_error(
                    "ratings_per_item",
                    _("Nobody rates an item twice: ask for 1 to %(raters)d, or plan more raters.")
                    % {"raters": raters},
                )
        if not self._part_forms():
            self.stars.add_error(None, _("Ask for stars or for a trial: a study has at least one part."))
        if self.stars.asked_for and not self.criteria.kept:
            self.stars.add_error(None, _("Stars need at least one criterion."))
        for field in ("target", "foil"):
            needed = self.trial.asked_for and field in KINDS[self.trial.cleaned_data["kind"]].roles
            if needed and self.trial.cleaned_data.get(field) not in labels:
                self.trial.add_error(field, NOT_CHOSEN)

    def _parts(self) -> tuple[PartPlan, ...]:
        parts = []
        if self.stars.asked_for:
            parts.append(self.stars.part([row.plan() for row in self.criteria.kept]))  # type: ignore[attr-defined]
        if self.trial.asked_for:
            parts.append(self.trial.part(self.systems.labels))
        return tuple(parts)

    def _claims(self, parts: Sequence[PartPlan]) -> tuple[ClaimPlan, ...]:
        pair, labels = self.pair.cleaned_data, self.systems.labels
        claims: dict[tuple[str, ...], ClaimPlan] = {}
        for row in self.claims.kept:
            claim = row.plan(pair, labels) if isinstance(row, ClaimForm) else None
            if claim is None:
                continue
            if identity_of(claim) in claims:
                row.add_error("about", _("Another claim says this already: change or remove one."))
            claims[identity_of(claim)] = claim
        if not pair["founding"]:
            return tuple(claims.values())
        for name in ("system_a", "system_b"):
            if pair[name] not in labels:
                self.pair.add_error(name, NOT_CHOSEN)
        if self.pair.errors:
            return ()
        a, b = labels[pair["system_a"]], labels[pair["system_b"]]
        made = tuple(claims.values())
        costs = all(
            run.system.checkpoint_id is not None
            for run in self.systems.chosen
            if str(run.pk) in (pair["system_a"], pair["system_b"])
        )
        classifies = any(run.dataset.is_classification for run in self.systems.chosen)
        return (*made, *missing_founding_claims(a, b, parts, made, labels=classifies, costs=costs))

    def _plan(self, parts: tuple[PartPlan, ...], claims: tuple[ClaimPlan, ...]) -> StudyPlan:
        return StudyPlan(
            dataset=self.systems.cleaned_data["dataset"],
            systems=self.systems.plans(),
            parts=parts,
            claims=claims,
            uses=self._uses,
            exclusions=self.exclusions.rules(),
            **self.conduct.asked(),
            **self.words.cleaned_data,
        )


def fits_the_form(plan: StudyPlan) -> bool:
    """Whether the form can show all of `plan`: at most stars, then one trial. A file can ask for more."""
    kinds = [part.kind for part in plan.parts]
    trial_last = kinds[-1:] != ["stars"] or len(kinds) == 1
    return kinds.count("stars") <= 1 and len(kinds) - kinds.count("stars") <= 1 and trial_last
