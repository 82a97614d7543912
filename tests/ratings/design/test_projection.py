from datetime import UTC, datetime, timedelta

from ratings.design.projection import projected_end

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def times(*minutes_ago):
    return [NOW - timedelta(minutes=minutes) for minutes in minutes_ago]


def test_it_ends_at_the_pace_of_the_last_day():
    """Eleven hand-ins, ten of them in the 100 minutes after the first: one in ten minutes."""
    lately = times(*range(100, -1, -10))
    assert projected_end(completed_at=lately, left=6, now=NOW) == NOW + timedelta(hours=1)


def test_a_pause_slows_the_pace():
    paused = times(*range(200, 99, -10))
    assert projected_end(completed_at=paused, left=6, now=NOW) == NOW + timedelta(hours=2)


def test_hand_ins_before_the_last_day_do_not_count():
    old = times(*range(3000, 2000, -10))
    assert projected_end(completed_at=old, left=6, now=NOW) is None
    assert projected_end(completed_at=old + times(*range(100, -1, -10)), left=6, now=NOW) == NOW + timedelta(
        hours=1
    )


def test_too_little_to_go_by_or_nothing_left_gives_no_date():
    assert projected_end(completed_at=times(*range(9)), left=6, now=NOW) is None
    assert projected_end(completed_at=times(*range(20)), left=0, now=NOW) is None


def test_answers_that_came_all_at_once_end_at_once():
    assert projected_end(completed_at=[NOW] * 12, left=6, now=NOW) == NOW
