"""The study form as it comes back from a browser."""

import pytest
from django.http import QueryDict

from ratings.forms.study import StudyForm
from ratings.selectors.comparable_runs import finished_runs
from tests.ratings.sending import sent, with_runs


@pytest.fixture
def shown(plan, comparison):
    """The plan that the form shows: the study's own, with its runs."""
    return with_runs(plan, {run.system.name: run.pk for run in comparison.runs.values()})


@pytest.fixture
def send(shown):
    """Call with changed fields (None leaves one out) to get the form that they were sent to."""

    def fill(**changes):
        runs = finished_runs()
        fields = sent(StudyForm(runs=runs, plan=shown)) | {
            name.replace("__", "-"): value for name, value in changes.items()
        }
        posted = QueryDict(mutable=True)
        posted.update({name: value for name, value in fields.items() if value is not None})
        return StudyForm(runs=runs, plan=shown, posted=posted)

    return fill
