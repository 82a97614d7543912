"""Which systems are compared, each by one of its finished runs over the study's corpus."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from generation.models import Run
from ratings.design.study_plan import MOST_SYSTEMS, StudyPlan, SystemPlan

Choices = list[tuple[str, str | list[tuple[str, str]]]]


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """A run that can be chosen, with its two fields."""

    run: Run
    chosen: forms.BoundField
    label: forms.BoundField


class SystemsForm(forms.Form):
    """A box and a label for each finished run, grouped by corpus."""

    dataset = forms.ChoiceField(label=_("Corpus"))

    def __init__(self, *args: Any, runs: Sequence[Run], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.runs = runs
        names = {run.dataset.name: None for run in runs}
        self.fields["dataset"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        for run in runs:
            self.fields[f"run_{run.pk}"] = forms.BooleanField(label=run.system.name, required=False)
            self.fields[f"label_{run.pk}"] = forms.CharField(
                label=_("Label of %(system)s in the report") % {"system": run.system.name},
                required=False,
                max_length=100,
                initial=run.system.name,
            )

    @staticmethod
    def initial_of(plan: StudyPlan) -> dict[str, Any]:
        """What the form shows for `plan`, whose systems name their runs."""
        labels = {f"label_{system.run}": system.label for system in plan.systems}
        return {"dataset": plan.dataset, **{f"run_{system.run}": True for system in plan.systems}, **labels}

    @property
    def groups(self) -> Iterator[tuple[str, list[RunRow]]]:
        """Each corpus with the rows of its runs."""
        for name in dict.fromkeys(run.dataset.name for run in self.runs):
            yield (
                name,
                [
                    RunRow(run=run, chosen=self[f"run_{run.pk}"], label=self[f"label_{run.pk}"])
                    for run in self.runs
                    if run.dataset.name == name
                ],
            )

    @property
    def chosen(self) -> list[Run]:
        """The runs that are ticked, in the order in which their systems came to be."""
        ticked = [run for run in self.runs if self.cleaned_data.get(f"run_{run.pk}")]
        return sorted(ticked, key=lambda run: (run.system_id, run.pk))

    def clean(self) -> dict[str, Any]:
        """Two to eight runs, all over the corpus, with labels that differ."""
        dataset, chosen = self.cleaned_data.get("dataset"), self.chosen
        for run in chosen:
            if dataset and run.dataset.name != dataset:
                self.add_error(
                    f"run_{run.pk}",
                    _("This run is over %(other)s: choose runs over %(dataset)s, or the other corpus.")
                    % {"other": run.dataset.name, "dataset": dataset},
                )
        if not 2 <= len(chosen) <= MOST_SYSTEMS:
            self.add_error(
                None,
                _("%(n)d systems are chosen: compare 2 to %(most)d.")
                % {"n": len(chosen), "most": MOST_SYSTEMS},
            )
        seen: set[str] = set()
        for run in chosen:
            label = self.label_of(run)
            if label in seen:
                self.add_error(f"label_{run.pk}", _("Another system has this label: labels have to differ."))
            seen.add(label)
        return self.cleaned_data

    def label_of(self, run: Run) -> str:
        """What the report calls the system of `run`: its own name where nothing was written."""
        return str(self.cleaned_data.get(f"label_{run.pk}") or run.system.name)

    @property
    def labels(self) -> dict[str, str]:
        """The label of each chosen run, by the run's key as choices have it."""
        return {str(run.pk): self.label_of(run) for run in self.chosen}

    def plans(self) -> tuple[SystemPlan, ...]:
        """The systems of the valid form."""
        return tuple(
            SystemPlan(system=run.system.name, label=self.label_of(run), run=run.pk) for run in self.chosen
        )


def run_choices(runs: Iterable[Run], *, empty: str) -> Choices:
    """Runs as choices, grouped by corpus where there is more than one."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for run in runs:
        groups.setdefault(run.dataset.name, []).append((str(run.pk), run.system.name))
    first: Choices = [("", empty)]
    if len(groups) == 1:
        return [*first, *next(iter(groups.values()))]
    return [*first, *groups.items()]


def runs_by_label(plan: StudyPlan) -> dict[str | None, str]:
    """The key of each system's run by its label, and nothing for no label."""
    return {None: "", "": "", **{system.label: str(system.run or "") for system in plan.systems}}
