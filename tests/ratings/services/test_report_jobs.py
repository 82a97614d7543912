from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from ratings.errors import ResultsLocked
from ratings.models import Report
from ratings.services.completion import close_study
from ratings.services.leased_work import claim, fail, give_up_exhausted, note_step, store
from ratings.services.report_jobs import request_report


@pytest.fixture
def asked(make_study):
    return request_report(study=close_study(study=make_study()))


def test_locked_before_closing(make_study):
    with pytest.raises(ResultsLocked):
        request_report(study=make_study())


def test_asked_twice_at_once_it_is_built_once(asked):
    token = claim(Report, asked.pk, steps=3, steps_done=0)
    assert request_report(study=asked.study).state == "running"
    assert claim(Report, asked.pk, steps=3, steps_done=0) is None
    note_step(Report, asked.pk, token=token, steps_done=2)
    asked.refresh_from_db()
    assert (asked.steps, asked.steps_done) == (3, 2)
    assert store(Report, asked.pk, token=token, document="{}", fingerprint="f")
    asked.refresh_from_db()
    assert (asked.state, asked.document, asked.fingerprint) == ("done", "{}", "f")
    assert claim(Report, asked.pk, steps=3, steps_done=0) is None


def test_a_lease_that_ran_out_is_taken_over(asked):
    first = claim(Report, asked.pk, steps=3, steps_done=0)
    Report.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    second = claim(Report, asked.pk, steps=3, steps_done=0)
    assert second not in (None, first)
    assert not store(Report, asked.pk, token=first, document="late", fingerprint="f")
    assert store(Report, asked.pk, token=second, document="new", fingerprint="f")


def test_a_lease_from_before_the_clock_was_put_back_holds_nothing(asked):
    claim(Report, asked.pk, steps=3, steps_done=0)
    Report.objects.update(leased_until=timezone.now() + timedelta(hours=3))
    assert request_report(study=asked.study).state == "queued"


def test_work_whose_workers_vanish_each_time_is_given_up_with_the_reason(asked):
    for _ in range(settings.MAX_ATTEMPTS):
        give_up_exhausted(Report)
        assert claim(Report, asked.pk, steps=3, steps_done=0)
        Report.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    give_up_exhausted(Report)
    asked.refresh_from_db()
    assert (asked.state, asked.leased_until) == ("failed", None)
    assert "ended 3 times" in asked.error
    again = request_report(study=asked.study)
    assert (again.state, again.attempts) == ("queued", 0)


def test_a_failure_is_said_and_an_older_report_stays(asked):
    token = claim(Report, asked.pk, steps=3, steps_done=0)
    store(Report, asked.pk, token=token, document="old", fingerprint="f")
    request_report(study=asked.study)
    fail(Report, asked.pk, token=claim(Report, asked.pk, steps=3, steps_done=0), reason="no memory")
    asked.refresh_from_db()
    assert (asked.state, asked.error, asked.document) == ("failed", "no memory", "old")
    assert request_report(study=asked.study).state == "queued"
