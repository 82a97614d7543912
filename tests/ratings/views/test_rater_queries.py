"""The rater's pages cost the same however many items and answers there are."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.models import Rater
from ratings.services.answers import Sent, record_ratings
from ratings.services.invitations import create_invitations, give_consent

ITEM_QUERIES = 6
# One transaction (save and hand in) with its begin and end, and the study read once the rater is locked;
# then the next item.
SUBMIT_QUERIES = 15


@pytest.fixture(params=[2, 20])
def ready(request, make_study):
    """A consented rater of a study with few or many items, some of them answered."""
    parts = (PartPlan(kind="stars", items=request.param, ratings_per_item=1, criteria=DEFAULT_CRITERIA),)
    study = make_study(parts=parts, raters=1)
    link = create_invitations(study=study, n=1)[0].token
    rater = give_consent(rater=study.raters.get(), consent_sha256=study.consent_sha256, language="en")
    Rater.objects.update(practised=1)
    for assignment in list(rater.assignments.order_by("position"))[1:-1]:
        record_ratings(
            rater=rater, assignment=assignment.token, stars=answers(assignment), sent=Sent(key="k")
        )
    return link, rater.assignments.order_by("position").first()


def answers(assignment):
    return {
        (shown.token, criterion.position): 3
        for shown in assignment.shown_texts.all()
        for criterion in assignment.part.criteria.all()
    }


def test_an_item(client, ready, django_assert_num_queries):
    link, assignment = ready
    address = reverse("ratings:rater_item", args=[link, assignment.token])
    with django_assert_num_queries(ITEM_QUERIES):
        assert client.get(address).status_code == 200


def test_handing_in_and_getting_the_next(client, ready, django_assert_num_queries):
    link, assignment = ready
    form = {f"stars-{token}-{position}": "3" for (token, position) in answers(assignment)}
    address = reverse("ratings:rater_item", args=[link, assignment.token])
    with django_assert_num_queries(SUBMIT_QUERIES) as asked:
        response = client.post(address, form, headers={"X-Rater-Script": "1"})
    assert response.status_code == 200
    # It lists every item of the study, so that reading it would cost more in a larger one.
    assert not [query["sql"] for query in asked.captured_queries if '"protocol"' in query["sql"]]


GROWING = ("rating", "judgement", "remark", "assignment", "showntext", "rater", "item", "presentedtext")


def plan_of(sql):
    """What the database would do; PostgreSQL then reads a whole table for want of an index alone."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_no_request_of_a_rater_reads_a_whole_table_that_grows(client, ready):
    link, assignment = ready
    address = reverse("ratings:rater_item", args=[link, assignment.token])
    form = {f"stars-{token}-{position}": "3" for (token, position) in answers(assignment)}
    place = next(iter(form))
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
        client.post(f"{address}answer/", {"place": place, "stars": "4", "key": "one"})
        client.post(address, form, headers={"X-Rater-Script": "1"})
    found = [query["sql"] for query in asked.captured_queries]
    plans = {sql: plan_of(sql) for sql in found if sql.startswith(("SELECT", "UPDATE"))}
    assert len(plans) > ITEM_QUERIES
    whole = re.compile(rf"(?:SCAN|Seq Scan on) (?:ratings_(?:{'|'.join(GROWING)})|generation_example)\b")
    assert not [(sql, plan) for sql, plan in plans.items() if whole.search(plan)]
