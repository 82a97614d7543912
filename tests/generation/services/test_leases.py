"""Work has one holder at a time, who proves it by a token; a race has one winner."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from generation.errors import LeaseLost
from generation.models import Chunk, Run
from generation.models.leases import WorkState
from generation.services import leases


def expire(chunk: Chunk) -> None:
    Chunk.objects.filter(pk=chunk.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def claim(run: Run) -> Chunk | None:
    return leases.claim(Chunk.objects.filter(run=run).order_by("position"))


def held(run: Run) -> Chunk:
    chunk = claim(run)
    assert chunk is not None
    return chunk


def test_work_is_claimed_in_order_until_none_is_left(run: Run) -> None:
    claimed = [claim(run) for _ in range(4)]
    assert [chunk.position for chunk in claimed if chunk] == [0, 1, 2]
    assert claimed[3] is None
    assert len({chunk.token for chunk in claimed if chunk}) == 3


def test_an_expired_lease_is_claimed_again_and_the_first_holder_is_turned_away(run: Run) -> None:
    first = held(run)
    expire(first)
    second = held(run)
    assert (second.pk, second.attempts) == (first.pk, 2)
    with pytest.raises(LeaseLost, match="not held by this worker"):
        leases.renew(first)
    assert not leases.release(first, WorkState.DONE)
    leases.renew(second)
    assert leases.release(second, WorkState.DONE)
    assert Chunk.objects.get(pk=first.pk).state == WorkState.DONE


def test_a_clock_put_back_frees_what_a_vanished_holder_left(run: Run, settings) -> None:
    first = held(run)
    lease = timedelta(seconds=settings.LEASE_SECONDS)
    Chunk.objects.filter(pk=first.pk).update(leased_until=timezone.now() + timedelta(hours=1))
    second = held(run)
    assert second.pk == first.pk
    leases.renew(second)
    assert second.pk not in {chunk.pk for chunk in (claim(run), claim(run)) if chunk}
    # Another host's clock may be ahead by as much as a lease.
    Chunk.objects.filter(pk=second.pk).update(leased_until=timezone.now() + 1.9 * lease)
    assert claim(run) is None


def test_renewing_keeps_others_away(run: Run) -> None:
    chunk = held(run)
    expire(chunk)
    leases.renew(chunk)
    later = held(run)
    assert later.pk != chunk.pk


def test_work_is_given_up_after_the_last_attempt(run: Run, settings) -> None:
    settings.MAX_ATTEMPTS = 2
    assert leases.give_up_or_retry(held(run), "first") == WorkState.QUEUED
    assert leases.give_up_or_retry(held(run), "second") == WorkState.FAILED
    chunk = Chunk.objects.get(run=run, position=0)
    assert (chunk.state, chunk.error, chunk.token) == (WorkState.FAILED, "second", "")


def test_a_lease_that_runs_out_on_the_last_attempt_is_not_claimed_again(run: Run, settings) -> None:
    settings.MAX_ATTEMPTS = 1
    chunk = held(run)
    expire(chunk)
    assert held(run).position == 1
    assert list(Chunk.objects.filter(leases.exhausted())) == [chunk]


def test_handing_back_does_not_count_as_an_attempt(run: Run) -> None:
    leases.hand_back(held(run))
    chunk = Chunk.objects.get(run=run, position=0)
    assert (chunk.state, chunk.attempts, chunk.leased_until) == (WorkState.QUEUED, 0, None)


@pytest.mark.django_db(transaction=True)
def test_of_many_claimants_at_once_each_work_has_one(run: Run) -> None:
    gate = threading.Barrier(6)
    claimed: list[Chunk] = []
    errors: list[Exception] = []

    def race() -> None:
        try:
            gate.wait(timeout=30)
            while (chunk := claim(run)) is not None:
                claimed.append(chunk)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    assert sorted(chunk.position for chunk in claimed) == [0, 1, 2]
    assert set(Chunk.objects.values_list("attempts", flat=True)) == {1}
