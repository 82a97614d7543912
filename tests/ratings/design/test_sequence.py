from datetime import UTC, datetime, timedelta

import pytest

from ratings.design.sequence import RaterSequence, SequenceStep

START = datetime(2026, 1, 1, tzinfo=UTC)


def step(number, kind="stars", done=None, spent=None, part=1):
    completed_at = None if done is None else START + timedelta(seconds=done)
    return SequenceStep(
        token=f"t{number}", part_position=part, kind=kind, completed_at=completed_at, client_ms=spent
    )


def sequence(*steps):
    return RaterSequence(steps=steps)


def test_time_left_is_the_median_of_each_kind():
    progress = sequence(
        step(1, done=0, spent=10_000),
        step(2, done=1, spent=900_000),  # a pause does not count for much
        step(3, done=2, spent=20_000),
        step(4),
        step(5, "two_afc", done=3, spent=4_000),
        step(6, "two_afc"),
    ).progress
    assert (progress.done, progress.left) == (4, 2)
    assert progress.seconds_left == 20 + 4
    assert progress.minutes_left == 1


def test_without_the_browsers_clock_the_servers_gaps_serve():
    progress = sequence(step(1, done=0), step(2, done=30), step(3, done=70), step(4), step(5)).progress
    assert progress.seconds_left == 2 * 35


def test_a_kind_not_met_yet_is_timed_by_the_others():
    assert sequence(step(1, done=0, spent=6_000), step(2, "two_afc")).progress.seconds_left == 6


def test_nothing_to_go_by():
    progress = sequence(step(1, done=5), step(2)).progress
    assert (progress.seconds_left, progress.minutes_left) == (None, None)


@pytest.mark.parametrize(("token", "before"), [("t1", None), ("t2", "t1"), ("t9", None)])
def test_the_item_before(token, before):
    assert sequence(step(1), step(2)).previous(token) == before


def test_the_first_item_left_open_is_next():
    assert sequence(step(1, done=0), step(2), step(3)).next_open.token == "t2"
    assert sequence(step(1, done=0)).next_open is None


def test_a_part_has_begun_with_its_first_item_handed_in():
    steps = sequence(step(1, done=0), step(2), step(3, part=2))
    assert (steps.has_begun(1), steps.has_begun(2)) == (True, False)
