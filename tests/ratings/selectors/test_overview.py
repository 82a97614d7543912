"""A person's own studies with how far they are, by the same number of queries however many there are."""

import dataclasses

import pytest
from django.contrib.auth.models import User

from ratings.models import Assignment, Rater, Report
from ratings.selectors.overview import studies_overview
from ratings.services.completion import close_study
from ratings.services.drafting import create_study

QUERIES = 7


def test_nothing_yet(researcher: User) -> None:
    overview = studies_overview(researcher)
    assert (overview.drafts, overview.open, overview.closed) == ((), (), ())
    assert (overview.study_state, overview.report_state) == ("open", "open")


def test_an_open_study_counts_raters_and_assignments(study, researcher: User) -> None:
    rater = study.raters.first()
    Rater.objects.filter(pk=rater.pk).update(finished_at="2026-01-01T00:00Z")
    rater.assignments.update(completed_at="2026-01-01T00:00Z")
    (row,) = studies_overview(researcher).open
    assert (row.raters, row.raters_finished) == (4, 1)
    assert row.assignments == Assignment.objects.filter(rater__study=study).count()
    assert row.completed == rater.assignments.count()
    assert studies_overview(researcher).study_state == "running"
    assert studies_overview(User.objects.create_user("bob")).open == ()


@pytest.mark.parametrize(
    ("state", "built_at", "shown"),
    [
        ("queued", None, "running"),
        ("running", "2026-01-01T00:00Z", "running"),
        ("done", "2026-01-01T00:00Z", "done"),
        ("failed", None, "open"),
    ],
)
def test_a_closed_study_and_its_report(study, researcher: User, state, built_at, shown) -> None:
    closed = close_study(study=study)
    assert studies_overview(researcher).report_state == "open"
    Report.objects.create(study=closed, state=state, built_at=built_at, document="{}")
    overview = studies_overview(researcher)
    (row,) = overview.closed
    assert (overview.study_state, overview.report_state) == ("done", shown)
    assert row.report_is_built == (built_at is not None)
    assert row.report_is_under_way == overview.reports_under_way == (shown == "running")


def test_the_queries_do_not_grow(make_study, plan, researcher: User, django_assert_num_queries) -> None:
    make_study()
    with django_assert_num_queries(QUERIES):
        studies_overview(researcher)
    for number in range(3):
        make_study(name=f"open {number}")
        create_study(owner=researcher, plan=dataclasses.replace(plan, name=f"draft {number}"))
    with django_assert_num_queries(QUERIES):
        assert len(studies_overview(researcher).drafts) == 3
