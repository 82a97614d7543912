import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from ratings import tasks
from ratings.errors import ResultsLocked
from ratings.models import Rating, Report, Study
from ratings.reports.build import build_report
from ratings.reports.json_export import report_from_json
from ratings.selectors.report_inputs import report_fingerprint
from ratings.services.completion import close_study
from ratings.services.leased_work import claim
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


def test_what_a_killed_worker_left_is_built(asked):
    claim(Report, asked.pk, steps=3, steps_done=1)
    Report.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    tasks.build_waiting()
    asked.refresh_from_db()
    assert asked.state == "done"


@pytest.mark.django_db(transaction=True)
def test_asked_for_twice_at_once_it_is_built_once(asked, monkeypatch):
    built, together = [], threading.Barrier(2, timeout=60)

    def counted(study, **options):
        built.append(study.pk)
        return build_report(study, **options)

    def ask():
        try:
            together.wait()
            report = request_report(study=asked.study)
            together.wait()
            tasks.build_now(report.pk)
        finally:
            connection.close()

    monkeypatch.setattr(tasks, "build_report", counted)
    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(ask), both.submit(ask)]:
            done.result()
    asked.refresh_from_db()
    assert (asked.state, built) == ("done", [asked.study.pk])


def test_what_is_built_already_is_left_alone(asked):
    tasks.build(asked.pk)
    Report.objects.update(document="kept")
    tasks.build(asked.pk)
    assert Report.objects.get().document == "kept"


def test_a_failure_is_stored_and_raised(asked):
    Study.objects.update(state="open", closed_at=None)
    with pytest.raises(ResultsLocked):
        tasks.build_now(asked.pk)
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert asked.error


def test_another_answer_is_another_fingerprint(asked):
    before = report_fingerprint(asked.study)
    rating = Rating.objects.filter(live=True).first()
    Rating.objects.filter(pk=rating.pk).update(stars=rating.stars % 5 + 1)
    assert report_fingerprint(asked.study) != before
