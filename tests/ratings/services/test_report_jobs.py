from datetime import timedelta

import pytest
from django.utils import timezone

from ratings.errors import ResultsLocked
from ratings.models import Report
from ratings.services.completion import close_study
from ratings.services.report_jobs import (
    claim_report,
    fail_report,
    note_step,
    request_report,
    store_report,
)


@pytest.fixture
def asked(make_study):
    return request_report(study=close_study(study=make_study()))


def test_locked_before_closing(make_study):
    with pytest.raises(ResultsLocked):
        request_report(study=make_study())


def test_asked_twice_at_once_it_is_built_once(asked):
    token = claim_report(report_id=asked.pk, steps=3)
    assert request_report(study=asked.study).state == "running"
    assert claim_report(report_id=asked.pk, steps=3) is None
    note_step(report_id=asked.pk, token=token, steps_done=2)
    asked.refresh_from_db()
    assert (asked.steps, asked.steps_done) == (3, 2)
    assert store_report(report_id=asked.pk, token=token, document="{}", fingerprint="f")
    asked.refresh_from_db()
    assert (asked.state, asked.document, asked.fingerprint) == ("done", "{}", "f")
    assert claim_report(report_id=asked.pk, steps=3) is None


def test_a_lease_that_ran_out_is_taken_over(asked):
    first = claim_report(report_id=asked.pk, steps=3)
    Report.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    second = claim_report(report_id=asked.pk, steps=3)
    assert second not in (None, first)
    assert not store_report(report_id=asked.pk, token=first, document="late", fingerprint="f")
    assert store_report(report_id=asked.pk, token=second, document="new", fingerprint="f")


def test_a_failure_is_said_and_an_older_report_stays(asked):
    token = claim_report(report_id=asked.pk, steps=3)
    store_report(report_id=asked.pk, token=token, document="old", fingerprint="f")
    request_report(study=asked.study)
    fail_report(report_id=asked.pk, token=claim_report(report_id=asked.pk, steps=3), reason="no memory")
    asked.refresh_from_db()
    assert (asked.state, asked.error, asked.document) == ("failed", "no memory", "old")
    assert request_report(study=asked.study).state == "queued"
