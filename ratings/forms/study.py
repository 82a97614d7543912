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
from ratings.design.study_plan import CriterionPlan, PartPlan, StudyPlan, check_plan
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
from ratings.forms.looks import LooksForm
from ratings.forms.parts import CriterionFormSet, PartFormSet, criteria_of, parts_of
from ratings.forms.quiz import QuizForm
from ratings.forms.rows import RowForm, RowFormSet
from ratings.forms.systems import SystemsForm
from ratings.forms.words import WordsForm

_FIELD = re.compile(r"'([a-z_]+)(?:\[(\d+)\])?(?:\.([a-z_]+)(?:\[\d+\]\.[a-z_]+)?)?'")
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
        self.parts = PartFormSet(posted, initial=parts_of(plan), prefix="parts", form_kwargs=with_runs)
        self.criteria = CriterionFormSet(posted, initial=criteria_of(plan), prefix="criteria")
        self.pair = PairForm(posted, initial=PairForm.initial_of(plan), prefix="pair", runs=runs)
        self.quiz = QuizForm(posted, initial=QuizForm.initial_of(plan), prefix="quiz")
        self.conduct = ConductForm(posted, initial=ConductForm.initial_of(plan), prefix="conduct")
        self.looks = LooksForm(posted, initial=LooksForm.initial_of(plan.looks), prefix="looks")
        self.exclusions = ExclusionsForm(
            posted, initial=ExclusionsForm.initial_of(plan.exclusions), prefix="exclusions"
        )
        self.claims = ClaimFormSet(posted, initial=claims_of(plan), prefix="claims", form_kwargs=with_runs)

    def is_valid(self) -> bool:
        """Whether all sections are filled in rightly and hang together."""
        sections: tuple[forms.Form | RowFormSet, ...] = (*self._forms, *self._rows)
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
        return any(form.errors for form in self._forms) or any(
            rows.is_bound and (any(rows.errors) or rows.non_form_errors()) for rows in self._rows
        )

    @property
    def _forms(self) -> tuple[forms.Form, ...]:
        return (
            *(self.words, self.systems, self.pair, self.quiz),
            *(self.conduct, self.looks, self.exclusions),
        )

    @property
    def _rows(self) -> tuple[RowFormSet, ...]:
        return (self.parts, self.criteria, self.claims)

    def refuse(self, error: StudyPlanInvalid) -> None:
        """Show `error` beside the field that its sentence names first, or above the form."""
        found = _FIELD.match(str(error))
        form, field = self._place(*found.groups()) if found else (self.words, None)
        form.add_error(field if field in form.fields else None, str(error))

    def _place(self, name: str, number: str | None, field: str | None) -> tuple[forms.BaseForm, str | None]:
        rows = {"parts": self.parts.kept, "claims": self.claims.kept}.get(name, [])
        if number and int(number) <= len(rows):
            return rows[int(number) - 1], _CLAIM_FIELDS.get(field or "", field) if name == "claims" else field
        if name == "quiz":
            own = self.words.cleaned_data["language"]
            return self.quiz, "own" if field == own else field
        section: dict[str, forms.BaseForm] = {
            "systems": self.systems,
            "dataset": self.systems,
            "claims": self.pair,
            "looks": self.looks,
        }
        return section.get(name, self.words), field if name == "looks" else name

    def _check_parts(self) -> None:
        raters, labels = self.words.cleaned_data["raters"], self.systems.labels
        for row in self.parts.kept:
            asked = row.cleaned_data
            if asked["ratings_per_item"] > raters:
                row.add_error(
                    "ratings_per_item",
                    _("Nobody rates an item twice: ask for 1 to %(raters)d, or plan more raters.")
                    % {"raters": raters},
                )
            for role in KINDS[asked["kind"]].roles:
                if asked[role] not in labels:
                    row.add_error(role, NOT_CHOSEN)
        if not self.parts.kept:
            self.parts.forms[0].add_error(None, _("Choose what raters are asked for in at least one part."))
        self._check_criteria()

    def _check_criteria(self) -> None:
        """Every criterion belongs to a part with stars, every such part has one, and names differ."""
        stars = self._stars()
        if not stars:
            return  # criteria that nobody is asked about may stay in their rows
        for number, part in stars.items():
            if not self._criteria(number):
                part.add_error("kind", _("Stars need at least one criterion: write it below."))
        names = set()
        for row in self.criteria.kept:
            name, number = row.cleaned_data["name"], row.cleaned_data["part"]
            if name in names:
                row.add_error("name", _("Another criterion has this name: names have to differ."))
            if number not in (None, *stars):
                row.add_error("part", _("This part asks for no stars: choose one that does."))
            names.add(name)

    def _stars(self) -> dict[int, RowForm]:
        """The rows of parts that ask for stars, by their number on the page."""
        numbered = {
            number: row for number, row in enumerate(self.parts.forms, start=1) if row in self.parts.kept
        }
        return {number: row for number, row in numbered.items() if row.cleaned_data["kind"] == "stars"}

    def _criteria(self, number: int) -> list[CriterionPlan]:
        first = next(iter(self._stars()), None)
        return [
            row.plan()  # type: ignore[attr-defined]
            for row in self.criteria.kept
            if (row.cleaned_data["part"] or first) == number
        ]

    def _parts(self) -> tuple[PartPlan, ...]:
        stars = {row: number for number, row in self._stars().items()}
        return tuple(
            row.part(self.systems.labels, self._criteria(stars[row]) if row in stars else ())  # type: ignore[attr-defined]
            for row in self.parts.kept
        )

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
            looks=self.looks.looks(),
            quiz=self.quiz.quiz(self.words.cleaned_data["language"]),
            **self.conduct.asked(),
            **self.words.asked(),
        )
