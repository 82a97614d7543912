"""An answer on its way while its study closes is in before the results open, or it is refused."""

import threading
import time

import pytest
from django.db import connection, transaction

from ratings.errors import StudyClosed
from ratings.models import Rating
from ratings.services.access import answering
from ratings.services.answers import Sent, record_ratings, save_ratings
from ratings.services.completion import close_study

pytestmark = pytest.mark.django_db(transaction=True)
BLOCKED = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def in_a_thread(act):
    """Start `act` on a connection of its own; what it raised will be in the list."""
    raised = []

    def run():
        try:
            act()
        except StudyClosed as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def until_somebody_waits():
    """Until another transaction waits for this one; on SQLite every other writer does from its beginning."""
    if connection.vendor == "sqlite":
        return
    deadline = time.monotonic() + 30
    with connection.cursor() as cursor:
        cursor.execute(BLOCKED)
        while cursor.fetchone() is None:
            assert time.monotonic() < deadline, "nobody waits"
            cursor.execute(BLOCKED)


@pytest.fixture
def asked(consented):
    """A rater's first item with stars, and an answer to one of its questions."""
    item = consented.rater.assignments.filter(part__kind="stars").order_by("position").first()
    return item, {(item.shown_texts.first().token, 1): 4}


def test_an_answer_that_waited_for_the_closing_is_refused(study, consented, asked):
    item, stars = asked
    with transaction.atomic():
        close_study(study=study)
        sent = Sent(key="k")
        late, raised = in_a_thread(
            lambda: record_ratings(rater=consented.rater, assignment=item.token, stars=stars, sent=sent)
        )
        until_somebody_waits()
    late.join(timeout=60)
    assert len(raised) == 1
    assert not Rating.objects.exists()


def test_the_closing_waits_for_an_answer_on_its_way(study, consented, asked):
    item, stars = asked
    with answering(consented.rater, item.token) as target:
        closing, _ = in_a_thread(lambda: close_study(study=study))
        until_somebody_waits()
        save_ratings(target, stars, Sent(key="k"))
    closing.join(timeout=60)
    study.refresh_from_db()
    assert Rating.objects.get().created_at < study.closed_at
