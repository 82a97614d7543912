from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from ratings.models import Assignment, Rater
from ratings.selectors.dashboard import study_dashboard
from ratings.services.leaving import withdraw_rater


def hand_in(rater, n, *, minutes_ago=1, client_ms=None):
    """Hand in the rater's first `n` items, the last of them so many minutes ago."""
    now = timezone.now()
    for back, assignment in enumerate(reversed(rater.assignments.order_by("position")[:n])):
        Assignment.objects.filter(pk=assignment.pk).update(
            completed_at=now - timedelta(minutes=minutes_ago + back), client_ms=client_ms
        )


def test_counts_by_part_and_by_rater(study, consented):
    first = consented.rater
    stars = first.assignments.filter(part__kind="stars").count()
    hand_in(first, stars + 1, client_ms=8000)
    board = study_dashboard(study)
    by_part = {part.kind: (work.completed, work.seconds) for part, work in board.parts}
    assert by_part == {"stars": (stars, 8.0), "two_afc": (1, 8.0)}
    row = board.raters[0]
    assert (row.work.completed, row.work.assigned, row.active) == (stars + 1, first.assignments.count(), True)
    assert (len(board.in_study), len(board.invited), board.consented, board.finished, board.free) == (
        4,
        1,
        1,
        0,
        3,
    )
    assert board.left == Assignment.objects.count() - stars - 1
    assert (board.active, board.ends_at) == (1, None)


def test_who_has_been_away_or_is_done_is_not_active(study, consented):
    rater = consented.rater
    hand_in(rater, 2, minutes_ago=20)
    Rater.objects.filter(pk=rater.pk).update(consented_at=timezone.now() - timedelta(hours=1))
    assert study_dashboard(study).active == 0
    hand_in(rater, rater.assignments.count())
    Rater.objects.filter(pk=rater.pk).update(finished_at=timezone.now())
    board = study_dashboard(study)
    assert (board.active, board.finished) == (0, 1)


def test_a_rater_who_withdrew_counts_nowhere(study, consented):
    hand_in(consented.rater, 3)
    withdraw_rater(rater=consented.rater)
    board = study_dashboard(study)
    assert board.work.completed == 0
    assert board.raters[0].work.completed == 0
    assert len(board.in_study) == 3
    assert board.consented == 0


def test_an_end_is_foreseen_from_the_pace(study, consented):
    Assignment.objects.all().update(completed_at=None)
    hand_in(consented.rater, consented.rater.assignments.count())
    others = Assignment.objects.filter(completed_at=None).order_by("pk")
    Assignment.objects.filter(pk__in=[row.pk for row in others[:6]]).update(completed_at=timezone.now())
    board = study_dashboard(study)
    if board.work.completed < 10:
        pytest.fail("the plan of the fixture is too small for this test")
    assert board.ends_at is not None
    assert board.ends_at > timezone.now()


@pytest.mark.parametrize(("assigned", "seconds"), [(0, 5), (29_999, 5), (67_000, 13), (1_000_000, 200)])
def test_a_large_study_is_counted_less_often(study, assigned, seconds):
    board = study_dashboard(study)
    assert replace(board, work=replace(board.work, assigned=assigned)).seconds_until_next == seconds


def test_queries_do_not_grow_with_the_study(study, make_study, django_assert_num_queries):
    for any_study in (study, make_study(name="CANARY-larger", raters=8)):
        with django_assert_num_queries(4):
            study_dashboard(any_study)
