import pytest

from ratings import tasks
from ratings.models import Rating, Report
from ratings.reports.json_export import report_from_json
from ratings.selectors.report_inputs import report_fingerprint
from ratings.services.completion import close_study
from ratings.services.report_jobs import request_report
from ratings.services.simulation import simulate


@pytest.fixture
def asked(make_study):
    return request_report(study=close_study(study=simulate(study=make_study(), seed=3)))


def test_what_was_asked_for_is_built(asked):
    tasks.build_waiting()
    asked.refresh_from_db()
    assert (asked.state, asked.steps_done) == ("done", asked.steps)
    assert report_from_json(asked.document).study.slug == asked.study.slug
    assert asked.fingerprint == report_fingerprint(asked.study)


def test_what_is_built_already_is_left_alone(asked):
    tasks.build(asked.pk)
    Report.objects.update(document="kept")
    tasks.build(asked.pk)
    assert Report.objects.get().document == "kept"


def test_a_failure_is_stored_and_raised(asked):
    asked.study.systems.all().delete()
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the broken study brings about
        tasks.build_now(asked.pk)
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert asked.error


def test_another_answer_is_another_fingerprint(asked):
    before = report_fingerprint(asked.study)
    rating = Rating.objects.filter(live=True).first()
    Rating.objects.filter(pk=rating.pk).update(stars=rating.stars % 5 + 1)
    assert report_fingerprint(asked.study) != before
