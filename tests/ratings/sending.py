"""What a browser sends of a study's form that nobody touched."""

from dataclasses import replace

from ratings.design.study_plan import StudyPlan
from ratings.forms.study import StudyForm


def sent(form: StudyForm) -> dict[str, str]:
    """Name and value of each field as the page shows it; a box that is not ticked sends nothing."""
    fields: dict[str, str] = {}
    sets = (form.parts, form.criteria, form.claims)
    rows = [row for rows in sets for row in (*rows.forms, rows.management_form)]
    for section in [form.words, form.systems, form.pair, form.conduct, form.looks, form.exclusions, *rows]:
        for field in section:
            value = field.value()
            if value is True:
                fields[field.html_name] = "on"
            elif value is not False and value is not None:
                fields[field.html_name] = str(value)
    return fields


def with_runs(plan: StudyPlan, runs: dict[str, int]) -> StudyPlan:
    """`plan` with each system's run, by the system's name, as a stored study names it."""
    return replace(plan, systems=tuple(replace(system, run=runs[system.system]) for system in plan.systems))
